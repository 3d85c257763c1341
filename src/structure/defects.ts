/** Defects inside sheets: missing atoms and rotated bonds. */
import { atomCount, type Frame } from '../core/frame.ts';
import { type NeighborList, neighborList } from '../core/neighbors.ts';
import type { RandomStream } from '../core/random.ts';
import { bondReach } from './sheet.ts';

/** A carbon, and where its bonds lead. */
interface Bonds {
  readonly list: NeighborList;
  readonly of: (i: number) => Int32Array;
}

function bondsOf(frame: Frame): Bonds {
  const list = neighborList(frame, bondReach);
  return { list, of: (i) => list.index.subarray(list.start[i]!, list.start[i + 1]!) };
}

/** Whether an atom and all within `depth` bonds of it have three bonds. */
function isInside({ of }: Bonds, i: number, depth: number): boolean {
  if (of(i).length !== 3) return false;
  return depth === 0 || of(i).every((j) => isInside({ of } as Bonds, j, depth - 1));
}

/** Marks an atom and all within `depth` bonds of it. */
function mark(bonds: Bonds, i: number, depth: number, marked: Uint8Array): void {
  marked[i] = 1;
  if (depth > 0) for (const j of bonds.of(i)) mark(bonds, j, depth - 1, marked);
}

export interface Vacancies {
  /** [N] 1 for the atoms that stay */
  readonly alive: Uint8Array;
  /** atoms beside a missing one, in the numbering before */
  readonly beside: readonly number[];
  readonly count: number;
}

/**
 * Takes single atoms out of the inside of sheets, at random, none within four bonds of another or of an edge's neighbours.
 *
 * @param count  atoms to take; fewer are taken when there is no such place left
 */
export function chooseVacancies(frame: Frame, count: number, random: RandomStream): Vacancies {
  const n = atomCount(frame);
  const alive = new Uint8Array(n).fill(1);
  const beside: number[] = [];
  if (count < 1) return { alive, beside, count: 0 };
  const bonds = bondsOf(frame);
  const marked = new Uint8Array(n);
  let taken = 0;
  for (const i of random.shuffle(Array.from({ length: n }, (_, k) => k))) {
    if (taken >= count) break;
    if (marked[i] || !isInside(bonds, i, 2)) continue;
    mark(bonds, i, 4, marked);
    alive[i] = 0;
    beside.push(...bonds.of(i));
    taken++;
  }
  return { alive, beside, count: taken };
}

/**
 * Turns single bonds inside sheets by 90° about their middle, in the plane of the sheet: four hexagons become two pentagons and two
 * heptagons (Stone and Wales). Bonds around it are 1.51 Å long until the sheet is relaxed.
 *
 * @param count  bonds to turn; fewer are turned when there is no such place left
 * @returns the frame with turned bonds, and the two atoms of each
 * @cite Stone & Wales, Chem. Phys. Lett. 128, 501 (1986) doi:10.1016/0009-2614(86)80661-3
 */
export function turnBonds(frame: Frame, count: number, random: RandomStream): { frame: Frame; atoms: number[] } {
  if (count < 1) return { frame, atoms: [] };
  const n = atomCount(frame);
  const bonds = bondsOf(frame);
  const { start, index, rows: steps } = bonds.list;
  const marked = new Uint8Array(n);
  const rows = frame.rows.slice();
  const turned: number[] = [];
  for (const i of random.shuffle(Array.from({ length: n }, (_, k) => k))) {
    if (turned.length >= 2 * count) break;
    const pick = start[i]! + random.integer(Math.max(1, start[i + 1]! - start[i]!));
    if (marked[i] || !isInside(bonds, i, 3)) continue;
    const j = index[pick]!;
    if (marked[j] || !isInside(bonds, j, 3)) continue;
    mark(bonds, i, 4, marked);
    // half the bond, turned in the plane that the bonds of atom i span
    const half = [0, 1, 2].map((k) => steps[4 * pick + k]! / 2);
    const other = start[i]! + (pick === start[i] ? 1 : 0);
    const side = [0, 1, 2].map((k) => steps[4 * other + k]!);
    const length2 = half[0]! ** 2 + half[1]! ** 2 + half[2]! ** 2;
    const along = (half[0]! * side[0]! + half[1]! * side[1]! + half[2]! * side[2]!) / length2;
    const across = side.map((x, k) => x - along * half[k]!);
    const scale = Math.sqrt(length2) / Math.hypot(...across);
    for (let k = 0; k < 3; k++) {
      const middle = rows[4 * i + k]! + half[k]!;
      const shift = across[k]! * scale;
      const image = rows[4 * j + k]! - (rows[4 * i + k]! + 2 * half[k]!);
      rows[4 * i + k] = middle + shift;
      rows[4 * j + k] = middle - shift + image;
    }
    turned.push(i, j);
  }
  return { frame: { ...frame, rows }, atoms: turned };
}
