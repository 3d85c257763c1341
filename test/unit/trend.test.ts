/** Slopes of trends: algebra by hand, and z that is a standard normal deviate whatever scatters. */
import { describe, expect, it } from 'vitest';
import { fitTrend, type TrendPoint } from '../../src/analysis/trend.ts';
import { RandomStream } from '../../src/core/random.ts';
import { standardError, variance } from '../../src/core/statistics.ts';

describe('the slope of a trend', () => {
  it('with equal errors and no more scatter than they: least squares by hand', () => {
    const ys = [1, 3.2, 4.8, 7.1, 9];
    const fit = fitTrend(ys.map((y, x) => ({ x, y, error: 0.5 })))!;
    // Σ(x − 2)(y)/10, σ/√10
    expect(fit.slope).toBeCloseTo((-2 * 1 - 3.2 + 7.1 + 2 * 9) / 10, 10);
    expect(fit.error).toBeCloseTo(0.5 / Math.sqrt(10), 8);
    expect(fit.scatter).toBe(0);
    expect(fit.degreesOfFreedom).toBe(3);
  });

  it('without errors the scatter is that of the residuals', () => {
    const [xs, ys] = [
      [0, 1, 2, 3, 4, 5],
      [0, 1.4, 1.7, 3.2, 3.6, 5.5],
    ];
    const fit = fitTrend(xs.map((x, k) => ({ x, y: ys[k]!, error: null })))!;
    const [mx, my] = [2.5, ys.reduce((a, b) => a + b) / 6];
    const sxx = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
    const slope = xs.reduce((sum, x, k) => sum + (x - mx) * (ys[k]! - my), 0) / sxx;
    const left = xs.reduce((sum, x, k) => sum + (ys[k]! - my - slope * (x - mx)) ** 2, 0) / 4;
    expect(fit.slope).toBeCloseTo(slope, 8);
    expect(fit.scatter).toBeCloseTo(Math.sqrt(left), 6);
    expect(fit.error).toBeCloseTo(Math.sqrt(left / sxx), 6);
  });

  it('a point with a large error weighs little', () => {
    const good = [0, 1, 2, 3].map((x) => ({ x, y: 2 * x + (x % 2 === 0 ? 0.01 : -0.01), error: 0.02 }));
    const fit = fitTrend([...good, { x: 4, y: -50, error: 1000 }])!;
    expect(fit.slope).toBeCloseTo(2, 1);
  });

  it('lines of other heights have one slope', () => {
    const points = ['a', 'b'].flatMap((line, l) =>
      [0, 1, 2, 3].map((x) => ({ x: x + 10 * l, y: 3 * x + 100 * l + (x === 1 ? 0.1 : 0), error: 0.1, line })),
    );
    const fit = fitTrend(points)!;
    expect(fit.slope).toBeCloseTo(3, 1);
    expect(fit.degreesOfFreedom).toBe(5);
    // as one line they would go up by what lies between them
    expect(fitTrend(points.map(({ line: _, ...point }) => point))!.slope).toBeGreaterThan(6);
  });

  it('is not told where x does not vary or too few points are there', () => {
    const one = { x: 1, y: 1, error: 1 };
    expect(fitTrend([one, one, one, one])).toBeNull();
    expect(fitTrend([one, { ...one, x: 2 }])).toBeNull();
    expect(fitTrend([1, 2, 3].map((x) => ({ x, y: x, error: 1, line: String(x) })))).toBeNull();
  });

  it('points exactly on a line have no error and no z', () => {
    expect(fitTrend([1, 2, 3, 4].map((x) => ({ x, y: 5 - x, error: null })))).toMatchObject({ error: 0, z: null });
  });
});

/** Structures as a sweep has them: values of x, seeds of each, own errors that differ, scatter between structures. */
function synthetic(random: RandomStream, slope: number, scatter: number, errors: number, seeds: number): TrendPoint[] {
  return [15, 21, 30, 42].flatMap((la) =>
    Array.from({ length: seeds }, () => {
      const error = errors * (0.5 + random.uniform());
      const y = 100 + slope * Math.log(la) + scatter * random.normal() + error * random.normal();
      return { x: Math.log(la), y, error: errors === 0 ? null : error };
    }),
  );
}

describe('z of trends', () => {
  const sets = 1500;
  it.each([
    ['scatter far above the errors', 5, 1, 4],
    ['scatter like the errors', 3, 3, 4],
    ['no errors known', 4, 0, 4],
    ['two structures a point', 5, 1, 2],
  ])('%s: nine in ten within 1.645, one in twenty beyond 1.96', (name, scatter, errors, seeds) => {
    const random = new RandomStream(`trend ${name}`);
    const deviates = Array.from({ length: sets }, () => {
      const fit = fitTrend(synthetic(random, -20, scatter, errors, seeds))!;
      // z of what it should be: the slope taken away
      const shifted = fit.slope + 20;
      const t = shifted / fit.error;
      const nu = fit.degreesOfFreedom;
      return Math.sign(t) * ((8 * nu + 1) / (8 * nu + 3)) * Math.sqrt(nu * Math.log1p((t * t) / nu));
    });
    const beyond = (limit: number): number => deviates.filter((z) => Math.abs(z) > limit).length / sets;
    const expected = (limit: number, share: number): void => {
      const z = (beyond(limit) - share) / Math.sqrt((share * (1 - share)) / sets);
      expect(Math.abs(z)).toBeLessThan(4);
    };
    expected(1.645, 0.1);
    expected(1.96, 0.05);
    expect(Math.abs(deviates.reduce((a, b) => a + b) / sets / standardError(deviates))).toBeLessThan(4);
    expect(Math.abs(Math.sqrt(variance(deviates)) - 1)).toBeLessThan(0.1);
  });

  it('without a trend the z it tells is that deviate itself', () => {
    const random = new RandomStream('no trend');
    const told = Array.from({ length: sets }, () => fitTrend(synthetic(random, 0, 5, 1, 4))!.z!);
    const beyond = told.filter((z) => Math.abs(z) > 1.96).length / sets;
    expect(Math.abs(beyond - 0.05) / Math.sqrt((0.05 * 0.95) / sets)).toBeLessThan(4);
  });

  it('errors that explain all of the spread are on the safe side', () => {
    const random = new RandomStream('errors only');
    const told = Array.from({ length: sets }, () => fitTrend(synthetic(random, 0, 0, 3, 4))!.z!);
    expect(told.filter((z) => Math.abs(z) > 1.96).length / sets).toBeLessThan(0.06);
  });
});
