/**
 * A gauge cell taken through all fillings of a small host: the second route to ln Π(N), beside the flat histogram. At each target the host
 * exchanges with an ideal gas of a few guests, so that N fluctuates as that small closed system wants it to; nothing is flattened and
 * nothing is pulled across a step. The target goes up one by one and down again.
 *
 *   z_N = (N_t − N)/V_g,   V_g such that z is the activity at which the target is at rest, from the transitions seen so far
 *
 * The transitions of a stay give the same sums as those of a flat histogram.
 *
 * @cite Neimark & Vishnyakov, Phys. Rev. E 62, 4611 (2000) doi:10.1103/PhysRevE.62.4611
 * @oracle test/statistical/gauge-walk.test.ts
 */
import { SpecError } from '../core/errors.ts';
import type { Chain } from './chain.ts';
import { BlockedTransitions, type Drive, gaugeDrive, type Transitions } from './drive.ts';
import { lnSteps } from './flat-histogram.ts';

export interface GaugeWalkOptions {
  readonly least: number;
  readonly most: number;
  /** blocks for errors; default 8 */
  readonly blocks?: number;
  /** guests in the cell: N strays by about the square root; default 6 */
  readonly gauge?: number;
}

/** Rounds of aiming before a stay is sampled. */
const aims = 4;
/** How far ln z moves for one guest too many or too few. */
const push = 0.5;

export class GaugeWalk {
  readonly least: number;
  readonly most: number;
  readonly #chain: Chain;
  readonly #gauge: number;
  readonly #sums: BlockedTransitions;
  #roundTrips = 0;
  #trials = 0;

  /**
   * @param chain  at its reference activity, with N within the limits
   * @throws SpecError  N outside the limits
   */
  constructor(chain: Chain, { least, most, blocks = 8, gauge = 6 }: GaugeWalkOptions) {
    if (!(most > least) || chain.count < least || chain.count > most) {
      throw new SpecError(`a gauge walk of N = ${least} … ${most} needs most > least and N there, got ${chain.count}`);
    }
    this.least = least;
    this.most = most;
    this.#chain = chain;
    this.#gauge = gauge;
    this.#sums = new BlockedTransitions(least, most, blocks);
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

  /**
   * The target goes from least to most and back.
   *
   * @param block    which of the blocks the transitions count for; null: none (warming up)
   * @param perStep  trials at each target; the first half aims the cell
   */
  *loop(block: number | null, perStep: number): Generator<{ readonly n: number; readonly up: boolean }> {
    let reached = false;
    for (let n = this.least; n <= this.most; n++) {
      reached = this.#hold(block, n, perStep) === this.most || reached;
      yield { n, up: true };
    }
    for (let n = this.most; n >= this.least; n--) {
      if (this.#hold(block, n, perStep) === this.least && reached) {
        this.#roundTrips++;
        reached = false;
      }
      yield { n, up: false };
    }
  }

  /** @returns  where N ended */
  #hold(block: number | null, target: number, perStep: number): number {
    const chain = this.#chain;
    let aim = 0;
    for (let k = 0; k < aims; k++) {
      chain.drive(this.#cell(target, aim));
      this.#advance(null, Math.ceil(perStep / (2 * aims)));
      // one that does not come near is helped on; one that has come loses the help again
      const off = target - chain.count;
      aim = Math.abs(off) > Math.sqrt(this.#gauge) ? aim + push * off : 0.5 * aim;
    }
    chain.drive(this.#cell(target, aim));
    this.#advance(block, Math.floor(perStep / 2));
    return chain.count;
  }

  #cell(target: number, aim: number): Drive {
    const chain = this.#chain;
    const steps = lnSteps(this.#sums.total());
    const lnActivity = chain.lnActivity - steps(Math.min(target, this.most - 1)) + aim;
    const total = Math.max(target, chain.count) + this.#gauge;
    const all = gaugeDrive(total, (total - target) / Math.exp(lnActivity));
    const least = Math.max(this.least, Math.min(chain.count, target - this.#gauge));
    const most = Math.min(this.most, Math.max(chain.count, target + this.#gauge));
    return { least, most, lnActivity: all.lnActivity.slice(least, most) };
  }

  #advance(block: number | null, trials: number): void {
    this.#chain.advance(trials);
    this.#trials += trials;
    this.#sums.add(block, this.#chain.takeTransitions()!);
  }
}
