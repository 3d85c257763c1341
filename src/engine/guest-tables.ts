/**
 * A model compiled for one guest species in a rigid host: what a chain looks up. Functions used together are interleaved,
 * so that a kernel finds them with one index and evaluates two per SIMD instruction.
 */
import { ModelError } from '../core/errors.ts';
import type { SwitchShape } from '../model/charge-switch.ts';
import { type Model, modelSpeciesIndex, type PairTables, type Term } from '../model/model.ts';
import type { Saturation } from '../model/saturation.ts';
import { type LinearTable, type NamedFunction, type Table, tableSlope, tableValue, tabulate } from '../model/table.ts';

/** Two functions of distance on the same knots: row k is (a0, b0, a1, b1, a2, b2, a3, b3). */
export interface TwinTable {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** [n, 8] */
  readonly rows: Float64Array;
}

/** Both functions of a twin table at r; [0, 0] at and beyond the cutoff. */
export function twin(table: TwinTable, r: number): [number, number] {
  if (r >= table.to) return [0, 0];
  const x = (r - table.from) / table.step;
  const k = Math.min(Math.floor(x), table.rows.length / 8 - 1);
  const t = x - k;
  const c = table.rows;
  const at = 8 * k;
  const cubic = (f: number): number => c[f]! + t * (c[f + 2]! + t * (c[f + 4]! + t * c[f + 6]!));
  return [cubic(at), cubic(at + 1)];
}

export interface GuestTables {
  readonly guest: string;
  /** host species in the order of `host` */
  readonly hostSpecies: readonly string[];
  /** (φ, Y) between guests */
  readonly pair: TwinTable;
  /** (f, w) between guests, same knots as `pair` */
  readonly density: TwinTable;
  /** (V_ion, V_met) by host species, all on the same knots */
  readonly host: readonly TwinTable[];
  /** null: no embedding energy */
  readonly embedding: Table | null;
  /** n at which s reaches zero; Infinity: no charge switch, s = 1 */
  readonly nSwitch: number;
  /** where it begins to fall */
  readonly nStart: number;
  readonly switchShape: SwitchShape;
  /** how V_ion, the sum over the host, saturates; null: not at all */
  readonly saturation: Saturation | null;
  /** F counts by 1 − s² */
  readonly bareIons: boolean;
  /** true when Y is not zero everywhere */
  readonly repulsive: boolean;
}

/**
 * Gathers what one guest species feels from itself and from the host species, over all terms.
 *
 * @throws ModelError  guest or host species unknown, or carbon adds to the guest's density (not a field of position alone)
 */
export function compileGuest(model: Model, guest: string, hostSpecies: readonly string[]): GuestTables {
  const g = requireSpecies(model, guest);
  const hosts = hostSpecies.map((name) => requireSpecies(model, name));
  const pick = (
    select: (term: Model['terms'][number]) => PairTables | undefined,
    a: number,
    b: number,
  ): LinearTable[] =>
    model.terms.flatMap((term) => {
      const table = select(term)?.[a]?.[b];
      return table ? [table] : [];
    });
  for (const term of model.terms) {
    if (!inManyBodyTerm(term, g, model.species.length)) continue;
    throw new ModelError(`${model.name}: chains cannot insert ${guest}, which is in its ${term.form} term`);
  }
  const switchOf = (term: Model['terms'][number]) => (term.form === 'embedded' ? term.chargeSwitch : null);
  const pairOf = (term: Model['terms'][number]) =>
    term.form === 'pair' || term.form === 'embedded' ? term.pair : undefined;
  for (const h of hosts) {
    if (pick((term) => (term.form === 'embedded' ? term.density : undefined), g, h).length > 0) {
      throw new ModelError(
        `${model.name}: ${model.species[h]} adds to the density of ${guest}; chains need a charge switch instead (V_ion, V_met)`,
      );
    }
  }
  const change = model.terms.map(switchOf).find((term) => term !== null);
  const saturation = change?.saturation[g] ?? null;
  if (saturation && hosts.some((h) => pick(pairOf, g, h).length > 0)) {
    throw new ModelError(
      `${model.name}: a chain cannot add a pair term between ${guest} and its host to a V_ion that saturates`,
    );
  }
  const sources = {
    phi: pick(pairOf, g, g),
    repulsion: pick((term) => switchOf(term)?.repulsion, g, g),
    density: pick((term) => (term.form === 'embedded' ? term.density : undefined), g, g),
    coordination: pick((term) => switchOf(term)?.coordination, g, g),
  };
  const [phi, repulsion, density, coordination] = onCommonKnots(
    [sources.phi, sources.repulsion, sources.density, sources.coordination],
    `${model.name}: ${guest}–${guest}`,
  );
  const fields = hosts.flatMap((h) => {
    const plain = pick(pairOf, g, h);
    return [
      [...plain, ...pick((term) => switchOf(term)?.ion, g, h)],
      [...plain, ...pick((term) => switchOf(term)?.metal, g, h)],
    ];
  });
  const hostTables = onCommonKnots(fields, `${model.name}: ${guest}–host`);
  const embeddings = model.terms.flatMap((term) => (term.form === 'embedded' ? [term.embedding[g] ?? null] : []));
  return {
    guest,
    hostSpecies,
    pair: interleave(phi!, repulsion!),
    density: interleave(density!, coordination!),
    host: hosts.map((_, k) => interleave(hostTables[2 * k]!, hostTables[2 * k + 1]!)),
    embedding: embeddings.find((table) => table !== null) ?? null,
    nSwitch: change?.nSwitch[g] || Number.POSITIVE_INFINITY,
    nStart: change?.nStart[g] ?? 0,
    switchShape: change?.shape ?? 'linear',
    saturation,
    bareIons: change?.bareIons ?? false,
    repulsive: sources.repulsion.some((table) => table.rows.some((x) => x !== 0)),
  };
}

