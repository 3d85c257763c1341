/**
 * The force field in WebAssembly (kernels/cpu/md), over one or more workers that share a memory. This file lists neighbours
 * when atoms have moved too far, and walks the workers through a step; sort.ts makes ghosts, terms.ts lays terms out.
 *
 * @oracle test/conformance/forces.test.ts: energies, forces and virials of the reference evaluator
 */
import { type Cell, cellFromMatrix } from '../core/cell.ts';
import { BackendError, PhysicsError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import type { BondExclusion, Model } from '../model/model.ts';
import type { ForceField, ListReference } from './force-field.ts';
import { Arena, Room } from './forces/arena.ts';
import { type BondList, fragmentsOf, planesOf } from './forces/fragments.ts';
import { columnsWithin, type SortedAtoms, sortAtoms } from './forces/sort.ts';
import { type Job, type Slices, systemBytes, Team } from './forces/team.ts';
import { frameKinds, type ListWish, planTerms, type TermPlan } from './forces/terms.ts';

/** How a WebAssembly force field works. */
export interface WasmForceOptions {
  /** threads in all; 1 by default */
  readonly workers?: number;
  /** how far beyond the cutoff neighbours are listed, Å: they are listed anew when an atom has moved half of it */
  readonly skin?: number;
  /** module of the worker, where a bundler has moved it */
  readonly workerUrl?: URL;
}

/** first byte that the kernels' own static data leaves free */
const heapStart = 65536;
const scratchBytes = 2 ** 20;
const defaultSkin = 0.7;
/** entries that a list always leaves free behind each worker's last atom: list.ts stops there */
const slack = 4200;

/** A force field in WebAssembly that also tells how often it listed neighbours. */
export interface WasmForceField extends ForceField {
  readonly listings: number;
}

/**
 * @throws ModelError  the frame holds a species that the model does not know
 * @throws BackendError  WebAssembly, its SIMD instructions or threads are missing; no memory
 */
export async function wasmForceField(
  model: Model,
  frame: Frame,
  options: WasmForceOptions = {},
): Promise<WasmForceField> {
  const field = new Field(model, frame, options);
  await field.ready;
  return field;
}

/** A list in the arena. */
interface PlacedList {
  readonly wish: ListWish;
  /** cutoffs squared with skin; largest cutoff without */
  readonly cut2: number;
  readonly reach: number;
  readonly first: Room;
  readonly count: Room;
  readonly entries: Room;
  readonly stencil: Room;
  readonly block: number;
  /** entries of each worker */
  capacity: number;
}

interface PlacedTerm {
  readonly plan: TermPlan;
  readonly list: PlacedList;
  readonly block: number;
  readonly own: Room;
  readonly shared: Room;
  readonly planes: Room;
}

class Field implements WasmForceField {
  readonly count: number;
  readonly positions: Float64Array;
  readonly forces: Float64Array;
  readonly virial = new Float64Array(9);
  readonly ready: Promise<void>;
  energy = 0;
  listings = 0;
  readonly #arena = new Arena(heapStart);
  readonly #team: Team;
  readonly #workers: number;
  readonly #skin: number;
  readonly #species: number;
  readonly #periodic: Cell['periodic'];
  readonly #terms: PlacedTerm[];
  /** bonds by exclusion, for those who leave bonded pairs out */
  readonly #bonds = new Map<BondExclusion, PlacedList>();
  readonly #fragments = new Map<BondExclusion, Room>();
  readonly #reach: number;
  readonly #listed: Float64Array;
  readonly #matrices: Float64Array;
  readonly #systemBlock: number;
  readonly #stepBlock: number;
  readonly #gridBlock: number;
  readonly #rooms: Record<'rows' | 'forces' | 'images' | 'owner' | 'code' | 'ghostFirst' | 'ghosts' | 'bins', Room>;
  readonly #jobs: readonly Job[];
  #listedCell: Cell | null = null;
  #sorted: SortedAtoms | null = null;

  constructor(model: Model, frame: Frame, { workers = 1, skin = defaultSkin, workerUrl }: WasmForceOptions) {
    const arena = this.#arena;
    const n = atomCount(frame);
    this.count = n;
    this.#workers = workers;
    this.#skin = skin;
    this.#species = frame.species.length;
    this.#periodic = frame.cell.periodic;
    const places = [0, 1, 2].map(() => arena.take(32 * n)) as [number, number, number];
    const [positions, forces, listed] = places;
    const matrices = arena.take(18 * 8);
    this.#systemBlock = arena.take(systemBytes * workers);
    this.#stepBlock = arena.take(128);
    this.#gridBlock = arena.take(128);
    this.#rooms = {
      rows: new Room(arena),
      forces: new Room(arena),
      images: new Room(arena),
      owner: new Room(arena),
      code: new Room(arena),
      ghostFirst: new Room(arena),
      ghosts: new Room(arena),
      bins: new Room(arena),
    };
    this.positions = arena.f64(positions, 4 * n);
    this.positions.set(frame.rows);
    this.forces = arena.f64(forces, 4 * n);
    this.#listed = arena.f64(listed, 4 * n);
    this.#matrices = arena.f64(matrices, 18);
    const used = new Set<number>();
    for (let i = 3; i < frame.rows.length; i += 4) used.add(frame.rows[i]!);
    const plans = planTerms(model, frameKinds(model, frame.species, used), arena);
    this.#terms = plans.map((plan) => {
      const list = this.#place(plan.list);
      const block = arena.take(8 * (plan.words.length + 8));
      return { plan, list, block, own: new Room(arena), shared: new Room(arena), planes: new Room(arena) };
    });
    for (const { plan } of this.#terms) {
      const { exclusion, bonds } = plan.list;
      if (!exclusion || this.#bonds.has(exclusion)) continue;
      const cutoffs = Float64Array.from(bonds.flatMap((a) => bonds.map((b) => (a && b ? exclusion.length : 0))));
      this.#bonds.set(exclusion, this.#place({ cutoffs, half: false, exclusion: null, bonds: [] }, 0));
      this.#fragments.set(exclusion, new Room(arena));
    }
    this.#reach = Math.max(
      ...[...this.#terms.map(({ list }) => list), ...this.#bonds.values()].map(({ reach }) => reach),
    );
    this.#jobs = this.#schedule();
    const scratch = Array.from({ length: workers }, () => arena.take(scratchBytes));
    this.#scratch = scratch;
    this.#team = new Team(arena, workers, workerUrl ?? new URL('./forces/force-worker.js', import.meta.url));
    this.ready = this.#team.ready;
  }

  readonly #scratch: readonly number[];

  /** A list without its arrays. */
  #place(wish: ListWish, skin = this.#skin): PlacedList {
    const arena = this.#arena;
    const cut2 = arena.put(wish.cutoffs.map((cutoff) => (cutoff > 0 ? (cutoff + skin) ** 2 : 0)));
    const reach = Math.max(...wish.cutoffs) + skin;
    const rooms = {
      first: new Room(arena),
      count: new Room(arena),
      entries: new Room(arena),
      stencil: new Room(arena),
    };
    return { wish, cut2, reach, ...rooms, block: arena.take(8 * 20), capacity: 0 };
  }

  /** What a step does after rows are gathered; phases of a term that wait for all workers stand one after the other. */
  #schedule(): Job[] {
    return this.#terms.flatMap(({ plan, block }) => plan.phases.map((operation) => ({ operation, block })));
  }

  compute(cell: Cell): void {
    let moved = this.#listedCell ? this.#gather(cell) : Number.POSITIVE_INFINITY;
    if (!(moved <= this.#allowed(cell))) {
      this.#requireFinite();
      this.#listed.set(this.positions);
      this.#list(cell);
      moved = this.#gather(cell);
    }
    this.#team.run([{ operation: 'clear' }]);
    for (const job of this.#jobs) this.#team.run([job]);
    this.#team.run([{ operation: 'fold' }]);
    this.energy = 0;
    this.virial.fill(0);
    for (let w = 0; w < this.#workers; w++) {
      const sums = this.#team.answer(w);
      this.energy += sums[0]!;
      for (let k = 0; k < 9; k++) this.virial[k]! += sums[k + 1]!;
    }
  }

  listedAt(): ListReference | null {
    if (!this.#listedCell) return null;
    return { positions: this.#listed.slice(), cell: this.#listedCell.matrix.slice() };
  }

  relist({ positions, cell }: ListReference): void {
    this.#listed.set(positions);
    const here = this.positions.slice();
    this.positions.set(positions);
    this.#list(cellFromMatrix(cell, this.#periodic));
    this.positions.set(here);
  }

  dispose(): void {
    this.#team.dispose();
  }

  /** Rows of all atoms and ghosts; returns the squared displacement of the atom that has moved farthest since listing. */
  #gather(cell: Cell): number {
    const { matrix } = cell;
    this.#matrices.set(matrix);
    this.#matrices.set(product(this.#listedCell!.inverse, matrix), 9);
    this.#team.run([{ operation: 'gather' }]);
    let moved = 0;
    for (let w = 0; w < this.#workers; w++) {
      const far = this.#team.answer(w)[0]!;
      if (!(far <= moved)) moved = far;
    }
    return moved;
  }

  /** Squared displacement at which a pair outside the lists may have come inside a cutoff, in a cell that itself has changed. */
  #allowed({ matrix }: Cell): number {
    if (!this.#listedCell) return -1;
    const strain = product(this.#listedCell.inverse, matrix);
    for (let k = 0; k < 9; k += 4) strain[k]! -= 1;
    // lengths shrink at most by this factor
    const shrink = Math.hypot(...strain);
    const room = (this.#reach * (1 - shrink) - (this.#reach - this.#skin)) / 2;
    return room > 0 ? room * room : -1;
  }

  /** @throws PhysicsError  a position is not a number */
  #requireFinite(): void {
    const at = this.positions.findIndex((x) => !Number.isFinite(x));
    if (at >= 0) throw new PhysicsError(`atom ${(at >> 2) + 1} is nowhere: its position is ${this.positions[at]}`);
  }

  /** Sorts atoms, makes ghosts, lists neighbours, from `positions`. */
  #list(cell: Cell): void {
    this.listings++;
    this.#listedCell = cell;
    const width = Math.max(this.#reach / 3, 1.5);
    const sorted = sortAtoms(this.positions, cell, this.#reach, width);
    this.#sorted = sorted;
    const { n, all } = sorted;
    const arena = this.#arena;
    const rooms = this.#rooms;
    const rows = rooms.rows.fit(32 * all);
    const stride = 32 * all;
    const forces = rooms.forces.fit(stride * this.#workers);
    const images = rooms.images.put(sorted.images);
    const owner = rooms.owner.put(sorted.owner);
    const code = rooms.code.put(sorted.code);
    this.#scratch.forEach((scratch, w) => {
      this.#write(this.#systemBlock + systemBytes * w, [n, all, rows, forces + w * stride, scratch]);
    });
    const [positions, listed, output] = [this.positions, this.#listed, this.forces].map((view) => view.byteOffset);
    this.#write(this.#stepBlock, [
      ...[
        positions!,
        listed!,
        output!,
        images,
        rooms.ghostFirst.put(sorted.ghostFirst),
        rooms.ghosts.put(sorted.ghosts),
      ],
      ...[forces, this.#workers, stride, this.#matrices.byteOffset],
    ]);
    const bins = sorted.atomStart.length;
    const starts = rooms.bins.fit(4 * (2 * bins + n));
    arena.i32(starts, bins).set(sorted.atomStart);
    arena.i32(starts + 4 * bins, bins).set(sorted.ghostStart);
    arena.i32(starts + 8 * bins, n).set(sorted.binOf);
    this.#write(this.#gridBlock, [...sorted.shape, starts, starts + 4 * bins, starts + 8 * bins, owner, code]);
    this.#assign(n, all);
    this.#team.run([
      { operation: 'system', block: this.#systemBlock },
      { operation: 'step', block: this.#stepBlock },
      { operation: 'grid', block: this.#gridBlock },
    ]);
    this.#gather(cell);

    for (const [exclusion, bonds] of this.#bonds) {
      this.#fill(bonds, cell, null);
      if (exclusion.bonds === 'fragment') {
        this.#fragments.get(exclusion)!.put(fragmentsOf(sorted, this.#bondList(bonds)));
      }
    }
    for (const term of this.#terms) {
      const { exclusion } = term.plan.list;
      this.#fill(term.list, cell, exclusion);
      const planes = term.plan.planes
        ? [term.planes.put(planesOf(sorted, this.#bondList(this.#bonds.get(exclusion!)!)))]
        : [];
      const fields: number[] = [];
      if (term.plan.perWorker > 0) {
        const bytes = 8 * term.plan.perWorker * all;
        fields.push(term.own.fit(bytes * this.#workers), bytes, term.shared.fit(8 * term.plan.shared * all));
      }
      const { first, count, entries } = term.list;
      const places = [first.fit(0), count.fit(0), entries.fit(0)];
      this.#write(term.block, [...places, ...planes, ...term.plan.words, ...fields]);
    }
  }

  /** Fills a list; its arrays grow until all neighbours fit. */
  #fill(list: PlacedList, cell: Cell, exclusion: BondExclusion | null): void {
    const sorted = this.#sorted!;
    const { n } = sorted;
    const { wish, cut2, reach } = list;
    const columns = columnsWithin(reach, sorted, cell.orthorhombic);
    const stencil = list.stencil.put(columns);
    const bonds = exclusion ? this.#bonds.get(exclusion)! : null;
    const excludes = !exclusion ? 0 : exclusion.bonds === 'fragment' ? 2 : 1;
    const path = typeof exclusion?.bonds === 'number' ? exclusion.bonds : 0;
    const near = exclusion ? (path * exclusion.length) ** 2 : 0;
    if (list.capacity === 0) {
      const neighbours = (4.19 * reach ** 3 * n) / Math.max(cell.volume, n * 4);
      list.capacity = Math.ceil(((wish.half ? 0.6 : 1.2) * neighbours + 2) * (n / this.#workers + 1)) + slack;
    }
    for (;;) {
      const entries = list.entries.fit(4 * list.capacity * this.#workers);
      this.#write(list.block, [
        ...[list.first.fit(4 * n), list.count.fit(4 * n), entries, this.#species, cut2, reach ** 2, wish.half ? 1 : 0],
        ...[stencil, columns.length / 4, excludes, path, near],
        ...(bonds ? [bonds.first.fit(0), bonds.count.fit(0), bonds.entries.fit(0)] : [0, 0, 0]),
        excludes === 2 ? this.#fragments.get(exclusion!)!.fit(0) : 0,
      ]);
      this.#team.run([{ operation: 'list', block: list.block, capacity: list.capacity }]);
      if (Array.from({ length: this.#workers }, (_, w) => this.#team.answer(w)[0]!).every((used) => used >= 0)) return;
      if (list.capacity * this.#workers > 2 ** 29) {
        throw new BackendError(
          `an atom has more than 4096 neighbours within ${reach} Å, or they do not fit into memory`,
        );
      }
      list.capacity = Math.ceil(1.5 * list.capacity);
    }
  }

  #bondList(list: PlacedList): BondList {
    const { n } = this.#sorted!;
    return {
      first: this.#arena.i32(list.first.fit(0), n),
      count: this.#arena.i32(list.count.fit(0), n),
      entries: this.#arena.i32(list.entries.fit(0), list.capacity * this.#workers),
    };
  }

  /** Equal shares. */
  #assign(n: number, all: number): void {
    const share = (total: number, w: number): number => Math.round((total * w) / this.#workers);
    this.#team.assign(
      Array.from(
        { length: this.#workers },
        (_, w): Slices => ({
          rows: [share(all, w), share(all, w + 1)],
          atoms: [share(n, w), share(n, w + 1)],
        }),
      ),
    );
  }

  #write(block: number, words: readonly number[]): void {
    this.#arena.f64(block, words.length).set(words);
  }
}

/** a·b of two row-major 3 × 3 matrices. */
function product(a: Float64Array, b: Float64Array): Float64Array {
  const c = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) c[3 * i + j]! += a[3 * i + k]! * b[3 * k + j]!;
    }
  }
  return c;
}
