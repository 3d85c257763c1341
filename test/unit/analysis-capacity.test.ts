import { describe, expect, it } from 'vitest';
import { capacities } from '../../src/analysis/capacity.ts';
import type { CurvePoint, VoltageCurve } from '../../src/analysis/voltage.ts';
import type { Branch } from '../../src/trajectory/series.ts';

/** A curve of which only what `capacities` reads matters: voltages and capacities per replica. */
function curveOf(
  discharge: [voltage: number, ...capacities: number[]][],
  charge: [voltage: number, ...capacities: number[]][],
  error: number | null = 0,
  unsettled = 0,
): VoltageCurve {
  const points = (branch: Branch, steps: [number, ...number[]][]): CurvePoint[] =>
    steps.map(([voltage, ...values]) => ({
      branch,
      voltage,
      capacity: { value: values[0]!, error, unit: 'mAh/g' },
      guests: { value: 0, error, unit: '1' },
      energy: { value: null, error: null, unit: 'eV' },
      acceptance: {},
      drift: { value: null, error: null, unit: 'mAh/g' },
      unsettled,
      equilibrated: null,
      replicas: values.map((value, replica) => ({ replica, value, error })),
    }));
  const steps = (p: CurvePoint[]) =>
    p.slice(1).map((b, i) => ({
      branch: b.branch,
      voltage: (b.voltage + p[i]!.voltage) / 2,
      from: p[i]!.voltage,
      to: b.voltage,
      slope: { value: 0, error: 0, unit: 'mAh/g/V' },
    }));
  const [d, c] = [points('discharge', discharge), points('charge', charge)];
  const replicas = d[0]!.replicas.map((r) => r.replica);
  return {
    guest: 'Na',
    temperature: 300,
    replicas,
    discharge: d,
    charge: c,
    differential: { discharge: steps(d), charge: steps(c) },
  };
}

// Slope 0 at 2 V to 100 at 0.1 V; pores fill between −0.1 and −0.3 V on discharge and empty between 0.05 and 0.15 V.
const discharge: [number, number][] = [
  [2, 0],
  [1, 40],
  [0.1, 100],
  [-0.1, 110],
  [-0.3, 310],
  [-0.4, 310],
];
const charge: [number, number][] = [
  [-0.4, 310],
  [-0.2, 310],
  [0, 300],
  [0.05, 300],
  [0.15, 100],
  [2, 0],
];
const options = { slopeCut: 0.1, irreversibleAbove: 1 };

