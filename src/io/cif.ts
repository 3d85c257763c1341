/**
 * Crystals from CIF: cell, atoms, symmetry. The asymmetric unit is expanded by the operators that the file lists.
 *
 *   _cell_length_a … _cell_angle_gamma · _atom_site_fract_x … or _atom_site_Cartn_x … · _atom_site_type_symbol, _label,
 *   _occupancy · _space_group_symop_operation_xyz or _symmetry_equiv_pos_as_xyz
 *
 * An atom of the file stays where the file has it; its images are put into the cell. Images of one atom within 0.1 Å of each
 * other are one atom on a special position, where the first is kept: a coordinate that is rounded in the file stays rounded.
 *
 * @cite Hall, Allen & Brown, Acta Cryst. A47, 655 (1991) doi:10.1107/S010876739101067X
 * @oracle test/unit/io-cif.test.ts (bonds and spacings of graphite, LiC6, NaCl)
 */
import type { Cell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { type CifAtom, cifAtomNames, cifAtoms } from './cif-atoms.ts';
import { type CifBlock, cifBlocks } from './cif-blocks.ts';
import { cifNumber, isUnknown } from './cif-numbers.ts';
import { applyOperator, fitsCell, isIdentity, parseOperator, type SymmetryOperator } from './cif-symmetry.ts';
import type { CifToken } from './cif-tokens.ts';
import { pointGrid, twinMessage } from './coincidence.ts';
import { cellFromParameters, farthest } from './file-cell.ts';
import { boundingCell, clusterNote } from './open-cell.ts';
import { shown } from './shown.ts';

const lengthNames = ['_cell_length_a', '_cell_length_b', '_cell_length_c'];
const angleNames = ['_cell_angle_alpha', '_cell_angle_beta', '_cell_angle_gamma'];
const operatorNames = ['_space_group_symop_operation_xyz', '_symmetry_equiv_pos_as_xyz'];
/** what a file may call its space group, with the name that has no symmetry */
const groupNames: Readonly<Record<string, string>> = {
  '_space_group_name_h-m_alt': 'p1',
  '_space_group_name_h-m_ref': 'p1',
  '_space_group_name_h-m_full': 'p1',
  '_symmetry_space_group_name_h-m': 'p1',
  _space_group_name_hall: 'p1',
  _symmetry_space_group_name_hall: 'p1',
  _space_group_it_number: '1',
  _symmetry_int_tables_number: '1',
};
const wanted: ReadonlySet<string> = new Set([
  ...[...lengthNames, ...angleNames, ...operatorNames, ...Object.keys(groupNames), ...cifAtomNames],
]);
/** no setting of a space group has more than 192; a few cells side by side may */
const mostOperators = 1024;
const mostImages = 4_000_000;

/**
 * Reads the first data block that has atoms.
 *
 * @param name  name of the file, for messages
 * @returns     all atoms of the cell, Å, species numbered by first appearance; a file without a cell is a cluster in its
 *              bounding box + 20 Å; `info.title` is the name of the block
 * @throws SpecError  any fault, with file name and line number; sites that are not fully occupied; a space group without its
 *                    operators; two atoms within 0.1 Å
 */
export function parseCif(text: string, name = 'cif'): Frame {
  let last = 1;
  for (const block of cifBlocks(text, name, wanted)) {
    const atoms = cifAtoms(block, name);
    if (atoms.length > 0) return frameOf(block, atoms, name);
    last = block.line;
  }
  throw new SpecError(
    `${name}, line ${last}: no data block has atoms; wanted _atom_site_fract_x, _y, _z, or _atom_site_Cartn_x, _y, _z`,
  );
}

function frameOf(block: CifBlock, atoms: readonly CifAtom[], name: string): Frame {
  const species = [...new Set(atoms.map(({ symbol }) => symbol))];
  const info: Record<string, string> = { title: block.code };
  const group = groupOf(block);
  if (group) info['spaceGroup'] = group.text;
  const cell = cellOf(block, name);
  if (cell === undefined) {
    if (atoms[0]!.fractional || group) {
      throw new SpecError(`${name}, line ${block.line}: data_${shown(block.code)} has no _cell_length_a`);
    }
    info['cell'] = clusterNote('the file has no cell');
    const rows = Float64Array.from(atoms.flatMap(({ at, symbol }) => [...at, species.indexOf(symbol)]));
    return { cell: boundingCell(rows, `${name}, line ${block.line}`), species, rows, info };
  }
  const operators = operatorsOf(block, cell, name);
  if (operators === undefined) {
    if (group) {
      throw new SpecError(
        `${name}, line ${group.line}: space group ${shown(group.text)} without its operators; wanted a loop of ${operatorNames[0]}, or the whole cell as P 1`,
      );
    }
    info['symmetry'] = 'not in the file: taken as P 1';
  }
  const rows = expanded(atoms, operators ?? [parseOperator('x,y,z', name)], cell, species, name);
  return { cell, species, rows, info };
}

/** Cell of a block; undefined where it has none. Angles that are not given are 90°, as the dictionary has it. */
function cellOf({ values, line }: CifBlock, name: string): Cell | undefined {
  const given = (key: string): CifToken | undefined => values.get(key)?.[0];
  if (lengthNames.every((key) => given(key) === undefined)) return undefined;
  const [a, b, c, alpha, beta, gamma] = [...lengthNames, ...angleNames].map((key, k) => {
    const token = given(key);
    if (k >= 3 && (token === undefined || (!token.quoted && token.text === '.'))) return 90;
    if (token === undefined) throw new SpecError(`${name}, line ${line}: the data block has no ${key}`);
    return cifNumber(token, key, name);
  }) as [number, number, number, number, number, number];
  const where = `${name}, line ${given(lengthNames.find((key) => given(key))!)!.line}`;
  return cellFromParameters([a, b, c], [alpha, beta, gamma], where);
}

/** The space group a block names, unless it is P 1 or unknown. */
function groupOf({ values }: CifBlock): CifToken | undefined {
  return Object.entries(groupNames)
    .map(([key, none]) => {
      const token = values.get(key)?.[0];
      if (token === undefined || isUnknown(token)) return undefined;
      return token.text.replace(/[\s_]/g, '').toLowerCase() === none || token.text.trim() === '' ? undefined : token;
    })
    .find((token) => token !== undefined);
}

/** Operators of a block, the identity first; undefined where it lists none. */
function operatorsOf({ values }: CifBlock, cell: Cell, name: string): SymmetryOperator[] | undefined {
  const tokens = operatorNames.map((key) => values.get(key)).find((list) => list && !list.every(isUnknown));
  if (tokens === undefined) return undefined;
  if (tokens.length > mostOperators) {
    throw new SpecError(
      `${name}, line ${tokens[mostOperators]!.line}: ${tokens.length} symmetry operators, wanted at most ${mostOperators}`,
    );
  }
  const operators = tokens.map((token) => {
    const where = `${name}, line ${token.line}`;
    const operator = parseOperator(token.text, where);
    if (fitsCell(operator, cell)) return operator;
    throw new SpecError(`${where}: symmetry operator ${shown(token.text)} does not fit the cell: it changes distances`);
  });
  const first = operators.findIndex(isIdentity);
  if (first < 0) throw new SpecError(`${name}, line ${tokens[0]!.line}: the symmetry operators lack x, y, z`);
  return [operators[first]!, ...operators.filter((_, k) => k !== first)];
}

/** [N, 4] rows of all images of all atoms, each once. */
function expanded(
  atoms: readonly CifAtom[],
  operators: readonly SymmetryOperator[],
  cell: Cell,
  species: readonly string[],
  name: string,
): Float64Array {
  const most = atoms.length * operators.length;
  if (operators.length > 1 && most > mostImages) {
    throw new SpecError(
      `${name}, line ${atoms[0]!.line}: ${atoms.length} atoms under ${operators.length} operators, wanted at most ${mostImages} images`,
    );
  }
  const { matrix: m, inverse: v } = cell;
  const grid = pointGrid(cell, most);
  const rows: number[] = [];
  const origin: number[] = [];
  const row = new Float64Array(4);
  atoms.forEach(({ at, fractional, symbol, line }, i) => {
    const s = fractional ? at : [0, 1, 2].map((k) => at[0]! * v[k]! + at[1]! * v[3 + k]! + at[2]! * v[6 + k]!);
    operators.forEach((operator, o) => {
      const image = o === 0 ? s : applyOperator(operator, s).map(intoCell);
      for (let k = 0; k < 3; k++) row[k] = image[0]! * m[k]! + image[1]! * m[3 + k]! + image[2]! * m[6 + k]!;
      if (o === 0 && !fractional) row.set(at);
      if (!row.every((x) => Math.abs(x) <= farthest)) {
        throw new SpecError(`${name}, line ${line}: this atom is more than ${farthest} Å away`);
      }
      const [x, y, z] = row as unknown as [number, number, number];
      const twin = grid.near(x, y, z);
      if (twin >= 0 && (o === 0 || origin[twin] !== i)) {
        throw new SpecError(`${name}, line ${line}: ${twinMessage(`line ${atoms[origin[twin]!]!.line}`)}`);
      }
      if (twin >= 0) return;
      grid.add(x, y, z);
      rows.push(x, y, z, species.indexOf(symbol));
      origin.push(i);
    });
  });
  return Float64Array.from(rows);
}

/** A fraction in [0, 1), with room for rounding: 1 − 10⁻¹⁶ is on the near face too. */
function intoCell(s: number): number {
  return s - Math.floor(s + 1e-9);
}
