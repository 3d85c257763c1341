/**
 * A chain made to visit every N alike: its drive is the flat histogram of what its own transitions have taught so far.
 *
 *   ln z_N = ln z_ref − [ln Π(N+1) − ln Π(N)]
 *
 * The transitions stay valid whatever drives N, so nothing is thrown away when the drive is renewed. N is taken up and down through its
 * range step by step (`loop`): the cost is linear in the range, and a configuration that remembers where it came from shows as a
 * difference between loops. Or N roams freely over the whole range (`roam`), once ln Π is known.
 *
 * @oracle test/statistical/flat-histogram.test.ts
 */
import { SpecError } from '../core/errors.ts';
import { type ExchangeSums, lnMacrostates } from '../core/macrostates.ts';
import type { Chain } from './chain.ts';
import { BlockedTransitions, type Transitions } from './drive.ts';

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
/** Smallest mean acceptance that a pull makes up for: beyond it a step would be taken anyhow, into a state far from rest. */
const leastShare = 1e-8;
/** Share of the trials at each N that may go into reaching it. */
const pulledShare = 0.2;
/** Steps over which N goes to and fro where it has been pulled to. */
const span = 3;
/** How often a step is given its trials again before the loop goes on with N left behind. */
const mostPatience = 5;

/** What a drive is for: every N alike, or on to the next one. */
type Pull = 'up' | 'down' | 'flat';

export class FlatHistogram {
  readonly least: number;
  readonly most: number;
  readonly #chain: Chain;
  readonly #sums: BlockedTransitions;
  #roundTrips = 0;
  #end: -1 | 0 | 1 = 0;
  #trials = 0;

  /**
   * @param chain  at its reference activity, with N within the limits
   * @param state  where an earlier one stopped, between loops
   * @throws SpecError  N outside the limits
   */
  constructor(chain: Chain, { least, most, blocks = 8 }: FlatHistogramOptions, state?: FlatHistogramState) {
    if (!(most > least)) throw new SpecError(`a flat histogram needs most > least, got ${least} … ${most}`);
    this.least = least;
    this.most = most;
    this.#chain = chain;
    this.#sums = new BlockedTransitions(least, most, blocks, state);
    if (state) {
      this.#roundTrips = state.roundTrips;
      this.#end = state.end;
      this.#trials = state.trials;
    }
    if (chain.count < least || chain.count > most) {
      throw new SpecError(`a flat histogram of N = ${least} … ${most} needs N there, got ${chain.count}`);
    }
  }

  /** Transitions of every block. */
  get blocks(): readonly Transitions[] {
    return this.#sums.blocks;
  }

  /** Journeys of N from one end to the other and back. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  get trials(): number {
    return this.#trials;
  }

  save(): FlatHistogramState {
    const { roundTrips, trials } = this;
    const { blocks, warming } = this.#sums;
    return structuredClone({ blocks, warming, roundTrips, end: this.#end, trials });
  }

  /**
   * Takes N from least to most and back, step by step. N begins where the chain is.
   *
   * Each step is pulled: on the way up an insertion is accepted as often as insertions at that N allow on average, whatever deletions
   * say, and the other way round on the way down. A drive flattened by estimates that are still wrong would never come back to N
   * whose estimate it needs most. What was pulled is not at rest, so its transitions aim the drive and count for nothing else; then N
   * goes to and fro over the last few values, all alike, which counts: guests that were put in the wrong place leave again.
   *
   * @param block     which of the blocks the transitions count for; null: none (warming up)
   * @param perStep   trials at each N; more where N does not reach the next one
   */
  *loop(block: number | null, perStep: number): Generator<{ readonly n: number; readonly up: boolean }> {
    const pull = Math.ceil(pulledShare * perStep);
    for (let n = this.#chain.count; n < this.most; ) {
      n++;
      for (let k = 0; k < mostPatience; k++) {
        if (this.#advance(null, pull, Math.min(this.#chain.count, n - 1), n, 'up').visits.at(-1)! > 0) break;
      }
      this.#settle(block, perStep - pull, n - span, n);
      yield { n, up: true };
    }
    for (let n = this.#chain.count; n > this.least; ) {
      n--;
      for (let k = 0; k < mostPatience; k++) {
        if (this.#advance(null, pull, n, Math.max(this.#chain.count, n + 1), 'down').visits[0]! > 0) break;
      }
      this.#settle(block, perStep - pull, n, n + span);
      yield { n, up: false };
    }
  }

  /** All N of a short stretch alike; the second half counts. */
  #settle(block: number | null, trials: number, from: number, to: number): void {
    const [least, most] = [Math.max(this.least, from), Math.min(this.most, to)];
    if (this.#chain.count < least || this.#chain.count > most) return;
    this.#advance(null, Math.ceil(trials / 2), least, most, 'flat');
    this.#advance(block, Math.floor(trials / 2), least, most, 'flat');
  }

  /** Lets N roam over the whole range, aiming anew after every `every` trials. */
  roam(block: number | null, trials: number, every = 20_000): void {
    for (let done = 0; done < trials; done += every) {
      this.#advance(block, Math.min(every, trials - done), this.least, this.most, 'flat');
    }
  }

  #advance(block: number | null, trials: number, least: number, most: number, pull: Pull): Transitions {
    const chain = this.#chain;
    const lnStep = this.#lnSteps(pull);
    const lnActivity = Float64Array.from({ length: most - least }, (_, k) => chain.lnActivity - lnStep(least + k));
    chain.drive({ least, most, lnActivity });
    for (let left = trials; left > 0; left -= lookEvery) {
      chain.advance(Math.min(lookEvery, left));
      this.#note(chain.count);
    }
    this.#trials += trials;
    const seen = chain.takeTransitions()!;
    this.#sums.add(block, seen);
    return seen;
  }

  /** ln Π(N+1) − ln Π(N) that the drive makes up for. */
  #lnSteps(pull: Pull): (n: number) => number {
    const sums = this.#sums.total();
    if (pull === 'flat') return lnSteps(sums);
    const share = (sum: number, tried: number): number => Math.log(tried > 0 ? Math.max(sum / tried, leastShare) : 1);
    const { up, triedUp, down, triedDown } = sums;
    return pull === 'up'
      ? (n) => share(up[n - this.least]!, triedUp[n - this.least]!)
      : (n) => -share(down[n + 1 - this.least]!, triedDown[n + 1 - this.least]!);
  }

  /** Counts journeys by where N is now and then. */
  #note(n: number): void {
    const end = n === this.least ? -1 : n === this.most ? 1 : 0;
    if (end === 0 || end === this.#end) return;
    if (this.#end !== 0) this.#roundTrips += 0.5;
    this.#end = end;
  }
}

/** ln Π(N+1) − ln Π(N) by what was seen so far; steps that were never tried are guessed (`gapless`). */
export function lnSteps(sums: ExchangeSums): (n: number) => number {
  const lnPi = lnMacrostates(gapless(sums));
  return (n) => lnPi[n + 1 - sums.least]! - lnPi[n - sums.least]!;
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
