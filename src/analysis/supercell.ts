/** A cell several times over. */
import { cellFromMatrix } from '../core/cell.ts';
import { atomCount, type Frame } from '../core/frame.ts';

/**
 * The frame repeated along its lattice vectors: atoms of the first copy come first, in their order.
 *
 * @param copies  along a, b, c, each from 1 on
 * @oracle test/unit/analysis-bonding.test.ts (rings of graphene from its smallest cell)
 */
export function repeated(frame: Frame, copies: readonly [number, number, number]): Frame {
  const n = atomCount(frame);
  const { matrix: m, periodic } = frame.cell;
  const rows = new Float64Array(4 * n * copies[0] * copies[1] * copies[2]);
  let copy = 0;
  for (let a = 0; a < copies[0]; a++) {
    for (let b = 0; b < copies[1]; b++) {
      for (let c = 0; c < copies[2]; c++) {
        const shift = [0, 1, 2].map((d) => a * m[d]! + b * m[3 + d]! + c * m[6 + d]!);
        for (let i = 0; i < n; i++) {
          const to = 4 * (copy * n + i);
          for (let d = 0; d < 3; d++) rows[to + d] = frame.rows[4 * i + d]! + shift[d]!;
          rows[to + 3] = frame.rows[4 * i + 3]!;
        }
        copy++;
      }
    }
  }
  const matrix = m.map((x, k) => x * copies[Math.floor(k / 3)]!);
  return { cell: cellFromMatrix(matrix, periodic), species: frame.species, rows };
}
