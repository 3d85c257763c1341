/**
 * The guarding test: the WebAssembly chain makes the decisions of the readable reference, trial by trial, in f64.
 * Sums are ordered differently in the two, so energies agree to 1e-8 eV and positions to 1e-9 Å; counters agree exactly.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { Chain, ChainSetup } from '../../src/engine/chain.ts';
import { compileGuest, type GuestTables, type TwinTable } from '../../src/engine/guest-tables.ts';
import { buildHostMap } from '../../src/engine/host-map/build.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { parseSetfl } from '../../src/io/setfl.ts';
import { modelFromSetfl } from '../../src/model/load-setfl.ts';
import { sheetsHost } from './hosts.ts';
import { lennardJonesModel, shippedModel, switchedModel } from './models.ts';

/** Three sheets: two galleries of 4.2 Å and a pore of 13.4 Å, one carbon in twenty an edge of some kind. */
const host = sheetsHost(7, 4, [1, 5.2, 9.4], 22.8);

interface Leg {
  readonly lnActivity: number;
  readonly trials: number;
  readonly displacement: number;
  /** trials between comparisons */
  readonly stride: number;
}

function compare(reference: Chain, wasm: Chain): void {
  expect(wasm.trial).toBe(reference.trial);
  expect(wasm.count).toBe(reference.count);
  expect(Math.abs(wasm.energy - reference.energy)).toBeLessThan(1e-8);
  const a = reference.guestRows();
  const b = wasm.guestRows();
  let worst = 0;
  for (let k = 0; k < a.length; k++) worst = Math.max(worst, Math.abs(a[k]! - b[k]!));
  expect(worst).toBeLessThan(1e-9);
}

/** Takes a reference and a WASM chain through the same legs and returns both with the sum of their counters. */
function march(
  setup: ChainSetup,
  legs: readonly Leg[],
): { reference: Chain; wasm: Chain; accepted: Record<string, number> } {
  const reference = createReferenceChain(setup);
  const wasm = createWasmChain(setup);
  compare(reference, wasm);
  const accepted: Record<string, number> = {};
  for (const { lnActivity, trials, displacement, stride } of legs) {
    for (const chain of [reference, wasm]) Object.assign(chain, { lnActivity, displacement });
    for (let done = 0; done < trials; done += stride) {
      reference.advance(stride);
      wasm.advance(stride);
      compare(reference, wasm);
    }
    const counts = wasm.takeCounts();
    expect(counts).toEqual(reference.takeCounts());
    for (const [move, count] of Object.entries(counts)) accepted[move] = (accepted[move] ?? 0) + count.accepted;
  }
  return { reference, wasm, accepted };
}

interface Case {
  readonly model: string;
  readonly guest: string;
  readonly voltages: readonly number[];
  readonly trials: number;
  readonly temperature?: number;
  /** insertions biased by energy, as in a study; default true */
  readonly biased?: boolean;
  /** host from a map in both chains */
  readonly mapped?: boolean;
  readonly change?: Partial<ChainSetup>;
}

function marchModel({
  model: name,
  guest,
  voltages,
  trials,
  temperature = 300,
  biased = true,
  mapped = false,
  change = {},
}: Case): ReturnType<typeof march> {
  const model = switchedModel(name);
  const metal = metalState(model, guest, temperature);
  const setup = prepareChain({
    model,
    guest,
    host,
    temperature,
    moves: { displace: 0.4, exchange: 0.4, teleport: 0.2 },
    seed: 'conformance',
    stream: 3,
    metalEnergy: biased ? metal.latticeEnergy : undefined,
    ...(mapped && { map: buildHostMap }),
  });
  const legs = voltages.map((voltage) => ({
    lnActivity: lnActivityAt(metal, voltage),
    trials,
    displacement: 0.3,
    stride: 500,
  }));
  return march({ ...setup, ...change }, legs);
}

