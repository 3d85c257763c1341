import { ModelError } from '../../core/errors.ts';
import type { Radial } from './radial.ts';

/**
 * A function given at equally spaced knots: between two of them the cubic with the values and slopes at both.
 *
 *   U = u₀ + t (h d₀ + t (3Δ − 2h d₀ − h d₁ + t (h d₀ + h d₁ − 2Δ))),   t = (r − r₀)/h, Δ = u₁ − u₀
 *
 * Slopes of a table that has none: `lammpsSpline`. Below `from` it goes on in a straight line; from the last knot on it
 * is zero.
 *
 * @param parameters  from Å, step h Å > 0; values eV and slopes eV/Å at from + k·step
 * @returns           eV, eV/Å
 * @throws ModelError  fewer than two values, or not as many slopes as values
 * @cite Fritsch & Carlson, SIAM J. Numer. Anal. 17, 238 (1980) doi:10.1137/0717021
 */
export function tabulated({
  from,
  step,
  values,
  slopes,
}: {
  readonly from: number;
  readonly step: number;
  readonly values: ArrayLike<number>;
  readonly slopes: ArrayLike<number>;
}): Radial {
  const n = values.length;
  if (n < 2 || slopes.length !== n) {
    throw new ModelError(`tabulated: wants two values or more and as many slopes, got ${n} and ${slopes.length}`);
  }
  const to = from + (n - 1) * step;
  // knot below r, how far behind it in steps, and the coefficients of t, t² and t³
  const segment = (r: number) => {
    const s = (r - from) / step;
    const k = Math.min(Math.floor(s), n - 2);
    const c1 = step * slopes[k]!;
    const d1 = step * slopes[k + 1]!;
    const rise = values[k + 1]! - values[k]!;
    return { k, t: s - k, c1, c2: 3 * rise - 2 * c1 - d1, c3: c1 + d1 - 2 * rise };
  };
  return {
    value(r) {
      if (r >= to) return 0;
      if (r < from) return values[0]! + (r - from) * slopes[0]!;
      const { k, t, c1, c2, c3 } = segment(r);
      return values[k]! + t * (c1 + t * (c2 + t * c3));
    },
    slope(r) {
      if (r >= to) return 0;
      if (r < from) return slopes[0]!;
      const { t, c1, c2, c3 } = segment(r);
      return (c1 + t * (2 * c2 + 3 * t * c3)) / step;
    },
    kinks: Array.from({ length: n }, (_, k) => from + k * step),
  };
}
