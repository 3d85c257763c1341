/**
 * Functions of distance as gpu.js kernels read them, straight from the terms of a model: values and slopes at knots of their own, interpolated
 * by cubic Hermite polynomials in f32. None of the tables that chains or force kernels are given is used, so that they can be checked by it.
 */
import { ModelError } from '../../core/errors.ts';
import { embeddingValue } from '../../model/embedded.ts';
import { type Model, modelSpeciesIndex, type PairTables, type Term } from '../../model/model.ts';
import type { Saturation } from '../../model/saturation.ts';
import { type LinearTable, tableSlope, tableValue } from '../../model/table.ts';

/** Two sums of tables by kind. */
export interface Radials {
  /** [kinds, 4] first knot, last knot, knots per Å, first row; a kind that is not felt ends at 0 */
  readonly heads: Float32Array;
  /** [rows, 4] u, h u', v, h v' */
  readonly knots: Float32Array;
  /** Å */
  readonly reach: number;
}

type Tables = readonly LinearTable[];

/** knots of one kind, where its tables do not all stand on the same ones */
const finest = 8192;

function packed(kinds: readonly (readonly [Tables, Tables])[]): Radials {
  const heads = new Float32Array(4 * kinds.length);
  const rows: number[] = [];
  let reach = 1;
  kinds.forEach(([first, second], kind) => {
    const all = [...first, ...second];
    if (all.length === 0) return;
    const from = Math.max(...all.map((table) => table.from));
    const to = Math.max(...all.map((table) => table.to));
    const step = Math.min(...all.map((table) => table.step));
    const own = Math.round((to - from) / step);
    const even = all.every((table) => table.step === step) && Math.abs(own * step - (to - from)) < 1e-9;
    const n = even ? Math.min(own, finest) : finest;
    const h = (to - from) / n;
    heads.set([from, to, 1 / h, rows.length / 4], 4 * kind);
    for (let k = 0; k <= n; k++) {
      // the last knot is approached from inside, where a truncated function has its jump
      const r = k === n ? to - 1e-9 : from + k * h;
      for (const tables of [first, second]) {
        rows.push(
          tables.reduce((sum, table) => sum + tableValue(table, r), 0),
          h * tables.reduce((sum, table) => sum + tableSlope(table, r), 0),
        );
      }
    }
    reach = Math.max(reach, to);
  });
  return { heads, knots: Float32Array.from(rows.length > 0 ? rows : [0, 0, 0, 0]), reach };
}

/** What a lone guest feels from a host. */
export interface GuestFields extends Radials {
  readonly saturation: Saturation | null;
  /** F(0), eV */
  readonly alone: number;
}

/**
 * V_ion and V_met of a guest by host species; with a pair model both are its φ, and guests may be among the host.
 *
 * @throws ModelError  a species is unknown, or a term is none of radial functions: bonds, neighbourhoods, angles; the host adds to the
 *                     guest's density; a host that holds guests of an embedded model
 */
export function guestFields(model: Model, guest: string, hostSpecies: readonly string[]): GuestFields {
  const g = speciesOf(model, guest);
  const hosts = hostSpecies.map((name) => speciesOf(model, name));
  let saturation: Saturation | null = null;
  let alone = 0;
  for (const term of model.terms) {
    requireRadial(model, term, `what ${guest} feels`, (a) => a === g);
    if (term.form !== 'embedded') continue;
    const many = hosts.find((h) => term.density[g]?.[h] || term.chargeSwitch?.coordination[g]?.[h]);
    if (many !== undefined) {
      throw new ModelError(
        `${model.name}: ${model.species[many]} changes the density of ${guest}, which gpujs cannot price point by point; take the guests out of the host`,
      );
    }
    const change = term.chargeSwitch;
    saturation = change?.saturation[g] ?? saturation;
    const embedding = term.embedding[g];
    if (embedding && !change?.bareIons) alone += embeddingValue(embedding, 0);
  }
  const pick = (h: number, select: (term: Term) => PairTables | null | undefined): Tables =>
    model.terms.flatMap((term) => select(term)?.[g]?.[h] ?? []);
  const fields = packed(
    hosts.map((h) => {
      const plain = pick(h, pairOf);
      const of = (which: 'ion' | 'metal') =>
        pick(h, (term) => (term.form === 'embedded' ? term.chargeSwitch?.[which] : null));
      return [
        [...plain, ...of('ion')],
        [...plain, ...of('metal')],
      ] as const;
    }),
  );
  return { ...fields, saturation, alone };
}

/**
 * φ by pairs of the given species, at a · species + b.
 *
 * @throws ModelError  the model has terms beside pairs that act between these species
 */
export function pairRadials(model: Model, species: readonly string[]): Radials {
  const index = species.map((name) => speciesOf(model, name));
  for (const term of model.terms) {
    requireRadial(model, term, 'forces', (a) => index.includes(a));
    if (term.form === 'embedded')
      throw new ModelError(`${model.name}: gpujs has forces of pair models only, got embedded`);
  }
  return packed(
    index.flatMap((a) => index.map((b) => [model.terms.flatMap((term) => pairOf(term)?.[a]?.[b] ?? []), []] as const)),
  );
}

const pairOf = (term: Term): PairTables | null => (term.form === 'pair' || term.form === 'embedded' ? term.pair : null);

function speciesOf(model: Model, name: string): number {
  const index = modelSpeciesIndex(model, name);
  if (index >= 0) return index;
  throw new ModelError(`${name} is not a species of model ${model.name} (it knows ${model.species.join(', ')})`);
}

/** @throws ModelError  a species of those meant is in a term that is no sum of radial functions */
function requireRadial(model: Model, term: Term, what: string, meant: (species: number) => boolean): void {
  const takesPart = model.species.some((_, a) => {
    if (!meant(a)) return false;
    if (term.form === 'pair') return term.exclusion !== null && term.pair[a]!.some((table) => table !== null);
    if (term.form === 'embedded') return false;
    if (term.form === 'interlayer')
      return term.law
        .slice(a * model.species.length)
        .slice(0, model.species.length)
        .some((law) => law >= 0);
    return term.kind[a]! >= 0;
  });
  if (!takesPart) return;
  const why = term.form === 'pair' ? 'leaves bonded pairs out' : `is of form ${term.form}`;
  throw new ModelError(`${model.name}: ${what} needs a term that ${why}; gpujs sums radial functions only`);
}
