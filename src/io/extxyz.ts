/**
 * Extended XYZ, one or many frames, and plain XYZ.
 *
 *   line 1   number of atoms
 *   line 2   Lattice="ax ay az bx by bz cx cy cz" pbc="T T T" Properties=species:S:1:site:S:1:pos:R:3 key=value …
 *   line 3…  one atom per line, columns in the order of Properties
 *
 * A `site` column makes the species `C:zigzag` of the element `C`; `-` means no site. `forces:R:3` (eV/Å) and
 * `energies:R:1` (eV) are kept, other columns are ignored. Species are numbered by first appearance.
 *
 * @oracle test/property/io-extxyz.test.ts (every frame survives writing and reading bit by bit)
 */
import { elementOf, siteOf } from '../core/elements.ts';
import { PhysicsError, SpecError } from '../core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { formatPair, type InfoValue, parseComment } from './extxyz-comment.ts';
import { type Columns, parseCell, parseProperties } from './extxyz-header.ts';
import { commaHint, readInteger, readNumber, writeNumber } from './number-text.ts';
import { shown } from './shown.ts';

/** Comment keys with a meaning of their own, in lower case; the rest is `info`. */
const reserved: readonly string[] = ['lattice', 'pbc', 'properties'];
const noSite = '-';

/**
 * Reads every frame of an XYZ text.
 *
 * Without Lattice the cell is the bounding box + 20 Å, not periodic, and `info.cell` says so, as it does where open directions
 * have no lattice vector; with Lattice and without pbc it is periodic. Where only one of forces and energies is given, the other is NaN.
 *
 * @param name  name of the file, for messages
 * @returns     frames in file order; positions Å as written (not wrapped)
 * @throws SpecError  any fault, with file name and line number
 */
export function parseExtxyz(text: string, name = 'xyz'): Frame[] {
  // a carriage return of DOS is white space like any other
  const lines = text.split('\n');
  const frames: Frame[] = [];
  for (let at = 0; ; ) {
    while (at < lines.length && lines[at]!.trim() === '') at++;
    if (at === lines.length) break;
    const count = readInteger(lines[at]!.trim());
    if (!(count >= 0)) {
      throw new SpecError(`${name}, line ${at + 1}: wanted the number of atoms, got ${shown(lines[at]!.trim())}`);
    }
    const have = lines.length - at - 2 - (lines.at(-1) === '' ? 1 : 0);
    if (have < count) {
      throw new SpecError(
        `${name}, line ${lines.length}: the file ends inside frame ${frames.length + 1}: ${count} atoms announced in line ${at + 1}, ${Math.max(have, 0)} found`,
      );
    }
    frames.push(parseFrame(lines, at, count, name));
    at += 2 + count;
  }
  if (frames.length === 0) throw new SpecError(`${name}: the file is empty, wanted at least one frame`);
  return frames;
}

/**
 * Reads those frames of an extended XYZ text whose comment line is wanted; the atoms of the others are passed over unread.
 *
 * @param wanted  hears the key–value pairs of a frame and its number from 0
 * @throws SpecError  any fault of a wanted frame, or a text that ends inside one
 */
export function parseExtxyzWhere(
  text: string,
  name: string,
  wanted: (info: ReadonlyMap<string, InfoValue>, index: number) => boolean,
): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  let line = 0;
  const next = (from: number): number => {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end + 1;
  };
  for (let index = 0; at < text.length; index++) {
    const comment = next(at);
    const head = text.slice(at, comment).trim();
    if (head === '' && text.slice(at).trim() === '') break;
    const count = readInteger(head);
    if (!(count >= 0)) {
      throw new SpecError(`${name}, line ${line + 1}: wanted the number of atoms, got ${shown(head)}`);
    }
    const atoms = next(comment);
    let end = atoms;
    for (let k = 0; k < count; k++) {
      if (end >= text.length) {
        throw new SpecError(`${name}: the file ends inside frame ${index + 1}: ${count} atoms announced, ${k} found`);
      }
      end = next(end);
    }
    const pairs = parseComment(text.slice(comment, atoms).trim(), `${name}, line ${line + 2}`);
    if (wanted(pairs, index)) frames.push(parseFrame(text.slice(at, end).split('\n'), 0, count, name));
    at = end;
    line += count + 2;
  }
  return frames;
}

