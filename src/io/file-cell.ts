/** Cells as structure files give them: checked, or from six lattice parameters. */
import { type Cell, cellFromMatrix } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';

/** Å; positions and edges beyond it are slips, and would overflow counts of images */
export const farthest = 1e6;
/** Å between opposite faces; in a thinner cell every atom would stand on its own image */
const thinnest = 0.2;

/**
 * A cell that has volume, and edges and heights of a possible size.
 *
 * @param matrix  [9] rows a, b, c, Å
 * @param where   file and line, for messages
 * @throws SpecError  no volume, an edge above 10⁶ Å, less than 0.2 Å between opposite faces
 */
export function checkedCell(
  matrix: ArrayLike<number>,
  periodic: readonly [boolean, boolean, boolean],
  where: string,
): Cell {
  let cell: Cell;
  try {
    cell = cellFromMatrix(matrix, periodic);
  } catch (error) {
    throw new SpecError(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const k of [0, 1, 2] as const) {
    const edge = Math.hypot(...cell.matrix.subarray(3 * k, 3 * k + 3));
    if (!(edge <= farthest)) throw new SpecError(`${where}: edge ${'abc'[k]} is ${edge} Å, wanted at most ${farthest}`);
    if (!(cell.heights[k] >= thinnest)) {
      throw new SpecError(
        `${where}: the cell is ${cell.heights[k]} Å thick across ${'abc'[k]}, wanted at least ${thinnest}`,
      );
    }
  }
  return cell;
}

/**
 * Periodic cell from lengths and angles: a along x, b in the plane of x and y, c above it.
 *
 * @param lengths  a, b, c, Å
 * @param angles   α (between b and c), β, γ, degrees; 60, 90 and 120 are exact
 * @param where    file and line, for messages
 * @throws SpecError  a length not above 0, angles that close no cell, or what `checkedCell` refuses
 */
export function cellFromParameters(
  lengths: readonly [number, number, number],
  angles: readonly [number, number, number],
  where: string,
): Cell {
  const bad = lengths.findIndex((x) => !(x > 0));
  if (bad >= 0) throw new SpecError(`${where}: edge ${'abc'[bad]} of the cell must be above 0 Å, got ${lengths[bad]}`);
  const wrong = angles.findIndex((x) => !(x > 0 && x < 180));
  if (wrong >= 0) {
    const name = ['alpha', 'beta', 'gamma'][wrong];
    throw new SpecError(`${where}: ${name} must be between 0 and 180 degrees, got ${angles[wrong]}`);
  }
  const [a, b, c] = lengths;
  const [ca, cb, cg] = angles.map(cosine) as [number, number, number];
  const sg = angles[2] === 90 ? 1 : Math.sqrt(1 - cg * cg);
  const cy = (ca - cb * cg) / sg;
  const square = 1 - cb * cb - cy * cy;
  if (!(square > 1e-8)) {
    throw new SpecError(
      `${where}: angles ${angles.join(', ')} close no cell (one must be less than the other two together)`,
    );
  }
  return checkedCell([a, 0, 0, b * cg, b * sg, 0, c * cb, c * cy, c * Math.sqrt(square)], [true, true, true], where);
}

/** cos of an angle in degrees, exact where it is rational and common. */
function cosine(angle: number): number {
  const exact: Readonly<Record<number, number>> = { 60: 0.5, 90: 0, 120: -0.5 };
  return exact[angle] ?? Math.cos((angle * Math.PI) / 180);
}