describe('WebAssembly and reference make the same decisions', () => {
  it('sodium, charge switch, typed carbon: 100 000 trials, half-filled and filling', () => {
    const { reference, wasm, accepted } = marchModel({
      model: 'na-carbon',
      guest: 'Na',
      voltages: [0, -0.5],
      trials: 50_000,
    });
    // galleries and edges hold some twenty, the filled pore some hundred; every kind of move has been accepted
    expect(reference.count).toBeGreaterThan(60);
    for (const move of ['displace', 'insert', 'delete', 'teleport']) expect(accepted[move]).toBeGreaterThan(5);
    // the running energies are still those of the positions
    expect(reference.refresh()).toBeLessThan(1e-6);
    expect(wasm.refresh()).toBeLessThan(1e-6);
    compare(reference, wasm);
  });

  it('a stretch of it one trial at a time', () => {
    const model = shippedModel('na-carbon');
    const setup = prepareChain({
      model,
      guest: 'Na',
      host,
      temperature: 900,
      moves: { displace: 1, exchange: 2, teleport: 1 },
      seed: 'single',
      stream: 0,
    });
    const { accepted } = march(setup, [{ lnActivity: Math.log(1e-5), trials: 1500, displacement: 0.6, stride: 1 }]);
    for (const move of ['displace', 'insert', 'delete', 'teleport']) expect(accepted[move]).toBeGreaterThan(0);
  });

  it.each<Case & { title: string }>([
    {
      title: 'sodium, every voxel alike',
      model: 'na-carbon',
      guest: 'Na',
      voltages: [0, -0.3],
      trials: 6000,
      biased: false,
    },
    { title: 'sodium, linear switch', model: 'na-carbon, linear', guest: 'Na', voltages: [0, -0.3], trials: 6000 },
    { title: 'sodium, smooth switch', model: 'na-carbon, smooth', guest: 'Na', voltages: [0, -0.3], trials: 6000 },
    {
      title: 'sodium, host from a map',
      model: 'na-carbon',
      guest: 'Na',
      voltages: [0, -0.3],
      trials: 20_000,
      mapped: true,
    },
    {
      title: 'lithium, host from a map',
      model: 'li-carbon',
      guest: 'Li',
      voltages: [0, -0.3],
      trials: 6000,
      mapped: true,
    },
    {
      title: 'bare ions, host from a map',
      model: 'li-carbon, bare',
      guest: 'Li',
      voltages: [0, -0.3],
      trials: 6000,
      mapped: true,
    },
    {
      title: 'pairs, host from a map',
      model: 'na-carbon-pair',
      guest: 'Na',
      voltages: [0, -0.3],
      trials: 6000,
      mapped: true,
    },
    {
      title: 'hot sodium that climbs walls, host from a map',
      model: 'na-carbon',
      guest: 'Na',
      voltages: [-0.9],
      trials: 8000,
      temperature: 1500,
      mapped: true,
    },
    { title: 'lithium', model: 'li-carbon', guest: 'Li', voltages: [0, -0.3], trials: 6000 },
    { title: 'bare ions', model: 'li-carbon, bare', guest: 'Li', voltages: [0, -0.3], trials: 6000 },
    {
      title: 'potassium (no repulsion between ions)',
      model: 'k-carbon',
      guest: 'K',
      voltages: [0.2, -0.3],
      trials: 6000,
    },
    { title: 'pairs', model: 'na-carbon-pair', guest: 'Na', voltages: [0, -0.3], trials: 6000 },
    {
      title: 'hot sodium, where most moves are accepted',
      model: 'na-carbon',
      guest: 'Na',
      voltages: [-0.9],
      trials: 8000,
      temperature: 1500,
    },
    {
      title: 'no cavity bias between guests, coarse voxels',
      model: 'na-carbon',
      guest: 'Na',
      voltages: [0, -0.3],
      trials: 4000,
      change: { guestCavity: 0, grid: openGrid(host.cell, 6) },
    },
  ])('$title', (one) => {
    const { accepted } = marchModel(one);
    for (const move of ['displace', 'insert']) expect(accepted[move]).toBeGreaterThan(0);
  });

  it('starting from given guests, some of them outside the box', () => {
    const first = marchModel({ model: 'na-carbon', guest: 'Na', voltages: [0], trials: 2000 });
    const guests = first.wasm.guestRows();
    expect(guests.length).toBeGreaterThan(8);
    const random = new RandomStream('images');
    for (let a = 0; a < guests.length; a++) {
      if (a % 4 < 3) guests[a]! += host.cell.matrix[4 * (a % 4)]! * (random.integer(5) - 2);
    }
    const second = marchModel({ model: 'na-carbon', guest: 'Na', voltages: [0.1], trials: 3000, change: { guests } });
    expect(second.accepted['displace']).toBeGreaterThan(0);
  });

  it.each([
    ['one another', [8, 8, 16, 0, 8.4, 8, 16, 0]],
    ['the host', [0, 0, 1.2, 0]],
  ])('given guests that overlap %s are refused, not given an energy', (_, guests) => {
    const model = shippedModel('na-carbon');
    const setup = prepareChain({
      model,
      guest: 'Na',
      host,
      temperature: 300,
      moves: { displace: 1, exchange: 1, teleport: 0 },
      seed: 1,
      stream: 0,
      guests: Float64Array.from(guests),
    });
    for (const create of [createReferenceChain, createWasmChain]) expect(() => create(setup)).toThrow(/overlap/);
  });
});

