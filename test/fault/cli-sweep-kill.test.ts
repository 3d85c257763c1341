/** Sweeps that are killed, and those that grow: no point is lost, none is computed twice. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { start } from './killing.ts';
import { endings, pointsOf, tinyStudy, writeSqueezingStudy } from './sweeping.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built = existsSync(program);
if (!built) console.warn('dist/cli/main.js is not there (npm run build makes it): tests of killed sweeps are skipped');

describe.skipIf(!built)('a sweep', () => {
  let folder: string;
  let seconds: number;
  const sweep = (out: string, la: string, ...more: string[]) => [
    ...['sweep', 'tiny.yaml', '--grid', `host.recipe.la=${la}`],
    ...['--out', out, '--workers', '2', '--checkpoint', '0.05', '--quiet', ...more],
  ];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
    writeFileSync(join(folder, 'tiny.yaml'), tinyStudy);
    const ending = await start(program, folder, sweep('whole', '12,14'));
    expect([ending.code, ending.stderr]).toEqual([0, '']);
    seconds = ending.seconds;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('killed with -9 again and again comes to the same points, each computed once', async () => {
    const random = new RandomStream('killed sweep');
    let kills = 0;
    for (let k = 0; k < 3; k++) {
      const { killed } = await start(
        program,
        folder,
        sweep('killed', '12,14'),
        seconds * (0.35 + 0.4 * random.uniform()),
      );
      if (!killed) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const last = await start(program, folder, sweep('killed', '12,14'));
    expect([last.code, last.stderr]).toEqual([0, '']);
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    expect(Object.keys(pointsOf(whole))).toHaveLength(2);
    expect(pointsOf(killed)).toEqual(pointsOf(whole));
    expect(Object.values(endings(killed)).filter((times) => times > 1)).toEqual([]);
    // nothing but the points is left, and the tables are the same
    expect(readdirSync(join(killed, 'points'))).toEqual(readdirSync(join(whole, 'points')));
    for (const name of ['sweep.csv', 'sweep.json', 'sweep.parquet']) {
      expect(readFileSync(join(killed, name), 'latin1')).toBe(readFileSync(join(whole, name), 'latin1'));
    }
  });

  it('with one more value computes only what is new', async () => {
    const whole = join(folder, 'whole');
    const times = () =>
      Object.fromEntries(
        readdirSync(join(whole, 'points')).map((name) => [name, statSync(join(whole, 'points', name)).mtimeMs]),
      );
    const before = times();
    expect((await start(program, folder, sweep('whole', '12,1.4nm,16'))).code).toBe(0);
    const after = times();
    expect(Object.keys(after)).toHaveLength(3);
    expect(after).toMatchObject(before);
    expect(Object.values(endings(whole))).toEqual([1, 1, 1]);
    const { rows, averages } = JSON.parse(readFileSync(join(whole, 'sweep.json'), 'utf8'));
    expect(rows).toHaveLength(3);
    expect(averages.map(({ at, seeds }: { at: object; seeds: number }) => [Object.values(at), seeds])).toEqual([
      [['12'], 1],
      [['1.4nm'], 1],
      [['16'], 1],
    ]);
  });

  it('goes on past a point that cannot be computed, and says which', async () => {
    writeSqueezingStudy(folder);
    const grid = ['--grid', 'ladder.discharge.3=-0.4,-9'];
    const given = ['sweep', 'squeezing.yaml', ...grid, '--out', 'failing', '--workers', '1', '--quiet'];
    const { code, stderr } = await start(program, folder, given);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^not computed: ladder\.discharge\.3 -9, seed 1: PhysicsError: [^\n]+\n$/);
    const { rows, failed } = JSON.parse(readFileSync(join(folder, 'failing', 'sweep.json'), 'utf8'));
    expect([rows.length, failed.length]).toEqual([1, 1]);
  });
});
