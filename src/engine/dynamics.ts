/**
 * Molecular dynamics: velocity Verlet with thermostats and a barostat on any force field.
 *
 * One step, from whole time to whole time:
 *
 *   v += ½Δt f/m,  x += Δt v  (Langevin: half the drift, heat bath, other half),  forces,  v += ½Δt f/m,
 *   then velocity rescaling, then at every `interval`-th step a move of the cell and forces once more.
 *
 * Forces are computed at nothing but these points, and random numbers depend on the step alone: a run that is stopped at any
 * step and restored has the same bytes as one that was not.
 *
 * @cite Swope, Andersen, Berens & Wilson, J. Chem. Phys. 76, 637 (1982) doi:10.1063/1.442716
 * @oracle test/unit/dynamics.test.ts, test/property/dynamics.test.ts, test/statistical/dynamics.test.ts
 */
import type { Cell } from '../core/cell.ts';
import type { TemperatureSchedule } from './dynamics/schedule.ts';
import { checkSetup } from './dynamics/setup.ts';
import type { StrainKind } from './dynamics/strain.ts';
import { Verlet } from './dynamics/verlet.ts';
import type { ForceField, ListReference } from './force-field.ts';

export { type PackedState, packState, unpackState } from './dynamics/state.ts';
export { thermalVelocities } from './dynamics/velocities.ts';
export type { StrainKind, TemperatureSchedule };

/** How heat goes in and out. Times in fs. */
export type Thermostat =
  | { readonly kind: 'none' }
  /** Langevin, BAOAB splitting; `time` is 1/γ. Momentum is not conserved. */
  | { readonly kind: 'langevin'; readonly temperature: number; readonly time: number }
  /** stochastic velocity rescaling (Bussi, Donadio, Parrinello 2007) */
  | { readonly kind: 'bussi'; readonly temperature: number; readonly time: number };

/**
 * Stochastic cell rescaling (Bernetti & Bussi 2020; anisotropic and flexible: Del Tatto et al. 2022). Needs a thermostat.
 * 'isotropic' keeps the shape, 'anisotropic' stretches along x, y, z (or only the `axes` that are true) and keeps angles of a
 * box along them, 'flexible' has all six components.
 */
export interface Barostat extends StrainKind {
  /** eV/Å³ */
  readonly pressure: number;
  /** fs */
  readonly time: number;
  /** Å³/eV, an estimate: only the speed of the approach depends on it */
  readonly compressibility: number;
  /** steps between moves of the cell, each of which costs one more force evaluation; 10 when not given */
  readonly interval?: number;
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
  /** [N] 1 where an atom never moves (with a barostat: keeps its fractional coordinates) */
  readonly frozen?: Uint8Array;
  /** Philox key (keyFromSeed) and stream: every random number is a function of (key, stream, step, atom) */
  readonly key: readonly [number, number];
  readonly stream: number;
  /** [N, 4] rows (vx, vy, vz, ·), Å/fs, see `thermalVelocities`; at rest when not given */
  readonly velocities?: Float64Array;
  /** K: the target of the thermostat goes there linearly over the first `steps` steps */
  readonly ramp?: { readonly to: number; readonly steps: number };
  /** forces that do not sum to zero (walls, springs to points): the total momentum is no constant then */
  readonly externalForces?: boolean;
  /** Å: farther than this in one step an atom must not move; 0.5 when not given */
  readonly longestMove?: number;
  /** steps between the states kept as `lastGood`; 100 when not given */
  readonly keepEvery?: number;
}

/** Everything that the next step depends on. Plain data: a checkpoint is this, written out (`packState`). */
export interface DynamicsState {
  readonly step: number;
  /** fs */
  readonly time: number;
  /** [N, 4] unwrapped */
  readonly positions: Float64Array;
  /** [N, 4] rows (vx, vy, vz, mass), Å/fs and amu */
  readonly velocities: Float64Array;
  /** [9] cell matrix */
  readonly cell: Float64Array;
  readonly list: ListReference | null;
  /** energy that thermostat and barostat have put in so far, eV: E − heat is conserved */
  readonly heat: number;
  /** null without a thermostat */
  readonly schedule: TemperatureSchedule | null;
}

/**
 * A running simulation. Read positions, forces and virial from its `forceField`: they belong to the current step.
 *
 * ```ts
 * const dynamics = createDynamics({ forceField, cell, masses, timestep: 1, thermostat, velocities, key, stream });
 * while (dynamics.step < steps) {
 *   dynamics.advance(100); // PhysicsError: write dynamics.lastGood to disk and give up
 *   log(dynamics.time, dynamics.temperature(), dynamics.pressure(), dynamics.conserved());
 *   write(encodeCheckpoint(packState(dynamics.state())));
 * }
 * ```
 */
export interface Dynamics {
  readonly forceField: ForceField;
  readonly step: number;
  /** fs */
  readonly time: number;
  readonly cell: Cell;
  /** [N, 4] rows (vx, vy, vz, mass), Å/fs and amu; owned by the simulation */
  readonly velocities: Float64Array;
  /** 3 per atom that moves, less 3 where the total momentum is conserved (no frozen atom, no Langevin, no external force) */
  readonly degreesOfFreedom: number;
  /** K, of the thermostat now; null without one */
  readonly targetTemperature: number | null;
  /** heat taken in so far, eV */
  readonly heat: number;
  /**
   * the last state kept, at most `keepEvery` steps old: what to write to disk when `advance` has thrown. Its arrays are written
   * over as the simulation goes on.
   */
  readonly lastGood: DynamicsState;
  /**
   * @param steps  how many
   * @throws PhysicsError  an atom moves too far in one step, or a force or energy is not finite; the simulation cannot go on
   *   but from another state (`restore`)
   */
  advance(steps: number): void;
  /** eV */
  kineticEnergy(): number;
  /** K; 0 where nothing can move */
  temperature(): number;
  /** [9] (Σ m v⊗v + virial)/V, eV/Å³ */
  pressureTensor(): Float64Array;
  /** a third of its trace, eV/Å³ */
  pressure(): number;
  /** K + U (+ P₀V with a barostat) − heat, eV: constant but for the error of the time step */
  conserved(): number;
  /** Sets the thermostat's target at once. @throws SpecError  there is no thermostat */
  setTemperature(temperature: number): void;
  /** Moves the thermostat's target linearly to `to` over the next `steps` steps. @throws SpecError  there is no thermostat */
  ramp(to: number, steps: number): void;
  /** A copy of the state. */
  state(): DynamicsState;
  /** Goes on from a state of this system. @throws SpecError  it is of another number of atoms or other masses */
  restore(state: DynamicsState): void;
}

/**
 * Sets up dynamics and computes the first forces.
 *
 * @param state  go on from here instead of the force field's positions, the given cell and velocities
 * @throws SpecError  a setting makes no sense
 * @throws PhysicsError  the first energy is not finite
 */
export function createDynamics(setup: DynamicsSetup, state?: DynamicsState): Dynamics {
  checkSetup(setup);
  return new Verlet(setup, state);
}
