/** What a file of dynamics may say, and how a slip is told. */
import { describe, expect, it } from 'vitest';
import { gigapascal } from '../../src/core/units.ts';
import { formatDynamicsYaml, parseDynamicsSpec, parseDynamicsYaml, quickDynamics } from '../../src/study/md-spec.ts';
import { parseStudySpec } from '../../src/study/spec.ts';

const recipe = 'structure: {recipe: {la: 12, lc: 7, d002: 3.75, density: 1.2, atoms: 600}}\n';
const model = 'model: na-carbon+carbon\n';
const full = `${recipe}${model}
fill: {species: Na, model: na-carbon, voltage: 50 mV, trials: 300000}
stages:
  - relax: {method: l-bfgs, cell: isotropic, force: 20 meV/Å, pressure: 1 GPa}
  - md: {time: 20 ps, timestep: 1 fs, temperature: {from: 300 K, to: 600}, thermostat: {kind: bussi, time: 0.2 ps},
         pressure: {target: 1 bar, kind: anisotropic}, frozen: [C], every: {frames: 50 fs}, observe: [diffusion, rdf]}
output: {trajectory: both, checkpoint: 2 min}
`;

describe('a file of dynamics', () => {
  const spec = parseDynamicsYaml(full, 'runs/warm up.yaml');

  it('is read into base units with every default written out', () => {
    expect(spec.name).toBe('warm-up');
    expect(spec.seed).toBe(1);
    expect(spec.model).toEqual(['na-carbon', 'carbon']);
    expect(spec.fill).toEqual({ species: 'Na', model: 'na-carbon', voltage: 0.05, temperature: 300, trials: 300000 });
    expect(spec.output).toEqual({ trajectory: 'both', checkpoint: 120 });
    const [relax, md] = spec.stages as [{ relax: object }, { md: { pressure: { target: number } } }];
    expect(relax.relax).toMatchObject({ method: 'l-bfgs', cell: 'isotropic', force: 0.02, steps: 2000, frozen: [] });
    expect(relax.relax).toHaveProperty('pressure', Number((1 / gigapascal).toPrecision(14)));
    expect(md.md).toMatchObject({
      time: 20_000,
      timestep: 1,
      temperature: { from: 300, to: 600 },
      thermostat: { kind: 'bussi', time: 200 },
      every: { frames: 50, velocities: 4, thermo: 10 },
      velocities: 'keep',
    });
    expect(md.md.pressure.target).toBeCloseTo(1e-4 / gigapascal, 15);
  });

  it('is written as YAML that reads back to itself', () => {
    expect(parseDynamicsYaml(formatDynamicsYaml(spec))).toEqual(spec);
    const quick = quickDynamics(spec);
    expect(parseDynamicsYaml(formatDynamicsYaml(quick))).toEqual(quick);
  });

  it('takes a bare word for a thermostat, one temperature, a list of models, a crystal', () => {
    const short = parseDynamicsSpec({
      structure: { crystal: { kind: 'graphene', cells: [4, 3] } },
      model: ['carbon'],
      stages: [{ md: { time: '1 ps', timestep: 0.8, thermostat: 'none', temperature: '300 K' } }],
    });
    expect(short.structure).toEqual({
      crystal: { kind: 'graphene', cells: [4, 3], layers: 2, spacing: 3.354, vacuum: 20 },
    });
    expect(short.model).toEqual(['carbon']);
    // intervals nobody asked for fall on whole steps
    expect(short.stages[0]).toMatchObject({
      md: { temperature: { from: 300, to: 300 }, thermostat: { kind: 'none' }, every: { frames: 100, thermo: 10.4 } },
    });
  });

  it('is shortened for a first look, and never lengthened', () => {
    const quick = quickDynamics(spec);
    expect(quick.name).toBe('warm-up-quick');
    expect(quick.stages[1]).toMatchObject({ md: { time: 400, every: { frames: 10, velocities: 4, thermo: 4 } } });
    expect(quick.stages[0]).toMatchObject({ relax: { steps: 100 } });
    expect(quick.fill!.trials).toBe(60_000);
    expect(quick.structure).toEqual(spec.structure);
    expect({ ...quickDynamics(quick), name: quick.name }).toEqual(quick);
  });

  it('is told from a study', () => {
    const study = { host: { recipe: 'hard-carbon' }, guest: { species: 'Na', model: 'na-carbon' } };
    expect(() => parseDynamicsSpec(study)).toThrow('this is a study, not a run of dynamics: cardhouse run takes it');
    expect(() => parseStudySpec(spec)).toThrow('this is a run of dynamics, not a study: cardhouse md takes it');
  });

  it.each<[string, string, RegExp]>([
    [
      'a decimal comma',
      full.replace('time: 20 ps', 'time: "0,5 ps"'),
      /line 7: stages\[1\]\.md\.time must be .*decimal comma/,
    ],
    [
      'a wrong unit',
      full.replace('300 K', '300 fs'),
      /stages\[1\]\.md\.temperature\.from must be a temperature \(K\), got the unit "fs"/,
    ],
    [
      'a wrong unit of pressure',
      full.replace('1 GPa', '1 eV'),
      /stages\[0\]\.relax\.pressure must be a pressure \(.*GPa.*got the unit "eV"/,
    ],
    [
      'an unknown key',
      full.replace('timestep', 'timestp'),
      /line 7: unknown key "timestp" at stages\[1\]\.md; did you mean "timestep"\?/,
    ],
    [
      'an unknown stage',
      full.replace('- relax', '- relx'),
      /unknown key "relx" at stages\[0\]; did you mean "relax"\?/,
    ],
    [
      'an unknown word',
      full.replace('l-bfgs', 'newton'),
      /stages\[0\]\.relax\.method must be fire or l-bfgs, got "newton"/,
    ],
    [
      'an unknown observable',
      full.replace('rdf]', 'msd]'),
      /stages\[1\]\.md\.observe\[1\] must be diffusion, rdf, vacf or vdos, got "msd"/,
    ],
    ['no stages', `${recipe}${model}`, /stages must be a list, got/],
    ['an empty list of stages', `${recipe}${model}stages: []`, /stages must be a list with at least 1 entry/],
    ['no time', `${recipe}${model}stages: [{md: {}}]`, /stages\[0\]\.md\.time is missing/],
    [
      'two things in one stage',
      `${recipe}${model}stages: [{md: {time: 1}, relax: {}}]`,
      /stages\[0\] must be one of relax or md, got both/,
    ],
    [
      'half a step',
      `${recipe}${model}stages: [{md: {time: 10.5}}]`,
      /time must be a whole number of timesteps of 1 fs, got 10\.5 fs/,
    ],
    [
      'pressure without a thermostat',
      full.replace('kind: bussi', 'kind: none').replace('{from: 300 K, to: 600}', '300'),
      /pressure must have a thermostat/,
    ],
    [
      'two structures',
      full.replace('{recipe:', '{file: a.xyz, recipe:'),
      /structure must have a recipe, a file or a crystal, got recipe and file/,
    ],
    ['no structure', `${model}stages: [{relax: {}}]`, /structure is missing/],
    ['no model', `${recipe}stages: [{relax: {}}]`, /model/],
    ['an unknown recipe', `structure: {recipe: hard}\n${model}stages: [{relax: {}}]`, /structure\.recipe names "hard"/],
    ['nothing', '', /empty/],
  ])('refuses %s', (_what, text, wanted) => {
    expect(() => parseDynamicsYaml(text, 'md.yaml')).toThrow(wanted);
  });
});
