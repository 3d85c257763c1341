/**
 * Builds a hard carbon from its recipe: turbostratic domains of graphene packed at random, pores, defects, bridges, edges.
 */
import { cubicCell } from '../core/cell.ts';
import { massOf } from '../core/elements.ts';
import { atomCount, type Frame, selectAtoms, wrapped } from '../core/frame.ts';
import { RandomStream } from '../core/random.ts';
import type { Measured } from '../core/statistics.ts';
import { type Carved, growTo, orderSites, uncutDiscs } from './carve.ts';
import { checkRecipe, edgeOfCube, packedDensity, tooDense } from './check-recipe.ts';
import { compact, overlapRange } from './compact.ts';
import { type Bridge, findBridges } from './cross-links.ts';
import { chooseVacancies, turnBonds } from './defects.ts';
import { turbostraticDomain } from './domain.ts';
import type { DefectSites } from './edges.ts';
import { finishEdges } from './finish-edges.ts';
import { carvePores, leastPiece } from './grains.ts';
import { measureCarbon } from './measure.ts';
import { joinDomains, type Packing, rescale } from './packing.ts';
import type { Pore } from './pores.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { scatter } from './scatter.ts';
import { renumber } from './sheet.ts';
import { drawStacks } from './stacks.ts';

export { checkRecipe };

export interface HardCarbon {
  /** typed carbons, wrapped into a periodic cube; hydrogen and oxygen behind them where the recipe wants them as atoms */
  readonly frame: Frame;
  /** [N] domain of each atom, −1 for hydrogen and oxygen */
  readonly domain: Int32Array;
  readonly defects: DefectSites;
  /** pores that were carved, Å; none on the 'cards' route */
  readonly pores: readonly Pore[];
  /** what was built, beside what was asked; see `measureCarbon` */
  readonly measured: Record<string, Measured>;
  readonly warnings: string[];
}

/** Density at which domains are scattered before they are squeezed, g/cm³. */
const scatterDensity = 0.25;
/** Largest disc a flake may grow to, in units of the mean disc. */
const growth = 1.5;
/** A packing that jams short of the density asked is thrown away, at most so often. */
const attempts = 3;
/** Share of the atoms, hence of the density, that a packing may be short of. */
const tolerance = 0.004;

/**
 * A carbon from turbostratic domains in a periodic cube, by geometry alone.
 *
 * Both routes scatter stacks of discs (sizes, spacings, turns and shifts drawn from the recipe, bent where it says so) at
 * 0.25 g/cm³ without touching, in random orientations, and squeeze them. Where they jam, flakes end where they meet and all
 * rims grow to keep the number of atoms. Domains keep the orientation they were drawn with; only where the density leaves no
 * other way may they turn, which a warning tells. On the route 'cards' pores are what is left between them; on the route 'grains'
 * they are packed denser, and pores of the diameters asked are carved where they cost the fewest atoms, until the density is met.
 * Then come bridges between edges, vacancies, turned bonds, and the edges are typed.
 *
 * Cost is linear in the atoms: 0.2 s per 1000 at 1.45 g/cm³, 0.7 s with pores, three times that where domains have to turn.
 *
 * @param recipe              base units
 * @param options.onProgress  called with the share done (0 … 1) and what is being done
 * @param options.implicit    leaves out hydrogen and oxygen that the recipe wants as atoms, whose mass the density counts all the same
 * @returns atoms within 0.4 % and density within 0.5 % of what was asked, no two domains nearer than 2.65 Å but for bridges
 * @throws SpecError  a value out of range, the box narrower than a domain, or a density that such domains do not reach
 * @oracle test/unit/structure-hard-carbon.test.ts
 */
