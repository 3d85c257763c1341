/**
 * Which pairs a non-bonded term leaves out because a chain of bonds joins them.
 *
 * A pair is an atom and one image of another. It is joined when bonds lead from the one to the other and their displacements
 * add up to that of the pair: in a cell smaller than the cutoff an atom is bonded to one image and not to the next.
 *
 * @oracle test/unit/exclusion.test.ts
 */
import type { NeighborList } from '../core/neighbors.ts';
import type { BondExclusion } from './model.ts';

/** Å: displacements that add up to the same point differ by rounding, those of two images by a lattice vector. */
const samePoint = 1e-4;

/**
 * Marks the entries of a neighbour list that a term leaves out.
 *
 * @param kind       [N] the model's species of every atom
 * @param takesPart  by the model's species: atoms of the others neither bond nor are joined
 * @param list       with a cutoff ≥ `exclusion.length`
 * @returns [P] 1 where the two atoms are joined by at most `exclusion.bonds` bonds, or belong to one fragment. A fragment
 *   that reaches its own images along some directions (a periodic sheet) contains all its images in these directions, and
 *   no others: the next sheet is another fragment, also where it is an image of the first.
 */
export function excludedEntries(
  exclusion: BondExclusion,
  kind: Int32Array,
  takesPart: readonly boolean[],
  list: NeighborList,
): Uint8Array {
  const bonds = bondsOf(exclusion.length, kind, takesPart, list);
  return exclusion.bonds === 'fragment' ? sameFragment(bonds, list) : joinedByBonds(exclusion.bonds, bonds, list);
}

/** Bonds of atom i are list entries entry[start[i]] … entry[start[i + 1] − 1]. */
interface Bonds {
  readonly start: Int32Array;
  readonly entry: Int32Array;
}

function bondsOf(length: number, kind: Int32Array, takesPart: readonly boolean[], list: NeighborList): Bonds {
  const start = new Int32Array(kind.length + 1);
  const entry: number[] = [];
  for (let i = 0; i < kind.length; i++) {
    for (let e = list.start[i]!; takesPart[kind[i]!] && e < list.start[i + 1]!; e++) {
      if (list.rows[4 * e + 3]! < length && takesPart[kind[list.index[e]!]!]) entry.push(e);
    }
    start[i + 1] = entry.length;
  }
  return { start, entry: Int32Array.from(entry) };
}

/** Walks every path of at most `most` bonds from every atom. */
function joinedByBonds(most: number, bonds: Bonds, list: NeighborList): Uint8Array {
  const excluded = new Uint8Array(list.index.length);
  const n = list.start.length - 1;
  // the entries of the atom at hand by neighbour: first[j], then next[e]
  const first = new Int32Array(n).fill(-1);
  const next = new Int32Array(list.index.length);
  const walk = (at: number, x: number, y: number, z: number, left: number): void => {
    for (let b = bonds.start[at]!; b < bonds.start[at + 1]!; b++) {
      const bond = bonds.entry[b]!;
      const j = list.index[bond]!;
      const tx = x + list.rows[4 * bond]!;
      const ty = y + list.rows[4 * bond + 1]!;
      const tz = z + list.rows[4 * bond + 2]!;
      for (let e = first[j]!; e >= 0; e = next[e]!) {
        const off = Math.hypot(list.rows[4 * e]! - tx, list.rows[4 * e + 1]! - ty, list.rows[4 * e + 2]! - tz);
        if (off < samePoint) excluded[e] = 1;
      }
      if (left > 1) walk(j, tx, ty, tz, left - 1);
    }
  };
  for (let i = 0; i < n; i++) {
    if (bonds.start[i] === bonds.start[i + 1]) continue;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      next[e] = first[list.index[e]!]!;
      first[list.index[e]!] = e;
    }
    walk(i, 0, 0, 0, most);
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) first[list.index[e]!] = -1;
  }
  return excluded;
}

/**
 * Connected pieces. Each atom gets its place along the bonds from the first of its piece; where bonds close a ring around the
 * cell, the places differ by a lattice vector, which is a direction in which the piece goes on for ever.
 */
function sameFragment(bonds: Bonds, list: NeighborList): Uint8Array {
  const n = list.start.length - 1;
  const piece = new Int32Array(n).fill(-1);
  const place = new Float64Array(3 * n);
  /** by piece: orthonormal vectors along which it is endless */
  const endless = new Map<number, number[][]>();
  const offset = (e: number, i: number): number[] =>
    [0, 1, 2].map((k) => list.rows[4 * e + k]! + place[3 * i + k]! - place[3 * list.index[e]! + k]!);
  for (let seed = 0; seed < n; seed++) {
    if (piece[seed]! >= 0 || bonds.start[seed] === bonds.start[seed + 1]) continue;
    const directions: number[][] = [];
    endless.set(seed, directions);
    piece[seed] = seed;
    const queue = [seed];
    for (const i of queue) {
      for (let b = bonds.start[i]!; b < bonds.start[i + 1]!; b++) {
        const e = bonds.entry[b]!;
        const j = list.index[e]!;
        if (piece[j]! < 0) {
          piece[j] = seed;
          for (let k = 0; k < 3; k++) place[3 * j + k] = place[3 * i + k]! + list.rows[4 * e + k]!;
          queue.push(j);
          continue;
        }
        const rest = without(offset(e, i), directions);
        const length = Math.hypot(...rest);
        if (length > samePoint) directions.push(rest.map((x) => x / length));
      }
    }
  }
  const excluded = new Uint8Array(list.index.length);
  for (let i = 0; i < n; i++) {
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      if (piece[i]! < 0 || piece[list.index[e]!] !== piece[i]) continue;
      if (Math.hypot(...without(offset(e, i), endless.get(piece[i]!)!)) < samePoint) excluded[e] = 1;
    }
  }
  return excluded;
}

/** What is left of a vector across all the directions (orthonormal). */
function without(vector: number[], directions: readonly (readonly number[])[]): number[] {
  return directions.reduce<number[]>((rest, d) => {
    const along = rest.reduce((sum, x, k) => sum + x * d[k]!, 0);
    return rest.map((x, k) => x - along * d[k]!);
  }, vector);
}
