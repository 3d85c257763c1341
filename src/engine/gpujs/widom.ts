/**
 * Widom maps: what a lone guest gains by being somewhere in a host, voxel by voxel, and on the whole. With ΔU the energy of a guest put
 * in at a point,
 *
 *   μ_ex(voxel) = −kT ln⟨e^(−βΔU)⟩ over the voxel,      K = ⟨e^(−βΔU)⟩ over the box,      ⟨N⟩ = z V K where guests are few
 *
 * A Henry coefficient per volume and pressure is βK. Points stand on a grid inside every voxel; the error is half of what its two
 * halves (every second point) differ in.
 *
 * @cite Widom, J. Chem. Phys. 39, 2808 (1963) doi:10.1063/1.1734110
 */
import { SpecError } from '../../core/errors.ts';
import type { Frame } from '../../core/frame.ts';
import { boltzmann } from '../../core/units.ts';
import { boltzmannSource } from '../../generated/gpujs.ts';
import type { Model } from '../../model/model.ts';
import type { GpuJs } from './device.ts';
import { gpuJsHost } from './points.ts';

export interface WidomOptions {
  /** K */
  readonly temperature: number;
  /** edge of a voxel at most, Å; 0.6 by default */
  readonly spacing?: number;
  /** points along each edge of a voxel, 2 by default: an even number */
  readonly across?: number;
  /** hears of the share that is done, 0 … 1 */
  readonly onProgress?: (share: number) => void;
}

/** A number and half of what the two halves of the grid differ in. */
export interface GridNumber {
  readonly value: number;
  readonly error: number;
}

export interface WidomMap {
  /** voxels along a, b, c */
  readonly shape: readonly [number, number, number];
  /** [nx·ny·nz] excess chemical potential of a guest held in a voxel, eV, the last axis fastest; +∞ where it has no room */
  readonly excess: Float64Array;
  /** ln⟨e^(−βΔU)⟩ over the box */
  readonly lnHenry: GridNumber;
  /** −kT ln⟨e^(−βΔU)⟩ over the box, eV */
  readonly excessPotential: GridNumber;
  /** mean energy of a lone guest, Boltzmann-weighted, is not told: this is the lowest energy seen, eV */
  readonly lowest: number;
  /** share of points where a guest has room */
  readonly open: number;
  readonly points: number;
}

/**
 * Map of Boltzmann factors of one guest in a host.
 *
 * @throws SpecError   a cell that is not periodic, an odd number of points
 * @throws ModelError  the model is no sum of radial functions for this guest
 */
export async function widomMap(
  gpujs: GpuJs,
  model: Model,
  guest: string,
  host: Frame,
  { temperature, spacing = 0.6, across = 2, onProgress = () => {} }: WidomOptions,
): Promise<WidomMap> {
  const { matrix: m, periodic, heights } = host.cell;
  if (!periodic.every(Boolean)) throw new SpecError('a Widom map needs a periodic box: it is a mean over its volume');
  if (across % 2 !== 0) throw new SpecError(`points along a voxel must be an even number, got ${across}`);
  const shape = heights.map((h) => Math.max(1, Math.ceil(h / spacing))) as [number, number, number];
  const perVoxel = across ** 3;
  const beta = 1 / (boltzmann * temperature);
  const field = gpuJsHost(gpujs, model, guest, host);
  const slab = shape[1] * shape[2];
  const sums = gpujs.program(boltzmannSource, slab, 4, { whole: { points: perVoxel, across }, real: { beta } });
  const excess = new Float64Array(shape[0] * slab);
  const rows: Float32Array[] = [];
  try {
    for (let i = 0; i < shape[0]; i++) {
      const points = new Float64Array(4 * slab * perVoxel);
      let at = 0;
      for (let v = 0; v < slab; v++) {
        for (let p = 0; p < perVoxel; p++, at += 4) {
          const inner = [Math.floor(p / across ** 2), Math.floor(p / across) % across, p % across];
          const corner = [i, Math.floor(v / shape[2]), v % shape[2]];
          const [a, b, c] = corner.map((n, k) => (n + (inner[k]! + 0.5) / across) / shape[k]!) as [
            number,
            number,
            number,
          ];
          for (let k = 0; k < 3; k++) points[at + k] = a * m[k]! + b * m[3 + k]! + c * m[6 + k]!;
        }
      }
      const energies = Float32Array.from(await field.energies(points), (u) => (u < 1e6 ? u : 1e9));
      rows.push(await sums.run(energies));
      onProgress((i + 1) / shape[0]);
    }
  } finally {
    field.destroy();
    sums.destroy();
  }
  const lowest = rows.reduce((low, row) => row.reduce((u, x, k) => (k % 4 === 0 ? Math.min(u, x) : u), low), 1e9);
  let [even, odd, open] = [0, 0, 0];
  rows.forEach((row, i) => {
    for (let v = 0; v < slab; v++) {
      const [low, a, b, count] = [...row.subarray(4 * v, 4 * v + 4)] as [number, number, number, number];
      excess[i * slab + v] = a + b > 0 ? low - Math.log((a + b) / perVoxel) / beta : Number.POSITIVE_INFINITY;
      const weight = Math.exp(-beta * (low - lowest));
      even += weight * a;
      odd += weight * b;
      open += count;
    }
  });
  const points = excess.length * perVoxel;
  const mean = (even + odd) / points;
  const relative = mean > 0 ? Math.abs(even - odd) / (even + odd) : 0;
  const lnHenry = Math.log(mean) - beta * lowest;
  return {
    shape,
    excess,
    lnHenry: { value: lnHenry, error: relative },
    excessPotential: { value: -lnHenry / beta, error: relative / beta },
    lowest,
    open: open / points,
    points,
  };
}
