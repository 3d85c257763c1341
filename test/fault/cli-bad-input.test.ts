/** Bad input through the built program: one clear line on stderr, exit code 2, no stack, nothing written. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const built = existsSync(program);
if (!built)
  console.warn('dist/cli/main.js is not there (npm run build makes it): tests of the built program are skipped');

const recipe = (changes = '') =>
  `host:\n  recipe: {la: 25, lc: 11, d002: 3.75, density: 1.45, atoms: 1500${changes}}\n`;
const guest = 'guest: {species: Na, model: na-carbon}\n';
const structure = (edge: number, species: string) =>
  `2\nLattice="${edge} 0 0 0 ${edge} 0 0 0 ${edge}" Properties=species:S:1:pos:R:3\n${species} 0 0 0\n${species} 1.42 0 0\n`;

describe.skipIf(!built)('the built program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the program in the folder. */
  function cardhouse(...given: string[]) {
    const environment = { ...process.env, CARDHOUSE_DEBUG: '', FORCE_COLOR: undefined, NO_COLOR: '1' };
    return spawnSync(process.execPath, [program, ...given], { cwd: folder, encoding: 'utf8', env: environment });
  }

  /** Expects a refusal that says `wanted` and leaves the folder as it was. */
  function expectRefused(given: string[], wanted: RegExp) {
    const before = readdirSync(folder);
    const { status, stdout, stderr } = cardhouse(...given);
    expect(stderr).toMatch(/^(SpecError|ModelError): [^\n]+\n$/);
    expect(stderr).toMatch(wanted);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
  }

  it.each<[string, string, RegExp]>([
    [
      'an unknown key',
      `${recipe()}${guest}temprature: 300\n`,
      /study\.yaml, line 4: unknown key "temprature"; did you mean "temperature"\?/,
    ],
    [
      'a wrong unit',
      `${recipe(', edges: {strong: 2 nm}')}${guest}`,
      /host\.recipe\.edges\.strong must be a fraction \(%\), got the unit "nm"/,
    ],
    [
      'a backend that there is not',
      `${recipe()}${guest}backend: cuda\n`,
      /study\.yaml, line 4: backend must be one of auto, reference, wasm, webgpu, gpujs, got "cuda"/,
    ],
    [
      'a backend without chains',
      `${recipe()}${guest}backend: gpujs\n`,
      /backend must be auto, reference, wasm or webgpu, got gpujs: gpu\.js sums energies at many points/,
    ],
    [
      'a decimal comma',
      `${recipe()}${guest}ladder:\n  discharge:\n    - "0,05"\n`,
      /ladder\.discharge\[0\] must be a number in V.*decimal comma\?/,
    ],
    [
      'a negative density',
      `${recipe().replace('1.45', '-1.45')}${guest}`,
      /host\.recipe\.density must be above 0 g\/cm³, got -1\.45/,
    ],
    [
      'a density that cannot be packed',
      `${recipe().replace('1.45', '2.1')}${guest}`,
      /density must be at most .* g\/cm³/,
    ],
    ['a structure that is not there', `host: {file: carbon.xyz}\n${guest}`, /structure "carbon\.xyz" does not exist/],
    [
      'a model that is not there',
      `${recipe()}guest: {species: Na, model: na-carbn}\n`,
      /no model "na-carbn" in models\/potentials; did you mean "na-carbon"\?/,
    ],
    ['a recipe that is not there', `host: {recipe: hart-carbon}\n${guest}`, /no recipe "hart-carbon"/],
    ['a guest the model does not know', `${recipe()}guest: {species: K, model: na-carbon}\n`, /\bK\b/],
    ['broken YAML', `${recipe()}guest: {species: Na\n`, /study\.yaml, line \d+: /],
  ])('refuses %s', (_what, text, wanted) => {
    writeFileSync(join(folder, 'study.yaml'), text);
    expectRefused(['run', 'study.yaml'], wanted);
    expectRefused(['check', 'study.yaml'], wanted);
    expectRefused(['sweep', 'study.yaml'], wanted);
  });

  it.each<[string, string, RegExp]>([
    ['a cell smaller than twice the cutoff', structure(12, 'C'), /cutoff/],
    ['an unknown species', structure(30, 'Xx'), /Xx/],
    ['a structure that ends early', structure(30, 'C').replace('2\n', '3\n'), /carbon\.xyz, line/],
  ])('refuses %s', (_what, text, wanted) => {
    writeFileSync(join(folder, 'study.yaml'), `host: {file: carbon.xyz}\n${guest}`);
    writeFileSync(join(folder, 'carbon.xyz'), text);
    expectRefused(['run', 'study.yaml'], wanted);
    expectRefused(['check', 'study.yaml'], wanted);
  });

  it('refuses a missing study, with the name it might have had', () => {
    writeFileSync(join(folder, 'study.yaml'), '');
    expectRefused(['run', 'studdy.yaml'], /study "studdy\.yaml" does not exist; did you mean "study\.yaml"\?/);
    expectRefused(['run', 'no-such-study'], /no study "no-such-study" in models\/studies/);
  });

  it('refuses a model file that is broken', () => {
    writeFileSync(join(folder, 'na.json'), '{"format": ');
    writeFileSync(join(folder, 'na.xyz'), structure(30, 'Na'));
    writeFileSync(join(folder, 'study.yaml'), `${recipe()}guest: {species: Na, model: ./na.json}\n`);
    expectRefused(['run', 'study.yaml'], /na\.json is not JSON/);
    expectRefused(['energy', 'na.xyz', '--model', 'na.json'], /na\.json is not JSON/);
    writeFileSync(join(folder, 'na.json'), '{"format": "none"}');
    expectRefused(['run', 'study.yaml'], /na\.json/);
  });

  it('refuses to compute with species a model lacks, and to overwrite', () => {
    writeFileSync(join(folder, 'xx.xyz'), structure(30, 'Xx'));
    expectRefused(['energy', 'xx.xyz', '--model', 'na-carbon'], /atom 1 is Xx, which model na-carbon does not know/);
    writeFileSync(join(folder, 'na.xyz'), structure(30, 'Na'));
    expectRefused(
      ['energy', 'na.xyz', '--model', 'na-carbon', '--out', 'xx.xyz'],
      /xx\.xyz exists: replace it with --force/,
    );
    expect(readFileSync(join(folder, 'xx.xyz'), 'utf8')).toBe(structure(30, 'Xx'));
  });

  it('refuses to run a sweep, and a sweep that varies nothing it could', () => {
    const text = `${recipe()}${guest}sweep:\n  grid: {host.recipe.la: [20, 30]}\n`;
    writeFileSync(join(folder, 'study.yaml'), text);
    expectRefused(['run', 'study.yaml'], /study\.yaml is a sweep: cardhouse sweep takes it/);
    writeFileSync(join(folder, 'study.yaml'), text.replace('grid', 'gird'));
    expectRefused(['sweep', 'study.yaml'], /study\.yaml, line \d+: unknown key "gird" at sweep; did you mean "grid"\?/);
    writeFileSync(join(folder, 'study.yaml'), text.replace('[20, 30]', '[]'));
    expectRefused(['sweep', 'study.yaml'], /sweep\.grid\.host\.recipe\.la must be a list of values, got an empty list/);
  });

  it('refuses to touch a folder that is not its own', () => {
    writeFileSync(join(folder, 'study.yaml'), `${recipe()}${guest}`);
    for (const force of [[], ['--force']]) {
      expectRefused(['run', 'study.yaml', '--out', '.', ...force], /exists and is not a run of Cardhouse/);
      expectRefused(['sweep', 'study.yaml', '--out', '.', ...force], /exists and is not a sweep of Cardhouse/);
    }
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown verb', ['rn'], /unknown command "rn"; did you mean "run"\?/],
    ['an unknown flag', ['run', 'x.yaml', '--sed', '3'], /unknown option "--sed"; did you mean "--seed"\?/],
    ['a flag without its value', ['run', 'x.yaml', '--seed'], /argument missing/],
    ['no argument', ['run'], /missing required argument "spec"/],
    ['no model', ['energy', 'x.xyz'], /--model/],
    ['half a worker', ['run', 'hard-carbon-na', '--workers', '0.5'], /--workers must be a whole number/],
    ['a grid that is none', ['sweep', 'hard-carbon-na', '--grid', 'temperature'], /--grid must be key=a,b,c/],
    ['a grid of an unknown key', ['sweep', 'hard-carbon-na', '--grid', 'temprature=1,2'], /unknown key "temprature"/],
    ['a range without its points', ['sweep', 'hard-carbon-na', '--range', 'temperature=1:2'], /--range needs --latin/],
    [
      'a list of points that is not there',
      ['sweep', 'hard-carbon-na', '--list', 'p.csv'],
      /list of points "p\.csv" does/,
    ],
    ['a flag of the cluster without it', ['sweep', 'hard-carbon-na', '--poll', '3'], /--poll goes with --engine slurm/],
    [
      'a sweep that is not there',
      ['predict', 'no-such-folder', '--la', '3nm'],
      /no-such-folder.sweep\.json" does not exist/,
    ],
    ['a measured curve that is not there', ['run', 'hard-carbon-na', '--compare', 'm.csv'], /curve "m\.csv" does not/],
    ['results without a measured curve', ['compare', 'runs/x'], /missing required argument "measured"/],
    [
      'a recipe with a wrong unit',
      ['build', '--la', '25 K', '--lc', '11', '--d002', '3.7', '--density', '1.4'],
      /la must be a length/,
    ],
    ['a reference of a model without a metal', ['reference', 'argon-carbon'], /argon-carbon has no reference metal/],
    [
      'a reference at a length',
      ['reference', 'na-carbon', '--temperature', '3 A'],
      /--temperature must be a temperature/,
    ],
    ['a recipe half given', ['build', '--la', '25'], /is missing/],
    ['a recipe with a negative density', ['build', 'hard-carbon', '--density', '-1'], /density must be above 0/],
  ])('refuses %s', (_what, given, wanted) => {
    expectRefused(given, wanted);
  });

  it('has an example in the help of every verb', () => {
    const verbs = [
      'run',
      'build',
      'energy',
      'relax',
      'md',
      'sweep',
      'predict',
      'compare',
      'check',
      'reference',
      'bench',
      'doctor',
    ];
    for (const verb of verbs) {
      const { status, stdout } = cardhouse(verb, '--help');
      expect(stdout).toContain(`$ cardhouse ${verb}`);
      expect(status).toBe(0);
    }
  });
});
