import { describe, expect, it } from 'vitest';
import { galvanostaticCurve } from '../../src/analysis/galvanostatic.ts';
import { cubicCell } from '../../src/core/cell.ts';
import { capacityPerGuest } from '../../src/core/units.ts';
import type { GaugePoint, LadderTrajectory } from '../../src/trajectory/series.ts';

/** ten carbons weigh 120.11 amu */
const host = { cell: cubicCell(20), species: ['C'], rows: new Float64Array(40) };
const perGuest = capacityPerGuest / 120.11;

const point = (branch: GaugePoint['branch'], capacity: number, value: number, error = 0): GaugePoint => ({
  branch,
  capacity,
  target: capacity / perGuest,
  guests: { value: capacity / perGuest, error: 0.1 },
  voltage: { value, error },
  trials: 10,
});

const replica = (number: number, gauge?: GaugePoint[]): LadderTrajectory => ({
  replica: number,
  host,
  guest: 'Na',
  temperature: 300,
  points: [],
  ...(gauge && { gauge }),
});

describe('the galvanostatic curve', () => {
  const shifted = (by: number) => [
    point('discharge', 15, 0.3 + by),
    point('discharge', 30, 0.05 + by, 0.01),
    point('discharge', 45, 0.02 + by),
    point('charge', 30, 0.07 + by),
    point('charge', 15, 0.31 + by),
  ];

  it('has the states of charge of all replicas, with errors of their own and between replicas', () => {
    const one = shifted(0);
    const curve = galvanostaticCurve([replica(0, one), replica(1, shifted(0.02).slice(0, 4))], 0.1)!;
    expect(curve.points.map(({ branch, capacity }) => [branch, Math.round(capacity.value)])).toEqual([
      ['discharge', 15],
      ['discharge', 30],
      ['discharge', 45],
      ['charge', 30],
    ]);
    const [, second] = curve.points;
    expect(second!.voltage.value).toBeCloseTo(0.06, 12);
    // half the difference of two replicas is their standard error, which is above √2·0.01/2 from their own
    expect(second!.voltage.error).toBeCloseTo(0.01, 12);
    // one state lies below 0.1 V on both branches: 0.07 against 0.05 V
    expect(curve.hysteresis.value).toBeCloseTo(0.02, 12);
    expect(curve.plateauVoltage.value).toBeCloseTo(0.07, 12);
    // 0.01 V in every replica
    expect(curve.hysteresis.error).toBeCloseTo(0.01 / Math.SQRT2, 12);
  });

  it('says why there is no plateau', () => {
    const curve = galvanostaticCurve([replica(0, shifted(0.5))], 0.1)!;
    expect(curve.hysteresis).toMatchObject({ value: null, unit: 'V' });
    expect(curve.hysteresis.note).toContain('no state of charge');
  });

  it('is there only where every replica was driven', () => {
    expect(galvanostaticCurve([replica(0, shifted(0)), replica(1)], 0.1)).toBeUndefined();
  });
});
