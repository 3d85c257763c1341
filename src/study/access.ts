/** Which part of a host guests may be in: all of it, or only what a channel leads to. */
import { poreRegions } from '../analysis/pore-regions.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { VoxelGrid } from '../engine/cavity.ts';
import type { ChainSetup } from '../engine/chain.ts';

/**
 * A number for every voxel of a grid over an orthorhombic cell.
 *
 * @param at  of the voxel's middle, Å
 * @returns   [nx·ny·nz] z fastest
 */
export function voxelLabels(
  { shape }: VoxelGrid,
  host: Frame,
  at: (x: number, y: number, z: number) => number,
): Int16Array {
  const [nx, ny, nz] = shape;
  const [hx, hy, hz] = [0, 4, 8].map((k, axis) => host.cell.matrix[k]! / shape[axis]!) as [number, number, number];
  const labels = new Int16Array(nx * ny * nz);
  for (let i = 0, v = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      for (let k = 0; k < nz; k++, v++) labels[v] = at((i + 0.5) * hx, (j + 0.5) * hy, (k + 0.5) * hz);
    }
  }
  return labels;
}

/**
 * Confines a chain to what a round probe can cover on ways that go on through the whole (periodic) sample, and so end at its surface.
 *
 * @param radius  of the probe beyond the van der Waals surface of the carbon, Å
 * @returns the setup, and the share of the voxels open to guests that are left
 * @throws SpecError  no channel that wide goes through
 * @oracle test/unit/access.test.ts (a channel and a closed pore)
 */
export function withAccess(setup: ChainSetup, radius: number): { readonly setup: ChainSetup; readonly share: number } {
  const { grid, host } = setup;
  const { pores, poreAt } = poreRegions(host, radius);
  const region = Uint8Array.from(voxelLabels(grid, host, (x, y, z) => (pores[poreAt(x, y, z)]?.open ? 1 : 0)));
  const levels = grid.levels.map((level, v) => level * region[v]!);
  const open = (of: Uint8Array): number => of.reduce((sum, level) => sum + (level > 0 ? 1 : 0), 0);
  const left = open(levels);
  if (left === 0) {
    throw new SpecError(
      `guest.access: no channel ${radius} Å in radius leads through this carbon to its surface: use a smaller one, or everywhere`,
    );
  }
  return { setup: { ...setup, region, grid: { ...grid, levels } }, share: left / open(grid.levels) };
}
