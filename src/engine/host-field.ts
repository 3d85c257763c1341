/** Scalar fields of the rigid host as ndarray views, for maps and pictures. */
import ndarray from 'ndarray';
import type { Cell } from '../core/cell.ts';
import type { VoxelGrid } from './cavity.ts';
import type { WasmChain } from './wasm.ts';

/**
 * V_ion and V_met at the centres of a grid of voxels.
 *
 * @param chain  any chain in that host
 * @param cell   the host's cell, orthorhombic
 * @param shape  voxels along x, y, z
 * @returns      [nx, ny, nz, 2] eV, (V_ion, V_met); +∞ where a host atom overlaps
 */
export function hostFieldGrid(
  chain: Pick<WasmChain, 'hostField'>,
  cell: Cell,
  [nx, ny, nz]: readonly [number, number, number],
): ndarray.NdArray<Float64Array> {
  const data = new Float64Array(2 * nx * ny * nz).fill(Number.POSITIVE_INFINITY);
  const [hx, hy, hz] = [cell.matrix[0]! / nx, cell.matrix[4]! / ny, cell.matrix[8]! / nz];
  for (let i = 0, at = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      for (let k = 0; k < nz; k++, at += 2) {
        const field = chain.hostField((i + 0.5) * hx, (j + 0.5) * hy, (k + 0.5) * hz);
        if (field) data.set(field, at);
      }
    }
  }
  return ndarray(data, [nx, ny, nz, 2]);
}

/** Levels of the voxels (0: closed by the host), as an [nx, ny, nz] view on the grid: no copy is made. */
export function levelsView(grid: VoxelGrid): ndarray.NdArray<Uint8Array> {
  return ndarray(grid.levels, [...grid.shape]);
}
