/** The rigid host as kernels read it: atoms in the order of their cells, and the table that says how far they are felt. */
import { type Frame, wrapped } from '../core/frame.ts';
import { type CellGrid, cellGrid, cellOf } from './cells.ts';
import type { ChainSetup } from './chain.ts';
import type { TwinTable } from './guest-tables.ts';

export interface SortedHost {
  readonly start: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly kind: Int32Array;
}

/**
 * Host atoms in the order of their cells, coordinates side by side (one spare at the end: SIMD reads in twos).
 *
 * @param host         wrapped
 * @param hostSpecies  atoms are numbered by their place here
 */
export function sortHost(host: Frame, hostSpecies: readonly string[], grid: CellGrid): SortedHost {
  const n = host.rows.length / 4;
  const kindOf = host.species.map((name) => hostSpecies.indexOf(name));
  const start = new Int32Array(grid.shape[0] * grid.shape[1] * grid.shape[2] + 1);
  const cells = Int32Array.from({ length: n }, (_, i) =>
    cellOf(grid, host.rows[4 * i]!, host.rows[4 * i + 1]!, host.rows[4 * i + 2]!),
  );
  for (const c of cells) start[c + 1]!++;
  for (let c = 0; c + 1 < start.length; c++) start[c + 1]! += start[c]!;
  const next = start.slice();
  const sorted = {
    start,
    x: new Float64Array(n + 1),
    y: new Float64Array(n + 1),
    z: new Float64Array(n + 1),
    kind: new Int32Array(n + 1),
  };
  for (let i = 0; i < n; i++) {
    const at = next[cells[i]!]!++;
    sorted.x[at] = host.rows[4 * i]!;
    sorted.y[at] = host.rows[4 * i + 1]!;
    sorted.z[at] = host.rows[4 * i + 2]!;
    sorted.kind[at] = kindOf[host.rows[4 * i + 3]!]!;
  }
  return sorted;
}

/** The host of a chain in cells; a guest that no host atom is felt by gets a table of zeros. */
export function hostInCells(setup: ChainSetup): {
  readonly table: TwinTable;
  readonly grid: CellGrid;
  readonly sorted: SortedHost;
} {
  const table = setup.tables.host[0] ?? { from: 0, to: 1, step: 1, rows: new Float64Array(8) };
  // Widths measured on a filled carbon: wider cells test more pairs, narrower ones spend the time on empty cells.
  const grid = cellGrid(setup.host.cell, table.to / 1.5, table.to);
  return { table, grid, sorted: sortHost(wrapped(setup.host), setup.tables.hostSpecies, grid) };
}
