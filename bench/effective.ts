/** How much chains tell about N in a second, autocorrelation included. */
import { blockAverage, variance } from '../src/core/statistics.ts';

/** N of one chain at equal distances in trials, and how long the chain ran. */
export interface WaySeries {
  readonly counts: readonly number[];
  readonly seconds: number;
}

export interface Effective {
  readonly mean: number;
  readonly error: number;
  /** independent samples of N that would give the same error, per second */
  readonly perSecond: number;
}

/**
 * Effective samples of chains that sample one distribution: the variance of N, pooled over all, over the square of each one's own error
 * by blocks. A chain whose N has hardly moved has too small a variance of its own, so its own would flatter it.
 */
export function effectiveSamples(series: readonly WaySeries[]): Effective[] {
  const pooled = variance(series.flatMap(({ counts }) => counts));
  return series.map(({ counts, seconds }) => {
    const { mean, error } = blockAverage(counts);
    return { mean, error, perSecond: pooled / error ** 2 / seconds };
  });
}
