import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { formatStudyYaml, parseStudySpec, parseStudyYaml, type StudySpec } from '../../src/study/spec.ts';

const recipe = { la: '2.5 nm', lc: '11 A', d002: 3.75, density: '1450 kg/m3' };
const minimal = { host: { recipe }, guest: { species: 'Na', model: 'na-carbon' } };

/** The minimal study with some keys replaced. */
const study = (changes: object) => ({ ...minimal, ...changes });
const withRecipe = (changes: object) => study({ host: { recipe: { ...recipe, ...changes } } });

function message(data: unknown): string {
  try {
    parseStudySpec(data);
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return (error as Error).message;
  }
  throw new Error(`accepted: ${JSON.stringify(data)}`);
}

describe('a study spec', () => {
  it('converts units and fills in every default but host and guest', () => {
    const spec = parseStudySpec(minimal);
    expect(spec.host).toEqual({
      recipe: { la: 25, lc: 11, d002: 3.75, density: 1.45, atoms: 8000, edges: { strong: 0.15 } },
    });
    expect(spec.temperature).toBe(300);
    expect(spec.ladder.discharge.at(-1)).toBe(-0.4);
    expect(spec.ladder.charge).toContain(0);
    expect(spec.analysis).toEqual({ slopeCut: 0.1, irreversibleAbove: 1 });
    expect(spec.replicas).toBeGreaterThanOrEqual(4);
  });

  it.each([['4.1 nm'], ['41 A'], ['41'], [41], ['41 Å'], ['4100 pm']])('reads la: %s as 41 Å', (la) => {
    expect(parseStudySpec(withRecipe({ la })).host).toHaveProperty('recipe.la', 41);
  });

  it('reads voltages with units and a charge branch that is empty', () => {
    const { ladder } = parseStudySpec(study({ ladder: { discharge: [1, '50 mV', '-400mV'], charge: [] } }));
    expect(ladder.discharge).toEqual([1, 0.05, -0.4]);
    expect(ladder.charge).toEqual([]);
  });

  it('takes a recipe by name from the loader and a file without one', () => {
    const loadRecipe = (name: string) => (name === 'hard-carbon' ? recipe : undefined);
    const named = parseStudySpec(study({ host: { recipe: 'hard-carbon' } }), { loadRecipe });
    expect(named).toEqual(parseStudySpec(minimal));
    expect(parseStudySpec(study({ host: { file: 'carbon.xyz' } })).host).toEqual({ file: 'carbon.xyz' });
    expect(() => parseStudySpec(study({ host: { recipe: 'soft-carbon' } }), { loadRecipe })).toThrow(
      'host.recipe names "soft-carbon", but there is no such recipe',
    );
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'the study is empty: it needs a host and a guest'],
    ['a list', [1], 'the study must be a group of keys (name, about, seed, host'],
    ['no guest', { host: minimal.host }, 'guest is missing'],
    ['no host', { guest: minimal.guest }, 'host is missing'],
    ['no model', study({ guest: { species: 'Na' } }), 'guest.model is missing'],
    ['no density', study({ host: { recipe: { la: 25, lc: 11, d002: 3.7 } } }), 'host.recipe.density is missing'],
    ['an unknown key', study({ temprature: 300 }), 'unknown key "temprature"; did you mean "temperature"?'],
    ['a key misspelt', { gest: minimal.guest, host: minimal.host }, 'unknown key "gest"; did you mean "guest"?'],
    ['an unknown key below', withRecipe({ d02: 3 }), 'unknown key "d02" at host.recipe; did you mean "d002"?'],
    [
      'a key like no other',
      study({ ladder: { numberOfCycle: 3 } }),
      'unknown key "numberOfCycle" at ladder; known here: discharge,',
    ],
    ['a prototype key', JSON.parse('{"__proto__": 1}'), 'unknown key "__proto__"'],
    [
      'a wrong unit',
      withRecipe({ la: '25 g' }),
      'host.recipe.la must be a length (Å, A, angstrom, nm, pm, um), got the unit "g" in "25 g"',
    ],
    ['degrees', study({ temperature: '25 °C' }), 'temperature must be a temperature (K), got the unit "°C"'],
    [
      'a decimal comma',
      study({ ladder: { discharge: [1, '0,05'] } }),
      'ladder.discharge[1] must be a number in V, or one with a unit, got "0,05" (decimal comma?)',
    ],
    ['a boolean', study({ temperature: true }), 'temperature must be a number in K, or one with a unit, got true'],
    ['not a number', study({ temperature: Number.NaN }), 'temperature must be a number in K'],
    ['zero kelvin', study({ temperature: 0 }), 'temperature must be above 0 K, got 0'],
    ['a negative density', withRecipe({ density: -1.4 }), 'host.recipe.density must be above 0 g/cm³, got -1.4'],
    [
      'a share above one',
      withRecipe({ edges: { strong: '150 %' } }),
      'host.recipe.edges.strong must be at most 1, got "150 %"',
    ],
    [
      'voltages going up',
      study({ ladder: { discharge: [1, 0.5, 0.7] } }),
      'ladder.discharge[2] must be below 0.5 V, the voltage before it (discharge descends), got 0.7',
    ],
    ['a voltage twice', study({ ladder: { charge: [0, 0] } }), 'ladder.charge[1] must be above 0 V'],
    [
      'charge below the floor',
      study({ ladder: { discharge: [1, 0], charge: [-1, 1] } }),
      'ladder.charge[0] must be at least 0 V, where discharge ends, got -1',
    ],
    ['no voltage', study({ ladder: { discharge: [] } }), 'ladder.discharge must be a list with at least 1 entry'],
    ['a voltage alone', study({ ladder: { discharge: 1 } }), 'ladder.discharge must be a list, got 1'],
    ['half a trial', study({ ladder: { production: 0.5 } }), 'ladder.production must be a whole number ≥ 1, got 0.5'],
    [
      'trials with a suffix',
      study({ ladder: { production: '400k' } }),
      'ladder.production must be a whole number ≥ 1, got "400k" (write 400000 or 4e5)',
    ],
    ['no replica', study({ replicas: 0 }), 'replicas must be a whole number ≥ 1, got 0'],
    [
      'more samples than trials',
      study({ ladder: { production: 10 } }),
      'ladder.samples must be at most production (10 trials), got 200',
    ],
    ['no exchange', study({ moves: { exchange: 0 } }), 'moves.exchange must be above 0, got 0'],
    ['recipe and file', study({ host: { recipe, file: 'a.xyz' } }), 'host must have a recipe or a file, got both'],
    ['neither', study({ host: {} }), 'host must have a recipe or a file, got neither'],
    [
      'a species that is none',
      study({ guest: { species: 'sodium', model: 'm' } }),
      'guest.species must be the symbol of an element (Na), got "sodium"',
    ],
    ['a name that climbs', study({ name: '../../etc' }), 'name must be a word of letters'],
    [
      'cuts the wrong way round',
      study({ analysis: { slopeCut: 1.5 } }),
      'analysis.irreversibleAbove must be at least analysis.slopeCut (1.5 V), got 1',
    ],
  ])('refuses %s in one line', (_what, data, start) => {
    const line = message(data);
    expect(line.startsWith(start), line).toBe(true);
    expect(line).not.toContain('\n');
  });
});

