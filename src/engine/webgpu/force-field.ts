/**
 * The force field on a GPU (kernels/gpu/md): neighbour lists, pair, embedded and bond-order forms in f32, positions in 32-bit
 * fractions of the cell. Everything is gathered by the atom it acts on: no sum depends on the order threads run in, so a
 * device gives the same bytes again.
 *
 * @oracle test/conformance/webgpu-dynamics.test.ts: energies, forces and virials of the processor
 */
import type { Cell } from '../../core/cell.ts';
import { BackendError, PhysicsError } from '../../core/errors.ts';
import { atomCount, type Frame } from '../../core/frame.ts';
import { kindsOf } from '../../model/evaluate.ts';
import { type Model, modelSpeciesIndex } from '../../model/model.ts';
import type { ListReference } from '../force-field.ts';
import { beginPass, readBack, storage } from './buffers.ts';
import type { Gpu } from './device.ts';
import { binGrid, binOrder } from './md/grid.ts';
import { GpuLists, requireWide } from './md/lists.ts';
import { type Control, GpuAtoms, type Pace, raisedBits } from './md/system.ts';
import { type ForceTarget, GpuTerm, planGpuTerms } from './md/terms.ts';

/** How a GPU force field works. */
export interface GpuForceOptions {
  /** how far beyond the cutoff neighbours are listed, Å: they are listed anew when an atom has moved half of it; 0.7 by default */
  readonly skin?: number;
  /** bytes one buffer of a list may take; longer lists stand in several. What the device lets a kernel see by default. */
  readonly largestList?: number;
}

/** Like `ForceField`, of atoms that live on a device: what it tells has to be waited for. */
export interface GpuForceField {
  readonly count: number;
  /** [N, 4] rows (x, y, z, index into the frame's species), Å; to be written before `compute`, brought up to date by `read` */
  readonly positions: Float64Array;
  /** [N, 4] rows (fx, fy, fz, energy of the atom), eV/Å and eV, after `compute` or `read` */
  readonly forces: Float64Array;
  /** eV, after `compute` or `read` */
  readonly energy: number;
  /** [9] −Σ r ⊗ ∂U/∂r (xx xy xz yx …), eV, after `compute` or `read` */
  readonly virial: Float64Array;
  /** times neighbours were listed by `compute` */
  readonly listings: number;
  /**
   * Energy, forces and virial of `positions` in `cell`. Positions of the device are these from then on: dynamics under way wants its
   * `restore`.
   *
   * @throws PhysicsError  a position, an energy or a force is not a number
   * @throws BackendError  the cell is narrower than two list cutoffs, no room, or the device is lost
   */
  compute(cell: Cell): Promise<void>;
  /** Positions of the device, and energy, forces and virial there. */
  read(): Promise<void>;
  /** What the neighbour list in use was made from, see `ForceField`. */
  listedAt(): Promise<ListReference | null>;
  /** Makes the neighbour list from the given reference. */
  relist(reference: ListReference): Promise<void>;
  destroy(): void;
  /** what dynamics on the device drives */
  readonly engine: GpuForceEngine;
}

const defaultSkin = 0.7;

/**
 * The force field of a frame's atoms under a model.
 *
 * @throws ModelError  the frame holds a species that the model does not know
 * @throws BackendError  a term that only the processor has, a cell narrower than two list cutoffs or not periodic, no room
 */
export async function createGpuForceField(
  gpu: Gpu,
  model: Model,
  frame: Frame,
  options: GpuForceOptions = {},
): Promise<GpuForceField> {
  const engine = await GpuForceEngine.create(gpu, model, frame, options);
  return new Field(engine, frame);
}

/** The part of a force field that is on the device. */
export class GpuForceEngine {
  readonly atoms: GpuAtoms;
  readonly lists: GpuLists;
  readonly skin: number;
  /** forces that dynamics moves atoms by, [N, 4] f32 */
  readonly forces: GPUBuffer;
  cell: Cell;
  readonly #terms: readonly GpuTerm[];
  readonly #reach: number;
  #pace: Pace = { timestep: 1, longestMove: 0.5 };
  #told: ForceTarget | null = null;