function parseFrame(lines: readonly string[], at: number, count: number, name: string): Frame {
  const where = `${name}, line ${at + 2}`;
  const comment = lines[at + 1]!;
  // plain XYZ may say anything in its second line
  const extended = /(?:^|\s)(?:properties|lattice|pbc)\s*=/i.test(comment);
  const pairs = extended ? parseComment(comment, where) : new Map<string, InfoValue>();
  if (!extended && comment.trim() !== '') pairs.set('comment', comment.trim());
  const named = (key: string) => [...pairs].find(([k]) => k.toLowerCase() === key)?.[1];

  const properties = named('properties');
  const columns: Columns =
    properties === undefined ? { species: 0, pos: 1 } : parseProperties(String(properties), where);
  const { width } = columns;
  const rows = new Float64Array(4 * count);
  const hasForces = columns.forces !== undefined || columns.energies !== undefined;
  const forces = hasForces ? new Float64Array(4 * count).fill(Number.NaN) : undefined;
  const species: string[] = [];
  const indexOf = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const line = at + 2 + i;
    const tokens = lines[line]!.trim().split(/\s+/);
    if (width === undefined ? tokens.length < 4 : tokens.length !== width) {
      throw new SpecError(
        `${name}, line ${line + 1}: wanted ${width ?? 'at least 4'} columns, got ${tokens[0] === '' ? 0 : tokens.length}`,
      );
    }
    const number = (k: number, what: string) => {
      const x = readNumber(tokens[k]!);
      if (Number.isNaN(x)) {
        throw new SpecError(
          `${name}, line ${line + 1}: ${what} must be a number, got ${shown(tokens[k]!)}${commaHint(tokens[k]!)}`,
        );
      }
      return x;
    };
    let label = tokens[columns.species]!;
    if (!Number.isNaN(readNumber(label))) {
      throw new SpecError(
        `${name}, line ${line + 1}: the species must be a name such as C, got the number ${label.slice(0, 40)}`,
      );
    }
    if (columns.site !== undefined && tokens[columns.site] !== noSite) label += `:${tokens[columns.site]}`;
    if (!indexOf.has(label)) indexOf.set(label, species.push(label) - 1);
    for (let k = 0; k < 3; k++) rows[4 * i + k] = number(columns.pos + k, `coordinate ${'xyz'[k]}`);
    rows[4 * i + 3] = indexOf.get(label)!;
    if (forces && columns.forces !== undefined) {
      for (let k = 0; k < 3; k++) forces[4 * i + k] = number(columns.forces + k, `force f${'xyz'[k]}`);
    }
    if (forces && columns.energies !== undefined) forces[4 * i + 3] = number(columns.energies, 'energy');
  }
  const { cell, note } = parseCell(named('lattice'), named('pbc'), rows, where);
  const info = Object.fromEntries([...pairs].filter(([key]) => !reserved.includes(key.toLowerCase())));
  if (note !== undefined) info['cell'] = note;
  return { cell, species, rows, info, ...(forces && { forces }) };
}

/**
 * Writes frames as extended XYZ that `parseExtxyz` reads back to the last bit (species renumbered by first appearance).
 *
 * @throws SpecError     an info key has a meaning of its own, or a species name has a blank in it
 * @throws PhysicsError  a coordinate or force is not finite
 */
export function formatExtxyz(frames: Frame | readonly Frame[]): string {
  return (Array.isArray(frames) ? (frames as readonly Frame[]) : [frames as Frame]).map(formatFrame).join('');
}

function formatFrame(frame: Frame): string {
  const { cell, species, rows, forces, info = {} } = frame;
  for (const label of species) {
    if (/\s/.test(label) || elementOf(label) === '') throw new SpecError(`species "${label}" cannot be written to XYZ`);
  }
  for (const key of Object.keys(info)) {
    if (reserved.includes(key.toLowerCase())) throw new SpecError(`info key "${key}" has a meaning of its own in XYZ`);
  }
  const n = atomCount(frame);
  const hasSites = species.some((label) => siteOf(label) !== '');
  // NaN throughout stands for a column the frame never had
  const known = (k: number) => forces?.some((x, i) => (i % 4 === 3) === (k === 3) && !Number.isNaN(x)) ?? false;
  const hasForces = known(0);
  const hasEnergies = known(3);
  const properties = `species:S:1${hasSites ? ':site:S:1' : ''}:pos:R:3${hasForces ? ':forces:R:3' : ''}${hasEnergies ? ':energies:R:1' : ''}`;
  const lines = [
    String(n),
    [
      `Lattice="${Array.from(cell.matrix, writeNumber).join(' ')}"`,
      `pbc="${cell.periodic.map((flag) => (flag ? 'T' : 'F')).join(' ')}"`,
      `Properties=${properties}`,
      ...Object.entries(info).map(([key, value]) => formatPair(key, value)),
    ].join(' '),
  ];
  const finite = (x: number, i: number, what: string) => {
    if (!Number.isFinite(x)) throw new PhysicsError(`${what} of atom ${i} is ${x}: not written`);
    return writeNumber(x);
  };
  for (let i = 0; i < n; i++) {
    const label = speciesAt(frame, i);
    const words = [elementOf(label)];
    if (hasSites) words.push(siteOf(label) || noSite);
    for (let k = 0; k < 3; k++) words.push(finite(rows[4 * i + k]!, i, 'position'));
    if (hasForces) for (let k = 0; k < 3; k++) words.push(finite(forces![4 * i + k]!, i, 'force'));
    if (hasEnergies) words.push(finite(forces![4 * i + 3]!, i, 'energy'));
    lines.push(words.join(' '));
  }
  return lines.join('\n') + '\n';
}
