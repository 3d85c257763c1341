/**
 * Dynamics on the GPU against that of the processor: energies, forces and virials of every form it has, paths, drift, lists, bytes. Runs on
 * the machine's GPU or on Chromium's software one (test/gpu.ts); CARDHOUSE_TEST_GPU=hardware insists on the first.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { wrapped } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { createDynamics, packState, type Thermostat, unpackState } from '../../src/engine/dynamics.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import type { Gpu } from '../../src/engine/webgpu/device.ts';
import { createGpuDynamics } from '../../src/engine/webgpu/dynamics.ts';
import { createGpuForceField, type GpuForceField } from '../../src/engine/webgpu/force-field.ts';
import { testGpu } from '../gpu.ts';
import { deviation, forceCases } from './force-frames.ts';
import { shippedModel } from './models.ts';
import { type MovingSystem, movingSystems, setupOf, wide } from './moving-systems.ts';

let gpu: Gpu | string;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => {
  if (typeof gpu !== 'string') gpu?.close();
});

/** what f32 may cost: force of the largest component, or of 1 eV/Å; energy an atom of what it is, or of 1 eV; virial likewise */
const limits = { forceRelative: 1e-5, energy: 5e-6, virial: 1e-5 };
const systems = movingSystems();
const known: readonly string[] = ['pair', 'embedded', 'bond-order'];
const cases = forceCases().filter(({ model }) => model.terms.every(({ form }) => known.includes(form)));

/** Largest |Σ f|, eV/Å. */
function totalForce({ forces }: Pick<GpuForceField, 'forces'>): number {
  const sum = [0, 0, 0];
  for (let k = 0; k < forces.length; k++) if (k % 4 < 3) sum[k % 4]! += forces[k]!;
  return Math.max(...sum.map(Math.abs));
}

describe.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { model, frames, matter }) => {
  it('has the forces of the processor', { timeout: 300_000 }, async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    for (const { what, frame } of [...frames, { what: 'matter', frame: matter }]) {
      const repeated = wide(frame, model);
      // the software GPU takes seconds for thousands of atoms
      if (!repeated || repeated.rows.length > 4 * 1800) continue;
      const field = await createGpuForceField(gpu, model, repeated);
      const wasm = await wasmForceField(model, repeated);
      await field.compute(repeated.cell);
      wasm.compute(repeated.cell);
      const { forceRelative, energy, virial } = deviation(field, wasm);
      expect(forceRelative, `${what}: forces`).toBeLessThan(limits.forceRelative);
      const scale = Math.max(1, Math.abs(wasm.energy) / wasm.count);
      expect(energy / scale, `${what}: energy`).toBeLessThan(limits.energy);
      expect(virial, `${what}: virial`).toBeLessThan(limits.virial);
      field.destroy();
    }
  });
});