describe('a study as YAML', () => {
  const yaml =
    'host:\n  recipe: {la: 25, lc: 11, d002: 3.75, density: 1.45}\nguest:\n  species: Na\n  model: na-carbon\n';

  it('is named by its file and keeps a name of its own', () => {
    expect(parseStudyYaml(yaml, 'some/dir/first try.yaml').name).toBe('first-try');
    expect(parseStudyYaml(`${yaml}name: mine`, 'x.yaml').name).toBe('mine');
  });

  it.each([
    ['a: [1', 'x.yaml, line 1: '],
    [`${yaml}seed: 1\nseed: 2`, 'x.yaml, line 7: Map keys must be unique'],
    [`${yaml}temperature: warm`, 'x.yaml, line 6: temperature must be'],
    [yaml.replace('Na', 'na'), 'x.yaml, line 4: guest.species must be'],
    [yaml.replace('  model: na-carbon\n', ''), 'x.yaml, line 4: guest.model is missing'],
    ['', 'x.yaml: the study is empty'],
  ])('tells the line of a problem (%#)', (text, start) => {
    expect(() => parseStudyYaml(text, 'x.yaml')).toThrow(SpecError);
    expect(() => parseStudyYaml(text, 'x.yaml')).toThrow(start);
  });

  it('survives writing and reading', () => {
    const spec: StudySpec = parseStudyYaml(
      `${yaml}about: "a: b # c"\nseed: "007"\nladder: {discharge: [1.1, 0, -30 mV]}`,
    );
    expect(parseStudyYaml(formatStudyYaml(spec), 'other.yaml')).toEqual(spec);
    expect(formatStudyYaml(parseStudyYaml(formatStudyYaml(spec)))).toBe(formatStudyYaml(spec));
  });
});
