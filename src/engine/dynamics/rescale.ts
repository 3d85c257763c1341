/** Stochastic velocity rescaling: the thermostat that leaves the dynamics almost alone. */
import { boltzmann } from '../../core/units.ts';
import { type Noise, purposes } from './noise.ts';

/** What a step's factor is made of besides K. */
export interface RescaleDraw {
  /** c = e^(−Δt/τ) */
  readonly decay: number;
  /** (1 − c) K̄/N_f, eV */
  readonly gain: number;
  /** R₁ */
  readonly first: number;
  /** Σ₂ R_i² */
  readonly others: number;
}

/** Random numbers and constants of a step, see `rescaleFactor`. */
export function rescaleDraw(
  freedom: number,
  temperature: number,
  ratio: number,
  noise: Noise,
  step: number,
): RescaleDraw {
  noise.gaussians(purposes.rescale, step, 0);
  const first = noise.normal[0]!;
  const others = noise.squares(freedom - 1, purposes.rescale, step, 1);
  return { decay: Math.exp(-ratio), gain: -Math.expm1(-ratio) * 0.5 * boltzmann * temperature, first, others };
}

/**
 * Factor for all velocities over one step, an exact solution of
 *
 *   dK = (K̄ − K) dt/τ + 2 √(K K̄/N_f) dW/√τ,     K̄ = ½ N_f k_B T
 *   α² = c + (K̄/(N_f K)) (1 − c) (R₁² + Σ₂ R_i²) + 2 R₁ √(c (1 − c) K̄/(N_f K)),     c = e^(−Δt/τ)
 *
 * so that K is distributed as Gamma(N_f/2, k_B T) whatever τ and Δt. The sign follows R₁ as published: it matters for a
 * few degrees of freedom only.
 *
 * @param kinetic  K, eV, > 0
 * @param freedom  N_f, degrees of freedom
 * @param ratio    Δt/τ
 * @cite Bussi, Donadio & Parrinello, J. Chem. Phys. 126, 014101 (2007) doi:10.1063/1.2408420
 * @cite Bussi & Parrinello, Comput. Phys. Commun. 179, 26 (2008) doi:10.1016/j.cpc.2008.01.006 (sign)
 * @oracle test/statistical/dynamics-thermostats.test.ts
 */
export function rescaleFactor(
  kinetic: number,
  freedom: number,
  temperature: number,
  ratio: number,
  noise: Noise,
  step: number,
): number {
  const { decay: c, gain, first, others } = rescaleDraw(freedom, temperature, ratio, noise, step);
  const g = gain / kinetic;
  const square = c + g * (first * first + others) + 2 * first * Math.sqrt(c * g);
  // the square is (√c + R₁√g)² + g·others: never negative but by rounding
  const factor = Math.sqrt(Math.max(0, square));
  return first * Math.sqrt(g) + Math.sqrt(c) < 0 ? -factor : factor;
}
