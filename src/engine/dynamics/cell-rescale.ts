/**
 * Stochastic cell rescaling: the cell follows an overdamped equation whose stationary state is the NPT ensemble.
 *
 *   r ← F r,  v ← F⁻ᵀ v,  F = exp(E),  E = trace + deviator
 *   dλ = (β_T λ/2τ) (P − P₀ + k_B T/2V) dt + √(k_B T β_T/2τ) dW,     λ = √V
 *   dE = (D/k_B T) V P dt + √(2D) dW  for the deviator,              D = k_B T β_T/(3Vτ)
 *
 * λ has constant noise, and the deviator leaves V alone; the D of a move belongs to √(V V'), known once λ' is drawn. So a move
 * and its reverse have one noise, and detailed balance is missed by the interval to the power 3/2 only. Where n < 3 axes may
 * stretch, β_T counts n/3. P holds the kinetic part, V P is its product with the volume. Scaling moves frozen atoms too, so
 * fractional coordinates stay. After a shear everything is turned so that a keeps its direction and b its plane.
 *
 * With the published kT terms ⟨P⟩ = P₀, and an ideal gas has ⟨V⟩ = (N + 1) k_B T/P₀; where the thermostat keeps the total
 * momentum at zero N − 1 atoms count instead of N.
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
  stretching,
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

/** How strongly the cell is coupled, at what temperature, and for how long at a time. */
export interface CellCoupling extends StrainKind {
  /** P₀, eV/Å³ */
  readonly pressure: number;
  /** τ, fs */
  readonly time: number;
  /** β_T, Å³/eV */
  readonly compressibility: number;
  /** K */
  readonly temperature: number;
  /** Δt, fs */
  readonly interval: number;
}

/** A deformation that was drawn, and what is needed to judge it afterwards. */
export interface CellMove {
  /** [9] the cell afterwards, rows a, b, c, Å */
  readonly matrix: Float64Array;
  /** [9] for positions */
  readonly deformation: Float64Array;
  /** [9] for velocities, F⁻ᵀ */
  readonly inverseTransposed: Float64Array;
  /** [9] deviator of E, in the frame before and after the turn */
  readonly deviator: Float64Array;
  readonly deviatorAfter: Float64Array;
}

/** Largest strain of one move: beyond it the coupling is far too strong for its interval. */
const largestStrain = 0.1;

/**
 * Draws one deformation.
 *
 * @param matrix  [9] cell, rows a, b, c, Å
 * @throws PhysicsError  a strain above 10 % in one move
 */
export function drawCellMove(
  coupling: CellCoupling,
  load: CellLoad,
  matrix: Float64Array,
  noise: Noise,
  step: number,
): CellMove {
  const axes = stretching(coupling);
  noise.gaussians(purposes.barostat, step, 3);
  const root = Math.sqrt(load.volume);
  const rootAfter = root + meanGrowth(coupling, load) + Math.sqrt(growthVariance(coupling)) * noise.normal[0]!;
  const stretch = (2 * Math.log(rootAfter / root)) / inner(axes, axes);

  const random = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    noise.gaussians(purposes.barostat, step, row);
    for (let a = 0; a < 3; a++) random[3 * row + a] = noise.normal[a]!;
  }
  const mobility = deviatorMobility(coupling, root * rootAfter);
  const width = Math.sqrt(2 * boltzmann * coupling.temperature * mobility);
  const pull = deviatorOf(load.pressure, coupling);
  const deviator = deviatorOf(random, coupling).map((x, k) => width * x + mobility * load.volume * pull[k]!);

  const strain = deviator.map((x, k) => x + stretch * axes[k]!);
  const size = Math.sqrt(inner(strain, strain));
  if (!(size <= largestStrain)) {
    throw new PhysicsError(
      `step ${step}: the barostat would strain the cell by ${size.toPrecision(3)} at once (limit ${largestStrain}); ` +
        'lengthen its time, lower its compressibility, or relax the structure first',
    );
  }
  const there = exponential(strain);
  const back = transposed(exponential(strain.map((x) => -x)));
  if (coupling.kind !== 'flexible') {
    return {
      ...{ matrix: deformed(matrix, there), deformation: there, inverseTransposed: back },
      ...{ deviator, deviatorAfter: deviator },
    };
  }
  const turn = turnBack(matrix, deformed(matrix, there));
  const deformation = product(turn, there);
  const after = deformed(matrix, deformation);
  // a triangular cell stays one to the last digit
  if (matrix[1] === 0 && matrix[2] === 0 && matrix[5] === 0) after[1] = after[2] = after[5] = 0;
  return {
    matrix: after,
    deformation,
    inverseTransposed: product(turn, back),
    deviator,
    deviatorAfter: product(product(turn, deviator), transposed(turn)),
  };
}

