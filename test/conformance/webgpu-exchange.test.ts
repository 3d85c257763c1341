/** Replica exchange on a GPU: an ideal gas, whose averages and swap rates are known. */
import { expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createGpuEnsemble } from '../../src/engine/webgpu/ensemble.ts';
import { gpuReplicaExchange } from '../../src/engine/webgpu/exchange.ts';
import { testGpu } from '../gpu.ts';
import { expectMean, swapDeviation } from '../statistical/sampling.ts';

const gpu = await testGpu();
const means = [4, 6, 9];

it('rungs keep zV guests each while chains trade them as often as Poisson has it', { timeout: 120_000 }, async ({
  skip,
}) => {
  if (typeof gpu === 'string') return skip(gpu);
  const host: Frame = { cell: cubicCell(10), species: [], rows: new Float64Array() };
  const setup: ChainSetup = {
    ...{ tables: idealGasTables(), host, grid: openGrid(host.cell, 1), guestCavity: 0, temperature: 300 },
    ...{ moves: { displace: 1, exchange: 8, teleport: 0 }, key: [3, 9], stream: 0 },
  };
  const lnActivities = means.map((n) => Math.log(n / 1000));
  const ensemble = await createGpuEnsemble(
    gpu,
    setup,
    // all begin at the wrong activity: the ladder sets its own
    means.map((_, stream) => ({ stream, lnActivity: 0 })),
    { spacing: null, firstDispatch: 200 },
  );
  const exchange = gpuReplicaExchange(ensemble, {
    ...{ lnActivities, displacements: [1, 1, 1], temperature: 300, seed: 'ideal', stride: 100 },
  });
  for (let k = 0; k < 20; k++) await exchange.round();
  exchange.forget();
  for (let k = 0; k < 220; k++) await exchange.round();
  means.forEach((mean, rung) => {
    expectMean(exchange.rungs[rung]!.counts, mean, 0.09);
  });
  for (const rung of [0, 1]) {
    expect(Math.abs(swapDeviation([means[rung]!, means[rung + 1]!], exchange.rungs[rung]!))).toBeLessThan(4);
  }
  expect(exchange.roundTrips).toBeGreaterThan(5);
  expect(new Set(means.map((_, rung) => exchange.chainOn(rung))).size).toBe(3);
  ensemble.destroy();
});
