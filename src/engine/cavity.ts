/**
 * The cavity list: voxels where no carbon and no guest sits, each with a weight. Insertions are proposed in proportion to
 * the weights, and the weights enter the acceptance rule, so the ensemble is untouched however coarse the voxels are and
 * however badly the weights are chosen.
 *
 * Detailed balance: with W the sum of the weights of all free voxels and v their volume, an insertion is proposed at a point
 * of voxel k with density w_k/(W v), and undone by a deletion chosen with 1/(N+1); hence the factor z·W v/(w_k (N+1)). A
 * deletion needs the removed guest's own voxel to be free afterwards, otherwise its reverse could never be proposed and it
 * is rejected. What a guest blocks depends on its voxel alone. Weights are powers of two: their sums are exact.
 *
 * @cite Mezei, Mol. Phys. 40, 901 (1980) doi:10.1080/00268978000101971 (cavity bias);
 *       Snurr, Bell, Theodorou, J. Phys. Chem. 97, 13742 (1993) doi:10.1021/j100153a051 (energy bias on a grid)
 */
import type { Cell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';

export interface VoxelGrid {
  /** voxels along x, y, z */
  readonly shape: readonly [number, number, number];
  /** [nx·ny·nz] z fastest: 0 where the host leaves no room, else a level k ≥ 1, proposed with weight 2^(k−1) */
  readonly levels: Uint8Array;
}

/** Å; insertions are exact at any size, this one keeps the list near the pores */
const voxelEdge = 0.5;

/** Grid over an orthorhombic cell with every voxel open and alike. */
export function openGrid(cell: Cell, edge = voxelEdge): VoxelGrid {
  const shape = [0, 4, 8].map((k) => Math.max(1, Math.round(cell.matrix[k]! / edge))) as [number, number, number];
  return { shape, levels: new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1) };
}

/**
 * Voxels whose centre is at least `radius` from every host atom.
 *
 * @param host    orthorhombic periodic frame
 * @param radius  Å
 */
export function accessibleGrid(host: Frame, radius: number, edge = voxelEdge): VoxelGrid {
  const { shape, levels } = openGrid(host.cell, edge);
  const size = [0, 4, 8].map((k, axis) => host.cell.matrix[k]! / shape[axis]!) as [number, number, number];
  const span = size.map((h) => Math.ceil(radius / h)) as [number, number, number];
  const wrap = (i: number, n: number): number => ((i % n) + n) % n;
  for (let a = 0; a < host.rows.length; a += 4) {
    const centre = [0, 1, 2].map((k) => host.rows[a + k]! / size[k]!) as [number, number, number];
    const base = centre.map(Math.floor) as [number, number, number];
    for (let i = base[0] - span[0]; i <= base[0] + span[0]; i++) {
      const dx2 = ((i + 0.5 - centre[0]) * size[0]) ** 2;
      for (let j = base[1] - span[1]; j <= base[1] + span[1]; j++) {
        const dxy2 = dx2 + ((j + 0.5 - centre[1]) * size[1]) ** 2;
        if (dxy2 >= radius * radius) continue;
        const column = (wrap(i, shape[0]) * shape[1] + wrap(j, shape[1])) * shape[2];
        for (let k = base[2] - span[2]; k <= base[2] + span[2]; k++) {
          const d2 = dxy2 + ((k + 0.5 - centre[2]) * size[2]) ** 2;
          if (d2 < radius * radius) levels[column + wrap(k, shape[2])] = 0;
        }
      }
    }
  }
  return { shape, levels };
}

/** Levels run from 1 to this. */
export const highestLevel = 8;
/** Energy at which a voxel has level 1, and how much lower doubles its weight, eV. */
const biasFrom = -0.9;
const biasStep = 0.15;

/**
 * The same grid with levels from the energy a lone guest could have at the centre of each voxel: as an ion in the field of
 * the host, or as metal on it, whichever is lower. Wells at edges and walls are proposed up to 128 times as often as the
 * middle of a tight gallery. A bias of 0.15 eV per doubling is softer than Boltzmann's, so that sites the estimate
 * misjudges are still tried.
 *
 *   E = min(V_ion, V_met + E_metal),   level = 1 + round((−0.9 eV − E) / 0.15 eV), between 1 and 8
 *
 * @param field        (V_ion, V_met) at a point, eV; null on overlap
 * @param metalEnergy  energy of a guest in its bulk metal, eV
 */
export function energyBiasedGrid(
  { shape, levels }: VoxelGrid,
  cell: Cell,
  field: (x: number, y: number, z: number) => readonly [number, number] | null,
  metalEnergy: number,
): VoxelGrid {
  const [hx, hy, hz] = [0, 4, 8].map((k, axis) => cell.matrix[k]! / shape[axis]!) as [number, number, number];
  const biased = new Uint8Array(levels.length);
  for (let v = 0; v < levels.length; v++) {
    if (levels[v] === 0) continue;
    const k = v % shape[2];
    const j = Math.floor(v / shape[2]) % shape[1];
    const i = Math.floor(v / (shape[2] * shape[1]));
    const here = field((i + 0.5) * hx, (j + 0.5) * hy, (k + 0.5) * hz);
    const energy = here ? Math.min(here[0], here[1] + metalEnergy) : Number.POSITIVE_INFINITY;
    biased[v] = Math.max(1, Math.min(highestLevel, 1 + Math.round((biasFrom - energy) / biasStep)));
  }
  return { shape, levels: biased };
}

