/**
 * What a recipe may ask for, found out before any work starts.
 */

import { elements } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { gramPerCm3 } from '../core/units.ts';
import { sheetCount } from './domain.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { arealDensity, bondLength } from './sheet.ts';

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
 *   ρ = ρ_stack · min(0.86, 0.94 · (1 + 2.36 Å / La)⁻² · min(1.1, n d / ((n − 1) d + 3 Å)))
 *
 * The first bracket is the gap of 2.65 Å that rims keep instead of a bond, the second the faces, which come nearer than
 * d002. The factors are the lower edge of what the builder reached for La 15–60 Å, 1–8 sheets n, d002 3.35–4.2 Å.
 */
export function highestDensity(recipe: Pick<HardCarbonRecipe, 'la' | 'lc' | 'd002'>): number {
  const { la, lc, d002 } = recipe;
  const n = sheetCount(lc, d002);
  const rims = (1 + 2.36 / la) ** -2;
  const faces = Math.min(1.1, (n * d002) / ((n - 1) * d002 + 3));
  return stackDensity(d002) * Math.min(0.86, 0.94 * rims * faces);
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
  const { la, lc, d002, density, atoms, seed, edges } = recipe;
  range(where + '.la', la, 8, 500, ' Å');
  range(where + '.d002', d002, 3.3, 4.5, ' Å');
  range(where + '.lc', lc, bondLength, 500, ' Å');
  range(where + '.atoms', atoms, 50, 5e6, '');
  if (!Number.isInteger(atoms)) throw new SpecError(`${where}.atoms must be a whole number, got ${atoms}`);
  range(where + '.edges.strong', edges.strong, 0, 1, '');
  if (typeof seed !== 'string' && !Number.isFinite(seed)) {
    throw new SpecError(`${where}.seed must be a text or a number, got ${seed}`);
  }
  const highest = Math.floor(1000 * highestDensity(recipe)) / 1000;
  if (density > highest) throw tooDense(recipe, highest, where);
  range(where + '.density', density, 0.1, highest, ' g/cm³');

  const width = Math.max(leastEdge, la, (sheetCount(lc, d002) + 1) * d002);
  const needed = Math.ceil((density * width ** 3) / carbonDensity);
  if (atoms < needed) {
    throw new SpecError(
      `${where}.atoms must be at least ${needed}, so that the box is as wide as a domain (${width.toFixed(1)} Å), got ${atoms}`,
    );
  }
}

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
