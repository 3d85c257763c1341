/**
 * Averages with honest errors. A chain's samples are correlated: errors come from blocks longer than the memory.
 */

/** A number as it leaves Cardhouse: value, standard error (null when it is exact or cannot be estimated), unit. */
export interface Measured {
  readonly value: number;
  readonly error: number | null;
  readonly unit: string;
}

/** A number as it leaves: value, standard error (null: exact or unknown), unit. */
export function measured(value: number, error: number | null, unit: string): Measured {
  return { value, error, unit };
}

/** Arithmetic mean; NaN for no samples. */
export function mean(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  return sum / samples.length;
}

/** Unbiased sample variance; NaN for fewer than two samples. */
export function variance(samples: ArrayLike<number>): number {
  const m = mean(samples);
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i]! - m) ** 2;
  return sum / (samples.length - 1);
}

/** Standard error of the mean of independent samples. */
export function standardError(samples: ArrayLike<number>): number {
  return Math.sqrt(variance(samples) / samples.length);
}

export interface BlockAverage {
  readonly mean: number;
  readonly error: number;
  /** statistical inefficiency g = n·error²/variance: samples per independent sample, ≥ 1 */
  readonly inefficiency: number;
}

/**
 * Mean of a correlated series with its standard error by block doubling: the error of the mean of blocks of 1, 2, 4, …
 * samples grows until blocks are longer than the correlation time; the largest over levels with ≥ `minBlocks` blocks is
 * returned (conservative).
 *
 *   σ²(B) = Var(block means) / n_B
 *
 * @cite Flyvbjerg & Petersen, J. Chem. Phys. 91, 461 (1989) doi:10.1063/1.457480
 */
export function blockAverage(samples: ArrayLike<number>, minBlocks = 8): BlockAverage {
  const n = samples.length;
  const m = mean(samples);
  if (n < 2) return { mean: m, error: Number.NaN, inefficiency: Number.NaN };
  let level = Float64Array.from(samples);
  const naive = standardError(level);
  let error = naive;
  while (level.length >= 2 * Math.max(2, minBlocks)) {
    const half = new Float64Array(level.length >> 1);
    for (let i = 0; i < half.length; i++) half[i] = 0.5 * (level[2 * i]! + level[2 * i + 1]!);
    level = half;
    error = Math.max(error, standardError(level));
  }
  return { mean: m, error, inefficiency: naive > 0 ? (error / naive) ** 2 : 1 };
}
