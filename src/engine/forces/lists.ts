/** Neighbour lists in the arena: laid out once, filled by the workers whenever atoms have moved too far. */
import type { Cell } from '../../core/cell.ts';
import { BackendError } from '../../core/errors.ts';
import { type Arena, Room } from './arena.ts';
import type { BondList } from './fragments.ts';
import { columnsWithin, type SortedAtoms } from './sort.ts';
import type { Team } from './team.ts';
import type { ListWish } from './terms.ts';

/** A list and its arrays. */
export interface PlacedList {
  readonly wish: ListWish;
  /** place of the squared cutoffs, skin included */
  readonly cut2: number;
  /** largest cutoff, skin included, Å */
  readonly reach: number;
  readonly first: Room;
  readonly count: Room;
  readonly entries: Room;
  readonly stencil: Room;
  readonly block: number;
  /** entries that each worker has room for */
  capacity: number;
}

/** What a list leaves out: nothing, pairs joined by some bonds, or atoms of one fragment. */
export type LeavesOut =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'bonds'; readonly path: number; readonly length: number; readonly bonds: PlacedList }
  /** place of the fragment of every row */
  | { readonly kind: 'fragment'; readonly place: number };

/** entries that a list always leaves free behind each worker's last atom: list.ts stops there */
const slack = 4200;

/** Room for the words of a list's block. */
const blockWords = 20;

/** A list without its neighbours. */
export function placeList(arena: Arena, wish: ListWish, skin: number): PlacedList {
  const cut2 = arena.put(wish.cutoffs.map((cutoff) => (cutoff > 0 ? (cutoff + skin) ** 2 : 0)));
  const reach = Math.max(...wish.cutoffs) + skin;
  const rooms = { first: new Room(arena), count: new Room(arena), entries: new Room(arena), stencil: new Room(arena) };
  return { wish, cut2, reach, ...rooms, block: arena.take(8 * blockWords), capacity: 0 };
}

/** The three words at the head of the block of a term that uses the list. */
export function listWords({ first, count, entries }: PlacedList): [number, number, number] {
  return [first.place, count.place, entries.place];
}

/**
 * All workers fill a list from their sorted rows; its arrays grow until all neighbours fit.
 *
 * @throws BackendError  an atom has more than 4096 neighbours, or memory has no room for the list
 */
export function fillList(
  list: PlacedList,
  arena: Arena,
  team: Team,
  sorted: SortedAtoms,
  cell: Cell,
  leavesOut: LeavesOut,
): void {
  const { n } = sorted;
  const { wish, cut2, reach } = list;
  const species = Math.round(Math.sqrt(wish.cutoffs.length));
  const columns = columnsWithin(reach, sorted, cell.orthorhombic);
  const stencil = list.stencil.put(columns);
  if (list.capacity === 0) {
    const neighbours = (4.19 * reach ** 3 * n) / Math.max(cell.volume, n * 4);
    list.capacity = Math.ceil(((wish.half ? 0.6 : 1.2) * neighbours + 2) * (n / team.workers + 1)) + slack;
  }
  for (;;) {
    const entries = list.entries.fit(4 * list.capacity * team.workers);
    const words = [list.first.fit(4 * n), list.count.fit(4 * n), entries, species, cut2, reach ** 2, wish.half ? 1 : 0];
    words.push(stencil, columns.length / 4, ...exclusionWords(leavesOut));
    arena.f64(list.block, words.length).set(words);
    team.run([{ operation: 'list', block: list.block, capacity: list.capacity }]);
    if (team.answers().every((answer) => answer[0]! >= 0)) return;
    if (list.capacity * team.workers > 2 ** 29) {
      throw new BackendError(`an atom has more than 4096 neighbours within ${reach} Å, or they do not fit into memory`);
    }
    list.capacity = Math.ceil(1.5 * list.capacity);
  }
}

/** How, path, squared distance beyond which no path reaches, bonds (first, count, entries), fragments. */
function exclusionWords(leavesOut: LeavesOut): number[] {
  switch (leavesOut.kind) {
    case 'nothing':
      return [0, 0, 0, 0, 0, 0, 0];
    case 'bonds':
      return [1, leavesOut.path, (leavesOut.path * leavesOut.length) ** 2, ...listWords(leavesOut.bonds), 0];
    case 'fragment':
      return [2, 0, 0, 0, 0, 0, leavesOut.place];
  }
}

/** A filled list of bonds, to be read here. */
export function bondsIn(list: PlacedList, arena: Arena, team: Team, n: number): BondList {
  const [first, count, entries] = listWords(list);
  return {
    first: arena.i32(first, n),
    count: arena.i32(count, n),
    entries: arena.i32(entries, list.capacity * team.workers),
  };
}