function requireSpecies(model: Model, name: string): number {
  const index = modelSpeciesIndex(model, name);
  if (index < 0) {
    throw new ModelError(`${name} is not a species of model ${model.name} (it knows ${model.species.join(', ')})`);
  }
  return index;
}

/** Sums of tables, all on one set of knots; tables whose knots coincide are taken as they are. */
function onCommonKnots(sums: readonly (readonly LinearTable[])[], what: string): LinearTable[] {
  const all = sums.flat();
  if (all.length === 0) return sums.map(() => ({ axis: 'linear', from: 0, to: 1, step: 1, rows: new Float64Array(4) }));
  const from = Math.max(...all.map((table) => table.from));
  const to = Math.max(...all.map((table) => table.to));
  const step = Math.min(...all.map((table) => table.step));
  const skipped = (table: LinearTable): number => (from - table.from) / step;
  const same = all.every(
    (table) => table.to === to && table.step === step && Math.abs(skipped(table) - Math.round(skipped(table))) < 1e-9,
  );
  if (same && sums.every((sum) => sum.length <= 1)) {
    const n = Math.round((to - from) / step);
    return sums.map(([table]) => ({
      axis: 'linear',
      from,
      to,
      step,
      rows: table ? table.rows.subarray(4 * Math.round(skipped(table))) : new Float64Array(4 * n),
    }));
  }
  return tabulate(
    sums.map(
      (sum): NamedFunction => ({
        what,
        value: (r) => sum.reduce((u, table) => u + tableValue(table, r), 0),
        slope: (r) => sum.reduce((u, table) => u + tableSlope(table, r), 0),
      }),
    ),
    from,
    to,
  );
}

function interleave(a: LinearTable, b: LinearTable): TwinTable {
  const rows = new Float64Array(2 * a.rows.length);
  for (let k = 0; k < a.rows.length; k++) {
    rows[2 * k] = a.rows[k]!;
    rows[2 * k + 1] = b.rows[k]!;
  }
  return { from: a.from, to: a.to, step: a.step, rows };
}

/** Whether a species takes part in a term that a chain cannot price: one that needs bonds or a whole neighbourhood. */
function inManyBodyTerm(term: Term, g: number, species: number): boolean {
  switch (term.form) {
    case 'pair':
      return term.exclusion !== null && term.pair[g]!.some((table) => table !== null);
    case 'embedded':
      return false;
    case 'bond-order':
    case 'neural':
      return term.kind[g]! >= 0;
    case 'interlayer':
      return term.law.slice(g * species, (g + 1) * species).some((law) => law >= 0);
  }
}
