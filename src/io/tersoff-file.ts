/** Tersoff potential files of LAMMPS (`.tersoff`) → parameters. */

/**
 * One line of a .tersoff file: atom i bonded to j in the presence of k.
 *
 * @cite Tersoff, Phys. Rev. B 39, 5566 (1989) doi:10.1103/PhysRevB.39.5566
 */
export interface TersoffParameters {
  /** 1 or 3: power of λ3 (r_ij − r_ik) in ζ */
  readonly m: number;
  readonly gamma: number;
  /** Å⁻¹ */
  readonly lambda3: number;
  readonly c: number;
  readonly d: number;
  /** cos θ₀, called h by Tersoff */
  readonly cosTheta0: number;
  readonly n: number;
  readonly beta: number;
  /** Å⁻¹, of the attraction */
  readonly lambda2: number;
  /** eV */
  readonly b: number;
  /** Å: the cutoff function goes from 1 at middle − halfWidth to 0 at middle + halfWidth (R and D of LAMMPS) */
  readonly middle: number;
  readonly halfWidth: number;
  /** Å⁻¹, of the repulsion */
  readonly lambda1: number;
  /** eV */
  readonly a: number;
}
