/** A crystal as a person writes it. */
import { z } from 'zod';
import { SpecError } from '../core/errors.ts';
import { count, firstProblem, group, quantity, word } from './fields.ts';
import type { CrystalSpec } from './md-spec.ts';

const cells = count('cells along this side');

/** Schema of a crystal: of a run of dynamics, or a file of models/structures. */
export const crystalFields = group({
  kind: word('which crystal', ['graphene', 'graphite']),
  cells: z
    .tuple([cells, cells], { error: 'must be two whole numbers, [cells along x, cells along y]' })
    .describe('cells of 2.46 Å (zigzag) and 4.26 Å (armchair)'),
  layers: count('sheets of graphite, even', 2).prefault(2),
  spacing: quantity('length', 'of the sheets of graphite', { above: 0 }).prefault(3.354),
  vacuum: quantity('length', 'height of the box of graphene', { above: 0 }).prefault(20),
});

/**
 * The crystal of a file of models/structures; undefined where the file is a recipe.
 *
 * @throws SpecError  one line for the first problem
 */
export function crystalIn(data: unknown, where: string): CrystalSpec | undefined {
  if (typeof data !== 'object' || data === null || !('crystal' in data)) return undefined;
  const result = z.object({ crystal: crystalFields }).safeParse(data);
  if (result.success) return result.data.crystal;
  throw new SpecError(`${where}: ${firstProblem(result.error, where).line}`);
}
