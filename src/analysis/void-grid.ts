/** A regular grid of points over a box: where they lie, and which are next to each other through its faces. */
import type { Cell } from '../core/cell.ts';
import type { AtomSpheres } from './atom-spheres.ts';

export interface VoidGrid {
  /** points along a, b, c, all even */
  readonly counts: readonly [number, number, number];
  /** number of points; point (i, j, k) has index (i·n_b + j)·n_c + k */
  readonly size: number;
  /** [9] rows: the steps along a, b, c, Å */
  readonly steps: Float64Array;
  /** [9] inverse of `steps`, Å⁻¹ */
  readonly inverse: Float64Array;
  /** position of point 0, Å */
  readonly origin: readonly [number, number, number];
  readonly periodic: readonly [boolean, boolean, boolean];
  /** [3] distances between neighbouring planes of points, Å */
  readonly heights: readonly [number, number, number];
  /** volume of the box and of one point, Å³ */
  readonly volume: number;
  readonly pointVolume: number;
  /** cube root of `pointVolume`, Å */
  readonly width: number;
  /** longest diagonal of the parallelepiped of one point, Å */
  readonly diagonal: number;
}

/**
 * Lays a grid over a cell. Along an open direction the box ends where the spheres end: the vacuum of the cell is no
 * part of it.
 *
 * @param spacing  upper bound of the steps, Å
 * @param most     upper bound of the number of points; the spacing grows to keep it
 * @param shift    [3] of the points inside their steps, 0 … 1
 */
export function voidGrid(
  cell: Cell,
  spheres: AtomSpheres,
  spacing: number,
  most: number,
  shift: readonly number[],
): VoidGrid {
  const [low, high] = spheres.extent;
  const m = cell.matrix;
  const start = [0, 1, 2].map((k) => (cell.periodic[k] ? 0 : low[k]!));
  const span = [0, 1, 2].map((k) => (cell.periodic[k] ? 1 : high[k]! - low[k]!));
  const edges = span.map((share, k) => share * Math.hypot(m[3 * k]!, m[3 * k + 1]!, m[3 * k + 2]!));
  const asked = (h: number): number[] => edges.map((edge) => Math.max(4, 2 * Math.ceil(edge / h / 2)));
  let used = spacing;
  let counts = asked(used);
  while (counts[0]! * counts[1]! * counts[2]! > most && used < 1e3) counts = asked((used *= 1.02));
  const steps = m.map((x, k) => (x * span[Math.floor(k / 3)]!) / counts[Math.floor(k / 3)]!);
  const inverse = cell.inverse.map((x, k) => (x * counts[k % 3]!) / span[k % 3]!);
  const first = [0, 1, 2].map((k) => start[k]! + (shift[k]! * span[k]!) / counts[k]!);
  const origin = [0, 1, 2].map((k) => first[0]! * m[k]! + first[1]! * m[3 + k]! + first[2]! * m[6 + k]!);
  const volume = cell.volume * span[0]! * span[1]! * span[2]!;
  const size = counts[0]! * counts[1]! * counts[2]!;
  return {
    counts: counts as [number, number, number],
    size,
    steps,
    inverse,
    origin: origin as [number, number, number],
    periodic: cell.periodic,
    heights: [0, 1, 2].map((k) => (cell.heights[k]! * span[k]!) / counts[k]!) as [number, number, number],
    volume,
    pointVolume: volume / size,
    width: Math.cbrt(volume / size),
    diagonal: 2 * halfDiagonal(steps, 2, 2, 2),
  };
}

/** Largest distance of a point of a block of a × b × c points from the middle of the block, Å. */
export function halfDiagonal(steps: Float64Array, a: number, b: number, c: number): number {
  let most = 0;
  for (const u of [-0.5, 0.5]) {
    for (const v of [-0.5, 0.5]) {
      const along = (k: number): number =>
        0.5 * (a - 1) * steps[k]! + u * (b - 1) * steps[3 + k]! + v * (c - 1) * steps[6 + k]!;
      most = Math.max(most, Math.hypot(along(0), along(1), along(2)));
    }
  }
  return most;
}

export interface Neighborhood {
  /** [26] indices of the neighbours of the point last asked for, −1 beyond an open face */
  readonly index: Int32Array;
  /** [26] the cells moved through on the way there, packed as x + 1024 y + 1024² z */
  readonly image: Int32Array;
  /** finds the neighbours of a point */
  of(g: number): void;
}

/** The 26 neighbours of grid points, also through periodic faces. */
export function neighborhood(grid: VoidGrid): Neighborhood {
  const [na, nb, nc] = grid.counts;
  const index = new Int32Array(26);
  const image = new Int32Array(26);
  const offset = new Int32Array(26);
  const moves: [number, number, number][] = [];
  for (let a = -1; a <= 1; a++)
    for (let b = -1; b <= 1; b++)
      for (let c = -1; c <= 1; c++) {
        if (a === 0 && b === 0 && c === 0) continue;
        offset[moves.length] = (a * nb + b) * nc + c;
        moves.push([a, b, c]);
      }
  const fold = (at: number, n: number): number => (at < 0 ? -1 : at >= n ? 1 : 0);
  let inner = false;
  const of = (g: number): void => {
    const k = g % nc;
    const row = (g - k) / nc;
    const j = row % nb;
    const i = (row - j) / nb;
    if (i > 0 && i < na - 1 && j > 0 && j < nb - 1 && k > 0 && k < nc - 1) {
      if (!inner) image.fill(0);
      inner = true;
      for (let q = 0; q < 26; q++) index[q] = g + offset[q]!;
      return;
    }
    inner = false;
    for (let q = 0; q < 26; q++) {
      const [a, b, c] = moves[q]!;
      const wa = fold(i + a, na);
      const wb = fold(j + b, nb);
      const wc = fold(k + c, nc);
      const out = (wa !== 0 && !grid.periodic[0]) || (wb !== 0 && !grid.periodic[1]) || (wc !== 0 && !grid.periodic[2]);
      index[q] = out ? -1 : ((i + a - wa * na) * nb + (j + b - wb * nb)) * nc + (k + c - wc * nc);
      image[q] = wa + 1024 * wb + 1048576 * wc;
    }
  };
  return { index, image, of };
}
