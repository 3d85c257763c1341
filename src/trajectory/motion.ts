/**
 * What a dynamics run leaves behind: frames of unwrapped positions and velocities, and the thermodynamic series.
 */
import { cellFromMatrix } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import type { MotionFrame } from '../io/h5md.ts';
import type { H5mdContents } from '../io/h5md-read.ts';

export type { MotionFrame } from '../io/h5md.ts';

/** One sample per entry, equally spaced in time. */
export interface ThermoSeries {
  readonly step: Float64Array;
  /** fs */
  readonly time: Float64Array;
  /** K */
  readonly temperature: Float64Array;
  /** eV/Å³ */
  readonly pressure: Float64Array;
  /** eV */
  readonly potential: Float64Array;
  /** eV */
  readonly kinetic: Float64Array;
  /** total energy less the heat and work put in by thermostat and barostat, eV */
  readonly conserved: Float64Array;
  /** Å³ */
  readonly volume: Float64Array;
}

/** A dynamics run in memory. */
export interface Motion {
  readonly species: readonly string[];
  /** [N] index into `species` */
  readonly kinds: Int32Array;
  /** [N] amu */
  readonly masses: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** equally spaced in time; equilibration may still be in it: analyses are told where to begin */
  readonly frames: readonly MotionFrame[];
  readonly thermo: ThermoSeries;
}

/** Name and unit in an H5MD file of every thermodynamic series. */
export const thermoObservables = {
  temperature: ['temperature', 'K'],
  pressure: ['pressure', 'eV Angstrom-3'],
  potential: ['potential_energy', 'eV'],
  kinetic: ['kinetic_energy', 'eV'],
  conserved: ['conserved_energy', 'eV'],
  volume: ['volume', 'Angstrom+3'],
} as const satisfies Record<Exclude<keyof ThermoSeries, 'step' | 'time'>, readonly [string, string]>;

export type ThermoName = keyof typeof thermoObservables;
export const thermoNames = Object.keys(thermoObservables) as ThermoName[];

/** Numbers of one moment under the names the file has for them. */
export function observablesOf(sample: Readonly<Record<ThermoName, number>>): Record<string, number> {
  return Object.fromEntries(thermoNames.map((name) => [thermoObservables[name][0], sample[name]]));
}

/** Units of `observablesOf`, for `H5mdDescription.observables`. */
export const observableUnits: Readonly<Record<string, string>> = Object.fromEntries(Object.values(thermoObservables));

/** Frame `k` of a run as a configuration at rest (positions as they are, unwrapped). */
export function frameAt(motion: Motion, k: number): Frame {
  const { cell, positions, step, time } = motion.frames[k]!;
  return {
    cell: cellFromMatrix(cell, motion.periodic),
    species: motion.species,
    rows: positions,
    info: { step, time },
  };
}

/** The run without everything before `time` (fs): equilibration. */
export function motionSince(motion: Motion, time: number): Motion {
  const { thermo } = motion;
  const first = thermo.time.findIndex((t) => t >= time);
  const from = first < 0 ? thermo.time.length : first;
  const cut = Object.fromEntries(
    (Object.keys(thermo) as (keyof ThermoSeries)[]).map((key) => [key, thermo[key].subarray(from)]),
  ) as unknown as ThermoSeries;
  return { ...motion, frames: motion.frames.filter((frame) => frame.time >= time), thermo: cut };
}

/** A run as its file has it; series that the file lacks are NaN. */
export function motionOf({ species, kinds, masses, periodic, frames, series }: H5mdContents): Motion {
  const { step, time, values } = series;
  const entries = thermoNames.map((name) => [
    name,
    values[thermoObservables[name][0]] ?? new Float64Array(step.length).fill(Number.NaN),
  ]);
  const thermo = { step, time, ...Object.fromEntries(entries) } as ThermoSeries;
  return { species, kinds, masses, periodic, frames, thermo };
}
