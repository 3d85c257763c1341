/** The pair form: U = ½ Σ_ij φ_ab(r_ij). */
import type { NeighborList } from '../core/neighbors.ts';
import { type Accumulator, addPairForce } from './evaluate.ts';
import type { PairTerm } from './model.ts';
import { tableSlope, tableValue } from './table.ts';

/** Adds energy, forces and virial of a pair term; every entry of the list carries its half of the pair. */
export function addPair(term: PairTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  for (let i = 0; i < kind.length; i++) {
    const tables = term.pair[kind[i]!]!;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const table = tables[kind[list.index[e]!]!];
      const r = list.rows[4 * e + 3]!;
      if (!table || r >= table.to) continue;
      sum.forces[4 * i + 3]! += 0.5 * tableValue(table, r);
      addPairForce(sum, list, e, i, 0.5 * tableSlope(table, r));
    }
  }
}
