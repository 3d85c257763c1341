import { describe, expect, it } from 'vitest';
import { insideHull, paretoFront } from '../../src/analysis/hull.ts';
import { fitSurrogate, logMarginalLikelihood, type TrainingPoint } from '../../src/analysis/surrogate.ts';
import { RandomStream } from '../../src/core/random.ts';

const at = (x: readonly number[], y: number, error: number | null = null): TrainingPoint => ({ x, y, error });

describe('a Gaussian process', () => {
  it('of two points is what two lines of algebra give', () => {
    // a = 2, ℓ = 1, errors 0.5: C = [[4.25, c], [c, 4.25]], c = 4 e^(−1/2); the likeliest mean is that of the two
    const [low, high] = [1, 4];
    const parameters = { amplitude: 2, lengths: [1], noise: 0 };
    const points = [at([0], low, 0.5), at([1], high, 0.5)];
    const c = 4 * Math.exp(-0.5);
    const [sum, difference] = [4.25 + c, 4.25 - c];
    const k = [4 * Math.exp(-(0.25 ** 2) / 2), 4 * Math.exp(-(0.75 ** 2) / 2)] as const;
    const alpha = (high - low) / 2 / difference;
    const { value, error } = fitSurrogate(points, parameters).predict([0.25]);
    expect(value).toBeCloseTo(2.5 + alpha * (k[1] - k[0]), 6);
    const explained = (k[0] + k[1]) ** 2 / 2 / sum + (k[1] - k[0]) ** 2 / 2 / difference;
    const unknownMean = (1 - (k[0] + k[1]) / sum) ** 2 / (2 / sum);
    expect(error ** 2).toBeCloseTo(4 - explained + unknownMean, 6);
    const likelihood = -((high - low) ** 2) / 4 / difference - Math.log(sum * difference) / 2 - Math.log(2 * Math.PI);
    expect(logMarginalLikelihood(points, parameters)).toBeCloseTo(likelihood, 6);
  });

  it('goes through points without errors, and far from them knows nothing', () => {
    const points = [0, 1, 2, 3, 4].map((x) => at([x], Math.sin(x), 0));
    const surface = fitSurrogate(points, { amplitude: 1, lengths: [1], noise: 0 });
    for (const { x, y } of points) {
      const found = surface.predict(x);
      expect(found.value).toBeCloseTo(y, 4);
      expect(found.error).toBeLessThan(1e-3);
    }
    const far = surface.predict([40]);
    expect(far.spread).toBeGreaterThan(0.99);
    expect(far.error).toBeGreaterThan(1);
  });

  it('tells how far each point is from what the others say, as leaving it out does', () => {
    const random = new RandomStream('loo');
    const points = Array.from({ length: 9 }, (_, k) => at([k], 3 * Math.sin(k / 2) + random.normal(), 0.4));
    const parameters = { amplitude: 3, lengths: [2.5], noise: 0.8 };
    const whole = fitSurrogate(points, parameters);
    // with the mean of all points held, as the closed form has it: mean zero by reflection
    const mirrored = [...points, ...points.map(({ x, y, error }) => at([x[0]! + 1e4], -y, error))];
    const squares = points.map((point, k) => {
      const others = mirrored.filter((_, i) => i !== k && i !== k + points.length);
      return (fitSurrogate(others, parameters).predict(point.x).value - point.y) ** 2;
    });
    const rms = Math.sqrt(squares.reduce((a, b) => a + b, 0) / points.length);
    expect(fitSurrogate(mirrored, parameters).leaveOneOut.rms).toBeCloseTo(rms, 3);
    expect(whole.leaveOneOut.z).toBeGreaterThan(0.4);
    expect(whole.leaveOneOut.z).toBeLessThan(2);
  });

  it('finds which axis matters, the noise, and the surface within its band', () => {
    const random = new RandomStream('surface');
    const truth = (x: readonly number[]) => 100 + 40 * Math.tanh((x[0]! - 30) / 12) + 0.3 * x[1]!;
    const sampled = Array.from({ length: 40 }, () => [15 + 45 * random.uniform(), 7 + 23 * random.uniform()]);
    const points = sampled.map((x) => at(x, truth(x) + 2 * random.normal(), 1));
    const surface = fitSurrogate(points);
    const { lengths, noise } = surface.parameters;
    expect(lengths[0]! / 45).toBeLessThan(lengths[1]! / 23);
    // errors of 1 are known, the other √3 is found
    expect(noise).toBeGreaterThan(0.9);
    expect(noise).toBeLessThan(3);
    const misses = Array.from({ length: 50 }, () => {
      const x = [18 + 39 * random.uniform(), 9 + 19 * random.uniform()];
      const { value, error } = surface.predict(x);
      return (value - truth(x)) / error;
    });
    const rms = Math.hypot(...misses) / Math.sqrt(misses.length);
    expect(rms).toBeGreaterThan(0.3);
    expect(rms).toBeLessThan(2);
    // no other parameters nearby are likelier
    const best = logMarginalLikelihood(points, surface.parameters);
    expect(best).toBeCloseTo(surface.logLikelihood, 6);
    for (const change of [0.8, 1.25]) {
      const p = surface.parameters;
      for (const other of [
        { ...p, amplitude: p.amplitude * change },
        { ...p, noise: p.noise * change },
        { ...p, lengths: [p.lengths[0]! * change, p.lengths[1]!] },
      ]) {
        expect(logMarginalLikelihood(points, other)).toBeLessThan(best + 1e-3);
      }
    }
  });
});

