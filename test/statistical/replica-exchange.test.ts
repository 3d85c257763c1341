/** Replica exchange over activities: the ideal gas, whose averages and swap rates are known, and a fluid with two phases. */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { countMoments, jackknife } from '../../src/core/macrostates.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { boltzmann } from '../../src/core/units.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { FlatHistogram } from '../../src/engine/flat-histogram.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { ReplicaExchange } from '../../src/engine/replica-exchange.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { expectMean, swapDeviation } from './sampling.ts';

const box = (edge: number): Frame => ({ cell: cubicCell(edge), species: [], rows: new Float64Array() });

describe('ideal gas', () => {
  const host = box(10);
  const means = [4, 7, 12];
  const chains = means.map((_, stream) =>
    createWasmChain({
      ...{ tables: idealGasTables(), host, grid: openGrid(host.cell, 1), guestCavity: 0, temperature: 300 },
      ...{ moves: { displace: 1, exchange: 8, teleport: 0 }, key: [3, 9], stream },
    }),
  );
  const exchange = new ReplicaExchange(chains, {
    ...{ lnActivities: means.map((n) => Math.log(n / 1000)), seed: 'ideal', stride: 100 },
  });
  for (let k = 0; k < 200; k++) exchange.round();
  exchange.forget();
  for (let k = 0; k < 16_384; k++) exchange.round();

  it.each([0, 1, 2])('rung %i: ⟨N⟩ = Var N = zV', (k) => {
    const { counts } = exchange.rungs[k]!;
    expectMean(counts, means[k]!, 0.01);
    expectMean(
      counts.map((n) => (n - means[k]!) ** 2),
      means[k]!,
      0.03,
    );
  });

  it.each([0, 1])('swaps between rungs %i and the next: Σ P_a(n) P_b(m) min(1, (z_a/z_b)^(m − n))', (k) => {
    expect(Math.abs(swapDeviation([means[k]!, means[k + 1]!], exchange.rungs[k]!))).toBeLessThan(4);
  });

  it('carries every chain from end to end', () => {
    expect(exchange.roundTrips).toBeGreaterThan(500);
  });
});

describe('Lennard-Jones at T* = 1.0, through coexistence', () => {
  const cutoff = 2.5;
  const model = lennardJonesModel({ 'A-A': [1, 1] }, { kind: 'truncate', to: cutoff }, 0.6);
  const host = box(5.2);
  const setup = (stream: number): ChainSetup => ({
    ...{ tables: compileGuest(model, 'A', []), host, grid: openGrid(host.cell, 0.4), guestCavity: 0.8 },
    ...{ temperature: 1 / boltzmann, moves: { displace: 1, exchange: 2, teleport: 0 }, key: [7, 1], stream },
  });
  const rungs = [-3.95, -3.85, -3.75, -3.65, -3.55];

  it('every rung has the ⟨N⟩ of a flat histogram', () => {
    const chains = rungs.map((_, stream) => {
      const chain = createWasmChain(setup(stream));
      chain.displacement = 1;
      return chain;
    });
    const exchange = new ReplicaExchange(chains, { lnActivities: rungs, seed: 'lj', stride: 300 });
    for (let k = 0; k < 200; k++) exchange.round();
    exchange.forget();
    for (let k = 0; k < 2048; k++) exchange.round();

    const chain = createWasmChain(setup(99));
    chain.lnActivity = -3.6;
    chain.displacement = 1;
    const most = 115;
    const flat = new FlatHistogram(chain, { least: 0, most, blocks: 4 });
    for (let loop = 0; loop < 5; loop++) for (const _ of flat.loop(loop === 0 ? null : loop - 1, 2_000));
    for (const [k, lnActivity] of rungs.entries()) {
      const expected = jackknife(flat.blocks, (lnPi, least) => countMoments(lnPi, least, lnActivity + 3.6).mean);
      const found = blockAverage(exchange.rungs[k]!.counts);
      expect(Math.abs(found.mean - expected.value) / Math.hypot(found.error, expected.error!)).toBeLessThan(4);
      expect(found.error).toBeLessThan(6);
    }
    expect(exchange.roundTrips).toBeGreaterThan(10);
  });
});

it('wants an activity for each of at least two chains', () => {
  expect(() => new ReplicaExchange([], { lnActivities: [-3], seed: 1, stride: 1 })).toThrow(
    'replica exchange got 0 chains, 1 activities and 0 temperatures: wanted at least two, one of each for each',
  );
});
