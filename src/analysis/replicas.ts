/**
 * From the numbers of single replicas to one number with an honest error. Every analysis ends here.
 */
import { blockAverage, type Measured, mean, standardError } from '../core/statistics.ts';

/** The number one replica gives, with its own (block) error; null where one sample is all there is. */
export interface Estimate {
  readonly value: number;
  readonly error: number | null;
}

/** A `Measured` that may be impossible: then value and error are null and `note` says why. */
export interface Quantity {
  readonly value: number | null;
  readonly error: number | null;
  readonly unit: string;
  readonly note?: string;
}

/** A quantity that could not be had, with the reason. */
export function unavailable(unit: string, note: string): Quantity {
  return { value: null, error: null, unit, note };
}

/** Mean of one correlated series times `factor`, with its block error. */
export function estimateOf(samples: ArrayLike<number>, factor = 1): Estimate {
  const block = blockAverage(samples);
  return {
    value: block.mean * factor,
    error: Number.isFinite(block.error) ? block.error * Math.abs(factor) : null,
  };
}

/**
 * Mean over replicas; its error is the larger of two independent views of it:
 *
 *   σ = max( s(x_k)/√n  (n ≥ 2),  √(Σ σ_k²) / n )
 *
 * The scatter between replicas sees slow pores and different structures, which block errors do not; the block errors
 * keep a lucky agreement of two or three replicas from looking like precision. With one replica only the second is there.
 *
 * @param estimates  [n] one per replica, n ≥ 1
 * @oracle test/unit/analysis-voltage.test.ts
 */
export function combineReplicas(estimates: readonly Estimate[], unit: string): Measured {
  const values = estimates.map((e) => e.value);
  const between = values.length > 1 ? standardError(values) : null;
  const known = estimates.every((e) => e.error !== null);
  const within = known ? Math.hypot(...estimates.map((e) => e.error!)) / estimates.length : null;
  const error = between === null ? within : Math.max(between, within ?? 0);
  return { value: mean(values), error, unit };
}

/**
 * Average of a number taken from snapshots, replica by replica. Snapshots where it is undefined (NaN: no guest in the
 * box, say) do not count; where none is left the answer is null with `note`.
 *
 * @param series  [replica][snapshot]
 */
export function averageSnapshots(series: readonly (readonly number[])[], unit: string, note: string): Quantity {
  const defined = series.map((values) => values.filter(Number.isFinite)).filter((values) => values.length > 0);
  if (defined.length === 0) return unavailable(unit, note);
  return combineReplicas(
    defined.map((values) => estimateOf(values)),
    unit,
  );
}
