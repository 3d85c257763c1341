/**
 * One chain in a box of domains on a GPU: the same ensemble as the box in one piece, energies that add up, the same bytes. Runs on the machine's GPU or
 * on Chromium's software one (test/gpu.ts).
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { boltzmann } from '../../src/core/units.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { boardAt, checkerboardOf, checkerboardReach, domainCount } from '../../src/engine/domains/checkerboard.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { createGpuBox, type GpuBox } from '../../src/engine/webgpu/box.ts';
import type { Gpu } from '../../src/engine/webgpu/device.ts';
import { chooseBackend } from '../../src/study/backend.ts';
import { parseStudySpec } from '../../src/study/spec.ts';
import { testGpu } from '../gpu.ts';
import { sheetsHost } from './hosts.ts';
import { lennardJonesModel, shippedModel } from './models.ts';

// a software GPU compiles the kernels for some seconds, and longer where it is not alone
vi.setConfig({ testTimeout: 400_000 });

let gpu: Gpu | string;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => {
  if (typeof gpu !== 'string') gpu?.close();
});

/** Software runs lanes one after the other: few are faster there, and any number gives the same ensemble. */
const lanes = 4;

async function series(chain: GpuBox, samples: number, rounds: number) {
  const [count, energy]: [number[], number[]] = [[], []];
  for (let k = 0; k < samples; k++) {
    await chain.advance(rounds * chain.roundTrials);
    count.push(chain.count);
    energy.push(chain.energy);
  }
  return { count, energy };
}

/** Deviation of two means in their common error. */
function deviation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [one, two] = [blockAverage(a), blockAverage(b)];
  return (one.mean - two.mean) / Math.hypot(one.error, two.error);
}

describe('an ideal gas', () => {
  const cell = orthorhombicCell(26, 22, 24);
  const open = openGrid(cell, 1);
  /** voxels weigh anything from 1 to 128, some nothing */
  const grid = { ...open, levels: open.levels.map((_, v) => ((v * 2654435761) >>> 5) % 9) };
  const gas = (change: Partial<ChainSetup> = {}): ChainSetup => ({
    ...{ tables: idealGasTables(), host: { cell, species: [], rows: new Float64Array() }, grid, guestCavity: 0 },
    ...{ temperature: 300, moves: { displace: 1, exchange: 4, teleport: 1 }, key: [7, 11], stream: 0, ...change },
  });
  const wanted = 60;
  const options = { lanes, trialsPerRound: 32, narrowest: 6 };

  it('has z V guests, spread as Poisson has it, in every part of the box', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const box = await createGpuBox(gpu, gas(), options);
    expect(box.domains).toBe(3 * 3 * 3);
    box.lnActivity = Math.log(wanted / (26 * 22 * 24));
    box.displacement = 3;
    await box.advance(40 * box.roundTrials);
    box.takeCounts();
    const [count, square, left]: number[][] = [[], [], []];
    for (let k = 0; k < 240; k++) {
      await box.advance(box.roundTrials);
      count!.push(box.count);
      square!.push((box.count - wanted) ** 2);
      const rows = box.guestRows();
      left!.push(rows.filter((x, i) => i % 4 === 0 && x < 13).length);
    }
    const z = (values: number[], exact: number) => {
      const { mean, error } = blockAverage(values);
      return (mean - exact) / error;
    };
    expect(Math.abs(z(count!, wanted))).toBeLessThan(4);
    expect(Math.abs(z(square!, wanted))).toBeLessThan(4);
    expect(Math.abs(z(left!, wanted / 2))).toBeLessThan(4);
    expect(blockAverage(count!).error / wanted).toBeLessThan(0.03);
    expect(box.energy).toBe(0);
    // every trial is counted, and as many guests come as go
    const counts = box.takeCounts();
    expect(Object.values(counts).reduce((sum, one) => sum + one.attempted, 0)).toBe(240 * box.roundTrials);
    expect(counts.displace.accepted).toBeGreaterThan(500);
    expect(Math.abs(counts.insert.accepted - counts.delete.accepted)).toBeLessThan(60);
    box.destroy();
  });

  it('does the same again, however long its requests are, and when it goes on from what was saved', async ({
    skip,
  }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const device = gpu;
    const fixed = Float64Array.of(3, 4, 5, 0, 20, 20, 20, 0);
    const begin = async (change: Partial<ChainSetup> = {}) => {
      const box = await createGpuBox(device, gas({ fixed, ...change }), options);
      box.lnActivity = Math.log(wanted / (26 * 22 * 24));
      return box;
    };
    const [one, two] = [await begin(), await begin()];
    await one.advance(24 * one.roundTrials);
    for (const rounds of [1, 9, 3]) await two.advance(rounds * two.roundTrials - 5);
    const state = structuredClone(two.save());
    await two.advance(11 * two.roundTrials);
    const rest = await begin({ state });
    await rest.advance(11 * rest.roundTrials);
    expect(one.count).toBeGreaterThan(20);
    expect(one.trial).toBe(24 * one.roundTrials);
    const counts = one.takeCounts();
    for (const other of [two, rest]) {
      expect(other.save().guests).toEqual(one.save().guests);
      expect(other.takeCounts()).toEqual(counts);
      expect(other.trial).toBe(one.trial);
    }
    // those that never move stand first, and are neither counted nor given away
    expect([...one.save().guests.subarray(0, 3), ...one.save().guests.subarray(10, 13)]).toEqual([3, 4, 5, 20, 20, 20]);
    expect(one.guestRows().length).toBe(4 * one.count);
    for (const box of [one, two, rest]) box.destroy();
  });

  it('refuses by name', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const device = gpu;
    const small = {
      host: { cell: cubicCell(8), species: [], rows: new Float64Array() },
      grid: openGrid(cubicCell(8), 1),
    };
    await expect(createGpuBox(device, gas(small))).rejects.toThrow(/needs an edge of 10 Å or more/);
    const guests = Float64Array.of(1, 1, 1, 0, 2, 2, 2, 0);
    await expect(createGpuBox(device, gas({ guests }), { capacity: 1 })).rejects.toThrow(
      /room for 1 guests was given 2/,
    );
    const full = await createGpuBox(device, gas(), { ...options, capacity: 64 });
    full.lnActivity = 0;
    await expect(full.advance(20 * full.roundTrials)).rejects.toThrow(/is full: raise/);
    full.destroy();
    const state = createWasmChain(gas()).save();
    await expect(createGpuBox(device, gas({ state }))).rejects.toThrow(/backend wasm, not webgpu-box/);
  });
});