/** Voxel offsets (i, j, k) blocked by a guest: centres within `radius` of the centre of its voxel, itself included. */
export function blockedOffsets(cell: Cell, shape: readonly number[], radius: number): Int32Array {
  const size = [0, 4, 8].map((k, axis) => cell.matrix[k]! / shape[axis]!) as [number, number, number];
  const offsets: number[] = [];
  if (radius <= 0) return new Int32Array();
  const span = size.map((h) => Math.floor(radius / h));
  for (let i = -span[0]!; i <= span[0]!; i++) {
    for (let j = -span[1]!; j <= span[1]!; j++) {
      for (let k = -span[2]!; k <= span[2]!; k++) {
        if ((i * size[0]) ** 2 + (j * size[1]) ** 2 + (k * size[2]) ** 2 <= radius * radius) offsets.push(i, j, k);
      }
    }
  }
  return Int32Array.from(offsets);
}

/** count of a voxel that the host occupies: no number of guests reaches it */
const hostBlock = 1 << 14;

const weightOf = (level: number): number => 2 ** (level - 1);

/**
 * The list under moves. `count` is how many guests block a voxel; the free voxels of a level stand together in `free`, in
 * the order that additions and removals left them, and `slot` says where.
 */
export class CavityList {
  readonly shape: readonly [number, number, number];
  readonly #size: readonly [number, number, number];
  readonly #levels: Uint8Array;
  readonly #count: Int16Array;
  readonly #free: Int32Array;
  readonly #slot: Int32Array;
  readonly #offsets: Int32Array;
  readonly #offsetKeys = new Set<string>();
  readonly #radius2: number;
  /** where a level begins in `free`, and how many of its voxels are free */
  readonly #base = new Int32Array(highestLevel + 2);
  readonly #length = new Int32Array(highestLevel + 1);
  /** Å³ */
  readonly voxelVolume: number;

