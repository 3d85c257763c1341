/**
 * Systems small enough to integrate: what the chain samples against numbers from quadrature.
 *
 *   Henry     ⟨N⟩ = z K_H,  K_H = ∫ e^(−βV(r)) dr              guests that do not see one another, at any z
 *   P(N)      P(N)/P(N−1) = z Z_N/Z_(N−1),  Z_1 = V,  Z_2 = ½V [V + 4π ∫₀^rc (e^(−βU₂(r)) − 1) r² dr]
 *   ⟨U⟩       of two guests in a closed box = ∫ U₂ e^(−βU₂) / ∫ e^(−βU₂)
 */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { boltzmann } from '../../src/core/units.ts';
import { accessibleGrid, openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { compileGuest, type GuestTables } from '../../src/engine/guest-tables.ts';
import { idealGasTables } from '../../src/engine/self-test.ts';
import { createWasmChain, type WasmChain } from '../../src/engine/wasm.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import type { Model } from '../../src/model/model.ts';
import { sheetsHost } from '../conformance/hosts.ts';
import { lennardJonesModel, shippedModel } from '../conformance/models.ts';
import { expectMean, expectRatio, sample } from './sampling.ts';

const chainBasics = { key: [3, 14], stream: 0 } as const;

describe('argon in a graphene slit', () => {
  const temperature = 300;
  const beta = 1 / (boltzmann * temperature);
  const model = shippedModel('argon-carbon');
  // one slit of 7 Å, the other as wide as the cutoff wants the box to be
  const host = sheetsHost(10, 6, [4, 11], 26, { typed: false });
  const tables = compileGuest(model, 'Ar', host.species);
  const [lx, ly, lz] = [0, 4, 8].map((k) => host.cell.matrix[k]!) as [number, number, number];
  const setup: ChainSetup = {
    ...chainBasics,
    tables,
    host,
    grid: accessibleGrid(host, 2.6),
    guestCavity: 2.7,
    temperature,
    moves: { displace: 1, exchange: 6, teleport: 1 },
  };

  /** ∫ e^(−βV) over the box: one graphene cell (1.42√3 × 4.26 Å) is integrated, with equal steps along its periods. */
  function henry(chain: WasmChain, n: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < 2 * n; j++) {
        for (let k = 0; k < 20 * n; k++) {
          const field = chain.hostField(
            ((i + 0.5) / n) * (lx / 10),
            ((j + 0.5) / (2 * n)) * (ly / 6),
            ((k + 0.5) / (20 * n)) * lz,
          );
          if (field) sum += Math.exp(-beta * field[1]);
        }
      }
    }
    return (sum * lx * ly * lz) / (40 * n ** 3);
  }
  const constant = henry(createWasmChain(setup), 12);

  it('the Henry constant is converged', () => {
    expect(Math.abs(henry(createWasmChain(setup), 8) / constant - 1)).toBeLessThan(1e-4);
    expect(constant / (lx * ly * lz)).toBeGreaterThan(5);
  });

  it('⟨N⟩ = Var N = z K_H for guests that do not see one another', () => {
    const { pair, density } = idealGasTables();
    const blind: GuestTables = { ...tables, pair, density };
    const chain = createWasmChain({ ...setup, tables: blind });
    chain.lnActivity = Math.log(12 / constant);
    chain.displacement = 1;
    const { count } = sample(chain, 60_000, 8192, 140);
    expectMean(count, 12, 0.02);
    expectMean(
      count.map((n) => (n - 12) ** 2),
      12,
      0.06,
    );
  });

  it('⟨N⟩/z goes to K_H as z goes to 0 for guests that do', () => {
    const ratios = [1.6, 0.4].map((filling) => {
      const chain = createWasmChain(setup);
      chain.lnActivity = Math.log(filling / constant);
      chain.displacement = 1;
      const { mean, error } = blockAverage(sample(chain, 50_000, 8192, 120).count);
      return [mean / filling, error / filling] as const;
    });
    // the second virial coefficient makes the difference to 1 proportional to z: extrapolated, one is left
    const [[high, highError], [low, lowError]] = ratios as [readonly [number, number], readonly [number, number]];
    const limit = low - (high - low) / 3;
    const error = Math.hypot((4 / 3) * lowError, highError / 3);
    expect(Math.abs(limit - 1) / error).toBeLessThan(4);
    expect(error).toBeLessThan(0.03);
  });
});

