/** The interlayer form. */
import type { NeighborList } from '../core/neighbors.ts';
import type { Accumulator } from './evaluate.ts';
import type { InterlayerTerm } from './model.ts';

/** Adds energy, forces and virial of a interlayer term. */
export function addInterlayer(_term: InterlayerTerm, _kind: Int32Array, _list: NeighborList, _sum: Accumulator): void {
  throw new Error('not there yet');
}
