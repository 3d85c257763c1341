/**
 * A chain made to visit every N alike: its drive is the flat histogram of what its own transitions have taught so far.
 *
 *   ln z_N = ln z_ref − [ln Π(N+1) − ln Π(N)]
 *
 * The transitions stay valid whatever drives N, so nothing is thrown away when the drive is renewed.
 *
 * @oracle test/statistical/flat-histogram.test.ts
 */
import { SpecError } from '../core/errors.ts';
import { addSums, type ExchangeSums, lnMacrostates } from '../core/macrostates.ts';
import type { Chain } from './chain.ts';
import { emptyTransitions, type Transitions, transitionNames } from './drive.ts';

export interface FlatHistogramOptions {
  readonly least: number;
  readonly most: number;
  /** blocks for errors; default 8 */
  readonly blocks?: number;
}

/** What a flat histogram has seen: transitions block by block, and how often N went from end to end and back. */
export interface FlatHistogramState {
  readonly blocks: readonly Transitions[];
  /** transitions while warming up: they aim the drive and count for no block */
  readonly warming: Transitions;
  readonly roundTrips: number;
  /** the end N was at last: −1 least, 1 most, 0 neither yet */
  readonly end: -1 | 0 | 1;
  /** trials so far */
  readonly trials: number;
}

/** Trials between two looks at where N is. */
const lookEvery = 500;

/** Insertions priced at N before N + 1 may be visited. */
const enoughTries = 1000;

export class FlatHistogram {
  readonly least: number;
  readonly most: number;
  readonly #chain: Chain;
  #blocks: Transitions[];
  #warming: Transitions;
  #roundTrips = 0;
  #end: -1 | 0 | 1 = 0;
  #trials = 0;

  /**
   * @param chain  at its reference activity, with N within the limits
   * @param state  where an earlier one stopped
   * @throws SpecError  N outside the limits
   */
  constructor(chain: Chain, { least, most, blocks = 8 }: FlatHistogramOptions, state?: FlatHistogramState) {
    if (!(most > least)) throw new SpecError(`a flat histogram needs most > least, got ${least} … ${most}`);
    this.least = least;
    this.most = most;
    this.#chain = chain;
    this.#blocks = Array.from({ length: blocks }, () => emptyTransitions(least, most));
    this.#warming = emptyTransitions(least, most);
    if (state) {
      this.#warming = structuredClone(state.warming);
      this.#blocks = structuredClone([...state.blocks]);
      this.#roundTrips = state.roundTrips;
      this.#end = state.end;
      this.#trials = state.trials;
    }
    this.#aim();
  }

  /** Transitions of every block. */
  get blocks(): readonly Transitions[] {
    return this.#blocks;
  }

  /** Journeys of N from one end to the other and back. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  get trials(): number {
    return this.#trials;
  }

  save(): FlatHistogramState {
    const { blocks, roundTrips, trials } = this;
    return structuredClone({ blocks, warming: this.#warming, roundTrips, end: this.#end, trials });
  }

  /**
   * Runs trials for one block and aims anew after every `every` of them: more often while warming up.
   *
   * @param block  which of the blocks they count for; null: none (warming up)
   */
  run(block: number | null, trials: number, every = block === null ? 2000 : 20_000): void {
    const chain = this.#chain;
    for (let done = 0; done < trials; ) {
      const n = Math.min(every, trials - done);
      for (let left = n; left > 0; left -= lookEvery) {
        chain.advance(Math.min(lookEvery, left));
        this.#note(chain.count);
      }
      done += n;
      this.#trials += n;
      const seen = chain.takeTransitions()!;
      const sums = block === null ? this.#warming : this.#blocks[block]!;
      for (const name of transitionNames)
        seen[name].forEach((x, k) => {
          sums[name][k]! += x;
        });
      this.#aim();
    }
  }

  /** Counts journeys by where N is between pieces. */
  #note(n: number): void {
    const reach = Math.max(0, Math.floor(0.02 * (this.most - this.least)));
    const end = n <= this.least + reach ? -1 : n >= this.most - reach ? 1 : 0;
    if (end === 0 || end === this.#end) return;
    if (this.#end !== 0) this.#roundTrips += 0.5;
    this.#end = end;
  }

  /** Highest N to visit: no step is taken before it was priced often, or its probability is underestimated and N never returns. */
  #frontier({ triedUp }: ExchangeSums): number {
    let n = this.least;
    while (n < this.most && triedUp[n - this.least]! >= enoughTries) n++;
    return n;
  }

  /** The drive that what is known calls for. */
  #aim(): void {
    const known = addSums([...this.#blocks, this.#warming]);
    const lnPi = lnMacrostates(gapless(known));
    const { count, lnActivity } = this.#chain;
    const most = Math.max(count, this.#frontier(known));
    const steps = Float64Array.from({ length: most - this.least }, (_, k) => lnActivity - (lnPi[k + 1]! - lnPi[k]!));
    this.#chain.drive({ least: this.least, most, lnActivity: steps });
  }
}

/**
 * The same sums without gaps: where one direction of a step was never tried it counts as always accepted (the drive then takes the step as
 * often as the other direction allows), where neither was, the step is like the one before it.
 */
function gapless({ least, ...sums }: ExchangeSums): ExchangeSums {
  const up = Float64Array.from(sums.up);
  const down = Float64Array.from(sums.down);
  const triedUp = Float64Array.from(sums.triedUp);
  const triedDown = Float64Array.from(sums.triedDown);
  const probability = (sum: number, tried: number): number => (tried > 0 ? Math.max(sum, unseen) / tried : 1);
  let before = 1;
  for (let k = 0; k + 1 < up.length; k++) {
    const tried = triedUp[k]! > 0 || triedDown[k + 1]! > 0;
    const ratio = tried ? probability(up[k]!, triedUp[k]!) / probability(down[k + 1]!, triedDown[k + 1]!) : before;
    up[k] = ratio;
    triedUp[k] = 1;
    down[k + 1] = 1;
    triedDown[k + 1] = 1;
    before = ratio;
  }
  return { least, up, down, triedUp, triedDown };
}

/** Sum of acceptance probabilities when none was above the smallest number. */
const unseen = 1e-30;
