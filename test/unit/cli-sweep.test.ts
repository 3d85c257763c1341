import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fingerprint, pointKey } from '../../src/cli/execute.ts';
import { cubicCell } from '../../src/core/cell.ts';
import { averageSeeds, type SweepRow } from '../../src/report/sweep-document.ts';
import { checkRecipe, envelopeDensity, orientedDensity } from '../../src/structure/check-recipe.ts';
import { parseStudySpec } from '../../src/study/spec.ts';
import { readSweepYaml } from '../../src/study/sweep-fields.ts';
import { type Design, designOf, parseAxis, parseRange, sweepPoints as pointsOf } from '../../src/sweep/design.ts';
import { latinHypercube } from '../../src/sweep/latin.ts';
import { measuredEntries, sweepCsv } from '../../src/sweep/table.ts';

const base = parseStudySpec({
  host: { recipe: { la: 25, lc: 11, d002: 3.75, density: 1.45 } },
  guest: { species: 'Na', model: 'na-carbon' },
});

const sweepPoints = (study: unknown, grid: Design['grid'], seeds: number, options = {}) =>
  pointsOf(study, { grid, list: [], seeds }, options);

describe('the grid of a sweep', () => {
  it('makes every combination, last axis and seeds fastest, units read by the study', () => {
    const axes = [parseAxis('host.recipe.la=20A, 3nm'), parseAxis('temperature=300,350')];
    const points = sweepPoints(base, axes, 2);
    const told = points.map(({ spec }) => [
      'recipe' in spec.host ? spec.host.recipe.la : 0,
      spec.temperature,
      spec.seed,
    ]);
    expect(told).toEqual([
      [20, 300, 1],
      [20, 300, 2],
      [20, 350, 1],
      [20, 350, 2],
      [30, 300, 1],
      [30, 300, 2],
      [30, 350, 1],
      [30, 350, 2],
    ]);
    expect(points[4]!.at).toEqual({ 'host.recipe.la': '3nm', temperature: '300' });
    expect(points[4]!.coordinates).toEqual({ 'host.recipe.la': 30, temperature: 300 });
    expect(base.temperature).toBe(300);
  });

  it('is the study itself without axes, and counts up seeds that are text', () => {
    expect(sweepPoints(base, [], 1)).toEqual([{ at: {}, coordinates: {}, spec: base }]);
    const named = { ...base, seed: 'coal' };
    expect(sweepPoints(named, [], 3).map((point) => point.spec.seed)).toEqual(['coal', 'coal-2', 'coal-3']);
  });

  it('reaches into lists and loads recipes by name', () => {
    const [point] = sweepPoints(base, [parseAxis('ladder.discharge.0=1.8')], 1);
    expect(point!.spec.ladder.discharge.slice(0, 2)).toEqual([1.8, base.ladder.discharge[1]]);
    const loadRecipe = () => ({ la: 40, lc: 11, d002: 3.75, density: 1.45 });
    const [other] = sweepPoints(base, [parseAxis('host.recipe=wide')], 1, { loadRecipe });
    expect(other!.spec.host).toHaveProperty('recipe.la', 40);
  });

  it.each([
    ['temperature', '--grid must be key=a,b,c, got "temperature"'],
    ['temperature=300,,350', '--grid temperature has an empty value'],
    ['temperature=300,300', '--grid temperature has 300 twice'],
    ['__proto__.x=1', '--grid must be key=a,b,c'],
    ['temprature=300', 'unknown key "temprature"; did you mean "temperature"?'],
    ['host.recipe.la=20K', 'host.recipe.la must be a length'],
    ['temperature.low=3', 'temperature must be a number in K'],
  ])('refuses %s', (text, message) => {
    expect(() => sweepPoints(base, [parseAxis(text)], 1)).toThrow(message);
  });

  it('refuses a key twice and seeds given twice', () => {
    const axis = parseAxis('temperature=300');
    expect(() => sweepPoints(base, [axis, axis], 1)).toThrow('the sweep names temperature twice');
    expect(() => sweepPoints(base, [parseAxis('seed=1,2')], 2)).toThrow('exclude each other');
  });
});

