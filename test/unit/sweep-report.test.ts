import { describe, expect, it } from 'vitest';
import { averageSeeds, type SweepDocument, unitOfKey } from '../../src/report/sweep-document.ts';
import { sweepReport } from '../../src/report/sweep-report.ts';
import {
  askSurfaces,
  fitSurfaces,
  numericAxes,
  surfaceGroups,
  surfaceNumbers,
} from '../../src/report/sweep-surfaces.ts';
import { sweepTrends, trendsCsv } from '../../src/report/sweep-trends.ts';
import { syntheticSweep, truth } from './sweep-synthetic.ts';

const { document, curves } = syntheticSweep([15, 25, 40, 60], [7, 12, 20], 2);

describe('the page of a sweep', () => {
  it('has every figure once, names that are its own, no request and no script', async () => {
    const { html, surrogates } = await sweepReport(document, curves, 'table');
    const titles = [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map((match) => match[1]);
    expect(titles).toEqual([
      'Before you quote these numbers',
      'Voltage curves',
      'Along La',
      'Along Lc',
      'Over La and Lc',
      'Plateau against slope',
      'Trends',
      'The fits between the points',
      'Every point',
    ]);
    expect(html).not.toMatch(/<script|src=|href="http/);
    expect(html).not.toContain('NaN');
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(surrogates['']!)).toEqual(['slope', 'plateau', 'total', 'irreversible']);
    // 24 studies, 12 points
    expect(html).toContain('<b>24</b> of 24 studies');
    expect(html.match(/<tr><td>15 A<\/td>/g)!.length).toBeGreaterThanOrEqual(3);
  });

  it('can be drawn at any time: nothing yet, one point, seeds only, numbers that are missing', async () => {
    const shortened = (n: number, change: Partial<SweepDocument> = {}): SweepDocument => ({
      ...document,
      rows: document.rows.slice(0, n),
      averages: document.averages.slice(0, Math.ceil(n / 2)),
      ...change,
    });
    for (const [n, missing] of [
      [0, 24],
      [2, 22],
    ]) {
      const { html } = await sweepReport(shortened(n!), curves, '');
      expect(html).toContain(`Not finished: ${missing} of 24 studies are missing.`);
      expect(html).not.toContain('Plateau against slope');
    }
    const holes = document.averages.map((average) => ({
      ...average,
      numbers: { ...average.numbers, plateau: { value: null, error: null, unit: 'mAh/g' } },
    }));
    const { html, surrogates } = await sweepReport(shortened(24, { averages: holes }), curves, '');
    expect(Object.keys(surrogates['']!)).toEqual(['slope', 'total', 'irreversible']);
    expect(html).not.toContain('Plateau against slope');
    const failed = [{ key: '0', at: { 'host.recipe.la': '<b>' }, seed: 1, error: 'x < y' }];
    expect((await sweepReport(shortened(4, { failed }), curves, '')).html).toContain(
      'La &#60;b&#62;, seed 1: x &#60; y',
    );
  });

  it('keeps what differs in more than numbers apart', () => {
    const averages = document.averages.map((average, k) => ({
      ...average,
      coordinates: { ...average.coordinates, protocol: k % 2 === 0 ? 'potentiostatic' : 'equilibrium' },
    }));
    const mixed = { axes: [...document.axes, { key: 'protocol', unit: '' }], averages };
    expect(numericAxes(mixed)).toEqual(['host.recipe.la', 'host.recipe.lc']);
    const groups = surfaceGroups(mixed);
    expect(groups.map(({ name, averages: own }) => [name, own.length])).toEqual([
      ['protocol potentiostatic', 6],
      ['protocol equilibrium', 6],
    ]);
  });
});

it('a number that does not vary is no extrapolation between its points', () => {
  const flat = document.averages.map((average, k) => ({
    ...average,
    numbers: { plateau: { value: 100 + ((k * 7) % 5) / 10, error: 20, unit: 'mAh/g' } },
  }));
  const flatDocument = { axes: document.axes, averages: flat };
  const [group] = surfaceGroups(flatDocument);
  const axes = numericAxes(flatDocument);
  const [answer] = askSurfaces(fitSurfaces(group!, axes, surfaceNumbers(flatDocument)), axes, [30, 10]);
  expect(answer!.extrapolates).toEqual([]);
  expect(answer!.quantity.value).toBeCloseTo(100, 0);
});

describe('what the fits of a sweep say of a place', () => {
  const { document } = syntheticSweep([15, 20, 30, 40, 50, 60], [7, 10, 15, 20], 2);
  const axes = numericAxes(document);
  const [group] = surfaceGroups(document);
  const surfaces = fitSurfaces(group!, axes, surfaceNumbers(document));
  const ask = (...place: number[]) =>
    Object.fromEntries(askSurfaces(surfaces, axes, place).map((answer) => [answer.number.key, answer]));

  it('is near the truth between the points', () => {
    for (const [la, lc] of [
      [30, 10],
      [50, 15],
      [20, 18],
    ] as const) {
      const found = ask(la, lc);
      for (const [key, value] of Object.entries(truth(la, lc))) {
        const { quantity, extrapolates } = found[key]!;
        expect(extrapolates).toEqual([]);
        expect(Math.abs(quantity.value! - value)).toBeLessThan(4 * quantity.error! + 2);
        expect(quantity.error!).toBeLessThan(15);
      }
    }
  });

  it('says when and why it is not to be trusted', () => {
    expect(ask(70, 10)['plateau']!.extrapolates[0]).toBe('La 70 is outside of 15 to 60');
    expect(ask(70, 25)['plateau']!.extrapolates.slice(0, 2)).toEqual([
      'La 70 is outside of 15 to 60',
      'Lc 25 is outside of 7 to 20',
    ]);
    expect(ask(150, 60)['plateau']!.extrapolates.at(-1)).toBe('no point is near');
    expect(ask(60, 20)['plateau']!.extrapolates).toEqual([]);
  });
});

it('the units of keys', () => {
  expect(['host.recipe.la', 'host.recipe.la.mean', 'ladder.discharge.0', 'replicas'].map(unitOfKey)).toEqual([
    'Å',
    'Å',
    'V',
    '',
  ]);
});

describe('trends of a sweep', () => {
  const find = (trends: SweepDocument['trends'], axis: string, number: string) =>
    trends.find((trend) => trend.axis === `host.recipe.${axis}` && trend.number === number)!;

  it('are the slopes the numbers were made with, beside what has been published', () => {
    const { trends } = document;
    // plateau 260 − 4 Lc …: against ln Lc over 7, 12, 20 Å, by least squares of −4 Lc
    const x = [7, 12, 20].map(Math.log);
    const middle = x.reduce((a, b) => a + b) / 3;
    const expected =
      x.reduce((sum, u, k) => sum + (u - middle) * -4 * [7, 12, 20][k]!, 0) /
      x.reduce((sum, u) => sum + (u - middle) ** 2, 0);
    const plateau = find(trends, 'lc', 'plateau');
    expect(Math.abs(plateau.slope - expected)).toBeLessThan(4 * plateau.error);
    expect(plateau).toMatchObject({ of: 'ln', from: 7, to: 20, points: 24, degreesOfFreedom: 19, direction: 'falls' });
    expect(plateau.change).toBeCloseTo(plateau.slope * Math.log(20 / 7), 10);
    expect(plateau.published!.verdict).toBe('as published');
    expect(find(trends, 'la', 'slope').published!.verdict).toBe('as published');
    // made up without any dependence on Lc, where it should rise
    expect(find(trends, 'lc', 'slope')).toMatchObject({ direction: 'constant', published: { verdict: 'not seen' } });
    // of nothing published there is nothing beside it
    expect(find(trends, 'la', 'irreversible').published).toBeUndefined();
  });

  it('are told of no other guest, and of each group apart', () => {
    const lithium = sweepTrends({ ...document, guest: 'Li' });
    expect(lithium.length).toBe(document.trends.length);
    expect(lithium.every(({ published }) => published === undefined)).toBe(true);
    const rows = ['–', 1.2].flatMap((density, k) =>
      document.rows.map((row) => ({
        ...row,
        at: { ...row.at, 'host.recipe.density': String(density) },
        coordinates: { ...row.coordinates, 'host.recipe.density': density },
        numbers: { slope: { ...row.numbers['slope']!, value: row.numbers['slope']!.value! * (k === 0 ? 1 : -1) } },
      })),
    );
    const axes = [...document.axes, { key: 'host.recipe.density', unit: 'g/cm³' }];
    const trends = sweepTrends({ axes, rows, averages: averageSeeds(rows), guest: 'Na' });
    const slopes = trends.filter(({ axis }) => axis === 'host.recipe.la');
    expect(slopes.map(({ group }) => group)).toEqual(['density –', 'density 1.2']);
    expect(slopes[0]!.slope).toBeCloseTo(-slopes[1]!.slope, 10);
    expect(slopes.map(({ published }) => published!.verdict)).toEqual(['as published', 'against']);
  });

  it('use the lines that vary in the key and no others', () => {
    // a cross: La at Lc 12, Lc at La 25
    const cross = document.rows.filter(
      ({ coordinates: c }) => c['host.recipe.lc'] === 12 || c['host.recipe.la'] === 25,
    );
    const trends = sweepTrends({ ...document, rows: cross, averages: averageSeeds(cross), guest: 'Na' });
    expect(find(trends, 'la', 'slope').points).toBe(8);
    expect(find(trends, 'lc', 'slope').points).toBe(6);
    expect(trendsCsv(trends).split('\n').length).toBe(trends.length + 2);
  });
});
