/** Perfect lattices: the reference metals of the reservoir, their (110) planes, graphene, and test structures. */
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

/**
 * Planes of bcc (110), one above the other along z: [001] along x, [1-10] along y.
 *
 * @param a         lattice constant, Å
 * @param cells     rectangles of a × √2 a along x and y, two atoms each
 * @param planes    first plane, and the one after the last
 * @param heightOf  z of a plane, Å
 * @returns [N, 4] rows, x and y within the box of the cells
 */
export function planes110(
  a: number,
  [nx, ny]: readonly [number, number],
  [from, to]: readonly [number, number],
  heightOf: (plane: number) => number,
): Float64Array {
  const rows: number[] = [];
  for (let k = from; k < to; k++) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        for (const u of [0, 0.5])
          rows.push(((i + u + 0.5 * (k % 2)) % nx) * a, (j + u) * a * Math.SQRT2, heightOf(k), 0);
      }
    }
  }
  return Float64Array.from(rows);
}

/** Rectangular cell of graphene with a bond of 1.42 Å, zigzag along x: its edges, Å. */
export const grapheneCell = [1.42 * Math.sqrt(3), 1.42 * 3] as const;

const grapheneBasis = [
  [0, 0],
  [0.5, 1 / 6],
  [0.5, 0.5],
  [0, 2 / 3],
] as const;

/**
 * Flat graphene sheets, all alike, at some heights.
 *
 * @param cells    cells along x and y, four atoms each
 * @param heights  z of the sheets, Å
 * @param cell     edges of one cell, Å; another than `grapheneCell` is a strained sheet
 * @returns [N, 4] rows
 */
export function grapheneSheets(
  [nx, ny]: readonly [number, number],
  heights: readonly number[],
  [a, b]: readonly [number, number] = grapheneCell,
): Float64Array {
  const rows: number[] = [];
  for (const z of heights) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        for (const [u, v] of grapheneBasis) rows.push((i + u) * a, (j + v) * b, z, 0);
      }
    }
  }
  return Float64Array.from(rows);
}
