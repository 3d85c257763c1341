/** The bond-order form. */
import type { NeighborList } from '../core/neighbors.ts';
import type { Accumulator } from './evaluate.ts';
import type { BondOrderTerm } from './model.ts';

/** Adds energy, forces and virial of a bond-order term. */
export function addBondOrder(_term: BondOrderTerm, _kind: Int32Array, _list: NeighborList, _sum: Accumulator): void {
  throw new Error('not there yet');
}
