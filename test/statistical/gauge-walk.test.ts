/** A gauge cell walked through all fillings, against what is known exactly, and against the flat histogram. */
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { jackknife } from '../../src/core/macrostates.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { FlatHistogram } from '../../src/engine/flat-histogram.ts';
import { GaugeWalk } from '../../src/engine/gauge-walk.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { emptyBox } from './sampling.ts';

const setup = (edge: number, change: Partial<ChainSetup> = {}) => emptyBox(edge, { key: [5, 2], ...change });

describe('the ideal gas', () => {
  const chain = createWasmChain(setup(10));
  chain.lnActivity = Math.log(0.02);
  const walk = new GaugeWalk(chain, { least: 0, most: 30, blocks: 4 });
  for (const block of [null, 0, 1, 2, 3]) for (const _ of walk.loop(block, 2000));

  it('ln Π(N) = N ln zV − ln N!, within its errors', () => {
    let expected = 0;
    for (let n = 1; n <= 30; n++) {
      expected += Math.log(20 / n);
      const { value, error } = jackknife(walk.blocks, (lnPi) => lnPi[n]!);
      expect(error!).toBeLessThan(0.2);
      expect(Math.abs(value - expected)).toBeLessThan(5 * error! + 1e-12);
    }
  });

  it('every filling is visited, and every loop is a journey', () => {
    for (let n = 0; n <= 30; n++) expect(walk.blocks.reduce((sum, b) => sum + b.visits[n]!, 0)).toBeGreaterThan(2000);
    expect(walk.roundTrips).toBeGreaterThanOrEqual(3);
    expect(walk.trials).toBe(5 * 62 * 2000);
  });
});

it('a condensing fluid: the same work of filling as the flat histogram, within the errors of both', () => {
  const model = lennardJonesModel({ 'A-A': [0.03, 2.4] }, { kind: 'truncate', to: 4.5 }, 1.2);
  const change = { tables: compileGuest(model, 'A', []), guestCavity: 1.8, grid: openGrid(cubicCell(10), 0.7) };
  const work = [0, 1].map((stream) => {
    const chain = createWasmChain(setup(10, { ...change, stream }));
    chain.lnActivity = Math.log(0.002);
    chain.displacement = 0.5;
    const range = { least: 0, most: 34, blocks: 4 };
    const walk = stream === 0 ? new GaugeWalk(chain, range) : new FlatHistogram(chain, range);
    for (const block of [null, 0, 1, 2, 3]) for (const _ of walk.loop(block, 3000));
    return jackknife(walk.blocks, (lnPi) => lnPi[30]! - lnPi[4]!);
  });
  const [gauge, flat] = work as [{ value: number; error: number }, { value: number; error: number }];
  expect(gauge.error + flat.error).toBeLessThan(0.8);
  expect(Math.abs(gauge.value - flat.value)).toBeLessThan(4 * Math.hypot(gauge.error, flat.error));
});

it('N outside of the range is refused', () => {
  expect(() => new GaugeWalk(createWasmChain(setup(10)), { least: 3, most: 9 })).toThrow(/N = 3 … 9/);
});
