/**
 * The memory of a WebAssembly chain: tables, host and arrays side by side, and the parameter block that says where they are.
 * What stands here in which order is what kernels/cpu reads.
 */
import { concatenate } from '../core/arrays.ts';
import { wrapped } from '../core/frame.ts';
import { blockedOffsets, voxelWeights } from './cavity.ts';
import { cellGrid } from './cells.ts';
import { type ChainSetup, moveThresholds } from './chain.ts';
import { hostInCells, type SortedHost, sortHost } from './host-cells.ts';
import { nearGrid } from './host-map/near.ts';
import { type Packing, packMemory } from './memory-regions.ts';

/** f64 words of one guest's record; SIZE in kernels/cpu/guests.ts */
export const guestWords = 12;
/** activities, and the sums of `transitionNames` */
export const driveColumns = 8;

/** A chain's memory, filled. */
export interface Layout {
  readonly memory: WebAssembly.Memory;
  /** byte offset of the parameter block */
  readonly block: number;
  /** byte offsets in it of what a chain that starts again in the same memory has anew */
  readonly startWords: { readonly trial: number; readonly domain: number; readonly fixed: number };
  readonly tally: Float64Array;
  /** [capacity, 12] records of guests; the kernel's guests.ts says what is where */
  readonly records: Float64Array;
  /** guests in each cell of the neighbour grid */
  readonly cellCounts: Int32Array;
  /** per cell x, y, z and number of its guests, `slots` of each */
  readonly cellData: Float64Array;
  /** [8, capacity + 1] activities of driven steps, then sums by N (drive.ts) */
  readonly drive: Float64Array;
}

/**
 * Writes everything the kernel needs into one memory. The order of `words` is the order in which kernels/cpu reads them.
 */
export function layOut(setup: ChainSetup, capacity: number, slots: number, trial: number): Layout {
  const { tables, host, grid } = setup;
  const { table: hostTable, grid: hostCells, sorted } = hostInCells(setup);
  const guestCells = cellGrid(host.cell, tables.pair.to, tables.pair.to);
  const { words, pointer, pack }: Packing = packMemory();

  const cell = host.cell.matrix;
  words.push(cell[0]!, cell[4]!, cell[8]!);
  words.push(...moveThresholds(setup), ...setup.key, setup.stream, trial);
  const trialWord = words.length - 1;
  const tally = pointer({ bytes: 64 });
  words.push(tally);

  const hostRows = concatenate(tables.host.length > 0 ? tables.host.map((table) => table.rows) : [hostTable.rows]);
  // candidates among the carbons, written four at a time
  words.push(pointer({ bytes: 4 * (host.rows.length / 4 + 4) }));
  words.push(pointer(hostRows), hostTable.from, hostTable.to, 1 / hostTable.step, hostTable.rows.length / 8);
  // f32 copies are read four at a time
  const single = (of: Float64Array): Float32Array => {
    const copy = new Float32Array(of.length + 3);
    copy.set(of);
    return copy;
  };
  const carbons = ({ start, x, y, z, kind }: SortedHost) =>
    [start, x, y, z, kind, single(x), single(y), single(z)].map(pointer);
  words.push(...hostCells.shape, ...carbons(sorted));
  words.push(tables.saturation?.from ?? Number.POSITIVE_INFINITY, tables.saturation?.width ?? 1);
  words.push(setup.map ? 1 : 0);
  if (setup.map) {
    const { near } = setup.map;
    const { from, to, step, rows } = near[0]!;
    const cells = nearGrid(setup.map, host.cell);
    words.push(pointer(concatenate(near.map((table) => table.rows))), from, to, 1 / step, rows.length / 8);
    words.push(...cells.shape, ...carbons(sortHost(wrapped(host), tables.hostSpecies, cells)));
  }

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
  words.push(...guestCells.shape, slots, cellCounts, cellData, pointer({ bytes: 12 * slots * cells + 16 }));
  const records = pointer({ bytes: 8 * guestWords * capacity });
  words.push(capacity, records);
  // scratch of one trial: neighbours, what they change to, those of them whose s changes; lists are written four at a time,
  // and candidates are twice as many at most
  for (const bytes of [4, 8, 8, 4, 8, 8, 8, 8, 4, 4, 8]) words.push(pointer({ bytes: bytes * (capacity + 4) }));

  const voxels = grid.levels.length;
  const offsets = blockedOffsets(host.cell, grid.shape, setup.guestCavity);
  // weights and counts are read sixteen at a time
  const weights = new Uint8Array(voxels + 16);
  weights.set(voxelWeights(grid.levels));
  const [nx, ny] = grid.shape;
  words.push(...grid.shape, pointer(weights), pointer({ bytes: voxels + 16 }));
  words.push(pointer({ bytes: 4 * nx * ny }), pointer({ bytes: 4 * nx }));
  const { columns, halves, span } = columnsOf(offsets);
  words.push(pointer(columns), columns.length / 3, pointer(halves), span, offsets.length / 3);
  words.push(...(setup.domain ?? [0, nx]));
  const domainWord = words.length - 2;

  const drive = pointer({ bytes: 8 * driveColumns * (capacity + 1) });
  words.push(drive, capacity);
  const fixedWord = words.length;
  words.push(setup.fixed ? setup.fixed.length / 4 : 0, setup.region ? pointer(setup.region) : 0);

  const { memory, block, place } = pack();
  return {
    memory,
    block,
    startWords: { trial: block + 8 * trialWord, domain: block + 8 * domainWord, fixed: block + 8 * fixedWord },
    tally: new Float64Array(memory.buffer, place(tally), 8),
    records: new Float64Array(memory.buffer, place(records), guestWords * capacity),
    cellCounts: new Int32Array(memory.buffer, place(cellCounts), cells),
    cellData: new Float64Array(memory.buffer, place(cellData), 4 * slots * cells),
    drive: new Float64Array(memory.buffer, place(drive), driveColumns * (capacity + 1)),
  };
}

/** The voxels that a guest blocks as columns along z: offsets along x and y with the reach to either side, and that by offset. */
function columnsOf(offsets: Int32Array): { columns: Int32Array; halves: Int32Array; span: number } {
  const columns: number[] = [];
  let span = 0;
  for (let o = 0; o < offsets.length; o += 3) {
    const [i, j, k] = [offsets[o]!, offsets[o + 1]!, offsets[o + 2]!];
    // a column begins at its lowest voxel
    if (columns.at(-3) !== i || columns.at(-2) !== j) columns.push(i, j, -k);
    span = Math.max(span, i, j);
  }
  const width = 2 * span + 1;
  const halves = new Int32Array(width * width).fill(-1);
  for (let c = 0; c < columns.length; c += 3)
    halves[(columns[c]! + span) * width + columns[c + 1]! + span] = columns[c + 2]!;
  return { columns: Int32Array.from(columns), halves, span };
}
