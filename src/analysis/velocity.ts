/** Velocity autocorrelation, vibrational density of states, and diffusion after Green and Kubo. */
import { SpecError } from '../core/errors.ts';
import { type Measured, measured, standardError } from '../core/statistics.ts';
import type { Motion } from '../trajectory/motion.ts';
import { cm2PerS } from './diffusion.ts';
import { autocorrelation, fourier, powerOfTwo } from './fourier.ts';
import { atomsOf, checkSpecies, elementsOf, frameSpacing } from './msd.ts';

export interface VacfOptions {
  /** species or elements to follow; default every element of the run */
  readonly species?: readonly string[];
  /** the velocity of the common centre of mass of these species is taken out; default none */
  readonly reference?: readonly string[];
  /** fs; default and most: a fifth of the run */
  readonly longest?: number;
  /** most atoms of a species to follow, evenly taken from all; default 4000 */
  readonly mostAtoms?: number;
}

export interface Curve {
  readonly value: Float64Array;
  /** standard errors, NaN where they cannot be had */
  readonly error: Float64Array;
}

export interface Vacf {
  readonly species: string;
  /** of the species, also where only some were followed */
  readonly atoms: number;
  /** mean mass of an atom, amu */
  readonly mass: number;
  /** [L] fs, from 0 */
  readonly lag: Float64Array;
  /** [L] ⟨v(0)·v(t)⟩, Å²/fs² */
  readonly raw: Curve;
  /** [L] divided by its value at 0 */
  readonly normalised: Curve;
  /** [L] the same from parts of the data: groups of atoms over the whole run, segments of the run over all atoms */
  readonly parts: { readonly groups: readonly Float64Array[]; readonly segments: readonly Float64Array[] };
}

export interface Vdos {
  /** [F] THz; × `wavenumberPerThz` cm⁻¹, × `mevPerThz` meV */
  readonly frequency: Float64Array;
  /** [F] modes per THz; the integral is three per atom */
  readonly total: Curve;
  /** parts of the total, one per species */
  readonly species: readonly (Curve & { readonly species: string; readonly atoms: number })[];
  /** full width at half maximum that a sharp line gets from the Hann window, THz */
  readonly resolution: number;
  /** frequencies above are folded back below it: frames must be closer than half a period, THz */
  readonly nyquist: number;
}

export interface GreenKubo {
  readonly species: string;
  /** [L] fs */
  readonly lag: Float64Array;
  /** [L] ⅓ ∫₀ᵗ C, Å²/fs */
  readonly running: Curve;
  /** mean of the running integral over the second half of the lags, Å²/fs */
  readonly coefficient: Measured;
  readonly coefficientCm2PerS: Measured;
}

/** 1 THz in cm⁻¹: 10¹² s⁻¹ / c. */
export const wavenumberPerThz = 1e12 / 2.99792458e10;
/** 1 THz in meV: h · 10¹² s⁻¹. */
export const mevPerThz = (6.62607015e-34 * 1e12 * 1e3) / 1.602176634e-19;

const mostGroups = 8;
const segmentCount = 5;

/**
 * Velocity autocorrelation per species over all time origins.
 *
 *   C(t) = ⟨v(t₀) · v(t₀+t)⟩ over atoms and origins
 *
 * Error: the larger of the scatter between eight groups of atoms and between five segments of the run.
 *
 * @throws SpecError  no velocities, fewer than 40 frames, frames not equally spaced, a species the run does not have
 * @oracle test/unit/analysis-velocity.test.ts
 */
