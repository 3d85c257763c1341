import { ModelError } from '../core/errors.ts';

/** A piecewise cubic by what it and its derivative are at equally spaced knots. */
export interface HermiteKnots {
  readonly value: Float64Array;
  /** derivative with respect to the argument, not to the knot number */
  readonly slope: Float64Array;
}

/**
 * The piecewise cubic that LAMMPS lays through a tabulated EAM function; a table of these values and slopes is the same
 * function, so energies agree to rounding.
 *
 *   h f'ₖ = (fₖ₋₂ − 8 fₖ₋₁ + 8 fₖ₊₁ − fₖ₊₂)/12     2 ≤ k ≤ n−3
 *   h f'ₖ = (fₖ₊₁ − fₖ₋₁)/2                         k = 1 and n−2
 *   h f'₀ = f₁ − f₀,   h f'ₙ₋₁ = fₙ₋₁ − fₙ₋₂
 *   between knots the cubic with these values and slopes at both ends
 *
 * The interior derivative is exact for quartics; the function has a continuous slope, its curvature jumps at knots.
 *
 * @param values  [n ≥ 5] function at equal steps
 * @param step    spacing of the knots
 * @throws ModelError  fewer than five values, or a step that is not positive
 * @cite Thompson et al., Comput. Phys. Commun. 271, 108171 (2022) doi:10.1016/j.cpc.2021.108171
 * @oracle test/unit/io-setfl.test.ts (energies and forces by LAMMPS to 1e-10)
 */
export function lammpsSpline(values: Float64Array, step: number): HermiteKnots {
  const n = values.length;
  if (n < 5 || !(step > 0))
    throw new ModelError(`a spline wants at least 5 values and a step > 0, got ${n} and ${step}`);
  const f = (k: number) => values[k]!;
  const slope = new Float64Array(n);
  slope[0] = f(1) - f(0);
  slope[1] = (f(2) - f(0)) / 2;
  for (let k = 2; k < n - 2; k++) slope[k] = (f(k - 2) - f(k + 2) + 8 * (f(k + 1) - f(k - 1))) / 12;
  slope[n - 2] = (f(n - 1) - f(n - 3)) / 2;
  slope[n - 1] = f(n - 1) - f(n - 2);
  return { value: values.slice(), slope: slope.map((d) => d / step) };
}
