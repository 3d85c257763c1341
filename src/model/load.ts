/**
 * Model files (JSON, `cardhouse/model/1`) → compiled models. A new potential is one such file.
 */
import { z } from 'zod';
import { ModelError } from '../core/errors.ts';
import { bondOrderTerm, bondOrderTermOf } from './load-bond-order.ts';
import { embeddedTerm, embeddedTermOf } from './load-embedded.ts';
import { exclusionSpec, pairExclusion } from './load-exclusion.ts';
import { interlayerTerm, interlayerTermOf } from './load-interlayer.ts';
import {
  byName,
  type Compile,
  compileRadial,
  endOf,
  named,
  overlapOf,
  pairIndices,
  type RadialSpec,
  radialSpec,
} from './load-radial.ts';
import { emptyPairs, largestCutoff, type MetalReference, type Model, type PairTerm, type Term } from './model.ts';
import type { Radial } from './radial/radial.ts';
import { tabulate } from './table.ts';

const pairTerm = z.strictObject({
  form: z.literal('pair'),
  pair: byName(radialSpec),
  exclusion: exclusionSpec.optional(),
});

/** The file format. `listed` holds properties the file claims; tests recompute them. */
export const modelFileSchema = z.strictObject({
  format: z.literal('cardhouse/model/1'),
  name: z.string(),
  about: z.string(),
  citation: z.array(z.string()).min(1),
  licence: z.string(),
  validity: z.string(),
  provenance: z.string(),
  species: z.array(z.string()).min(1),
  host: z.array(z.string()),
  overlap: byName(z.number().positive()),
  cavity: byName(z.strictObject({ guest: z.number().nonnegative(), host: z.number().nonnegative() })),
  terms: z.array(z.discriminatedUnion('form', [pairTerm, embeddedTerm, bondOrderTerm, interlayerTerm])).min(1),
  reference: byName(
    z.strictObject({
      lattice: z.enum(['bcc', 'fcc']),
      anharmonicLnZ: z.number(),
      temperature: z.number().positive(),
    }),
  ),
  listed: byName(z.unknown()).optional(),
});

type ModelFile = z.infer<typeof modelFileSchema>;

/** How a model file is compiled. */
export interface LoadOptions {
  /**
   * eV: how far tables of pair terms may be off their formulas, where 16 384 rows can do that. Every table must be within 1e-7 eV,
   * which is what chains ask for; evaluation and dynamics can have more rows for nothing.
   */
  readonly tableError?: number;
}

/** A table error at which forces agree with formulas to 1e-9 of the largest, eV. */
export const fineTables: LoadOptions = { tableError: 1e-11 };

/**
 * Compiles a parsed model file: formulas to tables, each audited against its formula.
 *
 * @param data  parsed JSON
 * @param name  file name, for messages
 * @throws ModelError  wrong structure (with path), unknown radial or species, a table that fails its audit
 */
export function loadModel(data: unknown, name = 'model', { tableError }: LoadOptions = {}): Model {
  const parsed = modelFileSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ModelError(`${name}: ${issue.path.join('.') || 'file'}: ${issue.message}`);
  }
  const file = parsed.data;
  const compile = (spec: RadialSpec, where: string): Radial => compileRadial(spec, `${name}: ${where}`);
  const terms = file.terms.map((term, i): Term => {
    const where = `terms[${i}]`;
    if (term.form === 'pair') return pairTermOf(file, term, compile, where, tableError);
    if (term.form === 'bond-order') return bondOrderTermOf(file.species, term, `${name}: ${where}`);
    if (term.form === 'interlayer') return interlayerTermOf(file.species, term, `${name}: ${where}`);
    return embeddedTermOf(file, term, compile, where);
  });
  const references: Record<string, MetalReference> = {};
  for (const [species, reference] of Object.entries(file.reference)) references[species] = { species, ...reference };
  return {
    name: file.name,
    about: file.about,
    citation: file.citation,
    validity: file.validity,
    licence: file.licence,
    species: file.species,
    terms,
    cutoff: largestCutoff(terms),
    cavity: file.cavity,
    references,
    hostSpecies: file.host,
  };
}

function pairTermOf(
  file: ModelFile,
  term: z.infer<typeof pairTerm>,
  compile: Compile,
  where: string,
  tableError?: number,
): PairTerm {
  const pair = emptyPairs(file.species.length);
  for (const [key, spec] of Object.entries(term.pair)) {
    const path = `${where}.pair.${key}`;
    const [a, b] = pairIndices(file, key, path);
    const ends = [overlapOf(file, a, b), endOf(spec, path)] as const;
    const [table] = tabulate([named(path, compile(spec, path))], ...ends, tableError);
    pair[a]![b] = table!;
    pair[b]![a] = table!;
  }
  return { form: 'pair', pair, exclusion: pairExclusion(term.exclusion, pair, `${file.name}: ${where}`) };
}
