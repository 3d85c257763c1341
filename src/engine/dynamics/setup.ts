/** What a setup of dynamics must satisfy, and how many degrees of freedom it has. */
import { PhysicsError, SpecError } from '../../core/errors.ts';
import type { DynamicsSetup, DynamicsState } from '../dynamics.ts';
import { restingVelocities } from './velocities.ts';

/** A setup on any device. */
export type AnySetup = Omit<DynamicsSetup, 'forceField'> & { readonly forceField: { readonly count: number } };

/**
 * Refuses a setup that makes no sense.
 *
 * @throws SpecError  naming the setting
 */
export function checkSetup(setup: AnySetup): void {
  const { forceField, masses, timestep, thermostat, barostat, frozen, velocities, cell, ramp } = setup;
  const n = forceField.count;
  const positive = (name: string, x: number): void => {
    if (!(x > 0 && x < Number.POSITIVE_INFINITY)) throw new SpecError(`dynamics: ${name} must be above 0, got ${x}`);
  };
  const length = (name: string, got: number, wanted: number): void => {
    if (got !== wanted) throw new SpecError(`dynamics: ${name} must have ${wanted} entries, got ${got}`);
  };
  const temperature = (name: string, x: number): void => {
    if (!(x >= 0 && x < Number.POSITIVE_INFINITY)) {
      throw new SpecError(`dynamics: ${name} must be at least 0 K, got ${x}`);
    }
  };
  const whole = (name: string, x: number | undefined): void => {
    if (x !== undefined && !(Number.isInteger(x) && x >= 1)) {
      throw new SpecError(`dynamics: ${name} must be a whole number from 1 on, got ${x}`);
    }
  };
  length('masses', masses.length, n);
  if (frozen) length('frozen', frozen.length, n);
  if (velocities) length('velocities', velocities.length, 4 * n);
  positive('timestep', timestep);
  positive('longest move', setup.longestMove ?? 0.5);
  whole('keepEvery', setup.keepEvery);
  if (thermostat.kind !== 'none') {
    positive('time of the thermostat', thermostat.time);
    temperature('temperature', thermostat.temperature);
  }
  if (ramp) {
    if (thermostat.kind === 'none') throw new SpecError('dynamics: a ramp needs a thermostat, got none');
    temperature('end of the ramp', ramp.to);
    whole('steps of the ramp', ramp.steps);
  }
  if (!barostat) return;
  if (thermostat.kind === 'none') throw new SpecError('dynamics: a barostat needs a thermostat, got none');
  positive('time of the barostat', barostat.time);
  positive('compressibility of the barostat', barostat.compressibility);
  whole('interval of the barostat', barostat.interval);
  if (!Number.isFinite(barostat.pressure)) {
    throw new SpecError(`dynamics: pressure must be a number in eV/Å³, got ${barostat.pressure}`);
  }
  for (const [a, axis] of ['x', 'y', 'z'].entries()) {
    const scaled = barostat.kind !== 'anisotropic' || (barostat.axes?.[a] ?? true);
    if (scaled && !cell.periodic[a]) {
      throw new SpecError(`dynamics: the barostat scales ${axis}, along which the cell is not periodic`);
    }
  }
}

/** 3 per atom that moves, less 3 where the total momentum is a constant of the motion. */
export function degreesOfFreedom({ masses, frozen, thermostat, externalForces }: AnySetup): number {
  const still = frozen ? frozen.reduce((sum, f) => sum + (f ? 1 : 0), 0) : 0;
  const conserved = thermostat.kind !== 'langevin' && still === 0 && !externalForces;
  return 3 * (masses.length - still) - (conserved ? 3 : 0);
}

/** [N, 4] rows (vx, vy, vz, mass) a simulation begins with: those given, but of frozen atoms at rest. */
export function startVelocities({ masses, frozen, velocities }: AnySetup): Float64Array {
  const rows = restingVelocities(masses);
  for (const [k, v] of velocities?.entries() ?? []) if (k % 4 !== 3 && !frozen?.[k >> 2]) rows[k] = v;
  return rows;
}

/**
 * Refuses a state of another system.
 *
 * @param positions   [N, 4] rows of this one, species last
 * @param velocities  [N, 4] masses last
 * @throws SpecError  another number of atoms, another species or mass
 */
export function requireOwnState(state: DynamicsState, positions: Float64Array, velocities: Float64Array): void {
  const wanted = positions.length;
  if (state.positions.length !== wanted || state.velocities.length !== wanted) {
    throw new SpecError(`dynamics: state must be of ${wanted / 4} atoms, got ${state.positions.length / 4}`);
  }
  for (let k = 3; k < wanted; k += 4) {
    if (state.velocities[k] === velocities[k] && state.positions[k] === positions[k]) continue;
    throw new SpecError(`dynamics: atom ${(k + 1) / 4} of the state is of another species or mass`);
  }
}

/** Says that an atom moves too far. @param move  Å in one step @param limit  Å */
export function tooFar(step: number, atom: number, move: number, limit: number, timestep: number): PhysicsError {
  return new PhysicsError(
    `step ${step}: atom ${atom + 1} moves ${move.toPrecision(3)} Å at once (limit ${limit} Å); ` +
      `atoms too close at the start (relax first), or a time step of ${timestep} fs too long`,
  );
}