describe.each(systems.map((one) => [one.name, one] as const))('%s', (_name, system) => {
  const { model, frame } = system;

  it('forces: of the processor, sum to nothing, the same for a list in slices and far outside the cell', async ({
    skip,
  }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const wasm = await wasmForceField(model, frame);
    wasm.compute(frame.cell);
    const field = await createGpuForceField(gpu, model, frame);
    await field.compute(frame.cell);
    const found = deviation(field, wasm);
    expect(found.force).toBeLessThan(1e-4);
    expect(found.energy).toBeLessThan(limits.energy);
    expect(totalForce(field)).toBeLessThan(1e-6 * field.count);
    const sliced = await createGpuForceField(gpu, model, frame, { largestList: 2 ** 14 });
    await sliced.compute(frame.cell);
    expect(sliced.forces).toEqual(field.forces);
    // the same bits of the fraction: 2³² times whole vectors
    const { matrix } = frame.cell;
    for (let k = 0; k < 3; k++) field.positions[k]! += 3 * matrix[k]! - 2 * matrix[3 + k]!;
    await field.compute(frame.cell);
    expect(deviation(field, sliced).force).toBeLessThan(1e-5);
    field.destroy();
    sliced.destroy();
  });

  it('goes the way of the processor and keeps its energy as well', { timeout: 300_000 }, async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const { field, dynamics } = await begun(gpu, system);
    const wasm = createDynamics({ ...setupOf(system), forceField: await wasmForceField(model, frame) });
    const start = [dynamics.conserved(), wasm.conserved()] as const;
    expect(dynamics.kineticEnergy() / wasm.kineticEnergy()).toBeCloseTo(1, 6);
    await dynamics.advance(100);
    wasm.advance(100);
    await field.read();
    const far = field.positions.reduce((most, x, k) => Math.max(most, Math.abs(x - wasm.forceField.positions[k]!)), 0);
    expect(far).toBeLessThan(1e-3);
    expect(dynamics.temperature() / wasm.temperature()).toBeCloseTo(1, 4);
    let apart = 0;
    for (let k = 0; k < 5; k++) {
      await dynamics.advance(100);
      wasm.advance(100);
      apart = Math.max(apart, Math.abs(dynamics.conserved() - start[0] - (wasm.conserved() - start[1])) / field.count);
    }
    // both drift by what the time step costs; f32 may add a hundredth of a millielectronvolt an atom
    expect(apart).toBeLessThan(1e-5);
    expect(dynamics.listings).toBeGreaterThan(2);
    // a list made then and there says the same
    const forces = field.forces.slice();
    await field.read();
    const fresh = await createGpuForceField(gpu, model, wrapped({ ...frame, rows: field.positions }));
    await fresh.compute(frame.cell);
    expect(deviation(fresh, field).force).toBeLessThan(1e-4);
    expect(forces.some((x, k) => x !== field.forces[k])).toBe(true);
    const pressure = await dynamics.pressureTensor();
    // against the processor at the same positions and velocities
    const there = await dynamics.state();
    wasm.restore({ ...there, list: null });
    expect(Math.max(...pressure.map((p, k) => Math.abs(p - wasm.pressureTensor()[k]!)))).toBeLessThan(1e-6);
    for (const one of [dynamics, field, fresh]) one.destroy();
  });

  it.for(['bussi', 'langevin'] as const)(
    'with %s: the same bytes again, however often it is stopped',
    {
      timeout: 300_000,
    },
    async (kind) => {
      if (typeof gpu === 'string') return console.warn(gpu);
      const one = await begun(gpu, system, kind);
      await one.dynamics.advance(40);
      const half = unpackState(packState(await one.dynamics.state()));
      await one.dynamics.advance(40);
      const end = await one.dynamics.state();
      const two = await begun(gpu, system, kind);
      for (const steps of [1, 2, 37, 27, 13]) await two.dynamics.advance(steps);
      const other = await two.dynamics.state();
      expect(other).toEqual(end);
      await two.dynamics.restore(half);
      await two.dynamics.advance(40);
      expect(await two.dynamics.state()).toEqual(end);
      // thermostat and random numbers are those of the processor
      const wasm = createDynamics({ ...setupOf(system, kind), forceField: await wasmForceField(model, frame) });
      wasm.advance(80);
      expect(one.dynamics.temperature() / wasm.temperature()).toBeCloseTo(1, 3);
      expect(Math.abs(one.dynamics.heat - wasm.heat)).toBeLessThan(1e-3 * one.field.count);
      for (const { dynamics, field } of [one, two]) {
        dynamics.destroy();
        field.destroy();
      }
    },
  );

  it('with langevin: step by step that of the processor, frozen atoms at rest', { timeout: 300_000 }, async ({
    skip,
  }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const frozen = Uint8Array.from({ length: frame.rows.length / 4 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    // so short a time that three quarters of a velocity are noise after thirty steps
    const thermostat = { kind: 'langevin', temperature: system.temperature, time: 20 * system.timestep } as const;
    const setup = { ...setupOf(system), thermostat, frozen, ramp: { to: 2 * system.temperature, steps: 20 } };
    const field = await createGpuForceField(gpu, model, frame);
    const dynamics = await createGpuDynamics({ ...setup, forceField: field });
    const wasm = createDynamics({ ...setup, forceField: await wasmForceField(model, frame) });
    await dynamics.advance(30);
    wasm.advance(30);
    const { positions, velocities } = await dynamics.state();
    let [far, fast, still, fastest] = [0, 0, 0, 0];
    velocities.forEach((v, k) => {
      far = Math.max(far, Math.abs(positions[k]! - wasm.forceField.positions[k]!));
      if (k % 4 === 3) return;
      fast = Math.max(fast, Math.abs(v - wasm.velocities[k]!));
      fastest = Math.max(fastest, Math.abs(v));
      if (frozen[k >> 2]) still = Math.max(still, Math.abs(v));
    });
    expect(far).toBeLessThan(1e-4);
    expect(fast / fastest).toBeLessThan(1e-3);
    expect(still).toBe(0);
    expect(dynamics.targetTemperature).toBe(2 * system.temperature);
    expect(dynamics.heat / wasm.heat).toBeCloseTo(1, 4);
    expect(dynamics.degreesOfFreedom).toBe(wasm.degreesOfFreedom);
    dynamics.destroy();
    field.destroy();
  });
});

describe('lists', () => {
  const system = systems[0]!;

  it('follow hot atoms across bins', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const hot = { ...system, temperature: 3000, timestep: 1 };
    const { field, dynamics } = await begun(gpu, hot);
    const wasm = createDynamics({ ...setupOf(hot), forceField: await wasmForceField(system.model, system.frame) });
    for (let k = 0; k < 6; k++) {
      await dynamics.advance(50);
      wasm.advance(50);
      // a gas falls out of step with itself: its forces are compared where it has come to
      await field.read();
      const anew = await wasmForceField(system.model, { ...system.frame, rows: field.positions });
      anew.compute(system.frame.cell);
      expect(deviation(field, anew).forceRelative).toBeLessThan(limits.forceRelative);
    }
    const drift = Math.abs(dynamics.conserved() - wasm.conserved()) / field.count;
    expect(drift).toBeLessThan(1e-3);
    expect(dynamics.listings).toBeGreaterThan(15);
    dynamics.destroy();
    field.destroy();
  });

  it('grow on the way where atoms crowd, and nothing is lost', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    // a cold gas that falls towards its middle, to an eighth of its volume
    const gas = { ...system, frame: cubicCrystal('Ar', 'fcc', 11, 3), temperature: 0, timestep: 2 };
    const setup = setupOf(gas);
    const velocities = setup.velocities!.map((v, k) => (k % 4 === 3 ? v : (16.5 - gas.frame.rows[k]!) / 900));
    const wasm = createDynamics({ ...setup, velocities, forceField: await wasmForceField(gas.model, gas.frame) });
    wasm.advance(240);
    const ends: Float64Array[] = [];
    for (const parts of [[240], [100, 140]]) {
      const field = await createGpuForceField(gpu, gas.model, gas.frame);
      const before = field.engine.lists.at(0).capacity;
      const dynamics = await createGpuDynamics({ ...setup, velocities, forceField: field });
      for (const steps of parts) await dynamics.advance(steps);
      expect(dynamics.step).toBe(240);
      expect(field.engine.lists.at(0).capacity).toBeGreaterThan(before);
      ends.push((await dynamics.state()).positions);
      dynamics.destroy();
      field.destroy();
    }
    expect(ends[1]).toEqual(ends[0]);
    const far = ends[0]!.reduce((most, x, k) => Math.max(most, Math.abs(x - wasm.forceField.positions[k]!)), 0);
    expect(far).toBeLessThan(1e-3);
  });

  it('with a longer skin are made more rarely', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const listings: number[] = [];
    for (const skin of [0.4, 1.2]) {
      const field = await createGpuForceField(gpu, system.model, system.frame, { skin });
      const dynamics = await createGpuDynamics({ ...setupOf(system), forceField: field });
      await dynamics.advance(100);
      listings.push(dynamics.listings);
      dynamics.destroy();
      field.destroy();
    }
    expect(listings[0]).toBeGreaterThan(1.5 * listings[1]!);
  });
});

