/**
 * What a recipe may ask for, found out before any work starts.
 */

import { elements } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { gramPerCm3 } from '../core/units.ts';

import { carbonRadius, wallThickness } from './pores.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { arealDensity, bondLength } from './sheet.ts';
import { sheetCount } from './stacks.ts';

/** Mass density of one carbon per Å³, g/cm³. */
export const carbonDensity = elements['C']!.mass * gramPerCm3;
/** Least width of the box, Å: three cells of the neighbour search. */
const leastEdge = 13;

/** Density of an endless turbostratic stack, σ m / d002, g/cm³. */
export function stackDensity(d002: number): number {
  return (arealDensity * carbonDensity) / d002;
}

/**
 * Highest density that random stacks of this size were found to reach, g/cm³.
 *
 *   ρ = ρ_stack · min(0.9, 0.94 · (1 + 2.36 Å / La)⁻² · min(1.1, n d / ((n − 1) d + 3 Å)))
 *
 * The first bracket is the gap of 2.65 Å that rims keep instead of a bond, the second the faces, which come nearer than
 * d002. The factors are the lower edge of what the builder reached for La 15–60 Å, 1–8 sheets n, d002 3.35–4.2 Å.
 */
export function highestDensity(recipe: Pick<HardCarbonRecipe, 'la' | 'lc' | 'd002'>): number {
  const { la, lc, d002 } = recipe;
  const n = sheetCount(lc, d002);
  const rims = (1 + 2.36 / la) ** -2;
  const faces = Math.min(1.1, (n * d002) / ((n - 1) * d002 + 3));
  return stackDensity(d002) * Math.min(0.9, 0.94 * rims * faces);
}

/**
 * Density up to which domains of this size find room without turning, g/cm³: their orientations stay as they were drawn, and
 * flakes lose less than a fifth to their neighbours.
 *
 *   ρ = ρ_stack · 0.88 · (1 + 2.36 Å / La)⁻² · (1 − 0.075 (La / Lc − 2)₊)
 *
 * Thin discs in random directions leave more room than thick ones. Read off builds of La 15–60 Å, Lc 7–30 Å.
 */
export function orientedDensity({ la, lc, d002 }: Pick<HardCarbonRecipe, 'la' | 'lc' | 'd002'>): number {
  const thin = Math.max(0.45, 1 - 0.075 * Math.max(0, la / lc - 2));
  return stackDensity(d002) * 0.88 * (1 + 2.36 / la) ** -2 * thin;
}

/**
 * Density of the stacks alone within their van der Waals surfaces, g/cm³: what a box without any pore would have.
 *
 *   ρ = ρ_stack · n d / ((n − 1) d + 2 r_C) · (La / (La + 2.2 Å))²
 *
 * Outermost nuclei lie 0.6 Å within the disc of equal area, so rims reach r_C − 0.6 Å = 1.1 Å beyond it.
 */
export function envelopeDensity({ la, lc, d002 }: Pick<HardCarbonRecipe, 'la' | 'lc' | 'd002'>): number {
  const n = Math.max(1, lc / d002);
  const faces = (n * d002) / ((n - 1) * d002 + 2 * carbonRadius);
  return stackDensity(d002) * faces * (la / (la + 2.2)) ** 2;
}

/** Edge of the cube that holds `atoms` carbons at the density asked, Å. */
export function edgeOfCube(atoms: number, density: number): number {
  return Math.cbrt((atoms * carbonDensity) / density);
}

/**
 * Finds out whether a recipe can be built.
 *
 * @param where  path of the recipe, for the message
 * @throws SpecError  a key is out of its range, the density is out of reach, or the box is narrower than a domain
 */
export function checkRecipe(recipe: HardCarbonRecipe, where = 'recipe'): void {
  const { la, lc, d002, density, atoms, seed, pores } = recipe;
  range(where + '.la', la, 8, 500, ' Å');
  range(where + '.d002', d002, 3.3, 4.5, ' Å');
  range(where + '.lc', lc, bondLength, 500, ' Å');
  range(where + '.atoms', atoms, 50, 5e6, '');
  if (!Number.isInteger(atoms)) throw new SpecError(`${where}.atoms must be a whole number, got ${atoms}`);
  checkOptions(recipe, where);
  if (typeof seed !== 'string' && !Number.isFinite(seed)) {
    throw new SpecError(`${where}.seed must be a text or a number, got ${seed}`);
  }
  const highest = Math.floor(1000 * highestDensity(recipe)) / 1000;
  if (density > highest) throw tooDense(recipe, highest, where);
  range(where + '.density', density, 0.1, highest, ' g/cm³');
  if (pores) checkPores(recipe, where);

  const width = Math.max(leastEdge, la, (sheetCount(lc, d002) + 1) * d002);
  const needed = Math.ceil((density * width ** 3) / carbonDensity);
  if (atoms < needed) {
    throw new SpecError(
      `${where}.atoms must be at least ${needed}, so that the box is as wide as a domain (${width.toFixed(1)} Å), got ${atoms}`,
    );
  }
}