it('a Lennard-Jones fluid has the same ⟨N⟩ and ⟨U⟩ as in one piece', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const cell = orthorhombicCell(14, 14, 7);
  const setup: ChainSetup = {
    tables: compileGuest(lennardJonesModel({ 'A-A': [1, 1] }, { kind: 'truncate', to: 3 }, 0.6), 'A', []),
    ...{ host: { cell, species: [], rows: new Float64Array() }, grid: openGrid(cell, 0.5), guestCavity: 0 },
    ...{ temperature: 1.5 / boltzmann, moves: { displace: 1, exchange: 2, teleport: 1 }, key: [3, 11], stream: 0 },
  };
  const whole = createWasmChain(setup);
  whole.lnActivity = -3.2;
  whole.displacement = 1.2;
  whole.advance(50_000);
  const expected: Record<'count' | 'energy', number[]> = { count: [], energy: [] };
  for (let k = 0; k < 4096; k++) {
    whole.advance(400);
    expected.count.push(whole.count);
    expected.energy.push(whole.energy);
  }
  const box = await createGpuBox(
    gpu,
    { ...setup, stream: 1, guests: whole.guestRows() },
    { lanes, narrowest: 2, trialsPerRound: 100 },
  );
  expect([box.domains, box.board.reach]).toEqual([4, 3]);
  const twice = Float64Array.of(5, 5, 5, 0, 5.1, 5, 5, 0);
  await expect(createGpuBox(gpu, { ...setup, guests: twice }, { lanes, narrowest: 2 })).rejects.toThrow(
    /box of 2 guests .* guests overlap/,
  );
  // the same guests
  expect(Math.abs(box.energy / whole.energy - 1)).toBeLessThan(1e-6);
  box.lnActivity = -3.2;
  box.displacement = 1.2;
  await box.advance(40 * box.roundTrials);
  const found = await series(box, 320, 1);
  const z = (['count', 'energy'] as const).map((what) => deviation(found[what], expected[what]));
  const drift = box.refresh();
  for (const one of z) expect(Math.abs(one)).toBeLessThan(4);
  expect(blockAverage(found.count).error / blockAverage(found.count).mean).toBeLessThan(0.05);
  expect(drift).toBeLessThan(1e-4);
  box.destroy();
});

