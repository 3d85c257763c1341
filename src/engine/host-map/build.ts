/**
 * The host map: V_ion and V_met of a rigid host, once and for all, so that a trial does not add up hundreds of carbons.
 *
 *   V(r) = S(r) + Σ_carbons D(|r − R|)
 *
 * S is the smooth part (split.ts) on a periodic cubic B-spline, f32, kept in blocks where a guest finds room; D, walls and narrow wells
 * and overlap, is summed exactly over the few carbons within r_c, 3 to 4 Å. Where no block is, the host is summed as without a map.
 * Nothing else of a chain changes, and V − S is exact, so the map's error is the spline's alone.
 *
 * @cite prefilter: Unser, Aldroubi, Eden, IEEE Trans. Signal Process. 41, 821 (1993) doi:10.1109/78.193220
 * @oracle test/unit/host-map.test.ts (exact sums), test/conformance/chain.test.ts (both chains with one map)
 */
import { BackendError, SpecError } from '../../core/errors.ts';
import { wrapped } from '../../core/frame.ts';
import { mapBuildWasm } from '../../generated/map-build-wasm.ts';
import { cellGrid } from '../cells.ts';
import type { ChainSetup } from '../chain.ts';
import type { TwinTable } from '../guest-tables.ts';
import { sortHost } from '../host-cells.ts';
import { packMemory } from '../memory-regions.ts';
import { blockColumns, columnKnots } from './read.ts';
import { type MapTables, splitHost } from './tables.ts';

/** The map of one host for one guest: numbers and one memory, which workers can share. */
export interface HostMap {
  /** of the box, Å */
  readonly lengths: readonly [number, number, number];
  /** carbons it was made of */
  readonly atoms: number;
  /** knots along x, y, z */
  readonly shape: readonly [number, number, number];
  /** 1: V_ion and V_met are the same function */
  readonly fields: 1 | 2;
  /** D by host species, from the overlap to r_c */
  readonly near: readonly TwinTable[];
  /** parameter block of kernels/cpu/map.ts, block numbers, coefficients */
  readonly memory: WebAssembly.Memory;
  /** byte offsets of the three */
  readonly block: number;
  readonly table: number;
  readonly data: number;
  /** of `memory` */
  readonly bytes: number;
}

export interface HostMapOptions {
  /** largest distance of knots, Å */
  readonly spacing?: number;
  /** eV a host atom may be wrong by along one coordinate: a larger one makes r_c smaller */
  readonly tolerance?: number;
  /** most bytes the map may have, 2 GiB when not given */
  readonly memory?: number;
}

/** What a map takes, told before it is built. */
export interface HostMapSize {
  readonly shape: readonly [number, number, number];
  /** blocks of 4 × 4 × 8 cells where a guest finds room, and all of them */
  readonly stored: number;
  readonly blocks: number;
  readonly bytes: number;
}

const defaults = { spacing: 0.3, tolerance: 1e-4, memory: 2 ** 31 } as const;
/** kernels/cpu/map-build.ts: block planes in the ring, planes to either side, carbons a patch of knots may feel */
const kept = 7;
const halo = 3;
const listRoom = 16384;

interface Builder {
  setup(pointer: number): void;
  mark(): number;
  sampleWide(first: number): number;
  filterWide(): void;
  plane(b: number): number;
  emit(b: number): number;
}

/**
 * Builds the map of a chain's host: seconds in WebAssembly, the same bytes every time.
 *
 * @param onSize  hears what the map will take, before the work begins
 * @throws SpecError     the box is not orthorhombic or narrower than two cutoffs; nothing of the host is felt
 * @throws BackendError  it would be larger than allowed, or WebAssembly cannot hold it
 */
