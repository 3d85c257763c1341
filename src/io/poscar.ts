/**
 * Crystals of VASP: POSCAR and CONTCAR.
 *
 *   comment · scale factor (negative: volume; three: one for each of x, y, z) · a · b · c · elements · their counts ·
 *   [Selective dynamics] · Direct or Cartesian · positions
 *
 * Flags of selective dynamics, and velocities and whatever else stands behind the positions, are read over. The form of VASP 4,
 * without a line of elements, is read where the comment line names them.
 *
 * @oracle test/unit/io-poscar.test.ts, test/property/io-structure-file.test.ts (round trip)
 */
import type { Cell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { checkPositions } from './coincidence.ts';
import { elementNamed, symbolFault } from './element-symbol.ts';
import { checkedCell } from './file-cell.ts';
import { LineReader } from './line-reader.ts';
import { commaHint, readInteger, readNumber } from './number-text.ts';
import { shown } from './shown.ts';

/**
 * Reads a POSCAR.
 *
 * @param name  name of the file, for messages
 * @returns     periodic, positions Å as written (not wrapped), the comment line in `info.title`
 * @throws SpecError  any fault, with file name and line number; two atoms within 0.1 Å
 */
export function parsePoscar(text: string, name = 'POSCAR'): Frame {
  const reader = new LineReader(text, name);
  const title = (reader.next() ?? '').trim();
  const { cell, scale } = parseLattice(reader);
  const { symbols, counts, atoms } = parseSpecies(reader, title);
  const announced = reader.line;

  let mode = words(reader, 'Direct or Cartesian')[0]!;
  if (/^s/i.test(mode)) mode = words(reader, 'Direct or Cartesian')[0]!;
  if (!/^[cdk]/i.test(mode)) reader.fail(`wanted Direct or Cartesian, got ${shown(mode)}`);
  const direct = /^d/i.test(mode);

  const species = [...new Set(symbols)];
  const { matrix: m } = cell;
  const rows: number[] = [];
  const firstAtom = reader.line + 1;
  for (let s = 0; s < symbols.length; s++) {
    for (let n = 0; n < counts[s]!; n++) {
      const line = reader.next();
      if (line === undefined || line.trim() === '') {
        reader.fail(`${atoms} atoms announced in line ${announced}, ${rows.length / 4} found`);
      }
      const [x, y, z] = numbers(reader, line!, 3, 'coordinate').map((u, k) => (direct ? u : u * scale[k]!));
      rows.push(
        direct ? x! * m[0]! + y! * m[3]! + z! * m[6]! : x!,
        direct ? x! * m[1]! + y! * m[4]! + z! * m[7]! : y!,
        direct ? x! * m[2]! + y! * m[5]! + z! * m[8]! : z!,
        species.indexOf(symbols[s]!),
      );
    }
  }
  // velocities stand behind a line of their own: a number here is one more atom
  const behind = reader.next()?.trim().split(/\s+/).slice(0, 3) ?? [];
  if (behind.length === 3 && !behind.some((token) => Number.isNaN(readNumber(token)))) {
    reader.fail(`${atoms} atoms announced in line ${announced}, here is one more`);
  }
  const frame: Frame = { cell, species, rows: Float64Array.from(rows), info: { title } };
  checkPositions(frame, name, (i) => `line ${firstAtom + i}`);
  return frame;
}

/** Words of the next line, comments behind `!` and `#` taken off. */
function words(reader: LineReader, what: string): string[] {
  const line = reader.next();
  if (line === undefined) return reader.fail(`the file ends where ${what} should stand`);
  const content = line
    .slice(0, 10_000)
    .replace(/[!#].*/, '')
    .trim();
  return content === '' ? reader.fail(`wanted ${what}, got an empty line`) : content.split(/\s+/);
}

/** The first numbers of a line. */
function numbers(reader: LineReader, line: string, count: number, what: string): number[] {
  const tokens = line.trim().slice(0, 1000).split(/\s+/).slice(0, count);
  if (tokens.length < count) reader.fail(`wanted ${count} numbers (${what}s x, y, z), got ${shown(line.trim())}`);
  return tokens.map((token, k) => {
    const x = readNumber(token);
    if (Number.isNaN(x)) reader.fail(`${what} ${'xyz'[k]} must be a number, got ${shown(token)}${commaHint(token)}`);
    return x;
  });
}

/** Cell, Å, and what the coordinates of Cartesian positions are multiplied by. */
function parseLattice(reader: LineReader): { cell: Cell; scale: readonly number[] } {
  const given = words(reader, 'the scale factor').map((token) => {
    const x = readNumber(token);
    return Number.isNaN(x) ? reader.fail(`scale factor must be a number, got ${shown(token)}${commaHint(token)}`) : x;
  });
  const single = given.length === 1;
  if ((!single && given.length !== 3) || given.some((x) => x === 0 || (!single && x < 0))) {
    reader.fail(`wanted a scale factor that is not 0, or three above 0, got ${shown(given.join(' '))}`);
  }
  const scaleLine = reader.line;
  const raw: number[] = [];
  for (const vector of ['a', 'b', 'c']) {
    raw.push(...numbers(reader, words(reader, `lattice vector ${vector}`).join(' '), 3, `lattice vector ${vector}:`));
  }
  const where = `${reader.name}, line ${reader.line}`;
  let scale = single ? [given[0]!, given[0]!, given[0]!] : given;
  if (single && given[0]! < 0) {
    const factor = Math.cbrt(-given[0]! / checkedCell(raw, [true, true, true], where).volume);
    scale = [factor, factor, factor];
  }
  const matrix = raw.map((x, k) => x * scale[k % 3]!);
  if (matrix.some((x) => !Number.isFinite(x))) reader.fail('the scale factor makes the cell infinite', scaleLine);
  return { cell: checkedCell(matrix, [true, true, true], where), scale };
}

/** Elements and how many atoms of each follow. */
function parseSpecies(reader: LineReader, title: string) {
  const first = words(reader, 'the elements');
  const old = !Number.isNaN(readNumber(first[0]!));
  // `Na_pv` and `C/7f0…` name the data of VASP, not only the element
  const named = (old ? title.split(/\s+/).slice(0, 100) : first).map((word) => ({
    word,
    symbol: elementNamed(word.replace(/[_/].*/, '')),
  }));
  const counts = old ? first : words(reader, 'the number of atoms of each element');
  if (old && (named.length !== first.length || named.some(({ symbol }) => symbol === undefined))) {
    reader.fail(
      `this is the form of VASP 4, without elements: put a line such as "C Na" above the ${first.length} counts, or begin the file with it`,
    );
  }
  for (const { word, symbol } of named) {
    const fault = symbolFault(symbol, word);
    if (fault !== undefined) reader.fail(fault, old ? 1 : reader.line - 1);
  }
  if (counts.length !== named.length) {
    reader.fail(`${named.length} elements in the line above, ${counts.length} counts here`);
  }
  const sizes = counts.map((token) => {
    const n = readInteger(token);
    return n >= 0 ? n : reader.fail(`number of atoms must be an integer from 0, got ${shown(token)}`);
  });
  const atoms = sizes.reduce((sum, n) => sum + n, 0);
  if (atoms === 0) reader.fail('there are no atoms');
  return { symbols: named.map(({ symbol }) => symbol!), counts: sizes, atoms };
}
