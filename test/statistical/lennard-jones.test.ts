/**
 * Grand-canonical Lennard-Jones fluid against NIST (reduced units: ε = 1 eV, σ = 1 Å, T* = 1.5 is 1.5 eV/k_B).
 *
 * NIST cuts at 3σ and adds a long-range correction; the chain truncates without one. The correction depends on N alone,
 * U_tail = a N²/V with a = (8π/3)[⅓(σ/rc)⁹ − (σ/rc)³] εσ³, so the two ensembles differ by a known weight, and the averages of
 * the corrected one follow exactly from a truncated chain run at a neighbouring activity z':
 *
 *   P(N; z, corrected) ∝ P(N; z', truncated) · (z/z')^N e^(−βaN²/V),   ln z' = ln z − 2βa⟨N⟩/V   (the weight is flat at ⟨N⟩)
 */
import { describe, expect, it } from 'vitest';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { boltzmann } from '../../src/core/units.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { lennardJonesTail } from '../../src/model/radial/lennard-jones.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { expectRatio, sample } from './sampling.ts';

const cutoff = 3;
const model = lennardJonesModel({ 'A-A': [1, 1] }, { kind: 'truncate', to: cutoff }, 0.6);
const temperature = 1.5 / boltzmann;

function fluid(edge: number, change: Partial<ChainSetup> = {}): ChainSetup {
  const host: Frame = { cell: cubicCell(edge), species: [], rows: new Float64Array() };
  return {
    tables: compileGuest(model, 'A', []),
    host,
    grid: openGrid(host.cell, 0.4),
    guestCavity: 0.8,
    temperature,
    moves: { displace: 1, exchange: 2, teleport: 0 },
    key: [1, 5],
    stream: 0,
    ...change,
  };
}

describe('NIST, V = 512 σ³, T* = 1.5', () => {
  it.each([
    { lnZ: -4, published: 10.374, samples: 16_384, error: 0.004 },
    { lnZ: -3, published: 35.51, samples: 16_384, error: 0.006 },
  ])('ln z = $lnZ: ⟨N⟩ = $published', ({ lnZ, published, samples, error }) => {
    const volume = 512;
    // ε per σ³: energy of one particle's tail is a ρ
    const a = lennardJonesTail({ epsilon: 1, sigma: 1 }, cutoff, 1);
    const shift = (2 * a * published) / (1.5 * volume);
    const chain = createWasmChain(fluid(8));
    chain.lnActivity = lnZ - shift;
    chain.displacement = 1.2;
    const { count } = sample(chain, 50_000, samples, 150);
    const weight = count.map((n) => Math.exp(shift * n - (a * n * n) / (1.5 * volume) - 0.5 * shift * published));
    expectRatio(
      count.map((n, k) => n * weight[k]!),
      weight,
      published,
      error,
    );
    // the weight is a correction, not the physics: without it ⟨N⟩ is already near
    expect(Math.abs(blockAverage(count).mean / published - 1)).toBeLessThan(0.03);
  });
});

describe('at one state point', () => {
  const run = (change: Partial<ChainSetup>) => {
    const chain = createWasmChain(fluid(7, change));
    chain.lnActivity = -2.9;
    chain.displacement = 0.8;
    const { count, energy } = sample(chain, 40_000, 8192, 150);
    return { n: blockAverage(count), u: blockAverage(energy), moves: chain.takeCounts() };
  };

  it('teleports, cavity bias and voxel size change no average', () => {
    const plain = run({ guestCavity: 0, stream: 1 });
    for (const other of [
      run({ moves: { displace: 1, exchange: 2, teleport: 2 }, stream: 2 }),
      run({ guestCavity: 0, moves: { displace: 1, exchange: 2, teleport: 2 }, stream: 3 }),
      run({ guestCavity: 1, grid: openGrid(cubicCell(7), 1), stream: 4 }),
    ]) {
      expect(Math.abs(plain.n.mean - other.n.mean) / Math.hypot(plain.n.error, other.n.error)).toBeLessThan(4);
      expect(Math.abs(plain.u.mean - other.u.mean) / Math.hypot(plain.u.error, other.u.error)).toBeLessThan(4);
      expect(other.n.error / other.n.mean).toBeLessThan(0.02);
    }
  });

  it('z V ⟨exp(−βΔU)⟩ of test insertions is ⟨N⟩ (Widom), in a slit too', () => {
    const walls: number[] = [];
    for (let i = 0; i < 7; i++) for (let j = 0; j < 7; j++) walls.push(i, j, 0.5, 0);
    const both = lennardJonesModel({ 'A-A': [1, 1], 'A-W': [0.7, 0.9] }, { kind: 'truncate', to: cutoff }, 0.5);
    const cell = orthorhombicCell(7, 7, 7);
    const slit: Frame = { cell, species: ['W'], rows: Float64Array.from(walls) };
    for (const change of [{}, { host: slit, tables: compileGuest(both, 'A', ['W']), grid: openGrid(cell, 0.4) }]) {
      const chain = createWasmChain(fluid(7, change));
      chain.lnActivity = -3.5;
      chain.displacement = 0.8;
      chain.advance(20_000);
      const samples = 8192;
      const inserted = new Float64Array(samples);
      const count = new Float64Array(samples);
      // points on a lattice that walks through the box: even, and the same in every run
      const golden = [0.8191725134, 0.6710436067, 0.5497004779];
      for (let k = 0; k < samples; k++) {
        chain.advance(60);
        for (let m = 0; m < 8; m++) {
          const [x, y, z] = golden.map((g) => 7 * ((g * (8 * k + m + 1)) % 1)) as [number, number, number];
          inserted[k]! += (Math.exp(-3.5 - chain.trialEnergy(-1, x, y, z) / 1.5) * 343) / 8;
        }
        count[k] = chain.count;
      }
      expectRatio(inserted, count, 1, 0.02);
    }
  });
});
