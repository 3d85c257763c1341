/** A carbon recipe as a person writes it. */
import type { z } from 'zod';
import { elements } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { gramPerCm3 } from '../core/units.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { arealDensity } from '../structure/sheet.ts';
import { count, firstProblem, group, quantity, text } from './fields.ts';

/** Schema of a recipe: written inline in a study, or a file of models/structures. */
export const recipeFields = group({
  name: text('name of the recipe').optional(),
  about: text('one sentence').optional(),
  cite: text('where the numbers come from').optional(),
  la: quantity('length', 'diameter of the graphitic domains in the plane', { above: 5 }),
  lc: quantity('length', 'height of the stacks', { above: 0 }),
  d002: quantity('length', 'spacing of the sheets', { atLeast: 3.3, atMost: 5 }),
  density: quantity('density', 'mass density of the finished box', { above: 0 }),
  atoms: count('carbon atoms in the periodic box', 100).prefault(8000),
  edges: group({
    strong: quantity('fraction', 'fraction of edge carbons that are strong (bare); the others are H-terminated', {
      atLeast: 0,
      atMost: 1,
    }).prefault(0.15),
  }).prefault({}),
})
  .superRefine(({ density, d002 }, context) => {
    // nothing made of flat sheets is denser than sheets without edges or gaps
    const limit = ((arealDensity * elements.C!.mass) / d002) * gramPerCm3;
    if (density < limit) return;
    context.addIssue({
      code: 'custom',
      path: ['density'],
      message: `cannot be packed: must be below ${limit.toFixed(2)} g/cm³, the density of perfect sheets ${d002} Å apart, got ${density}`,
    });
  })
  .transform(({ la, lc, d002, density, atoms, edges }) => ({ la, lc, d002, density, atoms, edges }));

/**
 * Reads a recipe; the seed is not part of it.
 *
 * @param data   parsed JSON or YAML; lengths in Å or with a unit, density in g/cm³
 * @param where  name for messages about the whole
 * @throws SpecError  one line for the first problem
 */
export function parseRecipe(data: unknown, where = 'recipe'): Omit<HardCarbonRecipe, 'seed'> {
  const result: z.ZodSafeParseResult<Omit<HardCarbonRecipe, 'seed'>> = recipeFields.safeParse(data);
  if (result.success) return result.data;
  throw new SpecError(firstProblem(result.error, where).line);
}
