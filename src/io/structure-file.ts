/** Structure files of any kind: the format is told by the name of the file, else by a look into it. */
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { parseCif } from './cif.ts';
import { checkPositions } from './coincidence.ts';
import { formatExtxyz, parseExtxyz } from './extxyz.ts';
import { checkedCell } from './file-cell.ts';
import { parseLammpsData } from './lammps-data.ts';
import { formatLammpsData } from './lammps-data-writer.ts';
import { LineReader } from './line-reader.ts';
import { readInteger, readNumber } from './number-text.ts';
import { parsePdb } from './pdb.ts';
import { parsePoscar } from './poscar.ts';
import { formatPoscar } from './poscar-writer.ts';

export type StructureFormat = 'xyz' | 'lammps' | 'cif' | 'poscar' | 'pdb';

const extensions: Readonly<Record<string, StructureFormat>> = {
  xyz: 'xyz',
  extxyz: 'xyz',
  data: 'lammps',
  lmp: 'lammps',
  cif: 'cif',
  vasp: 'poscar',
  poscar: 'poscar',
  contcar: 'poscar',
  pdb: 'pdb',
  ent: 'pdb',
};
const readable =
  'extended XYZ (.xyz), LAMMPS data (.data, .lmp), CIF (.cif), POSCAR or CONTCAR (.vasp, .poscar), PDB (.pdb, .ent)';
const writable = 'extended XYZ (.xyz), LAMMPS data (.data, .lmp), POSCAR (.vasp, .poscar)';
/** characters and lines of a file that are looked at to tell its format */
const glance = 100_000;
const glanceLines = 60;

/** The format that the name of a file says; undefined where it says none. */
export function structureFormatOf(name: string): StructureFormat | undefined {
  const file = name.split(/[\\/]/).at(-1)!;
  const extension = /\.([^.]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(extensions, extension)) return extensions[extension];
  return /^(?:POSCAR|CONTCAR)/i.test(file) ? 'poscar' : undefined;
}

/**
 * Reads a structure: the first frame of extended XYZ, the first block with atoms of a CIF, the first model of a PDB.
 *
 * @param name  name or path of the file: it tells the format, and stands in messages
 * @throws SpecError  any fault, with file name and line number; a format that is not known; two atoms within 0.1 Å
 */
export function parseStructure(text: string, name: string): Frame {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (content.slice(0, glance).includes('\0')) {
    throw new SpecError(`${name}: this is no text (or one in UTF-16); wanted ${readable}`);
  }
  const format = structureFormatOf(name) ?? formatFromContent(content, name);
  switch (format) {
    case 'xyz':
      return firstFrame(content, name);
    case 'lammps': {
      const { frame } = parseLammpsData(content, name);
      checkPositions(frame, name, (i) => `atom ${i + 1} in the order of ids`);
      return frame;
    }
    case 'cif':
      return parseCif(content, name);
    case 'poscar':
      return parsePoscar(content, name);
    case 'pdb':
      return parsePdb(content, name);
    default:
      throw new SpecError(`${name}: neither name nor content tells the format; read are ${readable}`);
  }
}

/**
 * The writer that the name of a file asks for: extended XYZ, LAMMPS data or POSCAR. Ask before a long computation.
 *
 * @throws SpecError  the name tells no format, or one that is read only
 */
export function structureWriter(name: string): (frame: Frame) => string {
  const format = structureFormatOf(name);
  switch (format) {
    case 'xyz':
      return (frame) => formatExtxyz(frame);
    case 'lammps':
      return (frame) => formatLammpsData(frame);
    case 'poscar':
      return formatPoscar;
    default: {
      const what = format === undefined ? 'does not tell the format' : `is ${format.toUpperCase()}, which is read only`;
      throw new SpecError(`${name} ${what}; written are ${writable}`);
    }
  }
}

/**
 * Writes a structure in the format that the name of the file tells.
 *
 * @throws SpecError     what `structureWriter` refuses, or what the format cannot hold
 * @throws PhysicsError  a coordinate is not finite
 */
export function formatStructure(frame: Frame, name: string): string {
  return structureWriter(name)(frame);
}

/** First frame of XYZ, with the checks that every structure passes. */
function firstFrame(text: string, name: string): Frame {
  // a file that is something else may be one line throughout
  const reader = new LineReader(text, name);
  let start = 0;
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (start === 0 && line.trim() !== '') start = reader.line;
  }
  const frame = parseExtxyz(text, name)[0]!;
  checkedCell(frame.cell.matrix, frame.cell.periodic, `${name}, line ${start + 1}`);
  checkPositions(frame, name, (i) => `line ${start + 2 + i}`);
  return frame;
}

/** The format of a text, from its first lines. */
function formatFromContent(text: string, name: string): StructureFormat | undefined {
  const reader = new LineReader(text.slice(0, glance), name);
  const lines: string[] = [];
  for (let line = reader.next(); line !== undefined && lines.length < glanceLines; line = reader.next()) {
    lines.push(line.slice(0, 200).trim());
  }
  const first = lines.find((line) => line !== '') ?? '';
  if (readInteger(first) >= 0) return 'xyz';
  if (lines.some((line) => /^data_/i.test(line)) && /^(?:data_|#|_|loop_)/i.test(first)) return 'cif';
  if (lines.some((line) => /^(?:ATOM {2}|HETATM|CRYST1)/.test(line))) return 'pdb';
  if (lines.some((line) => /^\d+\s+atoms$/.test(line)) && lines.some((line) => /\sxlo\s+xhi/.test(line)))
    return 'lammps';
  const numbers = (line = '') => line.split(/\s+/).filter((word) => !Number.isNaN(readNumber(word))).length;
  const isVector = (line = '') => numbers(line) >= 3;
  if ([1, 3].includes(numbers(lines[1])) && lines.slice(2, 5).filter(isVector).length === 3) return 'poscar';
  return undefined;
}
