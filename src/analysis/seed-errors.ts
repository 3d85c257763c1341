/** Seeds of one point taken together: their mean, and where its error comes from. */
import { mean, standardError } from '../core/statistics.ts';
import { combineReplicas, type Estimate } from './replicas.ts';

/** An error in two parts, whose squares add up to its own; null where the seeds do not tell them apart. */
export interface ErrorParts {
  /** of structures and sampling: smaller with every seed */
  readonly seeds: number | null;
  /** of the model's parameters: the same for all seeds */
  readonly calibration: number | null;
}

/** A mean over seeds. */
export interface SeedMean {
  readonly value: number;
  readonly error: number | null;
  /** there where the studies asked for the doubt in the model */
  readonly parts?: ErrorParts;
}

/**
 * Mean over the S seeds of a point. Where the replicas k = 1 … R of every seed have the same R sets of parameters, their common part is in the error of each
 * study and not in the scatter between them, which tells the two apart:
 *
 *   x_sk = μ + c_k + e_sk,    σ_s² = (σ_c² + σ_e²)/R  (what study s reports),    s² = var x_s = σ_e²/R
 *
 *   seeds = s/√S,    calibration = √max(0, ⟨σ_s²⟩ − s²) = σ_c/√R,    error² = seeds² + calibration²
 *
 * As in the report of one study, the error of the calibration is that of the mean over R sets; single sets differ √R times as much. The error is never below
 * what `combineReplicas` gives. One seed holds both parts in one number; one set (R = 1) holds nothing of the calibration.
 *
 * @param estimates  [S] one per seed, S ≥ 1
 * @param sets       R; 0: the studies did not ask for the doubt in the model
 * @oracle test/unit/seed-errors.test.ts
 */
export function combineSeeds(estimates: readonly Estimate[], sets: number): SeedMean {
  const { value, error } = combineReplicas(estimates, '');
  if (sets === 0) return { value, error };
  if (sets === 1) return { value, error, parts: { seeds: error, calibration: null } };
  if (estimates.length === 1 || error === null) return { value, error, parts: { seeds: null, calibration: null } };
  const seeds = standardError(estimates.map((estimate) => estimate.value));
  if (estimates.some((estimate) => estimate.error === null)) {
    return { value, error, parts: { seeds, calibration: null } };
  }
  const reported = mean(estimates.map((estimate) => estimate.error! ** 2));
  const calibration = Math.sqrt(Math.max(0, reported - estimates.length * seeds ** 2));
  return { value, error: Math.hypot(seeds, calibration), parts: { seeds, calibration } };
}
