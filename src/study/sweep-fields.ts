/** The `sweep` group of a study: which of its keys are varied, and how. */
import { z } from 'zod';
import { SpecError } from '../core/errors.ts';
import { count, group, numberOrText } from './fields.ts';
import { isGroup, readYaml, withRecipe } from './yaml-text.ts';

const keyPattern = /^[a-z]\w*(?:\.[a-z0-9]\w*)*$/i;

/** Keys with their values, in the order written. */
const valuesByKey = (about: string, wanted: string, least: number, most = Number.POSITIVE_INFINITY) =>
  z
    .record(
      z.string().regex(keyPattern, { error: (issue) => `must be a key like host.recipe.la, got "${issue.input}"` }),
      z.array(z.unknown(), { error: (issue) => `must be ${wanted}, got ${JSON.stringify(issue.input)}` }),
      { error: (issue) => `must be keys of the study with ${wanted} each, got ${JSON.stringify(issue.input)}` },
    )
    .superRefine((axes, context) => {
      for (const [key, values] of Object.entries(axes)) {
        if (values.length >= least && values.length <= most) continue;
        const got = values.length === 0 ? 'an empty list' : `${values.length} values`;
        context.addIssue({ code: 'custom', path: [key], message: `must be ${wanted}, got ${got}` });
      }
    })
    .meta({ description: about });

/** Schema of the group. */
export const sweepFields = group({
  grid: valuesByKey('every combination of these values', 'a list of values', 1).optional(),
  list: valuesByKey(
    'values taken together: the first of every key, then the second …',
    'a list of values',
    1,
  ).optional(),
  latin: group({
    points: count('points of the Latin hypercube', 2),
    seed: numberOrText('of the hypercube; that of the study when not given').optional(),
    ranges: valuesByKey('[low, high] of every key', 'a pair [low, high]', 2, 2),
  })
    .optional()
    .meta({ description: 'points spread evenly through ranges' }),
  seeds: count('seeds per point').prefault(1),
}).meta({ description: 'what cardhouse sweep varies' });

/** The group as it was read. */
export type SweepSpec = z.infer<typeof sweepFields>;

/** A study file as plain data, and what its `sweep` group says; the study itself is not judged yet. */
export interface SweepSource {
  readonly data: Readonly<Record<string, unknown>>;
  readonly sweep?: unknown;
}

/**
 * Takes a study file apart into the study, a recipe that it names written out, and its `sweep` group.
 *
 * @param file        name of the file, for messages; its stem names a study that gives no name
 * @param loadRecipe  contents of the recipe of a name
 * @throws SpecError  it is not YAML, or not a group of keys
 */
export function readSweepYaml(source: string, file = 'study', loadRecipe?: (name: string) => unknown): SweepSource {
  return readYaml(source, file, (read, stem): SweepSource => {
    if (!isGroup(read)) throw new SpecError(`${file} must be a group of keys, a study`);
    const { sweep, ...data } = withRecipe(read, 'host', loadRecipe) as Record<string, unknown>;
    return { data: { name: stem, ...data }, ...(sweep !== undefined && { sweep }) };
  });
}
