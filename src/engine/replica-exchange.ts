/**
 * Replica exchange over voltages: chains of the same carbon at neighbouring activities now and then trade them. A chain that is stuck on one
 * side of a filling at its own voltage walks to where there is no barrier and comes back on the other side.
 *
 *   acc(a ↔ b) = min{1, exp[(ln z_a − ln z_b)(N_b − N_a)]}
 *
 * Energies cancel: all chains have one temperature and one host, and their weights are z^N exp(−βU).
 * Chains keep their random streams; activities change hands, so what belongs to a voltage is collected by voltage.
 *
 * @cite Yan & de Pablo, J. Chem. Phys. 111, 9509 (1999) doi:10.1063/1.480282 (hyper-parallel tempering)
 */
import { SpecError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import type { Chain } from './chain.ts';

/** Lane of the random stream: apart from those of builders. */
const exchangeLane = 0x7e;

export interface ReplicaExchangeOptions {
  /** ln z of the rungs, ascending or descending, one per chain, Å⁻³ */
  readonly lnActivities: readonly number[];
  /** of the random numbers that decide swaps; the chains keep their own */
  readonly seed: string | number;
  /** trials of every chain between two rounds of swaps */
  readonly stride: number;
}

export interface ExchangeRung {
  readonly lnActivity: number;
  /** N after every round, in order */
  readonly counts: readonly number[];
  /** swaps with the next rung */
  readonly tried: number;
  readonly accepted: number;
}

/**
 * Chains on a ladder of activities. Mutable; owns its chains.
 *
 * @throws SpecError  fewer than two chains, or not one activity for each
 * @oracle test/statistical/replica-exchange.test.ts
 */
export class ReplicaExchange {
  readonly #chains: readonly Chain[];
  readonly #lnActivities: readonly number[];
  readonly #stride: number;
  readonly #random: RandomStream;
  /** which chain stands on a rung */
  readonly #on: number[];
  readonly #counts: number[][];
  readonly #tried: number[];
  readonly #accepted: number[];
  /** end of the ladder each chain saw last: −1 first rung, 1 last rung, 0 none */
  readonly #seen: number[];
  #round = 0;
  #roundTrips = 0;

  constructor(chains: readonly Chain[], { lnActivities, seed, stride }: ReplicaExchangeOptions) {
    if (chains.length < 2 || chains.length !== lnActivities.length) {
      throw new SpecError(
        `replica exchange got ${chains.length} chains and ${lnActivities.length} activities: wanted at least two, one activity for each`,
      );
    }
    this.#chains = chains;
    this.#lnActivities = lnActivities;
    this.#stride = stride;
    this.#random = new RandomStream(seed, exchangeLane);
    this.#on = chains.map((_, rung) => rung);
    this.#counts = chains.map(() => []);
    this.#tried = chains.map(() => 0);
    this.#accepted = chains.map(() => 0);
    this.#seen = chains.map((_, k) => (k === 0 ? -1 : k === chains.length - 1 ? 1 : 0));
    chains.forEach((chain, k) => {
      chain.lnActivity = lnActivities[k]!;
    });
  }

  /** Journeys of any chain from one end of the ladder to the other and back, counted as half trips divided by two. */
  get roundTrips(): number {
    return this.#roundTrips / 2;
  }

  get rungs(): readonly ExchangeRung[] {
    return this.#lnActivities.map((lnActivity, k) => ({
      lnActivity,
      counts: this.#counts[k]!,
      tried: this.#tried[k]!,
      accepted: this.#accepted[k]!,
    }));
  }

  /** Forgets what was counted: the end of equilibration. Where the chains are stays. */
  forget(): void {
    for (const counts of this.#counts) counts.length = 0;
    this.#tried.fill(0);
    this.#accepted.fill(0);
    this.#roundTrips = 0;
  }

  /** One round: every chain runs `stride` trials, N is noted, then rungs (0,1), (2,3) … or (1,2), (3,4) … in turn may trade. */
  round(): void {
    for (const chain of this.#chains) chain.advance(this.#stride);
    this.#on.forEach((chain, rung) => {
      this.#counts[rung]!.push(this.#chains[chain]!.count);
    });
    for (let low = this.#round % 2; low + 1 < this.#on.length; low += 2) this.#trade(low);
    this.#round++;
    for (const [rung, end] of [
      [0, -1],
      [this.#on.length - 1, 1],
    ] as const) {
      const chain = this.#on[rung]!;
      if (this.#seen[chain] === -end) this.#roundTrips++;
      this.#seen[chain] = end;
    }
  }

  #trade(rung: number): void {
    const [a, b] = [this.#on[rung]!, this.#on[rung + 1]!];
    const [p, q] = [this.#chains[a]!, this.#chains[b]!];
    const ratio = (p.lnActivity - q.lnActivity) * (q.count - p.count);
    this.#tried[rung]!++;
    if (Math.log(this.#random.uniform()) >= ratio) return;
    this.#accepted[rung]!++;
    [p.lnActivity, q.lnActivity] = [q.lnActivity, p.lnActivity];
    this.#on[rung] = b;
    this.#on[rung + 1] = a;
  }
}
