/**
 * Cell grid of an orthorhombic periodic box, shared by host and guests of the reference chain.
 */

import type { Cell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';

export interface CellGrid {
  readonly lengths: readonly [number, number, number];
  readonly shape: readonly [number, number, number];
  /** how many cells to either side can hold a neighbour */
  readonly reach: readonly [number, number, number];
}

/**
 * @param width   smallest cell edge, Å
 * @param cutoff  Å
 * @throws SpecError  not orthorhombic, or an edge below twice the cutoff (a particle would see two images of another)
 */
export function cellGrid(cell: Cell, width: number, cutoff: number): CellGrid {
  if (!cell.orthorhombic || cell.periodic.includes(false)) {
    throw new SpecError('host cell must be an orthorhombic periodic box for grand-canonical Monte Carlo');
  }
  const lengths = [cell.matrix[0]!, cell.matrix[4]!, cell.matrix[8]!] as [number, number, number];
  const shortest = Math.min(...lengths);
  if (shortest < 2 * cutoff) {
    throw new SpecError(
      `host cell is ${shortest.toFixed(2)} Å wide, wanted at least ${(2 * cutoff).toFixed(2)} Å, twice the cutoff of the model; use more atoms or repeat the cell`,
    );
  }
  const shape = lengths.map((l) => Math.max(1, Math.floor(l / width))) as [number, number, number];
  const reach = shape.map((n, k) => Math.ceil((cutoff * n) / lengths[k]!)) as [number, number, number];
  return { lengths, shape, reach };
}

/** Cell of a wrapped position. */
export function cellOf(grid: CellGrid, x: number, y: number, z: number): number {
  const { lengths: l, shape: n } = grid;
  const i = Math.min(n[0] - 1, Math.floor((x / l[0]) * n[0]));
  const j = Math.min(n[1] - 1, Math.floor((y / l[1]) * n[1]));
  const k = Math.min(n[2] - 1, Math.floor((z / l[2]) * n[2]));
  return (i * n[1] + j) * n[2] + k;
}

/** Visits every cell that can hold a neighbour of a particle in `cell`, each once. */
export function visitNear(grid: CellGrid, cell: number, visit: (cell: number) => void): void {
  const [nx, ny, nz] = grid.shape;
  const k = cell % nz;
  const j = Math.floor(cell / nz) % ny;
  const i = Math.floor(cell / (nz * ny));
  for (const a of near(i, grid.reach[0], nx)) {
    for (const b of near(j, grid.reach[1], ny)) {
      for (const c of near(k, grid.reach[2], nz)) visit((a * ny + b) * nz + c);
    }
  }
}

function near(i: number, reach: number, n: number): number[] {
  if (2 * reach + 1 >= n) return Array.from({ length: n }, (_, k) => k);
  return Array.from({ length: 2 * reach + 1 }, (_, k) => (i - reach + k + n) % n);
}
