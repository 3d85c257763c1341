/**
 * Energy, forces and virial of any frame under any model: the readable reference that every kernel is measured against.
 */
import { didYouMean, ModelError, PhysicsError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { atomCount } from '../core/frame.ts';
import { type NeighborList, neighborList } from '../core/neighbors.ts';
import { addBondOrder } from './bond-order.ts';
import { addEmbedded } from './embedded.ts';
import { addInterlayer } from './interlayer.ts';
import { type Model, modelSpeciesIndex } from './model.ts';
import { addNeural } from './neural.ts';
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
  /** [N, 9] the same by atom, eV: what a displacement contributes is shared in halves by its two atoms; null when not asked for */
  readonly virials: Float64Array | null;
}

/** What a form's evaluator adds to: forces rows carry the atom's energy in the fourth place. */
export interface Accumulator {
  readonly forces: Float64Array;
  readonly virial: Float64Array;
  readonly virials: Float64Array | null;
}

/**
 * Evaluates a model on a frame, over all periodic images (cells smaller than the cutoff are fine).
 *
 * @param neighbors      list with cutoff ≥ the model's, made here when not given
 * @param perAtomVirial  also share the virial out among the atoms
 * @throws ModelError  the frame holds a species that the model does not know
 * @throws PhysicsError  two atoms sit on one point
 * @oracle test/oracle/eam.test.ts, test/oracle/lj.test.ts, test/property/evaluate.test.ts
 */
export function evaluate(model: Model, frame: Frame, neighbors?: NeighborList, perAtomVirial = false): Evaluation {
  const kind = kindsOf(model, frame);
  const list = neighbors ?? neighborList(frame, model.cutoff);
  requireApart(list);
  const n = atomCount(frame);
  const sum: Accumulator = {
    forces: new Float64Array(4 * n),
    virial: new Float64Array(9),
    virials: perAtomVirial ? new Float64Array(9 * n) : null,
  };
  for (const term of model.terms) {
    if (term.form === 'pair') addPair(term, kind, list, sum);
    else if (term.form === 'embedded') addEmbedded(term, kind, list, sum);
    else if (term.form === 'bond-order') addBondOrder(term, kind, list, sum);
    else if (term.form === 'neural') addNeural(term, kind, list, sum);
    else addInterlayer(term, kind, list, sum);
  }
  const energies = new Float64Array(n);
  let energy = 0;
  for (let i = 0; i < n; i++) energy += energies[i] = sum.forces[4 * i + 3]!;
  return { energy, energies, forces: sum.forces, virial: sum.virial, virials: sum.virials };
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

/**
 * [N] index into the model's species of every atom.
 *
 * @throws ModelError  the frame holds a species that the model does not know
 */
export function kindsOf(model: Model, frame: Frame): Int32Array {
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
  const g = slope / list.rows[4 * entry + 3]!;
  const dx = list.rows[4 * entry]!;
  const dy = list.rows[4 * entry + 1]!;
  const dz = list.rows[4 * entry + 2]!;
  addEntryForce(sum, list, entry, i, g * dx, g * dy, g * dz);
}

/**
 * Adds what follows from g = ∂U/∂d of one neighbour entry, d the displacement from atom i to (the image of) atom j: force +g on
 * i and −g on j, virial −g ⊗ d, shared in halves between the two atoms. Every form, also a many-body one, is a function of the
 * displacements in the list, so this is all that any of them needs.
 */
export function addEntryForce(
  sum: Accumulator,
  list: NeighborList,
  entry: number,
  i: number,
  gx: number,
  gy: number,
  gz: number,
): void {
  const { forces, virial, virials } = sum;
  const j = list.index[entry]!;
  forces[4 * i]! += gx;
  forces[4 * i + 1]! += gy;
  forces[4 * i + 2]! += gz;
  forces[4 * j]! -= gx;
  forces[4 * j + 1]! -= gy;
  forces[4 * j + 2]! -= gz;
  for (let b = 0; b < 3; b++) {
    const d = list.rows[4 * entry + b]!;
    virial[b]! -= gx * d;
    virial[3 + b]! -= gy * d;
    virial[6 + b]! -= gz * d;
    if (!virials) continue;
    for (const atom of [i, j]) {
      virials[9 * atom + b]! -= 0.5 * gx * d;
      virials[9 * atom + 3 + b]! -= 0.5 * gy * d;
      virials[9 * atom + 6 + b]! -= 0.5 * gz * d;
    }
  }
}
