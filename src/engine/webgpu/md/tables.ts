/** Functions of distance as the GPU's force kernels read them (kernels/gpu/md/look.wgsl): descriptors, then rows, f32. */
import type { LinearTable, Table } from '../../../model/table.ts';

/** Largest whole number that an f32 keeps, and every one below. */
const mostRows = 2 ** 24;

/** Collects descriptors and rows; a table is kept once. */
export class GpuTables {
  readonly #descriptors: number[] = [];
  readonly #rows: number[] = [];
  readonly #places = new Map<Float64Array, number>();
  /** descriptors whose fourth word is a place among the rows */
  readonly #relative: number[] = [];

  /** Row number of the next descriptor. */
  get next(): number {
    return this.#descriptors.length / 4;
  }

  /** Adds plain numbers where descriptors stand; a multiple of four of them. */
  numbers(...values: readonly number[]): void {
    this.#descriptors.push(...values);
  }

  /** Adds the descriptor of a function of distance; of one that is zero everywhere for none. */
  radial(table: LinearTable | null | undefined): void {
    if (!table) {
      this.#descriptors.push(0, 0, 0, 0);
      return;
    }
    this.#relative.push(this.#descriptors.length + 3);
    this.#descriptors.push(table.from, 1 / table.step, table.to, this.#place(table.rows));
  }

  /** Adds the two rows of an embedding function: kind (0 none, 1 log, 2 linear), bits or 1/step, end, place; lowest, highest. */
  embedding(table: Table | null | undefined): void {
    if (!table) {
      this.#descriptors.push(0, 0, 0, 0, 0, 0, 0, 0);
      return;
    }
    this.#relative.push(this.#descriptors.length + 3);
    const place = this.#place(table.rows);
    if (table.axis === 'log') {
      const [low, high] = [2 ** table.minExponent, 2 ** table.maxExponent * (1 - 2 ** -23)];
      this.#descriptors.push(1, table.segmentBits, 0, place, low, high, 0, 0);
    } else {
      this.#descriptors.push(2, 1 / table.step, table.to, place, table.rows.length / 4 - 1, 0, 0, 0);
    }
  }

  /** Rows between which nothing is looked up by distance (b(ζ)): a descriptor of four words, the last their place. */
  placed(words: readonly [number, number, number], rows: Float64Array): void {
    this.#relative.push(this.#descriptors.length + 3);
    this.#descriptors.push(...words, this.#place(rows));
  }

  /** All of it. */
  data(): Float32Array<ArrayBuffer> {
    const before = this.#descriptors.length / 4;
    if (before + this.#rows.length / 4 > mostRows) throw new RangeError('more rows of tables than an f32 can number');
    const all = new Float32Array(this.#descriptors.length + this.#rows.length);
    all.set(this.#descriptors);
    all.set(this.#rows, this.#descriptors.length);
    for (const k of this.#relative) all[k]! += before;
    return all;
  }

  #place(rows: Float64Array): number {
    let at = this.#places.get(rows);
    if (at !== undefined) return at;
    at = this.#rows.length / 4;
    this.#places.set(rows, at);
    for (const x of rows) this.#rows.push(x);
    // a distance rounded up to the last knot finds the value there
    const [c0, c1, c2, c3] = rows.subarray(rows.length - 4) as unknown as [number, number, number, number];
    this.#rows.push(c0 + c1 + c2 + c3, c1 + 2 * c2 + 3 * c3, 0, 0);
    return at;
  }
}