export function buildHardCarbon(
  recipe: HardCarbonRecipe,
  options: { readonly onProgress?: (done: number, text: string) => void; readonly implicit?: boolean } = {},
): HardCarbon {
  checkRecipe(recipe);
  const { seed, defects = {}, crossLinks = 0, atoms } = recipe;
  const vacancies = Math.round((defects.vacancies ?? 0) * atoms);
  const density = (recipe.density * carbonShare(recipe) * (atoms + vacancies)) / atoms;
  const wanted = { ...recipe, atoms: atoms + vacancies, density };
  const { packed, turned } = packDomains(wanted, new RandomStream(seed), options.onProgress);
  const { pores: asked } = recipe;
  const porous =
    asked && carvePores(packed, { ...wanted, pores: asked }, wanted.atoms, new RandomStream(seed, lanes.pores));
  let carved: Carved = porous ?? packed;
  if (crossLinks > 0) {
    // bridges count as atoms: make room for them first
    const bridges = bridgesOf(carved, crossLinks, seed).length;
    const { trimmed } = carved;
    carved = { ...growTo(carved.atoms, wanted.atoms - bridges, carved.gap, undefined, leastPiece), trimmed };
  }
  const finished = withDefects(carved, crossLinks, vacancies, Math.round((defects.stoneWales ?? 0) * atoms), recipe);
  const edges = { ...recipe.edges, ...(options.implicit && { explicit: false }) };
  const frame = finishEdges(finished.frame, finished.defects, { ...recipe, edges });
  options.onProgress?.(1, 'packed');
  const { measured, warnings } = measureCarbon(frame, carved, recipe);
  const domain = new Int32Array(atomCount(frame)).fill(-1);
  domain.set(finished.domain);
  const none = porous?.pores.length === 0 ? [noPoreWarning(recipe)] : [];
  const told = [...none, ...(turned ? [turnedWarning(recipe)] : []), ...finished.warnings, ...warnings];
  return { frame, domain, defects: finished.defects, pores: porous?.pores ?? [], measured, warnings: told };
}

function noPoreWarning({ density, atoms, pores }: HardCarbonRecipe): string {
  return (
    `no pore was carved: one of ${pores!.diameter} Å takes more atoms than ${density} g/cm³ leave to be taken from ${atoms}; ` +
    'ask for a lower density or more atoms'
  );
}

function turnedWarning({ density }: HardCarbonRecipe): string {
  return (
    `at ${density} g/cm³ domains of this size only fit when they turn face to face: ` +
    'X-rays see such neighbours as one stack, Lc reads higher and d002 lower than asked'
  );
}

/** Share of the mass that is carbon: explicit hydrogen and oxygen count in the density. */
function carbonShare({ edges: { explicit, hydrogen = 0, oxygen = 0 } }: HardCarbonRecipe): number {
  return explicit ? massOf('C') / (massOf('C') + hydrogen * massOf('H') + oxygen * massOf('O')) : 1;
}

/** Streams of the seed; edges are typed from lane 1. */
const lanes = { pores: 2, links: 3, defects: 4 } as const;

function bridgesOf(carved: Carved, crossLinks: number, seed: string | number): Bridge[] {
  const frame = frameOf(carved.atoms);
  const bridges = findBridges(frame, carved.atoms.domain, new RandomStream(seed, lanes.links));
  return bridges.slice(0, Math.round(crossLinks * bridges.length));
}

/** Bridges added, vacancies taken out, bonds turned. */
function withDefects(carved: Carved, crossLinks: number, vacancies: number, turns: number, recipe: HardCarbonRecipe) {
  const { seed, la, lc, d002, density } = recipe;
  const random = new RandomStream(seed, lanes.defects);
  const bridges = crossLinks > 0 ? bridgesOf(carved, crossLinks, seed) : [];
  const whole = frameOf(carved.atoms, bridges);
  const domains = renumberDomains(carved.atoms.domain, bridges);
  const { alive, beside, count } = chooseVacancies(whole, vacancies, random);
  const kept = vacancies > 0 ? selectAtoms(whole, (i) => alive[i] === 1) : whole;
  const turned = turnBonds(kept, turns, random);
  const { index } = renumber(alive);
  const warnings: string[] = [];
  if (count < vacancies) warnings.push(`only ${count} of ${vacancies} vacancies found a place inside a sheet`);
  if (turned.atoms.length < 2 * turns)
    warnings.push(`only ${turned.atoms.length / 2} of ${turns} Stone–Wales defects found a place inside a sheet`);
  const info = { recipe: 'hard-carbon', la, lc, d002, density, seed };
  return {
    frame: wrapped({ ...turned.frame, info }),
    domain: domains.filter((_, i) => alive[i] === 1),
    defects: { besideVacancy: beside.filter((i) => alive[i]).map((i) => index[i]!), turned: turned.atoms },
    warnings,
  };
}

