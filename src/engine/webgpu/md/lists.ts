/** Bins, neighbour lists and what bonds leave out of them, made on the device and grown where they do not suffice. */
import type { Cell } from '../../../core/cell.ts';
import { BackendError } from '../../../core/errors.ts';
import { mdBinsWgsl, mdBondedWgsl, mdListWgsl, mdSystemWgsl } from '../../../generated/wgsl.ts';
import { type Access, type Program, program, storage } from '../buffers.ts';
import { stencilOf } from './grid.ts';
import { type BinGrid, type Control, type GpuAtoms, raisedBits } from './system.ts';

/** The neighbours a list is to hold. */
export interface GpuListWish {
  /** [S·S] by kind, symmetric, Å; 0: not a pair of this list */
  readonly cutoffs: Float64Array;
  /** pairs that so many bonds or fewer join are left out; [S] says which kinds bond */
  readonly exclusion: {
    readonly bonds: number;
    readonly length: number;
    readonly takesPart: readonly boolean[];
  } | null;
  /** must stand in one buffer */
  readonly whole: boolean;
  /** what kernels find in their slice */
  readonly at: readonly [number, number, number, number];
  readonly flags: number;
}

/** A part of a list, with what kernels need to find their way in it. */
export interface ListSlice {
  readonly begin: number;
  readonly count: number;
  readonly uniform: GPUBuffer;
  readonly list: GPUBuffer;
}

/** A list on the device. */
export interface GpuList {
  readonly wish: GpuListWish;
  /** rows an atom has room for */
  readonly capacity: number;
  readonly slices: readonly ListSlice[];
}

interface Kernels {
  readonly bins: Program;
  readonly clear: GPUComputePipeline;
  readonly place: GPUComputePipeline;
  readonly sort: GPUComputePipeline;
  readonly check: GPUComputePipeline;
  readonly lists: Program;
  readonly neighbours: GPUComputePipeline;
  readonly neighboursLess: GPUComputePipeline;
  readonly bonded: Program;
  readonly join: GPUComputePipeline;
}

/** most atoms that bonds may leave out of the list of one */
const mostJoined = 64;
/** bonds of an atom */
const mostBonds = 16;
const usage = { uniform: 64, copyTarget: 8 } as const;

interface Entry {
  readonly wish: GpuListWish;
  readonly which: number;
  readonly squares: GPUBuffer;
  readonly uniformOf: GPUBuffer[];
  capacity: number;
  slices: ListSlice[];
  groups: GPUBindGroup[];
  readonly bonds: Entry | null;
  readonly joined: GPUBuffer | null;
  joinGroup: GPUBindGroup | null;
}

/** All lists of a force field. */
export class GpuLists {
  readonly #atoms: GpuAtoms;
  readonly #kernels: Kernels;
  readonly #skin: number;
  readonly #largest: number;
  readonly #entries: Entry[] = [];
  #grid: BinGrid;
  #cell: Cell;
  #binCount: GPUBuffer | null = null;
  #binAtoms: GPUBuffer | null = null;
  #binGroup: GPUBindGroup | null = null;

  private constructor(atoms: GpuAtoms, kernels: Kernels, grid: BinGrid, cell: Cell, skin: number, largest: number) {
    this.#atoms = atoms;
    this.#kernels = kernels;
    this.#grid = grid;
    this.#cell = cell;
    this.#skin = skin;
    this.#largest = largest;
  }

  /**
   * @param skin     Å
   * @param largest  bytes a list may take in one buffer
   * @throws BackendError  the driver refuses a kernel, or there is no room
   */
  static async create(
    atoms: GpuAtoms,
    wishes: readonly GpuListWish[],
    { grid, cell, skin, largest }: { grid: BinGrid; cell: Cell; skin: number; largest: number },
  ): Promise<GpuLists> {
    const lists = new GpuLists(atoms, await kernelsOf(atoms), grid, cell, skin, largest);
    await lists.#makeBins();
    for (const wish of wishes) await lists.#add(wish);
    return lists;
  }

  get grid(): BinGrid {
    return this.#grid;
  }

  /** List `k` of the wishes; its buffers are others after `grow`. */
  at(k: number): GpuList {
    return this.#entries.filter(({ which }) => which > 0)[k]!;
  }

  /** Marks a new listing where an atom has moved half the skin. */
  encodeCheck(pass: GPUComputePassEncoder): void {
    this.#run(pass, this.#kernels.check, this.#binGroup!, this.#atoms.count);
  }

