/** Tables as the force kernels read them: rows of four between two guard rows. */
import type { LinearTable, Table } from '../../model/table.ts';
import type { Arena } from './arena.ts';
import { placeOfZero, squaredRows } from './squared-tables.ts';

/**
 * Rows with a guard row at either end: c0 + s c1 goes on straight for s < 0, looked up as row −1 at t = s + 1; a distance
 * rounded up to the last knot finds the value there.
 */
function guarded(rows: Float64Array): Float64Array {
  const all = new Float64Array(rows.length + 8);
  all[0] = rows[0]! - rows[1]!;
  all[1] = rows[1]!;
  all.set(rows, 4);
  const [c0, c1, c2, c3] = rows.subarray(rows.length - 4) as unknown as [number, number, number, number];
  all[rows.length + 4] = c0 + c1 + c2 + c3;
  all[rows.length + 5] = c1 + 2 * c2 + 3 * c3;
  return all;
}

/** Puts tables into the arena, each once. */
export class TableStore {
  readonly #arena: Arena;
  readonly #places = new Map<Float64Array, number>();
  readonly #squared = new Map<LinearTable | null, number>();

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

  /** Place of a table by r², as kernels want it; one of zeros for none. */
  squared(table: LinearTable | null | undefined): number {
    const key = table ?? null;
    let at = this.#squared.get(key);
    if (at === undefined) {
      const rows = squaredRows(
        table ?? { axis: 'linear', from: 0, to: longest, step: longest, rows: new Float64Array(4) },
      );
      at = placeOfZero(this.#arena.put(rows));
      this.#squared.set(key, at);
    }
    return at;
  }
}

/** Å: no function reaches farther */
const longest = 31;

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
