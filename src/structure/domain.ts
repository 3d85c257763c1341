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
  /** [N] distance from the stack axis along the sheet, Å */
  readonly radial: Float64Array;
  /** [N] sheet of each atom, 0 … S−1 from bottom to top */
  readonly sheet: Int32Array;
  /** [N, 3] bonded atoms, −1 where a bond is missing */
  readonly bonds: Int32Array;
}

/** Bending of all sheets of a domain about one axis, as cylinders with a common centre. */
export interface Bend {
  /** of the surface half way up the stack, Å */
  readonly radius: number;
  /** angle of the bent direction in the plane, rad */
  readonly direction: number;
}

/** Draws the sheets of one stack; the diameter may be chosen later without changing the draw. */
export function drawSheets(count: number, random: RandomStream): SheetDraw[] {
  return Array.from({ length: count }, () => ({
    turn: (Math.PI / 3) * random.uniform(),
    offset: [random.uniform(), random.uniform()] as const,
  }));
}

/**
 * Stack of discs.
 *
 * Bent sheets keep their bonds: lengths along a sheet become arcs, and neighbours stay `spacing` apart along their normal.
 *
 * @param diameter  of every disc, along the sheet, Å
 * @param spacing   d002, or [S − 1] spacings from bottom to top, Å
 * @param bend      flat when not given
 */
export function turbostraticDomain(
  diameter: number,
  spacing: number | readonly number[],
  sheets: readonly SheetDraw[],
  bend?: Bend,
): Domain {
  const flakes = sheets.map(({ offset }) => grapheneDisc(diameter, offset));
  const atoms = flakes.reduce((sum, flake) => sum + flake.xy.length / 2, 0);
  const body = new Float64Array(3 * atoms);
  const radial = new Float64Array(atoms);
  const sheet = new Int32Array(atoms);
  const bonds = new Int32Array(3 * atoms);
  const heights = heightsOf(spacing, sheets.length);
  let first = 0;
  flakes.forEach(({ xy, bonds: own }, s) => {
    const cos = Math.cos(sheets[s]!.turn);
    const sin = Math.sin(sheets[s]!.turn);
    for (let i = 0; i < xy.length / 2; i++) {
      const k = 3 * (first + i);
      body[k] = cos * xy[2 * i]! - sin * xy[2 * i + 1]!;
      body[k + 1] = sin * xy[2 * i]! + cos * xy[2 * i + 1]!;
      body[k + 2] = heights[s]!;
      radial[first + i] = Math.hypot(xy[2 * i]!, xy[2 * i + 1]!);
      sheet[first + i] = s;
      for (let b = 0; b < 3; b++) bonds[k + b] = own[3 * i + b]! < 0 ? -1 : first + own[3 * i + b]!;
    }
    first += xy.length / 2;
  });
  if (bend) bendAll(body, bend);
  return { body, radial, sheet, bonds };
}

/** [S] heights of the sheets, their middle at 0, Å. */
function heightsOf(spacing: number | readonly number[], count: number): Float64Array {
  const heights = new Float64Array(count);
  for (let s = 1; s < count; s++)
    heights[s] = heights[s - 1]! + (typeof spacing === 'number' ? spacing : spacing[s - 1]!);
  const middle = (heights[count - 1] ?? 0) / 2;
  return heights.map((z) => z - middle);
}

/** (u, z) → ((R − z) sin θ, R − (R − z) cos θ), θ = u / (R − z), u along the bent direction. */
function bendAll(body: Float64Array, { radius, direction }: Bend): void {
  const cos = Math.cos(direction);
  const sin = Math.sin(direction);
  for (let k = 0; k < body.length; k += 3) {
    const u = cos * body[k]! + sin * body[k + 1]!;
    const v = -sin * body[k]! + cos * body[k + 1]!;
    const r = radius - body[k + 2]!;
    const arc = r * Math.sin(u / r);
    body[k] = cos * arc - sin * v;
    body[k + 1] = sin * arc + cos * v;
    body[k + 2] = radius - r * Math.cos(u / r);
  }
}
