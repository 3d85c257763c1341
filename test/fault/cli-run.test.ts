/** A run through the built program: whole or not there, never overwritten, stopped cleanly. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built = existsSync(program);
if (!built)
  console.warn('dist/cli/main.js is not there (npm run build makes it): tests of the built program are skipped');

/** A carbon of 600 atoms and as many voltages as asked, 20 000 trials each. */
const study = (voltages: number) => `
host:
  recipe: {la: 12, lc: 7, d002: 3.75, density: 1.2, atoms: 600}
guest: {species: Na, model: na-carbon}
ladder:
  discharge: [${Array.from({ length: voltages }, (_, i) => 1 - i / voltages).join(', ')}, 0, -0.4]
  charge: [0, 0.1, 1]
  equilibration: 5000
  production: 15000
  samples: 50
  snapshots: 2
replicas: 2
`;

describe.skipIf(!built)('a run of the built program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
  const cardhouse = (...given: string[]) =>
    spawnSync(process.execPath, [program, ...given], { cwd: folder, encoding: 'utf8' });

  it('gives one JSON document, a whole directory, and keeps it', () => {
    writeFileSync(join(folder, 'study.yaml'), study(2));
    const first = cardhouse('run', 'study.yaml', '--json', '--quiet', '--workers', '1');
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(JSON.parse(first.stdout)).toEqual(JSON.parse(read('runs', 'study', 'results.json')));
    expect(readdirSync(join(folder, 'runs'))).toEqual(['study']);
    expect(readdirSync(join(folder, 'runs', 'study'))).toEqual(
      expect.arrayContaining(['spec.yaml', 'results.json', 'report.html', 'log.jsonl']),
    );

    const again = cardhouse('run', 'study.yaml');
    expect(again.status).toBe(2);
    expect(again.stderr).toBe('SpecError: runs/study already holds this run, finished: --force runs it again\n');
    // the spec as run is the same study
    const copied = cardhouse('run', join('runs', 'study', 'spec.yaml'));
    expect(copied.stderr).toBe(again.stderr);

    // same seed, same numbers, whatever the number of workers
    const forced = cardhouse('run', 'study.yaml', '--json', '--quiet', '--workers', '2', '--force');
    const numbers = (text: string) => ({ ...JSON.parse(text), performance: undefined });
    expect(numbers(forced.stdout)).toEqual(numbers(first.stdout));
  });

  it('stops at Ctrl-C: what was sampled is kept and says that it is incomplete', async () => {
    writeFileSync(join(folder, 'study.yaml'), study(300));
    const child = spawn(process.execPath, [program, 'run', 'study.yaml', '--progress'], { cwd: folder });
    let told = '';
    child.stderr.on('data', (chunk) => {
      // the first line with a voltage in it: the ladder has begun
      if (!told.includes('mAh/g') && String(chunk).includes('mAh/g')) setTimeout(() => child.kill('SIGINT'), 2000);
      told += chunk;
    });
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(told).toContain('stopping');
    expect(code).toBe(130);
    expect(readdirSync(folder).sort()).toEqual(['runs', 'study.yaml']);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['study']);
    expect(JSON.parse(read('runs', 'study', 'results.json')).study.complete).toBe(false);
    expect(read('runs', 'study', 'report.html')).toMatch(/<\/html>\s*$/);
    expect(read('runs', 'study', 'log.jsonl')).toMatch(/"complete":false}\n$/);
  });

  it('leaves nothing behind when a second Ctrl-C ends it at once', async () => {
    writeFileSync(join(folder, 'study.yaml'), study(300).replace('15000', '150000000'));
    const child = spawn(process.execPath, [program, 'run', 'study.yaml', '--progress'], { cwd: folder });
    let told = '';
    child.stderr.on('data', (chunk) => {
      if (told === '') setTimeout(() => child.kill('SIGINT'), 500);
      if (String(chunk).includes('stopping')) child.kill('SIGINT');
      told += chunk;
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    expect(existsSync(join(folder, 'runs')) ? readdirSync(join(folder, 'runs')) : []).toEqual([]);
  });

  it('sweeps a grid into one table and computes no point twice', () => {
    writeFileSync(join(folder, 'study.yaml'), study(1));
    const sweep = () =>
      cardhouse('sweep', 'study.yaml', '--grid', 'host.recipe.density=1.1,1300 kg/m3', '--json', '--quiet');
    const first = sweep();
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    const table = JSON.parse(first.stdout);
    expect(table).toEqual(JSON.parse(read('runs', 'study-sweep', 'sweep.json')));
    expect(table.rows.map((row: { at: object }) => row.at)).toEqual([
      { 'host.recipe.density': '1.1' },
      { 'host.recipe.density': '1300 kg/m3' },
    ]);
    expect(read('runs', 'study-sweep', 'sweep.csv').split('\n')).toHaveLength(4);
    // one file per point, and it holds the study as run
    const points = table.rows.map(({ key }: { key: string }) => `${key.slice(0, 16)}.json`);
    expect(readdirSync(join(folder, 'runs', 'study-sweep', 'points')).sort()).toEqual([...points].sort());
    const densities = points.map(
      (name: string) => JSON.parse(read('runs', 'study-sweep', 'points', name)).spec.host.recipe.density,
    );
    expect(densities).toEqual([1.1, 1.3]);

    const before = read('runs', 'study-sweep', 'points', points[0]);
    expect(sweep().stdout).toBe(first.stdout);
    expect(read('runs', 'study-sweep', 'points', points[0])).toBe(before);
  });
});
