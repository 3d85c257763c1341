/**
 * Pairs of atoms nearer than a cutoff, in any cell, also one smaller than the cutoff (then several images count).
 * The reference evaluator, structure building and analysis use it; the chain kernels keep cells of their own.
 */
import type { Frame } from './frame.ts';
import { atomCount } from './frame.ts';

/** Half-open list of neighbours: those of atom i are entries start[i] … start[i+1]−1. Every pair is listed from both ends. */
export interface NeighborList {
  readonly cutoff: number;
  /** [N+1] */
  readonly start: Int32Array;
  /** [P] index of the neighbour */
  readonly index: Int32Array;
  /** [P, 4] rows (dx, dy, dz, r), from i to the image of j, Å */
  readonly rows: Float64Array;
}

/**
 * Neighbour list by cell binning, O(N) for large cells.
 *
 * @param cutoff  Å, > 0
 * @returns every ordered pair (i, image of j) with r < cutoff, grouped by i; r = 0 where two atoms sit on one point
 */
export function neighborList(frame: Frame, cutoff: number): NeighborList {
  const n = atomCount(frame);
  const { cell, rows } = frame;
  const v = cell.inverse;
  const m = cell.matrix;
  const fractional = new Float64Array(3 * n);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const shift = new Int32Array(3 * n);
  for (let i = 0; i < n; i++) {
    const x = rows[4 * i]!;
    const y = rows[4 * i + 1]!;
    const z = rows[4 * i + 2]!;
    for (let k = 0; k < 3; k++) {
      let s = x * v[k]! + y * v[3 + k]! + z * v[6 + k]!;
      if (cell.periodic[k]) {
        const whole = Math.floor(s);
        shift[3 * i + k] = whole;
        s -= whole;
        if (s >= 1) {
          // a tiny negative coordinate rounds up to the far face: the same point is the near face one cell on
          s = 0;
          shift[3 * i + k]!++;
        }
      }
      fractional[3 * i + k] = s;
      low[k] = Math.min(low[k]!, s);
      high[k] = Math.max(high[k]!, s);
    }
  }
  // bins of about half the cutoff, so that a search touches little outside the sphere
  const count = [1, 1, 1];
  const reach = [1, 1, 1];
  const origin = [0, 0, 0];
  const width = [1, 1, 1];
  const maxBins = Math.max(1, Math.ceil(Math.cbrt(8 * n + 1)));
  for (let k = 0; k < 3; k++) {
    const span = cell.periodic[k] ? 1 : Math.max(high[k]! - low[k]!, 1e-9) * (1 + 1e-9);
    origin[k] = cell.periodic[k] ? 0 : low[k]!;
    const length = span * cell.heights[k]!;
    count[k] = Math.max(1, Math.min(maxBins, Math.floor(length / (0.5 * cutoff))));
    width[k] = span / count[k]!;
    reach[k] = Math.ceil(cutoff / (width[k]! * cell.heights[k]!));
    // nothing lies beyond the bins of an open direction, however thin they are
    if (!cell.periodic[k]) reach[k] = Math.min(reach[k]!, count[k]! - 1);
  }
  const [nx, ny, nz] = count as [number, number, number];
  const bin = new Int32Array(n);
  const head = new Int32Array(nx * ny * nz + 1);
  for (let i = 0; i < n; i++) {
    const b = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      b[k] = Math.max(0, Math.min(count[k]! - 1, Math.floor((fractional[3 * i + k]! - origin[k]!) / width[k]!)));
    }
    bin[i] = (b[0]! * ny + b[1]!) * nz + b[2]!;
    head[bin[i]! + 1]!++;
  }
  for (let b = 0; b < nx * ny * nz; b++) head[b + 1]! += head[b]!;
  const order = new Int32Array(n);
  const fill = head.slice();
  for (let i = 0; i < n; i++) order[fill[bin[i]!]!++] = i;

  const start = new Int32Array(n + 1);
  let capacity = Math.max(64, 32 * n);
  let index = new Int32Array(capacity);
  let pairRows = new Float64Array(4 * capacity);
  let used = 0;
  const cut2 = cutoff * cutoff;
  const [alongX, alongY, alongZ] = count.map((all, k) => folds(all, reach[k]!)) as [Fold[], Fold[], Fold[]];
  for (let i = 0; i < n; i++) {
    const bi = bin[i]!;
    const bz = bi % nz;
    const by = Math.floor(bi / nz) % ny;
    const bx = Math.floor(bi / (nz * ny));
    for (let ox = -reach[0]!; ox <= reach[0]!; ox++) {
      const [cx, wx] = alongX[bx + ox + reach[0]!]!;
      if (wx !== 0 && !cell.periodic[0]) continue;
      for (let oy = -reach[1]!; oy <= reach[1]!; oy++) {
        const [cy, wy] = alongY[by + oy + reach[1]!]!;
        if (wy !== 0 && !cell.periodic[1]) continue;
        for (let oz = -reach[2]!; oz <= reach[2]!; oz++) {
          const [cz, wz] = alongZ[bz + oz + reach[2]!]!;
          if (wz !== 0 && !cell.periodic[2]) continue;
          const b = (cx * ny + cy) * nz + cz;
          for (let p = head[b]!; p < head[b + 1]!; p++) {
            const j = order[p]!;
            const s0 = wx + shift[3 * i]! - shift[3 * j]!;
            const s1 = wy + shift[3 * i + 1]! - shift[3 * j + 1]!;
            const s2 = wz + shift[3 * i + 2]! - shift[3 * j + 2]!;
            const dx = rows[4 * j]! - rows[4 * i]! + s0 * m[0]! + s1 * m[3]! + s2 * m[6]!;
            const dy = rows[4 * j + 1]! - rows[4 * i + 1]! + s0 * m[1]! + s1 * m[4]! + s2 * m[7]!;
            const dz = rows[4 * j + 2]! - rows[4 * i + 2]! + s0 * m[2]! + s1 * m[5]! + s2 * m[8]!;
            const r2 = dx * dx + dy * dy + dz * dz;
            if (r2 >= cut2 || (j === i && wx === 0 && wy === 0 && wz === 0)) continue;
            if (used === capacity) {
              capacity *= 2;
              const moreIndex = new Int32Array(capacity);
              moreIndex.set(index);
              index = moreIndex;
              const moreRows = new Float64Array(4 * capacity);
              moreRows.set(pairRows);
              pairRows = moreRows;
            }
            index[used] = j;
            pairRows[4 * used] = dx;
            pairRows[4 * used + 1] = dy;
            pairRows[4 * used + 2] = dz;
            pairRows[4 * used + 3] = Math.sqrt(r2);
            used++;
          }
        }
      }
    }
    start[i + 1] = used;
  }
  return { cutoff, start, index: index.subarray(0, used), rows: pairRows.subarray(0, 4 * used) };
}

/** Bin folded into [0, n) and the number of whole cells it was moved by. */
type Fold = readonly [bin: number, whole: number];

/** Folds of the bins from −reach to n − 1 + reach. */
function folds(n: number, reach: number): Fold[] {
  return Array.from({ length: n + 2 * reach }, (_, k) => {
    const whole = Math.floor((k - reach) / n);
    return [k - reach - whole * n, whole];
  });
}
