/**
 * The chain in WebAssembly (kernels/cpu): this file lays its memory out, hands the tables over and speaks for it.
 *
 * @oracle test/conformance/chain.test.ts: the same decisions as the reference chain, trial by trial
 */
import { BackendError, PhysicsError } from '../core/errors.ts';
import { wrapped } from '../core/frame.ts';
import { boltzmann } from '../core/units.ts';
import { chainWasm } from '../generated/chain-wasm.ts';
import type { MoveCount } from '../trajectory/series.ts';
import { blockedOffsets, highestLevel } from './cavity.ts';
import { type CellGrid, cellGrid, cellOf } from './cells.ts';
import { type Chain, type ChainSetup, type MoveName, moveNames, requireApart, type TrialProbe } from './chain.ts';
import { moveThresholds } from './reference.ts';

interface Kernel {
  setup(pointer: number): void;
  place(x: number, y: number, z: number): number;
  refresh(): void;
  count(): number;
  energy(): number;
  guestX(i: number): number;
  guestY(i: number): number;
  guestZ(i: number): number;
  fieldIon(x: number, y: number, z: number): number;
  fieldMetal(): number;
  trialEnergy(out: number, comes: number, x: number, y: number, z: number): number;
  advance(n: number): number;
  setLnActivity(value: number): void;
  setDisplacement(value: number): void;
  restoreCavity(): void;
}

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  if (compiled) return compiled;
  try {
    compiled = new WebAssembly.Module(Uint8Array.from(atob(chainWasm), (c) => c.charCodeAt(0)));
  } catch (error) {
    throw new BackendError(
      `this JavaScript engine cannot run WebAssembly with SIMD (${(error as Error).message}); use a newer one, or backend "reference"`,
    );
  }
  return compiled;
}

/** A chain in WebAssembly that also tells the host's field. */
export interface WasmChain extends Chain, TrialProbe {
  /** (V_ion, V_met) of the host at a point, eV; null on overlap */
  hostField(x: number, y: number, z: number): [number, number] | null;
}

/**
 * @throws SpecError  the host's cell is not orthorhombic or narrower than twice the cutoff; given guests overlap
 * @throws BackendError  WebAssembly or its SIMD instructions are missing
 */
export function createWasmChain(setup: ChainSetup): WasmChain {
  return new WasmChainObject(setup);
}

/** first byte the kernel's own static data leaves free */
const heapStart = 65536;
/** f64 words of one guest's record; SIZE in kernels/cpu/guests.ts */
const guestWords = 12;

class WasmChainObject implements WasmChain {
  readonly #setup: ChainSetup;
  #kernel!: Kernel;
  #tally!: Float64Array;
  #cavity!: readonly Uint8Array[];
  #slots = 48;
  #capacity: number;
  #lnActivity = Number.NEGATIVE_INFINITY;
  #displacement = 0.5;
  #trial = 0;
  #earlier = new Float64Array(8);

  constructor(setup: ChainSetup) {
    this.#setup = setup;
    this.#capacity = Math.max(1024, Math.ceil((setup.guests?.length ?? 0) / 2));
    this.#open(setup.guests ?? new Float64Array());
    requireApart(this);
  }

  /** Lays out a fresh memory and places the guests; the arrays grow until they fit. */
  #open(guests: Float64Array): void {
    for (;;) {
      const memory = layOut(this.#setup, this.#capacity, this.#slots, this.#trial);
      const instance = new WebAssembly.Instance(compile(), { env: { memory: memory.memory, seed: () => 0 } });
      this.#kernel = instance.exports as unknown as Kernel;
      this.#kernel.setup(memory.block);
      this.#tally = memory.tally;
      this.#cavity = memory.cavity;
      let placed = true;
      for (let a = 0; a < guests.length && placed; a += 4) {
        placed = this.#kernel.place(guests[a]!, guests[a + 1]!, guests[a + 2]!) === 1;
      }
      if (placed) break;
      this.#grow();
    }
    this.#kernel.refresh();
    this.#kernel.setLnActivity(this.#lnActivity);
    this.#kernel.setDisplacement(this.#displacement);
  }

