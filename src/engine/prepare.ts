/** From model, guest and host to a chain's setup, with what the model says of cavities. */
import type { Frame } from '../core/frame.ts';
import { keyFromSeed } from '../core/random.ts';
import type { Model } from '../model/model.ts';
import { accessibleGrid } from './cavity.ts';
import type { ChainSetup } from './chain.ts';
import { compileGuest } from './guest-tables.ts';

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
}

/**
 * @throws ModelError  the model does not know the guest or a host species
 */
export function prepareChain({ model, guest, host, seed, ...rest }: ChainRequest): ChainSetup {
  const cavity = model.cavity[guest] ?? { guest: 0, host: 0 };
  return {
    ...rest,
    host,
    tables: compileGuest(model, guest, host.species),
    grid: accessibleGrid(host, cavity.host),
    guestCavity: cavity.guest,
    key: keyFromSeed(seed),
  };
}
