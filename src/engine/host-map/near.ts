/** Cells for the carbons that a chain with a map still sums one by one. */
import type { Cell } from '../../core/cell.ts';
import { type CellGrid, cellGrid } from '../cells.ts';
import type { HostMap } from './build.ts';

/** Cells of the host for the short sums beside a map. */
export function nearGrid({ near }: HostMap, cell: Cell): CellGrid {
  const { to } = near[0]!;
  return cellGrid(cell, to, to);
}
