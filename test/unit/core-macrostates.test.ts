import { describe, expect, it } from 'vitest';
import {
  addSums,
  coexistence,
  countMoments,
  type ExchangeSums,
  jackknife,
  lnMacrostates,
  lnSumExp,
  reweighted,
} from '../../src/core/macrostates.ts';
import { RandomStream } from '../../src/core/random.ts';

/** Sums as an infinitely long ideal-gas chain leaves them: zV/(N+1) up and N/(zV) down, capped at 1. */
function idealSums(zV: number, most: number): ExchangeSums {
  const by = (f: (n: number) => number) => Float64Array.from({ length: most + 1 }, (_, n) => f(n));
  return {
    least: 0,
    up: by((n) => 1000 * Math.min(1, zV / (n + 1))),
    down: by((n) => 700 * Math.min(1, n / zV)),
    triedUp: by((n) => (n === most ? 0 : 1000)),
    triedDown: by((n) => (n === 0 ? 0 : 700)),
  };
}

it('the ideal gas: Π(N) is Poisson, at the reference activity and at any other', () => {
  const lnPi = lnMacrostates(idealSums(9, 80));
  let expected = 0;
  lnPi.forEach((x, n) => {
    if (n > 0) expected += Math.log(9 / n);
    expect(Math.abs(x - expected)).toBeLessThan(1e-10);
  });
  for (const zV of [4, 9, 20]) {
    const { mean, variance } = countMoments(lnPi, 0, Math.log(zV / 9));
    expect(Math.abs(mean - zV)).toBeLessThan(1e-6);
    expect(Math.abs(variance - zV)).toBeLessThan(1e-5);
  }
  expect(Math.abs(lnSumExp(reweighted(lnPi, 0)))).toBeLessThan(1e-12);
});

it('a step never seen leaves a gap that is not hidden', () => {
  const sums = idealSums(3, 10);
  (sums.up as Float64Array)[4] = 0;
  const lnPi = lnMacrostates(sums);
  expect([...lnPi].map(Number.isFinite)).toEqual([...Array(5).fill(true), ...Array(6).fill(false)]);
  expect(() => coexistence(lnPi, 0)).toThrow(/gaps/);
});

describe('coexistence', () => {
  const peaks = (a: number, b: number, tilt: number) =>
    Float64Array.from({ length: 101 }, (_, n) =>
      lnSumExp([-((n - a) ** 2) / 20 + tilt * n, -((n - b) ** 2) / 50 + tilt * n + 3]),
    );

  it('of two Gaussians: equal weights where their areas are', () => {
    // areas √(20π) e^(…), √(50π) e^3: the tilt that makes them equal, and moves each mean by σ² times itself
    for (const tilt of [-0.4, 0, 0.7]) {
      const found = coexistence(peaks(20, 80, tilt), 0)!;
      const t = tilt + found.shift;
      const area = (m: number, s2: number, extra: number) => Math.log(Math.sqrt(s2)) + m * t + (s2 * t * t) / 2 + extra;
      expect(Math.abs(area(20, 10, 0) - area(80, 25, 3))).toBeLessThan(1e-4);
      expect(Math.abs(found.dilute - (20 + 10 * t))).toBeLessThan(1e-3);
      expect(Math.abs(found.dense - (80 + 25 * t))).toBeLessThan(1e-3);
      expect(found.barrier).toBeGreaterThan(10);
    }
  });

  it('one peak is no transition', () => {
    expect(coexistence(lnMacrostates(idealSums(30, 100)), 0)).toBeNull();
  });
});

it('jackknife errors are those of the blocks', () => {
  // a number linear in the sums: its jackknife error is the standard error of block means
  const random = new RandomStream('jackknife');
  const blocks = Array.from({ length: 8 }, (): ExchangeSums => {
    const x = 100 * (1 + 0.01 * random.normal());
    return { least: 0, up: [x, 0], down: [0, 100], triedUp: [100, 0], triedDown: [0, 100] };
  });
  const ratios = blocks.map((b) => b.up[0]! / 100);
  const mean = ratios.reduce((a, b) => a + b, 0) / 8;
  const error = Math.sqrt(ratios.reduce((a, x) => a + (x - mean) ** 2, 0) / 7 / 8);
  const { value, error: found } = jackknife(blocks, (lnPi) => Math.exp(lnPi[1]!));
  expect(Math.abs(value - mean)).toBeLessThan(1e-12);
  expect(Math.abs(found! - error)).toBeLessThan(1e-12);
  expect(jackknife(blocks.slice(0, 1), (lnPi) => lnPi[1]!).error).toBeNull();
  expect(() => addSums([])).toThrow(/at least one/);
});