describe('lists and hypercubes', () => {
  const told = (design: Partial<Design>) =>
    pointsOf(base, { grid: [], list: [], seeds: 1, ...design }).map(({ coordinates }) => Object.values(coordinates));

  it('takes the values of a list together, in every combination with a grid', () => {
    const list = [parseAxis('host.recipe.la=20A,3nm,20A', '--list'), parseAxis('host.recipe.lc=9,9,11', '--list')];
    expect(told({ list })).toEqual([
      [20, 9],
      [30, 9],
      [20, 11],
    ]);
    expect(told({ grid: [parseAxis('temperature=300,320')], list: [list[0]!] }).length).toBe(6);
    const uneven = [list[0]!, parseAxis('host.recipe.lc=9,11', '--list')];
    expect(() => told({ list: uneven })).toThrow('got 3 for host.recipe.la and 2 for host.recipe.lc');
  });

  it('takes a key away where a list says null, and shows a dash there', () => {
    const study = {
      host: { recipe: { la: 25, lc: 11, d002: 3.75, density: 1.2 } },
      guest: { species: 'Na', model: 'na-carbon' },
    };
    const list = { 'host.recipe.density': [1.3, null], 'host.recipe.poreFraction': [null, 0.4] };
    const points = pointsOf(study, designOf({ list, seeds: 1 }, 'study'));
    expect(points.map(({ coordinates }) => Object.values(coordinates))).toEqual([
      [1.3, '–'],
      ['–', 0.4],
    ]);
    expect(points[1]!.at).toEqual({ 'host.recipe.density': '–', 'host.recipe.poreFraction': '0.4' });
    const densities = points.map(({ spec: { host } }) => ('recipe' in host ? host.recipe.density : 0));
    expect(densities[0]).toBe(1.3);
    expect(densities[1]).toBeCloseTo(0.6 * envelopeDensity({ la: 25, lc: 11, d002: 3.75 }), 12);
    expect(() => pointsOf(study, designOf({ list: { 'host.recipe.la': [20, null] }, seeds: 1 }, 'study'))).toThrow(
      'host.recipe.la is missing',
    );
  });

  it('puts one point of a hypercube into every slice of every axis; the seed decides which', () => {
    for (const seed of [1, 'text']) {
      const cube = latinHypercube(12, 3, seed);
      expect(latinHypercube(12, 3, seed)).toEqual(cube);
      for (const d of [0, 1, 2]) {
        const slices = cube.map((row) => Math.floor(12 * row[d]!));
        expect(slices.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      }
    }
    expect(latinHypercube(12, 3, 1)).not.toEqual(latinHypercube(12, 3, 2));
  });

  it('spreads a range in its unit, and over whole numbers where nothing else is taken', () => {
    const ranges = [parseRange('host.recipe.la=1.5nm:6nm'), parseRange('host.recipe.atoms=1000:9000')];
    const points = pointsOf(base, { grid: [], list: [], seeds: 1, latin: { points: 8, ranges } });
    const la = points.map(({ coordinates }) => coordinates['host.recipe.la'] as number);
    expect(Math.min(...la)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...la)).toBeLessThanOrEqual(60);
    expect(Math.max(...la) - Math.min(...la)).toBeGreaterThan(30);
    expect(points[0]!.at['host.recipe.la']).toMatch(/^\d\.\d+nm$/);
    for (const { coordinates } of points) expect(Number.isInteger(coordinates['host.recipe.atoms'])).toBe(true);
  });

  it.each([
    ['la=1:2:3', '--range must be key=low:high'],
    ['la=20A:3nm', '--range la must be two numbers in the same unit, got 20A and 3nm'],
    ['la=3:2', '--range la must begin below its end, got 3 and 2'],
  ])('refuses the range %s', (text, message) => {
    expect(() => parseRange(text)).toThrow(message);
  });

  it('reads the sweep group of a study', () => {
    const design = designOf(
      { grid: { 'host.recipe.la': ['15 A', 20] }, latin: { points: 5, ranges: { temperature: [280, 320] } }, seeds: 2 },
      'study.yaml',
    );
    expect(design.grid[0]!.values.map(({ text }) => text)).toEqual(['15 A', '20']);
    expect(pointsOf(base, design)).toHaveLength(20);
    for (const [sweep, message] of [
      [{ gird: {} }, 'study.yaml: sweep has an unknown key "gird"; did you mean "grid"?'],
      [{ grid: { 'host.recipe.la': [] } }, 'sweep.grid.host.recipe.la must be a list of values, got an empty list'],
      [{ latin: { points: 5, ranges: { temperature: [280] } } }, 'must be a pair [low, high], got 1 values'],
      [{ seeds: 0 }, 'sweep.seeds must be a whole number ≥ 1, got 0'],
    ] as const) {
      expect(() => designOf(sweep, 'study.yaml')).toThrow(message);
    }
  });
});

it.each([
  // a cross of nine carbons twice, four structures each
  { name: 'la-lc-sweep', studies: 72, carbons: 18 },
  { name: 'la-lc-grid', studies: 75, carbons: 25 },
])('all carbons of $name can be built', ({ name, studies, carbons }) => {
  const { data, sweep } = readSweepYaml(readFileSync(`models/studies/${name}.yaml`, 'utf8'), `${name}.yaml`);
  const points = pointsOf(data, designOf(sweep, `${name}.yaml`));
  expect(points.length).toBe(studies);
  expect(new Set(points.map(({ at }) => JSON.stringify(at))).size).toBe(carbons);
  for (const { spec, at } of points) {
    if (!('recipe' in spec.host)) throw new Error('no recipe');
    const { recipe } = spec.host;
    expect(() => checkRecipe({ ...recipe, seed: 1 }), JSON.stringify(at)).not.toThrow();
    // domains keep the orientation they were drawn with
    expect(recipe.density, JSON.stringify(at)).toBeLessThan(orientedDensity(recipe));
  }
});

