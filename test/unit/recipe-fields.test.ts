import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { checkRecipe, envelopeDensity, stackDensity } from '../../src/structure/check-recipe.ts';
import { askedFor, published } from '../../src/study/asked-for.ts';
import { crystalIn } from '../../src/study/crystal-fields.ts';
import { parseRecipe, referenceOf } from '../../src/study/recipe-fields.ts';

const plain = { la: 25, lc: 11, d002: 3.75, density: 1.2 };
const pores = { diameter: 8 };
/** Mass of a carbon over Å³, g/cm³: 12.011 / 0.602214076 */
const carbon = 12.011 / 0.602214076;

describe('a recipe as it is written', () => {
  it('needs sizes and a density; the rest has defaults', () => {
    expect(parseRecipe(plain)).toEqual({ ...plain, atoms: 8000, edges: { strong: 0.15 } });
  });

  it('takes lengths, densities and shares with a unit', () => {
    expect(
      parseRecipe({
        ...{ la: '2.5 nm', lc: '11 A', d002: '375 pm', density: '1200 kg/m3' },
        ...{ edges: { strong: '15 %', hydrogen: '3 %' }, crossLinks: '50 %', curvatureRadius: '4 nm' },
      }),
    ).toMatchObject({
      la: 25,
      lc: 11,
      d002: 3.75,
      density: 1.2,
      edges: { strong: 0.15, hydrogen: 0.03 },
      crossLinks: 0.5,
      curvatureRadius: 40,
    });
  });

  it('takes a mean and a spread for every size, each with its unit', () => {
    const read = parseRecipe({
      ...plain,
      la: { mean: '2.5 nm', spread: '3 A' },
      lc: { mean: 11 },
      d002: { mean: 3.75, spread: 0.1 },
      pores: { diameter: { mean: '1 nm', spread: 1.5 } },
    });
    expect(read).toMatchObject({ la: 25, lc: 11, d002: 3.75, spread: { la: 3, lc: 0, d002: 0.1 } });
    expect(read.pores).toEqual({ diameter: 10, spread: 1.5, kind: 'closed' });
    expect(parseRecipe({ ...plain, la: { mean: 25, spread: 0 } })).not.toHaveProperty('spread');
  });

  it('works the density out of the pore volume: 1/ρ is the pores and the stacks within their surfaces', () => {
    const { density, poreVolume } = parseRecipe({ la: 25, lc: 11, d002: 3.75, poreVolume: 0.3 });
    expect(poreVolume).toBe(0.3);
    expect(1 / density - 0.3).toBeCloseTo(1 / envelopeDensity(plain), 12);
    // stacks of 25 Å are less dense than an endless one, and denser than half of it
    expect(1 / (1 / density - 0.3)).toBeLessThan(stackDensity(3.75));
    expect(1 / (1 / density - 0.3)).toBeGreaterThan(0.5 * stackDensity(3.75));
    expect(parseRecipe({ ...plain, poreVolume: 0.1, pores }).pores).toHaveProperty('volume', 0.1);
    expect(parseRecipe({ la: 25, lc: 11, d002: 3.75, poreVolume: 0.3, pores }).pores).not.toHaveProperty('volume');
  });

  it('works the density out of the pore fraction: what is no pore are the stacks within their surfaces', () => {
    const sizes = { la: 25, lc: 11, d002: 3.75 };
    expect(parseRecipe({ ...sizes, poreFraction: '30 %' }).density).toBeCloseTo(0.7 * envelopeDensity(plain), 12);
    expect(parseRecipe({ ...sizes, poreFraction: 0 }).density).toBeCloseTo(envelopeDensity(plain), 12);
    const { density } = parseRecipe({ ...sizes, poreFraction: 0.4 });
    expect(parseRecipe({ ...sizes, poreVolume: 0.4 / density }).density).toBeCloseTo(density, 12);
  });

  it('works the atoms out of the box: ρ L³ over the mass of a carbon', () => {
    const { atoms } = parseRecipe({ ...plain, box: '4 nm' });
    expect(atoms).toBe(Math.round((1.2 * 40 ** 3) / carbon));
    expect(parseRecipe({ ...plain, atoms: 4000 }).atoms).toBe(4000);
  });

  it('takes the route of grains where pores are carved, none otherwise, and the one that is named', () => {
    expect(parseRecipe(plain)).not.toHaveProperty('route');
    expect(parseRecipe({ ...plain, pores }).route).toBe('grains');
    expect(parseRecipe({ ...plain, route: 'cards' }).route).toBe('cards');
    // refused by what knows the structure, not by what knows the words
    const both = parseRecipe({ ...plain, route: 'cards', pores });
    expect(() => checkRecipe({ ...both, seed: 1 })).toThrow('recipe.pores must not be given on the route "cards"');
  });

  it('relaxes where there are pores, defects or bridges, unless it says otherwise', () => {
    expect(parseRecipe(plain)).not.toHaveProperty('relax');
    expect(parseRecipe({ ...plain, relax: true }).relax).toBe(true);
    for (const change of [{ pores }, { defects: { vacancies: 0.002 } }, { crossLinks: 0.2 }]) {
      expect(parseRecipe({ ...plain, ...change }).relax).toBe(true);
      expect(parseRecipe({ ...plain, ...change, relax: false })).not.toHaveProperty('relax');
    }
  });

  it('fills in defects and pores that are given in part', () => {
    expect(parseRecipe({ ...plain, defects: { stoneWales: '1 %' } }).defects).toEqual({
      vacancies: 0,
      stoneWales: 0.01,
    });
    expect(parseRecipe({ ...plain, pores: { diameter: 8, kind: 'open', neck: '0.5 nm' } }).pores).toEqual({
      diameter: 8,
      spread: 0,
      kind: 'open',
      neck: 5,
    });
  });

  it('keeps words for people out of the structure', () => {
    const words = { name: 'a', about: 'b', cite: 'c', reference: { d002: { value: 3.7, unit: 'Å' } } };
    expect(parseRecipe({ ...plain, ...words })).toEqual(parseRecipe(plain));
  });
});

