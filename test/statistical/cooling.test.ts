/** Guests cooled at fixed N against what is known otherwise: the ideal gas, and Lennard-Jones atoms that a flat histogram takes through the same N. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jackknife } from '../../src/core/macrostates.ts';
import { boltzmann } from '../../src/core/units.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { type CooledMacrostates, cooledMacrostates, lnPartitionRatio } from '../../src/engine/cooling.ts';
import { FlatHistogram } from '../../src/engine/flat-histogram.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { loadModel } from '../../src/model/load.ts';
import { slit } from '../../src/structure/crystal.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { emptyBox } from './sampling.ts';

const lnActivity = Math.log(0.004);

/** Blocks of independent coolings, upwards and downwards in turn. */
function coolings(
  setup: ChainSetup,
  most: number,
  perStep: number,
  loops: number,
  temperature = 300,
  lnZ = lnActivity,
): CooledMacrostates[] {
  return Array.from({ length: loops }, (_, loop) => {
    const cooling = cooledMacrostates({
      make: ({ k, ...start }) => createWasmChain({ ...setup, ...start, stream: 64 * (loop + 1) + k }),
      ...{ temperature, lnActivity: lnZ, displacement: 0.6, guests: new Float64Array(), least: 0, most, perStep },
      ...{ cooled: 18, way: loop % 2 === 0 ? 'up' : 'down' },
      seed: loop,
    });
    let share = 0;
    let step = cooling.next();
    for (; !step.done; step = cooling.next()) {
      expect(step.value.share).toBeGreaterThanOrEqual(share);
      share = step.value.share;
    }
    expect(share).toBeGreaterThan(0.9);
    return step.value;
  });
}

/** Mean over blocks and its error. */
function at(found: readonly CooledMacrostates[], n: number): { value: number; error: number } {
  const values = found.map(({ lnPi }) => lnPi[n]!);
  const value = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((a, b) => a + (b - value) ** 2, 0);
  return { value, error: Math.sqrt(square / values.length / (values.length - 1)) };
}

describe('cooling at fixed N', () => {
  it('an ideal gas: ln Π(N) = N ln zV − ln N!, whatever was hot', () => {
    const found = coolings(emptyBox(10, { key: [3, 1] }), 6, 2000, 8);
    let expected = 0;
    for (let n = 1; n <= 6; n++) {
      expected += Math.log(4 / n);
      const { value, error } = at(found, n);
      expect(error).toBeLessThan(0.2);
      expect(Math.abs(value - expected)).toBeLessThan(5 * error + 1e-9);
    }
  });

  it('Lennard-Jones atoms that condense: ln Π of a flat histogram at their own temperature', () => {
    // T* = 0.9, where a dozen atoms are a drop; few enough that N still goes to and fro by itself
    const model = lennardJonesModel({ 'A-A': [(boltzmann * 300) / 0.9, 3] }, { kind: 'truncate', to: 7.4 }, 1.5);
    const setup = emptyBox(15, { key: [3, 2], tables: compileGuest(model, 'A', []) });
    const most = 24;
    const chain = createWasmChain(setup);
    chain.lnActivity = lnActivity;
    chain.displacement = 0.6;
    const flat = new FlatHistogram(chain, { least: 0, most });
    for (const block of [null, 0, 1, 2, 3, 4, 5, 6, 7]) {
      for (const _ of flat.loop(block, 2000));
      flat.roam(block, 200_000);
    }
    const found = coolings(setup, most, 600, 4);
    for (const n of [1, 2, 4, 8, 12, 16, 20, 24]) {
      const walked = jackknife(flat.blocks, (lnPi) => lnPi[n]!);
      const { value, error } = at(found, n);
      expect(error).toBeLessThan(0.4);
      expect(Math.abs(value - walked.value)).toBeLessThan(4 * Math.hypot(error, walked.error!));
    }
    for (const { cooled, roundTrips } of found) {
      expect(roundTrips).toBeGreaterThan(1);
      for (const { n, guests } of cooled) expect(guests.length).toBe(4 * n);
    }
  });

  it('sodium in a slit at 900 K, ions that become metal: ln Π of a flat histogram there', () => {
    const file = JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8'));
    const model = loadModel(file, 'na-carbon');
    const metal = metalState(model, 'Na', 900);
    const setup = prepareChain({
      ...{ model, guest: 'Na', host: slit(9, 7, 4, 2), temperature: 900, seed: 'cooling', stream: 0 },
      ...{ moves: { displace: 0.3, exchange: 0.5, teleport: 0.2 }, metalEnergy: metal.latticeEnergy },
    });
    const most = 24;
    const chain = createWasmChain(setup);
    chain.lnActivity = metal.lnActivity;
    chain.displacement = 0.6;
    const flat = new FlatHistogram(chain, { least: 0, most });
    for (const block of [null, 0, 1, 2, 3, 4, 5, 6, 7]) for (const _ of flat.loop(block, 2000));
    const found = coolings(setup, most, 500, 4, 900, metal.lnActivity);
    for (const n of [1, 2, 4, 6, 9, 12, 16, 20, 24]) {
      const walked = jackknife(flat.blocks, (lnPi) => lnPi[n]!);
      const { value, error } = at(found, n);
      expect(Math.hypot(error, walked.error!)).toBeLessThan(1.5);
      expect(Math.abs(value - walked.value)).toBeLessThan(4 * Math.hypot(error, walked.error!));
    }
  });

  it('refuses guests outside of its limits', () => {
    const make = () => createWasmChain(emptyBox(10, { key: [3, 1] }));
    const range = { least: 2, most: 5, perStep: 10, cooled: 18, way: 'up', seed: 1 } as const;
    const state = { temperature: 300, lnActivity, displacement: 0.5, guests: new Float64Array() };
    expect(() => cooledMacrostates({ make, ...state, ...range }).next()).toThrow(
      'cooling needs least ≤ N ≤ most, got 2 ≤ 0 ≤ 5',
    );
    expect(() => cooledMacrostates({ make, ...state, ...range, least: 0, most: 4000 }).next()).toThrow(
      'cooling 4000 guests at once needs 96 temperatures, there are at most 63',
    );
    expect(() => cooledMacrostates({ make, ...state, ...range, least: 0, cooled: 5 }).next()).toThrow(
      'cooling needs more than 5 cooled N, got 5',
    );
  });
});

it('Bennett: the ratio of two harmonic oscillators’ partition functions', () => {
  // energies of one degree of freedom, E = kT χ²/2: Z ∝ β^(−1/2)
  const draws = (beta: number, salt: number): Float64Array =>
    Float64Array.from({ length: 4000 }, (_, i) => {
      // quantiles of χ² with two degrees of freedom stand for sampling: Z ∝ 1/β
      const u = (((i * 2654435761 + salt) % 4000) + 0.5) / 4000;
      return -Math.log(1 - u) / beta - 3;
    });
  const [a, b] = [30, 36];
  // ln Z = −ln β + 3β
  expect(lnPartitionRatio(draws(a, 0), draws(b, 7), b - a)).toBeCloseTo(Math.log(a / b) + 3 * (b - a), 2);
});
