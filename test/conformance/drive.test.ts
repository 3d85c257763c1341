/** Driven, confined, fixed, saved: what a chain can do beside running freely, in both backends alike and to the last bit where it must be. */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { Chain, ChainSetup } from '../../src/engine/chain.ts';
import { type Drive, gaugeDrive, transitionNames } from '../../src/engine/drive.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { sheetsHost } from './hosts.ts';
import { shippedModel } from './models.ts';

const host = sheetsHost(7, 4, [1, 5.2, 9.4], 22.8);
const model = shippedModel('na-carbon');
const metal = metalState(model, 'Na', 300);
const creators = { reference: createReferenceChain, wasm: createWasmChain };

function sodium(change: Partial<ChainSetup> = {}): ChainSetup {
  return {
    ...prepareChain({
      model,
      guest: 'Na',
      host,
      temperature: 300,
      moves: { displace: 0.4, exchange: 0.4, teleport: 0.2 },
      seed: 'driven',
      stream: 2,
      metalEnergy: metal.latticeEnergy,
    }),
    ...change,
  };
}

function idealGas(edge: number, change: Partial<ChainSetup> = {}): ChainSetup {
  const empty: Frame = { cell: cubicCell(edge), species: [], rows: new Float64Array() };
  return {
    tables: idealGasTables(),
    host: empty,
    grid: openGrid(empty.cell, 1),
    guestCavity: 1.2,
    temperature: 300,
    moves: { displace: 1, exchange: 4, teleport: 1 },
    key: [7, 11],
    stream: 0,
    ...change,
  };
}

/** Up to `most` guests, flat: what a lattice of equal wells would want. */
const downhill = (most: number): Drive => ({
  least: 0,
  most,
  lnActivity: Float64Array.from({ length: most }, (_, n) => lnActivityAt(metal, -0.6 + (0.5 * n) / most)),
});

function expectSame(a: Chain, b: Chain): void {
  expect([b.trial, b.count, b.energy, b.lnActivity, b.displacement]).toEqual([
    a.trial,
    a.count,
    a.energy,
    a.lnActivity,
    a.displacement,
  ]);
  expect(b.guestRows()).toEqual(a.guestRows());
  expect(b.save()).toEqual(a.save());
}

