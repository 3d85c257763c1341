/** From model, guest and host to a chain's setup, with what the model says of cavities. */
import type { Frame } from '../core/frame.ts';
import { keyFromSeed } from '../core/random.ts';
import type { Model } from '../model/model.ts';
import { accessibleGrid, energyBiasedGrid, openGrid } from './cavity.ts';
import type { ChainSetup } from './chain.ts';
import { compileGuest } from './guest-tables.ts';
import { createWasmChain } from './wasm.ts';

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
}

/**
 * @throws ModelError  the model does not know the guest or a host species
 */
export function prepareChain({ model, guest, host, seed, metalEnergy, ...rest }: ChainRequest): ChainSetup {
  const cavity = model.cavity[guest] ?? { guest: 0, host: 0 };
  const setup = {
    ...rest,
    host,
    tables: compileGuest(model, guest, host.species),
    grid: accessibleGrid(host, cavity.host),
    guestCavity: cavity.guest,
    key: keyFromSeed(seed),
  };
  if (metalEnergy === undefined) return setup;
  // an empty chain on the coarsest grid: only its host field is asked for
  const probe = createWasmChain({ ...setup, guests: undefined, grid: openGrid(host.cell, 5) });
  const field = (x: number, y: number, z: number) => probe.hostField(x, y, z);
  return { ...setup, grid: energyBiasedGrid(setup.grid, host.cell, field, metalEnergy) };
}