  /** Lists neighbours if that is marked. */
  encode(pass: GPUComputePassEncoder): void {
    const { clear, place, sort, neighbours, neighboursLess, join } = this.#kernels;
    const { shape } = this.#grid;
    const bins = shape[0] * shape[1] * shape[2];
    const { count } = this.#atoms;
    this.#run(pass, clear, this.#binGroup!, bins);
    this.#run(pass, place, this.#binGroup!, count);
    this.#run(pass, sort, this.#binGroup!, bins);
    for (const entry of this.#entries) {
      if (entry.joinGroup) this.#run(pass, join, entry.joinGroup, count);
      const kernel = entry.joined ? neighboursLess : neighbours;
      for (const [k, group] of entry.groups.entries()) this.#run(pass, kernel, group, entry.slices[k]!.count);
    }
  }

  /**
   * Makes room for what did not fit.
   *
   * @throws BackendError  the device has none
   */
  async grow({ raised, needed }: Control): Promise<void> {
    if (raised & raisedBits.binFull) {
      this.#grid = { ...this.#grid, capacity: Math.ceil(1.25 * needed[0]!) };
      await this.#makeBins();
      for (const entry of this.#entries) this.#bind(entry);
    }
    for (const entry of this.#entries) {
      const wanted = needed[Math.abs(entry.which)]!;
      if (wanted > entry.capacity) await this.#fit(entry, Math.ceil(1.15 * wanted) + 2);
    }
  }

  /** Cell and bins are others: slices are told how far lists reach now. */
  setCell(cell: Cell): void {
    this.#cell = cell;
    for (const entry of this.#entries) this.#describe(entry);
  }

  destroy(): void {
    for (const { slices, squares, uniformOf, joined } of this.#entries) {
      for (const buffer of [...slices.map(({ list }) => list), squares, ...uniformOf]) buffer.destroy();
      joined?.destroy();
    }
    this.#binCount?.destroy();
    this.#binAtoms?.destroy();
  }

  async #add(wish: GpuListWish): Promise<void> {
    const { gpu, count } = this.#atoms;
    let bonds: Entry | null = null;
    let joined: GPUBuffer | null = null;
    const { exclusion } = wish;
    if (exclusion) {
      const { length, takesPart } = exclusion;
      const cutoffs = Float64Array.from(takesPart.flatMap((a) => takesPart.map((b) => (a && b ? length : 0))));
      const plain = { cutoffs, exclusion: null, whole: true, at: [0, 0, 0, 0], flags: exclusion.bonds } as const;
      bonds = await this.#entry(plain, 0, mostBonds);
      joined = await storage(gpu, 'bonded neighbours', 4 * count * (mostJoined + 1));
    }
    const reach = Math.max(...wish.cutoffs) + this.#skin;
    const around = (4.19 * reach ** 3 * count) / this.#cell.volume;
    const entry = await this.#entry(wish, this.#skin, Math.ceil(1.2 * around) + 8, bonds, joined);
    this.#bind(entry);
  }

  async #entry(
    wish: GpuListWish,
    skin: number,
    capacity: number,
    bonds: Entry | null = null,
    joined: GPUBuffer | null = null,
  ): Promise<Entry> {
    const { gpu } = this.#atoms;
    const squares = Float32Array.from(wish.cutoffs, (cutoff) => (cutoff > 0 ? (cutoff + skin) ** 2 : 0));
    const number = this.#entries.length + 1;
    const entry: Entry = {
      ...{ wish, bonds, joined, capacity: 0, slices: [], groups: [], joinGroup: null, uniformOf: [] },
      // bonds are no list of a term
      which: skin > 0 ? number : -number,
      squares: await storage(gpu, 'list cutoffs', squares.byteLength, squares),
    };
    this.#entries.push(entry);
    await this.#fit(entry, Math.min(capacity, Math.max(1, this.#atoms.count - 1)));
    return entry;
  }

