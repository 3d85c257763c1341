/** What the comment line of extended XYZ says about the atoms below it: their columns and their cell. */
import { type Cell, cellFromMatrix } from '../core/cell.ts';
import { didYouMean, SpecError } from '../core/errors.ts';
import type { InfoValue } from './extxyz-comment.ts';
import { readInteger, readNumber } from './number-text.ts';
import { boundingCell, clusterNote, completedMatrix, openNote } from './open-cell.ts';
import { shown } from './shown.ts';

/** columns that Cardhouse reads, with the only type each may have */
const columnTypes = { species: 'S:1', site: 'S:1', pos: 'R:3', forces: 'R:3', energies: 'R:1' } as const;
type Column = keyof typeof columnTypes;

/** characters of a Lattice that are looked at */
const longest = 1000;

/** Where an atom line has what. */
export interface Columns extends Partial<Record<Column, number>> {
  readonly species: number;
  readonly pos: number;
  /** columns of a line; undefined where any number from four on will do */
  readonly width?: number;
}

/**
 * Reads `species:S:1:pos:R:3:…`.
 *
 * @param where  file and line, for messages
 * @returns      first column of each property that Cardhouse reads
 * @throws SpecError  no triples, an unknown type, species or pos missing
 */
export function parseProperties(text: string, where: string): Columns {
  const parts = text.split(':');
  if (parts.length % 3 !== 0)
    throw new SpecError(`${where}: Properties wants name:type:columns triples, got ${shown(text, 80)}`);
  const columns: Partial<Record<Column, number>> = {};
  const names = new Set<string>();
  let column = 0;
  for (let k = 0; k < parts.length; k += 3) {
    const [property, type, size] = parts.slice(k, k + 3) as [string, string, string];
    if (!/^[SIRL]$/.test(type) || !(readInteger(size) > 0)) {
      throw new SpecError(
        `${where}: Properties wants S, I, R or L and a column count, got ${shown(`${property}:${type}:${size}`)}`,
      );
    }
    if (names.has(property)) throw new SpecError(`${where}: Properties names ${shown(property)} twice`);
    names.add(property);
    if (Object.hasOwn(columnTypes, property)) {
      const wanted = columnTypes[property as Column];
      if (`${type}:${size}` !== wanted) {
        throw new SpecError(`${where}: Properties wants ${property}:${wanted}, got ${property}:${type}:${size}`);
      }
      columns[property as Column] = column;
    }
    column += Number(size);
  }
  const { species, pos } = columns;
  if (species === undefined || pos === undefined) {
    const missing = species === undefined ? 'species' : 'pos';
    throw new SpecError(
      `${where}: Properties needs ${missing}:${columnTypes[missing]}, got ${shown([...names].join(', '), 120)}${didYouMean(missing, [...names].slice(0, 100))}`,
    );
  }
  return { ...columns, species, pos, width: column };
}

/**
 * The cell of a frame: Lattice and pbc, or the bounding box of its rows + 20 Å. A lattice vector that is zero along a direction
 * that is not periodic, as ASE writes wires and sheets, is made so that it reaches 20 Å beyond the atoms.
 *
 * @param where  file and line, for messages
 * @returns      the cell, and a note where the file did not say all of it
 * @throws SpecError  not nine numbers, no volume, pbc without Lattice
 */
export function parseCell(
  lattice: InfoValue | undefined,
  pbc: InfoValue | undefined,
  rows: Float64Array,
  where: string,
): { readonly cell: Cell; readonly note?: string } {
  const flags = pbc === undefined ? undefined : String(pbc).match(/[^\s,[\]{}]+/g);
  if (
    flags !== undefined &&
    (flags?.length !== 3 || flags.some((flag) => !/^(?:T|F|True|False|true|false|1|0)$/.test(flag)))
  ) {
    throw new SpecError(`${where}: pbc wants three of T and F, got ${shown(String(pbc))}`);
  }
  const periodic = (flags?.map((flag) => /^[Tt1]/.test(flag)) ?? [true, true, true]) as [boolean, boolean, boolean];
  if (lattice === undefined) {
    if (flags && periodic.includes(true)) throw new SpecError(`${where}: pbc=${shown(String(pbc))} needs a Lattice`);
    return { cell: boundingCell(rows, where), note: clusterNote('the file has no Lattice') };
  }
  const words =
    String(lattice)
      .slice(0, longest)
      .match(/[^\s,[\]{}]+/g) ?? [];
  const numbers = words.map(readNumber);
  if (numbers.length !== 9 || numbers.some(Number.isNaN)) {
    throw new SpecError(
      `${where}: Lattice wants nine numbers (ax ay az bx by bz cx cy cz), got ${shown(String(lattice), 120)}`,
    );
  }
  const matrix = completedMatrix(numbers, periodic, rows);
  return { cell: cellOrFault(matrix, periodic, where), ...(matrix !== numbers && { note: openNote }) };
}

function cellOrFault(matrix: readonly number[], periodic: readonly [boolean, boolean, boolean], where: string): Cell {
  try {
    return cellFromMatrix(matrix, periodic);
  } catch (error) {
    throw new SpecError(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
