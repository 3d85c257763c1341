import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { blockAverage, mean, measured, standardError, variance } from '../../src/core/statistics.ts';

/** x_{t+1} = φ x_t + √(1 − φ²) ε: mean 0, variance 1, autocorrelation φ^t; started in its stationary state. */
function autoregressive(phi: number, n: number, seed: string): Float64Array {
  const random = new RandomStream(seed);
  const series = new Float64Array(n);
  let x = random.normal();
  for (let t = 0; t < n; t++) {
    series[t] = x;
    x = phi * x + Math.sqrt(1 - phi * phi) * random.normal();
  }
  return series;
}

/** Exact variance of the mean of n samples: (1/n)[1 + 2 Σ_{t=1}^{n−1} (1 − t/n) φ^t]. */
function varianceOfMean(phi: number, n: number): number {
  let sum = 1;
  for (let t = 1; t < n; t++) sum += 2 * (1 - t / n) * phi ** t;
  return sum / n;
}

describe('plain averages', () => {
  it('of a known sample', () => {
    const samples = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(samples)).toBe(5);
    expect(variance(samples)).toBeCloseTo(32 / 7, 14);
    expect(standardError(samples)).toBeCloseTo(Math.sqrt(32 / 7 / 8), 14);
  });

  it('one sample has no variance', () => {
    expect(variance([3])).toBeNaN();
  });

  it('measured keeps its three parts', () => {
    expect(measured(1, null, 'V')).toEqual({ value: 1, error: null, unit: 'V' });
  });
});

describe('blockAverage', () => {
  // 2^16 samples hold hundreds of memories (2τ = 2/(1 − φ)); the number of blocks per level limits the rest
  it.each([0, 0.5, 0.9, 0.98])('error of an autoregressive series, φ = %d, is within 25 %% of the exact one', (phi) => {
    const n = 1 << 16;
    const exact = Math.sqrt(varianceOfMean(phi, n));
    const runs = Array.from({ length: 8 }, (_, k) => blockAverage(autoregressive(phi, n, `ar ${k}`), 64));
    const error = mean(runs.map((run) => run.error));
    expect(Math.abs(error / exact - 1)).toBeLessThan(0.25);
    const inefficiency = (1 + phi) / (1 - phi);
    expect(Math.abs(mean(runs.map((run) => run.inefficiency)) / inefficiency - 1)).toBeLessThan(0.5);
    // means scatter as their errors say
    const spread = Math.sqrt(mean(runs.map((run) => run.mean ** 2)));
    expect(spread / exact).toBeGreaterThan(0.4);
    expect(spread / exact).toBeLessThan(1.8);
  });

  it('with the default number of blocks errs on the safe side, by less than a factor of two', () => {
    const n = 1 << 14;
    const phi = 0.9;
    const exact = Math.sqrt(varianceOfMean(phi, n));
    const errors = Array.from({ length: 16 }, (_, k) => blockAverage(autoregressive(phi, n, `default ${k}`)).error);
    expect(mean(errors) / exact).toBeGreaterThan(1);
    expect(mean(errors) / exact).toBeLessThan(2);
  });

  it('a constant series has no error, one sample has none that could be known', () => {
    expect(blockAverage(new Float64Array(64).fill(2.5))).toEqual({ mean: 2.5, error: 0, inefficiency: 1 });
    const single = blockAverage([4]);
    expect(single.mean).toBe(4);
    expect(single.error).toBeNaN();
  });
});