/**
 * Domains scattered and squeezed until they hold the atoms asked, and those that pores will take. They keep the orientation they
 * were drawn with, unless that fails: then they may turn.
 */
function packDomains(
  recipe: HardCarbonRecipe,
  random: RandomStream,
  onProgress?: (done: number, text: string) => void,
) {
  const { density } = recipe;
  const edge = edgeOfCube(recipe.atoms, density);
  const packed = packedDensity(recipe);
  const atoms = Math.round((recipe.atoms * packed) / density);
  const { sites, order, discs } = scatterable({ ...recipe, atoms }, random);
  const roomy = sites.pose.edge;
  let done = 0;
  let best: Carved | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const text = `packing to ${packed.toPrecision(3)} g/cm³${attempt > 0 ? `, again (${attempt + 1} of ${attempts})` : ''}`;
    rescale(sites.pose, Math.max(edge, roomy));
    scatter(discs.atoms, overlapRange, random);
    const better = compact(sites, order, discs, edge, attempt > 0, (share) => {
      done = Math.max(done, share);
      onProgress?.(done, text);
    });
    if (best === undefined || count(better) > count(best)) best = better;
    if (count(best) >= (1 - tolerance) * atoms) return { packed: best, turned: attempt > 0 };
  }
  throw tooDense(recipe, Math.floor((1000 * density * count(best!)) / atoms) / 1000);
}

const count = (flakes: Carved) => flakes.atoms.domain.length;
/** Every site of every domain, and the uncut discs of the size asked; all domains lie at the origin. */
function scatterable(recipe: HardCarbonRecipe, random: RandomStream) {
  const { atoms, density, curvatureRadius } = recipe;
  const { stacks, diameter } = drawStacks(recipe, random);
  const domains = stacks.map(({ sheets, gaps, width }) => {
    const bend = curvatureRadius ? { radius: curvatureRadius, direction: Math.PI * random.uniform() } : undefined;
    return turbostraticDomain(growth * width * diameter, gaps, sheets, bend);
  });
  const roomy = edgeOfCube(atoms, Math.min(density, scatterDensity));
  const sites: Packing = joinDomains(
    domains,
    roomy,
    stacks.map(({ width }) => width),
  );
  return { sites, order: orderSites(sites), discs: uncutDiscs(sites, atoms) };
}

/** Number of each atom's domain when empty domains are not counted; a bridge belongs to the domain of its first end. */
function renumberDomains(domain: Int32Array, bridges: readonly Bridge[]): Int32Array {
  const index = new Map<number, number>();
  const numbers = Array.from(domain, (d) => {
    if (!index.has(d)) index.set(d, index.size);
    return index.get(d)!;
  });
  return Int32Array.from([...numbers, ...bridges.map(({ ends }) => numbers[ends[0]]!)]);
}

/** The atoms of a packing as plain carbons, and bridges behind them. */
function frameOf({ place, pose }: Packing, bridges: readonly Bridge[] = []): Frame {
  const n = place.length / 3;
  const rows = new Float64Array(4 * (n + bridges.length));
  for (let i = 0; i < n; i++) rows.set(place.subarray(3 * i, 3 * i + 3), 4 * i);
  bridges.forEach(({ position }, b) => {
    rows.set(position, 4 * (n + b));
  });
  return { cell: cubicCell(pose.edge), species: ['C'], rows };
}
