/** What a setup of dynamics must satisfy, and how many degrees of freedom it has. */
import { SpecError } from '../../core/errors.ts';
import type { DynamicsSetup } from '../dynamics.ts';

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
