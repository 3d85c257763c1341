/** The neural form. */
import type { NeighborList } from '../core/neighbors.ts';
import type { Accumulator } from './evaluate.ts';
import type { NeuralTerm } from './model.ts';

/** Adds energy, forces and virial of a neural term. */
export function addNeural(_term: NeuralTerm, _kind: Int32Array, _list: NeighborList, _sum: Accumulator): void {
  throw new Error('not there yet');
}
