/**
 * The ladder of replica exchange: who stands on which rung, what was counted there, and which neighbours trade.
 *
 *   acc(a ↔ b) = min{1, exp[(β_a − β_b)(U_a − U_b) + (ln z_a − ln z_b)(N_b − N_a)]}
 *
 * for weights z^N exp(−βU). It runs no chains: those of a processor (`ReplicaExchange`) and of a GPU (`gpuReplicaExchange`) tell it N and U.
 *
 * @cite Yan & de Pablo, J. Chem. Phys. 111, 9509 (1999) doi:10.1063/1.480282 (hyper-parallel tempering)
 */
import { SpecError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import { boltzmann } from '../core/units.ts';

/** Lane of the random stream: apart from those of builders. */
const exchangeLane = 0x7e;

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

/** What a chain has when rungs may trade. */
export interface ExchangeState {
  /** guests */
  readonly count: number;
  /** eV */
  readonly energy: number;
}

/**
 * Mutable.
 *
 * @throws SpecError  fewer than two chains, or not one activity and one temperature for each
 */
export class ExchangeLadder {
  readonly #lnActivities: readonly number[];
  readonly #temperatures: readonly number[];
  readonly #random: RandomStream;
  /** which chain stands on a rung */
  readonly #on: number[];
  readonly #counts: number[][];
  readonly #energies: number[][];
  readonly #tried: number[];
  readonly #accepted: number[];
  /** end of the ladder each chain saw last: −1 first rung, 1 last rung, 0 none */
  readonly #seen: number[];
  #round = 0;
  #halfTrips = 0;

  /**
   * @param chains        how many
   * @param lnActivities  ln z of the rungs, Å⁻³
   * @param temperatures  of the rungs, K
   * @param seed          of the random numbers that decide swaps
   */
  constructor(chains: number, lnActivities: readonly number[], temperatures: readonly number[], seed: string | number) {
    if (chains < 2 || chains !== lnActivities.length || chains !== temperatures.length) {
      throw new SpecError(
        `replica exchange got ${chains} chains, ${lnActivities.length} activities and ${temperatures.length} temperatures: wanted at least two, one of each for each`,
      );
    }
    const perRung = <T>(make: (rung: number) => T): T[] => lnActivities.map((_, rung) => make(rung));
    this.#lnActivities = lnActivities;
    this.#temperatures = temperatures;
    this.#random = new RandomStream(seed, exchangeLane);
    this.#on = perRung((rung) => rung);
    this.#counts = perRung(() => []);
    this.#energies = perRung(() => []);
    this.#tried = perRung(() => 0);
    this.#accepted = perRung(() => 0);
    this.#seen = perRung((rung) => (rung === 0 ? -1 : rung === chains - 1 ? 1 : 0));
  }

  /** Journeys of any chain from one end of the ladder to the other and back, counted as half trips divided by two. */
  get roundTrips(): number {
    return this.#halfTrips / 2;
  }

  /** Number of the chain that stands on a rung now. */
  chainOn(rung: number): number {
    return this.#on[rung]!;
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
    this.#halfTrips = 0;
  }

  /**
   * Notes N and U by rung, then rungs (0,1), (2,3) … or (1,2), (3,4) … in turn may trade.
   *
   * @param states  of every chain
   * @returns pairs of chains that traded places
   */
  round(states: readonly ExchangeState[]): (readonly [number, number])[] {
    this.#on.forEach((chain, rung) => {
      this.#counts[rung]!.push(states[chain]!.count);
      this.#energies[rung]!.push(states[chain]!.energy);
    });
    const traded: (readonly [number, number])[] = [];
    for (let low = this.#round % 2; low + 1 < this.#on.length; low += 2) {
      const pair = [this.#on[low]!, this.#on[low + 1]!] as const;
      if (this.#trade(low, states[pair[0]]!, states[pair[1]]!)) traded.push(pair);
    }
    this.#round++;
    for (const [rung, end] of [
      [0, -1],
      [this.#on.length - 1, 1],
    ] as const) {
      const chain = this.#on[rung]!;
      if (this.#seen[chain] === -end) this.#halfTrips++;
      this.#seen[chain] = end;
    }
    return traded;
  }

  #trade(rung: number, p: ExchangeState, q: ExchangeState): boolean {
    const beta = (k: number): number => 1 / (boltzmann * this.#temperatures[k]!);
    const lnZ = this.#lnActivities;
    const ratio =
      (beta(rung) - beta(rung + 1)) * (p.energy - q.energy) + (lnZ[rung]! - lnZ[rung + 1]!) * (q.count - p.count);
    this.#tried[rung]!++;
    if (Math.log(this.#random.uniform()) >= ratio) return false;
    this.#accepted[rung]!++;
    [this.#on[rung], this.#on[rung + 1]] = [this.#on[rung + 1]!, this.#on[rung]!];
    return true;
  }
}
