/** Diffusion coefficients from mean squared displacements. */
import { type Measured, mean, measured, standardError } from '../core/statistics.ts';
import { along, type Direction, directions, type Msd } from './msd.ts';

export interface Diffusion {
  readonly species: string;
  readonly atoms: number;
  /** what the line was fitted to, fs */
  readonly window: { readonly from: number; readonly to: number };
  /** d ln MSD / d ln t in the window: 1 for diffusion, 2 for free flight, 0 for an atom that stays */
  readonly exponent: Measured;
  /** false: the coefficients below describe no diffusion, `note` says why */
  readonly diffusive: boolean;
  readonly note?: string;
  /** Å²/fs; total is a sixth of the slope, a direction half of its own */
  readonly coefficient: Readonly<Record<Direction, Measured>>;
  /** the same in cm²/s */
  readonly coefficientCm2PerS: Readonly<Record<Direction, Measured>>;
  /** of the total, where the line meets t = 0: what rattling and flight add, Å² */
  readonly intercept: number;
}

/** 1 Å²/fs in cm²/s. */
export const cm2PerS = 0.1;

/** How far from 1 a log–log slope may be and still count as diffusion, where statistics could tell. */
const tolerance = 0.1;
/** A slope less certain than this tells nothing. */
const vague = 0.15;

/** A number that is linear in the MSD: Σ_l weight_l · MSD(l). */
type Functional = (l: number) => number;

/**
 * Diffusion coefficient from the linear part of the MSD.
 *
 *   MSD(t) = 2 d D t + b,   d dimensions, b from rattling and flight
 *
 * Window: its end is the longest lag at which the log–log slope over a factor of two is known to ±0.15; from there it is
 * extended to shorter lags as long as that slope is 1 within 0.1 or two standard errors. Fit: generalised least squares for a random
 * walk, where MSD/t is a Brownian motion of the clock s = t/(T−t): y = MSD/t has independent increments, so
 *
 *   b = Σ Δy Δu/Δs / Σ Δu²/Δs  (u = 1/t),   2dD = y₁ − b u₁
 *
 * These weights serve precision only; the error is what the data scatter: the larger of the error between groups of atoms and the
 * errors between sixteen and between eight (if too short, four) segments of the run.
 *
 * @oracle test/statistical/diffusion.test.ts (Brownian motion with exact D), test/unit/analysis-diffusion.test.ts
 */
export function diffusionCoefficient(msd: Msd): Diffusion {
  const { species, atoms, lag } = msd;
  const { first, last, why } = fitWindow(msd);
  const line = (to: number): Functional => lineWeights(msd, first, to);
  const power = (to: number): Functional => exponentWeights(msd, first, to);
  const exponent = apply(msd, 'total', power(last), first, last, true);
  const exponentError = errorOf(msd, 'total', power, first, last, true);
  const deviation = Math.abs(exponent - 1);
  const note =
    why ??
    (deviation > Math.max(tolerance, 2 * (exponentError ?? 0))
      ? `not diffusive: the log–log slope of the mean squared displacement is ${exponent.toFixed(2).replace('-', '−')} ± ${(exponentError ?? 0).toFixed(2)}, not 1`
      : undefined);
  const coefficient = Object.fromEntries(
    directions.map((d) => {
      const dimensions = d === 'total' ? 3 : 1;
      const value = apply(msd, d, line(last), first, last) / (2 * dimensions);
      const error = errorOf(msd, d, line, first, last);
      return [d, measured(value, error === null ? null : error / (2 * dimensions), 'Å²/fs')];
    }),
  ) as Record<Direction, Measured>;
  return {
    species,
    atoms,
    window: { from: lag[first]!, to: lag[last]! },
    exponent: measured(exponent, exponentError, '1'),
    diffusive: note === undefined,
    ...(note === undefined ? {} : { note }),
    coefficient,
    intercept: msd.value.total[first]! - 6 * coefficient.total.value * lag[first]!,
    coefficientCm2PerS: Object.fromEntries(
      directions.map((d) => {
        const { value, error } = coefficient[d];
        return [d, measured(value * cm2PerS, error === null ? null : error * cm2PerS, 'cm²/s')];
      }),
    ) as Record<Direction, Measured>,
  };
}

