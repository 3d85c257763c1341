/**
 * Atoms on the device: positions as 32-bit fractions of the cell, what the kernels know of the cell, and what they tell the host
 * (kernels/gpu/md/system.wgsl).
 */
import type { Cell } from '../../../core/cell.ts';
import { BackendError, PhysicsError } from '../../../core/errors.ts';
import { readBack, storage, uniform } from '../buffers.ts';
import type { Gpu } from '../device.ts';

/** What kernels raise; system.wgsl */
export const raisedBits = { binFull: 1, listFull: 2, runaway: 4, notFinite: 8, crowded: 16 } as const;
/** lists that `needed` of the control block has room for, bins included */
export const mostLists = 16;
const controlWords = 8 + mostLists;
const uniformBytes = 128;
/** steps of a coordinate in a cell edge */
const turn = 2 ** 32;

/** The control block as the host reads it. */
export interface Control {
  readonly raised: number;
  readonly rebuild: number;
  readonly done: number;
  readonly listings: number;
  /** place in the input, and on the device, of an atom that something was raised for; −1: none */
  readonly culprit: number;
  readonly culpritRow: number;
  readonly needed: Uint32Array;
}

/** Bins of the cell and how many atoms one has room for. */
export interface BinGrid {
  readonly shape: readonly [number, number, number];
  readonly capacity: number;
}

/** What changes how far atoms go in a step. */
export interface Pace {
  /** fs */
  readonly timestep: number;
  /** Å */
  readonly longestMove: number;
}

/** Positions on the device, in the order of the bins they are in at first. */
export class GpuAtoms {
  readonly gpu: Gpu;
  readonly count: number;
  readonly kinds: number;
  /** [N] place in the input of every atom of the device */
  readonly order: Uint32Array;
  readonly positions: GPUBuffer;
  readonly listed: GPUBuffer;
  readonly control: GPUBuffer;
  readonly parameters: GPUBuffer;
  readonly #kind: Uint8Array;
  /** [N, 3] by place on the device: lattice vectors to add to what the device holds, and its crossings when last read */
  readonly #turns: Int32Array;
  readonly #crossings: Uint32Array;
  #matrix = new Float64Array(9);

  private constructor(gpu: Gpu, order: Uint32Array, kind: Uint8Array, kinds: number, buffers: readonly GPUBuffer[]) {
    this.gpu = gpu;
    this.count = order.length;
    this.order = order;
    this.kinds = kinds;
    this.#kind = kind;
    this.#turns = new Int32Array(3 * this.count);
    this.#crossings = new Uint32Array(this.count);
    [this.positions, this.listed, this.control] = buffers as [GPUBuffer, GPUBuffer, GPUBuffer];
    this.parameters = uniform(gpu, new ArrayBuffer(uniformBytes));
  }

  /**
   * @param kind   [N] kind of every atom of the input, < `kinds` ≤ 32
   * @param order  [N] place in the input of every atom of the device
   * @throws BackendError  more kinds than rows of positions can tell apart, or no room
   */
  static async create(gpu: Gpu, kind: Uint8Array, kinds: number, order: Uint32Array): Promise<GpuAtoms> {
    if (kinds > 32) throw new BackendError(`webgpu: dynamics of ${kinds} kinds of atoms, wanted at most 32`);
    const n = kind.length;
    const buffers = [
      await storage(gpu, 'positions', 16 * n),
      await storage(gpu, 'positions at the last listing', 16 * n),
      await storage(gpu, 'the control block', 4 * controlWords),
    ];
    return new GpuAtoms(gpu, order, kind, kinds, buffers);
  }

  /** Tells kernels of the cell, its bins, the skin (Å) and the time step. */
  configure(cell: Cell, { shape, capacity }: BinGrid, skin: number, pace: Pace): void {
    this.#matrix = cell.matrix.slice();
    const view = new DataView(new ArrayBuffer(uniformBytes));
    const [m, v] = [cell.matrix, cell.inverse];
    for (let row = 0; row < 3; row++) {
      for (let k = 0; k < 3; k++) {
        view.setFloat32(16 * row + 4 * k, m[3 * row + k]! / turn, true);
        view.setFloat32(48 + 16 * row + 4 * k, v[3 * row + k]! * turn * pace.timestep, true);
      }
      view.setUint32(96 + 4 * row, shape[row]!, true);
    }
    view.setUint32(12, this.count, true);
    view.setUint32(28, this.kinds, true);
    view.setUint32(44, capacity, true);
    view.setFloat32(60, (pace.longestMove / pace.timestep) ** 2, true);
    view.setFloat32(76, (0.5 * skin) ** 2, true);
    view.setFloat32(92, 0.25 * pace.timestep, true);
    this.gpu.device.queue.writeBuffer(this.parameters, 0, view.buffer);
  }

