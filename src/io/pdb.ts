/**
 * Molecules and boxes from PDB files: ATOM and HETATM by their columns, the cell of CRYST1, the first model only.
 *
 * Of alternate locations the one that comes first in a residue is read. Occupancies, charges, bonds and names of residues are
 * read over. Without CRYST1, or with one that stands for none (edges of 0 or 1 Å), the atoms are a cluster.
 *
 * @cite Protein Data Bank contents guide, version 3.30 (2008), https://www.wwpdb.org/documentation/file-format
 * @oracle test/unit/io-pdb.test.ts
 */
import type { Cell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { checkPositions } from './coincidence.ts';
import { elementNamed, symbolFault } from './element-symbol.ts';
import { cellFromParameters } from './file-cell.ts';
import { LineReader } from './line-reader.ts';
import { commaHint, readNumber } from './number-text.ts';
import { boundingCell, clusterNote } from './open-cell.ts';
import { shown } from './shown.ts';

/**
 * Reads the first model of a PDB file.
 *
 * @param name  name of the file, for messages
 * @returns     positions Å as written (not wrapped); the title in `info.title`
 * @throws SpecError  any fault, with file name and line number; a space group other than P 1; two atoms within 0.1 Å
 */
export function parsePdb(text: string, name = 'pdb'): Frame {
  const reader = new LineReader(text, name);
  const title: string[] = [];
  const species: string[] = [];
  const rows: number[] = [];
  const lineOf: number[] = [];
  const locations = new Map<string, string>();
  let cell: Cell | undefined;
  let why = 'the file has no CRYST1';
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const record = line.slice(0, 6).trimEnd();
    if (record === 'END' || record === 'ENDMDL') break;
    if (record === 'TITLE' && title.length < 20) title.push(line.slice(10, 80).trim());
    if (record === 'CRYST1') {
      cell = parseCryst1(line, reader);
      why = `CRYST1 in line ${reader.line} stands for no cell`;
    }
    if (record !== 'ATOM' && record !== 'HETATM') continue;
    const location = line[16] ?? ' ';
    if (location !== ' ') {
      // chain, number and insertion code of the residue
      const residue = line.slice(21, 27);
      const first = locations.get(residue) ?? location;
      locations.set(residue, first);
      if (location !== first) continue;
    }
    for (let k = 0; k < 3; k++) rows.push(columnNumber(line, 30 + 8 * k, 38 + 8 * k, `coordinate ${'xyz'[k]}`, reader));
    const symbol = symbolOf(line, reader);
    if (!species.includes(symbol)) species.push(symbol);
    rows.push(species.indexOf(symbol));
    lineOf.push(reader.line);
  }
  if (rows.length === 0) reader.fail('there is no ATOM and no HETATM in the first model');
  const info: Record<string, string> = {};
  if (title.length > 0) info['title'] = title.join(' ').trim();
  if (cell === undefined) info['cell'] = clusterNote(why);
  const positions = Float64Array.from(rows);
  const frame: Frame = {
    cell: cell ?? boundingCell(positions, `${name}, line ${lineOf[0]}`),
    species,
    rows: positions,
    info,
  };
  checkPositions(frame, name, (i) => `line ${lineOf[i]}`);
  return frame;
}

/** The number in columns from + 1 to `to`. */
function columnNumber(line: string, from: number, to: number, what: string, reader: LineReader): number {
  const word = line.slice(from, to).trim();
  const x = readNumber(word);
  if (!Number.isNaN(x) && line.length >= to) return x;
  return reader.fail(
    `${what} must be a number in columns ${from + 1} to ${to}, got ${shown(word)}${line.length < to ? ' and the end of the line' : commaHint(word)}`,
  );
}

/** Cell of a CRYST1 record; undefined where it is the one that stands for none. */
function parseCryst1(line: string, reader: LineReader): Cell | undefined {
  const lengths = [0, 1, 2].map((k) => columnNumber(line, 6 + 9 * k, 15 + 9 * k, `edge ${'abc'[k]}`, reader));
  const angles = [0, 1, 2].map((k) =>
    columnNumber(line, 33 + 7 * k, 40 + 7 * k, ['alpha', 'beta', 'gamma'][k]!, reader),
  );
  if ([0, 1].some((none) => lengths.every((x) => x === none))) return undefined;
  const group = line.slice(55, 66).trim();
  if (group !== '' && !/^P\s*1$/i.test(group)) {
    reader.fail(
      `space group ${shown(group)}: the copies it makes are not in a PDB file; wanted P 1, with all atoms of the cell`,
    );
  }
  const where = `${reader.name}, line ${reader.line}`;
  return cellFromParameters(lengths as [number, number, number], angles as [number, number, number], where);
}

/** Element of an atom: columns 77 and 78, else the name in columns 13 to 16. */
function symbolOf(line: string, reader: LineReader): string {
  const given = line.slice(76, 78).trim();
  const atomName = line.slice(12, 16);
  const symbol = given === '' ? elementOfAtomName(atomName) : elementNamed(given);
  const fault = symbolFault(symbol, given === '' ? atomName.trim() : given);
  if (fault !== undefined) reader.fail(`${fault}${given === '' ? ' in columns 77 and 78' : ''}`);
  return symbol!;
}

/** The symbol stands right-justified in columns 13 and 14; names of hydrogen atoms with four characters begin in 13. */
function elementOfAtomName(name: string): string | undefined {
  const first = name[0] ?? ' ';
  if (!/[A-Za-z]/.test(first)) return elementNamed(/[A-Za-z]/.exec(name)?.[0] ?? '');
  if (/^[Hh][A-Za-z0-9]{2}./.test(name) && name.trim().length === 4) return 'H';
  return (/^[A-Za-z]{2}/.test(name) ? elementNamed(name.slice(0, 2)) : undefined) ?? elementNamed(first);
}