describe('driven N', () => {
  it('the backends agree decision by decision, and in every sum of the transitions', () => {
    const [reference, wasm] = [createReferenceChain(sodium()), createWasmChain(sodium())];
    for (const chain of [reference, wasm]) {
      chain.lnActivity = lnActivityAt(metal, -0.05);
      chain.displacement = 0.4;
      chain.drive(downhill(70));
    }
    for (let k = 0; k < 40; k++) {
      for (const chain of [reference, wasm]) chain.advance(250);
      expect(wasm.count).toBe(reference.count);
      expect(Math.abs(wasm.energy - reference.energy)).toBeLessThan(1e-8);
    }
    expect(reference.count).toBeGreaterThan(25);
    const [a, b] = [reference.takeTransitions()!, wasm.takeTransitions()!];
    for (const name of transitionNames) {
      a[name].forEach((x, n) => {
        // energies agree to 1e-8 eV, so probabilities to 1e-8/kT
        expect(Math.abs(b[name][n]! - x)).toBeLessThan(4e-7 * Math.max(1, Math.abs(x)));
      });
    }
    expect(a.visits.reduce((sum, x) => sum + x, 0)).toBe(10_000);
    expect(wasm.takeTransitions()!.visits.every((x) => x === 0)).toBe(true);
  });

  it.each(Object.entries(creators))('%s: N stays within its limits and reaches both', (_, create) => {
    const chain = create(idealGas(10));
    chain.lnActivity = Math.log(6 / 1000);
    chain.advance(400);
    const [least, most] = [chain.count, chain.count + 3];
    chain.drive({ least, most, lnActivity: new Float64Array(3).fill(chain.lnActivity) });
    const seen = new Set<number>();
    for (let k = 0; k < 3000; k++) {
      chain.advance(1);
      seen.add(chain.count);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([least, least + 1, least + 2, most]);
    // beyond the limits trials are priced all the same
    const { triedUp, triedDown } = chain.takeTransitions()!;
    expect(Math.min(triedUp.at(-1)!, triedDown[0]!)).toBeGreaterThan(10);
  });

  it('a drive with one activity for all is no drive: the same decisions', () => {
    const [free, driven] = [createWasmChain(sodium()), createWasmChain(sodium())];
    for (const chain of [free, driven]) chain.lnActivity = lnActivityAt(metal, -0.2);
    driven.drive({ least: 0, most: 400, lnActivity: new Float64Array(400).fill(free.lnActivity) });
    for (const chain of [free, driven]) chain.advance(30_000);
    expect(driven.guestRows()).toEqual(free.guestRows());
  });

  it('more guests than there was room for', () => {
    const chain = createWasmChain(idealGas(30));
    chain.lnActivity = 0;
    const most = 2500;
    chain.drive({ least: 0, most, lnActivity: new Float64Array(most).fill(5) });
    chain.advance(20_000);
    expect(chain.count).toBe(most);
  });

  it.each([
    [{ least: 3, most: 2, lnActivity: new Float64Array(0) }, /0 ≤ least ≤ most, got 3 and 2/],
    [{ least: 0, most: 4, lnActivity: new Float64Array(3) }, /needs 4 activities, got 3/],
    [{ least: 1, most: 2, lnActivity: new Float64Array(1) }, /needs N between them, got 0/],
  ])('limits that make no sense are refused', (drive, message) => {
    for (const create of Object.values(creators)) expect(() => create(idealGas(10)).drive(drive)).toThrow(message);
  });
});

describe('a region', () => {
  /** Half of the box along x. */
  const half = (setup: ChainSetup): ChainSetup => {
    const [nx, ny, nz] = setup.grid.shape;
    const region = Uint8Array.from({ length: nx * ny * nz }, (_, v) => (v < (nx >> 1) * ny * nz ? 1 : 0));
    return { ...setup, region, grid: { ...setup.grid, levels: setup.grid.levels.map((x, v) => x * region[v]!) } };
  };

  it('holds every guest, in both backends alike', () => {
    const setup = half(sodium());
    const [reference, wasm] = [createReferenceChain(setup), createWasmChain(setup)];
    for (const chain of [reference, wasm]) {
      chain.lnActivity = lnActivityAt(metal, -0.5);
      chain.displacement = 1;
      chain.advance(8000);
    }
    expect(wasm.count).toBe(reference.count);
    expect(reference.count).toBeGreaterThan(10);
    expect(wasm.takeCounts()).toEqual(reference.takeCounts());
    const [nx] = setup.grid.shape;
    const edge = (host.cell.matrix[0]! * (nx >> 1)) / nx;
    for (const chain of [reference, wasm]) {
      const rows = chain.guestRows();
      for (let a = 0; a < rows.length; a += 4) expect(rows[a]).toBeLessThan(edge);
    }
  });

  it('open voxels outside of it are refused', () => {
    const setup = sodium();
    const region = new Uint8Array(setup.grid.levels.length);
    expect(() => createWasmChain({ ...setup, region })).toThrow(/open outside of the region/);
    expect(() => createReferenceChain({ ...setup, region: new Uint8Array(3) })).toThrow(
      /voxels, those of the grid, got 3/,
    );
  });
});

describe('fixed guests', () => {
  it('are felt, never moved and never counted, in both backends alike', () => {
    const fixed = Float64Array.of(8, 8, 16, 0, 12, 8, 16, 0, 8, 12, 16, 0);
    const setup = sodium({ fixed });
    const [reference, wasm] = [createReferenceChain(setup), createWasmChain(setup)];
    const alone = createWasmChain(sodium({ guests: fixed }));
    expect(wasm.count).toBe(0);
    expect(wasm.energy).toBe(alone.energy);
    expect(wasm.trialEnergy(-1, 10, 10, 18)).toBe(alone.trialEnergy(-1, 10, 10, 18));
    for (const chain of [reference, wasm]) {
      chain.lnActivity = lnActivityAt(metal, -0.3);
      chain.advance(8000);
    }
    expect(wasm.count).toBe(reference.count);
    expect(wasm.takeCounts()).toEqual(reference.takeCounts());
    expect(Math.abs(wasm.energy - reference.energy)).toBeLessThan(1e-8);
    expect(wasm.save().guests.filter((_, k) => k % 10 < 3 && k < 30)).toEqual(fixed.filter((_, k) => k % 4 < 3));
  });
});

describe('saved and gone on', () => {
  it.each(Object.entries(creators))('%s: split runs are unbroken runs to the last bit', (name, create) => {
    const setup = sodium({ fixed: Float64Array.of(8, 8, 16, 0) });
    const whole = create(setup);
    whole.lnActivity = lnActivityAt(metal, -0.35);
    whole.displacement = 0.37;
    let split: Chain = create(setup);
    split.lnActivity = whole.lnActivity;
    split.displacement = whole.displacement;
    const piece = name === 'wasm' ? 9001 : 700;
    for (let k = 0; k < 6; k++) {
      if (k === 3)
        for (const chain of [whole, split])
          chain.drive({ least: 0, most: 300, lnActivity: new Float64Array(300).fill(chain.lnActivity + 0.3) });
      whole.advance(piece);
      split.advance(piece);
      split = create({ ...setup, state: structuredClone(split.save()) });
      expectSame(whole, split);
    }
    expect(whole.count).toBeGreaterThan(10);
    expect(split.takeCounts()).toEqual(whole.takeCounts());
    expect(split.takeTransitions()).toEqual(whole.takeTransitions());
    whole.refresh();
    split.refresh();
    expectSame(whole, split);
  });

  it('while arrays grow', () => {
    const setup = idealGas(36, { guestCavity: 0, moves: { displace: 1, exchange: 8, teleport: 1 } });
    const whole = createWasmChain(setup);
    let split = createWasmChain(setup);
    for (const chain of [whole, split]) chain.lnActivity = Math.log(3000 / 36 ** 3);
    for (let k = 0; k < 12; k++) {
      for (const chain of [whole, split]) chain.advance(997);
      split = createWasmChain({ ...setup, state: split.save() });
    }
    expectSame(whole, split);
    expect(whole.count).toBeGreaterThan(1024);
  });

  it('a state of the other backend is refused', () => {
    const state = createReferenceChain(sodium()).save();
    expect(() => createWasmChain({ ...sodium(), state })).toThrow(/backend reference, not wasm/);
  });
});

it.each(Object.entries(creators))('%s: other guests take the place of those that were there', (_, create) => {
  const chain = create(sodium());
  chain.lnActivity = lnActivityAt(metal, -0.3);
  chain.advance(2000);
  const rows = Float64Array.of(8, 8, 16, 0, 12, 8, 16, 0);
  const { trial } = chain;
  chain.setGuests(rows);
  expect([chain.trial, chain.count]).toEqual([trial, 2]);
  expect(chain.guestRows()).toEqual(rows);
  expect(chain.energy).toBe(create(sodium({ guests: rows })).energy);
  expect(() => chain.setGuests(Float64Array.of(8, 8, 16, 0, 8, 8, 16.1, 0))).toThrow(/overlap/);
});

it('a gauge cell of an ideal gas: guests divide by volume', () => {
  // N of N_t independent guests in the box: binomial with p = V/(V + V_g)
  const [total, box, outside] = [40, 1000, 3000];
  const chain = createWasmChain(idealGas(10));
  chain.lnActivity = Math.log(total / (box + outside));
  chain.drive(gaugeDrive(total, outside));
  chain.advance(2000);
  const counts = Float64Array.from({ length: 4000 }, () => {
    chain.advance(60);
    return chain.count;
  });
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / counts.length;
  expect(Math.abs(mean - 10)).toBeLessThan(4 * Math.sqrt((7.5 * 3) / 4000));
  expect(Math.abs(variance - 7.5)).toBeLessThan(4 * 7.5 * Math.sqrt((2 * 3) / 4000));
  // undriven acceptance at the reference activity: zV/(N + 1) up, N/(zV) down, capped at 1
  const { up, triedUp, down, triedDown } = chain.takeTransitions()!;
  const expected = Math.exp(chain.lnActivity) * box;
  for (let n = 6; n < 15; n++) {
    const ratio = up[n]! / triedUp[n]! / (down[n + 1]! / triedDown[n + 1]!);
    expect(Math.abs(ratio / (expected / (n + 1)) - 1)).toBeLessThan(0.02);
  }
});