it('an embedding table on a linear axis, as published files have it', () => {
  const model = modelFromSetfl(parseSetfl(readFileSync('test/data/toy.eam.alloy', 'utf8')), 'toy');
  const box: Frame = { cell: orthorhombicCell(14, 14, 14), species: [], rows: new Float64Array() };
  const setup: ChainSetup = {
    ...idealSetup(14, 5, 1.5),
    tables: compileGuest(model, 'Na', []),
    host: box,
    grid: openGrid(box.cell, 1),
  };
  const { accepted } = march({ ...setup, temperature: 2000 }, [
    { lnActivity: Math.log(1e-4), trials: 4000, displacement: 0.5, stride: 200 },
  ]);
  for (const move of ['displace', 'insert', 'delete']) expect(accepted[move]).toBeGreaterThan(10);
});

describe('advance', () => {
  it('n trials in one piece are n trials in random pieces, to the last bit', () => {
    const model = shippedModel('na-carbon');
    const setup = prepareChain({
      model,
      guest: 'Na',
      host,
      temperature: 600,
      moves: { displace: 1, exchange: 2, teleport: 1 },
      seed: 'pieces',
      stream: 1,
    });
    for (const create of [createReferenceChain, createWasmChain]) {
      const total = create === createWasmChain ? 60_000 : 3000;
      const [whole, pieces] = [create(setup), create(setup)];
      for (const chain of [whole, pieces]) chain.lnActivity = Math.log(1e-6);
      whole.advance(total);
      const random = new RandomStream('pieces');
      while (pieces.trial < total) pieces.advance(Math.min(total - pieces.trial, random.integer(97)));
      expect(pieces.guestRows()).toEqual(whole.guestRows());
      expect([pieces.count, pieces.energy, pieces.takeCounts()]).toEqual([
        whole.count,
        whole.energy,
        whole.takeCounts(),
      ]);
      expect(whole.count).toBeGreaterThan(0);
    }
  });

  it('another temperature on the way is that of a chain made with it', () => {
    const tables = compileGuest(lennardJonesModel({ 'A-A': [0.02, 3] }, { kind: 'truncate', to: 7 }, 1.2), 'A', []);
    const setup = { ...idealSetup(20, 2, 0), tables, temperature: 300 };
    for (const create of [createReferenceChain, createWasmChain]) {
      const [set, made] = [create(setup), create({ ...setup, temperature: 150 })];
      for (const chain of [set, made]) chain.lnActivity = Math.log(0.01);
      set.temperature = 150;
      for (const chain of [set, made]) chain.advance(3000);
      expect(set.temperature).toBe(150);
      expect([set.energy, ...set.guestRows()]).toEqual([made.energy, ...made.guestRows()]);
      // guests anew keep it
      set.setGuests(made.guestRows());
      for (const chain of [set, made]) chain.advance(2000);
      expect(Math.abs(set.energy - made.energy)).toBeLessThan(1e-9);
      expect(set.count).toBeGreaterThan(20);
    }
  });

  it('another stream of the same seed is another chain', () => {
    const setup = idealSetup(20, 2, 0);
    const [a, b] = [0, 1].map((stream): Chain => createWasmChain({ ...setup, stream })) as [Chain, Chain];
    for (const chain of [a, b]) {
      chain.lnActivity = Math.log(30 / 8000);
      chain.advance(2000);
    }
    expect(a.guestRows()).not.toEqual(b.guestRows());
  });
});

