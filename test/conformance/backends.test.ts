/**
 * One suite over all backends that are here (backends.ts): energies, ΔU of moves, forces, an average that is known exactly, what comes undone
 * again, the same bytes twice. Every figure is against the readable reference; `npm run accuracy:backends` writes them down.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gpu } from '../../src/engine/webgpu/device.ts';
import { testGpu } from '../gpu.ts';
import { testGpuJs } from '../gpujs.ts';
import {
  type Backend,
  type BackendCase,
  backendCases,
  backendError,
  backendsWith,
  gasCase,
  pairFrame,
  pairModel,
} from './backends.ts';
import { deviation } from './force-frames.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

/** largest errors: of U, relative; of ΔU, eV; of a force, of the largest */
const limits: Readonly<Record<string, { energy: number; change: number; force: number }>> = {
  reference: { energy: 1e-15, change: 1e-15, force: 1e-15 },
  wasm: { energy: 1e-11, change: 1e-8, force: 1e-6 },
  webgpu: { energy: 1e-6, change: 2e-4, force: 1e-5 },
  gpujs: { energy: 0, change: 2e-5, force: 1e-5 },
};

let gpu: Gpu | string;
let backends: Backend[];
let cases: BackendCase[];
let missing: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  gpu = await testGpu();
  const gpujs = await testGpuJs();
  backends = backendsWith(gpu, gpujs);
  cases = backendCases();
  missing = {
    ...(typeof gpu === 'string' && { webgpu: gpu }),
    ...(typeof gpujs === 'string' && { gpujs }),
  };
});
afterAll(() => {
  if (typeof gpu !== 'string') gpu?.close();
});

const found = (name: string): Backend => backends.find((one) => one.name === name)!;
const worst = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe.each(Object.entries(limits))('%s', (name, limit) => {
  it('energies and ΔU of insertions, deletions and displacements, in every form', async ({ skip }) => {
    if (missing[name]) return skip(missing[name]);
    for (const one of cases) {
      const { energy, change, compared } = await backendError(found(name), one);
      expect(compared, one.form).toBeGreaterThan(12);
      if (energy !== null) expect(energy, one.form).toBeLessThanOrEqual(limit.energy);
      expect(change, one.form).toBeLessThanOrEqual(limit.change);
    }
  });

  it('what is put in and taken out again costs nothing', async ({ skip }) => {
    if (missing[name]) return skip(missing[name]);
    const backend = found(name);
    if (!backend.changes || backend.loneOnly) return skip(`${name} has no guests to take out`);
    for (const one of cases) {
      const insertions = one.moves.filter(({ out }) => out < 0);
      const there = await backend.changes({ ...one, moves: insertions });
      const k = there.findIndex((u) => u < 1);
      expect(k).toBeGreaterThanOrEqual(0);
      const guests = Float64Array.of(...one.guests, ...insertions[k]!.at!, 0);
      const [back] = await backend.changes({ ...one, guests, moves: [{ out: one.guests.length / 4, at: null }] });
      expect(Math.abs(there[k]! + back!), one.form).toBeLessThan(Math.max(1e-9, limit.change));
    }
  });

  it('forces of pairs', async ({ skip }) => {
    if (missing[name]) return skip(missing[name]);
    const backend = found(name);
    if (!backend.forces) return skip(`${name} has no forces`);
    const frame = pairFrame();
    const wanted = await found('reference').forces!(pairModel, frame);
    const got = await backend.forces(pairModel, frame);
    const virial = new Float64Array(9);
    const { forceRelative, energy } = deviation(
      { ...got, forces: got.forces, virial },
      { ...wanted, forces: wanted.forces, virial },
    );
    expect(worst(wanted.forces)).toBeGreaterThan(0.1);
    expect(forceRelative).toBeLessThanOrEqual(limit.force);
    expect(energy).toBeLessThanOrEqual(1e-6);
  });

  it('holds z V guests of an ideal gas within four errors, and ends with the same bytes twice', async ({ skip }) => {
    if (missing[name]) return skip(missing[name]);
    const backend = found(name);
    if (!backend.gas) return skip(`${name} has no chains`);
    const { setup, lnActivity } = gasCase();
    const once = await backend.gas(setup, lnActivity);
    expect(Math.abs(once.mean - 10) / once.error).toBeLessThan(4);
    expect(once.error).toBeLessThan(1);
    expect(await backend.gas(setup, lnActivity)).toEqual(once);
  });
});
