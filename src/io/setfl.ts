/**
 * DYNAMO setfl files of embedded-atom potentials, eam/alloy and eam/fs.
 *
 *   U = Σᵢ F(ρᵢ) + ½ Σᵢⱼ φ(rᵢⱼ),   ρᵢ = Σⱼ f(rᵢⱼ)
 *
 *   lines 1–3  comments                         line 4  number of elements, their names
 *   line 5     nρ dρ nr dr cutoff
 *   per element: a line "atomic-number mass lattice-constant lattice", nρ values of F (eV, at ρ = 0, dρ, …), then the
 *   densities (at r = 0, dr, …): alloy nr values, fs nr values for each element of line 4
 *   then r·φ(r) (eV·Å), nr values for each pair of elements: 11, 21, 22, 31, …
 *
 * Whose density is it? Block b, array a of an fs file is what an atom of element b contributes **at** an atom of element
 * a; LAMMPS reads it so (`density function ρ(r) for element b at element a`). Here it is `density[a][b]`: the site comes
 * first. An alloy file has one array per element b, the same at every site: `density[a][b]` is it for every a.
 *
 * @cite Daw, Foiles & Baskes, Mater. Sci. Rep. 9, 251 (1993) doi:10.1016/0920-2307(93)90001-U
 * @oracle test/unit/io-setfl.test.ts (energies and forces of two-element files by LAMMPS)
 */
import { ModelError } from '../core/errors.ts';
import { commaHint, readInteger, readNumber } from './number-text.ts';

export type SetflFlavour = 'alloy' | 'fs';

export interface Setfl {
  readonly flavour: SetflFlavour;
  /** the first three lines: authors, citation */
  readonly comments: readonly string[];
  readonly elements: readonly string[];
  /** amu, per element, as the file has them */
  readonly masses: readonly number[];
  readonly nrho: number;
  readonly drho: number;
  readonly nr: number;
  /** Å */
  readonly dr: number;
  /** Å; LAMMPS ignores pairs at and beyond it, whatever the arrays say */
  readonly cutoff: number;
  /** [element] → [nrho] eV */
  readonly embedding: readonly Float64Array[];
  /** [a][b] → [nr] density at an atom of element a from one of element b */
  readonly density: readonly (readonly Float64Array[])[];
  /** [a][b] → [nr] r·φ(r), eV·Å, the same array for [b][a] */
  readonly pair: readonly (readonly Float64Array[])[];
}

/**
 * Reads a setfl file.
 *
 * @param name     name of the file, for messages
 * @param flavour  as in the LAMMPS pair style; found from the count of numbers when not given (one element: both are the same)
 * @throws ModelError  any fault, with file name and line number; a file that ends early or has numbers left over
 */
