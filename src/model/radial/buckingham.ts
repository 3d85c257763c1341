import type { Radial } from './radial.ts';

/**
 * Buckingham exp-6.
 *
 *   U(r) = A e^(−r/ρ) − C/r⁶
 *
 * Falls to −∞ below its inner maximum: a model that uses it starts its tables outside of that.
 *
 * @param parameters  a eV, rho Å > 0, c eV·Å⁶
 * @returns           eV, eV/Å
 * @cite Buckingham, Proc. R. Soc. A 168, 264 (1938) doi:10.1098/rspa.1938.0173
 */
export function buckingham({ a, rho, c }: { readonly a: number; readonly rho: number; readonly c: number }): Radial {
  return {
    value: (r) => a * Math.exp(-r / rho) - c / r ** 6,
    slope: (r) => (-a / rho) * Math.exp(-r / rho) + (6 * c) / r ** 7,
  };
}
