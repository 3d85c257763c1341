/** Symmetry operators of crystals as CIF writes them: `-x+1/2, y, z-1/4`. */
import type { Cell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import { shown } from './shown.ts';

/** s′ = W s + w for fractional coordinates s. */
export interface SymmetryOperator {
  /** [9] W, row by row, of −1, 0 and 1 */
  readonly rotation: readonly number[];
  /** [3] w */
  readonly translation: readonly number[];
}

/** characters of an operator; the longest of the tables have about forty */
const longest = 120;
/** relative change of a scalar product of two edges that rounded lattice parameters may make */
const tolerance = 0.01;
const term = /\s*([+-]?)\s*(?:(\d+(?:\.\d*)?|\.\d+)(?:\s*\/\s*(\d+(?:\.\d*)?))?|([xyz]))\s*/iy;

/**
 * Reads three sums of x, y, z and numbers or fractions, in any order, separated by commas.
 *
 * @param where  file and line, for messages
 * @throws SpecError  anything else, or an operator that does not keep volumes
 */
export function parseOperator(text: string, where: string): SymmetryOperator {
  const fail = (message: string): never => {
    throw new SpecError(`${where}: symmetry operator ${shown(text)} ${message}; wanted one such as -x+1/2, y, z-1/4`);
  };
  const parts = text.length > longest ? [] : text.split(',');
  if (parts.length !== 3) fail(text.length > longest ? 'is too long' : `has ${parts.length} parts, wanted 3`);
  const rotation: number[] = new Array(9).fill(0);
  const translation = [0, 0, 0];
  parts.forEach((part, row) => {
    if (part.trim() === '') fail(`has nothing in part ${row + 1}`);
    for (let at = 0; at < part.length; at = term.lastIndex) {
      term.lastIndex = at;
      const match = term.exec(part);
      if (!match || (at > 0 && match[1] === '')) fail(`is not understood at ${shown(part.slice(at).trim())}`);
      const [, plus, number, divisor = '1', letter] = match!;
      const sign = plus === '-' ? -1 : 1;
      if (letter !== undefined) rotation[3 * row + 'xyz'.indexOf(letter.toLowerCase())]! += sign;
      else translation[row]! += (sign * Number(number)) / Number(divisor);
    }
  });
  if (!translation.every((x) => Math.abs(x) < 100)) fail('moves by more than a hundred cells');
  if (Math.abs(determinant(rotation)) !== 1 || rotation.some((x) => Math.abs(x) > 1)) fail('does not keep volumes');
  return { rotation, translation };
}

/** Whether an operator is x, y, z, but for whole cells. */
export function isIdentity({ rotation, translation }: SymmetryOperator): boolean {
  return rotation.every((x, i) => x === (i % 4 === 0 ? 1 : 0)) && translation.every(Number.isInteger);
}

/** Whether an operator keeps the distances of a cell, within one per cent: one of a hexagon does not in a cube. */
export function fitsCell({ rotation: w }: SymmetryOperator, { matrix: m }: Cell): boolean {
  const vector = (k: number) => m.subarray(3 * k, 3 * k + 3);
  // column k of W is where edge k goes
  const image = (k: number) => [0, 1, 2].map((j) => w[k]! * m[j]! + w[3 + k]! * m[3 + j]! + w[6 + k]! * m[6 + j]!);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      const scale = Math.sqrt(dot(vector(i), vector(i)) * dot(vector(j), vector(j)));
      if (Math.abs(dot(image(i), image(j)) - dot(vector(i), vector(j))) > tolerance * scale) return false;
    }
  }
  return true;
}

/** [3] W s + w. */
export function applyOperator({ rotation: w, translation }: SymmetryOperator, s: readonly number[]): number[] {
  return translation.map((t, k) => w[3 * k]! * s[0]! + w[3 * k + 1]! * s[1]! + w[3 * k + 2]! * s[2]! + t);
}

function determinant(w: readonly number[]): number {
  const [a, b, c, d, e, f, g, h, i] = w as [number, number, number, number, number, number, number, number, number];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
