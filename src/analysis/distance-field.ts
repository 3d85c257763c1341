/** How far every point of a grid is from the nearest atom surface. */
import { type AtomSpheres, SphereList } from './atom-spheres.ts';
import { halfDiagonal, type VoidGrid } from './void-grid.ts';

/** A block of a × b × c grid points from (i, j, k) on, and the only spheres that can be nearest to any of them. */
export type VisitBlock = (i: number, j: number, k: number, a: number, b: number, c: number, near: SphereList) => void;

/** Edge of the blocks the descent starts from, points. */
const rootEdge = 16;

export interface Descent {
  /** how far beyond a grid point distances are asked for, Å */
  readonly margin?: number;
  /** false where nothing is asked for in a block (i, j, k, a, b, c) */
  readonly wanted?: (i: number, j: number, k: number, a: number, b: number, c: number) => boolean;
  readonly onProgress?: (share: number) => void;
}

/**
 * Descends from blocks of 16³ grid points to blocks of 2³, and takes along the spheres that may be nearest to one of
 * their points. With m the middle of a block and ρ its half diagonal, d is 1-Lipschitz, so sphere i stays if
 *
 *   |m − x_i| − R_i ≤ min_j (|m − x_j| − R_j) + 2ρ
 *
 * Exact for unequal radii; the cost per point does not depend on the width of a pore but for the atoms on its wall.
 */
export function descend(grid: VoidGrid, spheres: AtomSpheres, visit: VisitBlock, options: Descent = {}): void {
  const { counts, steps: t, origin } = grid;
  const { margin = 0, wanted, onProgress } = options;
  const lists = Array.from({ length: 12 }, () => new SphereList());
  let distances = new Float64Array(1024);
  const middle = [0, 0, 0];
  const place = (i: number, j: number, k: number): void => {
    for (let q = 0; q < 3; q++) middle[q] = origin[q]! + i * t[q]! + j * t[3 + q]! + k * t[6 + q]!;
  };

  /** Keeps in `to` what of `from` can be nearest within `half` of the middle; returns the distance of the middle. */
  const thin = (from: SphereList, to: SphereList, half: number): number => {
    const [x, y, z] = middle as [number, number, number];
    const n = from.count;
    if (distances.length < n) distances = new Float64Array(2 * n);
    const source = from.rows;
    let least = Infinity;
    for (let p = 0, q = 0; p < n; p++, q += 4) {
      const dx = source[q]! - x;
      const dy = source[q + 1]! - y;
      const dz = source[q + 2]! - z;
      const d = Math.sqrt(dx * dx + dy * dy + dz * dz) - source[q + 3]!;
      distances[p] = d;
      if (d < least) least = d;
    }
    const limit = least + 2 * half + 1e-9;
    to.count = 0;
    to.reserve(n);
    const target = to.rows;
    let kept = 0;
    for (let p = 0; p < n; p++) {
      if (distances[p]! > limit) continue;
      target[kept] = source[4 * p]!;
      target[kept + 1] = source[4 * p + 1]!;
      target[kept + 2] = source[4 * p + 2]!;
      target[kept + 3] = source[4 * p + 3]!;
      kept += 4;
    }
    to.count = kept / 4;
    return least;
  };

  const split = (i: number, j: number, k: number, a: number, b: number, c: number, level: number): void => {
    if (wanted && !wanted(i, j, k, a, b, c)) return;
    place(i + (a - 1) / 2, j + (b - 1) / 2, k + (c - 1) / 2);
    const list = lists[level]!;
    thin(lists[level - 1]!, list, halfDiagonal(t, a, b, c) + margin);
    if (a <= 2 && b <= 2 && c <= 2) {
      visit(i, j, k, a, b, c, list);
      return;
    }
    const [ha, hb, hc] = [a > 2 ? (a + 1) >> 1 : a, b > 2 ? (b + 1) >> 1 : b, c > 2 ? (c + 1) >> 1 : c];
    for (let p = 0; p < a; p += ha)
      for (let q = 0; q < b; q += hb)
        for (let r = 0; r < c; r += hc)
          split(i + p, j + q, k + r, Math.min(ha, a - p), Math.min(hb, b - q), Math.min(hc, c - r), level + 1);
  };

  for (let i = 0; i < counts[0]; i += rootEdge) {
    for (let j = 0; j < counts[1]; j += rootEdge) {
      for (let k = 0; k < counts[2]; k += rootEdge) {
        const a = Math.min(rootEdge, counts[0] - i);
        const b = Math.min(rootEdge, counts[1] - j);
        const c = Math.min(rootEdge, counts[2] - k);
        if (wanted && !wanted(i, j, k, a, b, c)) continue;
        place(i + (a - 1) / 2, j + (b - 1) / 2, k + (c - 1) / 2);
        const half = halfDiagonal(t, a, b, c) + margin;
        let reach = 2 * half + spheres.largest + 2;
        for (;;) {
          spheres.gather(middle[0]!, middle[1]!, middle[2]!, reach, lists[1]!);
          const need = thin(lists[1]!, lists[0]!, half) + spheres.largest + 2 * half;
          if (need <= reach) break;
          // one step further than needed, so that rounding does not ask twice
          reach = Math.min(need * (1 + 1e-9), 2 * reach);
        }
        split(i, j, k, a, b, c, 1);
      }
    }
    onProgress?.(Math.min(1, (i + rootEdge) / counts[0]));
  }
}

/**
 * Distance from every grid point to the nearest atom surface, negative inside an atom:
 *
 *   d(x) = min_i (|x − x_i| − R_i)     over all atoms and images
 *
 * @returns [n_a, n_b, n_c] Å, rounded to 32 bits
 * @oracle test/unit/analysis-porosity-field.test.ts (brute force over images)
 */
export function distanceField(
  grid: VoidGrid,
  spheres: AtomSpheres,
  onProgress?: (share: number) => void,
): Float32Array {
  const field = new Float32Array(grid.size);
  const { steps: t, origin, counts } = grid;
  const visit: VisitBlock = (i0, j0, k0, a, b, c, near) => {
    const { rows, count } = near;
    for (let i = i0; i < i0 + a; i++) {
      for (let j = j0; j < j0 + b; j++) {
        for (let k = k0; k < k0 + c; k++) {
          const x = origin[0] + i * t[0]! + j * t[3]! + k * t[6]!;
          const y = origin[1] + i * t[1]! + j * t[4]! + k * t[7]!;
          const z = origin[2] + i * t[2]! + j * t[5]! + k * t[8]!;
          let best = 1e30;
          for (let q = 0; q < 4 * count; q += 4) {
            const dx = rows[q]! - x;
            const dy = rows[q + 1]! - y;
            const dz = rows[q + 2]! - z;
            const r2 = dx * dx + dy * dy + dz * dz;
            const bound = best + rows[q + 3]!;
            if (bound > 0 && r2 < bound * bound) best = Math.sqrt(r2) - rows[q + 3]!;
          }
          field[(i * counts[1] + j) * counts[2] + k] = best;
        }
      }
    }
  };
  descend(grid, spheres, visit, { onProgress });
  return field;
}
