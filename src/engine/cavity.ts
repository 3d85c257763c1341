/**
 * The cavity list: voxels where no carbon and no guest sits. Insertions are proposed uniformly over it, and its length
 * enters the acceptance rule, so the ensemble is untouched however coarse the voxels are.
 *
 * Detailed balance: an insertion into state A is proposed with density 1/(V_free(A)), and undone by a deletion chosen with
 * 1/(N+1); hence the factor z·V_free(A)/(N+1). A deletion needs the removed guest's own voxel to be free afterwards,
 * otherwise its reverse could never be proposed and it is rejected. What a guest blocks depends on its voxel alone.
 *
 * @cite Mezei, Mol. Phys. 40, 901 (1980) doi:10.1080/00268978000101971
 */
import type { Cell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';

export interface VoxelGrid {
  /** voxels along x, y, z */
  readonly shape: readonly [number, number, number];
  /** [nx·ny·nz] 1 where the host leaves room, z fastest */
  readonly accessible: Uint8Array;
}

/** Å; insertions are exact at any size, this one keeps the list near the pores */
const voxelEdge = 0.5;

/** Grid over an orthorhombic cell with every voxel accessible. */
export function openGrid(cell: Cell, edge = voxelEdge): VoxelGrid {
  const shape = [0, 4, 8].map((k) => Math.max(1, Math.round(cell.matrix[k]! / edge))) as [number, number, number];
  return { shape, accessible: new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1) };
}

/**
 * Voxels whose centre is at least `radius` from every host atom.
 *
 * @param host    orthorhombic periodic frame
 * @param radius  Å
 */
export function accessibleGrid(host: Frame, radius: number, edge = voxelEdge): VoxelGrid {
  const { shape, accessible } = openGrid(host.cell, edge);
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
          if (d2 < radius * radius) accessible[column + wrap(k, shape[2])] = 0;
        }
      }
    }
  }
  return { shape, accessible };
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

/**
 * The list under moves. `count` is how many guests block a voxel; free voxels stand in `free` in the order that additions
 * and removals left them, and `slot` says where.
 */
export class CavityList {
  readonly shape: readonly [number, number, number];
  readonly #size: readonly [number, number, number];
  readonly #count: Int16Array;
  readonly #free: Int32Array;
  readonly #slot: Int32Array;
  readonly #offsets: Int32Array;
  readonly #radius2: number;
  /** number of free voxels */
  length = 0;
  /** Å³ */
  readonly voxelVolume: number;

  constructor(cell: Cell, grid: VoxelGrid, radius: number) {
    this.shape = grid.shape;
    this.#size = [cell.matrix[0]! / grid.shape[0], cell.matrix[4]! / grid.shape[1], cell.matrix[8]! / grid.shape[2]];
    this.voxelVolume = this.#size[0] * this.#size[1] * this.#size[2];
    this.#offsets = blockedOffsets(cell, grid.shape, radius);
    this.#radius2 = radius * radius;
    const n = grid.accessible.length;
    this.#count = new Int16Array(n);
    this.#free = new Int32Array(n);
    this.#slot = new Int32Array(n).fill(-1);
    for (let v = 0; v < n; v++) {
      if (grid.accessible[v]) this.#push(v);
      else this.#count[v] = hostBlock;
    }
  }

  /** Free voxel number `k` of the list. */
  at(k: number): number {
    return this.#free[k]!;
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

  /** True when taking the guest in `voxel` away leaves that voxel free. */
  freedByLeaving(voxel: number): boolean {
    return this.#count[voxel] === (this.#offsets.length > 0 ? 1 : 0);
  }

  /** Length of the list after the guest in `voxel` has left. */
  lengthWithout(voxel: number): number {
    let gain = 0;
    this.#each(voxel, (v) => {
      if (this.#count[v] === 1) gain++;
    });
    return this.length + gain;
  }

  /** Length of the list after a guest has gone from one voxel to another. */
  lengthMoved(from: number, to: number): number {
    let length = this.lengthWithout(from);
    this.#each(to, (v) => {
      const count = this.#count[v]!;
      if (count === 0 || (count === 1 && this.#within(from, v))) length--;
    });
    return length;
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

  #each(voxel: number, visit: (voxel: number) => void): void {
    const [nx, ny, nz] = this.shape;
    const [i, j, k] = this.#unpack(voxel);
    for (let o = 0; o < this.#offsets.length; o += 3) {
      const a = (i + this.#offsets[o]! + nx) % nx;
      const b = (j + this.#offsets[o + 1]! + ny) % ny;
      const c = (k + this.#offsets[o + 2]! + nz) % nz;
      visit((a * ny + b) * nz + c);
    }
  }

  #push(v: number): void {
    this.#slot[v] = this.length;
    this.#free[this.length++] = v;
  }

  #drop(v: number): void {
    const slot = this.#slot[v]!;
    const last = this.#free[--this.length]!;
    this.#free[slot] = last;
    this.#slot[last] = slot;
    this.#slot[v] = -1;
  }
}
