/** Perfect cubic crystals: the reference metals of the reservoir, and test structures. */
import { cubicCell } from './cell.ts';
import type { Frame } from './frame.ts';

export type CubicLattice = 'bcc' | 'fcc';

const basis: Record<CubicLattice, readonly (readonly [number, number, number])[]> = {
  bcc: [
    [0, 0, 0],
    [0.5, 0.5, 0.5],
  ],
  fcc: [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ],
};

/**
 * n × n × n cubic cells of one species, cell by cell, z fastest.
 *
 * @param a  lattice constant, Å
 * @param n  cubes along each axis
 */
export function cubicCrystal(species: string, lattice: CubicLattice, a: number, n: number): Frame {
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) {
        for (const [u, v, w] of basis[lattice]) rows.push((i + u) * a, (j + v) * a, (k + w) * a, 0);
      }
    }
  }
  return { cell: cubicCell(n * a), species: [species], rows: Float64Array.from(rows) };
}
