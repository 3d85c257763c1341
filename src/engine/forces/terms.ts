/** Terms of a model as force kernels take them: which neighbours they want, what stands in their blocks, in which order they run. */
import { interlayerSpecies } from '../../model/interlayer.ts';
import {
  type BondExclusion,
  type EmbeddedTerm,
  emptyPairs,
  largestCutoff,
  type Model,
  type PairTables,
  type Term,
} from '../../model/model.ts';
import type { Arena } from './arena.ts';
import { bondOrderWords, farthest } from './bond-order-tables.ts';
import { interlayerWords } from './interlayer-block.ts';
import { neuralBlock } from './neural-block.ts';
import { bitsFor } from './squared-tables.ts';
import { embeddingDescriptor, requireCommonKnots, TableStore } from './tables.ts';
import type { Operation } from './team.ts';

/** The neighbours a term wants. */
export interface ListWish {
  /** [S·S] cutoff by kind, Å; 0: not a pair of this term */
  readonly cutoffs: Float64Array;
  /** every pair once, or from both ends */
  readonly half: boolean;
  readonly exclusion: BondExclusion | null;
  /** whether atoms of a species bond, for the exclusion */
  readonly bonds: readonly boolean[];
}

/** A term ready to run. */
export interface TermPlan {
  readonly list: ListWish;
  /** words of its block behind the list's; arrays of one number per row are made anew when rows grow in number */
  readonly words: readonly number[];
  /** f64 per row that each worker keeps, and that all share: their places follow the words */
  readonly perWorker: number;
  readonly shared: number;
  /** operations in order; each is done by all workers before the next begins */
  readonly phases: readonly Operation[];
  /** wants the planes of sheets: their place comes before the words */
  readonly planes: boolean;
}

/** What planning needs. */
interface Context {
  readonly model: Model;
  /** [S] species of the model that atoms have: the kinds of the kernels' rows */
  readonly kinds: readonly number[];
  readonly arena: Arena;
  readonly store: TableStore;
}

/**
 * Plans every term of a model.
 *
 * @param kinds  [S] species of the model that atoms have
 * @throws ModelError  tables of one species pair differ in their knots
 */
export function planTerms(model: Model, kinds: readonly number[], arena: Arena): TermPlan[] {
  const context: Context = { model, kinds, arena, store: new TableStore(arena) };
  return model.terms.flatMap((term) => planTerm(term, context));
}

function planTerm(term: Term, context: Context): TermPlan[] {
  const { model, kinds, arena } = context;
  const size = kinds.length;
  const plain = { perWorker: 0, shared: 0, planes: false };
  switch (term.form) {
    case 'pair': {
      const bonds = kinds.map((a) => term.pair[a]!.some((table) => table !== null));
      const cutoffs = pairwise(kinds, (a, b) => term.pair[a]![b]?.to ?? 0);
      const words = [size, ...descriptors(context, cutoffs, [term.pair], term.form)];
      return [{ list: { cutoffs, half: true, exclusion: term.exclusion, bonds }, words, phases: ['pair'], ...plain }];
    }
    case 'embedded':
      return planEmbedded(term, context);
    case 'bond-order': {
      const cutoffs = pairwise(kinds, (a, b) => {
        const [ea, eb] = [term.kind[a]!, term.kind[b]!];
        return ea < 0 || eb < 0 ? 0 : farthest(term, ea, eb);
      });
      const words = bondOrderWords(term, kinds, arena);
      return [{ list: everyPair(cutoffs), words, phases: ['bondOrder'], ...plain }];
    }
    case 'neural': {
      const takesPart = (a: number): boolean => term.kind[a]! >= 0;
      const cutoffs = pairwise(kinds, (a, b) => (takesPart(a) && takesPart(b) ? largestCutoff([term]) : 0));
      const words = neuralBlock(term, kinds, (data) => arena.put(data));
      return [{ list: everyPair(cutoffs), words, phases: ['neural'], ...plain }];
    }
    case 'interlayer': {
      const takesPart = interlayerSpecies(term);
      const cutoffs = pairwise(kinds, (a, b) => term.laws[term.law[a * model.species.length + b]!]?.cutoff ?? 0);
      const bonds = kinds.map((a) => takesPart[a]!);
      const list = { cutoffs, half: false, exclusion: term.exclusion, bonds };
      return [{ list, words: interlayerWords(term, kinds), phases: ['interlayer'], ...plain, planes: true }];
    }
  }
}

const everyPair = (cutoffs: Float64Array): ListWish => ({ cutoffs, half: false, exclusion: null, bonds: [] });

/** [S·S] of a property of two species of the model, by kind. */
function pairwise(kinds: readonly number[], property: (a: number, b: number) => number): Float64Array {
  return Float64Array.from(kinds.flatMap((a) => kinds.map((b) => property(a, b))));
}

/** bytes of a descriptor of a species pair: kernels/cpu/md/lookup.ts */
const descriptorBytes = 40;

