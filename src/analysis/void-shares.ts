/** How much of each grid point's volume lies beyond a distance from the atoms. */
import { RandomStream } from '../core/random.ts';
import type { AtomSpheres } from './atom-spheres.ts';
import { descend, type VisitBlock } from './distance-field.ts';
import type { VoidGrid } from './void-grid.ts';

/** Sets of eight places within a grid point's volume; neighbours never use the same. */
const sets = 251;

/**
 * Eighths of each grid point's volume that lie farther than `radius` from every atom surface. Points with |d − radius|
 * above half a diagonal are wholly in or out, since d is 1-Lipschitz; the others are asked at eight places, one drawn at
 * random in each octant. The sum is unbiased for any grid, also one that lies along a wall.
 *
 * @param radii  [R] Å
 * @returns [R][n_a, n_b, n_c] 0 … 8
 * @oracle test/unit/analysis-porosity-field.test.ts
 */
export function voidShares(
  grid: VoidGrid,
  atoms: AtomSpheres,
  field: Float32Array,
  radii: readonly number[],
  seed: string | number,
): Uint8Array[] {
  const [, nb, nc] = grid.counts;
  const t = grid.steps;
  // distances are rounded to 32 bits
  const half = 0.5 * grid.diagonal + 1e-4;
  const shares = radii.map((radius) => {
    const share = new Uint8Array(grid.size);
    for (let g = 0; g < grid.size; g++) share[g] = field[g]! > radius ? 8 : 0;
    return share;
  });
  const unsure = new Uint8Array(grid.size);
  for (let g = 0; g < grid.size; g++) {
    for (let r = 0; r < radii.length; r++) if (Math.abs(field[g]! - radii[r]!) <= half) unsure[g] = 1;
  }
  const wanted = (i: number, j: number, k: number, a: number, b: number, c: number): boolean => {
    for (let p = i; p < i + a; p++)
      for (let q = j; q < j + b; q++)
        for (let r = k; r < k + c; r++) if (unsure[(p * nb + q) * nc + r] === 1) return true;
    return false;
  };
  const places = drawPlaces(t, seed);
  const visit: VisitBlock = (i0, j0, k0, a, b, c, near) => {
    const { rows, count } = near;
    for (let i = i0; i < i0 + a; i++) {
      for (let j = j0; j < j0 + b; j++) {
        for (let k = k0; k < k0 + c; k++) {
          const g = (i * nb + j) * nc + k;
          if (unsure[g] !== 1) continue;
          const x = grid.origin[0] + i * t[0]! + j * t[3]! + k * t[6]!;
          const y = grid.origin[1] + i * t[1]! + j * t[4]! + k * t[7]!;
          const z = grid.origin[2] + i * t[2]! + j * t[5]! + k * t[8]!;
          for (let r = 0; r < radii.length; r++) if (Math.abs(field[g]! - radii[r]!) <= half) shares[r]![g] = 0;
          const first = 24 * ((i * 89 + j * 53 + k * 17) % sets);
          for (let p = first; p < first + 24; p += 3) {
            const px = x + places[p]!;
            const py = y + places[p + 1]!;
            const pz = z + places[p + 2]!;
            let best = 1e30;
            for (let q = 0; q < 4 * count; q += 4) {
              const dx = rows[q]! - px;
              const dy = rows[q + 1]! - py;
              const dz = rows[q + 2]! - pz;
              const r2 = dx * dx + dy * dy + dz * dz;
              const bound = best + rows[q + 3]!;
              if (bound > 0 && r2 < bound * bound) best = Math.sqrt(r2) - rows[q + 3]!;
            }
            for (let r = 0; r < radii.length; r++) {
              if (best > radii[r]! && Math.abs(field[g]! - radii[r]!) <= half) shares[r]![g]!++;
            }
          }
        }
      }
    }
  };
  descend(grid, atoms, visit, { margin: half, wanted });
  return shares;
}

/** [sets, 8, 3] vectors from a grid point, one at random in each octant of its volume, Å. */
function drawPlaces(t: Float64Array, seed: string | number): Float64Array {
  const random = new RandomStream(`places ${seed}`);
  const places = new Float64Array(24 * sets);
  for (let p = 0; p < 8 * sets; p++) {
    const f = [0, 1, 2].map((k) => 0.5 * (((p >> k) & 1) + random.uniform()) - 0.5);
    for (let q = 0; q < 3; q++) places[3 * p + q] = f[0]! * t[q]! + f[1]! * t[3 + q]! + f[2]! * t[6 + q]!;
  }
  return places;
}
