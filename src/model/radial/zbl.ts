import type { Radial } from './radial.ts';

/** e²/4πε₀, eV·Å */
export const coulombConstant = 14.399645;

const weight = [0.18175, 0.50986, 0.28022, 0.02817] as const;
const decay = [3.1998, 0.94229, 0.4029, 0.20162] as const;

/**
 * Ziegler–Biersack–Littmark universal screened nuclear repulsion.
 *
 *   U(r) = (e²/4πε₀) Z₁Z₂/r · Σₖ cₖ e^(−dₖ r/a),   a = 0.46850 Å / (Z₁^0.23 + Z₂^0.23)
 *
 * The weights sum to 1: bare Coulomb repulsion at contact. Fitted to atom pairs below about 2 Å.
 *
 * @param parameters  z1, z2 atomic numbers
 * @returns           eV, eV/Å
 * @cite Ziegler & Biersack, The Stopping and Range of Ions in Matter, in Treatise on Heavy-Ion Science 6 (1985) doi:10.1007/978-1-4615-8103-1_3
 */
export function zbl({ z1, z2 }: { readonly z1: number; readonly z2: number }): Radial {
  const a = 0.4685 / (z1 ** 0.23 + z2 ** 0.23);
  const strength = coulombConstant * z1 * z2;
  return {
    value(r) {
      let screening = 0;
      for (let k = 0; k < 4; k++) screening += weight[k]! * Math.exp((-decay[k]! * r) / a);
      return (strength * screening) / r;
    },
    slope(r) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += weight[k]! * Math.exp((-decay[k]! * r) / a) * (1 / r + decay[k]! / a);
      return (-strength * sum) / r;
    },
  };
}
