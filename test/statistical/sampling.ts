/** What the statistical tests share: series from a chain, and deviations in standard errors. */
import { expect } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { type BlockAverage, blockAverage } from '../../src/core/statistics.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { Chain, ChainSetup } from '../../src/engine/chain.ts';
import type { ExchangeRung } from '../../src/engine/exchange-ladder.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';

export interface Series {
  readonly count: Float64Array;
  readonly energy: Float64Array;
}

/** An empty cubic box, of an ideal gas unless it is given tables. */
export function emptyBox(edge: number, change: Partial<ChainSetup> & Pick<ChainSetup, 'key'>): ChainSetup {
  return {
    tables: idealGasTables(),
    host: { cell: cubicCell(edge), species: [], rows: new Float64Array() },
    grid: openGrid(cubicCell(edge), 1),
    guestCavity: 1,
    temperature: 300,
    moves: { displace: 1, exchange: 4, teleport: 1 },
    stream: 0,
    ...change,
  };
}

/** Drops `warmUp` trials, then reads the chain every `stride` trials. */
export function sample(chain: Chain, warmUp: number, samples: number, stride: number): Series {
  chain.advance(warmUp);
  const count = new Float64Array(samples);
  const energy = new Float64Array(samples);
  for (let k = 0; k < samples; k++) {
    chain.advance(stride);
    count[k] = chain.count;
    energy[k] = chain.energy;
  }
  return { count, energy };
}

/** The mean of a series agrees with an exact value within four standard errors, and the error is small enough to mean it. */
export function expectMean(series: ArrayLike<number>, exact: number, largestRelativeError: number): BlockAverage {
  const average = blockAverage(series);
  expect(Math.abs(average.mean - exact) / average.error).toBeLessThan(4);
  expect(average.error / Math.abs(exact)).toBeLessThan(largestRelativeError);
  return average;
}

/** ⟨a⟩/⟨b⟩ of two series against an exact ratio: a − R b has mean zero. */
export function expectRatio(a: Float64Array, b: Float64Array, exact: number, largestRelativeError: number): void {
  const difference = blockAverage(a.map((x, k) => x - exact * b[k]!));
  expect(Math.abs(difference.mean) / difference.error).toBeLessThan(4);
  expect(difference.error / Math.abs(exact * blockAverage(b).mean)).toBeLessThan(largestRelativeError);
}

function poisson(mean: number): number[] {
  const p = [Math.exp(-mean)];
  for (let n = 1; n < 6 * mean + 30; n++) p.push((p[n - 1]! * mean) / n);
  return p;
}

/**
 * Deviation, in standard errors, of the share of swaps that were accepted between two rungs of an ideal gas from
 * Σ P_a(n) P_b(m) min(1, (z_a/z_b)^(m − n)).
 *
 * @param a, b  ⟨N⟩ on the rungs
 */
export function swapDeviation([a, b]: readonly [number, number], { tried, accepted }: ExchangeRung): number {
  const [pa, pb] = [poisson(a), poisson(b)];
  const expected = pa.reduce(
    (sum, p, n) => sum + pb.reduce((inner, q, m) => inner + p * q * Math.min(1, (a / b) ** (m - n)), 0),
    0,
  );
  return (accepted / tried - expected) / Math.sqrt((expected * (1 - expected)) / tried);
}
