/**
 * How many pairs of atoms are how far apart: the one expensive step of every scattering curve.
 */
import { elementOf } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { boxColumns, type Columns, clusterColumns } from './atom-columns.ts';

export interface PairHistogram {
  /** Å; bin k holds distances within half a width of k · width */
  readonly width: number;
  /** Å; every bin up to this distance is complete */
  readonly rMax: number;
  readonly elements: readonly string[];
  /** [E] atoms of each element */
  readonly atoms: readonly number[];
  /** for each pair of elements a ≤ b at `pairIndex`: [bins] unordered pairs, every image counted, no atom with itself */
  readonly counts: readonly Float64Array[];
  /** Å³ of a periodic box; undefined for a cluster */
  readonly volume?: number;
}

export interface PairHistogramOptions {
  /** Å; an isolated cluster needs none: all its pairs count */
  readonly rMax?: number;
  /** Å, 0.01 when not given */
  readonly width?: number;
  /** called with the share done, 0 … 1 */
  readonly onProgress?: (share: number) => void;
}

/** Where the histogram of elements a and b is kept among those of n elements. */
export function pairIndex(a: number, b: number, n: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low * n - (low * (low - 1)) / 2 + high - low;
}

/**
 * Distances of all pairs nearer than rMax, all images counted, per pair of elements.
 *
 * Atoms stand in columns along c, sorted by height, so that those within reach of an atom are one run of memory per
 * column: a tight loop without a branch. Every pair is seen once; the cost is 2–4 ns a pair.
 *
 * @param frame  periodic in all directions, in any cell, or in none (a cluster)
 * @throws SpecError  periodic in one or two directions only, or no rMax for a periodic box
 * @oracle test/unit/analysis-scattering-pairs.test.ts (the neighbour list, in cubic and skewed cells and clusters)
 */
export function pairHistogram(frame: Frame, options: PairHistogramOptions = {}): PairHistogram {
  const width = options.width ?? 0.01;
  const box = isBox(frame);
  const elements = [...new Set(frame.species.map(elementOf))].filter((e) =>
    frame.species.some((name, s) => elementOf(name) === e && hasSpecies(frame, s)),
  );
  const kinds = Uint8Array.from({ length: atomCount(frame) }, (_, i) =>
    elements.indexOf(elementOf(speciesAt(frame, i))),
  );
  const columns = box
    ? boxColumns(frame, kinds, elements.length, width)
    : clusterColumns(frame, kinds, elements.length, width);
  const rMax = options.rMax ?? (box ? undefined : columns.diagonal * width);
  if (rMax === undefined) throw new SpecError('pair histogram: rMax must be given for a periodic box');
  const counts = countPairs(columns, rMax / width, elements.length, options.onProgress);
  return {
    width,
    rMax,
    elements,
    atoms: elements.map((_, e) => kinds.reduce((sum, kind) => sum + (kind === e ? 1 : 0), 0)),
    counts,
    volume: box ? frame.cell.volume : undefined,
  };
}

/**
 * True for a frame periodic in all directions, false for a cluster.
 *
 * @throws SpecError  periodic in one or two directions only
 */
export function isBox(frame: Frame): boolean {
  const [a, b, c] = frame.cell.periodic;
  if (a === b && b === c) return a;
  throw new SpecError('scattering: the cell must be periodic in all directions or in none, got a slab or a wire');
}

function hasSpecies(frame: Frame, s: number): boolean {
  for (let i = 3; i < frame.rows.length; i += 4) if (frame.rows[i] === s) return true;
  return false;
}

function countPairs(
  columns: Columns,
  reach: number,
  elements: number,
  onProgress?: (share: number) => void,
): Float64Array[] {
  const { start, na, nb, step, lattice, radius } = columns;
  const bins = Math.floor(reach + 0.5) + 1;
  // runs end a little beyond the sphere: what they reach there is thrown away
  const length = Math.ceil(reach + 4 * radius) + 4;
  const pairs = (elements * (elements + 1)) / 2;
  const histograms = Array.from({ length: pairs }, () => new Int32Array(length));
  const rb = Math.ceil((reach + 2 * radius) / step.by);
  for (let ib = 0; ib < nb; ib++) {
    for (let ia = 0; ia < na; ia++) {
      const own = ib * na + ia;
      for (let db = 0; db <= rb; db++) {
        const wb = Math.floor((ib + db) / nb);
        if (!lattice && wb !== 0) break;
        // columns in reach along a, given how far the row of columns stands off
        const off = Math.max(0, db * step.by - 2 * radius);
        const half = Math.sqrt(Math.max(0, reach * reach - off * off)) + 2 * radius;
        const first = db === 0 ? 0 : Math.ceil((-half - db * step.bx) / step.ax);
        const last = Math.floor((half - db * step.bx) / step.ax);
        for (let da = first; da <= last; da++) {
          const wa = Math.floor((ia + da) / na);
          if (!lattice && wa !== 0) continue;
          const other = (ib + db - wb * nb) * na + (ia + da - wa * na);
          const x = wa * na * step.ax + wb * nb * step.bx;
          const y = wb * nb * step.by;
          const z = lattice ? wa * lattice.az + wb * lattice.bz : 0;
          const middleX = columns.middle[0] + (ia + da) * step.ax + (ib + db) * step.bx;
          const middleY = columns.middle[1] + (ib + db) * step.by;
          const same = da === 0 && db === 0;
          for (let e = 0; e < elements; e++) {
            for (let f = 0; f < elements; f++) {
              const [from, to] = [start[own * elements + e]!, start[own * elements + e + 1]!];
              const [low, high] = [start[other * elements + f]!, start[other * elements + f + 1]!];
              if (from === to || low === high) continue;
              const histogram = histograms[pairIndex(e, f, elements)]!;
              sweep(columns, histogram, {
                from,
                to,
                low,
                high,
                x,
                y,
                z,
                middleX,
                middleY,
                reach,
                same,
                once: e <= f,
                twin: e === f,
              });
            }
          }
        }
      }
    }
    onProgress?.((ib + 1) / nb);
  }
  return histograms.map((h) => Float64Array.from(h.subarray(0, bins)));
}

