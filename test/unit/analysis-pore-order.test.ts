/** The order in which pores fill, and pores that fill together: two-state pores, whose voltages are known. */
import { describe, expect, it } from 'vitest';
import { fillingOrder, halfFull, togetherShifts } from '../../src/analysis/pore-order.ts';
import { sumsOf } from '../../src/core/macrostates.ts';
import { boltzmann } from '../../src/core/units.ts';
import type { Background, PoreMacrostates } from '../../src/trajectory/series.ts';

const temperature = 300;
const kT = boltzmann * temperature;
const reference = 0.05;
const [top, lowest] = [0.3, -0.2];

/** Empty or with `guests`, as likely as each other at `at` V. */
function twoStates(pore: number, background: Background, guests: number, at: number): PoreMacrostates {
  const lnPi = Float64Array.from({ length: guests + 1 }, (_, n) => (n * (at - reference)) / kT - (n % guests ? 30 : 0));
  return {
    ...{ pore, background, centre: [0, 0, 0], diameter: 8, volume: 500, voltage: reference },
    ...{ blocks: [sumsOf(lnPi, 0)], roundTrips: 1, trials: 1 },
  };
}

/** A pore by its voltages with others empty, others full, and in its turn. */
const pore = (k: number, guests: number, [empty, full, turn]: readonly [number, number, number]): PoreMacrostates[] => [
  twoStates(k, 'discharge', guests, empty),
  twoStates(k, 'charge', guests, full),
  twoStates(k, 'equilibrium', guests, turn),
];

describe('pores that feel one another', () => {
  it('are half full where both states are alike', () => {
    expect(halfFull(twoStates(0, 'charge', 20, 0.03), lowest, temperature).value).toBeCloseTo(0.03, 4);
  });

  it('fill in the order of their voltages between empty and full neighbours', () => {
    const pores = [
      ...pore(0, 10, [0.01, 0.03, 0.01]),
      ...pore(1, 10, [0.05, 0.06, 0.05]),
      ...pore(2, 10, [-0.03, 0, 0]),
    ];
    expect(fillingOrder(pores, lowest, temperature)).toEqual([1, 0, 2]);
    expect([...togetherShifts(pores, top, lowest, temperature).values()]).toEqual([0, 0, 0]);
  });

  it('fill together where the second in turn would come before the first, with the same work', () => {
    // with the first full the second fills at a higher voltage than the first did
    const pores = [...pore(0, 10, [0.02, 0.06, 0.02]), ...pore(1, 30, [-0.01, 0.05, 0.05])];
    const shifts = togetherShifts(pores, top, lowest, temperature);
    const voltages = [0.02 + shifts.get(0)!, 0.05 + shifts.get(1)!];
    const together = (10 * 0.02 + 30 * 0.05) / 40;
    for (const voltage of voltages) expect(voltage).toBeCloseTo(together, 4);
    expect(10 * voltages[0]! + 30 * voltages[1]!).toBeCloseTo(10 * 0.02 + 30 * 0.05, 3);
  });
});
