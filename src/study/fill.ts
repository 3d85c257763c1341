/** A structure filled with guests at a voltage, before it starts to move. */
import { PhysicsError } from '../core/errors.ts';
import { atomCount, type Frame, mergeFrames } from '../core/frame.ts';
import { prepareChain } from '../engine/prepare.ts';
import { lnActivityAt, metalState } from '../engine/reservoir.ts';
import { createWasmChain } from '../engine/wasm.ts';
import type { Model } from '../model/model.ts';
import { checkHost } from './check.ts';
import type { FillSpec } from './md-spec.ts';

/** Trials between two looks at the world outside. */
const slice = 20_000;

/** Which guests are tried how: mostly in and out, as a filling wants. */
const moves = { displace: 0.25, exchange: 0.7, teleport: 0.05 };

/**
 * Runs the grand-canonical chain of a study at one voltage on a rigid host and keeps its last configuration.
 *
 * @param model   knows guest and host, with a reference metal of the guest
 * @param look    called between slices with the trials done and the guests there; true stops
 * @returns host and guests in one frame, host atoms first; undefined when stopped
 * @throws SpecError     the box is narrower than two cutoffs
 * @throws PhysicsError  no guest came in
 */
export async function fillStructure(
  host: Frame,
  fill: FillSpec,
  model: Model,
  seed: string | number,
  look: (trials: number, guests: number) => boolean = () => false,
): Promise<Frame | undefined> {
  const { species, voltage, temperature, trials } = fill;
  checkHost(host, model, 'structure');
  const metal = metalState(model, species, temperature);
  const metalEnergy = metal.latticeEnergy;
  const chain = createWasmChain(
    prepareChain({ model, guest: species, host, temperature, moves, seed, stream: 0, metalEnergy }),
  );
  chain.lnActivity = lnActivityAt(metal, voltage);
  for (let done = 0; done < trials; ) {
    const n = Math.min(slice, trials - done);
    chain.advance(n);
    done += n;
    if (look(done, chain.count)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (chain.count === 0) {
    throw new PhysicsError(
      `no ${species} went into the ${atomCount(host)} atoms at ${voltage} V in ${trials} trials: fill at a lower voltage`,
    );
  }
  return mergeFrames(host, { cell: host.cell, species: [species], rows: chain.guestRows() });
}
