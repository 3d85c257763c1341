/** The surface a probe can touch. */
import { RandomStream } from '../core/random.ts';
import { type AtomSpheres, SphereList } from './atom-spheres.ts';
import type { VoidParts } from './percolation.ts';
import type { VoidGrid } from './void-grid.ts';

export interface AccessibleSurface {
  /** Å² */
  readonly total: number;
  /** part of it in pores that are open, Å² */
  readonly open: number;
  readonly totalError: number;
  readonly openError: number;
  readonly closedError: number;
}

/** Points shot at all atoms together, and the bounds for one atom. */
const shots = 2_000_000;
const fewest = 32;
const most = 2000;

/**
 * Area of the surface on which the middle of a probe lies when it touches an atom, from points spread evenly over
 * spheres of R_i + r:
 *
 *   A = Σ_i 4π (R_i + r)² n_i/M,     n_i the points of atom i in no other sphere R_j + r
 *
 * Every atom has the points of a Fibonacci lattice, turned at random. The error is that of M independent points, which
 * is larger than that of a lattice.
 *
 * @param parts  of the void for the same probe; a point in a pocket that the grid does not resolve counts as closed
 * @cite Shrake & Rupley, J. Mol. Biol. 79, 351 (1973) doi:10.1016/0022-2836(73)90011-9
 * @oracle test/oracle/porosity.test.ts (one sphere, two spheres, planar walls)
 */
export function accessibleSurface(
  atoms: AtomSpheres,
  radius: number,
  grid: VoidGrid,
  field: Float32Array,
  parts: VoidParts,
  seed: string | number,
): AccessibleSurface {
  const each = Math.max(fewest, Math.min(most, Math.round(shots / atoms.count)));
  const points = fibonacci(each);
  const random = new RandomStream(`surface ${seed}`);
  const part = partAt(grid, field, parts);
  const near = new SphereList();
  const sums = { total: 0, open: 0, totalVariance: 0, openVariance: 0, closedVariance: 0 };
  for (let i = 0; i < atoms.count; i++) {
    const [x, y, z, size] = [0, 1, 2, 3].map((k) => atoms.rows[4 * i + k]!) as [number, number, number, number];
    const far = size + radius;
    const turn = rotation(random.quaternion());
    atoms.gather(x, y, z, far + radius + atoms.largest, near);
    const others = blockers(near, x, y, z, far, radius);
    if (others === undefined) continue;
    const { rows, count } = others;
    let [hits, openHits] = [0, 0];
    let last = 0;
    for (let p = 0; p < each; p++) {
      const [a, b, c] = [points[3 * p]!, points[3 * p + 1]!, points[3 * p + 2]!];
      const nx = turn[0]! * a + turn[1]! * b + turn[2]! * c;
      const ny = turn[3]! * a + turn[4]! * b + turn[5]! * c;
      const nz = turn[6]! * a + turn[7]! * b + turn[8]! * c;
      const [sx, sy, sz] = [far * nx, far * ny, far * nz];
      let free = true;
      // what hid the point before probably hides this one
      for (let q = 0, r = last; q < count; q++, r = r + 1 === count ? 0 : r + 1) {
        const dx = rows[4 * r]! - sx;
        const dy = rows[4 * r + 1]! - sy;
        const dz = rows[4 * r + 2]! - sz;
        if (dx * dx + dy * dy + dz * dz < rows[4 * r + 3]!) {
          free = false;
          last = r;
          break;
        }
      }
      if (!free) continue;
      hits++;
      if (part(x + sx, y + sy, z + sz, nx, ny, nz)) openHits++;
    }
    const area = 4 * Math.PI * far * far;
    const add = (n: number): [number, number] => [(area * n) / each, (area / each) ** 2 * n * (1 - n / each)];
    const [total, totalVariance] = add(hits);
    const [open, openVariance] = add(openHits);
    sums.total += total;
    sums.open += open;
    sums.totalVariance += totalVariance;
    sums.openVariance += openVariance;
    sums.closedVariance += add(hits - openHits)[1];
  }
  return {
    total: sums.total,
    open: sums.open,
    totalError: Math.sqrt(sums.totalVariance),
    openError: Math.sqrt(sums.openVariance),
    closedError: Math.sqrt(sums.closedVariance),
  };
}

/**
 * The spheres that can hide points of one atom's sphere, from its middle, with the square of R_j + r for a radius;
 * undefined where one of them hides it whole.
 */
function blockers(
  near: SphereList,
  x: number,
  y: number,
  z: number,
  far: number,
  radius: number,
): SphereList | undefined {
  const found = new SphereList();
  let self = false;
  for (let p = 0; p < near.count; p++) {
    const [dx, dy, dz] = [near.rows[4 * p]! - x, near.rows[4 * p + 1]! - y, near.rows[4 * p + 2]! - z];
    const reach = near.rows[4 * p + 3]! + radius;
    const d = Math.hypot(dx, dy, dz);
    if (d < 1e-9 && reach === far && !self) {
      self = true;
      continue;
    }
    if (reach >= far + d && d > 1e-9) return undefined;
    if (d < reach + far) found.add(dx, dy, dz, reach * reach * (1 - 1e-12));
  }
  return found;
}

/** Points spread evenly over the unit sphere. */
function fibonacci(n: number): Float64Array {
  const points = new Float64Array(3 * n);
  for (let p = 0; p < n; p++) {
    const z = 1 - (2 * p + 1) / n;
    const s = Math.sqrt(1 - z * z);
    const phi = p * Math.PI * (3 - Math.sqrt(5));
    points.set([s * Math.cos(phi), s * Math.sin(phi), z], 3 * p);
  }
  return points;
}

function rotation([w, x, y, z]: readonly [number, number, number, number]): Float64Array {
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}

/** Whether a point on the rim of the void lies in an open part: asks the grid points around it, then those further out. */
function partAt(
  grid: VoidGrid,
  field: Float32Array,
  parts: VoidParts,
): (x: number, y: number, z: number, nx: number, ny: number, nz: number) => boolean {
  const { inverse: w, origin, counts, periodic } = grid;
  const f = [0, 0, 0];
  return (x, y, z, nx, ny, nz) => {
    for (const ahead of [0, 0.7, 1.4]) {
      const px = x + ahead * grid.width * nx - origin[0];
      const py = y + ahead * grid.width * ny - origin[1];
      const pz = z + ahead * grid.width * nz - origin[2];
      for (let k = 0; k < 3; k++) f[k] = px * w[k]! + py * w[3 + k]! + pz * w[6 + k]!;
      let best = -1;
      for (let corner = 0; corner < 8; corner++) {
        let g = 0;
        for (let k = 0; k < 3; k++) {
          const n = counts[k]!;
          const at = Math.floor(f[k]!) + ((corner >> k) & 1);
          const folded = at - n * Math.floor(at / n);
          // beyond the end of an open direction there is nothing but the outside
          if (folded !== at && !periodic[k]) return true;
          g = g * n + folded;
        }
        if (parts.label[g]! >= 0 && (best < 0 || field[g]! > field[best]!)) best = g;
      }
      if (best >= 0) return parts.open[parts.label[best]!] === 1;
    }
    return false;
  };
}
