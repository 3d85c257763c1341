/**
 * Rigid domains in a periodic cube: where they are and which atoms they carry.
 */
import type { Domain } from './domain.ts';
import { renumber, renumberBonds } from './sheet.ts';

/** Where D rigid domains are: the one thing that changes while they are squeezed. */
export interface Pose {
  /** edge of the cube, Å */
  edge: number;
  /** [D, 3] Å */
  readonly centre: Float64Array;
  /** [D, 4] unit quaternions (w, x, y, z) */
  readonly turn: Float64Array;
}

/** N atoms on D rigid domains. Positions are not wrapped, so that a domain stays in one piece. */
export interface Packing {
  /** shared by all packings of the same domains */
  readonly pose: Pose;
  /** [D+1] atoms of domain d are start[d] … start[d+1]−1 */
  readonly start: Int32Array;
  /** [N] */
  readonly domain: Int32Array;
  /** [N] sheet of each atom, numbered through all domains */
  readonly sheet: Int32Array;
  /** [N, 3] bonded atoms, −1 where a bond is missing */
  readonly bonds: Int32Array;
  /** [N] distance from the axis of the domain along the sheet, Å, divided by the width of the domain in units of the mean */
  readonly radial: Float64Array;
  /** [N, 3] positions in the axes of the domain, Å */
  readonly body: Float64Array;
  /** [N, 3] centre + turned body as of the last `placeAll`, Å */
  readonly place: Float64Array;
}

/**
 * All domains in one packing, every one at the origin; `scatter` spreads them.
 *
 * @param widths  [D] width of each domain in units of the mean; all 1 when not given
 */
export function joinDomains(domains: readonly Domain[], edge: number, widths?: readonly number[]): Packing {
  const start = new Int32Array(domains.length + 1);
  domains.forEach(({ sheet }, d) => {
    start[d + 1] = start[d]! + sheet.length;
  });
  const atoms = start[domains.length]!;
  const packing: Packing = {
    pose: {
      edge,
      centre: new Float64Array(3 * domains.length),
      turn: new Float64Array(4 * domains.length).map((_, k) => (k % 4 === 0 ? 1 : 0)),
    },
    start,
    domain: new Int32Array(atoms),
    sheet: new Int32Array(atoms),
    bonds: new Int32Array(3 * atoms),
    radial: new Float64Array(atoms),
    body: new Float64Array(3 * atoms),
    place: new Float64Array(3 * atoms),
  };
  let sheets = 0;
  domains.forEach(({ sheet, bonds, body, radial }, d) => {
    const first = start[d]!;
    for (let a = 0; a < sheet.length; a++) {
      packing.domain[first + a] = d;
      packing.sheet[first + a] = sheets + sheet[a]!;
      packing.radial[first + a] = radial[a]! / (widths?.[d] ?? 1);
    }
    for (let k = 0; k < bonds.length; k++) packing.bonds[3 * first + k] = bonds[k]! < 0 ? -1 : first + bonds[k]!;
    packing.body.set(body, 3 * first);
    sheets += 1 + sheet[sheet.length - 1]!;
  });
  placeAll(packing);
  return packing;
}

/** The living atoms only, in the same pose. Domains keep their numbers, and may be empty. */
export function withoutDead(p: Packing, alive: Uint8Array): Packing {
  const { index, count } = renumber(alive);
  const start = p.start.slice();
  for (let d = 0; d + 1 < start.length; d++) {
    let atoms = 0;
    for (let a = p.start[d]!; a < p.start[d + 1]!; a++) atoms += alive[a]!;
    start[d + 1] = start[d]! + atoms;
  }
  const living: Packing = {
    pose: p.pose,
    start,
    domain: new Int32Array(count),
    sheet: new Int32Array(count),
    bonds: renumberBonds(p.bonds, alive, index),
    radial: new Float64Array(count),
    body: new Float64Array(3 * count),
    place: new Float64Array(3 * count),
  };
  for (let a = 0; a < alive.length; a++) {
    if (!alive[a]) continue;
    const to = index[a]!;
    living.domain[to] = p.domain[a]!;
    living.sheet[to] = p.sheet[a]!;
    living.radial[to] = p.radial[a]!;
    for (let k = 0; k < 3; k++) living.body[3 * to + k] = p.body[3 * a + k]!;
  }
  placeAll(living);
  return living;
}

/** Shrinks or grows the cube; the centres follow, the domains keep their shape. */
export function rescale(pose: Pose, edge: number): void {
  const factor = edge / pose.edge;
  pose.edge = edge;
  for (let k = 0; k < pose.centre.length; k++) pose.centre[k]! *= factor;
}

/** Moves the atoms of every domain to where its pose puts them. */
export function placeAll(p: Packing): void {
  for (let d = 0; d + 1 < p.start.length; d++) placeDomain(p, d);
}

/** place = centre + R(turn)·body for every atom of domain d. */
export function placeDomain(p: Packing, d: number): void {
  const { body, place, start } = p;
  const { turn, centre } = p.pose;
  const w = turn[4 * d]!;
  const x = turn[4 * d + 1]!;
  const y = turn[4 * d + 2]!;
  const z = turn[4 * d + 3]!;
  const xx = 1 - 2 * (y * y + z * z);
  const xy = 2 * (x * y - w * z);
  const xz = 2 * (x * z + w * y);
  const yx = 2 * (x * y + w * z);
  const yy = 1 - 2 * (x * x + z * z);
  const yz = 2 * (y * z - w * x);
  const zx = 2 * (x * z - w * y);
  const zy = 2 * (y * z + w * x);
  const zz = 1 - 2 * (x * x + y * y);
  const cx = centre[3 * d]!;
  const cy = centre[3 * d + 1]!;
  const cz = centre[3 * d + 2]!;
  const end = 3 * start[d + 1]!;
  for (let k = 3 * start[d]!; k < end; k += 3) {
    const u = body[k]!;
    const v = body[k + 1]!;
    const s = body[k + 2]!;
    place[k] = cx + xx * u + xy * v + xz * s;
    place[k + 1] = cy + yx * u + yy * v + yz * s;
    place[k + 2] = cz + zx * u + zy * v + zz * s;
  }
}
