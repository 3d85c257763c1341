/** A carbon recipe as a person writes it. */
import type { z } from 'zod';
import { SpecError } from '../core/errors.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { count, firstProblem, group, quantity, text } from './fields.ts';

/** Schema of a recipe: written inline in a study, or a file of models/structures. */
export const recipeFields = group({
  name: text('name of the recipe').optional(),
  about: text('one sentence').optional(),
  cite: text('where the numbers come from').optional(),
  la: quantity('length', 'diameter of the graphitic domains in the plane', { atLeast: 8, atMost: 500 }),
  lc: quantity('length', 'height of the stacks', { above: 0, atMost: 500 }),
  d002: quantity('length', 'spacing of the sheets', { atLeast: 3.3, atMost: 4.5 }),
  density: quantity('density', 'mass density of the finished box', { above: 0 }),
  atoms: count('carbon atoms in the periodic box', 50).prefault(8000),
  edges: group({
    strong: quantity('fraction', 'fraction of edge carbons that are strong (bare); the others are H-terminated', {
      atLeast: 0,
      atMost: 1,
    }).prefault(0.15),
  }).prefault({}),
}).transform(({ la, lc, d002, density, atoms, edges }) => ({ la, lc, d002, density, atoms, edges }));

/**
 * Reads a recipe; the seed is not part of it.
 *
 * @param data   parsed JSON or YAML; lengths in Å or with a unit, density in g/cm³
 * @param where  name of the recipe, for messages
 * @throws SpecError  one line for the first problem
 */
export function parseRecipe(data: unknown, where = 'recipe'): Omit<HardCarbonRecipe, 'seed'> {
  const result: z.ZodSafeParseResult<Omit<HardCarbonRecipe, 'seed'>> = recipeFields.safeParse(data);
  if (result.success) return result.data;
  const { line, path } = firstProblem(result.error, where);
  throw new SpecError(path.length > 0 ? `${where}: ${line}` : line);
}
