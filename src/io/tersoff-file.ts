/**
 * Tersoff potential files of LAMMPS (`.tersoff`) → parameters.
 *
 * One entry is 17 words, on one or several lines; `#` starts a comment; entries come in any order:
 *
 *   e1 e2 e3  m gamma lambda3 c d costheta0 n beta lambda2 B R D lambda1 A      (metal units: eV, Å)
 *
 * Atom e1 is bonded to e2 in the presence of e3. All N³ entries of N elements must be there.
 *
 * @oracle test/unit/io-tersoff.test.ts, test/oracle/tersoff.test.ts
 */
import { ModelError } from '../core/errors.ts';
import { commaHint, readNumber } from './number-text.ts';

/**
 * Parameters of atom i bonded to j in the presence of k.
 *
 * @cite Tersoff, Phys. Rev. B 39, 5566 (1989) doi:10.1103/PhysRevB.39.5566
 */
export interface TersoffParameters {
  /** 1 or 3: power of λ3 (r_ij − r_ik) in ζ */
  readonly m: number;
  readonly gamma: number;
  /** Å⁻¹ */
  readonly lambda3: number;
  readonly c: number;
  readonly d: number;
  /** cos θ₀, called h by Tersoff */
  readonly cosTheta0: number;
  readonly n: number;
  readonly beta: number;
  /** Å⁻¹, of the attraction */
  readonly lambda2: number;
  /** eV */
  readonly b: number;
  /** Å: the cutoff function goes from 1 at middle − halfWidth to 0 at middle + halfWidth (R and D of LAMMPS) */
  readonly middle: number;
  readonly halfWidth: number;
  /** Å⁻¹, of the repulsion */
  readonly lambda1: number;
  /** eV */
  readonly a: number;
}

export interface TersoffFile {
  /** in the order in which the file names them first, or as asked for */
  readonly elements: readonly string[];
  /** [E·E·E] entry e1 e2 e3 at (e1·E + e2)·E + e3 */
  readonly triples: readonly TersoffParameters[];
}

/** columns behind the three elements, in the order and by the names of LAMMPS */
const columns = [
  ['m', 'm'],
  ['gamma', 'gamma'],
  ['lambda3', 'lambda3'],
  ['c', 'c'],
  ['d', 'd'],
  ['costheta0', 'cosTheta0'],
  ['n', 'n'],
  ['beta', 'beta'],
  ['lambda2', 'lambda2'],
  ['B', 'b'],
  ['R', 'middle'],
  ['D', 'halfWidth'],
  ['lambda1', 'lambda1'],
  ['A', 'a'],
] as const satisfies readonly (readonly [string, keyof TersoffParameters])[];

/**
 * Reads a .tersoff file.
 *
 * @param name      name of the file, for messages
 * @param elements  the ones to use, others are skipped; all of the file when not given
 * @throws ModelError  any fault, with file name and line number; an entry that is missing or comes twice
 */
export function parseTersoff(text: string, name = 'tersoff', elements?: readonly string[]): TersoffFile {
  const lines = text.split(/\r?\n/);
  const fail = (line: number, message: string): never => {
    throw new ModelError(`${name}, line ${line}: ${message}`);
  };
  const found = new Map<string, { readonly line: number; readonly parameters: TersoffParameters }>();
  const named: string[] = [];
  const width = 3 + columns.length;
  let words: { readonly text: string; readonly line: number }[] = [];
  let last = 0;
  lines.forEach((content, k) => {
    const fresh = content.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean);
    if (fresh.length > 0) last = k + 1;
    words.push(...fresh.map((word) => ({ text: word, line: k + 1 })));
    if (words.length < width) return;
    if (words.length > width) {
      fail(k + 1, `wanted ${width} words per entry, got ${words.length} by the end of this line`);
    }
    const entry = words;
    words = [];
    const triple = entry.slice(0, 3).map((word) => word.text);
    const number = entry.slice(0, 3).find((word) => !Number.isNaN(readNumber(word.text)));
    if (number) fail(number.line, `wanted an element, got "${number.text}" (is a number missing before it?)`);
    for (const element of triple) if (!named.includes(element)) named.push(element);
    if (elements && !triple.every((element) => elements.includes(element))) return;
    const where = `entry ${triple.join(' ')}`;
    const values: Partial<Record<keyof TersoffParameters, number>> = {};
    columns.forEach(([column, key], c) => {
      const word = entry[3 + c]!;
      const x = readNumber(word.text);
      if (Number.isNaN(x))
        fail(word.line, `${where}: wanted the number ${column}, got "${word.text}"${commaHint(word.text)}`);
      values[key] = x;
    });
    const parameters = values as TersoffParameters;
    const fault = tersoffFault(parameters, triple[1] === triple[2]);
    if (fault) {
      const c = columns.findIndex(([, key]) => key === fault.key);
      fail(entry[3 + c]!.line, `${where}: ${columns[c]![0]} must be ${fault.wanted}, got ${parameters[fault.key]}`);
    }
    const twin = found.get(triple.join(' '));
    if (twin) fail(entry[0]!.line, `${where} comes twice, first on line ${twin.line}`);
    found.set(triple.join(' '), { line: entry[0]!.line, parameters });
  });
  if (words.length > 0) {
    fail(last, `the file ends inside the entry of line ${words[0]!.line}, after ${words.length} of ${width} words`);
  }
  if (named.length === 0) fail(lines.length, 'no entry found');
  const used = elements ?? named;
  const triples = used.flatMap((e1) =>
    used.flatMap((e2) =>
      used.map((e3) => {
        const entry = found.get(`${e1} ${e2} ${e3}`);
        return entry ? entry.parameters : fail(last, `the file ends without the entry ${e1} ${e2} ${e3}`);
      }),
    ),
  );
  return { elements: used, triples };
}

/**
 * What is wrong with one set of parameters: the ranges that LAMMPS wants, and what would divide by zero.
 *
 * @param bond  the entry is one of a bond (second and third element the same): n is used
 * @returns the first key out of range and what it should be; undefined where all is well
 */
export function tersoffFault(
  p: TersoffParameters,
  bond: boolean,
): { readonly key: keyof TersoffParameters; readonly wanted: string } | undefined {
  const notNegative = ['gamma', 'c', 'd', 'n', 'beta', 'lambda2', 'b', 'middle', 'halfWidth', 'lambda1', 'a'] as const;
  if (p.m !== 1 && p.m !== 3) return { key: 'm', wanted: '1 or 3' };
  const negative = notNegative.find((key) => !(p[key] >= 0));
  if (negative) return { key: negative, wanted: '≥ 0' };
  if (p.halfWidth > p.middle) return { key: 'halfWidth', wanted: `at most R = ${p.middle}` };
  if (p.d === 0 && p.c !== 0) return { key: 'd', wanted: '> 0 where c is not 0' };
  if (bond && p.n === 0) return { key: 'n', wanted: '> 0 in the entry of a bond (second and third element the same)' };
  return undefined;
}