export function buildHostMap(
  setup: Pick<ChainSetup, 'tables' | 'host'>,
  options: HostMapOptions = {},
  onSize: (size: HostMapSize) => void = () => undefined,
): HostMap {
  const { spacing, tolerance, memory: most } = { ...defaults, ...options };
  if (setup.tables.host.length === 0) throw new SpecError('a host that guests do not feel has no map');
  const tables = splitHost(setup.tables, spacing, tolerance);
  const { builder, shape, wanted, out, lengths } = openBuilder(setup, tables, spacing);
  const stored = builder.mark();
  const blockWords = blockColumns * columnKnots * tables.fields;
  const blocks = wanted.length;
  const head = 65536 + 4096;
  const dataAt = Math.ceil((head + 4 * blocks) / 64) * 64;
  const bytes = Math.ceil((dataAt + 4 * blockWords * stored + 64) / 65536) * 65536;
  onSize({ shape, stored, blocks, bytes });
  const size = (n: number): string => `${(n / 2 ** 20).toFixed(0)} MiB`;
  if (bytes > most) {
    const needed = spacing * Math.cbrt(bytes / most);
    throw new BackendError(
      `the host map of ${setup.host.rows.length / 4} atoms on ${shape.join(' × ')} knots takes ${size(bytes)}, more than the ${size(most)} allowed: a spacing of ${needed.toFixed(2)} Å would fit, or use exact sums`,
    );
  }
  const memory = sharedMemory(bytes, `a host map of ${size(bytes)}`);
  const words = [...lengths, ...shape, tables.fields, head, dataAt];
  new Float64Array(memory.buffer, 65536, words.length).set(words);
  const numbers = new Int32Array(memory.buffer, head, blocks);
  let next = 0;
  for (let b = 0; b < blocks; b++) numbers[b] = wanted[b] ? next++ : -1;

  const full = (): never => {
    throw new BackendError(`more than ${listRoom} host atoms within the cutoff of a patch of the host map`);
  };
  for (let i = 0; i < shape[0] / 2; i += 4) if (builder.sampleWide(i) === 0) full();
  builder.filterWide();
  const planes = shape[0] / 4;
  let at = dataAt;
  for (let b = -halo; b < planes + halo; b++) {
    if (builder.plane(b) === 0) full();
    if (b < halo) continue;
    const written = 4 * blockWords * builder.emit(b - halo);
    new Uint8Array(memory.buffer, at, written).set(new Uint8Array(out.buffer, out.byteOffset, written));
    at += written;
  }
  const atoms = setup.host.rows.length / 4;
  const { fields, near } = tables;
  return { lengths, atoms, shape, fields, near, memory, block: 65536, table: head, data: dataAt, bytes };
}

/** A builder with the host and its tables in its memory; `wanted` and `out` look into it. */
function openBuilder(
  { tables: guest, host: given }: Pick<ChainSetup, 'tables' | 'host'>,
  tables: MapTables,
  spacing: number,
) {
  const grid = cellGrid(given.cell, Math.max(2, tables.farthest / 3), tables.farthest);
  const sorted = sortHost(wrapped(given), guest.hostSpecies, grid);
  const { lengths } = grid;
  // blocks are 4 × 4 × 8 cells
  const knots = (l: number, unit: number): number => Math.max(2, Math.ceil(l / spacing / unit)) * unit;
  const shape = [knots(lengths[0], 4), knots(lengths[1], 4), knots(lengths[2], 8)] as const;
  const [mx, my, mz] = shape;
  const blocks = (mx * my * mz) / 128;
  const blockPlane = (my * mz) / 32;
  const { words, pointer, pack } = packMemory();
  words.push(...lengths, mx, my, mz, tables.fields, ...grid.shape);
  for (const array of [sorted.start, sorted.x, sorted.y, sorted.z, sorted.kind]) words.push(pointer(array));
  for (const { rows, to, step, count } of [tables.wide, tables.middle]) words.push(pointer(rows), to, 1 / step, count);
  words.push(pointer(tables.walls), pointer({ bytes: mx * my * mz }), pointer({ bytes: mx * my * mz }));
  const wanted = pointer({ bytes: blocks });
  words.push(wanted, pointer({ bytes: 4 * kept * my * mz * 8 }));
  const out = pointer({ bytes: 4 * blockColumns * columnKnots * tables.fields * blockPlane });
  words.push(out, listRoom);
  for (const bytes of [8, 8, 8, 4]) words.push(pointer({ bytes: bytes * (listRoom + 2) }));
  words.push(pointer({ bytes: 16 * Math.max(...shape) }));
  const { memory, block, place } = pack();
  const builder = instantiate(memory);
  builder.setup(block);
  const view = (region: typeof wanted, bytes: number): Uint8Array =>
    new Uint8Array(memory.buffer, place(region), bytes);
  return {
    builder,
    shape,
    lengths,
    wanted: view(wanted, blocks),
    out: view(out, 4 * blockColumns * columnKnots * tables.fields * blockPlane),
  };
}

let compiled: WebAssembly.Module | undefined;

function instantiate(memory: WebAssembly.Memory): Builder {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(mapBuildWasm), (c) => c.charCodeAt(0)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Builder;
}

/** @throws BackendError  the platform does not give that much */
function sharedMemory(bytes: number, what: string): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: bytes / 65536, maximum: 65536, shared: true });
  } catch (error) {
    throw new BackendError(`${what} does not fit: ${(error as Error).message}`);
  }
}
