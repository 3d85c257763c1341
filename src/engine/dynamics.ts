/** Molecular dynamics: velocity Verlet with thermostats and a barostat on any force field. */
import type { Cell } from '../core/cell.ts';
import type { ForceField, ListReference } from './force-field.ts';

/** How heat goes in and out. Times in fs. */
export type Thermostat =
  | { readonly kind: 'none' }
  /** Langevin, BAOAB splitting; `time` is 1/γ */
  | { readonly kind: 'langevin'; readonly temperature: number; readonly time: number }
  /** stochastic velocity rescaling (Bussi, Donadio, Parrinello 2007) */
  | { readonly kind: 'bussi'; readonly temperature: number; readonly time: number };

/** Stochastic cell rescaling (Bernetti & Bussi 2020; anisotropic: Del Tatto et al. 2022). Needs a thermostat. */
export interface Barostat {
  readonly kind: 'isotropic' | 'anisotropic';
  /** eV/Å³ */
  readonly pressure: number;
  /** fs */
  readonly time: number;
  /** Å³/eV, an estimate: only the speed of the approach depends on it */
  readonly compressibility: number;
}

export interface DynamicsSetup {
  readonly forceField: ForceField;
  readonly cell: Cell;
  /** [N] amu */
  readonly masses: Float64Array;
  /** fs */
  readonly timestep: number;
  readonly thermostat: Thermostat;
  readonly barostat?: Barostat;
  /** [N] 1 where an atom never moves */
  readonly frozen?: Uint8Array;
  /** Philox key (keyFromSeed) and stream: every random number is a function of (key, stream, step, atom) */
  readonly key: readonly [number, number];
  readonly stream: number;
  /** K: the target may change linearly during `advance`, see `ramp` */
  readonly ramp?: { readonly to: number; readonly steps: number };
}

/** Everything that the next step depends on. Plain data: a checkpoint is this, written out. */
export interface DynamicsState {
  readonly step: number;
  /** [N, 4] unwrapped */
  readonly positions: Float64Array;
  /** [N, 4] rows (vx, vy, vz, mass), Å/fs and amu */
  readonly velocities: Float64Array;
  /** [9] cell matrix */
  readonly cell: Float64Array;
  readonly list: ListReference | null;
  /** energy that thermostat and barostat have put in so far, eV: E − heat is conserved */
  readonly heat: number;
}
