/** Atoms that stand on one point: the mark of a file read wrongly, or of symmetry applied twice. */
import type { Cell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { farthest } from './file-cell.ts';

/** Å; atoms nearer than this are on the same point */
export const samePoint = 0.1;
/** Å, width of a bin: wide enough that a point rarely has to look into a second one */
const binWidth = 0.4;

/** Points in a cell, asked whether one more falls on any of them. */
export interface PointGrid {
  /** index of a point within 0.1 Å of (x, y, z), periodic images included; −1 where there is none */
  near(x: number, y: number, z: number): number;
  /** puts a point in, numbered from 0 in order of arrival */
  add(x: number, y: number, z: number): void;
}

/**
 * Points hashed by bins of 0.4 Å: a question costs a few looks, however many points there are.
 *
 * @param cell      at least 0.2 Å between opposite faces
 * @param capacity  most points that will be put in
 */
export function pointGrid(cell: Cell, capacity: number): PointGrid {
  const { matrix: m, inverse: v, heights, periodic } = cell;
  const bins = heights.map((height) => Math.max(1, Math.floor(height / binWidth)));
  const reach = heights.map((height, k) => (samePoint / height) * bins[k]!);
  const mask = 2 ** Math.ceil(Math.log2(2 * capacity + 2)) - 1;
  const head = new Int32Array(mask + 1).fill(-1);
  const next = new Int32Array(capacity);
  const points = new Float64Array(3 * capacity);
  let used = 0;
  const place = (x: number, y: number, z: number, k: number): number => {
    const s = x * v[k]! + y * v[3 + k]! + z * v[6 + k]!;
    return periodic[k] ? s - Math.floor(s) : s;
  };
  const folded = (bin: number, k: number): number => (periodic[k] ? (bin + bins[k]!) % bins[k]! : bin);
  // two bins may share a slot: the distance decides
  const slot = (i: number, j: number, k: number): number => {
    const mixed = Math.imul(i, 73856093) ^ Math.imul(j, 19349663) ^ Math.imul(k, 83492791);
    return (mixed ^ (mixed >>> 15)) & mask;
  };
  const fits = (p: number, s0: number, s1: number, s2: number): boolean => {
    let d0 = points[3 * p]! - s0;
    let d1 = points[3 * p + 1]! - s1;
    let d2 = points[3 * p + 2]! - s2;
    if (periodic[0]) d0 -= Math.round(d0);
    if (periodic[1]) d1 -= Math.round(d1);
    if (periodic[2]) d2 -= Math.round(d2);
    const dx = d0 * m[0]! + d1 * m[3]! + d2 * m[6]!;
    const dy = d0 * m[1]! + d1 * m[4]! + d2 * m[7]!;
    const dz = d0 * m[2]! + d1 * m[5]! + d2 * m[8]!;
    return dx * dx + dy * dy + dz * dz < samePoint * samePoint;
  };
  return {
    near(x, y, z) {
      const [s0, s1, s2] = [place(x, y, z, 0), place(x, y, z, 1), place(x, y, z, 2)];
      const [f0, f1, f2] = [s0 * bins[0]!, s1 * bins[1]!, s2 * bins[2]!];
      for (let i = Math.floor(f0 - reach[0]!); i <= Math.floor(f0 + reach[0]!); i++) {
        for (let j = Math.floor(f1 - reach[1]!); j <= Math.floor(f1 + reach[1]!); j++) {
          for (let k = Math.floor(f2 - reach[2]!); k <= Math.floor(f2 + reach[2]!); k++) {
            let p = head[slot(folded(i, 0), folded(j, 1), folded(k, 2))]!;
            for (; p >= 0; p = next[p]!) if (fits(p, s0, s1, s2)) return p;
          }
        }
      }
      return -1;
    },
    add(x, y, z) {
      const [s0, s1, s2] = [place(x, y, z, 0), place(x, y, z, 1), place(x, y, z, 2)];
      const bin = (s: number, axis: number): number => folded(Math.floor(s * bins[axis]!), axis);
      const at = slot(bin(s0, 0), bin(s1, 1), bin(s2, 2));
      points[3 * used] = s0;
      points[3 * used + 1] = s1;
      points[3 * used + 2] = s2;
      next[used] = head[at]!;
      head[at] = used++;
    },
  };
}

/**
 * Refuses positions that no later step could use.
 *
 * @param name     name of the file, for messages
 * @param atomAt   where an atom stands in the file, e.g. `line 7`
 * @throws SpecError  a coordinate beyond 10⁶ Å, or two atoms within 0.1 Å of each other: both are named
 */
export function checkPositions(frame: Frame, name: string, atomAt: (i: number) => string): void {
  const { cell, rows } = frame;
  const n = atomCount(frame);
  for (let i = 0; i < rows.length; i++) {
    if (i % 4 === 3 || Math.abs(rows[i]!) <= farthest) continue;
    throw new SpecError(
      `${name}, ${atomAt(i >> 2)}: coordinate ${'xyz'[i % 4]} is ${rows[i]} Å, wanted at most ${farthest}`,
    );
  }
  const grid = pointGrid(cell, n);
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [rows[4 * i]!, rows[4 * i + 1]!, rows[4 * i + 2]!];
    const twin = grid.near(x, y, z);
    if (twin >= 0) throw new SpecError(`${name}, ${atomAt(i)}: ${twinMessage(atomAt(twin))}`);
    grid.add(x, y, z);
  }
}

/** What is said of an atom that stands on another. */
export function twinMessage(other: string): string {
  return `this atom stands on that of ${other} (nearer than ${samePoint} Å, periodic images included)`;
}
