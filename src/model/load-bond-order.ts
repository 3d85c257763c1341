/** Bond-order terms of model files. */
import { z } from 'zod';
import { elementOf } from '../core/elements.ts';
import { ModelError } from '../core/errors.ts';
import { type TersoffParameters, tersoffFault } from '../io/tersoff-file.ts';
import type { BondOrderTerm } from './model.ts';

/** `{ "form": "bond-order", "elements": ["C"], "parameters": [{ "elements": ["C", "C", "C"], "m": 3, … }] }` */
export const bondOrderTerm = z.strictObject({
  form: z.literal('bond-order'),
  elements: z.array(z.string()).min(1),
  parameters: z.array(
    z.strictObject({
      elements: z.tuple([z.string(), z.string(), z.string()]),
      m: z.number(),
      gamma: z.number(),
      lambda3: z.number(),
      c: z.number(),
      d: z.number(),
      cosTheta0: z.number(),
      n: z.number(),
      beta: z.number(),
      lambda2: z.number(),
      b: z.number(),
      middle: z.number(),
      halfWidth: z.number(),
      lambda1: z.number(),
      a: z.number(),
    }),
  ),
});

/**
 * The term of a model over these species. An element applies to every species of it: C also to C:basal, C:zigzag …
 *
 * @param where  path of the term, for messages
 * @throws ModelError  a triple of elements is missing, comes twice or is of other elements; a parameter out of range
 */
export function bondOrderTermOf(
  species: readonly string[],
  { elements, parameters }: z.infer<typeof bondOrderTerm>,
  where: string,
): BondOrderTerm {
  const found = new Map<string, TersoffParameters>();
  parameters.forEach(({ elements: triple, ...entry }, k) => {
    const path = `${where}.parameters[${k}]`;
    const stranger = triple.find((element) => !elements.includes(element));
    if (stranger)
      throw new ModelError(`${path}: ${stranger} is not among the term's elements (${elements.join(', ')})`);
    if (found.has(triple.join(' '))) throw new ModelError(`${path}: ${triple.join(' ')} comes twice`);
    const fault = tersoffFault(entry, triple[1] === triple[2]);
    if (fault) throw new ModelError(`${path}.${fault.key} must be ${fault.wanted}, got ${entry[fault.key]}`);
    found.set(triple.join(' '), entry);
  });
  const triples = elements.flatMap((i) =>
    elements.flatMap((j) =>
      elements.map((k) => {
        const entry = found.get(`${i} ${j} ${k}`);
        if (!entry) throw new ModelError(`${where}.parameters: ${i} ${j} ${k} is missing`);
        return entry;
      }),
    ),
  );
  return { form: 'bond-order', elements, kind: species.map((name) => elements.indexOf(elementOf(name))), triples };
}
