import type { Radial } from './radial.ts';

/**
 * Exponential, the electron density (or repulsion) of second-moment metals.
 *
 *   f(r) = A e^(−k (r/r₀ − 1))          A at r₀
 *
 * @param parameters  amplitude A in the unit wanted, k > 0, r0 Å > 0
 * @returns           unit of A, unit of A per Å
 * @cite Cleri & Rosato, Phys. Rev. B 48, 22 (1993) doi:10.1103/PhysRevB.48.22
 */
export function exponentialDensity({
  amplitude,
  k,
  r0,
}: {
  readonly amplitude: number;
  readonly k: number;
  readonly r0: number;
}): Radial {
  const value = (r: number) => amplitude * Math.exp(-k * (r / r0 - 1));
  return { value, slope: (r) => (-k / r0) * value(r) };
}
