import { describe, expect, it } from 'vitest';
import { robustSlope, thermoSummary } from '../../src/analysis/thermo.ts';
import { RandomStream } from '../../src/core/random.ts';
import { variance } from '../../src/core/statistics.ts';
import type { ThermoSeries } from '../../src/trajectory/motion.ts';

/** A run with white noise on everything, a drift of the conserved energy and a first tenth that is far off. */
function run(seed: number, n: number, drift = 0): ThermoSeries {
  const random = new RandomStream('thermo', seed);
  const time = Float64Array.from({ length: n }, (_, k) => 2 * k);
  const noisy = (value: number, noise: number): Float64Array =>
    time.map((_, k) => value + noise * random.normal() + (k < n / 10 ? 1000 : 0));
  return {
    step: time.map((t) => t / 2),
    time,
    temperature: noisy(300, 10),
    pressure: noisy(0.01, 0.002),
    potential: noisy(-740, 0.5),
    kinetic: noisy(3.9, 0.5),
    conserved: noisy(-736, 0.01).map((e, k) => e + drift * time[k]!),
    volume: time.map(() => 880),
  };
}

describe('thermoSummary', () => {
  it('averages what comes after equilibration, in the units it says', () => {
    const series = run(1, 4000, 2e-5);
    const summary = thermoSummary(series, { atoms: 100, mass: 1201.1, from: 800 });
    expect([summary.from, summary.to, summary.samples]).toEqual([800, 7998, 3600]);
    const check = ({ value, error }: { value: number; error: number | null }, wanted: number): void => {
      expect(Math.abs(value - wanted) / error!).toBeLessThan(4);
    };
    check(summary.temperature, 300);
    check(summary.pressure, 0.01 * 160.2176634);
    check(summary.pressureEvPerA3, 0.01);
    check(summary.potential, -7.4);
    check(summary.kinetic, 0.039);
    check(summary.total, -7.361);
    check(summary.drift, 2e-5 * 10);
    expect(summary.drift.unit).toBe('eV/atom/ps');
    expect(summary.temperature.error!).toBeGreaterThan((0.9 * 10) / 60);
    expect(summary.temperature.error!).toBeLessThan((2 * 10) / 60);
    expect(summary.conservedNoise.value).toBeCloseTo(1e-4, 5);
    expect(summary.volume).toEqual({ value: 880, error: 0, unit: 'Å³' });
    expect(summary.density.value).toBeCloseTo((1201.1 / 880) * 1.66053906892, 9);
  });

  it('says when nothing is left to average', () => {
    expect(() => thermoSummary(run(1, 50), { atoms: 1, mass: 1, from: 99 })).toThrow('0 samples after 99 fs');
  });
});

describe('robustSlope', () => {
  it('is exact on a line and blind to a single jump', () => {
    const x = Float64Array.from({ length: 60 }, (_, k) => k);
    const line = x.map((t) => 3 - 0.25 * t);
    expect(robustSlope(x, line)).toEqual({ slope: -0.25, error: 0 });
    const jump = line.map((y, k) => (k === 59 ? 1e6 : y));
    expect(robustSlope(x, jump).slope).toBeCloseTo(-0.25, 12);
  });

  it('has errors that mean what they say', () => {
    const x = Float64Array.from({ length: 1000 }, (_, k) => k);
    const z = Array.from({ length: 300 }, (_, seed) => {
      const random = new RandomStream('slope', seed);
      const { slope, error } = robustSlope(
        x,
        x.map((t) => 0.01 * t + random.normal()),
      );
      return (slope - 0.01) / error!;
    });
    expect(Math.max(...z.map(Math.abs))).toBeLessThan(4);
    // mean of 300 squares of standard normals: 1 ± 0.08
    expect(variance(z)).toBeGreaterThan(0.7);
    expect(variance(z)).toBeLessThan(1.35);
  });
});
