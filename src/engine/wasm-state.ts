/** A chain's state out of its memory and into another: plain copies, no arithmetic, so that a restored chain has the same bits. */
import { highestLevel } from './cavity.ts';
import { type ChainState, savedGuest } from './chain.ts';
import { guestWords, type Layout } from './wasm-layout.ts';

/** words of a guest's record that are saved, in the order of kernels/cpu/guests.ts; the cell follows */
const savedWords = savedGuest.words;

type Stored = Pick<ChainState, 'guests' | 'members' | 'free' | 'freePerLevel'>;

/** First place of every level in the list of free voxels: levels stand one behind the other, each with room for all its voxels. */
function levelStarts(levels: Uint8Array): Int32Array {
  const start = new Int32Array(highestLevel + 2);
  for (const level of levels) if (level > 0) start[level + 1]!++;
  for (let level = 1; level <= highestLevel; level++) start[level + 1]! += start[level]!;
  return start;
}

function cavityViews({ cavity }: Layout): { free: Int32Array; slots: Int32Array; lengths: Int32Array } {
  const [, free, slots, lengths] = cavity.map(
    (bytes) => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array];
  return { free, slots, lengths };
}

/** @param count  guests, fixed ones among them */
export function readState(memory: Layout, count: number, levels: Uint8Array): Stored {
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
  const { free, lengths } = cavityViews(memory);
  const start = levelStarts(levels);
  const listed: number[] = [];
  for (let level = 1; level <= highestLevel; level++) {
    for (let k = 0; k < lengths[level]!; k++) listed.push(free[start[level]! + k]!);
  }
  return { guests, members, free: Int32Array.from(listed), freePerLevel: lengths.slice() };
}

/** Into a memory where the same guests were placed already, in whatever order of cells and free voxels. */
export function writeState(memory: Layout, state: Stored, levels: Uint8Array): void {
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
  const { free, slots: slotOf, lengths } = cavityViews(memory);
  const start = levelStarts(levels);
  lengths.set(state.freePerLevel);
  slotOf.fill(-1);
  let next = 0;
  for (let level = 1; level <= highestLevel; level++) {
    for (let k = 0; k < lengths[level]!; k++) {
      const voxel = state.free[next++]!;
      free[start[level]! + k] = voxel;
      slotOf[voxel] = start[level]! + k;
    }
  }
}