export function velocityAutocorrelation(motion: Motion, options: VacfOptions = {}): Vacf[] {
  const { frames, masses } = motion;
  const spacing = frameSpacing(motion);
  const n = frames.length;
  if (n < 8 * segmentCount) throw new SpecError(`vacf: got ${n} frames, wanted at least ${8 * segmentCount}`);
  if (frames.some(({ velocities }) => velocities === undefined)) throw new SpecError('vacf: the run has no velocities');
  checkSpecies(motion, 'vacf', [...(options.reference ?? []), ...(options.species ?? [])]);
  const most = Math.floor(n / segmentCount);
  const lags = Math.max(2, Math.min(most, 1 + Math.floor((options.longest ?? Number.POSITIVE_INFINITY) / spacing)));
  const drift = commonVelocity(motion, options.reference ?? []);
  return (options.species ?? elementsOf(motion)).flatMap((species) => {
    const all = atomsOf(motion, [species]);
    if (all.length === 0) return [];
    const every = Math.ceil(all.length / (options.mostAtoms ?? 4000));
    const atoms = all.filter((_, k) => k % every === 0);
    const correlate = (from: number, to: number, first: number, end: number): Float64Array => {
      const count = end - first;
      const sum = autocorrelation(to - from, lags, Math.ceil((3 * count) / 2), (pair, one, other) => {
        for (const [k, out] of [one, other].entries()) {
          const component = 2 * pair + k;
          if (component >= 3 * count) continue;
          const i = atoms[first + Math.floor(component / 3)]!;
          const d = component % 3;
          for (let s = from; s < to; s++) out[s - from] = frames[s]!.velocities![4 * i + d]! - drift[3 * s + d]!;
        }
      });
      return sum.map((x) => x / count);
    };
    const groupCount = Math.min(mostGroups, atoms.length);
    const bounds = Array.from({ length: groupCount + 1 }, (_, g) => Math.floor((g * atoms.length) / groupCount));
    const groups = Array.from({ length: groupCount }, (_, g) => correlate(0, n, bounds[g]!, bounds[g + 1]!));
    const segments = Array.from({ length: segmentCount }, (_, b) =>
      correlate(b * most, (b + 1) * most, 0, atoms.length),
    );
    const value = new Float64Array(lags);
    groups.forEach((group, g) => {
      for (let l = 0; l < lags; l++) value[l]! += group[l]! * ((bounds[g + 1]! - bounds[g]!) / atoms.length);
    });
    const parts = { groups, segments };
    const relative = (curve: Float64Array): Float64Array =>
      curve.map((x, l) => (x - (value[l]! / value[0]!) * curve[0]!) / value[0]!);
    return [
      {
        species,
        atoms: all.length,
        mass: atoms.reduce((sum, i) => sum + masses[i]!, 0) / atoms.length,
        lag: Float64Array.from({ length: lags }, (_, l) => l * spacing),
        raw: { value, error: spread(parts, (curve) => curve) },
        normalised: { value: value.map((x) => x / value[0]!), error: spread(parts, relative) },
        parts,
      },
    ];
  });
}

/** [3 S] velocity of the centre of mass of the reference in every frame; zeros without one. */
function commonVelocity(motion: Motion, reference: readonly string[]): Float64Array {
  const atoms = atomsOf(motion, reference);
  const out = new Float64Array(3 * motion.frames.length);
  const mass = atoms.reduce((sum, i) => sum + motion.masses[i]!, 0);
  motion.frames.forEach(({ velocities }, s) => {
    for (const i of atoms) {
      for (let d = 0; d < 3; d++) out[3 * s + d]! += (motion.masses[i]! / mass) * velocities![4 * i + d]!;
    }
  });
  return out;
}

/** Error of a curve that is linear in the autocorrelation: the larger of the scatters between groups and between segments. */
function spread({ groups, segments }: Vacf['parts'], transform: (vacf: Float64Array) => Float64Array): Float64Array {
  const views = [groups, segments].filter((parts) => parts.length >= 4).map((parts) => parts.map(transform));
  return views[0]![0]!.map((_, k) =>
    Math.max(...views.map((curves) => standardError(curves.map((curve) => curve[k]!)))),
  );
}

