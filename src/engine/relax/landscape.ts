/**
 * Energy as a function of flat coordinates: what minimisers walk on.
 *
 *   r = F x,  h = F h₀,  F = 1 + S,     H = U + P₀V
 *   −∂H/∂x = Fᵀ f,     −∂H/∂S = (W − P₀V) F⁻ᵀ, projected on the deformations that are allowed
 *
 * Coordinates are rows of four: x of every atom, then three rows S·L. The length L = √N (V/N)^⅓ makes the cell about as stiff
 * as an atom, so that one step length serves both. W is the virial.
 */
import { type Cell, cellFromMatrix } from '../../core/cell.ts';
import { PhysicsError } from '../../core/errors.ts';
import { deformed, deformRows, product, project, type StrainKind, transposed } from '../dynamics/strain.ts';
import type { ForceField } from '../force-field.ts';

/** Of a relaxation, what shapes its landscape. */
export interface LandscapeSetup {
  readonly forceField: ForceField;
  readonly cell: Cell;
  readonly frozen?: Uint8Array;
  readonly strain?: StrainKind;
  readonly pressure?: number;
}

export class Landscape {
  /** [N, 4] or [N + 3, 4] Å; every fourth number is 0 */
  readonly coordinates: Float64Array;
  /** of the same shape: −∂H/∂coordinates, eV/Å, 0 for frozen atoms */
  readonly forces: Float64Array;
  cell: Cell;
  /** H, eV */
  enthalpy = Number.NaN;
  evaluations = 0;
  readonly #setup: LandscapeSetup;
  readonly #scale: number;

  constructor(setup: LandscapeSetup) {
    const { forceField, cell, strain } = setup;
    const n = forceField.count;
    this.#setup = setup;
    this.cell = cell;
    this.#scale = Math.sqrt(n) * Math.cbrt(cell.volume / n);
    this.coordinates = new Float64Array(4 * n + (strain ? 12 : 0));
    this.coordinates.set(forceField.positions);
    for (let k = 3; k < 4 * n; k += 4) this.coordinates[k] = 0;
    this.forces = new Float64Array(this.coordinates.length);
  }

  /** U, eV */
  get energy(): number {
    return this.#setup.forceField.energy;
  }

  /**
   * Puts the atoms and the cell where the coordinates say, and computes H and its forces.
   *
   * @throws PhysicsError  the energy is not finite, or the cell has collapsed
   */
  evaluate(): void {
    const { forceField, cell, frozen, strain, pressure = 0 } = this.#setup;
    const { coordinates, forces } = this;
    const { positions } = forceField;
    const stretch = strain && this.#stretch();
    for (let k = 0; k < positions.length; k++) if (k % 4 !== 3) positions[k] = coordinates[k]!;
    if (stretch) {
      deformRows(positions, stretch);
      this.cell = cellFromMatrix(deformed(cell.matrix, stretch), cell.periodic);
      if (!(this.cell.volume > 1e-3 * cell.volume)) {
        throw new PhysicsError(`relaxation: the cell collapses to ${this.cell.volume.toPrecision(3)} Å³`);
      }
    }
    forceField.compute(this.cell);
    this.evaluations++;
    this.enthalpy = forceField.energy + pressure * this.cell.volume;
    if (!Number.isFinite(this.enthalpy)) {
      throw new PhysicsError(`relaxation: energy must be finite, got ${this.enthalpy} (atoms too close at the start?)`);
    }
    for (let i = 0; i < forceField.count; i++) {
      for (let a = 0; a < 3; a++) forces[4 * i + a] = frozen?.[i] ? 0 : forceField.forces[4 * i + a]!;
    }
    if (!stretch) return;
    const rows = forces.subarray(0, 4 * forceField.count);
    deformRows(rows, transposed(stretch));
    const inverse = transposed(cellFromMatrix(stretch).inverse);
    const onCell = project(product(this.#excess(1), inverse), strain);
    for (let k = 0; k < 9; k++) forces[this.#cellIndex(k)] = onCell[k]! / this.#scale;
  }

  /** Largest force on an atom that moves, eV/Å. */
  maxForce(): number {
    const { forceField, frozen } = this.#setup;
    const { forces, count } = forceField;
    let most = 0;
    for (let i = 0; i < count; i++) {
      if (frozen?.[i]) continue;
      most = Math.max(most, forces[4 * i]! ** 2 + forces[4 * i + 1]! ** 2 + forces[4 * i + 2]! ** 2);
    }
    return Math.sqrt(most);
  }

  /** Largest component of P − P₀ that the cell may follow, eV/Å³. */
  maxStress(): number {
    const { strain } = this.#setup;
    if (!strain) return 0;
    return Math.max(...project(this.#excess(this.cell.volume), strain).map(Math.abs));
  }

  /** [9] (W − P₀V)/divisor. */
  #excess(divisor: number): Float64Array {
    const { forceField, pressure = 0 } = this.#setup;
    return forceField.virial.map((w, k) => (w - (k % 4 === 0 ? pressure * this.cell.volume : 0)) / divisor);
  }

  /** [9] F = 1 + S. */
  #stretch(): Float64Array {
    const f = new Float64Array(9);
    for (let k = 0; k < 9; k++) f[k] = (k % 4 === 0 ? 1 : 0) + this.coordinates[this.#cellIndex(k)]! / this.#scale;
    return f;
  }

  /** Where component k of S·L is kept. */
  #cellIndex(k: number): number {
    return 4 * this.#setup.forceField.count + k + Math.floor(k / 3);
  }
}

/** Σ a b. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** Length of the longest row (x, y, z, 0). */
export function longestRow(rows: Float64Array): number {
  let most = 0;
  for (let k = 0; k < rows.length; k += 4) {
    most = Math.max(most, rows[k]! ** 2 + rows[k + 1]! ** 2 + rows[k + 2]! ** 2);
  }
  return Math.sqrt(most);
}
