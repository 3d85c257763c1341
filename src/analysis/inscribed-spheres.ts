/** Spheres that fit between the atoms: those on the ridges of the distance field, moved off the grid to where they are largest. */
import { type AtomSpheres, SphereList } from './atom-spheres.ts';
import { descend, type VisitBlock } from './distance-field.ts';
import { neighborhood, type VoidGrid } from './void-grid.ts';

/** A neighbour so steeply above a point that its sphere holds all but a sliver of the point's own. */
const steep = 0.85;
/** Spheres smaller than this are left out: crevices, Å. */
const smallestRadius = 0.4;
/** How far a sphere may move from its grid point, in diagonals of the grid. */
const freedom = 0.6;
/** Slack the ascent begins with, in widths of the grid, and the slope below which it has reached the ridge. */
const firstSlack = 0.25;
const ridgeSlope = 0.95;
/** The ascent ends where two walls that differ by less than this cannot both be left, Å. */
const finest = 0.004;

export interface InscribedSpheres {
  /** rows (x, y, z, radius), none overlaps an atom, Å */
  readonly spheres: SphereList;
  /** grid point each started from */
  readonly point: Int32Array;
  /** distance field with the radius of the sphere at every point that has one, Å */
  readonly raised: Float32Array;
}

/**
 * Spheres around every grid point on a ridge of the distance field: the point is moved uphill by up to 0.6 diagonals of
 * the grid, and leaves a sphere where it meets the ridge and where it ends. The first ones keep the low ends of ridges.
 * A point is no ridge when a neighbour c' has d(c') ≥ d(c) + 0.85 |c − c'|. Spheres below 0.4 Å are left out.
 *
 * @param field  distance field of the grid, Å
 */
export function inscribedSpheres(
  grid: VoidGrid,
  atoms: AtomSpheres,
  field: Float32Array,
  onProgress?: (share: number) => void,
): InscribedSpheres {
  const [, nb, nc] = grid.counts;
  const ridge = ridgePoints(grid, field);
  const wanted = (i: number, j: number, k: number, a: number, b: number, c: number): boolean => {
    for (let p = i; p < i + a; p++)
      for (let q = j; q < j + b; q++)
        for (let r = k; r < k + c; r++) if (ridge[(p * nb + q) * nc + r] === 1) return true;
    return false;
  };
  const limit = freedom * grid.diagonal;
  const raised = field.slice();
  const spheres = new SphereList();
  const points: number[] = [];
  const at = [0, 0, 0];
  const climb = climber(limit, grid.width);
  const visit: VisitBlock = (i0, j0, k0, a, b, c, near) => {
    for (let i = i0; i < i0 + a; i++) {
      for (let j = j0; j < j0 + b; j++) {
        for (let k = k0; k < k0 + c; k++) {
          const g = (i * nb + j) * nc + k;
          if (ridge[g] !== 1) continue;
          const t = grid.steps;
          for (let q = 0; q < 3; q++) at[q] = grid.origin[q]! + i * t[q]! + j * t[3 + q]! + k * t[6 + q]!;
          const leave: Leave = (x, y, z, radius) => {
            spheres.add(x, y, z, radius);
            points.push(g);
          };
          raised[g] = Math.max(raised[g]!, climb(near, at, leave));
        }
      }
    }
  };
  descend(grid, atoms, visit, { margin: limit, wanted, onProgress });
  return { spheres, point: Int32Array.from(points), raised };
}

/** Receives a sphere that overlaps no atom, Å. */
type Leave = (x: number, y: number, z: number, radius: number) => void;

function ridgePoints(grid: VoidGrid, field: Float32Array): Uint8Array {
  const ridge = new Uint8Array(grid.size);
  const near = neighborhood(grid);
  const [, nb, nc] = grid.counts;
  const t = grid.steps;
  const rise: number[] = [];
  for (let a = -1; a <= 1; a++)
    for (let b = -1; b <= 1; b++)
      for (let c = -1; c <= 1; c++) {
        if (a === 0 && b === 0 && c === 0) continue;
        const along = (q: number): number => a * t[q]! + b * t[3 + q]! + c * t[6 + q]!;
        rise.push(steep * Math.hypot(along(0), along(1), along(2)));
      }
  const needed = Float64Array.from(rise);
  for (let g = 0; g < grid.counts[0] * nb * nc; g++) {
    const d = field[g]!;
    if (d < smallestRadius) continue;
    near.of(g);
    let q = 0;
    while (q < 26 && !(near.index[q]! >= 0 && field[near.index[q]!]! >= d + needed[q]!)) q++;
    if (q === 26) ridge[g] = 1;
  }
  return ridge;
}

