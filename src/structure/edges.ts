/**
 * Kinds of carbon site, read off the bonds: basal, armchair or zigzag edge, and which edges are strong; defects where the builder made them.
 */

import { elementOf } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import { RandomStream } from '../core/random.ts';
import { bondReach } from './sheet.ts';

/** Species of a typed carbon, in the order of the species table. */
export const carbonSpecies = [
  'C:basal',
  'C:armchair',
  'C:zigzag',
  'C:strong-armchair',
  'C:strong-zigzag',
  'C:vacancy',
  'C:stone-wales',
] as const;

/** Atoms that are part of a defect, in the numbering of the frame. */
export interface DefectSites {
  /** carbons beside a missing one: bare, however many edges are strong otherwise */
  readonly besideVacancy: readonly number[];
  /** the two carbons of every turned bond */
  readonly turned: readonly number[];
}

const basal = 0;
const armchair = 1;
const zigzag = 2;
/** armchair + strong is the strong armchair, zigzag + strong the strong zigzag */
const strong = 2;
const vacancy = 5;
const stoneWales = 6;

/**
 * Types every carbon of a frame by its bonds (r < 1.85 Å).
 *
 * Three bonds or more: basal. Fewer: edge; an edge carbon bonded to another edge carbon is armchair, else zigzag. Of the
 * edge carbons a random share is strong (bare, unsaturated); the others are H-terminated, hydrogens not explicit. Carbons beside a
 * vacancy count as strong and are of a kind of their own, as are those of a turned bond that have all three bonds.
 *
 * @param options.strongFraction  share of the edge carbons, 0 … 1, or a function of their number; met to the nearest whole atom
 * @param options.defects         atoms of defects
 * @returns the same atoms in the same order, species table `carbonSpecies`
 * @throws SpecError  an atom is no carbon, or the share is no share
 * @oracle test/unit/structure-edges.test.ts (zigzag and armchair ribbons)
 */
export function typeCarbons(
  frame: Frame,
  options: {
    readonly strongFraction: number | ((edges: number) => number);
    readonly seed: string | number;
    readonly defects?: DefectSites;
  },
): Frame {
  const { seed, defects } = options;
  const stranger = frame.species.find((name, k) => elementOf(name) !== 'C' && isUsed(frame, k));
  if (stranger !== undefined) {
    throw new SpecError(`only carbons can be typed, got a frame with "${stranger}"`);
  }
  const n = atomCount(frame);
  const { start, index } = neighborList(frame, bondReach);
  const isEdge = (i: number) => start[i + 1]! - start[i]! < 3;
  const rows = frame.rows.slice();
  const edges: number[] = [];
  for (let i = 0; i < n; i++) {
    if (!isEdge(i)) {
      rows[4 * i + 3] = basal;
      continue;
    }
    edges.push(i);
    rows[4 * i + 3] = index.subarray(start[i], start[i + 1]).some(isEdge) ? armchair : zigzag;
  }
  const share = options.strongFraction;
  const strongFraction = typeof share === 'number' ? share : share(edges.length);
  if (!(strongFraction >= 0 && strongFraction <= 1)) {
    throw new SpecError(`strongFraction must be 0 to 1, got ${strongFraction}`);
  }
  const forced = new Set(defects?.besideVacancy);
  const random = new RandomStream(seed, edgeLane);
  const wanted = Math.round(strongFraction * edges.length);
  const order = random.shuffle(edges);
  const chosen =
    forced.size === 0 ? order : [...order.filter((i) => forced.has(i)), ...order.filter((i) => !forced.has(i))];
  const first = order.reduce((sum, i) => sum + (forced.has(i) ? 1 : 0), 0);
  for (const i of chosen.slice(0, Math.max(wanted, first))) {
    if (forced.has(i)) rows[4 * i + 3] = vacancy;
    else rows[4 * i + 3]! += strong;
  }
  for (const i of defects?.turned ?? []) if (rows[4 * i + 3] === basal) rows[4 * i + 3] = stoneWales;
  return { ...frame, species: carbonSpecies, rows };
}

/** Stream of the seed that chooses strong edges; the builder of the frame uses lane 0. */
const edgeLane = 1;

function isUsed(frame: Frame, species: number): boolean {
  for (let k = 3; k < frame.rows.length; k += 4) if (frame.rows[k] === species) return true;
  return false;
}
