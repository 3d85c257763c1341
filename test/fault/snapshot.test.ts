/** Bad flags and files of `snapshot`, through the built program: one line that says what is wrong, exit code 2, nothing left behind. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built = existsSync(program);
if (!built) console.warn('dist/cli/main.js is not there (npm run build makes it): faults of snapshot are not tested');

const structure = `3
Lattice="10 0 0 0 10 0 0 0 10" pbc="T T T" Properties=species:S:1:pos:R:3
C 1 1 1
C 2.4 1 1
Na 5 5 5
`;
/** What `snapshot` reads of a run before it reads structures. */
const results = {
  schema: 'cardhouse/results/1',
  study: { guest: 'Na' },
  structure: { replicas: [{ replica: 0 }, { replica: 1 }] },
  sites: { rule: {}, points: [{ branch: 'discharge', voltage: 0.1 }] },
  curve: { discharge: [{ voltage: 0.1, capacity: { value: 100 } }], charge: [] },
  states: [{ name: 'floor', label: 'Floor', branch: 'discharge', voltage: 0.1, capacity: { value: 100 } }],
};

describe.skipIf(!built)('snapshot', () => {
  let folder: string;
  let untouched: string[];
  const list = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
    for (const name of ['run', 'unfinished/state', 'empty', 'foreign', 'taken.png']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    writeFileSync(join(folder, 'c.xyz'), structure);
    writeFileSync(join(folder, 'text.xyz'), 'no structure\n');
    writeFileSync(join(folder, 'cut.xyz'), structure.slice(0, -12));
    writeFileSync(join(folder, 'there.png'), 'mine');
    writeFileSync(join(folder, 'two.xyz'), structure.replace('Na 5 5 5', 'Na 5 5 5\nLi 7 7 7').replace('3', '4'));
    writeFileSync(join(folder, 'run/results.json'), JSON.stringify(results));
    writeFileSync(join(folder, 'foreign/results.json'), '{"schema": "other/1"}');
    untouched = list();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    // what is drawn
    [['nothere.xyz'], '"nothere.xyz" does not exist: wanted the directory of a run, or a structure file'],
    [['text.xyz'], 'text.xyz, line 1: wanted the number of atoms, got "no structure"'],
    [['cut.xyz'], /^cut\.xyz, line \d+: /],
    [['empty'], 'empty is not the directory of a run: it has no results.json'],
    [['unfinished'], 'unfinished is a run that is not finished: it has no results.json yet'],
    [['foreign'], 'foreign/results.json must have the schema cardhouse/results, got "other/1"'],
    [[], 'missing required argument "results"'],
    // which moment
    [['run', '--at', 'flor'], /^--at must be one of floor, .* in this run, got "flor"; did you mean "floor"\?$/],
    [['run', '--voltage', 'x'], /^--voltage must be a number in V, .*got "x"/],
    [['run', '--voltage', ''], /^--voltage must be a number in V, .*got ""/],
    [['run', '--voltage', '0.3'], /^--voltage 0\.3: the discharge branch of this run has .*0\.10 V$/],
    [['run', '--voltage', '0.1', '--at', 'floor'], '--at and --voltage both choose a moment: give one of them'],
    [['run', '--branch', 'charge'], '--branch goes with --voltage: a named moment has its branch'],
    [['run', '--branch', 'up', '--voltage', '0.1'], /argument "up" is invalid/],
    [['run', '--replica', '3'], '--replica must be one of 1, 2, got "3"'],
    [['run', '--replica', 'one'], '--replica must be one of 1, 2, got "one"'],
    [['run', '--along', 'charge'], /^--along charge: the run has 0 points with snapshots there, wanted at least two$/],
    [['run', '--along', 'down'], /argument "down" is invalid/],
    [['c.xyz', '--at', 'floor'], '--at chooses a moment of a run, got the structure file c.xyz'],
    [['c.xyz', '--voltage', '0.1'], '--voltage chooses a moment of a run, got the structure file c.xyz'],
    // how it looks
    [['c.xyz', '--colour', 'green'], /argument "green" is invalid\. Allowed choices are class, cluster/],
    [['c.xyz', '--colour', 'metal'], '--colour metal needs a run whose model has a charge switch'],
    [['two.xyz', '--colour', 'class'], '--colour class needs guests of one metal (Li, Na or K)'],
    [['c.xyz', '--host', 'balls'], /argument "balls" is invalid/],
    [['c.xyz', '--width', '0'], '--width must be a whole number of points from 200 to 8000, got "0"'],
    [['c.xyz', '--width', '300.5'], '--width must be a whole number of points from 200 to 8000, got "300.5"'],
    [['c.xyz', '--width', 'wide'], '--width must be a whole number of points from 200 to 8000, got "wide"'],
    [['c.xyz', '--width', '90000'], '--width must be a whole number of points from 200 to 8000, got "90000"'],
    [['c.xyz', '--cut', 'sla'], /^--cut must be none, front, corner, slab .*, got "sla"; did you mean "slab"\?$/],
    [['c.xyz', '--cut', 'corner=3'], /^--cut must be none, .*, got "corner=3"/],
    [['c.xyz', '--cut', 'slab=0'], '--cut slab= must be a length above 0 such as 14A or 1.4nm, got "0"'],
    [['c.xyz', '--cut', 'slab=thick'], /^--cut slab= must be a number in Å, .*got "thick"$/],
    [['c.xyz', '--view', 'd', '--output', 'new/p.png'], /^--view must be a, b, c, or .*, got "d"$/],
    [['c.xyz', '--view', '0,90', '--output', 'new/p.png'], /^--view must be .*within ±90\), got "0,90"$/],
    [['c.xyz', '--view', '1,2,3'], /^--view must be .*, got "1,2,3"$/],
    [['c.xyz', '--size', '3'], /unknown option "--size"/],
    // where it goes
    [['c.xyz', '--output', 'p.jpg'], /^--output must end in \.png, \.svg, .*, got "p\.jpg"/],
    [['c.xyz', '--output', 'new/p'], /^--output must end in .*, got "new\/p"/],
    [['c.xyz', '--output', 'p.gif'], /^--output must end in .* \(a film goes along a branch: add --along discharge\)$/],
    [['run', '--along', 'both', '--output', 'p.svg'], /^--output must end in \.gif, \.apng, \.png, got "p\.svg"/],
    [['c.xyz', '--output', 'there.png'], 'there.png exists: choose another --output, or replace it with --force'],
    [['c.xyz', '--output', 'taken.png'], '--output "taken.png" is a folder'],
    [['c.xyz', '--output', 'taken.png', '--force'], '--output "taken.png" is a folder'],
    [['c.xyz', '--output', 'c.xyz/p.png'], '--output "c.xyz/p.png": c.xyz is not a folder'],
    [['c.xyz', '--output', `new/${'n'.repeat(300)}.png`], /^--output ".*" cannot be written: ENAMETOOLONG/],
  ] as const)('%j', (given, message) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'snapshot', ...given, '--quiet'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toMatch(/^SpecError: .*\n$/);
    const said = stderr.slice('SpecError: '.length, -1);
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(list()).toEqual(untouched);
    expect(readFileSync(join(folder, 'there.png'), 'utf8')).toBe('mine');
  });

  it('makes the folders of its picture when nothing is wrong', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [program, 'snapshot', 'c.xyz', '--width', '200', '--output', 'deep/er/p.png'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stdout).toBe('deep/er/p.png\n');
    expect(readFileSync(join(folder, 'deep/er/p.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(readdirSync(join(folder, 'deep/er'))).toEqual(['p.png']);
  });
});
