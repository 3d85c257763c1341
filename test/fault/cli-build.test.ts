/** `build` through the built program: what cannot be, what was missed, what is left behind. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { densityOf } from '../../src/core/frame.ts';
import { parseExtxyz } from '../../src/io/extxyz.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built =
  existsSync(program) && existsSync(fileURLToPath(new URL('../../dist/cli/build-worker.js', import.meta.url)));
if (!built)
  console.warn('dist/cli/main.js is not there (npm run build makes it): tests of the built program are skipped');

/** Single sheets: no (002) line to wait for. */
const sizes = { la: 14, lc: 3.7, d002: 3.7, density: 0.8, atoms: 600 };

describe.skipIf(!built)('build by the built program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
    writeFileSync(path('hc.json'), JSON.stringify({ name: 'hc', about: 'for a test', ...sizes }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (...names: string[]) => join(folder, ...names);
  const read = (...names: string[]) => readFileSync(path(...names), 'utf8');
  const environment = { ...process.env, CARDHOUSE_DEBUG: '', FORCE_COLOR: undefined, NO_COLOR: '1' };
  const cardhouse = (...given: string[]) =>
    spawnSync(process.execPath, [program, 'build', ...given], { cwd: folder, encoding: 'utf8', env: environment });

  /** Expects exit code 2, one line, and nothing written. */
  function expectRefused(given: string[], wanted: RegExp) {
    const before = readdirSync(folder);
    const { status, stdout, stderr } = cardhouse(...given);
    expect(stderr).toMatch(/^SpecError: [^\n]+\n$/);
    expect(stderr).toMatch(wanted);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
  }

  it.each<[string, string[], RegExp]>([
    [
      'a density above graphite',
      ['hc.json', '--density', '2.3'],
      /density must be at most 1\.\d+ g\/cm³ for domains of la 14 Å.* got 2\.3/,
    ],
    [
      'pores larger than the box',
      ['hc.json', '--pore-diameter', '30'],
      /pores\.diameter must be 3 to 12\.\d Å in a box of 25 Å, got 30/,
    ],
    ['domains below a ring', ['hc.json', '--la', '3'], /la must be at least 8 Å, got "3"/],
    [
      'closed pores that do not fit',
      ['hc.json', '--pore-diameter', '8', '--density', '0.5'],
      /pores\.kind must be open for pores of 8 Å that take \d+ % of the box: closed ones, a sheet apart, take at most 21 %/,
    ],
    [
      'pores in a carbon that leaves no room for them',
      ['hc.json', '--pore-diameter', '8', '--density', '1.5', '--lc', '7.4'],
      /density must be at most 1\.\d+ g\/cm³ to leave room for pores/,
    ],
    [
      'a box narrower than a domain',
      ['hc.json', '--la', '40'],
      /atoms must be at least \d+, so that the box is as wide as a domain \(40\.0 Å\), got 600/,
    ],
    ['a closed kind that is none', ['hc.json', '--pores', 'shut'], /--pores.*closed, open/],
    [
      'refining without measuring',
      ['hc.json', '--no-measure', '--refine'],
      /--no-measure must not be given beside --refine/,
    ],
    ['judging without measuring', ['hc.json', '--no-measure', '--strict'], /--no-measure/],
    ['a report without measuring', ['hc.json', '--no-measure', '--report', 'r'], /--no-measure/],
    ['refining a crystal', ['crystal.json', '--refine'], /--refine must not be given for a crystal/],
    ['a crystal with a density', ['crystal.json', '--density', '2'], /is a crystal: it takes none of the flags/],
    ['a file that is there', ['hc.json', '--out', 'taken.xyz'], /taken\.xyz exists: choose another --out/],
    ['a folder of something else', ['hc.json', '--report', 'mine', '--force'], /mine exists and holds something else/],
    ['a kind of file it cannot write', ['hc.json', '--out', 'hc.doc'], /hc\.doc/],
  ])('refuses %s', (_what, given, wanted) => {
    writeFileSync(path('crystal.json'), JSON.stringify({ crystal: { kind: 'graphite', cells: [4, 2] } }));
    writeFileSync(path('taken.xyz'), 'mine\n');
    mkdirSync(path('mine'));
    writeFileSync(path('mine', 'results.json'), '{}');
    expectRefused(given, wanted);
    expect(read('taken.xyz')).toBe('mine\n');
    expect(readdirSync(path('mine'))).toEqual(['results.json']);
  });

  it('builds without measuring, and writes the atoms alone', () => {
    const { status, stdout, stderr } = cardhouse('hc.json', '--no-measure', '--out', 'a.xyz');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Built\n/);
    expect(stdout).not.toContain('Asked and measured');
    expect(readdirSync(folder).sort()).toEqual(['a.xyz', 'hc.json']);
    const [frame] = [parseExtxyz(read('a.xyz'))].flat();
    expect(Math.abs(densityOf(frame!) / 0.8 - 1)).toBeLessThan(0.01);
  });

  it('--json is one document, --report a whole directory, --strict fails and says what missed', () => {
    // spheres of 9 Å overlap in so small a box: the most frequent pore is wider
    const given = [
      'hc.json',
      '--density',
      '0.7',
      '--atoms',
      '700',
      '--pore-diameter',
      '9',
      '--pores',
      'open',
      '--no-relax',
    ];
    const { status, stdout, stderr } = cardhouse(...given, '--strict', '--json', '--report', 'report');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^warning: pore diameter, most common is \d+\.\d+ Å, asked were 9 Å/m);
    expect(stderr).toMatch(
      /--strict: asked and measured differ by more than the tolerance in pore diameter, most common\n$/,
    );

    expect(stdout.endsWith('}\n')).toBe(true);
    const told = JSON.parse(stdout);
    expect(told.file).toBe('hc.xyz');
    expect(told.asked).toMatchObject({ ...sizes, density: 0.7, atoms: 700, seed: 1, route: 'grains' });
    const missed = told.residual.filter((row: { within: boolean }) => !row.within);
    expect(missed.map((row: { key: string }) => row.key)).toEqual(['poreDiameterMode']);
    expect(told.measured.poreDiameterMode.value).toBe(missed[0].measured.value);
    expect(told.built.atoms.value).toBeGreaterThan(690);

    // what missed is written all the same: --strict is a verdict, not an obstacle
    expect(readdirSync(folder).sort()).toEqual(['hc.json', 'hc.xyz', 'report']);
    const results = JSON.parse(read('report', 'results.json'));
    expect(results.schema ?? results.$schema ?? JSON.stringify(results)).toContain('cardhouse/characterization/');
    expect(read('report', 'report.html')).toMatch(/<\/html>\s*$/);
    expect(read('report', 'structure.xyz')).toBe(read('hc.xyz'));
    const there = readdirSync(path('report'));
    for (const file of results.provenance.files) expect(there).toContain(file);
    expect(there.length).toBeLessThanOrEqual(results.provenance.files.length + 1);
    expect(JSON.stringify(results)).not.toContain(folder);

    const again = cardhouse(...given, '--report', 'report', '--out', 'b.xyz');
    expect(again.stderr).toMatch(/^SpecError: report exists: .*--force/);
    expect(again.status).toBe(2);
  });

  it('says a table of asked and measured, and passes --strict where all is met', () => {
    const { status, stdout, stderr } = cardhouse('hc.json', '--strict');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Asked and measured\n/);
    expect(stdout).toMatch(/La, Warren \(10\).* 14 .*met/);
    expect(stdout).not.toContain('missed');
    expect(stdout).toMatch(/Structure: hc\.xyz\n$/);
  });

  it('stops at Ctrl-C in the middle of the work, and leaves nothing', async () => {
    const given = ['hard-carbon', '--atoms', '20000', '--report', 'report', '--progress'];
    const child = spawn(process.execPath, [program, 'build', ...given], {
      cwd: folder,
      env: environment as NodeJS.ProcessEnv,
    });
    let told = '';
    child.stderr.on('data', (chunk) => {
      if (told === '') setTimeout(() => child.kill('SIGINT'), 100);
      told += chunk;
    });
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(told).toContain('stopped: nothing is written');
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual(['hc.json']);
  });
});