  private constructor(
    parts: { atoms: GpuAtoms; lists: GpuLists; terms: readonly GpuTerm[]; forces: GPUBuffer },
    ...[cell, reach, skin]: readonly [Cell, number, number]
  ) {
    this.atoms = parts.atoms;
    this.lists = parts.lists;
    this.#terms = parts.terms;
    this.forces = parts.forces;
    this.cell = cell;
    this.#reach = reach;
    this.skin = skin;
  }

  static async create(
    gpu: Gpu,
    model: Model,
    frame: Frame,
    { skin = defaultSkin, largestList = gpu.largestBinding }: GpuForceOptions,
  ): Promise<GpuForceEngine> {
    const kinds = [...new Set(kindsOf(model, frame))];
    const kindOf = frame.species.map((name) => Math.max(0, kinds.indexOf(modelSpeciesIndex(model, name))));
    const kind = Uint8Array.from({ length: atomCount(frame) }, (_, i) => kindOf[frame.rows[4 * i + 3]!]!);
    const plans = planGpuTerms(model, kinds).filter(({ wish }) => Math.max(...wish.cutoffs) > 0);
    const reaches = plans.map(({ wish }) => Math.max(...wish.cutoffs) + skin);
    const reach = Math.max(1, ...reaches);
    const { cell } = frame;
    requireWide(cell, reach);
    const grid = binGrid(cell, frame.rows, reaches.length > 0 ? reaches : [reach]);
    const atoms = await GpuAtoms.create(gpu, kind, kinds.length, binOrder(cell, frame.rows, grid));
    const wishes = plans.map(({ wish }) => wish);
    const lists = await GpuLists.create(atoms, wishes, { grid, cell, skin, largest: largestList });
    const terms: GpuTerm[] = [];
    for (const [k, plan] of plans.entries()) {
      const term = await GpuTerm.create(atoms, plan);
      await term.attach(lists, k);
      terms.push(term);
    }
    const forces = await storage(gpu, 'forces', 16 * atoms.count);
    const engine = new GpuForceEngine({ atoms, lists, terms, forces }, cell, reach, skin);
    engine.setPace({ timestep: 1, longestMove: 0.5 });
    return engine;
  }

  /** Tells kernels how far atoms go in a step. */
  setPace(pace: Pace): void {
    this.#pace = pace;
    this.atoms.configure(this.cell, this.lists.grid, this.skin, pace);
  }

