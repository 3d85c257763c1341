/**
 * The GPU's chains against those of the processor: energies of the same guests, running sums, averages, driven sums, errors. Runs on the
 * machine's GPU or on Chromium's software one (test/gpu.ts); CARDHOUSE_TEST_GPU=hardware insists on the first.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { openGrid, type VoxelGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { gaugeDrive } from '../../src/engine/drive.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import type { Gpu } from '../../src/engine/webgpu/device.ts';
import { createGpuEnsemble, type EnsembleChain } from '../../src/engine/webgpu/ensemble.ts';
import { testGpu } from '../gpu.ts';
import { sheetsHost } from './hosts.ts';
import { lennardJonesModel, switchedModel } from './models.ts';

let gpu: Gpu | string;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => {
  if (typeof gpu !== 'string') gpu?.close();
});

const host = sheetsHost(7, 4, [1, 5.2], 17.1);
const moves = { displace: 0.5, exchange: 0.4, teleport: 0.1 };

/** A setup, its activity, and guests it holds there. */
function filled(title: string) {
  const guest = title.startsWith('li') ? 'Li' : title.startsWith('k') ? 'K' : 'Na';
  const model = switchedModel(title);
  const metal = metalState(model, guest, 300);
  const setup = prepareChain({
    ...{ model, guest, host, moves, temperature: 300, seed: title, stream: 0 },
    metalEnergy: metal.latticeEnergy,
  });
  return fill(setup, lnActivityAt(metal, -0.05));
}

function fill(setup: ChainSetup, lnActivity: number) {
  const chain = createWasmChain(setup);
  chain.lnActivity = lnActivity;
  chain.advance(100_000);
  chain.refresh();
  return { setup, lnActivity, chain, guests: chain.guestRows() };
}

function lennardJones() {
  const model = lennardJonesModel({ 'Na-Na': [0.02, 3.3], 'Na-C': [0.003, 3.2] }, { kind: 'truncate', to: 8 }, 1.7);
  const plain: Frame = { ...host, species: ['C'], rows: host.rows.map((x, i) => (i % 4 === 3 ? 0 : x)) };
  const tables = compileGuest(model, 'Na', ['C']);
  const setup = { tables, host: plain, grid: openGrid(host.cell, 1), guestCavity: 0, temperature: 300, moves };
  return fill({ ...setup, key: [3, 4], stream: 0 }, Math.log(0.01));
}

/** |relative error| of the same configuration's energy, for exact sums */
const energyError = 1e-6;

describe.each(['na-carbon', 'li-carbon', 'k-carbon', 'lennard-jones'])('%s', (title) => {
  it('has the energies of the processor, keeps them while it runs, and does the same again', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const { setup, lnActivity, chain, guests } = title === 'lennard-jones' ? lennardJones() : filled(title);
    expect(guests.length / 4).toBeGreaterThan(10);
    const starts: EnsembleChain[] = [0, 1, 2].map((stream) => ({ stream, lnActivity, guests, displacement: 0.3 }));
    const exact = await createGpuEnsemble(gpu, setup, starts, { spacing: null });
    for (const energy of await exact.refresh()) {
      expect(Math.abs(energy / chain.energy - 1)).toBeLessThan(energyError);
    }
    const samples = await exact.advance(400);
    const anew = await exact.refresh();
    const rows = await exact.guestRows();
    const counts = await exact.takeCounts();
    expect(counts.reduce((sum, count) => sum + count.displace.accepted, 0)).toBeGreaterThan(10);
    samples.forEach(({ energy, count }, c) => {
      // every accepted ΔU went into the running sum
      expect(Math.abs(energy - anew[c]!)).toBeLessThan(1e-4);
      expect(count).toBe(rows[c]!.length / 4);
      const same = createWasmChain({ ...setup, guests: rows[c]! });
      expect(Math.abs(same.energy / anew[c]! - 1)).toBeLessThan(energyError);
    });
    // a chain does the same alone as beside others
    const alone = await createGpuEnsemble(gpu, setup, [starts[1]!], { spacing: null });
    await alone.advance(400);
    expect((await alone.guestRows())[0]).toEqual(rows[1]);
    alone.destroy();
    exact.destroy();
  });
});

it('the host map is within 1.5 meV a guest of exact sums where guests are', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const { setup, lnActivity, chain, guests } = filled('na-carbon');
  const mapped = await createGpuEnsemble(gpu, setup, [{ stream: 0, lnActivity, guests }]);
  const [energy] = await mapped.refresh();
  expect(Math.abs(energy! - chain.energy) / (guests.length / 4)).toBeLessThan(1.5e-3);
  mapped.destroy();
});

/** An empty box whose voxels weigh anything from 1 to 128. */
function gas(change: Partial<ChainSetup> = {}): ChainSetup {
  const empty: Frame = { cell: cubicCell(12), species: [], rows: new Float64Array() };
  const open = openGrid(empty.cell, 1);
  const grid: VoxelGrid = { ...open, levels: open.levels.map((_, v) => 1 + (((v * 2654435761) >>> 5) % 8)) };
  const common = { tables: idealGasTables(), host: empty, grid, guestCavity: 0, temperature: 300 };
  return { ...common, moves: { displace: 1, exchange: 4, teleport: 1 }, key: [7, 11], stream: 0, ...change };
}