/** An ideal gas whose tables reach `reach` Å although they hold nothing: the cells of the neighbour grid are as wide. */
function idealSetup(edge: number, reach: number, guestCavity: number): ChainSetup {
  const empty: Frame = { cell: orthorhombicCell(edge, edge, edge), species: [], rows: new Float64Array() };
  const nothing: TwinTable = { from: 0, to: reach, step: reach, rows: new Float64Array(8) };
  const tables: GuestTables = { ...idealGasTables(), pair: nothing, density: nothing };
  return {
    tables,
    host: empty,
    grid: openGrid(empty.cell, 1),
    guestCavity,
    temperature: 300,
    moves: { displace: 1, exchange: 8, teleport: 1 },
    key: [7, 11],
    stream: 0,
  };
}

describe('the cavity list of an ideal gas, where every bias decides', () => {
  const moves = { displace: 1, exchange: 4, teleport: 4 };

  it('guests that block nothing, eight voxels', () => {
    const setup = idealSetup(12, 3, 0);
    const grid = openGrid(setup.host.cell, 6);
    const { accepted } = march({ ...setup, grid, moves }, [
      { lnActivity: Math.log(12 / 1728), trials: 4000, displacement: 1, stride: 100 },
    ]);
    for (const move of ['insert', 'delete', 'teleport']) expect(accepted[move]).toBeGreaterThan(100);
  });

  it('guests that block many voxels, a third of them closed by the host', () => {
    const setup = idealSetup(12, 3, 2.6);
    const random = new RandomStream('closed voxels');
    const grid = openGrid(setup.host.cell, 1);
    for (let v = 0; v < grid.levels.length; v++) grid.levels[v] = random.uniform() < 2 / 3 ? 1 : 0;
    const { accepted } = march({ ...setup, grid, moves }, [
      { lnActivity: Math.log(25 / 1728), trials: 20_000, displacement: 1.5, stride: 100 },
    ]);
    for (const move of ['displace', 'insert', 'delete', 'teleport']) expect(accepted[move]).toBeGreaterThan(300);
  });

  it('guests so large that few voxels stay free', () => {
    const setup = idealSetup(12, 3, 5);
    const { accepted, reference } = march({ ...setup, moves }, [
      { lnActivity: Math.log(20 / 1728), trials: 4000, displacement: 1, stride: 50 },
    ]);
    expect(reference.count).toBeGreaterThan(0);
    for (const move of ['insert', 'delete', 'teleport']) expect(accepted[move]).toBeGreaterThan(10);
  });
});

describe('arrays that grow', () => {
  it('beyond 16 guests in a cell change nothing', () => {
    const setup = idealSetup(12, 3, 0);
    const { reference } = march(setup, [
      { lnActivity: Math.log(1500 / 1728), trials: 6000, displacement: 1, stride: 250 },
    ]);
    expect(reference.count).toBeGreaterThan(64 * 16);
  });

  it('beyond 1024 guests change nothing', () => {
    const setup = idealSetup(36, 3, 0);
    const { reference } = march(setup, [
      { lnActivity: Math.log(3000 / 36 ** 3), trials: 12_000, displacement: 1, stride: 1000 },
    ]);
    expect(reference.count).toBeGreaterThan(2048);
  });

  it('change nothing when guests block voxels for one another either', () => {
    const setup = idealSetup(14, 7, 1.5);
    const { reference } = march(setup, [{ lnActivity: Math.log(4), trials: 8000, displacement: 1, stride: 50 }]);
    expect(reference.count).toBeGreaterThan(8 * 16);
  });
});
