/**
 * One configuration at rest: read, drawn, stored, posted, never changed.
 */
import ndarray from 'ndarray';
import { type Cell, wrapRows } from './cell.ts';
import { massOf } from './elements.ts';
import { gramPerCm3 } from './units.ts';

export interface Frame {
  readonly cell: Cell;
  /** names of the species that rows point to; `element` or `element:site`, e.g. `C:basal`, `Na` */
  readonly species: readonly string[];
  /** [N, 4] rows (x, y, z, index into `species`), Å */
  readonly rows: Float64Array;
  /** free key–value facts: provenance, energy, voltage */
  readonly info?: Readonly<Record<string, string | number | boolean>>;
  /** [N, 4] rows (fx, fy, fz, energy of the atom), eV/Å and eV */
  readonly forces?: Float64Array;
}

/** Number of atoms. */
export function atomCount(frame: Frame): number {
  return frame.rows.length / 4;
}

/** Species name of atom `i`. */
export function speciesAt(frame: Frame, i: number): string {
  return frame.species[frame.rows[4 * i + 3]!]!;
}

/** Total mass, amu. */
export function massOfFrame(frame: Frame): number {
  const masses = frame.species.map(massOf);
  let total = 0;
  for (let i = 3; i < frame.rows.length; i += 4) total += masses[frame.rows[i]!]!;
  return total;
}

/** Mass density, g/cm³. */
export function densityOf(frame: Frame): number {
  return (massOfFrame(frame) / frame.cell.volume) * gramPerCm3;
}

/** Positions as an [N, 3] ndarray view on the rows: no copy is made, Å. */
export function positionsView(frame: Frame): ndarray.NdArray<Float64Array> {
  return ndarray(frame.rows, [atomCount(frame), 3], [4, 1]);
}

/** Number of atoms of each species name. */
export function composition(frame: Frame): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 3; i < frame.rows.length; i += 4) {
    const name = frame.species[frame.rows[i]!]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The same frame with every atom inside the cell. */
export function wrapped(frame: Frame): Frame {
  const rows = frame.rows.slice();
  wrapRows(frame.cell, rows);
  return { ...frame, rows };
}

/** Frame of the atoms for which `keep` is true, species table unchanged. */
export function selectAtoms(frame: Frame, keep: (i: number) => boolean): Frame {
  const rows = new Float64Array(frame.rows.length);
  let used = 0;
  for (let i = 0; i < atomCount(frame); i++) {
    if (!keep(i)) continue;
    for (let k = 4 * i; k < 4 * i + 4; k++) rows[used++] = frame.rows[k]!;
  }
  return { ...frame, rows: rows.slice(0, used), forces: undefined };
}

/** One frame with the atoms of both, in the cell of the first. */
export function mergeFrames(a: Frame, b: Frame): Frame {
  const species = [...a.species];
  const index = b.species.map((name) => {
    const found = species.indexOf(name);
    return found >= 0 ? found : species.push(name) - 1;
  });
  const rows = new Float64Array(a.rows.length + b.rows.length);
  rows.set(a.rows);
  rows.set(b.rows, a.rows.length);
  for (let i = a.rows.length + 3; i < rows.length; i += 4) rows[i] = index[rows[i]!]!;
  return { cell: a.cell, species, rows, info: { ...a.info, ...b.info } };
}