/** First and last lag of the fit, and why it is none where it is none. */
function fitWindow(msd: Msd): { readonly first: number; readonly last: number; readonly why?: string } {
  const { lag, duration, atoms } = msd;
  const octaves = Array.from(lag, (t, i) => {
    const j = lag.findIndex((later) => later >= 2 * t);
    if (j < 0) return undefined;
    const power = (to: number): Functional => exponentWeights(msd, i, to);
    // independent atoms on a random walk, as a floor: few parts can agree by chance
    const walk = Math.sqrt(((4 / 9) * lag[j]!) / (duration - lag[j]!) / atoms) / Math.LN2;
    return {
      i,
      j,
      slope: apply(msd, 'total', power(j), i, j, true),
      error: Math.max(walk, errorOf(msd, 'total', power, i, j, true) ?? 0),
    };
  }).filter((octave) => octave !== undefined);
  const known = octaves.filter(({ error }) => error < vague);
  const longest = known.at(-1);
  const moved = msd.value.total.some((x) => x > 0);
  if (longest === undefined || !moved) {
    const why = moved
      ? 'too short to tell: the log–log slope of the mean squared displacement is uncertain by more than 0.15 at every lag'
      : 'nothing moves';
    return { first: 0, last: lag.length - 1, why };
  }
  let { i: first } = longest;
  const { j: last } = longest;
  for (const { i, slope, error } of known.toReversed()) {
    if (Math.abs(slope - 1) > Math.max(tolerance, 2 * error)) break;
    first = i;
  }
  return { first, last };
}

/** Weights of 2dD in the lags of the window. */
function lineWeights({ lag, duration }: Msd, first: number, last: number): Functional {
  const clock = (l: number): number => lag[l]! / (duration - lag[l]!);
  const weights = new Float64Array(last + 1);
  let norm = 0;
  for (let l = first + 1; l <= last; l++) {
    const du = 1 / lag[l]! - 1 / lag[l - 1]!;
    const ds = clock(l) - clock(l - 1);
    norm += (du * du) / ds;
    weights[l]! += du / ds / lag[l]!;
    weights[l - 1]! -= du / ds / lag[l - 1]!;
  }
  for (let l = first; l <= last; l++) weights[l]! *= norm > 0 ? -1 / norm / lag[first]! : 0;
  weights[first]! += 1 / lag[first]!;
  return (l) => weights[l] ?? 0;
}

/** Weights of the log–log slope in ln MSD: least squares, each point as certain as that of a random walk. */
function exponentWeights({ lag, duration }: Msd, first: number, last: number): Functional {
  const certainty = (l: number): number => (l < first || l > last ? 0 : (duration - lag[l]!) / lag[l]!);
  let [sum, middle, spread] = [0, 0, 0];
  for (let l = first; l <= last; l++) {
    sum += certainty(l);
    middle += certainty(l) * Math.log(lag[l]!);
  }
  middle /= sum;
  for (let l = first; l <= last; l++) spread += certainty(l) * (Math.log(lag[l]!) - middle) ** 2;
  return (l) => (certainty(l) * (Math.log(lag[l]!) - middle)) / spread;
}

function apply(
  msd: Msd,
  direction: Direction,
  weights: Functional,
  first: number,
  last: number,
  logarithm = false,
): number {
  let sum = 0;
  for (let l = first; l <= last; l++) {
    const value = msd.value[direction][l]!;
    sum += weights(l) * (logarithm ? Math.log(value) : value);
  }
  return sum;
}

/**
 * Standard error of a number linear in the MSD (or in its logarithm): the larger of the scatter over groups of atoms and over
 * segments of the run, null where neither can be had. Segments use the lags that fit into half of one.
 */
function errorOf(
  msd: Msd,
  direction: Direction,
  build: (last: number) => Functional,
  first: number,
  last: number,
  logarithm = false,
): number | null {
  const { groups, lags, frames } = msd.parts;
  const values = msd.value[direction];
  const number = (weights: Functional, to: number, part: (l: number) => number): number => {
    let sum = 0;
    for (let l = first; l <= to; l++) sum += weights(l) * (logarithm ? part(l) / values[l]! : part(l));
    return sum;
  };
  const views: number[] = [];
  if (groups.length >= 4) {
    const weights = build(last);
    const curves = groups.map((group) => along(group.msd, direction));
    views.push(standardError(curves.map((curve) => number(weights, last, (l) => curve[l]!))));
  }
  for (const count of [16, 8, 4]) {
    const length = Math.floor(frames / count);
    const to = Math.min(
      last,
      lags.findLastIndex((lag) => lag <= length / 2),
    );
    if (to < first + 1 || lags[to]! < 2 * lags[first]!) continue;
    const weights = build(to);
    const segments = Array.from({ length: count }, (_, b) =>
      number(weights, to, (l) => segmentMean(msd, direction, l, b * length, (b + 1) * length)),
    );
    views.push(standardError(segments));
    if (count === 8) break;
  }
  return views.length === 0 ? null : Math.max(...views);
}

/** MSD at one lag from the windows that lie within frames from … to − 1. */
function segmentMean(
  { parts: { origins, lags } }: Msd,
  direction: Direction,
  l: number,
  from: number,
  to: number,
): number {
  const { stride, msd } = origins[l]!;
  const first = Math.ceil(from / stride);
  const last = Math.floor((to - 1 - lags[l]!) / stride);
  return mean(along(msd.subarray(3 * first, 3 * (last + 1)), direction));
}