describe('the clock of the device', () => {
  it('times the passes between start and stop, and no others', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const { clock } = gpu;
    if (!clock) return skip('the driver has no time stamps');
    const { field, dynamics } = await begun(gpu, systems[0]!);
    expect(await clock.stop()).toEqual({ seconds: 0, passes: 0, missed: 0 });
    clock.start();
    const began = performance.now();
    await dynamics.advance(20);
    const wall = (performance.now() - began) / 1000;
    const { seconds, passes, missed } = await clock.stop();
    // submissions of 8 steps at first
    expect(passes).toBeGreaterThanOrEqual(1);
    expect(passes).toBeLessThanOrEqual(20);
    expect(missed).toBe(0);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(1.05 * wall + 1e-3);
    await dynamics.advance(20);
    expect((await clock.stop()).passes).toBe(0);
    // more passes than it has room for
    clock.start();
    for (let k = 0; k < 2050; k++) clock.next();
    expect(clock.next()).toEqual({});
    expect(await clock.stop()).toMatchObject({ passes: 2048, missed: 3 });
    dynamics.destroy();
    field.destroy();
  });
});

describe('carbon + na-carbon', () => {
  it('goes the way of the processor with frozen atoms and a ramp, then in another cell', { timeout: 300_000 }, async ({
    skip,
  }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const { model, matter } = forceCases().find(({ name }) => name === 'carbon + na-carbon')!;
    const frame = wide(matter, model)!;
    const frozen = Uint8Array.from({ length: frame.rows.length / 4 }, (_, i) => (i % 7 === 0 ? 1 : 0));
    const name = 'filled graphite';
    const setup = { ...setupOf({ name, model, frame, timestep: 0.5, temperature: 300 }, 'bussi'), frozen };
    const ramp = { to: 900, steps: 15 };
    const field = await createGpuForceField(gpu, model, frame);
    const wasm = await wasmForceField(model, frame);
    const dynamics = await createGpuDynamics({ ...setup, ramp, forceField: field });
    const other = createDynamics({ ...setup, ramp, forceField: wasm });
    await dynamics.advance(20);
    other.advance(20);
    await field.read();
    let [far, still] = [0, 0];
    field.positions.forEach((x, k) => {
      far = Math.max(far, Math.abs(x - wasm.positions[k]!));
      if (frozen[k >> 2]) still = Math.max(still, Math.abs(x - frame.rows[k]!));
    });
    expect(far).toBeLessThan(1e-4);
    // rounded to 2⁻³² of the cell once, and never again
    expect(still).toBeLessThan(1e-8);
    expect(dynamics.degreesOfFreedom).toBe(other.degreesOfFreedom);
    expect(dynamics.targetTemperature).toBe(900);
    expect(dynamics.temperature() / other.temperature()).toBeCloseTo(1, 4);
    expect(Math.abs(dynamics.heat - other.heat) / field.count).toBeLessThan(1e-6);
    dynamics.destroy();
    const cell = cellFromMatrix(frame.cell.matrix.map((x) => 1.01 * x));
    field.positions.forEach((x, k) => {
      if (k % 4 < 3) field.positions[k] = 1.01 * x;
    });
    wasm.positions.set(field.positions);
    await field.compute(cell);
    wasm.compute(cell);
    expect(deviation(field, wasm).forceRelative).toBeLessThan(limits.forceRelative);
    field.destroy();
  });
});

