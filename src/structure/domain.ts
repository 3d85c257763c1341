/**
 * A turbostratic domain: parallel graphene discs on one axis, each turned and shifted at random against the others.
 */
import type { RandomStream } from '../core/random.ts';
import { grapheneDisc } from './sheet.ts';

/** The random part of one sheet: what makes two sheets of equal diameter differ. */
export interface SheetDraw {
  /** turn about the stack axis, rad */
  readonly turn: number;
  /** origin of the lattice under the disc, fractional */
  readonly offset: readonly [number, number];
}

/** Rigid stack of flakes in its own axes: z is the stack axis, the origin lies half way up. */
export interface Domain {
  /** [N, 3] positions, Å */
  readonly body: Float64Array;
  /** [N] sheet of each atom, 0 … S−1 from bottom to top */
  readonly sheet: Int32Array;
  /** [N, 3] bonded atoms, −1 where a bond is missing */
  readonly bonds: Int32Array;
}

/** Number of sheets in a stack of height lc: round(lc / d002), at least one. */
export function sheetCount(lc: number, d002: number): number {
  return Math.max(1, Math.round(lc / d002));
}

/** Draws the sheets of one stack; the diameter may be chosen later without changing the draw. */
export function drawSheets(count: number, random: RandomStream): SheetDraw[] {
  return Array.from({ length: count }, () => ({
    turn: (Math.PI / 3) * random.uniform(),
    offset: [random.uniform(), random.uniform()] as const,
  }));
}

/**
 * Stack of discs, `spacing` apart.
 *
 * @param diameter  of every disc, Å
 * @param spacing   d002, Å
 */
export function turbostraticDomain(diameter: number, spacing: number, sheets: readonly SheetDraw[]): Domain {
  const flakes = sheets.map(({ offset }) => grapheneDisc(diameter, offset));
  const atoms = flakes.reduce((sum, flake) => sum + flake.xy.length / 2, 0);
  const body = new Float64Array(3 * atoms);
  const sheet = new Int32Array(atoms);
  const bonds = new Int32Array(3 * atoms);
  let first = 0;
  flakes.forEach(({ xy, bonds: own }, s) => {
    const cos = Math.cos(sheets[s]!.turn);
    const sin = Math.sin(sheets[s]!.turn);
    for (let i = 0; i < xy.length / 2; i++) {
      const k = 3 * (first + i);
      body[k] = cos * xy[2 * i]! - sin * xy[2 * i + 1]!;
      body[k + 1] = sin * xy[2 * i]! + cos * xy[2 * i + 1]!;
      body[k + 2] = spacing * (s - (sheets.length - 1) / 2);
      sheet[first + i] = s;
      for (let b = 0; b < 3; b++) bonds[k + b] = own[3 * i + b]! < 0 ? -1 : first + own[3 * i + b]!;
    }
    first += xy.length / 2;
  });
  return { body, sheet, bonds };
}