  /** @throws BackendError  the cell is narrower than two list cutoffs */
  setCell(cell: Cell): void {
    if (cell.matrix.every((x, k) => x === this.cell.matrix[k])) return;
    requireWide(cell, this.#reach);
    this.cell = cell;
    this.lists.setCell(cell);
    this.setPace(this.#pace);
    this.atoms.resetControl({ rebuild: 1 });
  }

  /** Lists (where that is marked) and forces, added to the target, which holds zeros. */
  encode(pass: GPUComputePassEncoder, target: ForceTarget): void {
    this.lists.encode(pass);
    for (const term of this.#terms) term.encode(pass, target);
  }

  /** Makes room for what did not fit. @throws BackendError  there is none */
  async grow(control: Control): Promise<void> {
    await this.lists.grow(control);
    for (const [k, term] of this.#terms.entries()) await term.attach(this.lists, k);
    this.atoms.configure(this.cell, this.lists.grid, this.skin, this.#pace);
  }

  /** @throws BackendError  more neighbours than a kernel can keep */
  refuseCrowd({ raised, culprit }: Control): void {
    if (raised & raisedBits.crowded) {
      throw new BackendError(`webgpu: too many atoms around atom ${culprit + 1} for a kernel to keep`);
    }
  }

  /**
   * Forces and virials of the positions on the device, beside those that dynamics uses; lists are made if marked, or where an atom
   * has moved too far.
   *
   * @returns whether neighbours were listed
   */
  async tell(): Promise<{ readonly target: ForceTarget; readonly listed: boolean }> {
    const { gpu, count } = this.atoms;
    this.#told ??= {
      forces: await storage(gpu, 'forces', 16 * count),
      virial: await storage(gpu, 'virials', 32 * count),
    };
    const target = this.#told;
    for (;;) {
      this.atoms.resetControl();
      const encoder = gpu.device.createCommandEncoder();
      encoder.clearBuffer(target.forces);
      encoder.clearBuffer(target.virial!);
      const pass = beginPass(gpu, encoder);
      this.lists.encodeCheck(pass);
      this.encode(pass, target);
      pass.end();
      gpu.device.queue.submit([encoder.finish()]);
      const control = await this.atoms.readControl();
      this.refuseCrowd(control);
      if (control.raised & (raisedBits.binFull | raisedBits.listFull)) await this.grow(control);
      else {
        this.atoms.resetControl({ rebuild: 0 });
        return { target, listed: control.rebuild !== 0 };
      }
    }
  }

  destroy(): void {
    for (const term of this.#terms) term.destroy();
    this.lists.destroy();
    this.atoms.destroy();
    this.forces.destroy();
    this.#told?.forces.destroy();
    this.#told?.virial?.destroy();
  }
}

class Field implements GpuForceField {
  readonly count: number;
  readonly positions: Float64Array;
  readonly forces: Float64Array;
  readonly virial = new Float64Array(9);
  readonly engine: GpuForceEngine;
  energy = 0;
  listings = 0;
  #begun = false;

  constructor(engine: GpuForceEngine, frame: Frame) {
    this.engine = engine;
    this.count = engine.atoms.count;
    this.positions = frame.rows.slice();
    this.forces = new Float64Array(4 * this.count);
  }

  async compute(cell: Cell): Promise<void> {
    const { engine } = this;
    engine.setCell(cell);
    engine.atoms.write(this.positions, cell);
    if (!this.#begun) engine.atoms.resetControl({ rebuild: 1 });
    this.#begun = true;
    await this.#tell();
  }

  async read(): Promise<void> {
    await this.engine.atoms.read(this.positions);
    await this.#tell();
  }

  async #tell(): Promise<void> {
    const { atoms } = this.engine;
    const { target, listed } = await this.engine.tell();
    if (listed) this.listings++;
    await atoms.readRows(target.forces, this.forces);
    const rows = new Float32Array(await readBack(atoms.gpu, target.virial!, 0, 32 * this.count));
    this.energy = 0;
    for (let k = 3; k < this.forces.length; k += 4) this.energy += this.forces[k]!;
    const sum = new Float64Array(6);
    for (let k = 0; k < rows.length; k++) if (k % 8 < 6) sum[k % 8]! += rows[k]!;
    const [xx, yy, zz, xy, xz, yz] = sum as unknown as [number, number, number, number, number, number];
    this.virial.set([xx, xy, xz, xy, yy, yz, xz, yz, zz]);
    const bad = this.forces.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      throw new PhysicsError(
        `the energy or force of atom ${(bad >> 2) + 1} is not a number: atoms sit on one point, or too many crowd around it`,
      );
    }
  }

  async listedAt(): Promise<ListReference | null> {
    if (!this.#begun) return null;
    const positions = this.positions.slice();
    await this.engine.atoms.readListed(positions);
    return { positions, cell: this.engine.cell.matrix.slice() };
  }

  async relist({ positions, cell }: ListReference): Promise<void> {
    const { engine } = this;
    if (!engine.cell.matrix.every((x, k) => x === cell[k])) {
      throw new BackendError('webgpu: neighbours were listed in another cell');
    }
    engine.atoms.write(positions, engine.cell);
    engine.atoms.resetControl({ rebuild: 1 });
    this.#begun = true;
    await engine.tell();
    engine.atoms.write(this.positions, engine.cell);
  }

  destroy(): void {
    this.engine.destroy();
  }
}
