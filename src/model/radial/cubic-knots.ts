import { ModelError } from '../../core/errors.ts';
import type { Radial } from './radial.ts';

/**
 * Sum of one-sided cubics, a spline that ends by itself.
 *
 *   U(r) = Σₖ cₖ max(0, 1 − r/rₖ)³
 *
 * Value, slope and curvature are continuous; the third derivative jumps at every rₖ. Zero beyond the largest rₖ.
 *
 * @param parameters  coefficients cₖ eV, radii rₖ Å > 0, one for each coefficient
 * @returns           eV, eV/Å
 * @throws ModelError  lists of different length, or a radius ≤ 0
 * @cite Ackland & Vitek, Phys. Rev. B 41, 10324 (1990) doi:10.1103/PhysRevB.41.10324
 */
export function cubicKnots({
  coefficients,
  radii,
}: {
  readonly coefficients: readonly number[];
  readonly radii: readonly number[];
}): Radial {
  if (coefficients.length !== radii.length) {
    throw new ModelError(`cubic-knots: ${coefficients.length} coefficients, but ${radii.length} radii`);
  }
  const bad = radii.find((radius) => !(radius > 0));
  if (bad !== undefined) throw new ModelError(`cubic-knots: radii must be > 0, got ${bad}`);
  return {
    value(r) {
      let sum = 0;
      for (let k = 0; k < radii.length; k++) sum += coefficients[k]! * Math.max(0, 1 - r / radii[k]!) ** 3;
      return sum;
    },
    slope(r) {
      let sum = 0;
      for (let k = 0; k < radii.length; k++) {
        sum -= (3 * coefficients[k]! * Math.max(0, 1 - r / radii[k]!) ** 2) / radii[k]!;
      }
      return sum;
    },
    kinks: [...new Set(radii)].sort((a, b) => a - b),
  };
}
