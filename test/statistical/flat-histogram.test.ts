/** Flat histograms against what is known exactly: the ideal gas, and a small system summed by hand. */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { countMoments, jackknife, lnMacrostates } from '../../src/core/macrostates.ts';
import { boltzmann } from '../../src/core/units.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { FlatHistogram } from '../../src/engine/flat-histogram.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { emptyBox } from './sampling.ts';

const setup = (edge: number, change: Partial<ChainSetup> = {}) => emptyBox(edge, { key: [3, 1], ...change });

describe('the ideal gas', () => {
  const chain = createWasmChain(setup(10));
  chain.lnActivity = Math.log(0.001);
  const flat = new FlatHistogram(chain, { least: 0, most: 30 });
  for (const _ of flat.loop(null, 1000));
  for (let block = 0; block < 8; block++) {
    for (const _ of flat.loop(block, 1000));
    flat.roam(block, 40_000);
  }

  it('visits every N alike although Π spans thirty orders of magnitude', () => {
    const visits = Array.from({ length: 31 }, (_, n) => flat.blocks.reduce((sum, b) => sum + b.visits[n]!, 0));
    const mean = visits.reduce((a, b) => a + b, 0) / 31;
    for (const x of visits) expect(Math.abs(x / mean - 1)).toBeLessThan(0.5);
    expect(flat.roundTrips).toBeGreaterThan(2);
    expect(flat.trials).toBeGreaterThan(600_000);
  });

  it('ln Π(N) = N ln zV − ln N!, within its errors', () => {
    let expected = 0;
    for (let n = 1; n <= 30; n++) {
      expected += Math.log(1 / n);
      const { value, error } = jackknife(flat.blocks, (lnPi) => lnPi[n]!);
      expect(error!).toBeLessThan(0.2);
      expect(Math.abs(value - expected)).toBeLessThan(5 * error! + 1e-12);
    }
  });

  it('goes on where it was saved, to the last bit', () => {
    const [a, b] = [0, 1].map(() => {
      const one = createWasmChain(setup(10));
      one.lnActivity = Math.log(0.001);
      return one;
    });
    const whole = new FlatHistogram(a!, { least: 0, most: 20 });
    let split = new FlatHistogram(b!, { least: 0, most: 20 });
    let at = b!;
    for (const block of [null, 0, 1]) {
      for (const one of [whole, split]) {
        for (const _ of one.loop(block, 500));
        one.roam(block, 10_000);
      }
      at = createWasmChain({ ...setup(10), state: at.save() });
      split = new FlatHistogram(at, { least: 0, most: 20 }, split.save());
    }
    expect(split.save()).toEqual(whole.save());
  });
});

it('two Lennard-Jones atoms: Π(2)/Π(1) is the configuration integral, by quadrature', () => {
  const edge = 7;
  const model = lennardJonesModel({ 'A-A': [0.05, 2.4] }, { kind: 'truncate', to: 3.5 }, 1.2);
  const chain = createWasmChain(
    setup(edge, { tables: compileGuest(model, 'A', []), guestCavity: 1.8, grid: openGrid(cubicCell(edge), 0.7) }),
  );
  chain.lnActivity = Math.log(1 / edge ** 3);
  const flat = new FlatHistogram(chain, { least: 0, most: 2 });
  flat.roam(null, 20_000);
  for (let block = 0; block < 8; block++) flat.roam(block, 50_000);
  // Z_2/(2 V²) in units of zV = 1: ½ [1 + (4π/V) ∫ (e^(−βu) − 1) r² dr]
  const beta = 1 / (300 * boltzmann);
  let integral = 0;
  const h = 1e-4;
  for (let r = h / 2; r < 3.5; r += h) {
    const u = r < 1.2 ? Number.POSITIVE_INFINITY : 4 * 0.05 * ((2.4 / r) ** 12 - (2.4 / r) ** 6);
    integral += (Math.exp(-beta * u) - 1) * r * r * h;
  }
  const expected = Math.log(0.5 * (1 + (4 * Math.PI * integral) / edge ** 3));
  const { value, error } = jackknife(flat.blocks, (lnPi) => lnPi[2]! - lnPi[1]!);
  expect(error!).toBeLessThan(0.01);
  expect(Math.abs(value - expected)).toBeLessThan(4 * error!);
  expect(countMoments(lnMacrostates(flat.blocks[0]!), 0).mean).toBeGreaterThan(0.9);
});
