/**
 * LAMMPS data files, atom_style atomic and charge, orthogonal and (restricted) triclinic boxes.
 *
 *   title · N atoms · T atom types · xlo xhi … · [xy xz yz] · Masses · Atoms # atomic
 *
 * Species come from the comments of the Masses section (`1 12.011 # C:basal`), or from the mass where there is none.
 * A data file does not know which directions are periodic (`boundary` stands in the input script): the caller says so.
 *
 * @oracle test/property/io-lammps-data.test.ts, test/unit/io-lammps-data.test.ts (a file LAMMPS wrote)
 */
import type { Cell } from '../core/cell.ts';
import { elements, massOf } from '../core/elements.ts';
import { didYouMean, SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { checkedCell } from './file-cell.ts';
import { LineReader } from './line-reader.ts';
import { commaHint, readInteger, readNumber } from './number-text.ts';
import { shown } from './shown.ts';

export interface LammpsData {
  /** atoms in the order of their ids, image flags applied; the title stands in `info.title` */
  readonly frame: Frame;
  /** [N] e, only of atom_style charge */
  readonly charges?: Float64Array;
}

/** Header words behind one count that LAMMPS knows and Cardhouse does not need. */
const ignoredCounts = /^(?:bonds|angles|dihedrals|impropers|(?:bond|angle|dihedral|improper) types|extra .* per atom)$/;
const ignoredSections: readonly string[] = [
  ...['Velocities', 'Bonds', 'Angles', 'Dihedrals', 'Impropers'],
  ...['Pair Coeffs', 'PairIJ Coeffs', 'Bond Coeffs', 'Angle Coeffs', 'Dihedral Coeffs', 'Improper Coeffs'],
];
const sections: readonly string[] = ['Masses', 'Atoms', ...ignoredSections];
/** columns of an atom line before the coordinates */
const styleColumns = { atomic: 2, charge: 3 } as const;
type AtomStyle = keyof typeof styleColumns;
/** lines with words in them; LAMMPS knows some thirty kinds */
const longestHeader = 200;
/** amu; a file may round masses this much */
const massTolerance = 0.15;

interface Line {
  readonly number: number;
  readonly tokens: readonly string[];
  readonly comment: string;
}

interface Reader {
  readonly name: string;
  readonly lines: readonly Line[];
}

/**
 * Reads a data file.
 *
 * @param name      name of the file, for messages
 * @param periodic  directions that are periodic
 * @returns         positions Å, unwrapped: r = (x, y, z) + nx·a + ny·b + nz·c of the image flags
 * @throws SpecError  any fault, with file name and line number
 */
export function parseLammpsData(
  text: string,
  name = 'data',
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): LammpsData {
  const source = new LineReader(text, name);
  const title = source.next() ?? '';
  const reader = { name, lines: [] as Line[] };
  let inHeader = true;
  for (let line = source.next(); line !== undefined; line = source.next()) {
    const hash = line.indexOf('#');
    const content = (hash < 0 ? line : line.slice(0, hash)).trim();
    const comment = hash < 0 ? '' : line.slice(hash + 1).trim();
    if (content === '') continue;
    reader.lines.push({ number: source.line, tokens: content.split(/\s+/), comment });
    // what goes wrong in a header without end, or at an unknown section, is told below: the rest is not looked at
    if (/^[A-Za-z]/.test(content)) {
      inHeader = false;
      if (!sections.includes(reader.lines.at(-1)!.tokens.join(' '))) break;
    } else if (inHeader && reader.lines.length > longestHeader) break;
  }

  const starts = reader.lines.flatMap((line, i) => (/^[A-Za-z]/.test(line.tokens[0]!) ? [i] : []));
  const { atoms, types, cell } = parseHeader(reader, starts[0] ?? reader.lines.length, periodic);
  const body = new Map<string, { readonly head: Line; readonly lines: readonly Line[] }>();
  starts.forEach((start, s) => {
    const head = reader.lines[start]!;
    const section = head.tokens.join(' ');
    if (!sections.includes(section))
      fail(reader, head, `unknown section ${shown(section)}${didYouMean(section.slice(0, 40), sections)}`);
    if (body.has(section)) fail(reader, head, `section ${section} comes twice`);
    body.set(section, { head, lines: reader.lines.slice(start + 1, starts[s + 1]) });
  });
  const section = (title: 'Masses' | 'Atoms', count: number) => {
    const found = body.get(title);
    if (!found) {
      if (count === 0) return undefined;
      return fail(reader, undefined, `there is no ${title} section`);
    }
    if (found.lines.length !== count) {
      const last = found.lines.at(Math.min(count, found.lines.length - 1)) ?? found.head;
      fail(reader, last, `section ${title} has ${found.lines.length} lines, the header says ${count}`);
    }
    return found;
  };
  const species = parseMasses(reader, section('Masses', types)?.lines ?? [], types);
  const found = section('Atoms', atoms);
  const { rows, charges } = found
    ? parseAtoms(reader, found.head, found.lines, cell, types)
    : { rows: new Float64Array(0), charges: undefined };
  return { frame: { cell, species, rows, info: { title: title.trim() } }, ...(charges && { charges }) };
}

function fail({ name, lines }: Reader, line: Line | undefined, message: string): never {
  throw new SpecError(`${name}, line ${line?.number ?? lines.at(-1)?.number ?? 1}: ${message}`);
}

function numberAt(reader: Reader, line: Line, k: number, what: string): number {
  const x = readNumber(line.tokens[k]!);
  if (!Number.isNaN(x)) return x;
  return fail(reader, line, `${what} must be a number, got ${shown(line.tokens[k]!)}${commaHint(line.tokens[k]!)}`);
}

/** Integer column from `low` to `high`. */
function integerAt(reader: Reader, line: Line, k: number, what: string, low = -Infinity, high = Infinity): number {
  const n = readInteger(line.tokens[k]!);
  if (n >= low && n <= high) return n;
  const range = high < Infinity ? ` from ${low} to ${high}` : '';
  return fail(reader, line, `${what} must be an integer${range}, got ${shown(line.tokens[k]!)}`);
}

function parseHeader(reader: Reader, end: number, periodic: readonly [boolean, boolean, boolean]) {
  const numbers = new Map<string, number[]>();
  const known = ['atoms', 'atom types', 'xlo xhi', 'ylo yhi', 'zlo zhi', 'xy xz yz'];
  for (const line of reader.lines.slice(0, end)) {
    const words = line.tokens.filter((token) => Number.isNaN(readNumber(token))).join(' ');
    if (ignoredCounts.test(words)) continue;
    if (!known.includes(words))
      fail(reader, line, `unknown header ${shown(words)}${didYouMean(words.slice(0, 40), known)}`);
    const width = words.split(' ').length;
    const count = words.startsWith('atom') ? 1 : width;
    if (line.tokens.length !== count + width) fail(reader, line, `wanted ${count} number(s) before "${words}"`);
    if (numbers.has(words)) fail(reader, line, `"${words}" comes twice`);
    const values = Array.from({ length: count }, (_, k) =>
      words.startsWith('atom') ? integerAt(reader, line, k, words, 0) : numberAt(reader, line, k, words),
    );
    if (words.endsWith('hi') && !(values[1]! > values[0]!)) {
      fail(reader, line, `box must have ${words.replace(' ', ' < ')}, got ${values.join(' and ')}`);
    }
    numbers.set(words, values);
  }
  const headEnd = reader.lines[Math.max(0, end - 1)];
  const need = (words: string) => numbers.get(words) ?? fail(reader, headEnd, `the header has no "${words}"`);
  const edge = (words: string) => need(words)[1]! - need(words)[0]!;
  const [xy, xz, yz] = numbers.get('xy xz yz') ?? [0, 0, 0];
  const matrix = [edge('xlo xhi'), 0, 0, xy!, edge('ylo yhi'), 0, xz!, yz!, edge('zlo zhi')];
  const cell = checkedCell(matrix, periodic, `${reader.name}, line ${headEnd?.number ?? 1}`);
  return { atoms: need('atoms')[0]!, types: need('atom types')[0]!, cell };
}

/** Species of every type: the first word of its comment, else the element whose mass it has. */
function parseMasses(reader: Reader, lines: readonly Line[], types: number): string[] {
  const species: string[] = new Array(types);
  for (const line of lines) {
    if (line.tokens.length !== 2) fail(reader, line, 'wanted "type mass", then # and the species');
    const type = integerAt(reader, line, 0, 'type', 1, types);
    if (species[type - 1] !== undefined) fail(reader, line, `type ${type} comes twice`);
    const mass = numberAt(reader, line, 1, 'mass');
    const label = line.comment.split(/\s+/)[0]!;
    if (label !== '' && Math.abs(massOf(label) - mass) > massTolerance) {
      fail(
        reader,
        line,
        `${shown(label)} has mass ${massOf(label)} amu here, the file says ${mass}; wanted an element, e.g. # C`,
      );
    }
    const near = Object.keys(elements).filter((symbol) => Math.abs(elements[symbol]!.mass - mass) <= massTolerance);
    if (label === '' && near.length !== 1) fail(reader, line, `no element has mass ${mass}; add its species, e.g. # C`);
    species[type - 1] = label || near[0]!;
  }
  return species;
}

function parseAtoms(reader: Reader, head: Line, lines: readonly Line[], cell: Cell, types: number) {
  const said = head.comment.split(/\s+/)[0]!;
  if (said !== '' && !Object.hasOwn(styleColumns, said)) {
    fail(reader, head, `atom_style ${shown(said)} is not read; wanted atomic or charge`);
  }
  // without a hint the width tells: atomic has 5 columns, charge 6, image flags add 3
  const style = (said || ((lines[0]?.tokens.length ?? 5) % 3 === 2 ? 'atomic' : 'charge')) as AtomStyle;
  if (said === '' && style === 'charge' && lines.every(({ tokens }) => !Number.isNaN(readInteger(tokens[2] ?? '0')))) {
    fail(
      reader,
      head,
      'third columns may be charges or types; say which with "Atoms # charge" (molecular is not read)',
    );
  }
  const first = styleColumns[style];
  const { matrix: m } = cell;
  const atoms = lines.map((line) => {
    const width = line.tokens.length;
    if (width !== first + 3 && width !== first + 6) {
      fail(
        reader,
        line,
        `atom_style ${style} wants ${first + 3} columns, or ${first + 6} with image flags, got ${width}`,
      );
    }
    const type = integerAt(reader, line, 1, 'type', 1, types);
    const position = [0, 1, 2].map((k) => numberAt(reader, line, first + k, `coordinate ${'xyz'[k]}`));
    for (let k = 0; k < 3 && width === first + 6; k++) {
      const images = integerAt(reader, line, first + 3 + k, 'image flag');
      for (let j = 0; j < 3; j++) position[j]! += images * m[3 * k + j]!;
    }
    const charge = style === 'charge' ? numberAt(reader, line, 2, 'charge') : 0;
    return { id: integerAt(reader, line, 0, 'atom id', 1), line, row: [...position, type - 1], charge };
  });
  atoms.sort((a, b) => a.id - b.id);
  const twin = atoms.find((atom, i) => i > 0 && atom.id === atoms[i - 1]!.id);
  if (twin) fail(reader, twin.line, `atom id ${twin.id} comes twice`);
  const rows = Float64Array.from(atoms.flatMap((atom) => atom.row));
  return { rows, charges: style === 'charge' ? Float64Array.from(atoms, (atom) => atom.charge) : undefined };
}