describe.each<{ title: string; model: Model; guest: string; edge: number; temperature: number; nearest: number }>([
  {
    title: 'Lennard-Jones',
    model: lennardJonesModel({ 'A-A': [0.05, 3] }, { kind: 'truncate', to: 7 }, 1.8),
    guest: 'A',
    edge: 14.5,
    temperature: 300,
    nearest: 1.8,
  },
  {
    title: 'sodium, embedded with charge switch',
    model: shippedModel('na-carbon'),
    guest: 'Na',
    edge: 16.5,
    temperature: 1500,
    nearest: 1.8,
  },
  { title: 'potassium', model: shippedModel('k-carbon'), guest: 'K', edge: 18, temperature: 4000, nearest: 2.3 },
])('two guests of $title in an empty box', ({ model, guest, edge, temperature, nearest }) => {
  const beta = 1 / (boltzmann * temperature);
  const volume = edge ** 3;
  const host: Frame = { cell: cubicCell(edge), species: [], rows: new Float64Array() };

  /** Energy of two guests r apart and far from anything else; the chain forbids r below the first knot. */
  const pairEnergy = (r: number): number =>
    evaluate(model, { cell: cubicCell(100), species: [guest], rows: Float64Array.of(50, 50, 50, 0, 50 + r, 50, 50, 0) })
      .energy;

  /** 4π ∫ g(U₂) r² dr over the reach of the model, by the midpoint rule. */
  const overPairs = (g: (u: number) => number): number => {
    const n = 4000;
    const h = model.cutoff / n;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const r = (k + 0.5) * h;
      sum += g(r < nearest ? Number.POSITIVE_INFINITY : pairEnergy(r)) * r * r * h;
    }
    return 4 * Math.PI * sum;
  };
  const secondIntegral = volume * (volume + overPairs((u) => Math.exp(-beta * u) - 1));

  const setup: ChainSetup = {
    ...chainBasics,
    tables: compileGuest(model, guest, []),
    host,
    grid: openGrid(host.cell, 1),
    guestCavity: 1.5,
    temperature,
    moves: { displace: 2, exchange: 3, teleport: 1 },
  };

  it('P(1)/P(0) = zV and P(2)/P(1) = z Z₂/V', () => {
    const chain = createWasmChain(setup);
    const z = 0.4 / volume;
    chain.lnActivity = Math.log(z);
    chain.displacement = 2;
    const { count } = sample(chain, 20_000, 32_768, 40);
    const visits = (n: number): Float64Array => count.map((x) => (x === n ? 1 : 0));
    const [zero, one, two] = [visits(0), visits(1), visits(2)];
    expectRatio(one, zero, z * volume, 0.02);
    const ratio = (0.5 * z * secondIntegral) / volume;
    // the guests do feel one another: a gas without forces would give another number
    expect(Math.abs(ratio / (0.5 * z * volume) - 1)).toBeGreaterThan(0.1);
    expectRatio(two, one, ratio, 0.04);
  });

  it('⟨U⟩ of exactly two, moved only by displacement', () => {
    const guests = Float64Array.of(1, 1, 1, 0, 1 + edge / 2, 1, 1, 0);
    const chain = createWasmChain({ ...setup, moves: { displace: 1, exchange: 0, teleport: 0 }, guests });
    chain.displacement = 2.5;
    const { energy, count } = sample(chain, 10_000, 16_384, 60);
    expect(Math.min(...count)).toBe(2);
    expect(Math.max(...count)).toBe(2);
    const exact =
      (volume * overPairs((u) => (u === Number.POSITIVE_INFINITY ? 0 : u * Math.exp(-beta * u)))) / secondIntegral;
    expectMean(energy, exact, 0.06);
  });

  it('⟨U⟩ of exactly two, moved only by teleports', () => {
    const guests = Float64Array.of(1, 1, 1, 0, 1 + edge / 2, 1, 1, 0);
    const chain = createWasmChain({
      ...setup,
      guestCavity: 0,
      moves: { displace: 0, exchange: 0, teleport: 1 },
      guests,
    });
    const { energy } = sample(chain, 10_000, 16_384, 60);
    const exact =
      (volume * overPairs((u) => (u === Number.POSITIVE_INFINITY ? 0 : u * Math.exp(-beta * u)))) / secondIntegral;
    expectMean(energy, exact, 0.06);
  });
});
