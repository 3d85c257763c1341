/** The pair form: U = ½ Σ_ij φ_ab(r_ij), less the pairs that bonds join. */
import type { NeighborList } from '../core/neighbors.ts';
import { type Accumulator, addPairForce } from './evaluate.ts';
import { excludedEntries } from './exclusion.ts';
import type { PairTerm } from './model.ts';
import { tableSlope, tableValue } from './table.ts';

/** Adds energy, forces and virial of a pair term; every entry of the list carries its half of the pair. */
export function addPair(term: PairTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  const takesPart = term.pair.map((tables) => tables.some((table) => table !== null));
  const excluded = term.exclusion && excludedEntries(term.exclusion, kind, takesPart, list);
  for (let i = 0; i < kind.length; i++) {
    const tables = term.pair[kind[i]!]!;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const table = tables[kind[list.index[e]!]!];
      const r = list.rows[4 * e + 3]!;
      if (!table || r >= table.to || excluded?.[e]) continue;
      sum.forces[4 * i + 3]! += 0.5 * tableValue(table, r);
      addPairForce(sum, list, e, i, 0.5 * tableSlope(table, r));
    }
  }
}