interface Sweep {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** shift of the other column's image */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly middleX: number;
  readonly middleY: number;
  readonly reach: number;
  /** the other column is the column itself, up to a shift along c */
  readonly same: boolean;
  readonly once: boolean;
  readonly twin: boolean;
}

/** All pairs of one column with the images of another along c. */
function sweep(columns: Columns, histogram: Int32Array, s: Sweep): void {
  const { x, y, z, lattice, radius } = columns;
  const period = lattice?.cz ?? 0;
  const kLow = lattice ? Math.floor((z[s.from]! - s.reach - s.z) / period) : 0;
  const kHigh = lattice ? Math.floor((z[s.to - 1]! + s.reach - s.z) / period) : 0;
  for (let k = s.same ? Math.max(0, kLow) : kLow; k <= kHigh; k++) {
    const self = s.same && k === 0;
    if (self && !s.once) continue;
    const rise = s.z + k * period;
    let first = s.low;
    let end = s.low;
    for (let i = s.from; i < s.to; i++) {
      const ox = s.middleX - x[i]!;
      const oy = s.middleY - y[i]!;
      const across = Math.max(0, Math.sqrt(ox * ox + oy * oy) - radius);
      const up2 = s.reach * s.reach - across * across;
      if (up2 <= 0) continue;
      const up = Math.sqrt(up2);
      const zi = z[i]! - rise;
      while (first < s.high && z[first]! < zi - up) first++;
      while (first > s.low && z[first - 1]! >= zi - up) first--;
      while (end < s.high && z[end]! <= zi + up) end++;
      while (end > s.low && z[end - 1]! > zi + up) end--;
      tally(x, y, z, histogram, x[i]! - s.x, y[i]! - s.y, zi, self && s.twin ? i + 1 : first, end);
    }
  }
}

/** The loop that takes the time. */
function tally(
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  histogram: Int32Array,
  xi: number,
  yi: number,
  zi: number,
  first: number,
  end: number,
): void {
  let j = first;
  // four at a time, so that one root does not wait for another
  for (; j < end - 3; j += 4) {
    const ax = x[j]! - xi;
    const ay = y[j]! - yi;
    const az = z[j]! - zi;
    const bx = x[j + 1]! - xi;
    const by = y[j + 1]! - yi;
    const bz = z[j + 1]! - zi;
    const cx = x[j + 2]! - xi;
    const cy = y[j + 2]! - yi;
    const cz = z[j + 2]! - zi;
    const dx = x[j + 3]! - xi;
    const dy = y[j + 3]! - yi;
    const dz = z[j + 3]! - zi;
    const k = (Math.sqrt(ax * ax + ay * ay + az * az) + 0.5) | 0;
    const l = (Math.sqrt(bx * bx + by * by + bz * bz) + 0.5) | 0;
    const m = (Math.sqrt(cx * cx + cy * cy + cz * cz) + 0.5) | 0;
    const n = (Math.sqrt(dx * dx + dy * dy + dz * dz) + 0.5) | 0;
    histogram[k] = (histogram[k]! + 1) | 0;
    histogram[l] = (histogram[l]! + 1) | 0;
    histogram[m] = (histogram[m]! + 1) | 0;
    histogram[n] = (histogram[n]! + 1) | 0;
  }
  for (; j < end; j++) {
    const dx = x[j]! - xi;
    const dy = y[j]! - yi;
    const dz = z[j]! - zi;
    const k = (Math.sqrt(dx * dx + dy * dy + dz * dz) + 0.5) | 0;
    histogram[k] = (histogram[k]! + 1) | 0;
  }
}
