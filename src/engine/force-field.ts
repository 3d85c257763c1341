/**
 * What moves atoms: energy, forces and virial of one set of atoms whose positions and cell change from call to call.
 * Integrators and minimisers see this interface and never a potential.
 */
import type { Cell } from '../core/cell.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { evaluate } from '../model/evaluate.ts';
import type { Model } from '../model/model.ts';

/** Energy and forces of atoms that move. */
export interface ForceField {
  readonly count: number;
  /**
   * [N, 4] rows (x, y, z, index into the frame's species), Å. Owned by the force field, written by whoever moves the atoms;
   * never wrapped, so displacements can be followed across the periodic faces.
   */
  readonly positions: Float64Array;
  /** [N, 4] rows (fx, fy, fz, energy of the atom), eV/Å and eV, after `compute` */
  readonly forces: Float64Array;
  /** eV, after `compute` */
  readonly energy: number;
  /** [9] −Σ r ⊗ ∂U/∂r (xx xy xz yx …), eV, after `compute` */
  readonly virial: Float64Array;
  /** Energy, forces and virial of `positions` in `cell`. */
  compute(cell: Cell): void;
  /**
   * What the neighbour list in use was made from. Forces depend on it in their last bit, so a checkpoint keeps it:
   * `relist` with it, then `compute`, gives the same bytes again. Null where forces depend on the positions alone.
   */
  listedAt(): ListReference | null;
  /** Makes the neighbour list from the given reference instead of the positions. */
  relist(reference: ListReference): void;
  /** Ends worker threads, if there are any. */
  dispose(): void;
}

/** Positions and cell matrix at which neighbours were last listed. */
export interface ListReference {
  /** [N, 4] */
  readonly positions: Float64Array;
  /** [9] */
  readonly cell: Float64Array;
}

/**
 * The readable force field: lists all neighbours anew and calls the reference evaluator at every step.
 *
 * @throws ModelError  the frame holds a species that the model does not know
 */
export function referenceForceField(model: Model, frame: Frame): ForceField {
  const n = atomCount(frame);
  const positions = frame.rows.slice();
  const forces = new Float64Array(4 * n);
  const virial = new Float64Array(9);
  let energy = 0;
  return {
    count: n,
    positions,
    forces,
    virial,
    get energy() {
      return energy;
    },
    compute(cell) {
      const result = evaluate(model, { cell, species: frame.species, rows: positions });
      forces.set(result.forces);
      virial.set(result.virial);
      energy = result.energy;
    },
    listedAt: () => null,
    relist: () => {},
    dispose: () => {},
  };
}
