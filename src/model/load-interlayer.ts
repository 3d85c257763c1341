/**
 * Interlayer terms of model files. In load.ts: `interlayerTerm` among the terms of the schema, and
 * `interlayerTermOf(file.species, term, where)`.
 */
import { z } from 'zod';
import { elementOf } from '../core/elements.ts';
import { ModelError } from '../core/errors.ts';
import { exclusionSpec } from './load-exclusion.ts';
import type { InterlayerLaw, InterlayerTerm } from './model.ts';

const positive = z.number().positive();
const atLeastZero = z.number().nonnegative();
const ends = { taperFrom: atLeastZero, cutoff: positive };

const law = z.discriminatedUnion('law', [
  z.strictObject({
    law: z.literal('kolmogorov-crespi'),
    z0: positive,
    c: z.number(),
    c0: z.number(),
    c2: z.number(),
    c4: z.number(),
    delta: positive,
    lambda: positive,
    a: z.number(),
    ...ends,
  }),
  z.strictObject({
    law: z.literal('ilp'),
    alpha: positive,
    beta: positive,
    gamma: positive,
    epsilon: z.number(),
    c: z.number(),
    d: positive,
    sR: positive,
    rEff: positive,
    c6: z.number(),
    ...ends,
  }),
]);

/** `{ "form": "interlayer", "exclusion": { … }, "pairs": { "C-C": { "law": "kolmogorov-crespi", … } } }` */
export const interlayerTerm = z.strictObject({
  form: z.literal('interlayer'),
  exclusion: exclusionSpec,
  pairs: z.record(z.string(), law),
});

/**
 * The term of a model over these species. An element applies to every species of it: C also to C:basal, C:zigzag …
 *
 * @param where  path of the term, for messages
 * @throws ModelError  a pair is not of the model's elements or comes twice; lengths in the wrong order
 */
export function interlayerTermOf(
  species: readonly string[],
  { exclusion, pairs }: z.infer<typeof interlayerTerm>,
  where: string,
): InterlayerTerm {
  const elements = species.map(elementOf);
  const laws: InterlayerLaw[] = [];
  const table = new Array<number>(species.length ** 2).fill(-1);
  for (const [key, spec] of Object.entries(pairs)) {
    const path = `${where}.pairs.${key}`;
    const pair = key.split('-');
    const [a, b] = pair as [string, string];
    if (pair.length !== 2 || !elements.includes(a) || !elements.includes(b)) {
      throw new ModelError(`${path}: "${key}" is not a pair of this model's elements (${elements.join(', ')})`);
    }
    if (spec.taperFrom >= spec.cutoff)
      throw new ModelError(`${path}.taperFrom must be below the cutoff ${spec.cutoff} Å, got ${spec.taperFrom}`);
    if (exclusion.length >= spec.cutoff)
      throw new ModelError(
        `${where}.exclusion.length must be below the cutoff ${spec.cutoff} Å of ${key}, got ${exclusion.length}`,
      );
    for (const [i, one] of elements.entries()) {
      for (const [j, other] of elements.entries()) {
        if (!(one === a && other === b) && !(one === b && other === a)) continue;
        const at = i * species.length + j;
        if (table[at]! >= 0) throw new ModelError(`${path}: the pair comes twice`);
        table[at] = laws.length;
      }
    }
    const { law: kind, ...parameters } = spec;
    laws.push({ kind, ...parameters } as InterlayerLaw);
  }
  return { form: 'interlayer', law: table, laws, exclusion };
}
