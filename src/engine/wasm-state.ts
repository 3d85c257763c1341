/** A chain's state out of its memory and into another: plain copies, no arithmetic, so that a restored chain has the same bits. */
import { type ChainState, savedGuest } from './chain.ts';
import { type Drive, emptyTransitions, type Transitions, transitionNames } from './drive.ts';
import { driveColumns, guestWords, type Layout } from './wasm-layout.ts';

/** words of a guest's record that are saved, in the order of kernels/cpu/guests.ts; the cell follows */
const savedWords = savedGuest.words;

type Stored = Pick<ChainState, 'guests' | 'members'>;

/** @param count  guests, fixed ones among them */
export function readState(memory: Layout, count: number): Stored {
  const { records, cellCounts, cellData } = memory;
  const guests = new Float64Array(savedWords * count);
  for (let i = 0; i < count; i++) {
    guests.set(records.subarray(guestWords * i, guestWords * i + savedWords), savedWords * i);
  }
  const slots = cellData.length / (4 * cellCounts.length);
  const members = new Int32Array(count);
  let at = 0;
  cellCounts.forEach((n, cell) => {
    const indices = 4 * slots * cell + 3 * slots;
    for (let k = 0; k < n; k++) members[at++] = cellData[indices + k]!;
  });
  return { guests, members };
}

/** Into a memory where the same guests were placed already, in whatever order of cells. */
export function writeState(memory: Layout, state: Stored): void {
  const { records, cellCounts, cellData } = memory;
  const count = state.members.length;
  for (let i = 0; i < count; i++) {
    records.set(state.guests.subarray(savedWords * i, savedWords * (i + 1)), guestWords * i);
  }
  const slots = cellData.length / (4 * cellCounts.length);
  let at = 0;
  cellCounts.forEach((n, cell) => {
    const data = 4 * slots * cell;
    for (let k = 0; k < n; k++) {
      const i = state.members[at++]!;
      for (let axis = 0; axis < 3; axis++) cellData[data + axis * slots + k] = state.guests[savedWords * i + axis]!;
      cellData[data + 3 * slots + k] = i;
    }
  });
}

/** Sums of the driven steps, a copy. */
export function readTransitions({ drive }: Layout, { least, most }: Drive): Transitions {
  const transitions = emptyTransitions(least, most);
  transitionNames.forEach((name, k) => {
    const at = columnOf(drive, k);
    transitions[name].set(drive.subarray(at + least, at + most + 1));
  });
  return transitions;
}

/** Puts sums in the place of those that are there. */
export function writeTransitions({ drive }: Layout, transitions: Transitions): void {
  transitionNames.forEach((name, k) => {
    drive.set(transitions[name], columnOf(drive, k) + transitions.least);
  });
}

/** Where the sums of one name begin: behind the activities. */
const columnOf = (drive: Float64Array, k: number): number => ((k + 1) * drive.length) / driveColumns;
