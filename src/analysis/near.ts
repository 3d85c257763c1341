/**
 * Who is near a point. The host is binned once and asked for every guest of every snapshot, which a neighbour list of
 * host and guests together would do again and again.
 */
import { atomCount, type Frame } from '../core/frame.ts';

/** Receives atom j and the vector from the point to its image, Å. */
export type Visit = (j: number, dx: number, dy: number, dz: number, r: number) => void;
export type Query = (x: number, y: number, z: number, visit: Visit) => void;

/**
 * Prepares a search for every image of every atom within `cutoff` of a point; any cell, also one smaller than the cutoff.
 *
 * @param cutoff  Å, > 0
 * @returns  query(x, y, z, visit), point in Å, anywhere in space; an atom exactly at the point is visited with r = 0
 * @oracle test/property/analysis-near.test.ts (brute force over images)
 */
export function nearby(frame: Frame, cutoff: number): Query {
  const n = atomCount(frame);
  const { cell, rows } = frame;
  const { matrix: m, inverse: w } = cell;
  const periodic = cell.periodic;
  const s = new Float64Array(3 * n);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < 3; k++) {
      const raw = rows[4 * i]! * w[k]! + rows[4 * i + 1]! * w[3 + k]! + rows[4 * i + 2]! * w[6 + k]!;
      s[3 * i + k] = periodic[k] ? raw - Math.floor(raw) : raw;
      low[k] = Math.min(low[k]!, s[3 * i + k]!);
      high[k] = Math.max(high[k]!, s[3 * i + k]!);
    }
  }
  const most = Math.ceil(Math.cbrt(8 * n + 1));
  const axes = [0, 1, 2].map((k) => {
    const origin = periodic[k] || n === 0 ? 0 : low[k]!;
    const span = periodic[k] || n === 0 ? 1 : Math.max(high[k]! - origin, 1e-9);
    const bins = Math.max(1, Math.min(most, Math.floor((span * cell.heights[k]!) / (0.5 * cutoff))));
    const width = span / bins;
    const reach = Math.ceil(cutoff / (width * cell.heights[k]!));
    return { origin, bins, width, reach, periodic: periodic[k]! };
  });
  const [a, b, c] = axes as [(typeof axes)[0], (typeof axes)[0], (typeof axes)[0]];
  const place = (axis: typeof a, f: number): number => Math.floor((f - axis.origin) / axis.width);
  // an open direction ends with its bins
  const first = (axis: typeof a, at: number): number => Math.max(at - axis.reach, axis.periodic ? -Infinity : 0);
  const last = (axis: typeof a, at: number): number =>
    Math.min(at + axis.reach, axis.periodic ? Infinity : axis.bins - 1);
  const inside = (axis: typeof a, f: number): number => Math.max(0, Math.min(axis.bins - 1, place(axis, f)));

  const bin = new Int32Array(n);
  const head = new Int32Array(a.bins * b.bins * c.bins + 1);
  for (let i = 0; i < n; i++) {
    bin[i] = (inside(a, s[3 * i]!) * b.bins + inside(b, s[3 * i + 1]!)) * c.bins + inside(c, s[3 * i + 2]!);
    head[bin[i]! + 1]!++;
  }
  for (let k = 1; k < head.length; k++) head[k]! += head[k - 1]!;
  const order = new Int32Array(n);
  const fill = head.slice();
  for (let i = 0; i < n; i++) order[fill[bin[i]!]!++] = i;

  return (x, y, z, visit) => {
    const f = [0, 1, 2].map((k) => {
      const raw = x * w[k]! + y * w[3 + k]! + z * w[6 + k]!;
      return periodic[k] ? raw - Math.floor(raw) : raw;
    });
    const [fa, fb, fc] = f as [number, number, number];
    const [pa, pb, pc] = [place(a, fa), place(b, fb), place(c, fc)];
    for (let ia = first(a, pa); ia <= last(a, pa); ia++) {
      const wa = Math.floor(ia / a.bins);
      for (let ib = first(b, pb); ib <= last(b, pb); ib++) {
        const wb = Math.floor(ib / b.bins);
        for (let ic = first(c, pc); ic <= last(c, pc); ic++) {
          const wc = Math.floor(ic / c.bins);
          const at = ((ia - wa * a.bins) * b.bins + (ib - wb * b.bins)) * c.bins + (ic - wc * c.bins);
          for (let p = head[at]!; p < head[at + 1]!; p++) {
            const j = order[p]!;
            const da = s[3 * j]! + wa - fa;
            const db = s[3 * j + 1]! + wb - fb;
            const dc = s[3 * j + 2]! + wc - fc;
            const dx = da * m[0]! + db * m[3]! + dc * m[6]!;
            const dy = da * m[1]! + db * m[4]! + dc * m[7]!;
            const dz = da * m[2]! + db * m[5]! + dc * m[8]!;
            const r2 = dx * dx + dy * dy + dz * dz;
            if (r2 < cutoff * cutoff) visit(j, dx, dy, dz, Math.sqrt(r2));
          }
        }
      }
    }
  };
}
