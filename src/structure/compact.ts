/**
 * Squeezes scattered domains to the density asked at a constant number of atoms.
 */
import { type Carved, carve, type SiteOrder } from './carve.ts';
import { type Packing, placeAll, rescale } from './packing.ts';
import { relax } from './relax.ts';

/** Range of the overlap energy, Å: a little less than the spacing of graphite. */
export const overlapRange = 3.3;
/** Domains this far apart count as apart, Å. */
const apart = 3;
/** Distances at which meeting flakes may end, Å: the widest that does its job is taken, the last one always. */
const gaps = [3, 2.9, 2.8, 2.7, 2.65] as const;
/** A narrower gap is tried before flakes lose more than this share to their neighbours. */
const bearableTrim = 0.15;
const squeezes = 60;
const settlings = 12;
const iterations = 150;

/**
 * Shrinks the cube in even steps of its logarithm; after each step domains push each other apart, and where they jam
 * their flakes are carved anew. At the final size this goes on until domains are apart, or carving has nothing to gain.
 *
 * @param sites    every site a domain may use, in the pose of `discs`; its pose is changed
 * @param discs    scattered domains without contacts
 * @param edge     of the final cube, Å
 * @param turning  whether domains may turn where they jam
 * @param onStep   called with the share done
 * @returns atoms with no contact nearer than 2.65 Å; fewer than those of `discs` when the cube cannot hold them
 */
export function compact(
  sites: Packing,
  order: SiteOrder,
  discs: Carved,
  edge: number,
  turning: boolean,
  onStep: (share: number) => void,
): Carved {
  const relaxation = { range: overlapRange, clear: apart, iterations, turning };
  const { pose } = sites;
  const wanted = discs.atoms.domain.length;
  const from = pose.edge;
  let flakes = discs;
  for (let step = 1; step <= squeezes; step++) {
    rescale(pose, from * (edge / from) ** (step / squeezes));
    placeAll(flakes.atoms);
    if (relax(flakes.atoms, relaxation) < apart) flakes = carveAll(sites, order, wanted);
    onStep(step / (squeezes + settlings));
  }
  let best: Carved | undefined;
  for (let cycle = 1; cycle <= settlings; cycle++) {
    const clear = relax(flakes.atoms, relaxation) >= apart;
    if (clear && flakes.atoms.domain.length >= wanted) return flakes;
    flakes = carveAll(sites, order, wanted);
    if (best === undefined || isBetter(flakes, best, wanted)) best = frozen(flakes);
    onStep((squeezes + cycle) / (squeezes + settlings));
  }
  return best ?? flakes;
}

/** Carves with the widest gap at which the flakes lose little, else with the narrowest. */
function carveAll(sites: Packing, order: SiteOrder, wanted: number): Carved {
  placeAll(sites);
  let flakes: Carved | undefined;
  for (const gap of gaps) {
    flakes = carve(sites, order, gap, wanted);
    if (flakes.atoms.domain.length >= wanted && flakes.trimmed <= bearableTrim) return flakes;
  }
  return flakes!;
}

function isBetter(a: Carved, b: Carved, wanted: number): boolean {
  const surplus = Math.min(wanted, a.atoms.domain.length) - Math.min(wanted, b.atoms.domain.length);
  if (surplus !== 0) return surplus > 0;
  return a.gap > b.gap || (a.gap === b.gap && a.trimmed < b.trimmed);
}

/** Keeps pose and positions while the pose of the others goes on changing. */
function frozen(flakes: Carved): Carved {
  const { pose, place } = flakes.atoms;
  const own = { edge: pose.edge, centre: pose.centre.slice(), turn: pose.turn.slice() };
  return { ...flakes, atoms: { ...flakes.atoms, pose: own, place: place.slice() } };
}