/**
 * Vibrational density of states from the velocity autocorrelation, weighted by mass so that every mode counts alike.
 *
 *   g(ν) = 4 M/K₀ ∫₀^T K(t) cos²(πt/2T) cos(2πνt) dt,   K(t) = Σ_s N_s m_s C_s(t),   M = 3 Σ N_s
 *
 * T is the longest lag; the Hann window cos² gives a sharp line the width 1/T. Under equipartition ∫g dν = 3N of the atoms, and
 * the part of a species integrates to three per atom of it. g(0) > 0 is diffusion.
 *
 * @param vacfs  of one run, with equal lags
 * @oracle test/unit/analysis-velocity.test.ts
 */
export function vibrationalDensity(vacfs: readonly Vacf[]): Vdos {
  const { lag } = vacfs[0]!;
  const spacing = lag[1]!;
  const lags = lag.length;
  const size = powerOfTwo(4 * lags);
  const kinetic = vacfs.reduce((sum, { atoms, mass, raw }) => sum + atoms * mass * raw.value[0]!, 0);
  const modes = 3 * vacfs.reduce((sum, { atoms }) => sum + atoms, 0);
  const window = Float64Array.from({ length: lags }, (_, l) => Math.cos((Math.PI * l) / (2 * lags)) ** 2);
  const transform =
    (weight: number) =>
    (curve: Float64Array): Float64Array => {
      const [re, im] = [new Float64Array(size), new Float64Array(size)];
      for (let l = 0; l < lags; l++) re[l] = curve[l]! * window[l]! * (l === 0 ? 0.5 : 1);
      fourier(re, im);
      // modes per THz: a femtosecond is 1/1000 of 1/THz
      return re.subarray(0, size / 2 + 1).map((x) => ((4 * modes * weight) / kinetic) * (spacing / 1000) * x);
    };
  const species = vacfs.map(({ species: name, atoms, mass, raw, parts }) => {
    const one = transform(atoms * mass);
    return { species: name, atoms, value: one(raw.value), error: spread(parts, one) };
  });
  const frequencies = size / 2 + 1;
  const over = (pick: (curve: Curve, k: number) => number): Float64Array =>
    Float64Array.from({ length: frequencies }, (_, k) => species.reduce((sum, curve) => sum + pick(curve, k), 0));
  return {
    frequency: Float64Array.from({ length: frequencies }, (_, k) => (1000 * k) / (size * spacing)),
    total: {
      value: over((curve, k) => curve.value[k]!),
      error: over((curve, k) => curve.error[k]! ** 2).map(Math.sqrt),
    },
    species,
    resolution: 1000 / (lags * spacing),
    nyquist: 500 / spacing,
  };
}

/**
 * Diffusion coefficient as the integral of the velocity autocorrelation (trapezoids): a check on the one from displacements.
 *
 *   D = ⅓ ∫₀^∞ C(t) dt
 *
 * Right when the correlation has died out by half the longest lag; what it does later than the last lag is missed.
 *
 * @oracle test/unit/analysis-velocity.test.ts (Langevin: kT/mγ)
 */
export function greenKubo({ species, lag, raw, parts }: Vacf): GreenKubo {
  const spacing = lag[1]!;
  const integral = (curve: Float64Array): Float64Array => {
    let sum = 0;
    return curve.map((c, l) => (l === 0 ? 0 : (sum += ((c + curve[l - 1]!) * spacing) / 6)));
  };
  const plateau = (curve: Float64Array): Float64Array => {
    const tail = integral(curve).subarray(curve.length >> 1);
    return Float64Array.of(tail.reduce((sum, x) => sum + x, 0) / tail.length);
  };
  const value = plateau(raw.value)[0]!;
  const error = spread(parts, plateau)[0]!;
  return {
    species,
    lag,
    running: { value: integral(raw.value), error: spread(parts, integral) },
    coefficient: measured(value, error, 'Å²/fs'),
    coefficientCm2PerS: measured(value * cm2PerS, error * cm2PerS, 'cm²/s'),
  };
}
