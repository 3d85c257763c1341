/** For every point of the void the largest sphere that holds it and overlaps no atom. */
import type { InscribedSpheres } from './inscribed-spheres.ts';
import type { VoidGrid } from './void-grid.ts';

/** A sphere that sticks out of a larger one by less is not drawn, Å. */
const sliver = 0.02;

/**
 * For every grid point the largest inscribed sphere that holds it.
 *
 * Spheres are drawn from the largest down; a point belongs to the first that reaches it. A pointer per point to the next
 * free one in its row makes the cost of a sphere its rows, not its volume.
 *
 * @returns [n_a, n_b, n_c] index of the sphere, −1 where none reaches
 * @cite Gelb & Gubbins, Langmuir 15, 305 (1999) doi:10.1021/la9808418
 */
export function largestSpheres(grid: VoidGrid, inscribed: InscribedSpheres): Int32Array {
  const { spheres, point } = inscribed;
  const { rows } = spheres;
  const [na, nb, nc] = grid.counts;
  const { steps: t, inverse: w, origin, heights, periodic } = grid;
  const owner = new Int32Array(grid.size).fill(-1);
  const next = Int32Array.from({ length: grid.size + 1 }, (_, g) => g);
  const free = (g: number): number => {
    let root = g;
    while (next[root] !== root) root = next[root]!;
    while (next[g] !== root) {
      const up = next[g]!;
      next[g] = root;
      g = up;
    }
    return root;
  };
  const cc = t[6]! ** 2 + t[7]! ** 2 + t[8]! ** 2;
  const order = Uint32Array.from({ length: spheres.count }, (_, b) => b).sort(
    (a, b) => rows[4 * b + 3]! - rows[4 * a + 3]! || a - b,
  );
  for (const b of order) {
    const [x, y, z, radius] = [rows[4 * b]!, rows[4 * b + 1]!, rows[4 * b + 2]!, rows[4 * b + 3]!];
    const over = owner[point[b]!]!;
    if (over >= 0 && nearestImage(grid, rows, b, over) + radius <= rows[4 * over + 3]! + sliver) continue;
    // everything in grid steps: the sphere's middle lies at (fa, fb, fc)
    const px = x - origin[0];
    const py = y - origin[1];
    const pz = z - origin[2];
    const fa = px * w[0]! + py * w[3]! + pz * w[6]!;
    const fb = px * w[1]! + py * w[4]! + pz * w[7]!;
    const reachA = radius / heights[0];
    const reachB = radius / heights[1];
    for (let i = Math.ceil(fa - reachA); i <= fa + reachA; i++) {
      const fi = i - na * Math.floor(i / na);
      if (fi !== i && !periodic[0]) continue;
      for (let j = Math.ceil(fb - reachB); j <= fb + reachB; j++) {
        const fj = j - nb * Math.floor(j / nb);
        if (fj !== j && !periodic[1]) continue;
        // |q + k c|² < r² along the row
        const qx = i * t[0]! + j * t[3]! - px;
        const qy = i * t[1]! + j * t[4]! - py;
        const qz = i * t[2]! + j * t[5]! - pz;
        const qc = qx * t[6]! + qy * t[7]! + qz * t[8]!;
        const root = qc * qc - cc * (qx * qx + qy * qy + qz * qz - radius * radius);
        if (root < 0) continue;
        const from = Math.ceil((-qc - Math.sqrt(root)) / cc);
        const to = Math.floor((-qc + Math.sqrt(root)) / cc);
        const line = (fi * nb + fj) * nc;
        for (let cell = Math.floor(from / nc); cell * nc <= to; cell++) {
          if (cell !== 0 && !periodic[2]) continue;
          const last = line + Math.min(to - cell * nc, nc - 1);
          for (let g = free(line + Math.max(from - cell * nc, 0)); g <= last; g = free(g)) {
            owner[g] = b;
            next[g] = g + 1;
          }
        }
      }
    }
  }
  return owner;
}

/** Distance between two spheres, one of them moved by whole cells; in skewed cells never too small. */
function nearestImage(grid: VoidGrid, rows: Float64Array, a: number, b: number): number {
  const { inverse: w, steps: t, counts, periodic } = grid;
  const d = [0, 1, 2].map((k) => rows[4 * a + k]! - rows[4 * b + k]!);
  const f = [0, 1, 2].map((k) => {
    const raw = d[0]! * w[k]! + d[1]! * w[3 + k]! + d[2]! * w[6 + k]!;
    return periodic[k] ? raw - counts[k]! * Math.round(raw / counts[k]!) : raw;
  });
  const along = (q: number): number => f[0]! * t[q]! + f[1]! * t[3 + q]! + f[2]! * t[6 + q]!;
  return Math.hypot(along(0), along(1), along(2));
}
