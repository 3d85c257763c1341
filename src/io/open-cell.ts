/**
 * Cells of what has none: clusters, and wires and sheets whose file gives lattice vectors only where they repeat. The missing
 * edges are as long as the atoms reach + 20 Å. Atoms stay where they are, also outside of the cell.
 */
import { type Cell, cellFromMatrix } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';

/** Å of vacuum beside the atoms */
const margin = 20;
type Vector = readonly [number, number, number];
const axes: readonly Vector[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/**
 * The cell of a cluster: its bounding box + 20 Å, not periodic.
 *
 * @param rows   [N, 4] Å
 * @param where  file and line, for messages
 * @throws SpecError  the box is without end
 */
export function boundingCell(rows: ArrayLike<number>, where: string): Cell {
  const matrix = axes.flatMap((axis) => axis.map((x) => x * reach(rows, axis)));
  try {
    return cellFromMatrix(matrix, [false, false, false]);
  } catch (error) {
    throw new SpecError(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Lattice vectors that are zero along open directions, made: at right angles to the others, right-handed with them.
 *
 * @param matrix  [9] rows a, b, c, Å
 * @param rows    [N, 4] Å
 * @returns       [9]; the matrix itself where no such vector is zero
 */
export function completedMatrix(
  matrix: readonly number[],
  periodic: readonly [boolean, boolean, boolean],
  rows: ArrayLike<number>,
): readonly number[] {
  const vectors = [0, 1, 2].map((k) => matrix.slice(3 * k, 3 * k + 3) as unknown as Vector);
  const missing = [0, 1, 2].filter((k) => !periodic[k] && vectors[k]!.every((x) => x === 0));
  if (missing.length === 0) return matrix;
  if (missing.length === 3) return axes.flatMap((axis) => axis.map((x) => x * reach(rows, axis)));
  // k, i, j in cyclic order
  const k = missing.length === 1 ? missing[0]! : [0, 1, 2].find((one) => !missing.includes(one))!;
  const [i, j] = [(k + 1) % 3, (k + 2) % 3];
  const made = [...vectors];
  const stretched = (direction: Vector) => direction.map((x) => x * reach(rows, direction)) as unknown as Vector;
  if (missing.length === 1) {
    made[k] = stretched(unit(cross(vectors[i]!, vectors[j]!)));
  } else {
    const along = unit(vectors[k]!);
    const axis = Math.abs(along[i]!) < 0.9 ? axes[i]! : axes[j]!;
    const share = axis.reduce((sum, x, n) => sum + x * along[n]!, 0);
    const first = unit(axis.map((x, n) => x - share * along[n]!) as unknown as Vector);
    made[i] = stretched(first);
    made[j] = stretched(unit(cross(along, first)));
  }
  return made.flat();
}

/** What `info.cell` says of a cluster. */
export function clusterNote(why: string): string {
  return `bounding box + ${margin} Å, not periodic: ${why}`;
}

/** What `info.cell` says where open directions had no lattice vector. */
export const openNote = `atoms + ${margin} Å along directions that are not periodic: the file has no vectors there`;

/** How far atoms reach along a unit vector, and the vacuum, Å. */
function reach(rows: ArrayLike<number>, [x, y, z]: Vector): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows.length; i += 4) {
    const s = rows[i]! * x + rows[i + 1]! * y + rows[i + 2]! * z;
    low = Math.min(low, s);
    high = Math.max(high, s);
  }
  return Math.max(high - low, 0) + margin;
}

function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return v.map((x) => x / length) as unknown as Vector;
}

function cross([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}
