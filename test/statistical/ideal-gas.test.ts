/**
 * The ideal gas: N is Poisson with mean zV, whatever the cavity list does to the proposals.
 *
 * Insertions go to free voxels only, by weight, and a guest may leave only where its reverse could be proposed; both carry
 * the weights in their bias, so every configuration keeps its weight z^N/N!. What the list can change is which configurations are
 * *reached*. With displacements every point of the box is, so ⟨N⟩ = zV also where part of the voxels is closed to
 * insertion: guests diffuse in, and out again before they leave. Without displacements nothing but the open voxels is
 * ever occupied, and ⟨N⟩ = z V_open.
 */
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { highestLevel, openGrid, type VoxelGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { expectMean, sample } from './sampling.ts';

const box: Frame = { cell: orthorhombicCell(12, 10, 14), species: [], rows: new Float64Array() };
const volume = 1680;

function idealSetup(change: Partial<ChainSetup>): ChainSetup {
  return {
    tables: idealGasTables(),
    host: box,
    grid: openGrid(box.cell, 1),
    guestCavity: 0,
    temperature: 300,
    moves: { displace: 1, exchange: 2, teleport: 0 },
    key: [20, 26],
    stream: 0,
    ...change,
  };
}

/** Every third voxel or so closed, at random. */
function partlyClosed(): { readonly grid: VoxelGrid; readonly open: number } {
  const random = new RandomStream('closed');
  const grid = openGrid(box.cell, 1);
  for (let v = 0; v < grid.levels.length; v++) grid.levels[v] = random.uniform() < 0.6 ? 1 : 0;
  const open = grid.levels.reduce((sum, free) => sum + free, 0) / grid.levels.length;
  return { grid, open: open * volume };
}

/** Levels 0 … 8, each as likely as the others. */
function randomLevels(): VoxelGrid {
  const random = new RandomStream('levels');
  const grid = openGrid(box.cell, 1);
  for (let v = 0; v < grid.levels.length; v++) grid.levels[v] = random.integer(highestLevel + 1);
  return grid;
}

/** Level of the voxel of the particle in row `a`. */
function levelAt({ shape, levels }: VoxelGrid, rows: Float64Array, a: number): number {
  const [i, j, k] = [0, 1, 2].map((axis) =>
    Math.floor((rows[a + axis]! / box.cell.matrix[4 * axis]!) * shape[axis]!),
  ) as [number, number, number];
  return levels[(i * shape[1] + j) * shape[2] + k]!;
}

/** Mean and variance of N, both of which are `expected` for a Poisson distribution. */
function expectPoisson(setup: ChainSetup, lnActivity: number, expected: number, displacement = 2): void {
  const chain = createWasmChain(setup);
  chain.lnActivity = lnActivity;
  chain.displacement = displacement;
  const { count } = sample(chain, 20_000, 16_384, 100);
  expectMean(count, expected, 0.01);
  expectMean(
    count.map((n) => (n - expected) ** 2),
    expected,
    0.06,
  );
  expect(chain.energy).toBe(0);
}

describe('ideal gas: ⟨N⟩ = Var N', () => {
  it.each([5, 40])('= zV = %d', (expected) => {
    expectPoisson(idealSetup({}), Math.log(expected / volume), expected);
  });

  it('= zV in the reference chain', () => {
    const chain = createReferenceChain(idealSetup({}));
    chain.lnActivity = Math.log(8 / volume);
    const { count } = sample(chain, 2000, 4096, 50);
    expectMean(count, 8, 0.03);
    expectMean(
      count.map((n) => (n - 8) ** 2),
      8,
      0.1,
    );
  });

  it('= zV with voxels of 5 Å', () => {
    expectPoisson(idealSetup({ grid: openGrid(box.cell, 5) }), Math.log(20 / volume), 20);
  });

  it('= zV with insertion closed in part of the box, where displacements reach it', () => {
    const { grid, open } = partlyClosed();
    expect(open / volume).toBeLessThan(0.65);
    expectPoisson(idealSetup({ grid, moves: { displace: 2, exchange: 2, teleport: 1 } }), Math.log(25 / volume), 25);
  });

  it('= z V_open where nothing displaces guests', () => {
    const { grid, open } = partlyClosed();
    expectPoisson(idealSetup({ grid, moves: { displace: 0, exchange: 2, teleport: 1 } }), Math.log(25 / open), 25);
  });

  it.each([
    { title: 'guests that block 1.5 Å', guestCavity: 1.5, expected: 60, edge: 0.5 },
    { title: 'guests that block 3 Å', guestCavity: 3, expected: 20, edge: 1 },
    { title: 'guests that block 3 Å in voxels of 2 Å', guestCavity: 3, expected: 20, edge: 2 },
  ])('= zV with $title', ({ guestCavity, expected, edge }) => {
    const moves = { displace: 3, exchange: 3, teleport: 1 };
    expectPoisson(
      idealSetup({ guestCavity, moves, grid: openGrid(box.cell, edge) }),
      Math.log(expected / volume),
      expected,
      4,
    );
  });

  it('= zV with everything at once: closed voxels, blocking guests, teleports', () => {
    const { grid } = partlyClosed();
    expectPoisson(
      idealSetup({ grid, guestCavity: 2, moves: { displace: 3, exchange: 3, teleport: 2 } }),
      Math.log(25 / volume),
      25,
      4,
    );
  });

  it.each([0, 2])('= zV with voxels of every weight, guests that block %d Å', (guestCavity) => {
    expectPoisson(
      idealSetup({ grid: randomLevels(), guestCavity, moves: { displace: 3, exchange: 3, teleport: 2 } }),
      Math.log(25 / volume),
      25,
      4,
    );
  });

  it('guests lie evenly over voxels of every weight', () => {
    const grid = randomLevels();
    const chain = createWasmChain(
      idealSetup({ grid, guestCavity: 2, moves: { displace: 3, exchange: 3, teleport: 2 } }),
    );
    chain.lnActivity = Math.log(25 / volume);
    chain.displacement = 4;
    chain.advance(20_000);
    const perLevel = Array.from({ length: highestLevel + 1 }, () => new Float64Array(4096));
    for (let k = 0; k < 4096; k++) {
      chain.advance(300);
      const rows = chain.guestRows();
      for (let a = 0; a < rows.length; a += 4) perLevel[levelAt(grid, rows, a)]![k]!++;
    }
    const share = perLevel.map((_, level) => grid.levels.filter((own) => own === level).length / grid.levels.length);
    for (const level of [0, 1, 4, highestLevel]) expectMean(perLevel[level]!, 25 * share[level]!, 0.1);
  });

  it('guests lie evenly in the box, in closed voxels as in open ones', () => {
    const { grid, open } = partlyClosed();
    const chain = createWasmChain(
      idealSetup({ grid, guestCavity: 2, moves: { displace: 3, exchange: 3, teleport: 2 } }),
    );
    chain.lnActivity = Math.log(25 / volume);
    chain.displacement = 4;
    chain.advance(20_000);
    const inOpen = new Float64Array(4096);
    const all = new Float64Array(4096);
    for (let k = 0; k < all.length; k++) {
      chain.advance(300);
      const rows = chain.guestRows();
      for (let a = 0; a < rows.length; a += 4) {
        inOpen[k]! += levelAt(grid, rows, a);
        all[k]!++;
      }
    }
    expectMean(inOpen, (25 * open) / volume, 0.02);
    expectMean(all, 25, 0.02);
  });
});
