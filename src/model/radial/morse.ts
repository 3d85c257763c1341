import type { Radial } from './radial.ts';

/**
 * Morse.
 *
 *   U(r) = D [e^(−2α(r − rₑ)) − 2 e^(−α(r − rₑ))]          minimum −D at rₑ, curvature 2Dα²
 *
 * @param parameters  depth D eV, alpha Å⁻¹ > 0, re Å > 0
 * @returns           eV, eV/Å
 * @cite Morse, Phys. Rev. 34, 57 (1929) doi:10.1103/PhysRev.34.57
 */
export function morse({
  depth,
  alpha,
  re,
}: {
  readonly depth: number;
  readonly alpha: number;
  readonly re: number;
}): Radial {
  return {
    value(r) {
      const e = Math.exp(-alpha * (r - re));
      return depth * e * (e - 2);
    },
    slope(r) {
      const e = Math.exp(-alpha * (r - re));
      return 2 * depth * alpha * e * (1 - e);
    },
  };
}