  constructor(cell: Cell, grid: VoxelGrid, radius: number) {
    this.shape = grid.shape;
    this.#size = [cell.matrix[0]! / grid.shape[0], cell.matrix[4]! / grid.shape[1], cell.matrix[8]! / grid.shape[2]];
    this.voxelVolume = this.#size[0] * this.#size[1] * this.#size[2];
    this.#offsets = blockedOffsets(cell, grid.shape, radius);
    for (let o = 0; o < this.#offsets.length; o += 3) this.#offsetKeys.add(this.#offsets.slice(o, o + 3).join());
    this.#radius2 = radius * radius;
    this.#levels = grid.levels;
    const n = grid.levels.length;
    this.#count = new Int16Array(n);
    this.#free = new Int32Array(n);
    this.#slot = new Int32Array(n).fill(-1);
    for (const level of grid.levels) if (level > 0) this.#base[level + 1]!++;
    for (let level = 1; level <= highestLevel; level++) this.#base[level + 1]! += this.#base[level]!;
    for (let v = 0; v < n; v++) {
      if (grid.levels[v]! > 0) this.#push(v);
      else this.#count[v] = hostBlock;
    }
  }

  /** Sum of the weights of all free voxels. */
  get weight(): number {
    let sum = 0;
    for (let level = 1; level <= highestLevel; level++) sum += this.#length[level]! * weightOf(level);
    return sum;
  }

  /** Weight of a voxel that the host leaves open. */
  weightAt(voxel: number): number {
    return weightOf(this.#levels[voxel]!);
  }

  /** Free voxel chosen by weight with a uniform number in (0, 1); −1 when none is free. */
  pick(u: number): number {
    let rest = u * this.weight;
    for (let level = highestLevel; level >= 1; level--) {
      const own = this.#length[level]! * weightOf(level);
      if (rest < own) return this.#free[this.#base[level]! + Math.floor(rest / weightOf(level))]!;
      rest -= own;
    }
    return -1;
  }

  /** Voxel of a wrapped position. */
  voxelOf(x: number, y: number, z: number): number {
    const [nx, ny, nz] = this.shape;
    const [hx, hy, hz] = this.#size;
    const i = Math.min(nx - 1, Math.floor(x / hx));
    const j = Math.min(ny - 1, Math.floor(y / hy));
    const k = Math.min(nz - 1, Math.floor(z / hz));
    return (i * ny + j) * nz + k;
  }

  /** Position at fractions (u, v, w) of a voxel, Å. */
  position(voxel: number, u: number, v: number, w: number): [number, number, number] {
    const [i, j, k] = this.#unpack(voxel);
    return [(i + u) * this.#size[0], (j + v) * this.#size[1], (k + w) * this.#size[2]];
  }

  /** A guest enters `voxel`. */
  block(voxel: number): void {
    this.#each(voxel, (v) => {
      if (this.#count[v] === 0) this.#drop(v);
      this.#count[v]!++;
    });
  }

  /** A guest leaves `voxel`. */
  unblock(voxel: number): void {
    this.#each(voxel, (v) => {
      this.#count[v]!--;
      if (this.#count[v] === 0) this.#push(v);
    });
  }

  /** A guest goes from one voxel to another: what it blocked and no longer does, then what it did not and now does. */
  move(from: number, to: number): void {
    const [a, b] = [this.#unpack(from), this.#unpack(to)];
    const step = a.map((_, k) => {
      const [d, n] = [b[k]! - a[k]!, this.shape[k]!];
      return 2 * d > n ? d - n : 2 * d < -n ? d + n : d;
    }) as [number, number, number];
    this.#each(from, (v, o) => {
      if (this.#blocks(o, step, -1)) return;
      this.#count[v]!--;
      if (this.#count[v] === 0) this.#push(v);
    });
    this.#each(to, (v, o) => {
      if (this.#blocks(o, step, 1)) return;
      if (this.#count[v] === 0) this.#drop(v);
      this.#count[v]!++;
    });
  }

  /** Whether offset number o and a step is an offset too. */
  #blocks(o: number, step: readonly number[], sign: number): boolean {
    return this.#offsetKeys.has([0, 1, 2].map((k) => this.#offsets[o + k]! + sign * step[k]!).join());
  }

  /** The free voxels level by level in their order, and how many each level has: all that blocking and freeing leave behind. */
  save(): { free: Int32Array; freePerLevel: Int32Array } {
    const free: number[] = [];
    for (let level = 1; level <= highestLevel; level++) {
      for (let k = 0; k < this.#length[level]!; k++) free.push(this.#free[this.#base[level]! + k]!);
    }
    return { free: Int32Array.from(free), freePerLevel: this.#length.slice() };
  }

  /** The saved order, where the same guests block already. */
  restore(free: Int32Array, freePerLevel: Int32Array): void {
    this.#length.set(freePerLevel);
    this.#slot.fill(-1);
    let next = 0;
    for (let level = 1; level <= highestLevel; level++) {
      for (let k = 0; k < this.#length[level]!; k++) {
        const voxel = free[next++]!;
        this.#free[this.#base[level]! + k] = voxel;
        this.#slot[voxel] = this.#base[level]! + k;
      }
    }
  }

  /** True when taking the guest in `voxel` away leaves that voxel free. */
  freedByLeaving(voxel: number): boolean {
    return this.#count[voxel] === (this.#offsets.length > 0 ? 1 : 0);
  }

  /** `weight` after the guest in `voxel` has left. */
  weightWithout(voxel: number): number {
    let weight = this.weight;
    this.#each(voxel, (v) => {
      if (this.#count[v] === 1) weight += this.weightAt(v);
    });
    return weight;
  }

  /** `weight` after a guest has gone from one voxel to another. */
  weightMoved(from: number, to: number): number {
    let weight = this.weightWithout(from);
    this.#each(to, (v) => {
      const count = this.#count[v]!;
      if (count === 0 || (count === 1 && this.#within(from, v))) weight -= this.weightAt(v);
    });
    return weight;
  }

  #within(a: number, b: number): boolean {
    let d2 = 0;
    const ia = this.#unpack(a);
    const ib = this.#unpack(b);
    for (let k = 0; k < 3; k++) {
      const n = this.shape[k]!;
      let d = Math.abs(ia[k]! - ib[k]!);
      d = Math.min(d, n - d);
      d2 += (d * this.#size[k]!) ** 2;
    }
    return d2 <= this.#radius2;
  }

  #unpack(voxel: number): [number, number, number] {
    const [, ny, nz] = this.shape;
    const k = voxel % nz;
    const j = Math.floor(voxel / nz) % ny;
    return [Math.floor(voxel / (nz * ny)), j, k];
  }

  #each(voxel: number, visit: (voxel: number, offset: number) => void): void {
    const [nx, ny, nz] = this.shape;
    const [i, j, k] = this.#unpack(voxel);
    for (let o = 0; o < this.#offsets.length; o += 3) {
      const a = (i + this.#offsets[o]! + nx) % nx;
      const b = (j + this.#offsets[o + 1]! + ny) % ny;
      const c = (k + this.#offsets[o + 2]! + nz) % nz;
      visit((a * ny + b) * nz + c, o);
    }
  }

  #push(v: number): void {
    const level = this.#levels[v]!;
    const slot = this.#base[level]! + this.#length[level]!;
    this.#slot[v] = slot;
    this.#free[slot] = v;
    this.#length[level]!++;
  }

  #drop(v: number): void {
    const level = this.#levels[v]!;
    const slot = this.#slot[v]!;
    this.#length[level]!--;
    const last = this.#free[this.#base[level]! + this.#length[level]!]!;
    this.#free[slot] = last;
    this.#slot[last] = slot;
    this.#slot[v] = -1;
  }
}
