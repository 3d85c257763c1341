import { describe, expect, it } from 'vitest';
import { equilibriumCurve } from '../../src/analysis/equilibrium.ts';
import { cubicCell } from '../../src/core/cell.ts';
import type { ExchangeSums } from '../../src/core/macrostates.ts';
import { boltzmann, capacityPerGuest } from '../../src/core/units.ts';
import type { LadderTrajectory, PoreMacrostates } from '../../src/trajectory/series.ts';

const temperature = 300;
const kT = boltzmann * temperature;
/** ten carbons weigh 120.11 amu */
const host = {
  cell: cubicCell(20),
  species: ['C'],
  rows: Float64Array.from({ length: 40 }, (_, k) => (k % 4 === 3 ? 0 : k % 7)),
};
const mass = 10 * 12.011;

/** Sums whose ln Π(N) is given exactly, at the reference voltage. */
function sumsOf(lnPi: readonly number[]): ExchangeSums {
  const n = lnPi.length;
  const ratio = (k: number) => (k + 1 < n ? Math.exp(lnPi[k + 1]! - lnPi[k]!) : 1);
  return {
    least: 0,
    up: lnPi.map((_, k) => 1000 * Math.min(1, ratio(k))),
    down: lnPi.map((_, k) => (k === 0 ? 0 : 1000 * Math.min(1, 1 / ratio(k - 1)))),
    triedUp: lnPi.map(() => 1000),
    triedDown: lnPi.map(() => 1000),
  };
}

function pore(lnPi: readonly number[], change: Partial<PoreMacrostates> = {}): PoreMacrostates {
  const block = sumsOf(lnPi);
  return {
    pore: 0,
    centre: [5, 5, 5],
    diameter: 11,
    volume: 900,
    background: 'discharge',
    voltage: 0.05,
    blocks: [block, block, block],
    roundTrips: 2,
    trials: 1000,
    ...change,
  };
}

function replica(
  pores: readonly PoreMacrostates[],
  outside: readonly [number, number][],
  number = 0,
): LadderTrajectory {
  const counts = outside.flatMap(([voltage, n]) =>
    (['discharge', 'charge'] as const).map((branch) => ({ branch, voltage, counts: Float64Array.of(n, n) })),
  );
  return { replica: number, host, guest: 'Na', temperature, points: [], filling: { pores, outside: counts, small: 0 } };
}

describe('the equilibrium curve', () => {
  it('of a pore that is an ideal gas: ⟨N⟩ follows the activity', () => {
    // zV = 6 at 0.05 V
    const lnPi = [0];
    for (let n = 1; n <= 120; n++) lnPi.push(lnPi[n - 1]! + Math.log(6 / n));
    const curve = equilibriumCurve([replica([pore(lnPi)], [[0, 0]])], [0.1, 0.05, 0.02], { slopeCut: 0.1 })!;
    for (const { voltage, capacity } of curve.points) {
      const expected = 6 * Math.exp((0.05 - voltage) / kT);
      expect(Math.abs(capacity.value - (expected * capacityPerGuest) / mass) / capacity.value).toBeLessThan(1e-6);
      expect(capacity.error!).toBeLessThan(1e-9);
    }
    expect(curve.pores[0]!.barrier.value).toBeNull();
  });

  it('of a two-state pore: it fills where both states weigh the same, and the plateau lies there', () => {
    // empty or full with 40 guests, nothing between: equal weights at 0.05 − 40⁻¹ kT ln(w) V
    const lnPi = Array.from({ length: 41 }, (_, n) => (n === 0 ? 0 : n === 40 ? 12 : -30));
    const at = 0.05 + (12 * kT) / 40;
    const voltages = Array.from({ length: 101 }, (_, k) => 0.1 - 0.001 * k);
    const curve = equilibriumCurve([replica([pore(lnPi)], [[0, 5]])], voltages, { slopeCut: 0.1 })!;
    expect(Math.abs(curve.pores[0]!.fillingVoltage.value! - at)).toBeLessThan(1e-4);
    expect(Math.abs(curve.plateauVoltage.value! - at)).toBeLessThan(2e-3);
    expect(Math.abs(curve.plateau.value! - (40 * capacityPerGuest) / mass)).toBeLessThan(0.02 * curve.plateau.value!);
    expect(Math.abs(curve.slope.value! - (5 * capacityPerGuest) / mass)).toBeLessThan(1e-6 * curve.slope.value!);
    expect(curve.pores[0]!.barrier.value!).toBeGreaterThan(20);
    expect(curve.pores[0]!.guests.value).toBeCloseTo(40, 6);
  });

  it('what two backgrounds differ in is an error, and so is what branches differ in outside', () => {
    const full = (n: number) => Array.from({ length: n + 1 }, (_, k) => (k === n ? 40 : 0));
    const one = replica([pore(full(10)), pore(full(14), { background: 'charge' })], [[0, 3]]);
    const two: LadderTrajectory = {
      ...one,
      filling: {
        ...one.filling!,
        outside: [
          { branch: 'discharge', voltage: 0, counts: Float64Array.of(2, 2) },
          { branch: 'charge', voltage: 0, counts: Float64Array.of(4, 4) },
        ],
      },
    };
    const perGuest = capacityPerGuest / mass;
    const [a] = equilibriumCurve([one], [0.1, 0], { slopeCut: 0.1 })!.points.slice(-1);
    expect(a!.capacity.value / perGuest).toBeCloseTo(12 + 3, 3);
    expect(a!.capacity.error! / perGuest).toBeCloseTo(2, 3);
    const [b] = equilibriumCurve([two], [0.1, 0], { slopeCut: 0.1 })!.points.slice(-1);
    expect(b!.capacity.error! / perGuest).toBeCloseTo(Math.hypot(2, 1), 3);
  });

  it('needs every replica sampled', () => {
    const { filling: _, ...without } = replica([], [[0, 1]]);
    expect(equilibriumCurve([without], [0.1, 0], { slopeCut: 0.1 })).toBeUndefined();
    expect(equilibriumCurve([replica([], [[0, 1]]), without], [0.1, 0], { slopeCut: 0.1 })).toBeUndefined();
  });
});
