/** Checkpoints of a run of dynamics: where it is, all its atoms, and how long the files beside it are. */
import { cellFromMatrix } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import { type DynamicsState, packState, unpackState } from '../engine/dynamics.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../io/checkpoint.ts';
import type { Atoms } from './stages.ts';

/** Where a run of dynamics is: at the start of a stage, or inside one of dynamics. */
export interface DynamicsPosition {
  /** stage that is run or comes next; the number of stages when all are done */
  readonly stage: number;
  /** as the stage began */
  readonly atoms: Atoms;
  /** inside a stage of dynamics */
  readonly state: DynamicsState | null;
  /** what the stages before came to, as they are reported */
  readonly done: readonly unknown[];
  /** guests that were filled in */
  readonly filled: number | null;
  /** warnings so far */
  readonly warnings: readonly string[];
  /** frames handed out for the trajectory */
  readonly frames: number;
  /** of all stages of dynamics: samples up to this one were handed out; −1 before the first */
  readonly step: number;
  /** bytes of samples handed out */
  readonly samples: number;
  /** wall time of the run so far, s */
  readonly seconds: number;
}

/**
 * Writes a position as bytes.
 *
 * @param files  lengths of the files that belong to it, bytes by name
 */
export function encodePosition(position: DynamicsPosition, files: Readonly<Record<string, number>>): Uint8Array {
  const { atoms, state, ...rest } = position;
  const { species, cell, positions, velocities } = atoms;
  const packed = state && packState(state);
  return encodeCheckpoint({
    header: { what: 'dynamics', ...rest, files, species, periodic: cell.periodic, state: packed?.header ?? null },
    arrays: {
      ...Object.fromEntries(Object.entries(packed?.arrays ?? {}).map(([name, array]) => [`state/${name}`, array])),
      'atoms/positions': positions,
      'atoms/cell': cell.matrix,
      ...(velocities && { 'atoms/velocities': velocities }),
    },
  });
}

/**
 * Reads a position back.
 *
 * @param name  of the file, for messages
 * @throws SpecError  no checkpoint, truncated, damaged, or not one of a run of dynamics
 */
export function decodePosition(
  bytes: Uint8Array,
  name = 'checkpoint',
): { readonly position: DynamicsPosition; readonly files: Readonly<Record<string, number>> } {
  const { header, arrays } = decodeCheckpoint(bytes, name);
  const { what, files, species, periodic, state, ...rest } = header as Record<string, unknown>;
  if (what !== 'dynamics') throw new SpecError(`${name} is not a checkpoint of a run of dynamics`);
  const inState = Object.entries(arrays).filter(([key]) => key.startsWith('state/'));
  const atoms: Atoms = {
    species: species as string[],
    cell: cellFromMatrix(arrays['atoms/cell']!, periodic as [boolean, boolean, boolean]),
    positions: arrays['atoms/positions'] as Float64Array,
    velocities: (arrays['atoms/velocities'] as Float64Array | undefined) ?? null,
  };
  return {
    position: {
      ...(rest as unknown as Omit<DynamicsPosition, 'atoms' | 'state'>),
      atoms,
      state: state
        ? unpackState({
            header: state,
            arrays: Object.fromEntries(inState.map(([key, array]) => [key.slice('state/'.length), array])),
          })
        : null,
    },
    files: files as Record<string, number>,
  };
}
