/**
 * The force field in WebAssembly (kernels/cpu/md), over one or more workers that share a memory. This file lists neighbours
 * when atoms have moved too far, and walks the workers through a step; sort.ts makes ghosts, terms.ts lays terms out.
 *
 * @oracle test/conformance/forces.test.ts: energies, forces and virials of the reference evaluator
 */
import { type Cell, cellFromMatrix } from '../core/cell.ts';
import { PhysicsError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { kindsOf } from '../model/evaluate.ts';
import { type BondExclusion, type Model, modelSpeciesIndex } from '../model/model.ts';
import type { ForceField, ListReference } from './force-field.ts';
import { Arena, Room } from './forces/arena.ts';
import { fragmentsOf, planesOf } from './forces/fragments.ts';
import { bondsIn, fillList, type LeavesOut, listWords, type PlacedList, placeList } from './forces/lists.ts';
import { type SortedAtoms, sortAtoms } from './forces/sort.ts';
import { type Job, type Slices, systemBytes, Team } from './forces/team.ts';
import { planTerms, type TermPlan } from './forces/terms.ts';

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

/** A force field in WebAssembly that also tells how often it listed neighbours. */
export interface WasmForceField extends ForceField {
  readonly listings: number;
}

/**
 * The force field of a frame's atoms under a model; `compute` it before anything is read.
 *
 * Its numbers differ from the reference's by what its tables are off (docs/accuracy.md) and, between numbers of workers, in
 * their last bits. Dispose of it when it has more than one worker: they wait for it else.
 *
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

/** Bonds and fragments by which some terms leave pairs out. */
interface PlacedExclusion {
  readonly exclusion: BondExclusion;
  readonly bonds: PlacedList;
  readonly fragments: Room;
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
  readonly #periodic: Cell['periodic'];
  readonly #terms: PlacedTerm[];
  readonly #exclusions = new Map<BondExclusion, PlacedExclusion>();
  readonly #reach: number;
  readonly #listed: Float64Array;
  readonly #matrices: Float64Array;
  readonly #kinds: number;
  readonly #systemBlock: number;
  readonly #stepBlock: number;
  readonly #gridBlock: number;
  readonly #rooms: Record<'rows' | 'forces' | 'images' | 'owner' | 'code' | 'ghostFirst' | 'ghosts' | 'bins', Room>;
  readonly #rounds: readonly (readonly Job[])[];
  readonly #scratch: readonly number[];
  #listedCell: Cell | null = null;

  constructor(model: Model, frame: Frame, { workers = 1, skin = defaultSkin, workerUrl }: WasmForceOptions) {
    const arena = this.#arena;
    const n = atomCount(frame);
    this.count = n;
    this.#workers = workers;
    this.#skin = skin;
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
    // species that the model does not tell apart are one kind to the kernels
    const kinds = [...new Set(kindsOf(model, frame))];
    const kindOf = frame.species.map((name) => Math.max(0, kinds.indexOf(modelSpeciesIndex(model, name))));
    this.#kinds = arena.put(Float64Array.from(kindOf));
    const plans = planTerms(model, kinds, arena);
    this.#terms = plans.map((plan) => {
      const list = placeList(arena, plan.list, skin);
      const block = arena.take(8 * (plan.words.length + 8));
      return { plan, list, block, own: new Room(arena), shared: new Room(arena), planes: new Room(arena) };
    });
    for (const { plan } of this.#terms) {
      const { exclusion, bonds } = plan.list;
      if (!exclusion || this.#exclusions.has(exclusion)) continue;
      const cutoffs = Float64Array.from(bonds.flatMap((a) => bonds.map((b) => (a && b ? exclusion.length : 0))));
      const wish = { cutoffs, half: false, exclusion: null, bonds: [] };
      this.#exclusions.set(exclusion, { exclusion, bonds: placeList(arena, wish, 0), fragments: new Room(arena) });
    }
    const lists = [...this.#terms.map(({ list }) => list), ...[...this.#exclusions.values()].map(({ bonds }) => bonds)];
    this.#reach = Math.max(...lists.map(({ reach }) => reach));
    this.#rounds = this.#schedule();
    const scratch = Array.from({ length: workers }, () => arena.take(scratchBytes));
    this.#scratch = scratch;
    this.#team = new Team(arena, workers, workerUrl ?? new URL('./forces/force-worker.js', import.meta.url));
    this.ready = this.#team.ready;
  }

  /**
   * What a step does after rows are gathered, in rounds: all workers end one before the next begins. Terms know nothing of each
   * other, so round k holds the k-th phase of every term.
   */
  #schedule(): Job[][] {
    const rounds: Job[][] = [[{ operation: 'clear' }]];
    for (const { plan, block } of this.#terms) {
      plan.phases.forEach((operation, k) => {
        (rounds[k] ??= []).push({ operation, block });
      });
    }
    return [...rounds, [{ operation: 'fold' }]];
  }

  compute(cell: Cell): void {
    let moved = this.#listedCell ? this.#gather(cell) : Number.POSITIVE_INFINITY;
    if (!(moved <= this.#allowed(cell))) {
      this.#requireFinite();
      this.#listed.set(this.positions);
      this.#list(cell);
      moved = this.#gather(cell);
    }
    for (const jobs of this.#rounds) this.#team.run(jobs);
    this.energy = 0;
    this.virial.fill(0);
    for (const sums of this.#team.answers()) {
      this.energy += sums[0]!;
      for (let k = 0; k < 9; k++) this.virial[k]! += sums[k + 1]!;
    }
    if (!Number.isFinite(this.energy) || !this.virial.every(Number.isFinite)) this.#refuse();
  }

  /** @throws PhysicsError  naming the first atom whose energy or force is not a number */
  #refuse(): never {
    const at = this.forces.findIndex((x) => !Number.isFinite(x));
    throw new PhysicsError(
      `the energy or force of atom ${(at >> 2) + 1} is not a number: atoms sit on one point, or too many crowd around it`,
    );
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
    // a displacement that is not a number wins
    for (const [far] of this.#team.answers()) if (!(far! <= moved)) moved = far!;
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
      ...[forces, this.#workers, stride, this.#matrices.byteOffset, this.#kinds],
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

    this.#listBonds(sorted, cell);
    for (const { plan, list, block, own, shared, planes } of this.#terms) {
      const { exclusion } = plan.list;
      fillList(list, arena, this.#team, sorted, cell, this.#leavesOut(exclusion));
      const words = [...listWords(list)];
      if (plan.planes) {
        const { bonds } = this.#exclusions.get(exclusion!)!;
        words.push(planes.put(planesOf(sorted, bondsIn(bonds, arena, this.#team, n))));
      }
      words.push(...plan.words);
      if (plan.perWorker > 0) {
        const bytes = 8 * plan.perWorker * all;
        words.push(own.fit(bytes * this.#workers), bytes, shared.fit(8 * plan.shared * all));
      }
      this.#write(block, words);
    }
  }

  /** Bonds and fragments for those who leave bonded pairs out. */
  #listBonds(sorted: SortedAtoms, cell: Cell): void {
    const [arena, team] = [this.#arena, this.#team];
    for (const { bonds, exclusion, fragments } of this.#exclusions.values()) {
      fillList(bonds, arena, team, sorted, cell, { kind: 'nothing' });
      if (exclusion.bonds === 'fragment') fragments.put(fragmentsOf(sorted, bondsIn(bonds, arena, team, sorted.n)));
    }
  }

  #leavesOut(exclusion: BondExclusion | null): LeavesOut {
    if (!exclusion) return { kind: 'nothing' };
    const { bonds, fragments } = this.#exclusions.get(exclusion)!;
    if (exclusion.bonds === 'fragment') return { kind: 'fragment', place: fragments.place };
    return { kind: 'bonds', path: exclusion.bonds, length: exclusion.length, bonds };
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