describe('the table of a sweep', () => {
  const entry = (value: number | null, error: number | null) => ({ value, error, unit: 'mAh/g' });
  const row = (seed: number, slope: ReturnType<typeof entry>): SweepRow => ({
    key: `d${seed}`.padEnd(64, '0'),
    coordinates: { la: 20, note: 'a,"b"' },
    at: { la: '20A', note: 'a,"b"' },
    seed,
    numbers: { slope, charge: entry(seed, null) },
  });

  it('finds the measured numbers of a group and leaves lists alone', () => {
    const data = {
      cut: 0.1,
      slope: { ...entry(1, 2), note: 'n' },
      mean: { charge: entry(null, null) },
      curve: [entry(3, 4)],
    };
    expect(measuredEntries(data)).toEqual({ slope: entry(1, 2), 'mean.charge': entry(null, null) });
  });

  it('averages seeds with the scatter between them, or their own errors where these are larger', () => {
    const [scattered] = averageSeeds([row(1, entry(90, 1)), row(2, entry(110, 1))]);
    // standard error of two numbers: half their distance
    expect(scattered).toMatchObject({ seeds: 2, numbers: { slope: entry(100, 10) } });
    const [agreeing] = averageSeeds([row(1, entry(100, 3)), row(2, entry(100, 4))]);
    expect(agreeing!.numbers.slope).toEqual(entry(100, 2.5));
    // what a calibration leaves open is the same for all seeds
    const calibrated = [row(1, entry(100, 3)), row(2, entry(100, 4))].map((own) => ({ ...own, parameterSets: 4 }));
    expect(averageSeeds(calibrated)[0]!.numbers.slope!.error).toBeCloseTo(Math.sqrt(12.5), 10);
    const [one] = averageSeeds([row(1, entry(7, 3))]);
    expect(one!.numbers.slope).toEqual(entry(7, 3));
  });

  it('gives no mean over the seeds that happen to have a number', () => {
    const [point] = averageSeeds([row(1, entry(90, 1)), row(2, entry(null, null))]);
    expect(point!.numbers.slope).toEqual(entry(null, null));
  });

  it('is CSV with units in the header, quotes where needed and nothing for what is missing', () => {
    const rows = [row(1, entry(null, null)), row(2, entry(5, 0.5))];
    expect(sweepCsv({ rows, averages: averageSeeds(rows) })).toBe(
      'point,la,note,seed,slope (mAh/g),slope error (mAh/g),charge (mAh/g),charge error (mAh/g)\n' +
        'd100000000000000,20A,"a,""b""",1,,,1,\n' +
        'd200000000000000,20A,"a,""b""",2,5,0.5,2,\n',
    );
    expect(sweepCsv({ rows: [], averages: [] })).toBe('');
  });

  it('has the errors of the point in two parts where the calibration was asked for', () => {
    const rows = [row(1, entry(97, 5)), row(2, entry(103, 5))].map((own) => ({ ...own, parameterSets: 4 }));
    const [head, ...lines] = sweepCsv({ rows, averages: averageSeeds(rows) })
      .trim()
      .split('\n');
    expect(head).toMatch(
      /,slope \(mAh\/g\),slope error \(mAh\/g\),slope error of seeds \(mAh\/g\),slope error of calibration \(mAh\/g\),/,
    );
    // seeds scatter by √18, each says 5: √7 is left for what they have in common
    for (const line of lines)
      expect(line.split(',').slice(7, 9).map(Number)).toEqual([3, expect.closeTo(Math.sqrt(7), 10)]);
  });
});

describe('the name of a point', () => {
  const inputs = { spec: base, model: { depth: 1 }, prepareText: '', folder: '.' };

  it('changes with the study, its models, the one that prepares hosts and the structure, and with nothing else', () => {
    const host = { cell: cubicCell(10), species: ['C'], rows: Float64Array.of(1, 2, 3, 0) };
    const others = [
      inputs,
      { ...inputs, spec: { ...base, temperature: 301 } },
      { ...inputs, model: { depth: 2 } },
      { ...inputs, prepareText: '{"lambda": 3.5}' },
      { ...inputs, prepareText: '{"lambda": 3.6}' },
      { ...inputs, host },
      { ...inputs, host: { ...host, rows: Float64Array.of(1, 2, 3.5, 0) } },
    ];
    for (const digits of [fingerprint, pointKey]) {
      const names = others.map(digits);
      expect(new Set(names).size).toBe(others.length);
      expect(digits({ ...inputs, folder: 'elsewhere' })).toBe(names[0]);
    }
    // nor with what a study is called, or the order its keys are written in
    expect(pointKey({ ...inputs, spec: { ...base, name: 'other', about: 'renamed' } })).toBe(pointKey(inputs));
    const reversed = Object.fromEntries(Object.entries(base).toReversed()) as typeof base;
    expect(pointKey({ ...inputs, spec: reversed })).toBe(pointKey(inputs));
  });
});
