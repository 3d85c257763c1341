/** From model, guest and host to a chain's setup, with what the model says of cavities. */
import type { Frame } from '../core/frame.ts';
import { keyFromSeed } from '../core/random.ts';
import type { Model } from '../model/model.ts';
import { accessibleGrid, energyBiasedGrid } from './cavity.ts';
import type { ChainSetup } from './chain.ts';
import { compileGuest } from './guest-tables.ts';
import { hostProbe } from './host-map/audit.ts';
import type { HostMap } from './host-map/build.ts';

export interface ChainRequest {
  readonly model: Model;
  readonly guest: string;
  readonly host: Frame;
  /** K */
  readonly temperature: number;
  readonly moves: ChainSetup['moves'];
  readonly seed: string | number;
  /** independent streams of one seed */
  readonly stream: number;
  readonly guests?: Float64Array;
  /** energy of a guest in its bulk metal, eV: insertions are then biased by energy, else only by free volume */
  readonly metalEnergy?: number;
  /** gives the host a map: `buildHostMap`, or one that was built before; exact sums when absent or nothing is given */
  readonly map?: (host: Pick<ChainSetup, 'tables' | 'host'>) => HostMap | undefined;
}

/**
 * @throws ModelError  the model does not know the guest or a host species
 */
export function prepareChain({ model, guest, host, seed, metalEnergy, map: mapOf, ...rest }: ChainRequest): ChainSetup {
  const cavity = model.cavity[guest] ?? { guest: 0, host: 0 };
  const tables = compileGuest(model, guest, host.species);
  const map = mapOf?.({ tables, host });
  const setup = {
    ...rest,
    host,
    tables,
    ...(map && { map }),
    grid: accessibleGrid(host, cavity.host),
    guestCavity: cavity.guest,
    key: keyFromSeed(seed),
  };
  if (metalEnergy === undefined) return setup;
  return { ...setup, grid: energyBiasedGrid(setup.grid, host.cell, hostProbe(setup), metalEnergy) };
}