/** Place of the descriptors of all species pairs, and the bits of their tables by r² (0: tables by distance). */
function descriptors(
  { model, kinds, arena, store }: Context,
  cutoffs: Float64Array,
  functions: readonly PairTables[],
  form: string,
): [number, number] {
  const size = kinds.length;
  const all = functions.flatMap((tables) => kinds.flatMap((a) => kinds.map((b) => tables[a]![b])));
  const bits = bitsFor([...new Set(all.filter((table) => table !== null && table !== undefined))]);
  const view = new DataView(new ArrayBuffer(descriptorBytes * size ** 2));
  kinds.forEach((a, i) => {
    kinds.forEach((b, j) => {
      const at = descriptorBytes * (i * size + j);
      const tables = functions.map((each) => each[a]![b]);
      view.setFloat64(at, cutoffs[i * size + j]! ** 2, true);
      if (bits > 0) {
        tables.forEach((table, k) => {
          view.setInt32(at + 8 + 4 * k, store.squared(table, bits), true);
        });
        return;
      }
      const where = `${model.name}: ${form} of ${model.species[a]} and ${model.species[b]}`;
      const common = requireCommonKnots(tables, where);
      common?.rows.forEach((rows, k) => {
        view.setInt32(at + 8 + 4 * k, store.rows(rows), true);
      });
      view.setFloat64(at + 24, common?.from ?? 0, true);
      view.setFloat64(at + 32, 1 / (common?.step ?? 1), true);
    });
  });
  return [arena.put(new Float64Array(view.buffer)), bits];
}

const transposed = (tables: PairTables): PairTables => tables.map((_, a) => tables.map((row) => row[a]!));

function planEmbedded(term: EmbeddedTerm, context: Context): TermPlan[] {
  const { kinds, arena, store } = context;
  const size = kinds.length;
  const other = transposed(term.density);
  const cutoffs = pairwise(kinds, (a, b) =>
    Math.max(term.pair[a]![b]?.to ?? 0, term.density[a]![b]?.to ?? 0, other[a]![b]?.to ?? 0),
  );
  const pairs = descriptors(context, cutoffs, [term.pair, term.density, other], term.form);
  const embeddings = new Uint8Array(32 * size);
  kinds.forEach((a, i) => {
    embeddings.set(new Uint8Array(embeddingDescriptor(term.embedding[a], store)), 32 * i);
  });
  const words = [size, ...pairs, arena.put(new Float64Array(embeddings.buffer))];
  const plan: TermPlan = {
    list: { cutoffs, half: true, exclusion: null, bonds: [] },
    words,
    perWorker: 1,
    shared: 1,
    phases: ['densities', 'embed', 'embedded'],
    planes: false,
  };
  const change = term.chargeSwitch;
  if (!change) return [plan];
  const both = (tables: PairTables): [PairTables, PairTables] => [tables, transposed(tables)];
  const functions = [
    ...both(change.coordination),
    change.repulsion,
    ...both(change.ion),
    ...both(change.metal),
    // what bare ions leave out of the embedding
    ...both(change.bareIons ? term.density : emptyPairs(context.model.species.length)),
  ] as const;
  const reach = pairwise(kinds, (a, b) => Math.max(...functions.map((tables) => tables[a]![b]?.to ?? 0)));
  const view = new DataView(new ArrayBuffer(48 * size * size));
  kinds.forEach((a, i) => {
    kinds.forEach((b, j) => {
      const at = 48 * (i * size + j);
      view.setFloat64(at, reach[i * size + j]! ** 2, true);
      functions.forEach((tables, k) => {
        view.setInt32(at + 8 + 4 * k, tableDescriptor(tables[a]![b], context), true);
      });
    });
  });
  const limits = arena.put(
    Float64Array.from(
      kinds.flatMap((a) => [
        change.nSwitch[a]!,
        change.nStart[a]!,
        change.saturation[a]?.from ?? Number.POSITIVE_INFINITY,
        change.saturation[a]?.width ?? 1,
      ]),
    ),
  );
  return [
    plan,
    {
      list: { cutoffs: reach, half: true, exclusion: null, bonds: [] },
      words: [
        size,
        arena.put(new Float64Array(view.buffer)),
        limits,
        change.shape === 'smooth' ? 1 : 0,
        change.bareIons ? 1 : 0,
        arena.put(new Float64Array(embeddings.buffer)),
      ],
      perWorker: 5,
      shared: 4,
      phases: ['switchFields', 'switchCharges', 'switchRepulsion', 'switchSlopes', 'switched'],
      planes: false,
    },
  ];
}

/** Place of the descriptor of one table (end, first knot, 1/step, last row, rows), 0 for none. */
function tableDescriptor(table: PairTables[number][number] | undefined, { arena, store }: Context): number {
  if (!table) return 0;
  const view = new DataView(new ArrayBuffer(32));
  view.setFloat64(0, table.to, true);
  view.setFloat64(8, table.from, true);
  view.setFloat64(16, 1 / table.step, true);
  view.setInt32(24, table.rows.length / 4 - 1, true);
  view.setInt32(28, store.rows(table.rows), true);
  return arena.put(new Float64Array(view.buffer));
}