describe('refuses', () => {
  const system = systems[0]!;

  it('what only the processor has, by name', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const layers = shippedModel('carbon-kc');
    const graphite = forceCases().find(({ name }) => name === 'carbon-kc')!.matter;
    await expect(createGpuForceField(gpu, layers, wide(graphite, layers)!)).rejects.toThrow(
      /has a term of form interlayer/,
    );
    const open = { ...system.frame, cell: { ...system.frame.cell, periodic: [true, true, false] as const } };
    await expect(createGpuForceField(gpu, system.model, open)).rejects.toThrow(/periodic/);
    const narrow = forceCases().find(({ form }) => form === 'pair')!;
    await expect(createGpuForceField(gpu, narrow.model, narrow.matter)).rejects.toThrow(/Å across, wanted at least/);
    const field = await createGpuForceField(gpu, system.model, system.frame);
    const setup = { ...setupOf(system), forceField: field };
    const thermostat = { kind: 'langevin', temperature: 300, time: 100 } as const;
    const barostat = { kind: 'isotropic', pressure: 0, time: 1000, compressibility: 1 } as const;
    await expect(createGpuDynamics({ ...setup, thermostat, barostat })).rejects.toThrow(/barostats/);
    field.destroy();
  });

  it('atoms that fly apart or have no place, and hands out the last good state', async ({ skip }) => {
    if (typeof gpu === 'string') return skip(gpu);
    const field = await createGpuForceField(gpu, system.model, system.frame);
    const setup = setupOf(system);
    const velocities = setup.velocities!.slice();
    const dynamics = await createGpuDynamics({ ...setup, velocities, forceField: field, keepEvery: 10 });
    await dynamics.advance(20);
    const good = await dynamics.state();
    await dynamics.restore({ ...good, velocities: good.velocities.map((v, k) => (k === 20 ? 0.15 : v)) });
    await expect(dynamics.advance(5)).rejects.toThrow(/step 21: atom 6 moves 0\.6\d* Å at once/);
    expect((await dynamics.lastGood()).step).toBe(20);
    await dynamics.restore(good);
    await dynamics.advance(1);
    field.positions[0] = Number.NaN;
    await expect(field.compute(system.frame.cell)).rejects.toThrow(/atom 1 is nowhere/);
    field.positions.set(good.positions);
    for (let k = 0; k < 3; k++) field.positions[k] = field.positions[4 + k]!;
    await expect(field.compute(system.frame.cell)).rejects.toThrow(/not a number/);
    dynamics.destroy();
    field.destroy();
  });
});

async function begun(device: Gpu, system: MovingSystem, kind: Thermostat['kind'] = 'none') {
  const field = await createGpuForceField(device, system.model, system.frame);
  return { field, dynamics: await createGpuDynamics({ ...setupOf(system, kind), forceField: field }) };
}