/**
 * Energy that the barostat has put in with one move, eV:
 *
 *   q = k_B T [ln(λ'/λ) + ln p(back) − ln p(there)]
 *
 * with p the Gaussian densities of the move. With it K + U + P₀V − Σq is conserved but for the error of a finite interval: its
 * increments are −k_B T times the logarithm of the ratio that detailed balance wants to be one.
 */
export function cellHeat(coupling: CellCoupling, move: CellMove, before: CellLoad, after: CellLoad): number {
  const growth = Math.sqrt(after.volume) - Math.sqrt(before.volume);
  const middle = Math.sqrt(before.volume * after.volume);
  const there = surprise(coupling, growth, move.deviator, before, middle);
  const back = surprise(
    coupling,
    -growth,
    move.deviatorAfter.map((x) => -x),
    after,
    middle,
  );
  const measure = 0.5 * Math.log(after.volume / before.volume);
  return boltzmann * coupling.temperature * (measure + there - back);
}

/** −ln p of a move, but for a constant. */
function surprise(
  coupling: CellCoupling,
  growth: number,
  deviator: Float64Array,
  load: CellLoad,
  middle: number,
): number {
  const mobility = deviatorMobility(coupling, middle);
  const pull = deviatorOf(load.pressure, coupling);
  const off = deviator.map((x, k) => x - mobility * load.volume * pull[k]!);
  return (
    (growth - meanGrowth(coupling, load)) ** 2 / (2 * growthVariance(coupling)) +
    inner(off, off) / (4 * boltzmann * coupling.temperature * mobility)
  );
}

/** The allowed part of a tensor without its allowed trace. */
function deviatorOf(tensor: Float64Array, kind: StrainKind): Float64Array {
  if (kind.kind === 'isotropic') return new Float64Array(9);
  const axes = stretching(kind);
  const allowed = project(tensor, kind);
  const trace = inner(allowed, axes) / inner(axes, axes);
  return allowed.map((x, k) => x - trace * axes[k]!);
}

/** Drift of λ over the interval, Å^1.5. */
function meanGrowth(coupling: CellCoupling, { volume, pressure }: CellLoad): number {
  const axes = stretching(coupling);
  const mean = inner(pressure, axes) / inner(axes, axes);
  const excess = mean - coupling.pressure + (0.5 * boltzmann * coupling.temperature) / volume;
  return 0.5 * growthRate(coupling) * Math.sqrt(volume) * excess;
}

/** Variance of λ over the interval, Å³. */
function growthVariance(coupling: CellCoupling): number {
  return 0.5 * growthRate(coupling) * boltzmann * coupling.temperature;
}

/** β_T Δt/τ, less where fewer than three axes may stretch, Å³/eV. */
function growthRate(coupling: CellCoupling): number {
  const axes = stretching(coupling);
  return (coupling.compressibility * coupling.interval * inner(axes, axes)) / (3 * coupling.time);
}

/** D Δt/k_B T at a volume, eV⁻¹. */
function deviatorMobility({ compressibility, interval, time }: CellCoupling, volume: number): number {
  return (compressibility * interval) / (3 * volume * time);
}
