/** The `exclusion` of non-bonded terms in model files. */
import { z } from 'zod';
import { ModelError } from '../core/errors.ts';
import type { BondExclusion, PairTables } from './model.ts';

/** `{ "bonds": 3 | "fragment", "length": 1.9 }` */
export const exclusionSpec = z.strictObject({
  bonds: z.union([z.int().min(1).max(6), z.literal('fragment')]),
  length: z.number().positive(),
});

/**
 * The exclusion of a pair term.
 *
 * @param where  path of the term, for messages
 * @throws ModelError  bonds longer than the term's tables: the neighbour list need not hold them
 */
export function pairExclusion(
  spec: z.infer<typeof exclusionSpec> | undefined,
  pair: PairTables,
  where: string,
): BondExclusion | null {
  if (!spec) return null;
  const end = Math.max(...pair.flat().map((table) => table?.to ?? 0));
  if (spec.length > end)
    throw new ModelError(`${where}.exclusion.length must be within the term's ${end} Å, got ${spec.length}`);
  return spec;
}