describe('a recipe that says something wrong', () => {
  it.each<[string, unknown, string]>([
    [
      'an unknown kind',
      { ...plain, pores: { diameter: 8, kind: 'shut' } },
      'hc: pores.kind must be closed or open, got "shut"',
    ],
    ['a misspelt key', { ...plain, poers: pores }, 'hc: unknown key "poers"; did you mean "pores"?'],
    [
      'a misspelt key inside pores',
      { ...plain, pores: { diameter: 8, nek: 4 } },
      'hc: unknown key "nek" at pores; did you mean "neck"?',
    ],
    [
      'a misspelt key inside a distribution',
      { ...plain, la: { mean: 25, spraed: 3 } },
      'hc: unknown key "spraed" at la; did you mean "spread"?',
    ],
    ['a distribution without a mean', { ...plain, la: { spread: 3 } }, 'hc: la.mean is missing'],
    [
      'a negative spread',
      { ...plain, pores: { diameter: { mean: 8, spread: -1 } } },
      'hc: pores.diameter.spread must be at least 0 Å, got -1',
    ],
    ['atoms and a box', { ...plain, atoms: 2000, box: 30 }, 'hc: box must not be given beside atoms'],
    [
      'no density',
      { la: 25, lc: 11, d002: 3.75 },
      'hc: density is missing: give a density, a poreVolume or a poreFraction',
    ],
    [
      'a pore volume that the density decides',
      { ...plain, poreVolume: 0.3 },
      'hc: poreVolume must not be given beside a density unless pores are carved: the density decides it',
    ],
    [
      'a pore fraction beside a density',
      { ...plain, poreFraction: 0.3 },
      'hc: poreFraction must not be given beside a density: each of them decides the others',
    ],
    [
      'a pore fraction beside a pore volume',
      { la: 25, lc: 11, d002: 3.75, poreVolume: 0.2, poreFraction: 0.3 },
      'hc: poreFraction must not be given beside a poreVolume: each of them decides the others',
    ],
    [
      'nothing but pores',
      { la: 25, lc: 11, d002: 3.75, poreFraction: 0.95 },
      'hc: poreFraction must be at most 0.9, got 0.95',
    ],
    ['no la', { lc: 11, d002: 3.75, density: 1.2 }, 'hc: la is missing'],
    ['an unknown route', { ...plain, route: 'bricks' }, 'hc: route must be cards or grains, got "bricks"'],
    [
      'many vacancies',
      { ...plain, defects: { vacancies: 0.1 } },
      'hc: defects.vacancies must be at most 0.03, got 0.1',
    ],
    ['a density as a length', { ...plain, density: '12 nm' }, 'hc: density must be a density'],
    ['relax as a word', { ...plain, relax: 'yes' }, 'hc: relax must be true or false'],
    ['no recipe at all', 7, 'hc must be a group of keys'],
    ['nothing', undefined, 'hc is missing'],
    ['a crystal', { crystal: { kind: 'graphite' } }, 'hc is a crystal, not the recipe of a carbon'],
    [
      'a published value without a number',
      { ...plain, reference: { d002: { value: 'wide', unit: 'Å' } } },
      'hc: reference.d002.value must be a number, got "wide"',
    ],
  ])('%s: one line with the path', (_what, data, message) => {
    const parse = () => parseRecipe(data, 'hc');
    expect(parse).toThrow(SpecError);
    let said = '';
    try {
      parse();
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said.startsWith(message), said).toBe(true);
    expect(said).not.toContain('\n');
  });

  it.each([
    [{ la: { mean: 25, spread: 11 } }, 'recipe.la.spread must be 0 to 10 Å, got 11'],
    [{ lc: { mean: 11, spread: 6 } }, 'recipe.lc.spread must be 0 to 5.5 Å, got 6'],
    [{ d002: { mean: 3.75, spread: 0.5 } }, 'recipe.d002.spread must be 0 to 0.375 Å, got 0.5'],
    [{ pores: { diameter: { mean: 8, spread: 4 } } }, 'recipe.pores.diameter.spread must be 0 to 3.2 Å, got 4'],
    [{ curvatureRadius: 10 }, 'recipe.curvatureRadius must be 16 to'],
    [{ edges: { hydrogen: 0.4 } }, 'recipe.edges.hydrogen must be 0 to 0.192, got 0.4'],
    [{ edges: { explicit: true } }, 'recipe.edges.hydrogen must be given where hydrogens are explicit'],
  ])('%j: words are right, the structure is not', (change, message) => {
    const recipe = parseRecipe({ ...plain, ...change });
    expect(() => checkRecipe({ ...recipe, seed: 1 })).toThrow(SpecError);
    expect(() => checkRecipe({ ...recipe, seed: 1 })).toThrow(message);
  });
});

