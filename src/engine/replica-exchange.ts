/**
 * Replica exchange over voltages and temperatures: chains of the same carbon on neighbouring rungs now and then trade them. A chain that is stuck on one
 * side of a filling at its own voltage walks to where there is no barrier and comes back on the other side.
 *
 *   acc(a ↔ b) = min{1, exp[(β_a − β_b)(U_a − U_b) + (ln z_a − ln z_b)(N_b − N_a)]}
 *
 * for weights z^N exp(−βU). Chains keep their random streams; activities and temperatures change hands, so what belongs to a rung is
 * collected by rung.
 *
 * @cite Yan & de Pablo, J. Chem. Phys. 111, 9509 (1999) doi:10.1063/1.480282 (hyper-parallel tempering)
 */
import { SpecError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import { boltzmann } from '../core/units.ts';
import type { Chain } from './chain.ts';

/** Lane of the random stream: apart from those of builders. */
const exchangeLane = 0x7e;

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

export interface ExchangeRung {
  readonly lnActivity: number;
  readonly temperature: number;
  /** N and U (eV) after every round, in order */
  readonly counts: readonly number[];
  readonly energies: readonly number[];
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
  readonly #temperatures: readonly number[];
  readonly #counts: number[][];
  readonly #energies: number[][];
  readonly #tried: number[];
  readonly #accepted: number[];
  /** end of the ladder each chain saw last: −1 first rung, 1 last rung, 0 none */
  readonly #seen: number[];
  #round = 0;
  #roundTrips = 0;

  constructor(chains: readonly Chain[], { lnActivities, seed, stride, temperatures }: ReplicaExchangeOptions) {
    const kelvin = temperatures ?? chains.map(() => chains[0]!.temperature);
    if (chains.length < 2 || chains.length !== lnActivities.length || chains.length !== kelvin.length) {
      throw new SpecError(
        `replica exchange got ${chains.length} chains, ${lnActivities.length} activities and ${kelvin.length} temperatures: wanted at least two, one of each for each`,
      );
    }
    this.#chains = chains;
    this.#lnActivities = lnActivities;
    this.#stride = stride;
    this.#random = new RandomStream(seed, exchangeLane);
    this.#on = chains.map((_, rung) => rung);
    this.#temperatures = kelvin;
    this.#counts = chains.map(() => []);
    this.#energies = chains.map(() => []);
    this.#tried = chains.map(() => 0);
    this.#accepted = chains.map(() => 0);
    this.#seen = chains.map((_, k) => (k === 0 ? -1 : k === chains.length - 1 ? 1 : 0));
    chains.forEach((chain, k) => {
      chain.lnActivity = lnActivities[k]!;
      // a step as long as it was, by thermal motion
      chain.displacement *= Math.sqrt(kelvin[k]! / chain.temperature);
      chain.temperature = kelvin[k]!;
    });
  }

  /** Journeys of any chain from one end of the ladder to the other and back, counted as half trips divided by two. */
  get roundTrips(): number {
    return this.#roundTrips / 2;
  }

  /** The chain that stands on a rung now. */
  chainOn(rung: number): Chain {
    return this.#chains[this.#on[rung]!]!;
  }

  get rungs(): readonly ExchangeRung[] {
    return this.#lnActivities.map((lnActivity, k) => ({
      lnActivity,
      temperature: this.#temperatures[k]!,
      counts: this.#counts[k]!,
      energies: this.#energies[k]!,
      tried: this.#tried[k]!,
      accepted: this.#accepted[k]!,
    }));
  }

  /** Forgets what was counted: the end of equilibration. Where the chains are stays. */
  forget(): void {
    for (const values of [...this.#counts, ...this.#energies]) values.length = 0;
    this.#tried.fill(0);
    this.#accepted.fill(0);
    this.#roundTrips = 0;
  }

  /** One round: every chain runs `stride` trials, N is noted, then rungs (0,1), (2,3) … or (1,2), (3,4) … in turn may trade. */
  round(): void {
    for (const chain of this.#chains) chain.advance(this.#stride);
    this.#on.forEach((chain, rung) => {
      this.#counts[rung]!.push(this.#chains[chain]!.count);
      this.#energies[rung]!.push(this.#chains[chain]!.energy);
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
    const [kp, kq] = [boltzmann * p.temperature, boltzmann * q.temperature];
    const ratio = (1 / kp - 1 / kq) * (p.energy - q.energy) + (p.lnActivity - q.lnActivity) * (q.count - p.count);
    this.#tried[rung]!++;
    if (Math.log(this.#random.uniform()) >= ratio) return;
    this.#accepted[rung]!++;
    [p.lnActivity, q.lnActivity] = [q.lnActivity, p.lnActivity];
    [p.displacement, q.displacement] = [q.displacement, p.displacement];
    [p.temperature, q.temperature] = [q.temperature, p.temperature];
    this.#on[rung] = b;
    this.#on[rung + 1] = a;
  }
}
