/**
 * Model files (JSON, `cardhouse/model/1`) → compiled models. A new potential is one such file.
 */
import { z } from 'zod';
import { elementOf } from '../core/elements.ts';
import { ModelError } from '../core/errors.ts';
import { bondOrderTerm, bondOrderTermOf } from './load-bond-order.ts';
import { exclusionSpec, pairExclusion } from './load-exclusion.ts';
import { interlayerTerm, interlayerTermOf } from './load-interlayer.ts';
import {
  type ChargeSwitch,
  type EmbeddedTerm,
  emptyPairs,
  largestCutoff,
  type MetalReference,
  type Model,
  type PairTerm,
  type Term,
} from './model.ts';
import { withCore, withCutoff } from './radial/cutoffs.ts';
import { type Radial, radialNamed } from './radial/radial.ts';
import { type NamedFunction, type Table, tabulate, tabulateLog } from './table.ts';

const radialSpec = z
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

const byName = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema);

const pairTerm = z.strictObject({
  form: z.literal('pair'),
  pair: byName(radialSpec),
  exclusion: exclusionSpec.optional(),
});

const embeddedTerm = z.strictObject({
  form: z.literal('embedded'),
  pair: byName(radialSpec),
  density: byName(radialSpec),
  embedding: byName(z.strictObject({ xi: z.number(), exponent: z.number().gt(0).lt(1) })),
  chargeSwitch: z
    .strictObject({
      bulkCoordination: byName(z.number().positive()),
      switchFraction: byName(z.number().positive()),
      coordination: byName(radialSpec),
      repulsion: byName(radialSpec),
      host: byName(z.strictObject({ ion: radialSpec, metal: radialSpec })),
      strength: byName(byName(z.number().positive())),
      metallicShare: byName(byName(z.number())).optional(),
    })
    .optional(),
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
type RadialSpec = z.infer<typeof radialSpec>;

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

function compileRadial(spec: RadialSpec, where: string): Radial {
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
function endOf(spec: RadialSpec, where: string): number {
  const knots = spec['radii'];
  const end = spec.cutoff?.to ?? (Array.isArray(knots) ? Math.max(...knots) : undefined);
  if (end === undefined) throw new ModelError(`${where} needs a cutoff`);
  return end;
}

/** `Na-Na` → indices of the two species. */
function pairIndices(file: ModelFile, key: string, where: string): [number, number] {
  const parts = key.split('-');
  for (let cut = 1; cut < parts.length; cut++) {
    const a = file.species.indexOf(parts.slice(0, cut).join('-'));
    const b = file.species.indexOf(parts.slice(cut).join('-'));
    if (a >= 0 && b >= 0) return [a, b];
  }
  throw new ModelError(`${where}: "${key}" is not a pair of this model's species (${file.species.join(', ')})`);
}

/** First tabulated distance of a pair: nearer than it is an overlap. */
function overlapOf(file: ModelFile, a: number, b: number): number {
  const [ea, eb] = [elementOf(file.species[a]!), elementOf(file.species[b]!)];
  const overlap = file.overlap[`${ea}-${eb}`] ?? file.overlap[`${eb}-${ea}`];
  if (overlap === undefined) throw new ModelError(`${file.name}: overlap.${ea}-${eb} is missing (Å)`);
  return overlap;
}

type Compile = (spec: RadialSpec, where: string) => Radial;

const named = (what: string, f: Radial, factor = 1): NamedFunction => ({
  what,
  value: (r) => factor * f.value(r),
  slope: (r) => factor * f.slope(r),
});

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

function embeddedTermOf(
  file: ModelFile,
  term: z.infer<typeof embeddedTerm>,
  compile: Compile,
  where: string,
): EmbeddedTerm {
  const n = file.species.length;
  const change = term.chargeSwitch;
  const tables = {
    pair: emptyPairs(n),
    density: emptyPairs(n),
    coordination: emptyPairs(n),
    repulsion: emptyPairs(n),
    ion: emptyPairs(n),
    metal: emptyPairs(n),
  };
  // all functions of one guest pair share their knots
  const keys = new Set(
    [term.pair, term.density, change?.coordination ?? {}, change?.repulsion ?? {}].flatMap((group) =>
      Object.keys(group),
    ),
  );
  for (const key of keys) {
    const [a, b] = pairIndices(file, key, `${where}.pair`);
    const parts = (['pair', 'density', 'coordination', 'repulsion'] as const).flatMap((part) => {
      const group = part === 'pair' || part === 'density' ? term[part] : change?.[part];
      const spec = group?.[key];
      return spec ? [{ part, spec, path: `${where}.${part}.${key}` }] : [];
    });
    const to = Math.max(...parts.map(({ spec, path }) => endOf(spec, path)));
    const made = tabulate(
      parts.map(({ spec, path }) => named(path, compile(spec, path))),
      overlapOf(file, a, b),
      to,
    );
    parts.forEach(({ part }, i) => {
      tables[part][a]![b] = made[i]!;
      if (part !== 'density') tables[part][b]![a] = made[i]!;
    });
  }
  const embedding = file.species.map((species): Table | null => {
    const spec = term.embedding[species];
    if (!spec) return null;
    const { xi, exponent } = spec;
    return tabulateLog({
      what: `${where}.embedding.${species}`,
      value: (rho) => (rho > 0 ? -xi * rho ** exponent : 0),
      slope: (rho) => -xi * exponent * rho ** (exponent - 1),
    });
  });
  let chargeSwitch: ChargeSwitch | null = null;
  if (change) {
    for (const [guest, host] of Object.entries(change.host)) {
      const path = `${where}.chargeSwitch.host.${guest}`;
      const ion = compile(host.ion, `${path}.ion`);
      const metal = compile(host.metal, `${path}.metal`);
      const to = Math.max(endOf(host.ion, path), endOf(host.metal, path));
      for (const [site, strength] of Object.entries(change.strength[guest] ?? {})) {
        const [a, b] = pairIndices(file, `${guest}-${site}`, path);
        const share = strength * (change.metallicShare?.[guest]?.[site] ?? 0);
        const [ionTable, metalTable] = tabulate(
          [
            named(`${path}.ion at ${site}`, ion, strength),
            {
              what: `${path}.metal at ${site}`,
              value: (r) => metal.value(r) + share * ion.value(r),
              slope: (r) => metal.slope(r) + share * ion.slope(r),
            },
          ],
          overlapOf(file, a, b),
          to,
        );
        tables.ion[a]![b] = ionTable!;
        tables.metal[a]![b] = metalTable!;
      }
    }
    chargeSwitch = {
      coordination: tables.coordination,
      repulsion: tables.repulsion,
      ion: tables.ion,
      metal: tables.metal,
      nSwitch: file.species.map((s) => (change.bulkCoordination[s] ?? 0) * (change.switchFraction[s] ?? 0)),
    };
  }
  return { form: 'embedded', pair: tables.pair, density: tables.density, embedding, chargeSwitch };
}
