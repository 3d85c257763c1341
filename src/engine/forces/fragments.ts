/** Connected pieces and planes of sheets among sorted atoms and their ghosts, from the bonds of the atoms. */
import { planePoints } from './interlayer-block.ts';
import type { SortedAtoms } from './sort.ts';

/** Bonds of sorted atoms: full list, entries are rows (atoms or ghosts). */
export interface BondList {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly entries: Int32Array;
}

type Vector = readonly [number, number, number];

/** Lattice vector from its code. */
function vectorOf(code: number): Vector {
  const c = ((code + 512) & 1023) - 512;
  const rest = (code - c) / 1024;
  const b = ((rest + 512) & 1023) - 512;
  return [(rest - b) / 1024, b, c];
}

/**
 * [all] number of the fragment each row belongs to. A piece that closes a ring around the cell along some direction contains
 * its images in that direction; its other images are fragments of their own. An atom without bonds is alone.
 */
export function fragmentsOf(sorted: SortedAtoms, bonds: BondList): Int32Array {
  const { n, all, owner, code } = sorted;
  const piece = new Int32Array(n).fill(-1);
  /** image of the atom that bonds lead to from the first of its piece */
  const place: Vector[] = new Array<Vector>(n);
  const endless = new Map<number, number[][]>();
  for (let seed = 0; seed < n; seed++) {
    if (piece[seed]! >= 0 || bonds.count[seed] === 0) continue;
    const directions: number[][] = [];
    endless.set(seed, directions);
    piece[seed] = seed;
    place[seed] = [0, 0, 0];
    const queue = [seed];
    for (const i of queue) {
      for (let e = bonds.first[i]!; e < bonds.first[i]! + bonds.count[i]!; e++) {
        const row = bonds.entries[e]!;
        const j = owner[row]!;
        const there = sum(place[i]!, vectorOf(code[row]!));
        if (piece[j]! < 0) {
          piece[j] = seed;
          place[j] = there;
          queue.push(j);
          continue;
        }
        const rest = across(difference(there, place[j]!), directions);
        const length = Math.hypot(...rest);
        if (length > 1e-6) directions.push(rest.map((x) => x / length));
      }
    }
  }
  const numbers = new Map<string, number>();
  const fragment = new Int32Array(all);
  for (let row = 0; row < all; row++) {
    const o = owner[row]!;
    const p = piece[o]!;
    if (p < 0) {
      fragment[row] = -1 - row;
      continue;
    }
    const rest = across(difference(vectorOf(code[row]!), place[o]!), endless.get(p)!);
    const key = `${p} ${rest.map((x) => Math.round(1e4 * x)).join(' ')}`;
    let number = numbers.get(key);
    if (number === undefined) numbers.set(key, (number = numbers.size));
    fragment[row] = number;
  }
  return fragment;
}

const sum = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const difference = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** What is left of a vector across all the directions (orthonormal). */
function across(vector: readonly number[], directions: readonly (readonly number[])[]): number[] {
  return directions.reduce<number[]>(
    (rest, d) => {
      const along = rest[0]! * d[0]! + rest[1]! * d[1]! + rest[2]! * d[2]!;
      return rest.map((x, k) => x - along * d[k]!);
    },
    [...vector],
  );
}

/** [n, 3] rows of the three points of the sheet's plane at each atom; −1 in the first place: no plane. */
export function planesOf(sorted: SortedAtoms, bonds: BondList): Int32Array {
  const { n, owner, code, ghostFirst, ghosts } = sorted;
  const planes = new Int32Array(3 * n).fill(-1);
  const bondsOf = (atom: number): number[] => [
    ...bonds.entries.subarray(bonds.first[atom]!, bonds.first[atom]! + bonds.count[atom]!),
  ];
  /** row of an atom's image */
  const rowOf = (atom: number, vector: number): number => {
    if (vector === 0) return atom;
    for (let g = ghostFirst[atom]!; g < ghostFirst[atom + 1]!; g++) {
      if (code[ghosts[g]!] === vector) return ghosts[g]!;
    }
    return -1;
  };
  for (let i = 0; i < n; i++) {
    const mine = bondsOf(i);
    let points = planePoints(i, mine);
    if (!points && mine.length === 1) {
      // an atom with one bond takes the plane of the atom that it hangs on
      const holder = mine[0]!;
      const held = bondsOf(owner[holder]!).map((row) => rowOf(owner[row]!, code[row]! + code[holder]!));
      if (!held.includes(-1)) points = planePoints(holder, held);
    }
    if (points) planes.set(points, 3 * i);
  }
  return planes;
}
