/** Bins of the cell that neighbours are looked for in, and the order atoms stand in on the device. */
import type { Cell } from '../../../core/cell.ts';
import type { BinGrid } from './system.ts';

/** bytes that bins may take */
const mostBytes = 2 ** 26;

/**
 * Bins about half the longest reach wide, but no narrower than the shortest, and with room for a quarter more atoms than the fullest
 * holds now.
 *
 * @param rows     [N, 4] Å
 * @param reaches  list cutoffs with the skin, Å
 */
export function binGrid(cell: Cell, rows: Float64Array, reaches: readonly number[]): BinGrid {
  let width = Math.max(0.5 * Math.max(...reaches), Math.min(...reaches), 1);
  for (;;) {
    const shape = cell.heights.map((height) => Math.min(32768, Math.max(1, Math.floor(height / width))));
    const bins = shape[0]! * shape[1]! * shape[2]!;
    const occupied = new Map<number, number>();
    let fullest = 1;
    for (const bin of binsOf(cell, rows, shape)) {
      const count = (occupied.get(bin) ?? 0) + 1;
      occupied.set(bin, count);
      fullest = Math.max(fullest, count);
    }
    const capacity = Math.ceil(1.25 * fullest) + 2;
    if (4 * bins * capacity <= mostBytes || bins === 1) {
      return { shape: shape as unknown as BinGrid['shape'], capacity };
    }
    width *= 1.26;
  }
}

/** Bins to either side of an atom's own that a list reaches; bins end where 16 bits of the fraction do, hence a little more. */
export function stencilOf(cell: Cell, { shape }: BinGrid, reach: number): [number, number, number] {
  return shape.map((bins, k) => Math.ceil((reach * bins) / cell.heights[k]! + bins / 32768 + 1e-6)) as [
    number,
    number,
    number,
  ];
}

/** [N] place in the input of every atom, bin after bin: neighbours in space are neighbours in memory. */
export function binOrder(cell: Cell, rows: Float64Array, { shape }: BinGrid): Uint32Array {
  const bins = binsOf(cell, rows, shape);
  return Uint32Array.from(bins.keys()).sort((i, j) => bins[i]! - bins[j]! || i - j);
}

function binsOf({ inverse: v }: Cell, rows: Float64Array, shape: readonly number[]): Float64Array {
  const bins = new Float64Array(rows.length / 4);
  for (let i = 0; i < bins.length; i++) {
    let bin = 0;
    for (let k = 0; k < 3; k++) {
      const s = rows[4 * i]! * v[k]! + rows[4 * i + 1]! * v[3 + k]! + rows[4 * i + 2]! * v[6 + k]!;
      bin = bin * shape[k]! + Math.min(shape[k]! - 1, Math.floor((s - Math.floor(s)) * shape[k]!));
    }
    bins[i] = bin;
  }
  return bins;
}
