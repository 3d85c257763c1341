/** The examples tell the truth: every shipped study runs with --quick, and the script of the README does what it says. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { dynamicsResultsSchema } from '../../src/report/dynamics-schema.ts';

const execute = promisify(execFile);
const node = (args: string[]) => execute(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const main = 'dist/cli/main.js';
const built = existsSync(main);
if (!built) console.warn('examples skipped: the program is not built (npm run build)');
const scratch = mkdtempSync(join(tmpdir(), 'cardhouse-examples-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Every shipped spec; those of dynamics have stages at their top, the others are studies. */
const specs = readdirSync('models/studies').filter((file) => file.endsWith('.yaml'));
const isDynamics = (file: string) => /^stages:/m.test(readFileSync(join('models/studies', file), 'utf8'));

const isSweep = (file: string) => /^sweep:/m.test(readFileSync(join('models/studies', file), 'utf8'));

describe.skipIf(!built)('models/studies', () => {
  it.each(specs.filter(isSweep))('%s: two points run with --quick', async (file) => {
    const sweep = join('models/studies', file);
    const out = join(scratch, file);
    const few = ['--list', 'host.recipe.la=15,30', '--list', 'host.recipe.lc=15,15', '--seeds', '1', '--quick'];
    await node([main, 'sweep', sweep, ...few, '--out', out, '--workers', '1', '--quiet']);
    const { rows, failed } = JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8'));
    expect(failed).toEqual([]);
    expect(rows.map((row: { coordinates: object }) => Object.values(row.coordinates))).toEqual([
      [15, 15],
      [30, 15],
    ]);
    for (const name of ['report.html', 'sweep.csv', 'sweep.parquet', 'trends.csv'])
      expect(existsSync(join(out, name)), name).toBe(true);
  });

  it.each(specs.filter((file) => !isDynamics(file) && !isSweep(file)))('%s runs with --quick', async (file) => {
    const out = join(scratch, file);
    const { stdout } = await node([main, 'run', join('models/studies', file), '--quick', '--json', '--out', out]);
    const report = JSON.parse(stdout);
    expect(report.study.complete).toBe(true);
    expect(report.curve.discharge.length + report.curve.charge.length).toBeGreaterThan(6);
    // the floor holds more than the top: the carbon was filled
    const capacity = report.curve.discharge.map((point: { capacity: { value: number } }) => point.capacity.value);
    expect(capacity.at(-1)).toBeGreaterThan(2 * capacity[0] + 50);
    for (const name of ['results.json', 'report.html', 'spec.yaml', 'curve.csv', 'final.xyz']) {
      expect(existsSync(join(out, name)), name).toBe(true);
    }
  });
});

describe.skipIf(!built)('dynamics in models/studies', () => {
  it.each(specs.filter(isDynamics))('%s runs with --quick', async (file) => {
    const out = join(scratch, file);
    const { stdout } = await node([main, 'md', join('models/studies', file), '--quick', '--json', '--out', out]);
    const results = JSON.parse(stdout);
    expect(dynamicsResultsSchema.safeParse(results).error?.issues ?? []).toEqual([]);
    expect(results.run.complete).toBe(true);
    expect(results.thermo.samples).toBeGreaterThan(50);
    // the thermostat is felt: within a factor of two of what was asked, even in so short a run
    const asked = /temperature: (?:\{ from: [^,]*, to: )?(\d+) K/g;
    const kelvin = [...readFileSync(join('models/studies', file), 'utf8').matchAll(asked)].map((match) =>
      Number(match[1]),
    );
    expect(results.thermo.temperature.value).toBeGreaterThan(Math.min(...kelvin) / 2);
    expect(results.thermo.temperature.value).toBeLessThan(2 * Math.max(...kelvin) + 600);
    expect(Math.abs(results.thermo.drift.value)).toBeLessThan(0.01);
    for (const name of ['results.json', 'report.html', 'spec.yaml', 'thermo.csv', 'final.xyz', 'trajectory.h5']) {
      expect(existsSync(join(out, name)), name).toBe(true);
    }
  });
});

describe.skipIf(!built)('README.md', () => {
  it('the script in fifteen lines runs', async () => {
    const script = /```js\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1];
    expect(script).toBeDefined();
    expect(script!.trim().split('\n').length).toBeLessThanOrEqual(15);
    // beside the package, so that `cardhouse` is this package
    const path = join('test', 'examples', `readme-${process.pid}.mjs`);
    try {
      writeFileSync(path, script!);
      const { stdout } = await node([path]);
      expect(stdout).toMatch(/plateau -?\d+ ± \d+ mAh\/g/);
    } finally {
      rmSync(path, { force: true });
      rmSync('my-run.html', { force: true });
    }
  });
});
