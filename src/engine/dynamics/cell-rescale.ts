/**
 * Stochastic cell rescaling: the cell follows an overdamped equation whose stationary state is the NPT ensemble.
 *
 *   r ← F r,  v ← F⁻ᵀ v,  F = exp(E),     E = −(β_T/3τ)(P₀ − P) Δt + √(2DΔt) ξ,     D = k_B T β_T/(3Vτ)
 *
 * E is projected on the deformations that are allowed: its trace alone (isotropic; then ε = ln V obeys
 * dε = −(β_T/τ)(P₀ − P) dt + √(2k_B T β_T/(Vτ)) dW), the diagonal, or all of the symmetric tensor. Products of exponentials are the
 * exact solution for constant P and D, so the kT/V terms of the published stochastic equations for h do not appear. P holds
 * the kinetic part; scaling moves frozen atoms too, so fractional coordinates stay. After a shear everything is turned so that
 * a keeps its direction and b its plane.
 *
 * @cite Bernetti & Bussi, J. Chem. Phys. 153, 114107 (2020) doi:10.1063/5.0020514
 * @cite Del Tatto, Raiteri, Bernetti & Bussi, Appl. Sci. 12, 1139 (2022) doi:10.3390/app12031139
 * @oracle test/statistical/dynamics-barostat.test.ts
 */
import { PhysicsError } from '../../core/errors.ts';
import { boltzmann } from '../../core/units.ts';
import { type Noise, purposes } from './noise.ts';
import {
  deformed,
  exponential,
  inner,
  product,
  project,
  type StrainKind,
  strainComponents,
  transposed,
  turnBack,
} from './strain.ts';

/** What the cell feels at one moment. */
export interface CellLoad {
  /** Å³ */
  readonly volume: number;
  /** [9] virial and kinetic part over the volume, eV/Å³ */
  readonly pressure: Float64Array;
}

/** How strongly the cell is coupled. */
export interface CellCoupling extends StrainKind {
  /** P₀, eV/Å³ */
  readonly pressure: number;
  /** τ, fs */
  readonly time: number;
  /** β_T, Å³/eV */
  readonly compressibility: number;
}

/** A deformation that was drawn, and what is needed to judge it afterwards. */
export interface CellMove {
  /** [9] the cell afterwards, rows a, b, c, Å */
  readonly matrix: Float64Array;
  /** [9] for positions */
  readonly deformation: Float64Array;
  /** [9] for velocities, F⁻ᵀ */
  readonly inverseTransposed: Float64Array;
  /** [9] E in the frame before, and after the turn */
  readonly strain: Float64Array;
  readonly strainAfter: Float64Array;
}

/** Largest strain of one move: beyond it the coupling is far too strong for its interval. */
const largestStrain = 0.05;

/**
 * Draws one deformation.
 *
 * @param matrix    [9] cell, rows a, b, c, Å
 * @param interval  Δt, fs
 * @throws PhysicsError  a strain above 5 % in one move
 */
export function drawCellMove(
  coupling: CellCoupling,
  load: CellLoad,
  matrix: Float64Array,
  temperature: number,
  interval: number,
  noise: Noise,
  step: number,
): CellMove {
  const drift = meanStrain(coupling, load, interval);
  const width = Math.sqrt(2 * diffusion(coupling, load, temperature) * interval);
  const random = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    noise.gaussians(purposes.barostat, step, row);
    for (let a = 0; a < 3; a++) random[3 * row + a] = noise.normal[a]!;
  }
  const strain = project(random, coupling).map((x, k) => width * x + drift[k]!);
  const size = Math.sqrt(inner(strain, strain));
  if (!(size <= largestStrain)) {
    throw new PhysicsError(
      `step ${step}: the barostat would strain the cell by ${size.toPrecision(3)} at once (limit ${largestStrain}); ` +
        'lengthen its time, lower its compressibility, or relax the structure first',
    );
  }
  const stretch = exponential(strain);
  const back = exponential(strain.map((x) => -x));
  if (coupling.kind !== 'flexible') {
    const after = deformed(matrix, stretch);
    return { matrix: after, deformation: stretch, inverseTransposed: transposed(back), strain, strainAfter: strain };
  }
  const turn = turnBack(matrix, deformed(matrix, stretch));
  const deformation = product(turn, stretch);
  const after = deformed(matrix, deformation);
  // a triangular cell stays one to the last digit
  if (matrix[1] === 0 && matrix[2] === 0 && matrix[5] === 0) after[1] = after[2] = after[5] = 0;
  return {
    matrix: after,
    deformation,
    inverseTransposed: product(turn, transposed(back)),
    strain,
    strainAfter: product(product(turn, strain), transposed(turn)),
  };
}

/**
 * Energy that the barostat has put in with one move, eV:
 *
 *   q = k_B T [ln(V'/V) + ln p(back) − ln p(there)]
 *
 * with p the Gaussian densities of the strain. With it K + U + P₀V − Σq is conserved but for the error of a finite interval:
 * its increments are −k_B T times the logarithm of the ratio that detailed balance wants to be one.
 */
export function cellHeat(
  coupling: CellCoupling,
  move: CellMove,
  before: CellLoad,
  after: CellLoad,
  temperature: number,
  interval: number,
): number {
  const there = deviation(move.strain, 1, coupling, before, temperature, interval);
  const back = deviation(move.strainAfter, -1, coupling, after, temperature, interval);
  const growth = Math.log(after.volume / before.volume);
  return boltzmann * temperature * ((1 + 0.5 * strainComponents(coupling)) * growth + there - back);
}

/** |±E − ⟨E⟩|²/(4DΔt). */
function deviation(
  strain: Float64Array,
  sign: 1 | -1,
  coupling: CellCoupling,
  load: CellLoad,
  temperature: number,
  interval: number,
): number {
  const drift = meanStrain(coupling, load, interval);
  const off = strain.map((x, k) => sign * x - drift[k]!);
  return inner(off, off) / (4 * diffusion(coupling, load, temperature) * interval);
}

/** −(β_T/3τ)(P₀ − P) Δt, projected. */
function meanStrain(coupling: CellCoupling, { pressure }: CellLoad, interval: number): Float64Array {
  const rate = (coupling.compressibility * interval) / (3 * coupling.time);
  return project(
    pressure.map((p, k) => rate * (p - (k % 4 === 0 ? coupling.pressure : 0))),
    coupling,
  );
}

/** D, fs⁻¹. */
function diffusion({ compressibility, time }: CellCoupling, { volume }: CellLoad, temperature: number): number {
  return (boltzmann * temperature * compressibility) / (3 * volume * time);
}
