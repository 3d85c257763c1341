/** What surrounds a pore when its turn comes: those that fill before it full, those after it empty, and what lies between at rest with both. */
import { concatenate } from '../core/arrays.ts';
import { neighborList } from '../core/neighbors.ts';
import { chainMaker } from './backend.ts';
import { slopeEnd } from './ladder-ends.ts';
import type { FillingRun } from './pore-filling.ts';
import { confined, type Divided, type PoreMap } from './pore-map.ts';

/** Å: no two guests are nearer, so one that discharge left here and one that charge left there are not both kept when they are. */
const nearest = 2;

/** Backgrounds of one finished ladder. */
export class Backgrounds {
  readonly #run: FillingRun;
  readonly #map: PoreMap;
  readonly #sampled: ReadonlySet<number>;
  readonly #lnActivity: number;

  /**
   * @param sampled     all pores that are sampled
   * @param lnActivity  ln z (Å⁻³) that what lies between them is at rest with
   */
  constructor(run: FillingRun, map: PoreMap, sampled: ReadonlySet<number>, lnActivity: number) {
    this.#run = run;
    this.#map = map;
    this.#sampled = sampled;
    this.#lnActivity = lnActivity;
  }

  /**
   * A pore as discharge left it, and everything around it.
   *
   * @param full    pores that hold what charge has left in them; all others are as discharge left them
   * @param stream  of the random numbers of what lies between
   */
  of(pore: number, full: ReadonlySet<number>, stream: number): Divided {
    const [empty, filled] = (['discharge', 'charge'] as const).map((branch) =>
      slopeEnd(this.#run.points, branch, this.#run.task.spec.analysis.slopeCut),
    ) as [Float64Array, Float64Array];
    const map = this.#map;
    const kept = map.select(filled, (label) => full.has(label));
    const others = this.#without(
      kept,
      map.select(empty, (label) => !full.has(label)),
    );
    const fixed = concatenate([kept, map.select(others, (label) => this.#sampled.has(label))]);
    const between = map.select(others, (label) => !this.#sampled.has(label));
    return map.divide(concatenate([fixed, this.#rest(fixed, between, stream)]), pore);
  }

  /** Rows that are not too near to those already there. */
  #without(kept: Float64Array, rows: Float64Array): Float64Array {
    const { cell } = this.#run.host;
    const { start, index } = neighborList({ cell, species: ['guest'], rows: concatenate([kept, rows]) }, nearest);
    const first = kept.length / 4;
    return rows.filter((_, k) => {
      const i = first + Math.floor(k / 4);
      return !index.subarray(start[i]!, start[i + 1]!).some((j) => j < first);
    });
  }

  /** Guests between the pores after some trials, the pores as they are. */
  #rest(fixed: Float64Array, guests: Float64Array, stream: number): Float64Array {
    const { task, setup, displacement } = this.#run;
    const open = confined(setup, this.#map.maskOutside(this.#sampled));
    const chain = chainMaker(task.spec)({ ...open, guests, fixed, stream });
    chain.lnActivity = this.#lnActivity;
    chain.displacement = displacement;
    chain.advance(task.spec.ladder.equilibration);
    return chain.guestRows();
  }
}
