/** Which parts of the void hang together for a probe, and which of them reach through the whole box. */
import { neighborhood, type VoidGrid } from './void-grid.ts';

export interface VoidParts {
  /** [n_a, n_b, n_c] number of the part a grid point belongs to, −1 where the probe does not fit */
  readonly label: Int32Array;
  /** number of parts */
  readonly count: number;
  /** [count] 1 where the part meets its own periodic image, or the end of the box in an open direction */
  readonly open: Uint8Array;
  /** [count] 1 where the part meets its own periodic image, or both ends of an open direction */
  readonly through: Uint8Array;
}

/**
 * Parts of the grid with field > radius that hang together over 26 neighbours.
 *
 * A flood carries along how many cells it has moved; where it meets itself in another cell the part is endless. Two
 * points that far apart (L) with d ≥ r see a straight way with d ≥ √((r + R)² − L²/4) − R, R the smallest atom: what
 * is joined is passable for a probe smaller by no more than L²/(8(r + R)), 0.02 Å for helium in carbon at 0.4 Å.
 *
 * @param field   distances with the raised points of `inscribedSpheres`, Å
 * @param radius  of the probe, Å
 */
export function voidParts(grid: VoidGrid, field: Float32Array, radius: number): VoidParts {
  const [na, nb, nc] = grid.counts;
  const label = new Int32Array(grid.size).fill(-1);
  const moved = new Int32Array(grid.size);
  const near = neighborhood(grid);
  const open: number[] = [];
  const through: number[] = [];
  let stack = new Int32Array(1024);
  for (let start = 0; start < grid.size; start++) {
    if (label[start]! >= 0 || !(field[start]! > radius)) continue;
    const part = open.length;
    let endless = false;
    let faces = 0;
    let depth = 1;
    stack[0] = start;
    label[start] = part;
    while (depth > 0) {
      const g = stack[--depth]!;
      near.of(g);
      if (depth + 26 > stack.length) {
        const more = new Int32Array(2 * stack.length);
        more.set(stack);
        stack = more;
      }
      for (let q = 0; q < 26; q++) {
        const other = near.index[q]!;
        if (other < 0) continue;
        if (!(field[other]! > radius)) continue;
        const there = moved[g]! + near.image[q]!;
        if (label[other] === part) {
          if (moved[other] !== there) endless = true;
          continue;
        }
        label[other] = part;
        moved[other] = there;
        stack[depth++] = other;
      }
      if (!(grid.periodic[0] && grid.periodic[1] && grid.periodic[2])) {
        const row = Math.floor(g / nc);
        const at = [Math.floor(row / nb), row % nb, g % nc] as const;
        for (let k = 0; k < 3; k++) {
          if (grid.periodic[k]) continue;
          if (at[k] === 0) faces |= 1 << (2 * k);
          if (at[k] === [na, nb, nc][k]! - 1) faces |= 2 << (2 * k);
        }
      }
    }
    const spans = (faces & 3) === 3 || (faces & 12) === 12 || (faces & 48) === 48;
    open.push(endless || faces !== 0 ? 1 : 0);
    through.push(endless || spans ? 1 : 0);
  }
  return { label, count: open.length, open: Uint8Array.from(open), through: Uint8Array.from(through) };
}

/**
 * Diameter of the largest sphere that can travel without end: largest free sphere, by halving between what passes and
 * what does not.
 *
 * @param resolution  of the diameter, Å
 * @returns 0 when not even a point gets through
 */
export function percolationDiameter(grid: VoidGrid, field: Float32Array, resolution = 0.01): number {
  let most = 0;
  for (let g = 0; g < grid.size; g++) most = Math.max(most, field[g]!);
  const passes = (radius: number): boolean => voidParts(grid, field, radius).through.some((x) => x === 1);
  let [low, high] = [0, most];
  if (!passes(0)) return 0;
  while (2 * (high - low) > resolution) {
    const middle = 0.5 * (low + high);
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low + high;
}
