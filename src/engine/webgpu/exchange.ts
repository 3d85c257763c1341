/** Replica exchange over voltages among the chains of a GPU's ensemble: all rungs advance in one dispatch, and trade between dispatches. */
import { ExchangeLadder, type ExchangeRung } from '../exchange-ladder.ts';
import type { GpuEnsemble } from './ensemble.ts';

export interface GpuExchangeOptions {
  /** ln z of the rungs, ascending or descending, one per chain, Å⁻³ */
  readonly lnActivities: readonly number[];
  /** half edge of the displacement cube on each rung, Å */
  readonly displacements: readonly number[];
  /** K, of all chains */
  readonly temperature: number;
  /** of the random numbers that decide swaps; the chains keep their own */
  readonly seed: string | number;
  /** trials of every chain between two rounds of swaps */
  readonly stride: number;
}

/** As `ReplicaExchange`, but that rounds take their time. */
export interface GpuReplicaExchange {
  readonly rungs: readonly ExchangeRung[];
  /** journeys of any chain from one end of the ladder to the other and back */
  readonly roundTrips: number;
  /** number of the chain that stands on a rung now */
  chainOn(rung: number): number;
  /** Forgets what was counted: the end of equilibration. Where the chains are stays. */
  forget(): void;
  /** One round: all chains run `stride` trials, N and U are noted, then neighbours may trade. */
  round(): Promise<void>;
}

/**
 * Puts the chains of an ensemble on a ladder of activities. Only N decides a swap at one temperature, so nothing but the samples of a
 * dispatch and two activities cross the bus.
 *
 * @throws SpecError  fewer than two chains, or not one activity for each
 * @oracle test/conformance/webgpu-exchange.test.ts
 */
export function gpuReplicaExchange(
  ensemble: GpuEnsemble,
  { lnActivities, displacements, temperature, seed, stride }: GpuExchangeOptions,
): GpuReplicaExchange {
  const kelvin = lnActivities.map(() => temperature);
  const ladder = new ExchangeLadder(ensemble.size, lnActivities, kelvin, seed);
  const settle = (): void => {
    lnActivities.forEach((lnActivity, rung) => {
      ensemble.setLnActivity(ladder.chainOn(rung), lnActivity);
      ensemble.setDisplacement(ladder.chainOn(rung), displacements[rung]!);
    });
  };
  settle();
  return {
    get rungs() {
      return ladder.rungs;
    },
    get roundTrips() {
      return ladder.roundTrips;
    },
    chainOn: (rung) => ladder.chainOn(rung),
    forget: () => ladder.forget(),
    async round() {
      const traded = ladder.round(await ensemble.advance(stride));
      if (traded.length > 0) settle();
    },
  };
}
