/**
 * Builds a hard carbon from its recipe: turbostratic domains of graphene, packed at random to the density asked.
 */
import { cubicCell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { RandomStream } from '../core/random.ts';
import type { Measured } from '../core/statistics.ts';
import { type Carved, orderSites, type SiteOrder, uncutDiscs } from './carve.ts';
import { checkRecipe, edgeOfCube, tooDense } from './check-recipe.ts';
import { compact, overlapRange } from './compact.ts';
import { drawSheets, sheetCount, turbostraticDomain } from './domain.ts';
import { carbonSpecies, typeCarbons } from './edges.ts';
import { measureCarbon } from './measure.ts';
import { joinDomains, type Packing, rescale } from './packing.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { scatter } from './scatter.ts';
import { arealDensity, equivalentDiameter } from './sheet.ts';

export { checkRecipe };

export interface HardCarbon {
  /** typed carbons, wrapped into a periodic cube */
  readonly frame: Frame;
  /** [N] domain of each atom */
  readonly domain: Int32Array;
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
 * Random packing of turbostratic domains in a periodic cube.
 *
 * Sheets of the size asked (together `atoms` carbons, stacked to domains as evenly as their number allows) are
 * scattered at 0.25 g/cm³ without touching and squeezed; where they jam, flakes end where they meet, and all rims grow
 * to keep the number of atoms. Sheets stay flat; nothing is put into the pores between them. Assumes rigid, flat
 * sheets: no curvature, no cross-links, no defects inside a sheet.
 *
 * Cost is linear in the atoms: 0.2 s per 1000 at 1.45 g/cm³, 0.4 s where domains jam hard, three times that where they
 * are packed again.
 *
 * @param recipe              base units
 * @param options.onProgress  called with the share done (0 … 1) and what is being done
 * @returns atoms within 0.4 % and density within 0.5 % of what was asked, no two domains nearer than 2.65 Å
 * @throws SpecError  a value out of range, the box narrower than a domain, or a density that such domains do not reach
 * @oracle test/unit/structure-hard-carbon.test.ts
 */
export function buildHardCarbon(
  recipe: HardCarbonRecipe,
  options: { readonly onProgress?: (done: number, text: string) => void } = {},
): HardCarbon {
  checkRecipe(recipe);
  const { atoms, density, seed } = recipe;
  const random = new RandomStream(seed);
  const { sites, order, discs } = scatterable(recipe, random);
  const roomy = sites.pose.edge;
  const edge = edgeOfCube(atoms, density);

  let done = 0;
  let packed: Carved | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const text = `packing to ${density} g/cm³${attempt > 0 ? `, again (${attempt + 1} of ${attempts})` : ''}`;
    rescale(sites.pose, Math.max(edge, roomy));
    scatter(discs.atoms, overlapRange, random);
    const better = compact(sites, order, discs, edge, (share) => {
      done = Math.max(done, share);
      options.onProgress?.(done, text);
    });
    if (packed === undefined || count(better) > count(packed)) packed = better;
    if (count(packed) >= (1 - tolerance) * atoms) break;
  }
  if (packed === undefined || count(packed) < (1 - tolerance) * atoms) {
    throw tooDense(recipe, Math.floor((1000 * density * count(packed!)) / atoms) / 1000);
  }
  const domain = renumberDomains(packed.atoms);
  const frame = typeCarbons(frameOf(packed.atoms, edge, recipe), { strongFraction: recipe.edges.strong, seed });
  options.onProgress?.(1, 'packed');
  return { frame, domain, ...measureCarbon(frame, domain, packed, recipe) };
}

const count = (flakes: Carved) => flakes.atoms.domain.length;

/** Every site of every domain, and the uncut discs of the size asked; all domains lie at the origin. */
function scatterable(recipe: HardCarbonRecipe, random: RandomStream) {
  const { la, lc, d002, atoms, density } = recipe;
  const sheets = roundByRatio(atoms / (arealDensity * Math.PI * (la / 2) ** 2));
  const stacks = Math.max(1, Math.round(sheets / sheetCount(lc, d002)));
  const diameter = equivalentDiameter(atoms / sheets);
  const domains = Array.from({ length: stacks }, (_, k) => {
    const height = Math.floor(((k + 1) * sheets) / stacks) - Math.floor((k * sheets) / stacks);
    return turbostraticDomain(growth * diameter, d002, drawSheets(height, random));
  });
  const sites: Packing = joinDomains(domains, edgeOfCube(atoms, Math.min(density, scatterDensity)));
  const order: SiteOrder = orderSites(sites);
  return { sites, order, discs: uncutDiscs(sites, order, atoms) };
}

/** Whole number from 1 on whose ratio to x is nearest to 1: sheets should miss their size by as little as can be. */
function roundByRatio(x: number): number {
  const below = Math.max(1, Math.floor(x));
  return x > Math.sqrt(below * (below + 1)) ? below + 1 : below;
}

/** Number of each atom's domain when empty domains are not counted. */
function renumberDomains({ domain }: Packing): Int32Array {
  const index = new Map<number, number>();
  return domain.map((d) => {
    if (!index.has(d)) index.set(d, index.size);
    return index.get(d)!;
  });
}

function frameOf({ place }: Packing, edge: number, { la, lc, d002, density, seed }: HardCarbonRecipe): Frame {
  const rows = new Float64Array((place.length / 3) * 4);
  for (let i = 0; i < place.length / 3; i++) {
    for (let k = 0; k < 3; k++) {
      const x = place[3 * i + k]!;
      const wrapped = x - edge * Math.floor(x / edge);
      rows[4 * i + k] = wrapped < edge ? wrapped : 0;
    }
  }
  return {
    cell: cubicCell(edge),
    species: carbonSpecies,
    rows,
    info: { recipe: 'hard-carbon', la, lc, d002, density, seed },
  };
}
