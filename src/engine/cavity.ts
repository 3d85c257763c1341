/**
 * The cavity list: voxels where no carbon and no guest sits, each with a weight. Insertions are proposed in proportion to
 * the weights, and the weights enter the acceptance rule, so the ensemble is untouched however coarse the voxels are and
 * however badly the weights are chosen.
 *
 * Detailed balance: with W the sum of the weights of all free voxels and v their volume, an insertion is proposed at a point
 * of voxel k with density w_k/(W v), and undone by a deletion chosen with 1/(N+1); hence the factor z·W v/(w_k (N+1)). A
 * deletion needs the removed guest's own voxel to be free afterwards, otherwise its reverse could never be proposed and it
 * is rejected. What a guest blocks depends on its voxel alone. Weights are integers: their sums are exact.
 *
 * @cite Mezei, Mol. Phys. 40, 901 (1980) doi:10.1080/00268978000101971 (cavity bias);
 *       Snurr, Bell, Theodorou, J. Phys. Chem. 97, 13742 (1993) doi:10.1021/j100153a051 (energy bias on a grid)
 */
import type { Cell } from '../core/cell.ts';
import { BackendError } from '../core/errors.ts';
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

/** guests that can block one voxel; what counts them is a byte */
const mostBlocking = 255;

const weightOf = (level: number): number => (level > 0 ? 2 ** (level - 1) : 0);

/** Weights of voxels, 2^(level−1): [voxels] bytes, 0 where the host sits. */
export function voxelWeights(levels: Uint8Array): Uint8Array {
  return levels.map(weightOf);
}

/** @throws BackendError  always: so many guests block one voxel that a byte no longer counts them */
export function throwOverfull(): never {
  throw new BackendError(
    `more than ${mostBlocking} guests block one voxel of the cavity list: guests overlap, or the model's cavity radius of the guest is far too large`,
  );
}

/**
 * The list under moves: how many guests block a voxel, and the weights of the free ones summed up by column along z, by plane
 * of columns and in all. A number of [0, W) falls into the share of one voxel, counted in the order of the voxels; it is found
 * by walking down the sums. So the list depends on where guests are and on nothing else.
 */
export class CavityList {
  readonly shape: readonly [number, number, number];
  readonly #size: readonly [number, number, number];
  readonly #weights: Uint8Array;
  readonly #count: Uint8Array;
  readonly #columns: Float64Array;
  readonly #planes: Float64Array;
  readonly #offsets: Int32Array;
  readonly #offsetKeys = new Set<string>();
  #weight = 0;
  /** Å³ */
  readonly voxelVolume: number;

  readonly #domain: readonly [number, number];

  /** @param domain  first plane across x where voxels are proposed, and how many from there on, periodic; all when not given */
  constructor(cell: Cell, grid: VoxelGrid, radius: number, domain?: readonly [number, number]) {
    const [nx, ny, nz] = grid.shape;
    this.#domain = domain ?? [0, nx];
    this.shape = grid.shape;
    this.#size = [cell.matrix[0]! / nx, cell.matrix[4]! / ny, cell.matrix[8]! / nz];
    this.voxelVolume = this.#size[0] * this.#size[1] * this.#size[2];
    this.#offsets = blockedOffsets(cell, grid.shape, radius);
    for (let o = 0; o < this.#offsets.length; o += 3) this.#offsetKeys.add(this.#offsets.slice(o, o + 3).join());
    this.#weights = voxelWeights(grid.levels);
    this.#count = new Uint8Array(grid.levels.length);
    this.#columns = new Float64Array(nx * ny);
    this.#planes = new Float64Array(nx);
    for (let v = 0; v < grid.levels.length; v++) this.#add(v, this.#weights[v]!);
  }

  /** Sum of the weights of all free voxels of the domain. */
  get weight(): number {
    return this.#weight;
  }

  /** Whether a voxel is in the domain. */
  mayEnter(voxel: number): boolean {
    const [nx, ny, nz] = this.shape;
    const from = Math.floor(voxel / (nz * ny)) - this.#domain[0];
    return (from + nx) % nx < this.#domain[1];
  }

  /** Weight of a voxel; 0 where the host sits. */
  weightAt(voxel: number): number {
    return this.#weights[voxel]!;
  }

  /** Free voxel chosen by weight with a uniform number in [0, 1); −1 when none is free. */
  pick(u: number): number {
    if (this.#weight === 0) return -1;
    const [nx, ny, nz] = this.shape;
    let rest = Math.min(Math.floor(u * this.#weight), this.#weight - 1);
    const fallsInto = (from: number, shareOf: (k: number) => number): number => {
      let k = from;
      for (let own = shareOf(k); rest >= own; own = shareOf(k)) {
        rest -= own;
        k++;
      }
      return k;
    };
    const plane = fallsInto(this.#domain[0], (k) => this.#planes[k % nx]!) % nx;
    const column = fallsInto(plane * ny, (k) => this.#columns[k]!);
    return fallsInto(column * nz, (v) => (this.#count[v] === 0 ? this.#weights[v]! : 0));
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

  /**
   * A guest enters `voxel`.
   *
   * @throws BackendError  256 guests block one voxel
   */
  block(voxel: number): void {
    this.#each(voxel, (v) => this.#comes(v));
  }

  /** A guest leaves `voxel`. */
  unblock(voxel: number): void {
    this.#each(voxel, (v) => this.#leaves(v));
  }

  /** A guest goes from one voxel to another: only what one of the two blocks is changed. */
  move(from: number, to: number): void {
    const [a, b] = [this.#unpack(from), this.#unpack(to)];
    const step = a.map((_, k) => {
      const [d, n] = [b[k]! - a[k]!, this.shape[k]!];
      return 2 * d > n ? d - n : 2 * d < -n ? d + n : d;
    }) as [number, number, number];
    this.#each(from, (v, o) => {
      if (!this.#blocks(o, step, -1)) this.#leaves(v);
    });
    this.#each(to, (v, o) => {
      if (!this.#blocks(o, step, 1)) this.#comes(v);
    });
  }

  /** True where the host leaves room and no guest but the one in `voxel` blocks: it is free when that one leaves. */
  aloneIn(voxel: number): boolean {
    return this.#weights[voxel]! > 0 && this.#count[voxel] === (this.#offsets.length > 0 ? 1 : 0);
  }

  /** `weight` after the guest in `voxel` has left. */
  weightWithout(voxel: number): number {
    this.unblock(voxel);
    const weight = this.#weight;
    this.block(voxel);
    return weight;
  }

  /** `weight` after a guest has gone from one voxel to another. */
  weightMoved(from: number, to: number): number {
    this.move(from, to);
    const weight = this.#weight;
    this.move(to, from);
    return weight;
  }

  /** Whether offset number o and a step is an offset too. */
  #blocks(o: number, step: readonly number[], sign: number): boolean {
    return this.#offsetKeys.has([0, 1, 2].map((k) => this.#offsets[o + k]! + sign * step[k]!).join());
  }

  #comes(v: number): void {
    if (this.#count[v] === 0) this.#add(v, -this.#weights[v]!);
    if (this.#count[v] === mostBlocking) throwOverfull();
    this.#count[v]!++;
  }

  #leaves(v: number): void {
    this.#count[v]!--;
    if (this.#count[v] === 0) this.#add(v, this.#weights[v]!);
  }

  #add(v: number, weight: number): void {
    const column = Math.floor(v / this.shape[2]);
    this.#columns[column]! += weight;
    this.#planes[Math.floor(column / this.shape[1])]! += weight;
    if (this.mayEnter(v)) this.#weight += weight;
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
}
