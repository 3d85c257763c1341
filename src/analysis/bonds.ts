/**
 * Which atoms are bonded, judged by their distance alone: one reach per pair of elements, about 1.2 times the bond.
 */
import { elementOf } from '../core/elements.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';

/** Two atoms nearer than this are bonded, Å; pairs that are not listed (a guest metal, a noble gas) never are. */
export const bondReaches: Readonly<Record<string, number>> = {
  'C-C': 1.85,
  'C-H': 1.3,
  'C-O': 1.65,
  'C-N': 1.7,
  'C-F': 1.6,
  'B-C': 1.8,
  'C-P': 2.1,
  'C-S': 2.05,
  'C-Si': 2.15,
  'H-H': 0.95,
  'H-N': 1.25,
  'H-O': 1.2,
  'H-S': 1.55,
  'N-N': 1.6,
  'N-O': 1.6,
  'O-O': 1.6,
  'O-S': 1.75,
};

/** Half-open list of bonds: those of atom i are entries start[i] … start[i+1]−1. Every bond is listed from both ends. */
export interface Bonds {
  /** [N+1] */
  readonly start: Int32Array;
  /** [B] the other atom */
  readonly index: Int32Array;
  /** [B, 4] rows (dx, dy, dz, r), from i to the image of j, Å */
  readonly rows: Float64Array;
}

/**
 * Every bond of a frame, and the two atoms that are nearest to each other.
 *
 * @returns closest: undefined when no two atoms are within 10 Å
 * @oracle test/unit/analysis-bonding.test.ts
 */
export function findBonds(frame: Frame): { bonds: Bonds; closest: ClosestPair | undefined } {
  const n = atomCount(frame);
  const elements = frame.species.map(elementOf);
  const kinds = elements.length;
  const reach = new Float64Array(kinds * kinds);
  elements.forEach((a, p) => {
    elements.forEach((b, q) => {
      reach[p * kinds + q] = bondReaches[[a, b].sort().join('-')] ?? 0;
    });
  });
  const used = new Set<number>();
  for (let k = 3; k < frame.rows.length; k += 4) used.add(frame.rows[k]!);
  let longest = bondReaches['C-C']!;
  for (const p of used) for (const q of used) longest = Math.max(longest, reach[p * kinds + q]!);
  const list = neighborList(frame, longest);
  const start = new Int32Array(n + 1);
  const kept = new Int32Array(list.index.length);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const own = frame.rows[4 * i + 3]! * kinds;
    for (let p = list.start[i]!; p < list.start[i + 1]!; p++) {
      if (list.rows[4 * p + 3]! < reach[own + frame.rows[4 * list.index[p]! + 3]!]!) kept[count++] = p;
    }
    start[i + 1] = count;
  }
  const index = new Int32Array(count);
  const rows = new Float64Array(4 * count);
  for (let k = 0; k < count; k++) {
    const p = kept[k]!;
    index[k] = list.index[p]!;
    for (let d = 0; d < 4; d++) rows[4 * k + d] = list.rows[4 * p + d]!;
  }
  return { bonds: { start, index, rows }, closest: closestPair(frame, list) };
}

/** The two atoms that are nearest to each other, and how many pairs lie closer than atoms can. */
export interface ClosestPair {
  /** Å */
  readonly distance: number;
  /** atoms of the frame, counted from 0 */
  readonly atoms: readonly [number, number];
  /** pairs nearer than 1.1 Å, with one hydrogen 0.8 Å, with two 0.6 Å */
  readonly tooNear: number;
}

function closestPair(frame: Frame, near: ReturnType<typeof neighborList>): ClosestPair | undefined {
  let list = near;
  for (let reach = 3; list.index.length === 0 && reach <= 12; reach *= 2)
    list = neighborList(frame, Math.min(reach, 10));
  let best = -1;
  let atoms: [number, number] = [0, 0];
  let tooNear = 0;
  const hydrogen = frame.species.map((name) => (elementOf(name) === 'H' ? 1 : 0));
  const floor = [1.1, 0.8, 0.6];
  for (let i = 0; i + 1 < list.start.length; i++) {
    for (let p = list.start[i]!; p < list.start[i + 1]!; p++) {
      const j = list.index[p]!;
      if (j < i) continue;
      const r = list.rows[4 * p + 3]!;
      if (best < 0 || r < list.rows[4 * best + 3]!) {
        best = p;
        atoms = [i, j];
      }
      const light = hydrogen[frame.rows[4 * i + 3]!]! + hydrogen[frame.rows[4 * j + 3]!]!;
      // an atom's own images are listed twice
      if (r < floor[light]!) tooNear += i === j ? 0.5 : 1;
    }
  }
  return best < 0 ? undefined : { distance: list.rows[4 * best + 3]!, atoms, tooNear };
}
