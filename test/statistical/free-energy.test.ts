/** The chemical potential of a metal by two routes, against the harmonic crystal where it is one, and against each other where it is not. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { type FreeEnergyOptions, metalFreeEnergy } from '../../src/engine/free-energy.ts';
import { metalState } from '../../src/engine/reservoir.ts';
import { loadModel } from '../../src/model/load.ts';

const load = (name: string) => loadModel(JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8')), name);
const sodium = load('na-carbon');
const options: FreeEnergyOptions = { cells: 4, steps: 1500, seed: 'test' };

describe('sodium', () => {
  it('is harmonic at 20 K, by both routes', async () => {
    const { harmonic, integrated, einstein } = await metalFreeEnergy(sodium, 'Na', 20, options);
    // what is anharmonic at 20 K is a fifteenth of its −0.13 at 300 K
    const expected = harmonic - 0.13 / 15;
    expect(Math.abs(einstein.value - expected) / einstein.error!).toBeLessThan(4);
    expect(Math.abs(integrated.value - expected) / integrated.error!).toBeLessThan(4);
    expect(einstein.error!).toBeLessThan(0.03);
    expect(metalState(sodium, 'Na', 20).lnActivity - harmonic).toBeLessThan(0);
  });

  it('at 300 K both routes agree, and heat has widened it', async () => {
    const { harmonic, integrated, einstein, latticeConstant } = await metalFreeEnergy(sodium, 'Na', 300, options);
    const error = Math.hypot(integrated.error!, einstein.error!);
    expect(Math.abs(integrated.value - einstein.value) / error).toBeLessThan(4);
    expect(harmonic - einstein.value).toBeGreaterThan(0.05);
    expect(latticeConstant.value).toBeGreaterThan(4.27);
  });

  it('comes to the same digits with the same seed', async () => {
    const short = { ...options, cells: 4, steps: 100 };
    const first = await metalFreeEnergy(sodium, 'Na', 300, short);
    expect(await metalFreeEnergy(sodium, 'Na', 300, short)).toEqual(first);
  });
});

it('a model without a metal is told so', async () => {
  await expect(metalFreeEnergy(load('argon-carbon'), 'Ar', 300)).rejects.toThrow(ModelError);
});