describe('the hull of points', () => {
  it('of a triangle holds what lies in it', () => {
    const triangle = [
      [0, 0],
      [40, 0],
      [0, 2],
    ];
    for (const [place, inside] of [
      [[10, 0.5], true],
      [[40, 0], true],
      [[20, 1], true],
      [[20.1, 1], false],
      [[-0.01, 1], false],
      [[30, 1.9], false],
    ] as const) {
      expect(insideHull(triangle, place), String(place)).toBe(inside);
    }
  });

  it('in four dimensions: means of points are in it, places beyond a corner are not', () => {
    const random = new RandomStream('hull');
    const points = Array.from({ length: 30 }, () => Array.from({ length: 4 }, () => random.uniform()));
    for (let k = 0; k < 20; k++) {
      const weights = points.map(() => -Math.log(random.uniform()));
      const total = weights.reduce((a, b) => a + b, 0);
      const mean = [0, 1, 2, 3].map((d) => points.reduce((sum, p, i) => sum + (weights[i]! / total) * p[d]!, 0));
      expect(insideHull(points, mean)).toBe(true);
      // the farthest point along any direction, gone on a little
      const direction = [0, 1, 2, 3].map(() => random.normal());
      const height = (p: readonly number[]) => p.reduce((sum, x, d) => sum + x * direction[d]!, 0);
      const top = points.reduce((a, b) => (height(b) > height(a) ? b : a));
      expect(
        insideHull(
          points,
          top.map((x, d) => x + 0.01 * direction[d]!),
        ),
      ).toBe(false);
    }
  });

  it('knows an axis that does not vary', () => {
    const line = [
      [1, 5],
      [2, 5],
    ];
    expect(insideHull(line, [1.5, 5])).toBe(true);
    expect(insideHull(line, [1.5, 5.1])).toBe(false);
  });
});

describe('the front of a trade-off', () => {
  it('is what nothing beats in both', () => {
    expect(
      paretoFront([
        [1, 9],
        [3, 7],
        [2, 7],
        [5, 5],
        [4, 4],
        [5, 4],
        [1, 8],
      ]),
    ).toEqual([0, 1, 3]);
    expect(paretoFront([])).toEqual([]);
  });
});
