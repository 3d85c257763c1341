/**
 * Energy, forces and virial of any frame under any model: the readable reference that every kernel is measured against.
 */
import { didYouMean, ModelError, PhysicsError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { atomCount } from '../core/frame.ts';
import { type NeighborList, neighborList } from '../core/neighbors.ts';
import { addEmbedded } from './embedded.ts';
import { type Model, modelSpeciesIndex } from './model.ts';
import { addPair } from './pair.ts';

export interface Evaluation {
  /** eV */
  readonly energy: number;
  /** [N] energy of each atom, eV; a pair is shared in halves, V_ion and V_met belong to the guest */
  readonly energies: Float64Array;
  /** [N, 4] rows (fx, fy, fz, energy of the atom), eV/Å and eV */
  readonly forces: Float64Array;
  /** [9] −Σ r ⊗ ∂U/∂r over pairs (xx xy xz yx …), eV; pressure = trace/(3V) at rest */
  readonly virial: Float64Array;
}

/** What a form's evaluator adds to: forces rows carry the atom's energy in the fourth place. */
export interface Accumulator {
  readonly forces: Float64Array;
  readonly virial: Float64Array;
}

/**
 * Evaluates a model on a frame, over all periodic images (cells smaller than the cutoff are fine).
 *
 * @param neighbors  list with cutoff ≥ the model's, made here when not given
 * @throws ModelError  the frame holds a species that the model does not know
 * @throws PhysicsError  two atoms sit on one point
 * @oracle test/oracle/eam.test.ts, test/oracle/lj.test.ts, test/property/evaluate.test.ts
 */
export function evaluate(model: Model, frame: Frame, neighbors?: NeighborList): Evaluation {
  const kind = kindsOf(model, frame);
  const list = neighbors ?? neighborList(frame, model.cutoff);
  requireApart(list);
  const n = atomCount(frame);
  const sum: Accumulator = { forces: new Float64Array(4 * n), virial: new Float64Array(9) };
  for (const term of model.terms) {
    if (term.form === 'pair') addPair(term, kind, list, sum);
    else addEmbedded(term, kind, list, sum);
  }
  const energies = new Float64Array(n);
  let energy = 0;
  for (let i = 0; i < n; i++) energy += energies[i] = sum.forces[4 * i + 3]!;
  return { energy, energies, forces: sum.forces, virial: sum.virial };
}

/** A force between atoms on one point has no direction: better one error than NaN in a file. */
function requireApart(list: NeighborList): void {
  for (let e = 0; e < list.index.length; e++) {
    if (list.rows[4 * e + 3] !== 0) continue;
    let i = 0;
    while (list.start[i + 1]! <= e) i++;
    throw new PhysicsError(`atoms ${i + 1} and ${list.index[e]! + 1} sit on one point`);
  }
}

/** [N] index into the model's species of every atom. */
function kindsOf(model: Model, frame: Frame): Int32Array {
  const index = frame.species.map((name) => modelSpeciesIndex(model, name));
  const kind = new Int32Array(atomCount(frame));
  for (let i = 0; i < kind.length; i++) {
    const s = frame.rows[4 * i + 3]!;
    if (index[s]! < 0) {
      const name = frame.species[s]!;
      throw new ModelError(
        `atom ${i + 1} is ${name}, which model ${model.name} does not know (it knows ${model.species.join(', ')})${didYouMean(name, model.species)}`,
      );
    }
    kind[i] = index[s]!;
  }
  return kind;
}

/**
 * Adds the force of one neighbour entry seen from atom i, whose half of the pair has dU/dr = `slope`: atom i is pulled
 * along +d for a positive slope, atom j along −d, and the virial takes −½… of the pair from each end.
 */
export function addPairForce(sum: Accumulator, list: NeighborList, entry: number, i: number, slope: number): void {
  const { forces, virial } = sum;
  const j = list.index[entry]!;
  const dx = list.rows[4 * entry]!;
  const dy = list.rows[4 * entry + 1]!;
  const dz = list.rows[4 * entry + 2]!;
  const g = slope / list.rows[4 * entry + 3]!;
  forces[4 * i]! += g * dx;
  forces[4 * i + 1]! += g * dy;
  forces[4 * i + 2]! += g * dz;
  forces[4 * j]! -= g * dx;
  forces[4 * j + 1]! -= g * dy;
  forces[4 * j + 2]! -= g * dz;
  virial[0]! -= g * dx * dx;
  virial[1]! -= g * dx * dy;
  virial[2]! -= g * dx * dz;
  virial[3]! -= g * dy * dx;
  virial[4]! -= g * dy * dy;
  virial[5]! -= g * dy * dz;
  virial[6]! -= g * dz * dx;
  virial[7]! -= g * dz * dy;
  virial[8]! -= g * dz * dz;
}
