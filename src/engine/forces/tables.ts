/** Tables as the force kernels read them: rows of four between two guard rows. */
import { ModelError } from '../../core/errors.ts';
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
  readonly #squared = new Map<LinearTable | null, Map<number, number>>();

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

  /** Place of a table by r² with 2^bits rows a binade, as kernels want it; one of zeros for none. */
  squared(table: LinearTable | null | undefined, bits: number): number {
    const key = table ?? null;
    const places = this.#squared.get(key) ?? new Map<number, number>();
    this.#squared.set(key, places);
    let at = places.get(bits);
    if (at === undefined) {
      at = placeOfZero(this.#arena.put(squaredRows(key ?? nothing, bits)), bits);
      places.set(bits, at);
    }
    return at;
  }
}

/** the function that is zero as far as any function reaches */
const nothing: LinearTable = { axis: 'linear', from: 0, to: 31, step: 31, rows: new Float64Array(4) };

/** Functions of distance on the same knots, so that one index finds them all. */
export interface CommonKnots {
  readonly from: number;
  readonly step: number;
  /** one per function, all of the same length; zeros for a function that is none */
  readonly rows: readonly Float64Array[];
}

/**
 * Brings tables onto the knots they have in common: those of one species pair are made on the same steps, but a published
 * table may begin one knot later (u/r has no first knot).
 *
 * @throws ModelError  their knots differ
 */
export function requireCommonKnots(
  tables: readonly (LinearTable | null | undefined)[],
  where: string,
): CommonKnots | null {
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
  const none = new Float64Array(4 * count);
  const rows = tables.map((table) => {
    if (!table) return none;
    const start = 4 * skip(table);
    if (start === 0 && table.rows.length === 4 * count) return table.rows;
    const cut = new Float64Array(4 * count);
    cut.set(table.rows.subarray(start));
    return cut;
  });
  return { from, step, rows };
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
