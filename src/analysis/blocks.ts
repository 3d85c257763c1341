/** Errors of one structure from its own parts: how much eight pieces of the box differ. */
import { atomCount, type Frame } from '../core/frame.ts';

/** Pieces of the box: its halves along each axis. */
export const blockCount = 8;
/** Fewer atoms than this per block tell nothing about its neighbours. */
const fewestPerBlock = 100;

/** [N] number of the block of each atom: the octant of the cell it lies in; undefined for a structure too small to be cut. */
export function blocksOf(frame: Frame): Uint8Array | undefined {
  const n = atomCount(frame);
  const { inverse: v } = frame.cell;
  if (n < blockCount * fewestPerBlock) return undefined;
  const block = new Uint8Array(n);
  const sizes = new Int32Array(blockCount);
  // an open box may be far larger than what is in it: halves are those of the atoms then
  const low = [0, 0, 0];
  const span = [1, 1, 1];
  const fractional = (i: number, k: number): number => {
    const [x, y, z] = [frame.rows[4 * i]!, frame.rows[4 * i + 1]!, frame.rows[4 * i + 2]!];
    const s = x * v[k]! + y * v[3 + k]! + z * v[6 + k]!;
    return frame.cell.periodic[k] ? s - Math.floor(s) : s;
  };
  for (let k = 0; k < 3; k++) {
    if (frame.cell.periodic[k]) continue;
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < n; i++) {
      least = Math.min(least, fractional(i, k));
      most = Math.max(most, fractional(i, k));
    }
    low[k] = least;
    span[k] = most - least;
  }
  for (let i = 0; i < n; i++) {
    let octant = 0;
    for (let k = 0; k < 3; k++) octant = 2 * octant + (fractional(i, k) - low[k]! >= 0.5 * span[k]! ? 1 : 0);
    block[i] = octant;
    sizes[octant]!++;
  }
  return sizes.every((size) => size >= fewestPerBlock) ? block : undefined;
}

/** A sum in each block, over a weight in each block: what becomes a mean or a share with its error. */
export interface BlockSums {
  readonly sum: Float64Array;
  readonly weight: Float64Array;
}

/** Empty sums. */
export function emptySums(): BlockSums {
  return { sum: new Float64Array(blockCount), weight: new Float64Array(blockCount) };
}

/**
 * The ratio of two sums with the standard error that the blocks give it:
 *
 *   R = Σ s_b / Σ w_b,   error² = B/(B−1) · Σ (s_b − R w_b)² / (Σ w_b)²
 *
 * @param cut  false: the structure was not cut into blocks, the error is null
 * @returns  value NaN where nothing was counted; error null also where all blocks agree to the last digits
 */
export function ratioOf({ sum, weight }: BlockSums, cut: boolean): { value: number; error: number | null } {
  const total = weight.reduce((a, b) => a + b, 0);
  const value = sum.reduce((a, b) => a + b, 0) / total;
  if (!cut) return { value, error: null };
  const squares = sum.reduce((all, s, b) => all + (s - value * weight[b]!) ** 2, 0);
  const error = Math.sqrt((blockCount / (blockCount - 1)) * squares) / total;
  return { value, error: error > 1e-9 * Math.abs(value) ? error : null };
}
