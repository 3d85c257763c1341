/** Temperature, pressure and energies of a run as numbers with errors. */
import { SpecError } from '../core/errors.ts';
import { blockAverage, type Measured, mean, measured } from '../core/statistics.ts';
import { gigapascal, gramPerCm3 } from '../core/units.ts';
import type { ThermoSeries } from '../trajectory/motion.ts';

export interface ThermoSummary {
  /** fs that the averages cover */
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly temperature: Measured;
  /** GPa */
  readonly pressure: Measured;
  /** the same in eV/Å³ */
  readonly pressureEvPerA3: Measured;
  /** eV per atom */
  readonly potential: Measured;
  readonly kinetic: Measured;
  readonly total: Measured;
  /** of the conserved energy, eV/atom/ps */
  readonly drift: Measured;
  /** standard deviation of the conserved energy about its drift, eV per atom */
  readonly conservedNoise: Measured;
  /** Å³ */
  readonly volume: Measured;
  /** g/cm³ */
  readonly density: Measured;
}

export interface ThermoOptions {
  /** number of atoms */
  readonly atoms: number;
  /** total mass, amu */
  readonly mass: number;
  /** fs; samples before are equilibration and dropped */
  readonly from?: number;
}

/**
 * Averages over a run with block errors, and the drift of what should be conserved.
 *
 *   T̄, p̄, Ē/N …  ± block error;   drift = d(E − heat)/dt / N
 *
 * A constant series (the volume of a fixed cell) has error 0.
 *
 * @throws SpecError  fewer than two samples after `from`
 * @oracle test/unit/analysis-thermo.test.ts
 */
export function thermoSummary(
  series: ThermoSeries,
  { atoms, mass, from = Number.NEGATIVE_INFINITY }: ThermoOptions,
): ThermoSummary {
  const first = series.time.findIndex((time) => time >= from);
  const samples = first < 0 ? 0 : series.time.length - first;
  if (samples < 2) {
    throw new SpecError(
      `thermo: ${samples} samples after ${from} fs of equilibration; wanted at least 2, run longer or drop less`,
    );
  }
  const time = series.time.subarray(first);
  const average = (values: Float64Array, unit: string, factor = 1): Measured => {
    const { mean: value, error } = blockAverage(values);
    // what does not change has the rounding of a sum for scatter: none
    const scatter = error > 1e-12 * Math.abs(value) ? error : 0;
    return measured(value * factor, scatter * Math.abs(factor), unit);
  };
  const cut = (values: Float64Array): Float64Array => values.subarray(first);
  const total = cut(series.potential).map((energy, k) => energy + series.kinetic[first + k]!);
  const conserved = cut(series.conserved);
  const { slope, error } = robustSlope(time, conserved);
  const middle = mean(time);
  const residual = conserved.map((energy, k) => energy - slope * (time[k]! - middle));
  const level = mean(residual);
  const noise = Math.sqrt(mean(residual.map((x) => (x - level) ** 2)));
  return {
    from: time[0]!,
    to: time.at(-1)!,
    samples,
    temperature: average(cut(series.temperature), 'K'),
    pressure: average(cut(series.pressure), 'GPa', gigapascal),
    pressureEvPerA3: average(cut(series.pressure), 'eV/Å³'),
    potential: average(cut(series.potential), 'eV/atom', 1 / atoms),
    kinetic: average(cut(series.kinetic), 'eV/atom', 1 / atoms),
    total: average(total, 'eV/atom', 1 / atoms),
    drift: measured((slope / atoms) * 1000, error === null ? null : (error / atoms) * 1000, 'eV/atom/ps'),
    conservedNoise: measured(noise / atoms, null, 'eV/atom'),
    volume: average(cut(series.volume), 'Å³'),
    density: average(
      cut(series.volume).map((volume) => mass / volume),
      'g/cm³',
      gramPerCm3,
    ),
  };
}

/**
 * Slope of a noisy line that single outliers cannot turn: the median of the slopes between all pairs of points, with the error
 * that the ranks allow. A series longer than `most` points is first averaged in blocks, which also takes out most of its memory.
 *
 *   b = median_{i<j} (y_j − y_i)/(x_j − x_i),   σ_b = half the distance of the slopes of rank (P ± √(n(n−1)(2n+5)/18))/2
 *
 * @returns  error null for fewer than 8 points
 * @cite Sen, J. Am. Stat. Assoc. 63, 1379 (1968) doi:10.1080/01621459.1968.10480934
 * @oracle test/unit/analysis-thermo.test.ts
 */
export function robustSlope(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  most = 100,
): { readonly slope: number; readonly error: number | null } {
  const perBlock = Math.max(1, Math.ceil(x.length / most));
  const n = Math.floor(x.length / perBlock);
  const average = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: n }, (_, b) => {
      let sum = 0;
      for (let k = b * perBlock; k < (b + 1) * perBlock; k++) sum += values[k]!;
      return sum / perBlock;
    });
  const [bx, by] = [average(x), average(y)];
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let p = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) slopes[p++] = (by[j]! - by[i]!) / (bx[j]! - bx[i]!);
  slopes.sort();
  const at = (rank: number): number => {
    const inside = Math.max(0, Math.min(p - 1, rank));
    const low = Math.floor(inside);
    return slopes[low]! + (inside - low) * (slopes[Math.min(p - 1, low + 1)]! - slopes[low]!);
  };
  const spread = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18) / 2;
  const middle = (p - 1) / 2;
  return { slope: at(middle), error: n < 8 ? null : (at(middle + spread) - at(middle - spread)) / 2 };
}