export function parseSetfl(text: string, name = 'setfl', flavour?: SetflFlavour): Setfl {
  const lines = text.split(/\r?\n/);
  const cursor: Cursor = { name, lines, line: 3, what: 'the header' };

  const names = nextTokens(cursor);
  const count = readInteger(names[0]!);
  if (!(count > 0)) fail(cursor, `wanted the number of elements, got "${names[0]}"`);
  const elements = names.slice(1);
  if (elements.length !== count) fail(cursor, `${count} elements announced, ${elements.length} named`);
  const twin = elements.find((element, i) => elements.indexOf(element) < i);
  if (twin !== undefined) fail(cursor, `element ${twin} comes twice`);

  const grid = nextTokens(cursor);
  if (grid.length !== 5) fail(cursor, `wanted "nrho drho nr dr cutoff", got ${grid.length} words`);
  const [nrho, drho, nr, dr, cutoff] = grid.map(readNumber) as [number, number, number, number, number];
  if (![nrho, nr].every((n) => Number.isInteger(n) && n >= 5) || ![drho, dr, cutoff].every((x) => x > 0)) {
    fail(cursor, `wanted nrho, nr ≥ 5 and drho, dr, cutoff > 0, got "${grid.join(' ')}"`);
  }

  const kind = flavour ?? detectFlavour(cursor, count, nrho, nr);
  const masses: number[] = [];
  const embedding: Float64Array[] = [];
  const blocks: Float64Array[][] = [];
  for (const element of elements) {
    cursor.what = `the line "atomic-number mass lattice-constant lattice" of ${element}`;
    const head = nextTokens(cursor);
    const mass = readNumber(head[1] ?? '');
    if (!(readInteger(head[0]!) >= 0) || !(mass > 0) || head.length > 4) {
      fail(cursor, `wanted ${cursor.what}, got "${head.slice(0, 6).join(' ')}" (another flavour, nrho or nr?)`);
    }
    masses.push(mass);
    embedding.push(nextArray(cursor, nrho, `the embedding function of ${element}`));
    const sites = kind === 'fs' ? elements : elements.slice(0, 1);
    blocks.push(
      sites.map((site) =>
        nextArray(cursor, nr, kind === 'fs' ? `the density of ${element} at ${site}` : `the density of ${element}`),
      ),
    );
  }
  const pair: Float64Array[][] = elements.map(() => []);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      pair[a]![b] = pair[b]![a] = nextArray(cursor, nr, `the pair function of ${elements[a]}–${elements[b]}`);
    }
  }
  const rest = lines.findIndex((line, i) => i >= cursor.line && line.trim() !== '');
  if (rest >= 0) {
    cursor.line = rest + 1;
    fail(cursor, `text is left over behind the last array of eam/${kind} (another flavour, nrho or nr?)`);
  }
  const density = elements.map((_, a) => blocks.map((block) => block[kind === 'fs' ? a : 0]!));
  const comments = lines.slice(0, 3).map((line) => line.trim());
  return { flavour: kind, comments, elements, masses, nrho, drho, nr, dr, cutoff, embedding, density, pair };
}

interface Cursor {
  readonly name: string;
  readonly lines: readonly string[];
  /** lines read so far = number of the last one read */
  line: number;
  /** what is being read, for messages */
  what: string;
}

function fail(cursor: Cursor, message: string): never {
  throw new ModelError(`${cursor.name}, line ${cursor.line}: ${message}`);
}

/** Words of the next line that has any. */
function nextTokens(cursor: Cursor): string[] {
  while (cursor.line < cursor.lines.length) {
    const content = cursor.lines[cursor.line++]!.trim();
    if (content !== '') return content.split(/\s+/);
  }
  return fail(cursor, `the file ends inside ${cursor.what}`);
}

/** The next `length` numbers; every array begins on a line of its own. */
function nextArray(cursor: Cursor, length: number, what: string): Float64Array {
  cursor.what = what;
  const values = new Float64Array(length);
  for (let n = 0; n < length; ) {
    cursor.what = `${what}, ${n} of ${length} values`;
    const tokens = nextTokens(cursor);
    if (n + tokens.length > length)
      fail(cursor, `${what} has more than ${length} values (another flavour, nrho or nr?)`);
    for (const token of tokens) {
      const x = readNumber(token);
      if (Number.isNaN(x)) fail(cursor, `wanted a number in ${what}, got "${token}"${commaHint(token)}`);
      values[n++] = x;
    }
  }
  return values;
}

function detectFlavour(cursor: Cursor, count: number, nrho: number, nr: number): SetflFlavour {
  if (count === 1) return 'alloy';
  const pairs = (count * (count + 1)) / 2;
  const alloy = count * (4 + nrho + nr) + pairs * nr;
  const fs = alloy + count * (count - 1) * nr;
  let words = 0;
  for (let i = cursor.line; i < cursor.lines.length; i++) {
    const content = cursor.lines[i]!.trim();
    if (content !== '') words += content.split(/\s+/).length;
  }
  if (words === alloy) return 'alloy';
  if (words === fs) return 'fs';
  cursor.line = cursor.lines.length;
  return fail(
    cursor,
    `${words} words behind line 5, wanted ${alloy} (eam/alloy) or ${fs} (eam/fs): is the file complete?`,
  );
}
