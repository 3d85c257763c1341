/** Functions of distance in model files: their schema, and what a file says of pairs of its species. */
import { z } from 'zod';
import { elementOf } from '../core/elements.ts';
import { ModelError } from '../core/errors.ts';
import { withCore, withCutoff } from './radial/cutoffs.ts';
import { type Radial, radialNamed } from './radial/radial.ts';
import type { NamedFunction } from './table.ts';

export const radialSpec = z
  .object({
    radial: z.string(),
    cutoff: z
      .strictObject({
        kind: z.enum(['truncate', 'shift', 'force-shift', 'taper']),
        from: z.number().nonnegative().optional(),
        to: z.number().positive(),
      })
      .optional(),
    core: z.strictObject({ from: z.number().nonnegative(), to: z.number().positive() }).optional(),
  })
  .catchall(z.union([z.number(), z.array(z.number())]));

/** A record keyed by species, pair or site. */
export const byName = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema);

export type RadialSpec = z.infer<typeof radialSpec>;

/** What the functions here need of a model file. */
export interface PairSpecies {
  readonly name: string;
  readonly species: readonly string[];
  readonly overlap: Readonly<Record<string, number>>;
}

/** @throws ModelError  unknown radial, or parameters it does not take */
export function compileRadial(spec: RadialSpec, where: string): Radial {
  const { radial, cutoff, core, ...parameters } = spec;
  try {
    const bare = radialNamed(radial, parameters);
    const ended = cutoff ? withCutoff(bare, cutoff) : bare;
    return core ? withCore(ended, core) : ended;
  } catch (error) {
    throw error instanceof ModelError ? new ModelError(`${where}: ${error.message}`) : error;
  }
}

/** Where a radial ends: its cutoff, or its largest knot. */
export function endOf(spec: RadialSpec, where: string): number {
  const knots = spec['radii'];
  const end = spec.cutoff?.to ?? (Array.isArray(knots) ? Math.max(...knots) : undefined);
  if (end === undefined) throw new ModelError(`${where} needs a cutoff`);
  return end;
}

/** `Na-Na` → indices of the two species. */
export function pairIndices(file: Pick<PairSpecies, 'species'>, key: string, where: string): [number, number] {
  const parts = key.split('-');
  for (let cut = 1; cut < parts.length; cut++) {
    const a = file.species.indexOf(parts.slice(0, cut).join('-'));
    const b = file.species.indexOf(parts.slice(cut).join('-'));
    if (a >= 0 && b >= 0) return [a, b];
  }
  throw new ModelError(`${where}: "${key}" is not a pair of this model's species (${file.species.join(', ')})`);
}

/** First tabulated distance of a pair: nearer than it is an overlap. */
export function overlapOf(file: PairSpecies, a: number, b: number): number {
  const [ea, eb] = [elementOf(file.species[a]!), elementOf(file.species[b]!)];
  const overlap = file.overlap[`${ea}-${eb}`] ?? file.overlap[`${eb}-${ea}`];
  if (overlap === undefined) throw new ModelError(`${file.name}: overlap.${ea}-${eb} is missing (Å)`);
  return overlap;
}

export type Compile = (spec: RadialSpec, where: string) => Radial;

/** A radial times a factor, named for the audit of its table. */
export const named = (what: string, f: Radial, factor = 1): NamedFunction => ({
  what,
  value: (r) => factor * f.value(r),
  slope: (r) => factor * f.slope(r),
});
