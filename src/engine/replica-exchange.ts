/**
 * Replica exchange over voltages and temperatures: chains of the same carbon on neighbouring rungs now and then trade them. A chain that is stuck on one
 * side of a filling at its own voltage walks to where there is no barrier and comes back on the other side.
 *
 * Chains keep their random streams; activities and temperatures change hands, so what belongs to a rung is collected by rung
 * (`ExchangeLadder`).
 */
import type { Chain } from './chain.ts';
import { ExchangeLadder, type ExchangeRung } from './exchange-ladder.ts';

export interface ReplicaExchangeOptions {
  /** ln z of the rungs, ascending or descending, one per chain, Å⁻³ */
  readonly lnActivities: readonly number[];
  /** K, of the rungs; absent: all those of the first chain */
  readonly temperatures?: readonly number[];
  /** of the random numbers that decide swaps; the chains keep their own */
  readonly seed: string | number;
  /** trials of every chain between two rounds of swaps */
  readonly stride: number;
}

/**
 * Chains on a ladder of activities. Mutable; owns its chains.
 *
 * @throws SpecError  fewer than two chains, or not one activity for each
 * @oracle test/statistical/replica-exchange.test.ts
 */
export class ReplicaExchange {
  readonly #chains: readonly Chain[];
  readonly #stride: number;
  readonly #ladder: ExchangeLadder;

  constructor(chains: readonly Chain[], { lnActivities, seed, stride, temperatures }: ReplicaExchangeOptions) {
    const kelvin = temperatures ?? chains.map(() => chains[0]!.temperature);
    this.#chains = chains;
    this.#stride = stride;
    this.#ladder = new ExchangeLadder(chains.length, lnActivities, kelvin, seed);
    chains.forEach((chain, k) => {
      chain.lnActivity = lnActivities[k]!;
      // a step as long as it was, by thermal motion
      chain.displacement *= Math.sqrt(kelvin[k]! / chain.temperature);
      chain.temperature = kelvin[k]!;
    });
  }

  /** Journeys of any chain from one end of the ladder to the other and back, counted as half trips divided by two. */
  get roundTrips(): number {
    return this.#ladder.roundTrips;
  }

  /** The chain that stands on a rung now. */
  chainOn(rung: number): Chain {
    return this.#chains[this.#ladder.chainOn(rung)]!;
  }

  get rungs(): readonly ExchangeRung[] {
    return this.#ladder.rungs;
  }

  /** Forgets what was counted: the end of equilibration. Where the chains are stays. */
  forget(): void {
    this.#ladder.forget();
  }

  /** One round: every chain runs `stride` trials, N and U are noted, then neighbours may trade. */
  round(): void {
    for (const chain of this.#chains) chain.advance(this.#stride);
    for (const [a, b] of this.#ladder.round(this.#chains)) {
      const [p, q] = [this.#chains[a]!, this.#chains[b]!];
      [p.lnActivity, q.lnActivity] = [q.lnActivity, p.lnActivity];
      [p.displacement, q.displacement] = [q.displacement, p.displacement];
      [p.temperature, q.temperature] = [q.temperature, p.temperature];
    }
  }
}
