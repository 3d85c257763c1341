/**
 * Which atoms of different domains are near each other, in a periodic cube, by cells.
 * A domain meets its own periodic image like a stranger; inside one domain nothing counts as a contact.
 */
import type { Packing } from './packing.ts';

/** Pairs of atoms, and the working space to find them; arrays grow when they must and are then kept. */
export interface PairList {
  count: number;
  i: Int32Array;
  j: Int32Array;
  /** [N] cell of each atom */
  readonly cell: Int32Array;
  /** [N] atoms sorted by cell */
  readonly order: Int32Array;
  /** [cells³ + 1] where the atoms of a cell begin in `order` */
  start: Int32Array;
}

/** A pair list for that many atoms; its pairs grow when full. */
export function emptyPairList(atoms: number): PairList {
  return {
    count: 0,
    i: new Int32Array(8 * atoms + 64),
    j: new Int32Array(8 * atoms + 64),
    cell: new Int32Array(atoms),
    order: new Int32Array(atoms),
    start: new Int32Array(0),
  };
}

/** Component of a distance folded to the nearest image. */
export function nearest(x: number, edge: number): number {
  return x - edge * Math.round(x / edge);
}

/** Distance of two atoms, nearest image, Å. */
export function pairDistance(p: Packing, i: number, j: number): number {
  const { place } = p;
  const { edge } = p.pose;
  const dx = nearest(place[3 * j]! - place[3 * i]!, edge);
  const dy = nearest(place[3 * j + 1]! - place[3 * i + 1]!, edge);
  const dz = nearest(place[3 * j + 2]! - place[3 * i + 2]!, edge);
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

/** Whether two atoms belong to different domains, or to different images of one, and are nearer than √reach2. */
function inContact(p: Packing, a: number, b: number, reach2: number): boolean {
  const { place, domain } = p;
  const { edge } = p.pose;
  const x = place[3 * b]! - place[3 * a]!;
  const y = place[3 * b + 1]! - place[3 * a + 1]!;
  const z = place[3 * b + 2]! - place[3 * a + 2]!;
  if (domain[a] === domain[b]) {
    const half = edge / 2;
    if (Math.abs(x) < half && Math.abs(y) < half && Math.abs(z) < half) return false;
  }
  const dx = nearest(x, edge);
  const dy = nearest(y, edge);
  const dz = nearest(z, edge);
  return dx * dx + dy * dy + dz * dz < reach2;
}

/** Atoms sorted into cells no narrower than `reach`; filled one by one with `addAtom`. */
export interface Grid {
  readonly reach: number;
  readonly cells: number;
  /** [cells³] last atom added to the cell, −1 in an empty one */
  readonly head: Int32Array;
  /** [N] atom added to the same cell before */
  readonly next: Int32Array;
}

/** @param reach  Å, at most a third of the edge */
export function emptyGrid(p: Packing, reach: number): Grid {
  const cells = cellsAcross(p.pose.edge, reach);
  return { reach, cells, head: new Int32Array(cells ** 3).fill(-1), next: new Int32Array(p.domain.length) };
}

/** Enters an atom into the cell it lies in. */
export function addAtom(p: Packing, grid: Grid, a: number): void {
  const cell = cellOf(p, a, grid.cells);
  grid.next[a] = grid.head[cell]!;
  grid.head[cell] = a;
}

/** Whether atom `a` is nearer than the grid's reach to an atom of another domain in the grid. */
export function isCrowded(p: Packing, grid: Grid, a: number): boolean {
  const { cells, head, next, reach } = grid;
  const around = neighboursOf(cellOf(p, a, cells), cells);
  for (let o = 0; o < 27; o++) {
    for (let b = head[around[o]!]!; b >= 0; b = next[b]!) {
      if (inContact(p, a, b, reach * reach)) return true;
    }
  }
  return false;
}

/**
 * Finds all contacts nearer than `reach`, each once, O(N).
 *
 * @param reach  Å, at most a third of the edge
 */
export function findPairs(p: Packing, reach: number, list: PairList): void {
  const n = p.domain.length;
  const cells = cellsAcross(p.pose.edge, reach);
  if (list.start.length <= cells ** 3) list.start = new Int32Array(cells ** 3 + 1);
  const { cell, order, start } = list;
  start.fill(0);
  for (let a = 0; a < n; a++) start[(cell[a] = cellOf(p, a, cells))]!++;
  for (let c = 1; c <= cells ** 3; c++) start[c]! += start[c - 1]!;
  for (let a = n - 1; a >= 0; a--) order[--start[cell[a]!]!] = a;

  list.count = 0;
  for (let here = 0; here < cells ** 3; here++) {
    if (start[here] === start[here + 1]) continue;
    const around = neighboursOf(here, cells);
    // the cell itself and 13 of its 26 neighbours: every pair of cells once
    for (let o = 13; o < 27; o++) {
      const there = around[o]!;
      for (let s = start[here]!; s < start[here + 1]!; s++) {
        for (let t = o === 13 ? s + 1 : start[there]!; t < start[there + 1]!; t++) {
          if (inContact(p, order[s]!, order[t]!, reach * reach)) push(list, order[s]!, order[t]!);
        }
      }
    }
  }
}

function push(list: PairList, i: number, j: number): void {
  if (list.count === list.i.length) {
    list.i = doubled(list.i);
    list.j = doubled(list.j);
  }
  list.i[list.count] = i;
  list.j[list.count++] = j;
}

function doubled(old: Int32Array): Int32Array {
  const grown = new Int32Array(2 * old.length);
  grown.set(old);
  return grown;
}

function cellsAcross(edge: number, reach: number): number {
  return Math.max(3, Math.min(128, Math.floor(edge / reach)));
}

function cellOf(p: Packing, a: number, cells: number): number {
  const scale = cells / p.pose.edge;
  const x = foldCell(Math.floor(p.place[3 * a]! * scale), cells);
  const y = foldCell(Math.floor(p.place[3 * a + 1]! * scale), cells);
  const z = foldCell(Math.floor(p.place[3 * a + 2]! * scale), cells);
  return (x * cells + y) * cells + z;
}

/** What `neighboursOf` returns: kept, because it is asked for every atom. */
const neighbours = new Int32Array(27);

/** The cell (place 13) and its 26 neighbours; overwritten by the next call. */
function neighboursOf(cell: number, cells: number): Int32Array {
  const x = Math.floor(cell / (cells * cells));
  const y = Math.floor(cell / cells) % cells;
  const z = cell % cells;
  let o = 0;
  for (let i = x - 1; i <= x + 1; i++) {
    const plane = foldCell(i, cells) * cells;
    for (let j = y - 1; j <= y + 1; j++) {
      const row = (plane + foldCell(j, cells)) * cells;
      for (let k = z - 1; k <= z + 1; k++) neighbours[o++] = row + foldCell(k, cells);
    }
  }
  return neighbours;
}

function foldCell(c: number, cells: number): number {
  const folded = c % cells;
  return folded < 0 ? folded + cells : folded;
}