describe('published values', () => {
  it('keep value, unit, tolerance and source; are judged at 10 % where no tolerance is given', () => {
    const reference = referenceOf({
      ...plain,
      reference: {
        d002: { value: 3.694, unit: 'Å', tolerance: '0.5 %', source: 'XRD' },
        surfaceN2: { value: 2690, unit: 'm²/g' },
      },
    });
    expect(reference).toEqual({
      d002: { value: 3.694, unit: 'Å', tolerance: 0.005, source: 'XRD' },
      surfaceN2: { value: 2690, unit: 'm²/g' },
    });
    expect(published(reference)).toEqual({
      d002: { value: 3.694, unit: 'Å', tolerance: 0.005, definition: 'XRD' },
      surfaceN2: { value: 2690, unit: 'm²/g', tolerance: 0.1 },
    });
    expect(referenceOf(plain)).toEqual({});
    expect(referenceOf(undefined)).toEqual({});
  });
});

describe('what a recipe asks of the instruments', () => {
  const keys = (written: object) => Object.keys(askedFor({ ...parseRecipe({ ...plain, ...written }), seed: 1 }));

  it('is every number that it names', () => {
    expect(keys({})).toEqual(['apparentDensity', 'd002', 'laScherrer', 'lcScherrer']);
    expect(keys({ pores, poreVolume: 0.1, edges: { hydrogen: 0.05 } })).toEqual([
      ...['apparentDensity', 'd002', 'laScherrer', 'lcScherrer'],
      ...['poreDiameterMode', 'poreVolumeN2', 'hydrogenPerCarbon'],
    ]);
    const asked = askedFor({ ...parseRecipe({ ...plain, pores }), seed: 1 });
    expect(asked['poreDiameterMode']).toMatchObject({ value: 8, unit: 'Å' });
    expect(asked['apparentDensity']).toMatchObject({ value: 1.2, unit: 'g/cm³', tolerance: 0.01 });
    expect(asked['d002']).toMatchObject({ value: 3.75, tolerance: 0.005 });
  });

  it('is no spacing and no height of single sheets, which have no (002) line', () => {
    expect(keys({ lc: 4 })).toEqual(['apparentDensity', 'laScherrer']);
  });
});

describe('a crystal as it is written', () => {
  it('is graphite with its spacing, or graphene in a box, by default', () => {
    expect(crystalIn({ crystal: { kind: 'graphite', cells: [8, 5] } }, 'g')).toEqual({
      ...{ kind: 'graphite', cells: [8, 5], layers: 2, spacing: 3.354, vacuum: 20 },
    });
    expect(crystalIn({ crystal: { kind: 'graphene', cells: [8, 5], vacuum: '3 nm' } }, 'g')).toMatchObject({
      vacuum: 30,
    });
    expect(crystalIn(plain, 'g')).toBeUndefined();
    expect(crystalIn(7, 'g')).toBeUndefined();
  });

  it.each([
    [{ kind: 'graphit', cells: [8, 5] }, 'g: crystal.kind must be graphene or graphite, got "graphit"'],
    [{ kind: 'graphite', cells: [8] }, 'g: crystal.cells must be two whole numbers'],
    [{ kind: 'graphite', cells: [8, 0.5] }, 'g: crystal.cells[1] must be a whole number ≥ 1, got 0.5'],
    [{ kind: 'graphite', cells: [8, 5], spacing: '-1 nm' }, 'g: crystal.spacing must be above 0 Å'],
    [{ kind: 'graphite', cells: [8, 5], sheets: 4 }, 'g: unknown key "sheets" at crystal; known here: kind'],
    [{ kind: 'graphite' }, 'g: crystal.cells'],
    ['graphite', 'g: crystal must be a group of keys'],
  ])('%j: one line with the path', (crystal, message) => {
    let said = '';
    try {
      crystalIn({ crystal }, 'g');
    } catch (error) {
      expect(error).toBeInstanceOf(SpecError);
      said = (error as Error).message;
    }
    expect(said.startsWith(message), said).toBe(true);
    expect(said).not.toContain('\n');
  });
});
