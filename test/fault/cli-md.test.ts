/** Dynamics and relaxation through the built program: refusals, explosions, and runs that are killed and go on. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built = existsSync(program);
if (!built)
  console.warn('dist/cli/main.js is not there (npm run build makes it): tests of the built program are skipped');

const sheet = 'structure: {crystal: {kind: graphene, cells: [3, 2]}}\nmodel: carbon\n';
/** Two stages with noise, a barostat, samples of every kind; `time` in ps each. */
const run = (time: number) => `${sheet}stages:
  - relax: {method: l-bfgs, cell: anisotropic}
  - md: {time: ${time} ps, timestep: 0.5 fs, thermostat: langevin, every: {frames: 20 fs}, observe: [diffusion, rdf, vacf, vdos]}
  - md: {time: ${time} ps, timestep: 0.5 fs, temperature: {from: 300, to: 400}, thermostat: bussi, every: {frames: 30 fs},
         pressure: {kind: anisotropic}, observe: [diffusion]}
output: {trajectory: both, checkpoint: 0.05 s}
`;
const pair = (distance: number) =>
  `2\nLattice="12 0 0 0 12 0 0 0 12" Properties=species:S:1:pos:R:3\nC 0 0 0\nC ${distance} 0 0\n`;

describe.skipIf(!built)('dynamics by the built program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (...names: string[]) => join(folder, ...names);
  const read = (...names: string[]) => readFileSync(path(...names), 'utf8');
  const cardhouse = (...given: string[]) => {
    const environment = { ...process.env, CARDHOUSE_DEBUG: '', FORCE_COLOR: undefined, NO_COLOR: '1' };
    return spawnSync(process.execPath, [program, ...given], { cwd: folder, encoding: 'utf8', env: environment });
  };

  /** Expects a refusal that says `wanted` and leaves the folder as it was. */
  function expectRefused(given: string[], wanted: RegExp, name = /SpecError|ModelError/) {
    const before = readdirSync(folder);
    const { status, stdout, stderr } = cardhouse(...given);
    expect(stderr).toMatch(new RegExp(`^(${name.source}): [^\\n]+\\n$`));
    expect(stderr).toMatch(wanted);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
  }

  /** The numbers of results.json that must not depend on how often a run was stopped. */
  const numbers = (...names: string[]) => ({ ...JSON.parse(read(...names)), performance: undefined });

  it('goes on without the GPU it was to run on, and says so', () => {
    const nothing = { VK_ICD_FILENAMES: path('none.json'), VK_DRIVER_FILES: path('none.json') };
    writeFileSync(path('sheet.yaml'), `${sheet}stages: [{md: {time: 20 fs, timestep: 0.5 fs}}]\n`);
    const { status, stderr } = spawnSync(
      process.execPath,
      [program, 'md', 'sheet.yaml', '--backend', 'webgpu', '--out', 'out'],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, ...nothing, NO_COLOR: '1' } },
    );
    expect(stderr).toMatch(/warning: webgpu: .*; forces are computed in WebAssembly instead\n/);
    expect(status).toBe(0);
    const { warnings, performance } = JSON.parse(read('out', 'results.json'));
    expect(warnings.join()).toMatch(/forces are computed in WebAssembly instead/);
    expect(performance.device).toBe(null);
    expect(read('out', 'spec.yaml')).toMatch(/^backend: webgpu$/m);
  });

  it.each<[string, string, RegExp]>([
    [
      'a decimal comma',
      run(1).replace('time: 1 ps', 'time: "0,5 ps"'),
      /line 5: stages\[1\]\.md\.time .*decimal comma\?/,
    ],
    [
      'an unknown key',
      run(1).replace('timestep', 'timestpe'),
      /unknown key "timestpe" at stages\[1\]\.md; did you mean "timestep"/,
    ],
    [
      'a wrong unit',
      run(1).replace('0.5 fs', '0.5 K'),
      /stages\[1\]\.md\.timestep must be a time \(fs, ps, ns\), got the unit "K"/,
    ],
    [
      'a frozen atom that is none',
      run(1).replace('observe:', 'frozen: [Na], observe:'),
      /stages\[1\]\.md\.frozen names "Na", but there is no such atom/,
    ],
    [
      'a model that is not there',
      run(1).replace('model: carbon', 'model: carbn'),
      /no model "carbn".*did you mean "carbon"/,
    ],
    [
      'a structure that is not there',
      run(1).replace(/structure: .*/, 'structure: {file: no.xyz}'),
      /structure "no\.xyz" does not exist/,
    ],
    [
      'a structure of other atoms',
      run(1).replace(/structure: .*/, 'structure: {file: xx.xyz}'),
      /structure holds Xx, which model carbon does not know/,
    ],
    [
      'a filling of a narrow box',
      run(1)
        .replace('carbon', 'na-carbon+carbon')
        .replace('stages:', 'fill: {species: Na, model: na-carbon, voltage: 0}\nstages:'),
      /structure has a cell .* Å wide, wanted at least/,
    ],
    [
      'a study',
      'host: {recipe: hard-carbon}\nguest: {species: Na, model: na-carbon}\n',
      /md\.yaml: this is a study, not a run of dynamics/,
    ],
  ])('refuses %s', (_what, text, wanted) => {
    writeFileSync(path('xx.xyz'), pair(1.4).replaceAll('\nC ', '\nXx '));
    writeFileSync(path('md.yaml'), text);
    expectRefused(['md', 'md.yaml'], wanted);
  });

  it('refuses truncated potential files with one ModelError', () => {
    const potentials = fileURLToPath(new URL('../data/', import.meta.url));
    writeFileSync(path('c.xyz'), pair(1.4));
    for (const [name, source] of [
      ['toy.tersoff', readFileSync(join(potentials, 'toy.tersoff'), 'utf8')],
      ['toy.eam.fs', readFileSync(join(potentials, 'toy.eam.fs'), 'utf8')],
      ['nep.txt', 'nep4 1 C\ncutoff 7 4 358 71\nn_max 12 8\n'],
    ] as const) {
      writeFileSync(path(name), source.slice(0, Math.floor(source.length * 0.6)));
      writeFileSync(path('md.yaml'), run(1).replace('model: carbon', `model: ./${name}`));
      const told = new RegExp(`${name.replaceAll('.', '\\.')}, line \\d+: `);
      const verb = { 'toy.tersoff': 'relax', 'toy.eam.fs': 'energy', 'nep.txt': 'md' }[name];
      const given = verb === 'md' ? ['md', 'md.yaml'] : [verb, 'c.xyz', '--model', `./${name}`];
      expectRefused(given, told, /ModelError/);
    }
  });

  it('relaxes a structure and its cell, adds models up, and overwrites nothing', () => {
    writeFileSync(path('c.xyz'), pair(1.6));
    const { status, stdout, stderr } = cardhouse(
      'relax',
      'c.xyz',
      '--model',
      'na-carbon+carbon',
      '--out',
      'r.xyz',
      '--json',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ file: 'c.xyz', model: 'na-carbon+carbon', atoms: 2, converged: true });
    expect(document.energy.after.value).toBeLessThan(document.energy.before.value - 0.1);
    expect(document.maxForce.after.value).toBeLessThan(0.01);
    const energy = cardhouse('energy', 'r.xyz', '--model', 'carbon', '--json');
    expect(JSON.parse(energy.stdout).energy.value).toBeCloseTo(document.energy.after.value, 8);
    expectRefused(['relax', 'c.xyz', '--model', 'carbon', '--out', 'r.xyz'], /r\.xyz exists: replace it with --force/);
    expectRefused(
      ['relax', 'c.xyz', '--model', 'carbon', '--max-force', '0,1'],
      /--max-force must be a number .*decimal comma/,
    );
    expectRefused(['relax', 'c.xyz', '--model', 'carbon', '--method', 'newton'], /newton/);
    expectRefused(
      ['relax', 'c.xyz', '--model', 'carbon', '--pressure', '1 GPa'],
      /--pressure must have a --cell that moves/,
    );
  });

  it.each<[string, string]>([
    [
      'two atoms on top of each other',
      `structure: {file: c.xyz}\nmodel: carbon\nstages: [{md: {time: 1 ps, timestep: 2 fs}}]`,
    ],
    ['a timestep far too long', `${sheet}stages: [{relax: {}}, {md: {time: 100 ps, timestep: 50 fs}}]`],
  ])('stops at an explosion and keeps the last good state: %s', (_what, text) => {
    writeFileSync(path('c.xyz'), pair(0.3));
    writeFileSync(path('md.yaml'), text);
    const { status, stdout, stderr } = cardhouse('md', 'md.yaml', '--out', 'out');
    expect(stderr).toMatch(/^PhysicsError: [^\n]+; the last good state is kept in out\/last-good\.xyz\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(read('out', 'last-good.xyz')).toMatch(/^\d+\nLattice=/);
    expect(readdirSync(path('out'))).toContain('checkpoint');
    // the same command goes on from there, and meets the same end
    const again = cardhouse('md', 'md.yaml', '--out', 'out');
    expect(again.status).toBe(1);
    expect(again.stderr).toBe(stderr);
  });

  it('keeps what is finished and what belongs to another spec', () => {
    writeFileSync(path('md.yaml'), run(0.1));
    const first = cardhouse('md', 'md.yaml', '--json', '--quiet');
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(JSON.parse(first.stdout)).toEqual(JSON.parse(read('runs', 'md', 'results.json')));
    expect(readdirSync(path('runs', 'md'))).toEqual(
      expect.arrayContaining([
        'spec.yaml',
        'results.json',
        'report.html',
        'log.jsonl',
        'trajectory.h5',
        'trajectory.xyz',
        'final.xyz',
        'stage-2',
      ]),
    );
    const again = cardhouse('md', 'md.yaml');
    expect(again.stderr).toBe('SpecError: runs/md already holds this run, finished: --force runs it again\n');
    expect(again.status).toBe(2);
    writeFileSync(path('md.yaml'), run(0.2));
    expect(cardhouse('md', 'md.yaml').stderr).toMatch(/runs\/md holds a run of another spec.*--force/);
    expectRefused(['md', 'md.yaml', '--out', '.'], /exists and is not a run of dynamics/);
    expectRefused(['md', 'md.yaml', '--out', '.', '--force'], /exists and is not a run of dynamics/);
  });

  it('checks a run and says what it will cost', () => {
    writeFileSync(path('md.yaml'), run(2));
    const { status, stdout } = cardhouse('check', 'md.yaml', '--json');
    expect(status).toBe(0);
    const { steps, atoms, probe, estimate } = JSON.parse(stdout);
    // 2 × 2 ps of 0.5 fs, and what a relaxation may take
    expect(steps).toBeGreaterThan(8000);
    expect(atoms).toBe(24);
    const stepping = (steps * atoms) / probe.rate.value;
    expect(estimate.time.value).toBeGreaterThanOrEqual(stepping);
    expect(estimate.time.value).toBeLessThan(stepping + 5);
    expect(readdirSync(folder)).toEqual(['md.yaml']);
    writeFileSync(path('md.yaml'), run(2).replace('langevin', 'langevn'));
    expect(cardhouse('check', 'md.yaml').status).toBe(2);
  });

  it('killed at any moment and called again, ends as if it had never been', async () => {
    writeFileSync(path('md.yaml'), run(1));
    // two workers: their sums must be the same again as well
    const workers = ['--workers', '2'];
    expect(cardhouse('md', 'md.yaml', '--out', 'whole', ...workers).status).toBe(0);
    let kills = 0;
    let torn = false;
    let status: number | null = null;
    for (let sitting = 0; status !== 0 && sitting < 40; sitting++) {
      const child = spawn(process.execPath, [program, 'md', 'md.yaml', '--out', 'killed', '--progress', ...workers], {
        cwd: folder,
      });
      let told = '';
      child.stderr.on('data', (chunk) => {
        // once a stage has begun; a little later each time, so that it gets through on any machine
        if (!told.includes('stage ') && String(chunk).includes('stage ')) {
          setTimeout(() => child.kill('SIGKILL'), 150 * 1.5 ** sitting);
        }
        told += chunk;
      });
      status = await new Promise((resolve) => child.on('exit', resolve));
      // killed when all was written and only the process had still to end
      if (status === 2 && sitting > 0 && told.includes('already holds this run, finished')) {
        status = 0;
        break;
      }
      if (status === null) kills++;
      if (sitting > 0) expect(told).toMatch(/resumed at step \d+/);
      if (torn || status !== null || !existsSync(path('killed', 'checkpoint.previous'))) continue;
      // the newest checkpoint torn as well: the one before it serves
      truncateSync(path('killed', 'checkpoint'), 1000);
      torn = true;
    }
    expect(status).toBe(0);
    expect(kills).toBeGreaterThan(1);
    expect(torn).toBe(true);
    for (const name of ['final.xyz', 'trajectory.xyz', 'msd.csv', 'thermo.csv']) {
      expect(read('killed', name) === read('whole', name), name).toBe(true);
    }
    expect(numbers('killed', 'results.json')).toEqual(numbers('whole', 'results.json'));
    expect(numbers('killed', 'stage-2', 'results.json')).toEqual(numbers('whole', 'stage-2', 'results.json'));
    expect(existsSync(path('killed', 'samples.bin'))).toBe(false);
  });

  it('stops at Ctrl-C with a checkpoint and marked results, and goes on', async () => {
    writeFileSync(path('md.yaml'), run(500));
    const child = spawn(process.execPath, [program, 'md', 'md.yaml', '--out', 'out', '--progress'], { cwd: folder });
    let told = '';
    child.stderr.on('data', (chunk) => {
      if (!told.includes('stage 2') && String(chunk).includes('stage 2')) setTimeout(() => child.kill('SIGINT'), 500);
      told += chunk;
    });
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(told).toContain('stopping');
    expect(code).toBe(130);
    expect(JSON.parse(read('out', 'results.json')).run.complete).toBe(false);
    expect(read('out', 'report.html')).toMatch(/<\/html>\s*$/);
    expect(readdirSync(path('out'))).toEqual(expect.arrayContaining(['checkpoint', 'samples.bin']));
  });
});
