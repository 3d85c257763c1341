/** What a chain in a box of domains is between rounds, wherever the rounds are done: positions with what guests feel, a counter, and counts of moves. */
import type { MoveCount } from '../../trajectory/series.ts';
import {
  type ChainSetup,
  type ChainState,
  countsByMove,
  type MoveName,
  moveNames,
  savedGuest,
  savedRows,
} from '../chain.ts';

/** Mutable; see `LadderChain` for what its members promise. */
export abstract class BoxState {
  trial = 0;
  energy = 0;
  lnActivity = Number.NEGATIVE_INFINITY;
  displacement = 0.5;
  /** guests that never move */
  protected readonly fixed: number;
  /** [fixed + N, 10], fixed ones first */
  protected words: Float64Array = new Float64Array();
  /** attempts and acceptances by move since they were taken */
  protected counts: Float64Array = new Float64Array(2 * moveNames.length);
  /** largest difference of a running energy and one worked out anew since it was asked for, eV */
  protected drift = 0;
  readonly #backend: ChainState['backend'];

  protected constructor(setup: ChainSetup, backend: ChainState['backend']) {
    this.fixed = (setup.fixed?.length ?? 0) / 4;
    this.#backend = backend;
  }

  get count(): number {
    return this.words.length / savedGuest.words - this.fixed;
  }

  refresh(): number {
    const { drift } = this;
    this.drift = 0;
    return drift;
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const { counts } = this;
    this.counts = new Float64Array(counts.length);
    return countsByMove(counts);
  }

  guestRows(): Float64Array {
    return savedRows(this.words, this.fixed);
  }

  save(): ChainState {
    return {
      backend: this.#backend,
      trial: this.trial,
      lnActivity: Number.isFinite(this.lnActivity) ? this.lnActivity : null,
      displacement: this.displacement,
      energy: this.energy,
      guests: this.words.slice(),
      // cells are made anew in every round
      members: new Int32Array(),
      counts: this.counts.slice(),
      drive: null,
      transitions: null,
    };
  }

  /** The counter and what the next round is sampled with, of a saved chain. */
  protected resume({ trial, lnActivity, displacement }: ChainState): void {
    this.trial = trial;
    this.lnActivity = lnActivity ?? Number.NEGATIVE_INFINITY;
    this.displacement = displacement;
  }
}
