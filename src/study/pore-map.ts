/** Which pore a guest is in. */
import type { PoreRegions } from '../analysis/pore-regions.ts';
import type { ChainSetup } from '../engine/chain.ts';
import type { LadderPoint, OutsideCount } from '../trajectory/series.ts';
import { voxelLabels } from './access.ts';

/** Guests in a pore, and all others, [N, 4] Å. */
export interface Divided {
  readonly inside: Float64Array;
  readonly outside: Float64Array;
}

/** Which pore every voxel of the cavity list belongs to: the voxel of a guest decides for the guest. */
export class PoreMap {
  readonly #labels: Int16Array;
  readonly #shape: readonly [number, number, number];
  readonly #size: readonly [number, number, number];

  constructor({ grid, host }: ChainSetup, { poreAt }: PoreRegions) {
    this.#shape = grid.shape;
    this.#size = [0, 4, 8].map((k, axis) => host.cell.matrix[k]! / grid.shape[axis]!) as [number, number, number];
    this.#labels = voxelLabels(grid, host, poreAt);
  }

  /** [voxels] 1 in the pore */
  mask(pore: number): Uint8Array {
    return Uint8Array.from(this.#labels, (label) => (label === pore ? 1 : 0));
  }

  /** [voxels] 1 in none of these pores */
  maskOutside(pores: ReadonlySet<number>): Uint8Array {
    return Uint8Array.from(this.#labels, (label) => (pores.has(label) ? 0 : 1));
  }

  /** Pore of a wrapped point, −1 for none. */
  at(x: number, y: number, z: number): number {
    const [nx, ny, nz] = this.#shape;
    const index = (c: number, h: number, n: number): number => Math.min(n - 1, Math.floor(c / h));
    const [i, j, k] = [index(x, this.#size[0], nx), index(y, this.#size[1], ny), index(z, this.#size[2], nz)];
    return this.#labels[(i * ny + j) * nz + k]!;
  }

  /** Rows of the guests whose pore (−1: none) is wanted. */
  select(rows: Float64Array, wanted: (pore: number) => boolean): Float64Array {
    return rows.filter((_, k) => {
      const a = k - (k % 4);
      return wanted(this.at(rows[a]!, rows[a + 1]!, rows[a + 2]!));
    });
  }

  /** Guests in the pore, and all others. */
  divide(rows: Float64Array, pore: number): Divided {
    return {
      inside: this.select(rows, (own) => own === pore),
      outside: this.select(rows, (own) => own !== pore),
    };
  }
}

/** A chain whose guests may only be where a mask of its voxels has 1. */
export function confined(setup: ChainSetup, mask: Uint8Array): ChainSetup {
  const region = setup.region ? mask.map((own, v) => own & setup.region![v]!) : mask;
  return { ...setup, region, grid: { ...setup.grid, levels: setup.grid.levels.map((level, v) => level * region[v]!) } };
}

/** Guests of every point that are in none of the sampled pores, snapshot by snapshot. */
export function outsideCounts(
  points: readonly LadderPoint[],
  map: PoreMap,
  sampled: ReadonlySet<number>,
): OutsideCount[] {
  return points.map(({ branch, voltage, snapshots }) => ({
    branch,
    voltage,
    counts: Float64Array.from(snapshots, ({ rows }) => map.select(rows, (pore) => !sampled.has(pore)).length / 4),
  }));
}
