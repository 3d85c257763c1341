import type { Radial } from './radial.ts';

/**
 * Yukawa, a screened Coulomb repulsion.
 *
 *   U(r) = Q e^(−r/λ)/r
 *
 * @param parameters  q = Q eV·Å, lambda = λ Å > 0
 * @returns           eV, eV/Å
 * @cite Yukawa, Proc. Phys.-Math. Soc. Jpn. 17, 48 (1935) doi:10.11429/ppmsj1919.17.0_48
 */
export function yukawa({ q, lambda }: { readonly q: number; readonly lambda: number }): Radial {
  const value = (r: number) => (q * Math.exp(-r / lambda)) / r;
  return { value, slope: (r) => -value(r) * (1 / r + 1 / lambda) };
}