/**
 * Steepest ascent of d(x) = min_i (|x − x_i| − R_i). With ε the slack, active the spheres with d_i ≤ d + ε, u_i their
 * gradients and z the shortest vector of the convex hull of the u_i, a step s = ε/(1 + |z|) along z/|z| raises d by at
 * least s|z|, because every |x − x_i| is convex and 1-Lipschitz; where |z| is small, ε is halved.
 *
 * @param limit  how far a point may move, Å
 * @param width  of the grid, Å
 * @returns  climb(near, at, leave): d at the end, Å; `near` must hold every sphere that can be nearest within `limit`
 */
function climber(limit: number, width: number): (near: SphereList, at: readonly number[], leave: Leave) => number {
  const kept = new SphereList();
  let distance = new Float64Array(256);
  let ux = new Float64Array(256);
  let uy = new Float64Array(256);
  let uz = new Float64Array(256);
  const hull = [0, 0, 0];

  const measure = (list: SphereList, x: number, y: number, z: number): number => {
    const { rows, count } = list;
    let least = Infinity;
    for (let p = 0, q = 0; p < count; p++, q += 4) {
      const dx = x - rows[q]!;
      const dy = y - rows[q + 1]!;
      const dz = z - rows[q + 2]!;
      const d = Math.sqrt(dx * dx + dy * dy + dz * dz) - rows[q + 3]!;
      distance[p] = d;
      if (d < least) least = d;
    }
    return least;
  };

  return (near, at, leave) => {
    if (distance.length < near.count) {
      distance = new Float64Array(2 * near.count);
      ux = new Float64Array(2 * near.count);
      uy = new Float64Array(2 * near.count);
      uz = new Float64Array(2 * near.count);
    }
    let [x, y, z] = at as [number, number, number];
    const [x0, y0, z0] = [x, y, z];
    let value = measure(near, x, y, z);
    kept.count = 0;
    for (let p = 0; p < near.count; p++) {
      if (distance[p]! > value + 2 * limit) continue;
      kept.add(near.rows[4 * p]!, near.rows[4 * p + 1]!, near.rows[4 * p + 2]!, near.rows[4 * p + 3]!);
    }
    let slack = firstSlack * width;
    let below = true;
    value = measure(kept, x, y, z);
    for (let step = 0; step < 100 && slack > finest; step++) {
      let active = 0;
      for (let p = 0; p < kept.count; p++) {
        if (distance[p]! > value + slack) continue;
        const full = 1 / (distance[p]! + kept.rows[4 * p + 3]!);
        ux[active] = (x - kept.rows[4 * p]!) * full;
        uy[active] = (y - kept.rows[4 * p + 1]!) * full;
        uz[active] = (z - kept.rows[4 * p + 2]!) * full;
        active++;
      }
      const length = shortest(ux, uy, uz, active, hull);
      if (!(length > 0.05)) {
        slack *= 0.5;
        continue;
      }
      if (below && length < ridgeSlope) {
        leave(x, y, z, value);
        below = false;
      }
      let s = slack / (1 + length) / length;
      const [mx, my, mz] = [x - x0, y - y0, z - z0];
      // where the step would leave the ball around the grid point it ends on it
      const b = mx * hull[0]! + my * hull[1]! + mz * hull[2]!;
      const room = limit * limit - mx * mx - my * my - mz * mz;
      const most = (-b + Math.sqrt(Math.max(0, b * b + length * length * room))) / (length * length);
      const blocked = s >= most;
      if (blocked) s = most;
      x += s * hull[0]!;
      y += s * hull[1]!;
      z += s * hull[2]!;
      value = measure(kept, x, y, z);
      if (blocked) break;
    }
    leave(x, y, z, value);
    return value;
  };
}

/**
 * Shortest vector of the convex hull of unit vectors, to 0.01, into `out`; returns its length.
 *
 * @cite Gilbert, SIAM J. Control 4, 61 (1966) doi:10.1137/0304007
 */
function shortest(ux: Float64Array, uy: Float64Array, uz: Float64Array, n: number, out: number[]): number {
  let [x, y, z] = [ux[0]!, uy[0]!, uz[0]!];
  for (let step = 0; step < 40; step++) {
    let least = Infinity;
    let far = 0;
    for (let p = 0; p < n; p++) {
      const along = x * ux[p]! + y * uy[p]! + z * uz[p]!;
      if (along < least) {
        least = along;
        far = p;
      }
    }
    const square = x * x + y * y + z * z;
    // least/|z| is a lower bound of the length sought
    if (square < 1e-4 || least > square - 0.01 * Math.sqrt(square)) break;
    const [ex, ey, ez] = [ux[far]! - x, uy[far]! - y, uz[far]! - z];
    const share = Math.min(1, (square - least) / (ex * ex + ey * ey + ez * ez));
    x += share * ex;
    y += share * ey;
    z += share * ez;
  }
  out[0] = x;
  out[1] = y;
  out[2] = z;
  return Math.hypot(x, y, z);
}
