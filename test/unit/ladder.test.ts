/** A ladder that is asked for an error goes on sampling until it has it, and comes to the same bits when it is stopped on the way. */
import { describe, expect, it } from 'vitest';
import { massOfFrame } from '../../src/core/frame.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { capacityPerGuest } from '../../src/core/units.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { metalState } from '../../src/engine/reservoir.ts';
import { densityLimit } from '../../src/engine/validity.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { type LadderResult, runLadder } from '../../src/study/ladder.ts';
import type { ReplicaEvent } from '../../src/study/replica.ts';
import { newestPlace } from '../../src/study/saved.ts';
import { parseStudySpec } from '../../src/study/spec.ts';
import { sheetsHost } from '../conformance/hosts.ts';
import { shippedModel } from '../conformance/models.ts';

const host = sheetsHost(7, 4, [1, 5.2, 9.4, 13.6], 17.8);
const model = shippedModel('na-carbon');
const metal = metalState(model, 'Na', 300);
const perGuest = capacityPerGuest / massOfFrame(host);
const setup = prepareChain({
  ...{ model, guest: 'Na', host, temperature: 300, seed: 'ladder', stream: 0 },
  ...{ moves: { displace: 0.4, exchange: 0.5, teleport: 0.1 }, metalEnergy: metal.latticeEnergy },
});

function taskWith(error?: number) {
  const spec = parseStudySpec({
    host: { file: 'galleries.xyz' },
    guest: { species: 'Na', model: 'na-carbon' },
    ladder: {
      ...{ discharge: [0.3], charge: [], equilibration: 2000, production: 4000, samples: 20, snapshots: 1, longest: 5 },
      ...(error !== undefined && { error }),
    },
  });
  return { spec, replica: 0, model: null, metal };
}

async function ladder(error?: number, emit: (event: ReplicaEvent) => void = () => {}): Promise<LadderResult> {
  const chain = createWasmChain(setup);
  return runLadder({ task: taskWith(error), chain, host, place: undefined, build: 0, emit, stopped: () => false });
}

it('stops where guests are squeezed beyond what the model was made for', async () => {
  const task = taskWith();
  const { ladder: asked } = task.spec;
  const spec = { ...task.spec, ladder: { ...asked, discharge: [-4], equilibration: 150_000 } };
  const slit = sheetsHost(7, 4, [3, 14], 17.8);
  const prepared = prepareChain({
    ...{ model, guest: 'Na', host: slit, temperature: 300, seed: 'squeeze', stream: 0 },
    ...{ moves: { displace: 0.3, exchange: 0.6, teleport: 0.1 }, metalEnergy: metal.latticeEnergy },
  });
  // insertions that keep away from guests, as the model asks for, would not get so far in such a time
  const chain = createWasmChain({ ...prepared, guestCavity: 0 });
  const run = { task: { ...task, spec }, chain, host: slit, place: undefined, build: 0, emit: () => {} };
  const limited = { ...run, stopped: () => false, densityLimit: densityLimit(model, 'Na') };
  await expect(runLadder(limited)).rejects.toThrow(
    /Na at -4 V are squeezed beyond what the model was made for: density ρ up to .* times that of the bulk metal/,
  );
});

describe('a ladder asked for an error', () => {
  it('samples as long as it needs, in whole productions, and no longer than allowed', async () => {
    const plain = (await ladder()).points[0]!.counts;
    expect(plain.length).toBe(20);
    const most = (await ladder(1e-6)).points[0]!;
    expect(most.counts.length).toBe(100);
    expect(most.snapshots.length).toBe(5);
    expect([...most.counts.subarray(0, 20)]).toEqual([...plain]);
    const wanted = 1.05 * blockAverage(most.counts.subarray(0, 40)).error * perGuest;
    const some = (await ladder(wanted)).points[0]!.counts;
    expect([20, 40]).toContain(some.length);
    expect(blockAverage(some).error * perGuest).toBeLessThanOrEqual(wanted);
  });

  it('goes on where it was stopped', async () => {
    const files = new Map<string, Uint8Array>();
    const keep = (event: ReplicaEvent): void => {
      if (event.type === 'save') files.set(event.name, event.bytes);
    };
    let looks = 0;
    const run = { task: taskWith(1e-6), host, build: 0, emit: keep };
    const first = await runLadder({
      ...{ ...run, chain: createWasmChain(setup), place: undefined },
      stopped: () => ++looks > 50,
    });
    expect(first.stopped).toBe(true);
    const place = newestPlace({ files, chains: [files.get('chain')!] }, () => {})!;
    expect(place.counts.length).toBeGreaterThan(20);
    const chain = createWasmChain({ ...setup, state: place.chain });
    const rest = await runLadder({ ...run, chain, place, stopped: () => false });
    expect(rest.points).toEqual((await ladder(1e-6)).points);
  });
});
