/** Tables as the force kernels read them: rows of four behind one more row, the straight line below the first knot. */
import { ModelError } from '../../core/errors.ts';
import type { LinearTable, Table } from '../../model/table.ts';
import type { Arena } from './arena.ts';

/** Rows with the guard row in front: c0 + s c1 goes on straight for s < 0, looked up as row −1 at t = s + 1. */
function guarded(rows: Float64Array): Float64Array {
  const all = new Float64Array(rows.length + 4);
  all[0] = rows[0]! - rows[1]!;
  all[1] = rows[1]!;
  all.set(rows, 4);
  return all;
}

/** Puts tables into the arena, each once. */
export class TableStore {
  readonly #arena: Arena;
  readonly #places = new Map<Float64Array, number>();

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Place of row 0. */
  rows(rows: Float64Array): number {
    let at = this.#places.get(rows);
    if (at === undefined) {
      at = this.#arena.put(guarded(rows)) + 32;
      this.#places.set(rows, at);
    }
    return at;
  }
}

/** Functions of distance on the same knots, so that one index finds them all. */
export interface CommonKnots {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** one per function, all of the same length; null for a function that is zero */
  readonly rows: readonly (Float64Array | null)[];
}

/**
 * Brings tables onto the knots they have in common: those of one species pair are made on the same steps, but a published
 * table may begin one knot later (u/r has no first knot).
 *
 * @throws ModelError  their knots differ
 */
export function onCommonKnots(tables: readonly (LinearTable | null | undefined)[], where: string): CommonKnots | null {
  const present = tables.filter((table): table is LinearTable => table !== null && table !== undefined);
  if (present.length === 0) return null;
  const { step } = present[0]!;
  const from = Math.max(...present.map((table) => table.from));
  const skip = (table: LinearTable): number => Math.round((from - table.from) / step);
  for (const table of present) {
    const off = Math.abs(from - table.from - skip(table) * step);
    if (Math.abs(table.step - step) > 1e-12 * step || off > 1e-9 * step) {
      throw new ModelError(`${where}: the tables of one pair of species do not share their knots`);
    }
  }
  const count = Math.max(...present.map((table) => table.rows.length / 4 - skip(table)));
  const rows = tables.map((table) => {
    if (!table) return null;
    const start = 4 * skip(table);
    if (start === 0 && table.rows.length === 4 * count) return table.rows;
    const cut = new Float64Array(4 * count);
    cut.set(table.rows.subarray(start));
    return cut;
  });
  return { from, to: from + count * step, step, rows };
}

/** Descriptor of an embedding function, 32 bytes: see kernels/cpu/md/embedded.ts. */
export function embeddingDescriptor(table: Table | null | undefined, store: TableStore): ArrayBuffer {
  const bytes = new ArrayBuffer(32);
  const view = new DataView(bytes);
  if (!table) return bytes;
  const log = table.axis === 'log';
  view.setInt32(0, log ? 1 : 2, true);
  view.setInt32(4, log ? table.segmentBits : table.rows.length / 4 - 1, true);
  view.setInt32(8, store.rows(table.rows), true);
  view.setFloat64(16, log ? 2 ** table.minExponent : 1 / table.step, true);
  view.setFloat64(24, log ? 2 ** table.maxExponent * (1 - 2 ** -52) : 0, true);
  return bytes;
}
