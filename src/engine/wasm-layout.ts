/**
 * The memory of a WebAssembly chain: tables, host and arrays side by side, and the parameter block that says where they are.
 * What stands here in which order is what kernels/cpu reads.
 */
import { boltzmann } from '../core/units.ts';
import { blockedOffsets, highestLevel } from './cavity.ts';
import { cellGrid } from './cells.ts';
import { type ChainSetup, moveThresholds } from './chain.ts';
import { hostInCells } from './host-cells.ts';

/** first byte the kernel's own static data leaves free */
const heapStart = 65536;
/** f64 words of one guest's record; SIZE in kernels/cpu/guests.ts */
export const guestWords = 12;
/** activities, and the sums of `transitionNames` */
export const driveColumns = 8;

/** A chain's memory, filled. */
export interface Layout {
  readonly memory: WebAssembly.Memory;
  /** byte offset of the parameter block */
  readonly block: number;
  readonly tally: Float64Array;
  /** [capacity, 12] records of guests; the kernel's guests.ts says what is where */
  readonly records: Float64Array;
  /** guests in each cell of the neighbour grid */
  readonly cellCounts: Int32Array;
  /** per cell x, y, z and number of its guests, `slots` of each */
  readonly cellData: Float64Array;
  /** [8, capacity + 1] activities of driven steps, then sums by N (drive.ts) */
  readonly drive: Float64Array;
  /** the cavity list's arrays */
  readonly cavity: readonly Uint8Array[];
}

/** a place in memory not yet known: the region's number */
interface Pointer {
  readonly region: number;
}

type Region = Float64Array | Int32Array | Uint8Array | { readonly bytes: number };

/**
 * Writes everything the kernel needs into one memory. The order of `words` is the order in which kernels/cpu reads them.
 */
export function layOut(setup: ChainSetup, capacity: number, slots: number, trial: number): Layout {
  const { tables, host, grid } = setup;
  const { table: hostTable, grid: hostCells, sorted } = hostInCells(setup);
  const guestCells = cellGrid(host.cell, tables.pair.to, tables.pair.to);
  const regions: Region[] = [];
  const pointer = (region: Region): Pointer => ({ region: regions.push(region) - 1 });
  const words: (number | Pointer)[] = [];

  const cell = host.cell.matrix;
  words.push(cell[0]!, cell[4]!, cell[8]!);
  words.push(1 / (boltzmann * setup.temperature), ...moveThresholds(setup), ...setup.key, setup.stream, trial);
  const tally = pointer({ bytes: 64 });
  words.push(tally);

  const hostRows = concatenate(tables.host.length > 0 ? tables.host.map((table) => table.rows) : [hostTable.rows]);
  words.push(pointer(hostRows), hostTable.from, hostTable.to, 1 / hostTable.step, hostTable.rows.length / 8);
  words.push(
    ...hostCells.shape,
    pointer(sorted.start),
    pointer(sorted.x),
    pointer(sorted.y),
    pointer(sorted.z),
    pointer(sorted.kind),
  );
  words.push(tables.saturation?.from ?? Number.POSITIVE_INFINITY, tables.saturation?.width ?? 1);

  words.push(pointer(tables.pair.rows), pointer(tables.density.rows));
  words.push(tables.pair.from, tables.pair.to, 1 / tables.pair.step, tables.pair.rows.length / 8);
  const { embedding } = tables;
  if (!embedding) words.push(0, 0, 0, 0, 0);
  else if (embedding.axis === 'log') {
    const largest = 2 ** embedding.maxExponent * (1 - 2 ** -52);
    words.push(1, pointer(embedding.rows), 2 ** embedding.minExponent, largest, embedding.segmentBits);
  } else words.push(2, pointer(embedding.rows), 1 / embedding.step, embedding.to, embedding.rows.length / 4 - 1);
  words.push(tables.nSwitch, tables.nStart, tables.switchShape === 'smooth' ? 1 : 0, tables.repulsive ? 1 : 0);
  words.push(tables.bareIons ? 1 : 0);
  const cells = guestCells.shape[0] * guestCells.shape[1] * guestCells.shape[2];
  const cellCounts = pointer({ bytes: 4 * cells });
  const cellData = pointer({ bytes: 32 * slots * cells + 16 });
  words.push(...guestCells.shape, slots, cellCounts, cellData);
  const records = pointer({ bytes: 8 * guestWords * capacity });
  words.push(capacity, records);
  // scratch of one trial: indices, then numbers
  for (const bytes of [4, 8, 4, 8, 8, 8, 8, 4, 4, 8]) words.push(pointer({ bytes: bytes * capacity }));

  const voxels = grid.levels.length;
  const offsets = blockedOffsets(host.cell, grid.shape, setup.guestCavity);
  // guests per voxel, list of free voxels, place in that list; free voxels per level
  const cavity = [2 * voxels, 4 * voxels, 4 * voxels, 4 * (highestLevel + 1)].map((bytes) => ({ bytes }));
  const [counts, free, slotsOf, lengths] = cavity.map(pointer) as [Pointer, Pointer, Pointer, Pointer];
  words.push(...grid.shape, pointer(grid.levels), counts, free, slotsOf);
  words.push(pointer(offsets), offsets.length / 3, setup.guestCavity ** 2);
  words.push(pointer({ bytes: 4 * (highestLevel + 2) }), lengths);

  const drive = pointer({ bytes: 8 * driveColumns * (capacity + 1) });
  words.push(drive, capacity);
  words.push(setup.fixed ? setup.fixed.length / 4 : 0, setup.region ? pointer(setup.region) : 0);

  const block = heapStart;
  let at = block + 8 * words.length;
  const places = regions.map((region) => {
    const place = Math.ceil(at / 64) * 64;
    at = place + ('bytes' in region ? region.bytes : region.byteLength);
    return place;
  });
  const pages = Math.ceil((at + 64) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  regions.forEach((region, i) => {
    if ('bytes' in region) return;
    new Uint8Array(memory.buffer, places[i]!, region.byteLength).set(
      new Uint8Array(region.buffer, region.byteOffset, region.byteLength),
    );
  });
  new Float64Array(memory.buffer, block, words.length).set(
    words.map((word) => (typeof word === 'number' ? word : places[word.region]!)),
  );
  return {
    memory,
    block,
    tally: new Float64Array(memory.buffer, places[tally.region]!, 8),
    records: new Float64Array(memory.buffer, places[records.region]!, guestWords * capacity),
    cellCounts: new Int32Array(memory.buffer, places[cellCounts.region]!, cells),
    cellData: new Float64Array(memory.buffer, places[cellData.region]!, 4 * slots * cells),
    drive: new Float64Array(memory.buffer, places[drive.region]!, driveColumns * (capacity + 1)),
    cavity: cavity.map((region) => new Uint8Array(memory.buffer, places[regions.indexOf(region)]!, region.bytes)),
  };
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