  /** Buffers for a list of so many rows, in as many slices as it takes. */
  async #fit(entry: Entry, capacity: number): Promise<void> {
    const { gpu, count } = this.#atoms;
    for (const { list } of entry.slices) list.destroy();
    entry.capacity = capacity;
    const bytes = 4 * (capacity + 1);
    const most = Math.max(64, Math.floor(this.#largest / bytes / 64) * 64);
    const each = entry.wish.whole ? count : Math.min(count, most);
    entry.slices = [];
    for (let begin = 0, k = 0; begin < count; begin += each, k++) {
      const here = Math.min(each, count - begin);
      const list = await storage(gpu, `a list of ${capacity} neighbours of ${here} atoms`, bytes * here);
      entry.uniformOf[k] ??= gpu.device.createBuffer({ size: 48, usage: usage.uniform | usage.copyTarget });
      entry.slices.push({ begin, count: here, uniform: entry.uniformOf[k], list });
    }
    this.#describe(entry);
    this.#bind(entry);
    for (const other of this.#entries) if (other.bonds === entry) this.#bind(other);
  }

  #describe({ wish, which, capacity, slices }: Entry): void {
    const skin = which > 0 ? this.#skin : 0;
    const stencil = stencilOf(this.#cell, this.#grid, Math.max(...wish.cutoffs) + skin);
    for (const { begin, count, uniform } of slices) {
      const words = Uint32Array.of(begin, count, capacity, Math.abs(which), ...stencil, wish.flags, ...wish.at);
      this.#atoms.gpu.device.queue.writeBuffer(uniform, 0, words);
    }
  }

  #bind(entry: Entry): void {
    const { parameters, control, positions } = this.#atoms;
    const { lists, bonded } = this.#kernels;
    const left = entry.joined ?? entry.squares;
    entry.groups = entry.slices.map(({ uniform, list }) =>
      lists.bind([
        ...[parameters, uniform, control, positions, this.#binCount!, this.#binAtoms!, entry.squares, list, left],
      ]),
    );
    if (!entry.bonds) return;
    const { list, uniform } = entry.bonds.slices[0]!;
    entry.joinGroup = bonded.bind([parameters, uniform, control, list, entry.joined!]);
  }

  async #makeBins(): Promise<void> {
    const { gpu, parameters, control, positions, listed } = this.#atoms;
    const { shape, capacity } = this.#grid;
    const bins = shape[0] * shape[1] * shape[2];
    this.#binCount ??= await storage(gpu, 'bins', 4 * bins);
    this.#binAtoms?.destroy();
    this.#binAtoms = await storage(gpu, `bins of ${capacity} atoms`, 4 * bins * capacity);
    // bins have no slice: any uniform will do
    const buffers = [parameters, parameters, control, positions, listed, this.#binCount, this.#binAtoms];
    this.#binGroup = this.#kernels.bins.bind(buffers);
  }

  #run(pass: GPUComputePassEncoder, kernel: GPUComputePipeline, group: GPUBindGroup, threads: number): void {
    pass.setPipeline(kernel);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...groupsFor(threads));
  }
}

/** Workgroups of 64 that hold so many threads, in two dimensions. */
export function groupsFor(threads: number): [number, number] {
  const groups = Math.ceil(threads / 64);
  const across = Math.min(groups, 65535);
  return [across, Math.ceil(groups / across)];
}

async function kernelsOf({ gpu }: GpuAtoms): Promise<Kernels> {
  const shared: Access[] = ['uniform', 'uniform', 'write'];
  const bins = await program(gpu, mdSystemWgsl + mdBinsWgsl, [...shared, 'read', 'write', 'write', 'write']);
  const lists = await program(gpu, mdSystemWgsl + mdListWgsl, [
    ...[...shared, 'read', 'read', 'read', 'read', 'write', 'read'],
  ] as Access[]);
  const bonded = await program(gpu, mdSystemWgsl + mdBondedWgsl, [...shared, 'read', 'write']);
  return {
    ...{ bins, lists, bonded },
    clear: await bins.kernel('clear'),
    place: await bins.kernel('place'),
    sort: await bins.kernel('sort'),
    check: await bins.kernel('check'),
    neighbours: await lists.kernel('neighbours'),
    neighboursLess: await lists.kernel('neighbours', { EXCLUDING: 1 }),
    join: await bonded.kernel('join'),
  };
}

/** @throws BackendError  the cell is so small that an atom has two images of another within a list's reach */
export function requireWide(cell: Cell, reach: number): void {
  const least = Math.min(...cell.heights);
  if (!cell.periodic.every(Boolean)) {
    throw new BackendError('webgpu: dynamics needs a cell that is periodic along a, b and c');
  }
  if (least < 2 * reach) {
    throw new BackendError(
      `webgpu: the cell is ${least.toFixed(1)} Å across, wanted at least ${(2 * reach).toFixed(1)} Å (two cutoffs and skins)`,
    );
  }
}
