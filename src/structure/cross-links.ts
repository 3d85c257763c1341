/** Bonds between domains: single carbons that bridge edges which nearly touch. */
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import type { RandomStream } from '../core/random.ts';
import { bondReach } from './sheet.ts';

/** Edges this far apart can be joined by one carbon, two bonds of at most 1.5 Å, Å. */
const span = { least: 2.2, most: 3 } as const;
/** A bridge leaves an edge within 70° of where its missing bond points. */
const leastCosine = Math.cos((70 * Math.PI) / 180);
/** Least distance of a bridge from atoms that it is not bonded to, Å. */
const clearance = 1.9;

/** Where a carbon can bridge two edges. */
export interface Bridge {
  /** the edge carbons it joins */
  readonly ends: readonly [number, number];
  /** Å */
  readonly position: readonly [number, number, number];
}

/**
 * Bridges between edge carbons of different domains, each edge carbon in one at most, in random order: take as many as are wanted.
 *
 * Relaxation draws the bridge's bonds to 1.4–1.5 Å.
 *
 * @param domain  [N] domain of each atom
 */
export function findBridges(frame: Frame, domain: Int32Array, random: RandomStream): Bridge[] {
  const n = atomCount(frame);
  const { start, index, rows } = neighborList(frame, span.most);
  const outward = new Float64Array(3 * n);
  const bonds = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      if (rows[4 * p + 3]! >= bondReach) continue;
      bonds[i]!++;
      for (let k = 0; k < 3; k++) outward[3 * i + k]! -= rows[4 * p + k]! / rows[4 * p + 3]!;
    }
  }
  const pairs: number[] = [];
  for (let i = 0; i < n; i++) {
    if (bonds[i] !== 2) continue;
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      const j = index[p]!;
      if (j > i && bonds[j] === 2 && domain[i] !== domain[j] && rows[4 * p + 3]! >= span.least) pairs.push(p, i);
    }
  }
  const order = random.shuffle(Array.from({ length: pairs.length / 2 }, (_, k) => k));
  const used = new Uint8Array(n);
  const bridges: Bridge[] = [];
  for (const pair of order) {
    const [p, i] = [pairs[2 * pair]!, pairs[2 * pair + 1]!];
    const j = index[p]!;
    if (used[i] || used[j]) continue;
    const step = [rows[4 * p]!, rows[4 * p + 1]!, rows[4 * p + 2]!] as const;
    if (slant(outward, i, step, 1) < leastCosine || slant(outward, j, step, -1) < leastCosine) continue;
    if (!isClear(i, step)) continue;
    used[i] = used[j] = 1;
    const position = [0, 1, 2].map((k) => frame.rows[4 * i + k]! + step[k]! / 2) as [number, number, number];
    bridges.push({ ends: [i, j], position });
  }
  return apartFromEachOther(frame, bridges);

  function isClear(i: number, step: readonly [number, number, number]): boolean {
    for (let q = start[i]!; q < start[i + 1]!; q++) {
      const d = Math.hypot(rows[4 * q]! - step[0] / 2, rows[4 * q + 1]! - step[1] / 2, rows[4 * q + 2]! - step[2] / 2);
      const isEnd = Math.abs(d - Math.hypot(...step) / 2) < 1e-9;
      if (!isEnd && d < clearance) return false;
    }
    return true;
  }
}

/** Cosine between where the missing bond of an atom points and a direction. */
function slant(outward: Float64Array, i: number, step: readonly number[], sign: number): number {
  const [x, y, z] = [outward[3 * i]!, outward[3 * i + 1]!, outward[3 * i + 2]!];
  return (sign * (x * step[0]! + y * step[1]! + z * step[2]!)) / (Math.hypot(x, y, z) * Math.hypot(...step));
}

/** Leaves out bridges that are too near to one before. */
function apartFromEachOther(frame: Frame, bridges: readonly Bridge[]): Bridge[] {
  const rows = Float64Array.from(bridges.flatMap(({ position }) => [...position, 0]));
  const { start, index } = neighborList({ ...frame, species: ['C'], rows }, clearance);
  const kept = new Uint8Array(bridges.length);
  return bridges.filter((_, b) => {
    kept[b] = index.subarray(start[b], start[b + 1]).some((other) => kept[other]) ? 0 : 1;
    return kept[b] === 1;
  });
}
