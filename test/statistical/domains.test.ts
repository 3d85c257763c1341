/** A box sampled slab by slab is the same ensemble as a box sampled whole, and slabs do not feel each other. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { boltzmann } from '../../src/core/units.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { createDomainChain, type DomainChain } from '../../src/engine/domains/domain-chain.ts';
import { independenceReach, partitionOf, slabAt, slabsOf } from '../../src/engine/domains/partition.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { loadModel } from '../../src/model/load.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { sample } from './sampling.ts';

const cell = orthorhombicCell(30, 7, 7);
const fluid = (stream: number): ChainSetup => ({
  tables: compileGuest(lennardJonesModel({ 'A-A': [1, 1] }, { kind: 'truncate', to: 3 }, 0.6), 'A', []),
  host: { cell, species: [], rows: new Float64Array() },
  grid: openGrid(cell, 0.5),
  guestCavity: 0.8,
  temperature: 1.5 / boltzmann,
  moves: { displace: 1, exchange: 2, teleport: 1 },
  key: [3, 11],
  stream,
});

async function series(chain: DomainChain, rounds: number, trials: number) {
  const [count, energy]: [number[], number[]] = [[], []];
  for (let k = 0; k < rounds; k++) {
    await chain.advance(trials);
    if (k < rounds / 16) continue;
    count.push(chain.count);
    energy.push(chain.energy);
  }
  return { count, energy };
}

describe('a Lennard-Jones fluid', () => {
  it.each([2, 3])('has the same ⟨N⟩ and ⟨U⟩ in %i domains as in one piece', async (domains) => {
    const whole = createWasmChain(fluid(0));
    whole.lnActivity = -2.6;
    whole.displacement = 1.2;
    const expected = sample(whole, 50_000, 4096, 400);
    const chain = await createDomainChain(fluid(1), { domains, inThread: true });
    chain.lnActivity = -2.6;
    chain.displacement = 1.2;
    const found = await series(chain, 3000, 400);
    for (const what of ['count', 'energy'] as const) {
      const [a, b] = [blockAverage(expected[what]), blockAverage(found[what])];
      expect(Math.abs(a.mean - b.mean) / Math.hypot(a.error, b.error)).toBeLessThan(4);
      expect(b.error / Math.abs(b.mean)).toBeLessThan(0.02);
    }
    expect(chain.refresh()).toBeLessThan(1e-9);
  });
});

describe('embedded sodium', () => {
  const model = loadModel(JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')), 'na-carbon');
  const tables = compileGuest(model, 'Na', []);
  const long = orthorhombicCell(2 * independenceReach(tables) + 24, 2 * tables.pair.to + 1, 2 * tables.pair.to + 1);
  const setup: ChainSetup = {
    ...{ tables, host: { cell: long, species: [], rows: new Float64Array() }, grid: openGrid(long, 0.5) },
    ...{ guestCavity: 2.2, temperature: 1500, moves: { displace: 1, exchange: 2, teleport: 1 } },
    ...{ key: [5, 1], stream: 0 },
  };
  const begin = async (change: Partial<ChainSetup> = {}): Promise<DomainChain> => {
    const chain = await createDomainChain({ ...setup, ...change }, { domains: 2, inThread: true });
    chain.lnActivity = lnActivityAt(metalState(model, 'Na', 1500), -0.8);
    return chain;
  };

  it('changes its energy by the sum of what happens in the slabs, charges that switch and all', async () => {
    const chain = await begin();
    for (let k = 0; k < 60; k++) await chain.advance(4000);
    expect(chain.count).toBeGreaterThan(40);
    // each round begins with a sum over all guests
    expect(chain.refresh()).toBeLessThan(1e-7);
  });

  it('goes on from a saved state as if nothing had been', async () => {
    const chain = await begin();
    for (let k = 0; k < 6; k++) await chain.advance(5000);
    const again = await begin({ state: structuredClone(chain.save()) });
    for (const each of [chain, again]) for (let k = 0; k < 3; k++) await each.advance(5000);
    expect(again.count).toBe(chain.count);
    expect(again.energy).toBe(chain.energy);
    expect(again.guestRows()).toEqual(chain.guestRows());
  });
});

describe('slabs', () => {
  const partition = partitionOf(fluid(0), 2);

  it('are as far apart as guests must be, wherever they begin', () => {
    for (const shift of [0, 0.3, 0.77, 0.999999]) {
      const slabs = slabsOf(partition, shift);
      const owner = Array.from({ length: partition.planes }, (_, k) =>
        slabAt(partition, slabs, (k + 0.5) * partition.thickness),
      );
      for (const [k, of] of owner.entries()) {
        for (let step = 1; of >= 0 && step * partition.thickness <= 3; step++) {
          const other = owner[(k + step) % partition.planes]!;
          expect(other === of || other === -1).toBe(true);
        }
      }
      expect(owner.filter((of) => of >= 0)).toHaveLength(2 * partition.width);
    }
  });

  it('must have room', () => {
    expect(() => partitionOf(fluid(0), 4)).toThrow(/4 domains .* need at least/);
    expect(() => partitionOf(fluid(0), 1)).toThrow(/got 1/);
  });
});

it('a chain kept in a slab makes the same decisions as the reference chain', () => {
  const bounded: ChainSetup = { ...fluid(7), domain: [50, 25], fixed: Float64Array.of(2, 3, 3, 0, 20, 1, 5, 0) };
  const chains = [createReferenceChain(bounded), createWasmChain(bounded)] as const;
  for (const chain of chains) chain.lnActivity = -2.6;
  for (let k = 0; k < 40; k++) {
    for (const chain of chains) chain.advance(250);
    expect(chains[1].count).toBe(chains[0].count);
    expect(Math.abs(chains[1].energy - chains[0].energy)).toBeLessThan(1e-9);
  }
  const xs = chains[1].guestRows().filter((_, k) => k % 4 === 0);
  expect(xs.length).toBeGreaterThan(5);
  for (const x of xs) expect(x >= 25 || x < 7.5).toBe(true);
});