  #grow(): void {
    if (this.#slots >= 1024) {
      throw new PhysicsError(
        `more than ${this.#slots} guests crowd into one cell of the neighbour grid: the model lets the guests collapse`,
      );
    }
    this.#slots *= 2;
    this.#capacity *= 2;
  }

  get trial(): number {
    return this.#trial;
  }
  get count(): number {
    return this.#kernel.count();
  }
  get energy(): number {
    return this.#kernel.energy();
  }
  get lnActivity(): number {
    return this.#lnActivity;
  }
  set lnActivity(value: number) {
    this.#lnActivity = value;
    this.#kernel.setLnActivity(value);
  }
  get displacement(): number {
    return this.#displacement;
  }
  set displacement(value: number) {
    this.#displacement = value;
    this.#kernel.setDisplacement(value);
  }

  advance(n: number): void {
    for (let left = n; left > 0; ) {
      const done = this.#kernel.advance(Math.min(left, 1 << 30));
      this.#trial += done;
      left -= done;
      if (left > 0) {
        // an array is full: the same guests in a larger memory, and the trial that found it full is run again
        const guests = this.guestRows();
        const cavity = this.#cavity;
        this.#earlier = this.#earlier.map((x, i) => x + this.#tally[i]!);
        this.#grow();
        this.#open(guests);
        for (const [k, bytes] of cavity.entries()) this.#cavity[k]!.set(bytes);
        this.#kernel.restoreCavity();
      }
    }
  }

  refresh(): number {
    const running = this.#kernel.energy();
    this.#kernel.refresh();
    return Math.abs(running - this.#kernel.energy());
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const total = this.#earlier.map((x, i) => x + this.#tally[i]!);
    this.#earlier.fill(0);
    this.#tally.fill(0);
    return Object.fromEntries(
      moveNames.map((name, i) => [name, { attempted: total[i]!, accepted: total[i + 4]! }]),
    ) as Record<MoveName, MoveCount>;
  }

  guestRows(): Float64Array {
    const rows = new Float64Array(4 * this.count);
    for (let i = 0; i < this.count; i++) {
      rows[4 * i] = this.#kernel.guestX(i);
      rows[4 * i + 1] = this.#kernel.guestY(i);
      rows[4 * i + 2] = this.#kernel.guestZ(i);
    }
    return rows;
  }

  trialEnergy(out: number, x: number, y: number, z: number): number {
    return this.#kernel.trialEnergy(out, Number.isNaN(x) ? 0 : 1, x || 0, y || 0, z || 0);
  }

  hostField(x: number, y: number, z: number): [number, number] | null {
    const ion = this.#kernel.fieldIon(x, y, z);
    return ion === Number.POSITIVE_INFINITY ? null : [ion, this.#kernel.fieldMetal()];
  }
}

interface Layout {
  readonly memory: WebAssembly.Memory;
  /** byte offset of the parameter block */
  readonly block: number;
  readonly tally: Float64Array;
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
function layOut(setup: ChainSetup, capacity: number, slots: number, trial: number): Layout {
  const { tables, host, grid } = setup;
  const hostTable = tables.host[0] ?? { from: 0, to: 1, step: 1, rows: new Float64Array(8) };
  // Widths measured on a filled carbon: wider cells test more pairs, narrower ones spend the time on empty cells.
  const hostCells = cellGrid(host.cell, hostTable.to / 1.5, hostTable.to);
  const guestCells = cellGrid(host.cell, tables.pair.to, tables.pair.to);
  const regions: Region[] = [];
  const pointer = (region: Region): Pointer => ({ region: regions.push(region) - 1 });
  const words: (number | Pointer)[] = [];

  const cell = host.cell.matrix;
  words.push(cell[0]!, cell[4]!, cell[8]!);
  words.push(1 / (boltzmann * setup.temperature), ...moveThresholds(setup), ...setup.key, setup.stream, trial);
  const tally = pointer({ bytes: 64 });
  words.push(tally);

  const sorted = sortHost(setup, hostCells);
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

  words.push(pointer(tables.pair.rows), pointer(tables.density.rows));
  words.push(tables.pair.from, tables.pair.to, 1 / tables.pair.step, tables.pair.rows.length / 8);
  const { embedding } = tables;
  if (!embedding) words.push(0, 0, 0, 0, 0);
  else if (embedding.axis === 'log') {
    const largest = 2 ** embedding.maxExponent * (1 - 2 ** -52);
    words.push(1, pointer(embedding.rows), 2 ** embedding.minExponent, largest, embedding.segmentBits);
  } else words.push(2, pointer(embedding.rows), 1 / embedding.step, embedding.to, embedding.rows.length / 4 - 1);
  words.push(tables.nSwitch, tables.repulsive ? 1 : 0);
  const cells = guestCells.shape[0] * guestCells.shape[1] * guestCells.shape[2];
  words.push(...guestCells.shape, slots, pointer({ bytes: 4 * cells }), pointer({ bytes: 32 * slots * cells + 16 }));
  words.push(capacity, pointer({ bytes: 8 * guestWords * capacity }));
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
    cavity: cavity.map((region) => new Uint8Array(memory.buffer, places[regions.indexOf(region)]!, region.bytes)),
  };
}

interface SortedHost {
  readonly start: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly kind: Int32Array;
}

/** Host atoms in the order of their cells, coordinates side by side (one spare at the end: SIMD reads in twos). */
function sortHost({ host: given, tables }: ChainSetup, grid: CellGrid): SortedHost {
  const host = wrapped(given);
  const n = host.rows.length / 4;
  const kindOf = host.species.map((name) => tables.hostSpecies.indexOf(name));
  const start = new Int32Array(grid.shape[0] * grid.shape[1] * grid.shape[2] + 1);
  const cells = Int32Array.from({ length: n }, (_, i) =>
    cellOf(grid, host.rows[4 * i]!, host.rows[4 * i + 1]!, host.rows[4 * i + 2]!),
  );
  for (const c of cells) start[c + 1]!++;
  for (let c = 0; c + 1 < start.length; c++) start[c + 1]! += start[c]!;
  const next = start.slice();
  const sorted = {
    start,
    x: new Float64Array(n + 1),
    y: new Float64Array(n + 1),
    z: new Float64Array(n + 1),
    kind: new Int32Array(n + 1),
  };
  for (let i = 0; i < n; i++) {
    const at = next[cells[i]!]!++;
    sorted.x[at] = host.rows[4 * i]!;
    sorted.y[at] = host.rows[4 * i + 1]!;
    sorted.z[at] = host.rows[4 * i + 2]!;
    sorted.kind[at] = kindOf[host.rows[4 * i + 3]!]!;
  }
  return sorted;
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
