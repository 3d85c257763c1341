/** Driven N and driven voltage must meet: the voltage a gauge cell finds at N is the one at which a free chain has that N. */
import { describe, expect, it } from 'vitest';
import { massOfFrame } from '../../src/core/frame.ts';
import { blockAverage, variance } from '../../src/core/statistics.ts';
import { boltzmann, capacityPerGuest } from '../../src/core/units.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { driveCharge } from '../../src/study/galvanostatic.ts';
import type { ReplicaEvent } from '../../src/study/replica.ts';
import { parseStudySpec } from '../../src/study/spec.ts';
import { sheetsHost } from '../conformance/hosts.ts';
import { shippedModel } from '../conformance/models.ts';

// galleries 4.6 Å wide of basal carbon: the first guests keep away from each other, with no transition between states of charge
const host = sheetsHost(7, 4, [1, 5.6, 10.2, 14.8], 18.4, { typed: false });
const model = shippedModel('na-carbon');
const metal = metalState(model, 'Na', 300);
const perGuest = capacityPerGuest / massOfFrame(host);
const setup = () =>
  prepareChain({
    ...{ model, guest: 'Na', host, temperature: 300, seed: 'galvanostatic', stream: 0 },
    ...{ moves: { displace: 0.4, exchange: 0.5, teleport: 0.1 }, metalEnergy: metal.latticeEnergy },
  });

function taskWith(galvanostatic: object) {
  const spec = parseStudySpec({
    host: { file: 'galleries.xyz' },
    guest: { species: 'Na', model: 'na-carbon' },
    protocol: 'galvanostatic',
    galvanostatic,
  });
  return { spec, replica: 0, model: null, metal };
}

describe('galvanostatic branches', () => {
  it('find the voltage at which a free chain has as many guests, up and down', async () => {
    const events: ReplicaEvent[] = [];
    const task = taskWith({ step: 12 * perGuest, gauge: 10, equilibration: 60_000, production: 240_000 });
    const start = createWasmChain(setup());
    const points = (await driveCharge({
      ...{ task, host, setup: setup(), chain: start, full: 24 },
      emit: (event) => events.push(event),
      stopped: () => false,
    }))!;
    const [up, down] = ['discharge', 'charge'].map((branch) => points.filter((p) => p.branch === branch));
    expect(up!.length).toBeGreaterThan(1);
    expect(down!.length).toBe(up!.length - 1);
    expect(events.filter(({ type }) => type === 'save')).toHaveLength(points.length);
    for (const { capacity, guests, voltage } of points) {
      const n = guests.value;
      expect(Math.abs(n - capacity / perGuest)).toBeLessThan(15);
      const chain = createWasmChain(setup());
      chain.lnActivity = lnActivityAt(metal, voltage.value);
      chain.displacement = 0.5;
      chain.advance(60_000);
      const samples = Float64Array.from({ length: 400 }, () => {
        chain.advance(500);
        return chain.count;
      });
      const free = blockAverage(samples);
      // what the error of the voltage is worth in guests: kT dN/dμ is the variance of N
      const softness = Math.max(1, variance(samples)) / (boltzmann * 300);
      const error = Math.hypot(free.error, guests.error!, voltage.error! * softness);
      expect(Math.abs(free.mean - n) / error).toBeLessThan(4);
    }
  });

  it('go on from the state of charge they were stopped at', async () => {
    const task = taskWith({ step: 8 * perGuest, gauge: 10, equilibration: 4000, production: 8000 });
    const files = new Map<string, Uint8Array>();
    const keep = (event: ReplicaEvent): void => {
      if (event.type === 'save') files.set(event.name, event.bytes);
    };
    const run = { task, host, setup: setup(), full: 17, emit: keep };
    const whole = await driveCharge({ ...run, chain: createWasmChain(setup()), stopped: () => false });
    expect(whole!.length).toBeGreaterThan(1);
    const saved = { files: new Map([...files].slice(0, 1)), chains: [] };
    const rest = await driveCharge({
      ...run,
      ...{ task: { ...task, saved }, chain: createWasmChain(setup()), stopped: () => false },
    });
    expect(rest).toEqual(whole);
    expect(await driveCharge({ ...run, chain: createWasmChain(setup()), stopped: () => true })).toBeUndefined();
  });
});
