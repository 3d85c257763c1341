import type { Radial } from './radial.ts';

/**
 * Lennard-Jones 12-6.
 *
 *   U(r) = 4ε [(σ/r)¹² − (σ/r)⁶]          minimum −ε at 2^(1/6) σ
 *
 * @param parameters  epsilon eV, sigma Å > 0
 * @returns           eV, eV/Å
 * @cite Jones, Proc. R. Soc. A 106, 463 (1924) doi:10.1098/rspa.1924.0082
 * @oracle test/oracle/nist-lj.test.ts
 */
export function lennardJones({ epsilon, sigma }: { readonly epsilon: number; readonly sigma: number }): Radial {
  const sixth = (r: number) => (sigma / r) ** 6;
  return {
    value(r) {
      const s6 = sixth(r);
      return 4 * epsilon * s6 * (s6 - 1);
    },
    slope(r) {
      const s6 = sixth(r);
      return (24 * epsilon * s6 * (1 - 2 * s6)) / r;
    },
  };
}

/**
 * What a truncated Lennard-Jones energy misses beyond the cutoff, per particle of a uniform fluid (g(r) = 1 there).
 *
 *   U_tail/N = ½ ∫_rc^∞ 4πr² ρ U(r) dr = (8π/3) ρ ε σ³ [⅓ (σ/rc)⁹ − (σ/rc)³]
 *
 * @param cutoff         rc, Å
 * @param numberDensity  ρ, Å⁻³
 * @returns              eV per particle
 * @cite Allen & Tildesley, Computer Simulation of Liquids, 2nd ed. (2017) doi:10.1093/oso/9780198803195.001.0001
 * @oracle test/oracle/nist-lj.test.ts
 */
export function lennardJonesTail(
  { epsilon, sigma }: { readonly epsilon: number; readonly sigma: number },
  cutoff: number,
  numberDensity: number,
): number {
  const s3 = (sigma / cutoff) ** 3;
  return (8 / 3) * Math.PI * numberDensity * epsilon * sigma ** 3 * (s3 ** 3 / 3 - s3);
}
