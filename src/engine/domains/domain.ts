/** One round in one slab, whichever thread does it. */
import type { MoveCount } from '../../trajectory/series.ts';
import { type ChainSetup, type MoveName, savedGuest } from '../chain.ts';
import { createWasmChain } from '../wasm.ts';

/** What is to be done in a slab. */
export interface Round {
  /** first plane and number of planes */
  readonly domain: readonly [number, number];
  /** [F, 4] guests that are at rest meanwhile, Å */
  readonly fixed: Float64Array;
  /** [N, 4] those in the slab */
  readonly guests: Float64Array;
  readonly lnActivity: number;
  readonly displacement: number;
  /** counter of the random stream at the first trial */
  readonly trial: number;
  readonly trials: number;
}

export interface RoundResult {
  /** [F + N, 10] words of saved guests, those at rest first */
  readonly words: Float64Array;
  /** F */
  readonly fixed: number;
  /** of all guests, before and after, eV */
  readonly before: number;
  readonly after: number;
  readonly counts: Record<MoveName, MoveCount>;
}

export type DomainTask =
  | { readonly type: 'open'; readonly setup: ChainSetup }
  | { readonly type: 'round'; readonly round: Round };

/** Makes the chain of a slab; what it returns runs rounds in it. A round's result depends on the round alone. */
export function openDomain(setup: ChainSetup): (round: Round) => RoundResult {
  const chain = createWasmChain(setup);
  return ({ domain, fixed, guests, lnActivity, displacement, trial, trials }) => {
    chain.rearrange({ trial, fixed, guests, domain });
    chain.lnActivity = lnActivity;
    chain.displacement = displacement;
    const before = chain.energy;
    chain.advance(trials);
    const { guests: words } = chain.save();
    return { words, fixed: fixed.length / 4, before, after: chain.energy, counts: chain.takeCounts() };
  };
}

/** Words of guests that were given by position alone: nothing is known of their surroundings yet. */
export function wordsOf(rows: Float64Array): Float64Array {
  const words = new Float64Array((rows.length / 4) * savedGuest.words);
  for (let i = 0; i < rows.length / 4; i++) words.set(rows.subarray(4 * i, 4 * i + 3), savedGuest.words * i);
  return words;
}