/** The keys beside the sizes. */
function checkOptions(recipe: HardCarbonRecipe, where: string): void {
  const { la, lc, d002, route, pores, spread = {}, curvatureRadius, defects = {}, crossLinks = 0, edges } = recipe;
  const { strong, hydrogen = 0, oxygen = 0, explicit } = edges;
  range(where + '.edges.strong', strong, 0, 1, '');
  if (route === 'cards' && pores) {
    throw new SpecError(
      `${where}.pores must not be given on the route "cards", whose pores are what is left: use "grains"`,
    );
  }
  range(where + '.la.spread', spread.la ?? 0, 0, 0.4 * la, ' Å');
  range(where + '.lc.spread', spread.lc ?? 0, 0, 0.5 * lc, ' Å');
  range(where + '.d002.spread', spread.d002 ?? 0, 0, 0.1 * d002, ' Å');
  range(where + '.defects.vacancies', defects.vacancies ?? 0, 0, 0.03, '');
  range(where + '.defects.stoneWales', defects.stoneWales ?? 0, 0, 0.02, '');
  range(where + '.crossLinks', crossLinks, 0, 1, '');
  if (curvatureRadius !== undefined) {
    range(where + '.curvatureRadius', curvatureRadius, Math.ceil(Math.max(15, 0.6 * la, lc + 5)), 1e6, ' Å');
  }
  // a box holds about so many edge carbons; pores add more
  const edge = (pores ? 6.5 : 4.8) / la;
  range(where + '.edges.hydrogen', hydrogen, 0, Math.floor(1000 * edge) / 1000, '');
  range(where + '.edges.oxygen', oxygen, 0, Math.max(0, Math.floor(1000 * (edge - hydrogen)) / 1000), '');
  if (explicit && edges.hydrogen === undefined) {
    throw new SpecError(
      `${where}.edges.hydrogen must be given where hydrogens are explicit: they count in the density`,
    );
  }
}

/** Whether pores of this size and volume find room. */
function checkPores(recipe: HardCarbonRecipe, where: string): void {
  const pores = recipe.pores!;
  const { diameter, spread = 0, kind, neck, volume } = pores;
  const box = edgeOfCube(recipe.atoms, recipe.density);
  const widest = Math.floor(10 * Math.min(box / 2, box - wallThickness)) / 10;
  range(where + '.pores.diameter', diameter, 3, widest, ` Å in a box of ${box.toFixed(0)} Å`);
  range(where + '.pores.diameter.spread', spread, 0, 0.4 * diameter, ' Å');
  if (neck !== undefined) range(where + '.pores.neck', neck, 2, diameter, ' Å');
  const packed = packedDensity(recipe);
  const highest = highestDensity(recipe);
  if (volume !== undefined) {
    if (!(volume > 0)) throw new SpecError(`${where}.poreVolume must be above 0 cm³/g, got ${volume}`);
    if (packed > highest) {
      let most = recipe.density;
      while (most > 0.1 && packedDensity({ ...recipe, density: most }) > highest) most -= 0.01;
      throw new SpecError(
        `${where}.density must be at most ${most.toFixed(2)} g/cm³ beside ${volume} cm³/g of pores of ${diameter} Å: ` +
          `the carbon between them would be denser than such domains pack (${highest.toFixed(2)}), got ${recipe.density}`,
      );
    }
  } else if (recipe.density > 0.99 * packed) {
    throw new SpecError(
      `${where}.density must be at most ${(Math.floor(98 * packed) / 100).toFixed(2)} g/cm³ to leave room for pores ` +
        `(without pores it is filled to ${packed.toFixed(2)}), got ${recipe.density}`,
    );
  }
  if (kind === 'closed') {
    const share = volume === undefined ? 1 - recipe.density / Math.min(packed, highest) : volume * recipe.density;
    const most = closedShare * (diameter / (diameter + wallThickness)) ** 3;
    if (share > most) {
      throw new SpecError(
        `${where}.pores.kind must be open for pores of ${diameter} Å that take ${(100 * share).toFixed(0)} % of the box: ` +
          `closed ones, a sheet apart, take at most ${(100 * most).toFixed(0)} %`,
      );
    }
  }
}

/** Share of a box that spheres placed one after the other can fill. */
const closedShare = 0.6;

/**
 * What domains are packed to before pores are carved, g/cm³: a little less than the highest density, which takes long to reach.
 * Without pores it is the density asked.
 */
export function packedDensity(recipe: HardCarbonRecipe): number {
  const { pores, density } = recipe;
  if (!pores) return density;
  if (pores.volume === undefined) {
    return Math.min(comfort * highestDensity(recipe), Math.max(orientedDensity(recipe), density / mostSolid));
  }
  // the carbon that pores of this volume will take with them
  const share = pores.volume * density * (1 + (2 * carbonRadius) / pores.diameter) ** 3;
  return density / Math.max(0.1, 1 - carvedShare * share);
}

/** Solid share of a box with pores, unless the density asked leaves no room for them. */
const mostSolid = 0.92;
/** Of the highest density: what packing reaches without a struggle. */
const comfort = 0.95;
/** Carbon in the way of a pore, in units of what the mean density says: pores go where there is little. */
const carvedShare = 0.8;

/** The error for a density out of reach, naming the nearest one within. */
export function tooDense({ la, lc, d002, density }: HardCarbonRecipe, highest: number, where = 'recipe'): SpecError {
  return new SpecError(
    `${where}.density must be at most ${highest} g/cm³ for domains of la ${la} Å, lc ${lc} Å and d002 ${d002} Å ` +
      `(an endless stack has ${stackDensity(d002).toFixed(2)}), got ${density}`,
  );
}

function range(path: string, value: number, least: number, most: number, unit: string): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new SpecError(`${path} must be ${least} to ${most}${unit}, got ${JSON.stringify(value)}`);
}
