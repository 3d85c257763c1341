import type { Radial } from './radial.ts';
import { coulombConstant } from './zbl.ts';

/**
 * Damped Coulomb interaction of two charges, the real-space part of the Wolf and Ewald sums.
 *
 *   U(r) = (e²/4πε₀) q₁q₂ erfc(αr)/r
 *
 * @param parameters  q1, q2 e; alpha Å⁻¹ > 0
 * @returns           eV, eV/Å
 * @cite Wolf, Keblinski, Phillpot & Eggebrecht, J. Chem. Phys. 110, 8254 (1999) doi:10.1063/1.478738
 */
export function coulombDamped({
  q1,
  q2,
  alpha,
}: {
  readonly q1: number;
  readonly q2: number;
  readonly alpha: number;
}): Radial {
  const strength = coulombConstant * q1 * q2;
  return {
    value: (r) => (strength * erfc(alpha * r)) / r,
    slope(r) {
      const x = alpha * r;
      return (-strength * (erfc(x) / r + (2 * alpha * Math.exp(-x * x)) / Math.sqrt(Math.PI))) / r;
    },
  };
}

/**
 * Complementary error function for x ≥ 0 to 1e-12 relative.
 *
 *   x < 2:  1 − (2/√π) e^(−x²) Σₙ 2ⁿ x^(2n+1)/(2n+1)!!      (all terms positive)
 *   x ≥ 2:  e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …))))
 *
 * @cite Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 7.1.6 and 7.1.14
 */
export function erfc(x: number): number {
  const gauss = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; term > 1e-17 * sum; n++) sum += term *= (2 * x * x) / (2 * n + 1);
    return 1 - 2 * gauss * sum;
  }
  let fraction = x;
  for (let n = 80; n > 0; n--) fraction = x + n / 2 / fraction;
  return gauss / fraction;
}
