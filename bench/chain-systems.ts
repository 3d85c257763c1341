/** The chains that are measured without a peer: the Lennard-Jones guest, and embedded sodium at half plateau. */
import type { Frame } from '../src/core/frame.ts';
import type { ChainSetup } from '../src/engine/chain.ts';
import { prepareChain } from '../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../src/engine/reservoir.ts';
import { createWasmChain } from '../src/engine/wasm.ts';
import { benchCarbon } from '../src/study/bench-host.ts';
import { lennardJonesGuest, moves } from './peers/gcmc-systems.ts';
import { replicated, shipped } from './peers/systems.ts';

/** A chain's setup and where it starts. */
export interface ChainSystem {
  readonly about: string;
  readonly setup: ChainSetup;
  readonly lnActivity: number;
  readonly displacement: number;
  /** [N, 4] */
  readonly guests: Float64Array;
}

/** Which chain a worker is to make. */
export interface WorkerChain {
  readonly guest: 'lj' | 'na';
  readonly atoms: number;
  readonly stream: number;
}

/** A typed hard carbon of about so many atoms; large ones are copies of a smaller one. */
export function typedCarbon(atoms: number): Frame {
  return atoms > 20_000 ? replicated(typedCarbon(atoms / 8), [2, 2, 2]) : benchCarbon(Math.round(atoms));
}

/** guests per carbon at half plateau: capacity at 0 V and slope of the shipped study, the middle of them */
const halfPlateau = 0.085;

/** Embedded sodium in a typed carbon: filled below zero until half of what fits is in, then left at 0 V. */
export function sodiumAtHalfPlateau(atoms: number): ChainSystem {
  const host = typedCarbon(atoms);
  const model = shipped('na-carbon');
  const metal = metalState(model, 'Na', 300);
  const base = { model, guest: 'Na', host, temperature: 300, seed: 'bench', stream: 0, moves };
  const setup = prepareChain({ ...base, metalEnergy: metal.latticeEnergy });
  const chain = createWasmChain(setup);
  chain.displacement = 0.4;
  chain.lnActivity = lnActivityAt(metal, -0.2);
  const most = Math.round(halfPlateau * atoms);
  for (let k = 0; k < 4000 && chain.count < most; k++) chain.advance(Math.ceil(most / 2));
  chain.lnActivity = lnActivityAt(metal, 0);
  chain.advance(20 * most);
  return {
    about: 'na-carbon, Na at half plateau, typed carbon',
    ...{ setup, lnActivity: chain.lnActivity, displacement: 0.4, guests: chain.guestRows() },
  };
}

/** The chain that a worker was asked for. */
export function chainOf({ guest, atoms, stream }: WorkerChain): ChainSystem {
  const system = guest === 'lj' ? lennardJonesGuest(atoms) : sodiumAtHalfPlateau(atoms);
  return { ...system, setup: { ...system.setup, stream } };
}
