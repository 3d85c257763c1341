import { describe, expect, it } from 'vitest';
import { combineReplicas } from '../../src/analysis/replicas.ts';
import { voltageCurve } from '../../src/analysis/voltage.ts';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import type { Branch, LadderPoint, LadderTrajectory } from '../../src/trajectory/series.ts';

/** 1000 carbons: 26801.48/12011 = 2.23141 mAh/g per guest. */
const host: Frame = { cell: cubicCell(30), species: ['C:basal'], rows: new Float64Array(4000) };
const perGuest = 96485.33212 / 3.6 / 12011;

function point(branch: Branch, voltage: number, counts: number[], energies = counts.map((n) => -1.5 * n)): LadderPoint {
  return {
    branch,
    voltage,
    counts: Float64Array.from(counts),
    energies: Float64Array.from(energies),
    moves: { insert: { attempted: 1000, accepted: 20 }, teleport: { attempted: 0, accepted: 0 } },
    snapshots: [],
  };
}

function trajectory(replica: number, points: LadderPoint[], over: Partial<LadderTrajectory> = {}): LadderTrajectory {
  return { replica, host, guest: 'Na', temperature: 300, points, ...over };
}

const constant = (n: number, length = 32): number[] => new Array(length).fill(n);

describe('combineReplicas', () => {
  it('takes the scatter between replicas when it is larger than their block errors', () => {
    // values 1, 3: standard error 1; blocks √(0.3² + 0.4²)/2 = 0.25
    expect(
      combineReplicas(
        [
          { value: 1, error: 0.3 },
          { value: 3, error: 0.4 },
        ],
        'V',
      ),
    ).toEqual({ value: 2, error: 1, unit: 'V' });
  });

  it('takes the block errors when replicas agree by luck', () => {
    const combined = combineReplicas(
      [
        { value: 2, error: 0.3 },
        { value: 2, error: 0.4 },
      ],
      'V',
    );
    expect(combined.error).toBeCloseTo(0.25, 12);
  });

  it('has only the block error with one replica, and none when that is unknown', () => {
    expect(combineReplicas([{ value: 2, error: 0.3 }], 'V').error).toBe(0.3);
    expect(combineReplicas([{ value: 2, error: null }], 'V').error).toBeNull();
  });
});

describe('voltageCurve', () => {
  it('turns two replicas of constant counts into mean and standard error between them', () => {
    const curve = voltageCurve([
      trajectory(0, [point('discharge', 0.1, constant(40))]),
      trajectory(1, [point('discharge', 0.1, constant(44))]),
    ]);
    const [p] = curve.discharge;
    expect(p!.capacity.value).toBeCloseTo(42 * perGuest, 9);
    expect(p!.capacity.error).toBeCloseTo(2 * perGuest, 9);
    expect(p!.guests).toMatchObject({ value: 42, unit: '1' });
    expect(p!.energy.value).toBeCloseTo(-1.5, 12);
    expect(p!.acceptance['insert']!.value).toBeCloseTo(0.02, 12);
    expect(p!.acceptance['teleport']).toBeUndefined();
    expect(p!.equilibrated).toBe(true);
  });

  it('uses 26801.4 mAh/g per guest and amu of host', () => {
    const curve = voltageCurve([trajectory(0, [point('charge', 0, constant(1000))])]);
    expect(curve.charge[0]!.capacity.value).toBeCloseTo((26801.4 * 1000) / 12011, 0);
  });

  it('gives the standard error of the mean for uncorrelated samples', () => {
    const random = new RandomStream('voltage', 1);
    const counts = Array.from({ length: 4096 }, () => 50 + 5 * random.normal());
    const { guests } = voltageCurve([trajectory(0, [point('discharge', 0, counts)])]).discharge[0]!;
    expect(guests.error!).toBeGreaterThan((5 / 64) * 0.95);
    expect(guests.error!).toBeLessThan((5 / 64) * 1.6);
    expect(Math.abs(guests.value - 50)).toBeLessThan(4 * guests.error!);
  });

  it('flags a drifting point and lets a stationary correlated one pass', () => {
    const random = new RandomStream('drift', 1);
    let x = 0;
    const stationary = Array.from({ length: 2048 }, () => 50 + (x = 0.9 * x + random.normal()));
    const drifting = stationary.map((n, i) => n + i / 100);
    const curve = voltageCurve([
      trajectory(0, [point('discharge', 0.2, stationary), point('discharge', 0.1, drifting)]),
    ]);
    expect(curve.discharge.map((p) => p.equilibrated)).toEqual([true, false]);
    // the second half of a ramp of 1/100 per sample lies 1024/100 above the first
    const drift = curve.discharge[1]!.drift;
    expect(Math.abs(drift.value! - 10.24 * perGuest)).toBeLessThan(4 * drift.error!);
    // half of it is how far the point may still be from rest, and the error bar says so
    expect(curve.discharge.map((p) => p.unsettled)).toEqual([0, drift.value! / 2]);
    expect(curve.discharge[1]!.capacity.error).toBeGreaterThan(drift.value! / 2);
  });

  it('does not pretend to know the drift of a handful of samples', () => {
    const [p] = voltageCurve([trajectory(0, [point('discharge', 0, constant(3, 6))])]).discharge;
    expect(p!.equilibrated).toBeNull();
    expect(p!.drift).toMatchObject({ value: null, note: 'too few samples to compare halves' });
  });

  it('has no energy per guest in an empty box', () => {
    const [p] = voltageCurve([trajectory(0, [point('discharge', 2, constant(0))])]).discharge;
    expect(p!.energy).toEqual({ value: null, error: null, unit: 'eV', note: 'no guest in the box' });
    expect(p!.capacity.value).toBe(0);
  });

  it('differentiates per replica: an offset between structures leaves dQ/dV exact', () => {
    const curve = voltageCurve(
      [0, 100].map((offset, r) =>
        trajectory(r, [point('discharge', 0.2, constant(10 + offset)), point('discharge', 0.1, constant(30 + offset))]),
      ),
    );
    const [d] = curve.differential.discharge;
    expect(d).toMatchObject({ from: 0.2, to: 0.1 });
    expect(d!.voltage).toBeCloseTo(0.15, 12);
    expect(d!.slope.value).toBeCloseTo(-200 * perGuest, 6);
    expect(d!.slope.error).toBeCloseTo(0, 9);
  });

  it('orders branches as they were run and averages over the replicas that got there', () => {
    const whole = [0.3, 0.1, -0.4].map((v) => point('discharge', v, constant(10)));
    const curve = voltageCurve([
      trajectory(0, [...whole, ...[-0.4, 0].map((v) => point('charge', v, constant(10)))]),
      trajectory(1, [point('discharge', 0.3, constant(10))]),
    ]);
    expect(curve.discharge.map((p) => [p.voltage, p.replicas.length])).toEqual([
      [0.3, 2],
      [0.1, 1],
      [-0.4, 1],
    ]);
    expect(curve.charge.map((p) => p.voltage)).toEqual([-0.4, 0]);
  });

  it('refuses to average sodium with lithium, or nothing at all', () => {
    expect(() => voltageCurve([])).toThrow('wanted at least one trajectory, got none');
    expect(() => voltageCurve([trajectory(0, []), trajectory(1, [], { guest: 'Li' })])).toThrow(
      'replica 2 holds Li at 300 K, replica 1 holds Na at 300 K',
    );
  });
});