describe('capacities', () => {
  const numbers = capacities(curveOf(discharge, charge), options);

  it('reads slope, total, plateau and loss off the branches they belong to', () => {
    expect(numbers.slope).toEqual({ value: 100, error: 0, unit: 'mAh/g' });
    expect(numbers.total.value).toBe(300);
    expect(numbers.plateau.value).toBe(200);
    expect(numbers.irreversible.value).toBe(40);
  });

  it('brackets the plateau where the branches pass its middle, no sharper than the ladder', () => {
    // 200 mAh/g: discharge −0.1 − 0.2·(90/200) = −0.19 V, charge 0.05 + 0.1·(100/200) = 0.1 V
    expect(numbers.plateauBracket.discharge.value).toBeCloseTo(-0.19, 12);
    expect(numbers.plateauBracket.charge.value).toBeCloseTo(0.1, 12);
    expect(numbers.plateauBracket.discharge.error).toBeCloseTo(0.2 / Math.sqrt(12), 12);
    expect(numbers.plateauBracket.charge.error).toBeCloseTo(0.1 / Math.sqrt(12), 12);
  });

  it('finds the widest gap inside the plateau and the gap at 0 V', () => {
    // gap(q) = [0.05 + (300 − q)/2000] − [−0.1 − (q − 110)/1000] = 0.19 + q/2000... largest at q = 280: 0.06 + 0.27
    expect(numbers.voltageHysteresis.value).toBeCloseTo(0.33, 12);
    expect(numbers.capacityHysteresis.value).toBeCloseTo(300 - 105, 12);
  });

  it('averages the voltage over capacity on each branch', () => {
    // discharge, 1 V down to 300 mAh/g (−0.29 V): 60·0.55 + 10·0 + 190·(−0.195) over 260
    expect(numbers.meanVoltage.discharge.value).toBeCloseTo((60 * 0.55 - 190 * 0.195) / 260, 12);
    // charge, 0 V up to 1 V: 200·0.1 + the line from 100 at 0.15 V to 100·(1/1.85) at 1 V
    const lost = (100 * 0.85) / 1.85;
    expect(numbers.meanVoltage.charge.value).toBeCloseTo((200 * 0.1 + lost * 0.575) / (200 + lost), 12);
  });

  it('propagates block errors of one replica', () => {
    const { slope, plateau, plateauBracket } = capacities(curveOf(discharge, charge, 2), options);
    expect(slope.error).toBeCloseTo(2, 12);
    expect(plateau.error).toBeCloseTo(2 * Math.SQRT2, 12);
    // V = −0.1 − 0.2·(h − a)/(b − a), h = (slope + total)/2, at a = 110, b = 310, h = 200; σ = 2 each
    const terms = [0.001 / 2, 0.001 / 2, 0.001 * 0.55, 0.001 * 0.45].map((x) => 2 * x);
    expect(plateauBracket.discharge.error).toBeCloseTo(Math.hypot(...terms, 0.2 / Math.sqrt(12)), 5);
  });

  it('reads between ladder voltages on a straight line, with the error of both ends', () => {
    const { slope } = capacities(curveOf(discharge, charge, 2), { ...options, slopeCut: 0.55 });
    expect(slope.value).toBeCloseTo(70, 12);
    expect(slope.error).toBeCloseTo(Math.SQRT2, 12);
  });

  it('adds what drifting points would still change, together and not one by one', () => {
    const discharge: [number, ...number[]][] = [
      [1, 10, 10],
      [0.1, 100, 100],
      [0, 110, 110],
    ];
    const charge: [number, ...number[]][] = [
      [0, 300, 300],
      [0.2, 90, 90],
    ];
    const numbers = capacities(curveOf(discharge, charge, 0, 3), { slopeCut: 0.1, irreversibleAbove: 1 });
    expect(numbers.slope.error).toBeCloseTo(3, 12);
    expect(numbers.total.error).toBeCloseTo(3, 12);
    // both ends drift alike, so their difference does not
    expect(numbers.plateau.error).toBeCloseTo(0, 12);
  });

  it('makes every number per replica before it averages', () => {
    // offsets of 0 and 20 in both branches: totals scatter, plateaus agree exactly
    const two = (steps: [number, number][]) => steps.map(([v, q]): [number, number, number] => [v, q, q + 20]);
    const pair = capacities(curveOf(two(discharge), two(charge)), options);
    expect(pair.total).toEqual({ value: 310, error: 10, unit: 'mAh/g' });
    expect(pair.plateau).toEqual({ value: 200, error: 0, unit: 'mAh/g' });
  });

  it('invents nothing without a charge branch', () => {
    const oneWay = capacities(curveOf(discharge, []), options);
    expect(oneWay.slope.value).toBe(100);
    for (const q of [oneWay.total, oneWay.plateau, oneWay.plateauBracket.discharge, oneWay.voltageHysteresis]) {
      expect(q).toMatchObject({ value: null, error: null, note: 'no charge branch was run' });
    }
  });

  it('says so when a cut lies outside the ladder or the pores never filled', () => {
    const short = capacities(curveOf(discharge.slice(1, 4), charge), { slopeCut: 0.1, irreversibleAbove: 1.2 });
    expect(short.irreversible.note).toBe('1.2 V lies outside the discharge branch (1 to -0.1 V)');
    expect(short.plateauBracket.discharge.note).toContain('a lower floor may fill the pores');
    expect(short.plateauBracket.charge.value).toBeCloseTo(0.1, 12);
    expect(short.voltageHysteresis.value).toBeNull();
  });

  it('names the replica that spoils a mean instead of leaving it out', () => {
    const three = discharge.map(([v, q]): [number, number, number] => [v, q, Math.min(q, 120)]);
    const both = charge.map(([v, q]): [number, number, number] => [v, q, q]);
    expect(capacities(curveOf(three, both), options).plateauBracket.discharge.note).toMatch(
      /^replica 2: .*never passes/,
    );
  });

  it('has unknown errors where the points have none', () => {
    expect(capacities(curveOf(discharge, charge, null), options).plateau).toEqual({
      value: 200,
      error: null,
      unit: 'mAh/g',
    });
  });
});
