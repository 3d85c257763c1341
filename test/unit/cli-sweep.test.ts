import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/cli/execute.ts';
import { cubicCell } from '../../src/core/cell.ts';
import { parseStudySpec } from '../../src/study/spec.ts';
import { parseAxis, sweepPoints } from '../../src/sweep/grid.ts';
import { averageSeeds, measuredEntries, type SweepRow, sweepCsv } from '../../src/sweep/table.ts';

const base = parseStudySpec({
  host: { recipe: { la: 25, lc: 11, d002: 3.75, density: 1.45 } },
  guest: { species: 'Na', model: 'na-carbon' },
});

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
    expect(base.temperature).toBe(300);
  });

  it('is the study itself without axes, and counts up seeds that are text', () => {
    expect(sweepPoints(base, [], 1)).toEqual([{ at: {}, spec: base }]);
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
    expect(() => sweepPoints(base, [axis, axis], 1)).toThrow('--grid names temperature twice');
    expect(() => sweepPoints(base, [parseAxis('seed=1,2')], 2)).toThrow('exclude each other');
  });
});

describe('the table of a sweep', () => {
  const entry = (value: number | null, error: number | null) => ({ value, error, unit: 'mAh/g' });
  const row = (seed: number, slope: ReturnType<typeof entry>): SweepRow => ({
    directory: `d${seed}`,
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
    const [one] = averageSeeds([row(1, entry(7, 3))]);
    expect(one!.numbers.slope).toEqual(entry(7, 3));
  });

  it('gives no mean over the seeds that happen to have a number', () => {
    const [point] = averageSeeds([row(1, entry(90, 1)), row(2, entry(null, null))]);
    expect(point!.numbers.slope).toEqual(entry(null, null));
  });

  it('is CSV with units in the header, quotes where needed and nothing for what is missing', () => {
    expect(sweepCsv([row(1, entry(null, null)), row(2, entry(5, 0.5))])).toBe(
      'directory,la,note,seed,slope (mAh/g),slope error (mAh/g),charge (mAh/g),charge error (mAh/g)\n' +
        'd1,20A,"a,""b""",1,,,1,\n' +
        'd2,20A,"a,""b""",2,5,0.5,2,\n',
    );
    expect(sweepCsv([])).toBe('');
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
    const names = others.map(fingerprint);
    expect(new Set(names).size).toBe(others.length);
    expect(fingerprint({ ...inputs, folder: 'elsewhere' })).toBe(names[0]);
  });
});
