/** States of dynamics as plain named arrays, the form in which checkpoints hold them. */
import { SpecError } from '../../core/errors.ts';
import type { DynamicsState } from '../dynamics.ts';
import type { TemperatureSchedule } from './schedule.ts';

/** Header and arrays of a checkpoint; a caller may add others beside them. */
export interface PackedState {
  readonly header: {
    readonly step: number;
    readonly time: number;
    readonly heat: number;
    readonly schedule: TemperatureSchedule | null;
  };
  readonly arrays: Readonly<Record<string, Float64Array>>;
}

/** Splits a state into numbers and named arrays; no array is copied. */
export function packState(state: DynamicsState): PackedState {
  const { step, time, heat, schedule, positions, velocities, cell, list } = state;
  return {
    header: { step, time, heat, schedule },
    arrays: {
      positions,
      velocities,
      cell,
      ...(list ? { 'list/positions': list.positions, 'list/cell': list.cell } : {}),
    },
  };
}

/**
 * The state that `packState` took apart. Headers and arrays may hold more than that; it is left alone.
 *
 * @throws SpecError  something is missing or of another kind
 */
export function unpackState(packed: {
  readonly header: unknown;
  readonly arrays: Readonly<Record<string, unknown>>;
}): DynamicsState {
  const header = (packed.header ?? {}) as Record<string, unknown>;
  const number = (name: string): number => {
    const value = header[name];
    if (typeof value === 'number') return value;
    throw new SpecError(`checkpoint of dynamics must have a number "${name}", got ${JSON.stringify(value)}`);
  };
  const array = (name: string): Float64Array => {
    const value = packed.arrays[name];
    if (value instanceof Float64Array) return value;
    throw new SpecError(`checkpoint of dynamics must have an array "${name}" of doubles`);
  };
  return {
    step: number('step'),
    time: number('time'),
    heat: number('heat'),
    schedule: (header['schedule'] ?? null) as TemperatureSchedule | null,
    positions: array('positions'),
    velocities: array('velocities'),
    cell: array('cell'),
    list: packed.arrays['list/positions'] ? { positions: array('list/positions'), cell: array('list/cell') } : null,
  };
}