  /**
   * Positions to the device, rounded to 2⁻³² of the cell.
   *
   * @param rows  [N, 4] in the order of the input, anywhere, Å
   * @throws PhysicsError  a position is not a number
   */
  write(rows: Float64Array, { inverse: v }: Cell): void {
    const data = new Uint32Array(4 * this.count);
    for (let i = 0; i < this.count; i++) {
      const at = 4 * this.order[i]!;
      const [x, y, z] = [rows[at]!, rows[at + 1]!, rows[at + 2]!];
      for (let k = 0; k < 3; k++) {
        const s = x * v[k]! + y * v[3 + k]! + z * v[6 + k]!;
        if (!Number.isFinite(s)) {
          throw new PhysicsError(`atom ${at / 4 + 1} is nowhere: its position is ${rows[at + k]}`);
        }
        const whole = Math.floor(s);
        const steps = Math.round((s - whole) * turn);
        data[4 * i + k] = steps === turn ? 0 : steps;
        this.#turns[3 * i + k] = steps === turn ? whole + 1 : whole;
      }
      data[4 * i + 3] = this.#kind[at / 4]!;
      this.#crossings[i] = 0;
    }
    this.gpu.device.queue.writeBuffer(this.positions, 0, data);
  }

  /**
   * Positions from the device into rows of the input's order, never wrapped, Å; the fourth of a row is left alone.
   *
   * @param copy  an earlier state of them
   */
  async read(rows: Float64Array, copy?: GPUBuffer): Promise<void> {
    const data = new Uint32Array(await readBack(this.gpu, copy ?? this.positions, 0, 16 * this.count));
    const turns = copy ? this.#turns.slice() : this.#turns;
    for (let i = 0; i < this.count; i++) {
      const crossings = data[4 * i + 3]! >>> 5;
      for (let k = 0; k < 3; k++) {
        const since = (crossings >>> (9 * k)) - (this.#crossings[i]! >>> (9 * k));
        turns[3 * i + k]! += ((since + 256) & 511) - 256;
      }
      if (!copy) this.#crossings[i] = crossings;
      this.#place(rows, i, data, turns);
    }
  }

  /** Positions of the last listing, each within the cell. */
  async readListed(rows: Float64Array, copy?: GPUBuffer): Promise<void> {
    const data = new Uint32Array(await readBack(this.gpu, copy ?? this.listed, 0, 16 * this.count));
    for (let i = 0; i < this.count; i++) this.#place(rows, i, data);
  }

  #place(rows: Float64Array, i: number, data: Uint32Array, turns?: Int32Array): void {
    const at = 4 * this.order[i]!;
    const m = this.#matrix;
    const [a, b, c] = [0, 1, 2].map((k) => (turns?.[3 * i + k] ?? 0) + data[4 * i + k]! / turn) as [
      number,
      number,
      number,
    ];
    for (let k = 0; k < 3; k++) rows[at + k] = a * m[k]! + b * m[3 + k]! + c * m[6 + k]!;
  }

  /** Rows of four f32 of the device, [N, 4], into the order of the input. */
  async readRows(buffer: GPUBuffer, rows: Float64Array, words = 4): Promise<void> {
    const data = new Float32Array(await readBack(this.gpu, buffer, 0, 16 * this.count));
    for (let i = 0; i < this.count; i++) {
      const at = 4 * this.order[i]!;
      for (let k = 0; k < words; k++) rows[at + k] = data[4 * i + k]!;
    }
  }

  async readControl(): Promise<Control> {
    const words = new Uint32Array(await readBack(this.gpu, this.control, 0, 4 * controlWords));
    const [raised, rebuild, done, listings, culprit] = words as unknown as [number, number, number, number, number];
    return {
      ...{ raised, rebuild, done, listings },
      culprit: culprit === 0 ? -1 : this.order[culprit - 1]!,
      culpritRow: culprit - 1,
      needed: words.slice(8),
    };
  }

  /** Nothing raised; `rebuild` and `done` as given or as they are. */
  resetControl({ rebuild, done }: { readonly rebuild?: number; readonly done?: number } = {}): void {
    const write = (word: number, ...values: number[]): void =>
      this.gpu.device.queue.writeBuffer(this.control, 4 * word, Uint32Array.from(values));
    write(0, 0);
    if (rebuild !== undefined) write(1, rebuild);
    if (done !== undefined) write(2, done);
    write(4, 0);
    write(8, ...new Array<number>(mostLists).fill(0));
  }

  destroy(): void {
    for (const buffer of [this.positions, this.listed, this.control, this.parameters]) buffer.destroy();
  }
}
