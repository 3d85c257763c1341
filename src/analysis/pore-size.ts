/** The distribution of pore sizes: its curve, its peak and its mean. */
import { RandomStream } from '../core/random.ts';
import { eachVoid, type VoidSpace } from './void-space.ts';

/** Width of the bins of a distribution and of the Gaussian that smooths it, Å. */
export const sizeBin = 0.1;
export const sizeKernel = 0.5;
/** The distribution is kept in so many parts of the box, so that its peak can be given an error. */
export const sizeBlocks = 8;

export interface PoreSizes {
  /** [M] middles of the bins, Å */
  readonly diameter: readonly number[];
  /** [M] Å³/Å, smoothed by a Gaussian of 0.5 Å */
  readonly density: readonly number[];
  /** [M] volume of all pores up to the end of the bin, Å³ */
  readonly cumulative: readonly number[];
  readonly mode: number;
  readonly modeError: number;
  readonly mean: number;
  readonly meanError: number;
}

/**
 * Reads a distribution of pore sizes: highest peak of the smoothed dV/dD (not its end at `from`) and mean weighted by
 * volume, both above `from`. Errors
 * are the spread over 200 drawings of the eighths of the box with replacement, and the width of a bin.
 *
 * @param histograms  [8] of the eighths of the box, volumes by bin of 0.1 Å, Å³
 * @param from        smallest diameter that counts for peak and mean, Å
 * @returns mode NaN when there is no peak, mean NaN when nothing is that large
 */
export function readPoreSizes(histograms: readonly Float64Array[], from: number, seed: string | number): PoreSizes {
  const bins = histograms[0]!.length;
  const total = sum(histograms, bins);
  const random = new RandomStream(`pore sizes ${seed}`);
  const drawn = Array.from({ length: 200 }, () => {
    const picked = histograms.map(() => histograms[random.integer(histograms.length)]!);
    const one = sum(picked, bins);
    return [peak(smooth(one), from), average(one, from)] as const;
  });
  const density = smooth(total);
  let reached = 0;
  return {
    diameter: Array.from({ length: bins }, (_, k) => (k + 0.5) * sizeBin),
    density: Array.from(density),
    cumulative: Array.from(total, (volume) => (reached += volume)),
    mode: peak(density, from),
    modeError: spread(drawn.map(([mode]) => mode)),
    mean: average(total, from),
    meanError: spread(drawn.map(([, mean]) => mean)),
  };
}

function sum(histograms: readonly Float64Array[], bins: number): Float64Array {
  const total = new Float64Array(bins);
  for (const one of histograms) for (let k = 0; k < bins; k++) total[k]! += one[k]!;
  return total;
}

/** dV/dD; nothing leaks below zero diameter. */
function smooth(histogram: Float64Array): Float64Array {
  const reach = Math.ceil((4 * sizeKernel) / sizeBin);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * (((k - reach) * sizeBin) / sizeKernel) ** 2),
  );
  const density = new Float64Array(histogram.length);
  for (let k = 0; k < histogram.length; k++) {
    if (histogram[k] === 0) continue;
    let norm = 0;
    for (let q = -reach; q <= reach; q++) if (k + q >= 0 && k + q < histogram.length) norm += kernel[q + reach]!;
    for (let q = -reach; q <= reach; q++) {
      if (k + q >= 0 && k + q < histogram.length) {
        density[k + q]! += (histogram[k]! * kernel[q + reach]!) / norm / sizeBin;
      }
    }
  }
  return density;
}

/**
 * Volume of the void by the diameter of the largest sphere around each point, apart for the eighths of the box.
 *
 * @returns [8][bins] Å³
 */
export function sizeHistograms(space: VoidSpace): Float64Array[] {
  const { grid, inscribed } = space;
  const [na, nb, nc] = grid.counts;
  let most = 0;
  for (let b = 0; b < inscribed.spheres.count; b++) most = Math.max(most, inscribed.spheres.rows[4 * b + 3]!);
  const bins = Math.ceil((2 * Math.max(most, 1)) / sizeBin + (4 * sizeKernel) / sizeBin);
  const histograms = Array.from({ length: sizeBlocks }, () => new Float64Array(bins));
  eachVoid(space, (g, share, diameter) => {
    const row = Math.floor(g / nc);
    const block =
      (2 * Math.floor(row / nb) >= na ? 4 : 0) + (2 * (row % nb) >= nb ? 2 : 0) + (2 * (g % nc) >= nc ? 1 : 0);
    histograms[block]![Math.min(bins - 1, Math.floor(diameter / sizeBin))]! += share * grid.pointVolume;
  });
  return histograms;
}

/** Diameter of the highest maximum, between the bins by a parabola; NaN when there is none. */
function peak(density: Float64Array, from: number): number {
  let best = -1;
  for (let k = Math.ceil(from / sizeBin - 0.5); k < density.length; k++) {
    const peaks = density[k]! > (density[k - 1] ?? 0) && density[k]! >= (density[k + 1] ?? 0);
    if (peaks && (best < 0 || density[k]! > density[best]!)) best = k;
  }
  if (best < 0) return Number.NaN;
  const [a, b, c] = [density[best - 1] ?? 0, density[best]!, density[best + 1] ?? 0];
  const bend = a - 2 * b + c;
  const shift = bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend)) : 0;
  return (best + 0.5 + shift) * sizeBin;
}

function average(histogram: Float64Array, from: number): number {
  let [volume, moment] = [0, 0];
  for (let k = Math.ceil(from / sizeBin - 0.5); k < histogram.length; k++) {
    volume += histogram[k]!;
    moment += histogram[k]! * (k + 0.5) * sizeBin;
  }
  return moment / volume;
}

/** Standard deviation, with what a bin cannot tell. */
function spread(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  const middle = known.reduce((a, b) => a + b, 0) / known.length;
  const square = known.reduce((a, b) => a + (b - middle) ** 2, 0) / Math.max(1, known.length - 1);
  return Math.sqrt(square + sizeBin ** 2 / 12);
}
