/** How large atoms and probe molecules are, for everything that measures pores by geometry. */
import { elementOf } from '../core/elements.ts';
import { ModelError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';

/**
 * Van der Waals radii, Å. Main-group elements: Bondi (C 1.70, N 1.55, O 1.52 …), with hydrogen, lithium, boron, sodium
 * and aluminium as revised to match; transition metals, which Bondi has not, from crystal statistics.
 *
 * @cite Bondi, J. Phys. Chem. 68, 441 (1964) doi:10.1021/j100785a001
 * @cite Mantina et al., J. Phys. Chem. A 113, 5806 (2009) doi:10.1021/jp8111556 (H, Li, B, Na, Mg, Al)
 * @cite Alvarez, Dalton Trans. 42, 8617 (2013) doi:10.1039/c3dt50599e (Ti, Cr, Fe, Zr, Mo, Ta, W)
 */
export const vanDerWaalsRadii: Readonly<Record<string, number>> = {
  H: 1.1,
  He: 1.4,
  Li: 1.81,
  B: 1.92,
  C: 1.7,
  N: 1.55,
  O: 1.52,
  F: 1.47,
  Ne: 1.54,
  Na: 2.27,
  Mg: 1.73,
  Al: 1.84,
  Si: 2.1,
  P: 1.8,
  S: 1.8,
  Cl: 1.75,
  Ar: 1.88,
  K: 2.75,
  Ti: 2.46,
  Cr: 2.45,
  Fe: 2.44,
  Ni: 1.63,
  Cu: 1.4,
  Zr: 2.52,
  Mo: 2.45,
  Pd: 1.63,
  Ag: 1.72,
  Ta: 2.53,
  W: 2.57,
  Pt: 1.72,
  Au: 1.66,
  Pb: 2.02,
};

/** A round molecule that looks for room among the atoms. */
export interface Probe {
  /** as it stands in keys, e.g. `N2` in `surfaceN2` */
  readonly name: string;
  /** Å */
  readonly diameter: number;
  /** where the diameter comes from */
  readonly source: string;
}

const breck = 'kinetic diameter, Breck 1974';

/**
 * The probes of adsorption experiments and one electrolyte solvent. Diethyl carbonate is the sphere of its van der
 * Waals volume by atom and bond contributions, C₅H₁₀O₃ with 17 bonds:
 *
 *   V = 5·20.58 + 10·7.24 + 3·14.71 − 17·5.92 = 118.8 Å³,     d = (6V/π)^⅓ = 6.10 Å
 *
 * @cite Breck, Zeolite Molecular Sieves, Wiley (1974), kinetic diameters of He, CO2, N2
 * @cite Zhao, Abraham & Zissimos, J. Org. Chem. 68, 7368 (2003) doi:10.1021/jo034808o
 */
export const standardProbes: readonly Probe[] = [
  { name: 'He', diameter: 2.6, source: breck },
  { name: 'Co2', diameter: 3.3, source: breck },
  { name: 'N2', diameter: 3.64, source: breck },
  { name: 'Dec', diameter: 6.1, source: 'diethyl carbonate, sphere of its van der Waals volume' },
];

/**
 * Radius of every atom.
 *
 * @param radii  by species name or element, Å; goes before the table
 * @returns [N] Å
 * @throws ModelError  a species has no radius
 */
export function radiiOf(frame: Frame, radii: Readonly<Record<string, number>> = {}): Float64Array {
  const known = frame.species.map((name) => radii[name] ?? radii[elementOf(name)] ?? vanDerWaalsRadii[elementOf(name)]);
  return Float64Array.from({ length: atomCount(frame) }, (_, i) => {
    const species = frame.rows[4 * i + 3]!;
    const radius = known[species];
    if (radius === undefined || !(radius >= 0)) {
      throw new ModelError(`${frame.species[species]} has no van der Waals radius; give one with the option "radii"`);
    }
    return radius;
  });
}
