/** The atoms as spheres, sorted into bins: which images of which of them are near a point. */
import { atomCount, type Frame } from '../core/frame.ts';
import { radiiOf } from './van-der-waals.ts';

/** Rows (x, y, z, radius) that grow as they are filled, Å. */
export class SphereList {
  rows = new Float64Array(256);
  /** number of spheres */
  count = 0;

  /** Appends one sphere. */
  add(x: number, y: number, z: number, radius: number): void {
    this.reserve(this.count + 1);
    const at = 4 * this.count++;
    this.rows[at] = x;
    this.rows[at + 1] = y;
    this.rows[at + 2] = z;
    this.rows[at + 3] = radius;
  }

  /** Makes room for `count` spheres. */
  reserve(count: number): void {
    if (4 * count <= this.rows.length) return;
    const more = new Float64Array(Math.max(8 * count, 256));
    more.set(this.rows.subarray(0, 4 * this.count));
    this.rows = more;
  }
}

export interface AtomSpheres {
  readonly count: number;
  /** [N, 4] rows (x, y, z, radius), wrapped into the cell along its periodic directions, Å */
  readonly rows: Float64Array;
  /** largest and smallest radius, Å */
  readonly largest: number;
  readonly smallest: number;
  /** [2, 3] lowest and highest fractional coordinate of a sphere's surface */
  readonly extent: readonly [readonly number[], readonly number[]];
  /** puts every image whose centre lies within `reach` of the point into `out`, emptied first */
  gather(x: number, y: number, z: number, reach: number, out: SphereList): void;
}

const binWidth = 3.5;

/**
 * Bins the atoms of a frame; any cell, also one smaller than the reach of a search.
 *
 * @param radii  by species or element, Å; goes before the van der Waals table
 * @throws ModelError  a species has no radius
 */
export function atomSpheres(frame: Frame, radii?: Readonly<Record<string, number>>): AtomSpheres {
  const n = atomCount(frame);
  const { cell } = frame;
  const { matrix: m, inverse: w, periodic, heights } = cell;
  const size = radiiOf(frame, radii);
  const rows = new Float64Array(4 * n);
  const s = new Float64Array(3 * n);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [frame.rows[4 * i]!, frame.rows[4 * i + 1]!, frame.rows[4 * i + 2]!];
    for (let k = 0; k < 3; k++) {
      const raw = x * w[k]! + y * w[3 + k]! + z * w[6 + k]!;
      const f = periodic[k] ? raw - Math.floor(raw) : raw;
      s[3 * i + k] = f;
      low[k] = Math.min(low[k]!, f - size[i]! / heights[k]!);
      high[k] = Math.max(high[k]!, f + size[i]! / heights[k]!);
    }
    for (let k = 0; k < 3; k++)
      rows[4 * i + k] = s[3 * i]! * m[k]! + s[3 * i + 1]! * m[3 + k]! + s[3 * i + 2]! * m[6 + k]!;
    rows[4 * i + 3] = size[i]!;
  }
  const most = Math.ceil(Math.cbrt(8 * n + 1));
  const origin = [0, 1, 2].map((k) => (periodic[k] ? 0 : low[k]!));
  const bins = [0, 0, 0];
  const width = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const span = periodic[k] ? 1 : Math.max(high[k]! - low[k]!, 1e-9);
    bins[k] = Math.max(1, Math.min(most, Math.floor((span * heights[k]!) / binWidth)));
    width[k] = span / bins[k]!;
  }
  const [na, nb, nc] = bins as [number, number, number];
  const place = (k: number, f: number): number => Math.floor((f - origin[k]!) / width[k]!);
  const inside = (k: number, f: number): number => Math.max(0, Math.min(bins[k]! - 1, place(k, f)));
  const bin = new Int32Array(n);
  const head = new Int32Array(na * nb * nc + 1);
  for (let i = 0; i < n; i++) {
    bin[i] = (inside(0, s[3 * i]!) * nb + inside(1, s[3 * i + 1]!)) * nc + inside(2, s[3 * i + 2]!);
    head[bin[i]! + 1]!++;
  }
  for (let b = 1; b < head.length; b++) head[b]! += head[b - 1]!;
  const order = new Int32Array(n);
  const fill = head.slice();
  for (let i = 0; i < n; i++) order[fill[bin[i]!]!++] = i;

  const from = [0, 0, 0];
  const to = [0, 0, 0];
  const gather = (x: number, y: number, z: number, reach: number, out: SphereList): void => {
    out.count = 0;
    for (let k = 0; k < 3; k++) {
      const f = x * w[k]! + y * w[3 + k]! + z * w[6 + k]!;
      const half = reach / heights[k]!;
      from[k] = Math.max(place(k, f - half), periodic[k] ? -Infinity : 0);
      to[k] = Math.min(place(k, f + half), periodic[k] ? Infinity : bins[k]! - 1);
    }
    const limit = reach * reach;
    for (let ia = from[0]!; ia <= to[0]!; ia++) {
      const wa = Math.floor(ia / na);
      for (let ib = from[1]!; ib <= to[1]!; ib++) {
        const wb = Math.floor(ib / nb);
        for (let ic = from[2]!; ic <= to[2]!; ic++) {
          const wc = Math.floor(ic / nc);
          const at = ((ia - wa * na) * nb + (ib - wb * nb)) * nc + (ic - wc * nc);
          const ox = wa * m[0]! + wb * m[3]! + wc * m[6]!;
          const oy = wa * m[1]! + wb * m[4]! + wc * m[7]!;
          const oz = wa * m[2]! + wb * m[5]! + wc * m[8]!;
          for (let p = head[at]!; p < head[at + 1]!; p++) {
            const j = 4 * order[p]!;
            const px = rows[j]! + ox;
            const py = rows[j + 1]! + oy;
            const pz = rows[j + 2]! + oz;
            const r2 = (px - x) ** 2 + (py - y) ** 2 + (pz - z) ** 2;
            if (r2 <= limit) out.add(px, py, pz, rows[j + 3]!);
          }
        }
      }
    }
  };
  return {
    count: n,
    rows,
    largest: size.reduce((a, b) => Math.max(a, b), 0),
    smallest: size.reduce((a, b) => Math.min(a, b), Infinity),
    extent: [low, high],
    gather,
  };
}