describe('embedded sodium', () => {
  const model = shippedModel('na-carbon');
  const host = sheetsHost(21, 4, [1, 5.2], 17.1);

  it('two domains do not feel each other nearer than the derivation says, charges that switch and all', async ({
    skip,
  }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const reach = checkerboardReach(compileGuest(model, 'Na', []));
    expect(Math.abs(reach - (2 * 5.856 + 8))).toBeLessThan(0.1);
    const long = orthorhombicCell(2 * reach + 18, 17, 17);
    const setup: ChainSetup = {
      ...{ tables: compileGuest(model, 'Na', []), host: { cell: long, species: [], rows: new Float64Array() } },
      ...{
        grid: openGrid(long, 0.5),
        guestCavity: 0,
        temperature: 1500,
        moves: { displace: 1, exchange: 2, teleport: 1 },
      },
      ...{ key: [5, 1], stream: 0 },
    };
    const box = await createGpuBox(gpu, setup, { lanes, trialsPerRound: 200 });
    expect(box.domains).toBe(2);
    box.lnActivity = lnActivityAt(metalState(model, 'Na', 1500), -0.8);
    // guests come, and ions become metal
    let between = 0;
    for (let k = 0; k < 5; k++) {
      await box.advance(2 * box.roundTrials);
      between += box.save().guests.filter((s, word) => word % 10 === 5 && s > 0.02 && s < 0.98).length;
    }
    const drift = box.refresh();
    const same = createWasmChain({ ...setup, guests: box.guestRows() });
    expect(box.count).toBeGreaterThan(100);
    expect(between).toBeGreaterThan(40);
    // each round ends with a sum over all guests
    expect(drift).toBeLessThan(1e-4);
    expect(Math.abs(box.energy / same.energy - 1)).toBeLessThan(1e-6);
    box.destroy();
  });

  it('in a typed carbon is as much as the processor has', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const moves = { displace: 0.3, exchange: 0.6, teleport: 0.1 };
    const setup = prepareChain({ model, guest: 'Na', host, moves, temperature: 1500, seed: 'box', stream: 0 });
    const lnActivity = lnActivityAt(metalState(model, 'Na', 1500), 0);
    const chain = createWasmChain(setup);
    chain.lnActivity = lnActivity;
    chain.displacement = 1;
    chain.advance(100_000);
    const expected: number[] = [];
    for (let k = 0; k < 4000; k++) {
      chain.advance(200);
      expected.push(chain.count);
    }
    const guests = chain.guestRows();
    const box = await createGpuBox(gpu, { ...setup, guests }, { lanes, trialsPerRound: 100, spacing: null });
    expect(box.domains).toBe(2);
    expect(Math.abs(box.energy / chain.energy - 1)).toBeLessThan(1e-6);
    box.lnActivity = lnActivity;
    box.displacement = 1;
    await box.advance(20 * box.roundTrials);
    const found = await series(box, 120, 2);
    const z = deviation(found.count, expected);
    expect(Math.abs(z)).toBeLessThan(4);
    box.destroy();
  });
});

it('a study in domains runs on the GPU where that is asked for by name', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const choose = (backend: string) =>
    chooseBackend(
      parseStudySpec({
        ...{
          host: { file: 'box.xyz' },
          guest: { species: 'Na', model: 'na-carbon' },
          sampling: { domains: 2 },
          backend,
        },
      }),
      () => shippedModel('na-carbon'),
      { workers: 2 },
    );
  const asked = await choose('webgpu');
  expect(asked).toMatchObject({ used: 'webgpu', fallback: null });
  asked.gpu!.close();
  expect(await choose('auto')).toMatchObject({ used: 'wasm', reason: expect.stringMatching(/unless webgpu is asked/) });
  expect(() => choose('reference')).toThrow(/backend must be wasm, webgpu or auto/);
});

describe('a checkerboard', () => {
  it('has squares as far apart as the reach, wherever it begins, and every voxel has its turn in a sweep', () => {
    const cell = orthorhombicCell(40, 31, 9);
    const tables = compileGuest(lennardJonesModel({ 'A-A': [1, 1] }, { kind: 'truncate', to: 4 }, 0.6), 'A', []);
    const setup = {
      tables,
      host: { cell, species: [], rows: new Float64Array() },
      grid: openGrid(cell, 1),
    } as unknown as ChainSetup;
    const board = checkerboardOf(setup, 5);
    expect([board.domains, domainCount(board)]).toEqual([[4, 3, 1], 12]);
    const rounds = board.colours.reduce((a, b) => a * b);
    const seen = new Set<string>();
    for (let round = 0; round < 3 * rounds; round++) {
      const first = boardAt(board, round, [1, 2], 3);
      for (const axis of [0, 1]) {
        const n = board.voxels[axis]!;
        const owner = new Array<number>(n).fill(-1);
        for (let d = 0; d < board.domains[axis]!; d++) {
          for (let k = 0; k < board.width[axis]!; k++) {
            const v = (first[axis]! + d * board.period[axis]! + k) % n;
            expect(owner[v]).toBe(-1);
            owner[v] = d;
            if (round < rounds) seen.add(`${axis} ${v}`);
          }
        }
        owner.forEach((one, v) => {
          for (let step = 1; one >= 0 && step <= 4; step++) expect([one, -1]).toContain(owner[(v + step) % n]);
        });
      }
    }
    // what the last period leaves over has its turn in another sweep
    expect(seen.size).toBeGreaterThan(0.9 * (board.voxels[0] + board.voxels[1]));
  });
});