it('holds z V guests of an ideal gas, spread as Poisson has it, whatever the weights of the voxels', async ({
  skip,
}) => {
  if (typeof gpu === 'string') return skip(gpu);
  const z = 10 / 12 ** 3;
  const chains = Array.from({ length: 32 }, (_, stream) => ({ stream, lnActivity: Math.log(z) }));
  const ensemble = await createGpuEnsemble(gpu, gas(), chains, { spacing: null });
  await ensemble.advance(500);
  await ensemble.takeCounts();
  const samples = await ensemble.advance(2000);
  const counts = await ensemble.takeCounts();
  const means = samples.map(({ meanCount }) => meanCount);
  const mean = means.reduce((a, b) => a + b) / means.length;
  const error = Math.sqrt(means.reduce((a, b) => a + (b - mean) ** 2, 0) / (means.length - 1) / means.length);
  expect(Math.abs(mean - 10) / error).toBeLessThan(4);
  const variances = samples.map(({ meanCount, meanSquare }) => meanSquare - 2 * 10 * meanCount + 100);
  const variance = variances.reduce((a, b) => a + b) / variances.length;
  const spread = Math.sqrt(
    variances.reduce((a, b) => a + (b - variance) ** 2, 0) / (variances.length - 1) / variances.length,
  );
  expect(Math.abs(variance - 10) / spread).toBeLessThan(4);
  // in equilibrium as many come as go
  const [come, go] = (['insert', 'delete'] as const).map((move) =>
    counts.reduce((sum, c) => sum + c[move].accepted, 0),
  );
  expect(Math.abs(come! - go!) / 32).toBeLessThan(4);
  ensemble.destroy();
});

it('drives N as a gauge cell and leaves Π(N+1)/Π(N) = z V/(N+1)', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const drive = gaugeDrive(20, 12 ** 3);
  const chains = Array.from({ length: 32 }, (_, stream) => ({ stream, lnActivity: Math.log(0.01), drive }));
  const uniform = gas({ grid: openGrid(cubicCell(12), 1) });
  const ensemble = await createGpuEnsemble(gpu, uniform, chains, { spacing: null });
  await ensemble.advance(2000);
  const sums = ensemble.takeTransitions();
  const total = (name: 'up' | 'down' | 'triedUp' | 'triedDown' | 'visits', n: number) =>
    sums.reduce((sum, one) => sum + one[name][n]!, 0);
  expect(sums.reduce((sum, one) => sum + one.visits.reduce((a, b) => a + b), 0)).toBe(32 * 2000);
  // half of 20 guests sit in either of two equal volumes
  const mean = Array.from({ length: 21 }, (_, n) => n * total('visits', n)).reduce((a, b) => a + b) / (32 * 2000);
  expect(Math.abs(mean - 10)).toBeLessThan(0.5);
  for (const n of [8, 9, 10, 11]) {
    const ratio = total('up', n) / total('triedUp', n) / (total('down', n + 1) / total('triedDown', n + 1));
    expect(ratio).toBeCloseTo((0.01 * 12 ** 3) / (n + 1), 4);
  }
  ensemble.destroy();
});

it('holds as many sodium atoms as the processor does', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const { setup, chain } = filled('na-carbon');
  const metal = metalState(switchedModel('na-carbon'), 'Na', 300);
  const lnActivity = lnActivityAt(metal, 0.35);
  chain.lnActivity = lnActivity;
  chain.displacement = 0.6;
  chain.advance(200_000);
  // every chain begins at another state of equilibrium: one that leaves it is wrong
  const chains: EnsembleChain[] = [];
  const means = Array.from({ length: 24 }, (_, stream) => {
    let sum = 0;
    for (let k = 0; k < 100; k++) {
      chain.advance(250);
      sum += chain.count / 100;
    }
    chains.push({ stream, lnActivity, guests: chain.guestRows(), displacement: 0.6 });
    return sum;
  });
  const ensemble = await createGpuEnsemble(gpu, setup, chains, { spacing: null });
  await ensemble.advance(1000);
  const ours = (await ensemble.advance(2500)).map(({ meanCount }) => meanCount);
  const stats = (x: number[]) => {
    const mean = x.reduce((a, b) => a + b) / x.length;
    return { mean, error: Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1) / x.length) };
  };
  const [a, b] = [stats(means), stats(ours)];
  expect(Math.abs(a.mean - b.mean) / Math.hypot(a.error, b.error)).toBeLessThan(4);
  ensemble.destroy();
});

describe('refuses by name', () => {
  it('guests that overlap, a chain that is full, a map larger than a binding, a device that is gone', async ({
    skip,
  }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const { setup, lnActivity } = lennardJones();
    const twice = Float64Array.of(10, 10, 16, 0, 10.1, 10, 16, 0);
    await expect(
      createGpuEnsemble(gpu, setup, [{ stream: 0, lnActivity, guests: twice }], { spacing: null }),
    ).rejects.toThrow(/chain 0 with 2 guests: guests overlap/);
    const full = await createGpuEnsemble(gpu, gas(), [{ stream: 0, lnActivity: 0 }], { spacing: null, capacity: 8 });
    await expect(full.advance(200)).rejects.toThrow(/chain 0 with 8 guests: a chain is full/);
    full.destroy();
    const small = { ...gpu, largestBinding: 2 ** 20 };
    await expect(createGpuEnsemble(small, setup, [{ stream: 0, lnActivity }])).rejects.toThrow(
      /host map of .* needs \d+ MiB/,
    );
    const other = await testGpu();
    if (typeof other === 'string') throw new Error(other);
    const lost = await createGpuEnsemble(other, gas(), [{ stream: 0, lnActivity: -5 }], { spacing: null });
    other.close();
    await other.lost;
    await expect(lost.advance(10)).rejects.toThrow(/device lost/);
  });
});
