/** LAMMPS data files, the writing half: a frame turned into LAMMPS' restricted box, where a lies along x and b in xy. */
import type { Cell } from '../core/cell.ts';
import { massOf } from '../core/elements.ts';
import { PhysicsError, SpecError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { writeNumber } from './number-text.ts';

/**
 * Writes a frame as a data file that LAMMPS (`atom_style atomic`, or `charge` with charges) and `parseLammpsData` read.
 *
 * A cell whose matrix is already lower triangular is written as it is, bit by bit; any other is rotated together with its
 * atoms (energies stay, vectors turn). Coordinates are not wrapped: LAMMPS does that itself along periodic directions.
 * Along the others the box is moved to where the atoms are, for LAMMPS loses atoms outside.
 *
 * @param charges  [N] e
 * @throws SpecError     left-handed cell, atoms that do not fit into a non-periodic edge, charges of another length
 * @throws PhysicsError  a coordinate or charge is not finite
 */
export function formatLammpsData(frame: Frame, charges?: ArrayLike<number>): string {
  const n = atomCount(frame);
  if (charges && charges.length !== n) throw new SpecError(`LAMMPS data wants ${n} charges, got ${charges.length}`);
  const bad = frame.species.find((label) => /[\s#]/.test(label) || label === '');
  if (bad !== undefined) throw new SpecError(`species "${bad}" cannot be written to a LAMMPS data file`);
  const box = restrictedBox(frame.cell);
  const rows = box.turn(frame.rows);
  const wrong = rows.findIndex((x) => !Number.isFinite(x));
  if (wrong >= 0) throw new PhysicsError(`position of atom ${wrong >> 2} is ${rows[wrong]}: not written`);
  const [lx, , , xy, ly, , xz, yz, lz] = box.matrix as unknown as number[];
  const origin = boxOrigin(frame, box.matrix);
  const edge = (k: 0 | 1 | 2, length: number) => {
    const low = origin[k]!;
    return `${writeNumber(low)} ${writeNumber(low + length)} ${'xyz'[k]}lo ${'xyz'[k]}hi`;
  };
  const title = typeof frame.info?.['title'] === 'string' ? frame.info['title'] : 'written by Cardhouse';
  const lines = [
    title.replace(/\s+/g, ' '),
    '',
    `${n} atoms`,
    `${frame.species.length} atom types`,
    '',
    edge(0, lx!),
    edge(1, ly!),
    edge(2, lz!),
  ];
  if (!frame.cell.orthorhombic || box.rotated) lines.push(`${[xy!, xz!, yz!].map(writeNumber).join(' ')} xy xz yz`);
  lines.push('', 'Masses', '');
  lines.push(...frame.species.map((label, k) => `${k + 1} ${writeNumber(massOf(label))} # ${label}`));
  lines.push('', `Atoms # ${charges ? 'charge' : 'atomic'}`, '');
  for (let i = 0; i < n; i++) {
    const words = [String(i + 1), String(rows[4 * i + 3]! + 1)];
    if (charges) {
      if (!Number.isFinite(charges[i]!)) throw new PhysicsError(`charge of atom ${i} is ${charges[i]}: not written`);
      words.push(writeNumber(charges[i]!));
    }
    for (let k = 0; k < 3; k++) words.push(writeNumber(rows[4 * i + k]!));
    lines.push(words.join(' '));
  }
  return lines.join('\n') + '\n';
}

interface RestrictedBox {
  readonly matrix: Float64Array;
  readonly rotated: boolean;
  /** rows of the frame in the axes of the box */
  readonly turn: (rows: Float64Array) => Float64Array;
}

/** Gram–Schmidt on the rows a, b, c: the rotation Q takes them to a lower triangular matrix with positive diagonal. */
function restrictedBox(cell: Cell): RestrictedBox {
  const m = cell.matrix;
  if (m[1] === 0 && m[2] === 0 && m[5] === 0 && m[0]! > 0 && m[4]! > 0 && m[8]! > 0) {
    return { matrix: m, rotated: false, turn: (rows) => rows };
  }
  const a = m.subarray(0, 3);
  const b = m.subarray(3, 6);
  const c = m.subarray(6, 9);
  const ex = scaled(a, 1 / Math.hypot(...a));
  const along = dot(b, ex);
  const across = b.map((x, k) => x - along * ex[k]!);
  const ey = scaled(across, 1 / Math.hypot(...across));
  const ez = cross(ex, ey);
  if (dot(c, ez) < 0)
    throw new SpecError('LAMMPS wants a right-handed cell; swap two of its vectors (and nothing else)');
  const into = (v: ArrayLike<number>) => [dot(v, ex), dot(v, ey), dot(v, ez)] as const;
  const matrix = Float64Array.of(dot(a, ex), 0, 0, along, dot(b, ey), 0, ...into(c));
  const turn = (rows: Float64Array) => {
    const turned = rows.slice();
    for (let i = 0; i < rows.length; i += 4) turned.set(into(rows.subarray(i, i + 3)), i);
    return turned;
  };
  return { matrix, rotated: true, turn };
}

/** Lower corner of the box in its own axes: 0 along periodic directions and wherever all atoms lie in [0, edge]. */
function boxOrigin(frame: Frame, matrix: Float64Array): [number, number, number] {
  const { inverse: v, periodic } = frame.cell;
  const origin: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    if (periodic[k]) continue;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < frame.rows.length; i += 4) {
      const s = frame.rows[i]! * v[k]! + frame.rows[i + 1]! * v[3 + k]! + frame.rows[i + 2]! * v[6 + k]!;
      low = Math.min(low, s);
      high = Math.max(high, s);
    }
    if (low >= 0 && high <= 1) continue;
    if (high - low > 1) {
      throw new SpecError(
        `atoms span ${(high - low).toFixed(3)} edges of the cell along its non-periodic vector ${'abc'[k]}`,
      );
    }
    if (frame.rows.length === 0) continue;
    const shift = (low + high - 1) / 2;
    for (let j = 0; j < 3; j++) origin[j]! += shift * matrix[3 * k + j]!;
  }
  return origin;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

function scaled(a: Float64Array, factor: number): Float64Array {
  return a.map((x) => x * factor);
}

function cross(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.of(a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!);
}
