/**
 * Decides which lattice sites of meeting domains are atoms: where two sheets meet, the one nearer to its own axis goes
 * on and the other ends there; what rims lose at contacts, all rims regain where there is room.
 */
import { addAtom, emptyGrid, isCrowded } from './contacts.ts';
import { type Packing, withoutDead } from './packing.ts';
import { pruneFlakes } from './sheet.ts';

/** [N] sites in ascending `radial`, the order in which flakes grow: from the axes outwards. */
export type SiteOrder = Int32Array;

/** Sites by their distance from the axis of their domain, nearest first. */
export function orderSites({ radial }: Packing): SiteOrder {
  return Int32Array.from(radial.keys()).sort((a, b) => radial[a]! - radial[b]! || a - b);
}

export interface Carved {
  /** the sites that are atoms */
  readonly atoms: Packing;
  /** radius of the discs before neighbours cut them, of a domain of mean width, Å */
  readonly radius: number;
  /** shortest distance allowed between domains when the flakes were cut, Å */
  readonly gap: number;
  /** share of the atoms of the uncut discs that was cut away */
  readonly trimmed: number;
}

/** Discs of one relative radius for all sheets, as if no domain met another, of together `wanted` atoms (or all there are). */
export function uncutDiscs(sites: Packing, wanted: number): Carved {
  return growTo(sites, wanted, Number.POSITIVE_INFINITY);
}

/**
 * Flakes of together `wanted` atoms with at least `gap` between domains.
 *
 * Sites are taken from the axes outwards, in all domains alike: each that touches its own flake and is no nearer than
 * `gap` to a site of another domain taken before. So flakes are stars around their axes,
 * without holes as far as was seen, and meeting domains share the room between them. The radius at which growth stops is the one that gives `wanted` atoms.
 *
 * @param sites    every lattice site a domain may use
 * @param gap      Å
 * @param wanted   atoms in all; fewer are returned when the sites are used up before
 */
export function carve(sites: Packing, order: SiteOrder, gap: number, wanted: number): Carved {
  const grid = emptyGrid(sites, gap);
  const taken = new Uint8Array(sites.domain.length);
  for (let s = 0; s < taken.length; s++) {
    const a = order[s]!;
    // the few sites around the axis start a flake, all others continue it
    if (sites.radial[a]! > 2 && !touches(sites.bonds, a, taken)) continue;
    if (isCrowded(sites, grid, a)) continue;
    taken[a] = 1;
    addAtom(sites, grid, a);
  }
  return growTo(sites, wanted, gap, taken);
}

function touches(bonds: Int32Array, a: number, taken: Uint8Array): boolean {
  for (let k = 3 * a; k < 3 * a + 3; k++) if (bonds[k]! >= 0 && taken[bonds[k]!]) return true;
  return false;
}

/**
 * Finds the radius within which `wanted` of the allowed sites lie (all when undefined), by bisection.
 *
 * @param least  a piece of a sheet that is cut in two stays when it has so many atoms; only the largest does when not given
 */
export function growTo(sites: Packing, wanted: number, gap: number, allowed?: Uint8Array, least?: number): Carved {
  const { radial } = sites;
  const alive = new Uint8Array(radial.length);
  let piece = sites.sheet;
  const select = (limit: number, from?: Uint8Array) => {
    let atoms = 0;
    for (let a = 0; a < alive.length; a++) alive[a] = radial[a]! < limit && (from === undefined || from[a]) ? 1 : 0;
    piece = pruneFlakes(sites.bonds, sites.sheet, alive, least);
    for (let a = 0; a < alive.length; a++) atoms += alive[a]!;
    return atoms;
  };
  // pruning only takes away: where there are too few sites without it, there is no need to look
  const sorted = (allowed ? radial.filter((_, a) => allowed[a]) : radial.slice()).sort();
  const fewer = (limit: number) =>
    sorted.length < wanted || sorted[wanted - 1]! >= limit || select(limit, allowed) < wanted;
  let high = radial.reduce((most, r) => Math.max(most, r), 0) + 0.01;
  let low = fewer(high) ? high : 0;
  while (high - low > 1e-3) {
    const middle = 0.5 * (low + high);
    if (fewer(middle)) low = middle;
    else high = middle;
  }
  const uncut = select(high);
  const atoms = select(high, allowed);
  const sheet = least === undefined ? sites.sheet : piece;
  return { atoms: withoutDead({ ...sites, sheet }, alive), radius: high, gap, trimmed: 1 - atoms / uncut };
}
