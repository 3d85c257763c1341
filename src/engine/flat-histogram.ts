/**
 * A chain made to visit every N alike: its drive is the flat histogram of what its own transitions have taught so far.
 *
 *   ln z_N = ln z_ref − [ln Π(N+1) − ln Π(N)]
 *
 * The transitions stay valid whatever drives N, so nothing is thrown away when the drive is renewed; where N was never seen the
 * last known step goes on, which pushes the chain outwards.
 *
 * @oracle test/statistical/flat-histogram.test.ts
 */
import { SpecError } from '../core/errors.ts';
import { addSums, lnMacrostates } from '../core/macrostates.ts';
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
   * Runs trials for one block and aims anew after every `every` of them.
   *
   * @param block  which of the blocks they count for; null: none (warming up)
   */
  run(block: number | null, trials: number, every = 20_000): void {
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

  /** The drive that what is known calls for. */
  #aim(): void {
    const lnPi = lnMacrostates(gapless(addSums([...this.#blocks, this.#warming])));
    const { lnActivity } = this.#chain;
    const steps = Float64Array.from(
      { length: this.most - this.least },
      (_, k) => lnActivity - (lnPi[k + 1]! - lnPi[k]!),
    );
    this.#chain.drive({ least: this.least, most: this.most, lnActivity: steps });
  }
}

/** The same sums with a step that was never seen taken from the step before it, so that ln Π has no end. */
function gapless(sums: ReturnType<typeof addSums>): ReturnType<typeof addSums> {
  const [up, down, triedUp, triedDown] = [sums.up, sums.down, sums.triedUp, sums.triedDown].map((x) =>
    Float64Array.from(x),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  let ratio = 1;
  for (let k = 0; k + 1 < up.length; k++) {
    const seen = up[k]! > 0 && down[k + 1]! > 0;
    if (seen) ratio = up[k]! / triedUp[k]! / (down[k + 1]! / triedDown[k + 1]!);
    else {
      up[k] = ratio;
      triedUp[k] = 1;
      down[k + 1] = 1;
      triedDown[k + 1] = 1;
    }
  }
  return { least: sums.least, up, down, triedUp, triedDown };
}
