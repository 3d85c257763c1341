/**
 * Periodic crystals with known answers: graphene, graphite, a slit between graphenes, and bcc metals.
 */
import { orthorhombicCell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { cubicCrystal } from '../core/lattice.ts';
import { bondLength } from './sheet.ts';

/** Spacing of the sheets of graphite at room temperature, Å. */
export const graphiteSpacing = 3.354;

/** Orthorhombic cell of graphene: √3 r by 3 r with four atoms; zigzag rows run along x. */
const cellX = bondLength * Math.sqrt(3);
const cellY = 3 * bondLength;
const cellAtoms = [
  [0, 0],
  [cellX / 2, bondLength / 2],
  [cellX / 2, 1.5 * bondLength],
  [0, 2 * bondLength],
] as const;

/**
 * One flat graphene sheet in the middle of a periodic box.
 *
 * @param nx      cells of √3 r = 2.4595 Å along x (zigzag direction)
 * @param ny      cells of 3 r = 4.26 Å along y (armchair direction)
 * @param vacuum  height of the box, Å
 * @returns 4·nx·ny basal carbons
 */
export function graphene(nx: number, ny: number, vacuum: number): Frame {
  requireLength('vacuum', vacuum);
  return sheets(nx, ny, vacuum, [{ z: vacuum / 2, shift: 0 }]);
}

/**
 * Graphite, stacked AB along z.
 *
 * @param layers   sheets in the box, even
 * @param spacing  of the sheets, Å
 */
export function graphite(nx: number, ny: number, layers: number, spacing = graphiteSpacing): Frame {
  requireCount('layers', layers);
  requireLength('spacing', spacing);
  if (layers % 2 !== 0) throw new SpecError(`layers must be even so that AB stacking closes, got ${layers}`);
  const stack = Array.from({ length: layers }, (_, k) => ({ z: spacing * (k + 0.5), shift: k % 2 }));
  return sheets(nx, ny, layers * spacing, stack);
}

/**
 * Slit pore between two walls of graphene, periodic: behind each wall follows, one spacing away, the other wall, so that
 * there is no room for a guest but the slit.
 *
 * @param width    of the slit from carbon plane to carbon plane, Å
 * @param layers   sheets per wall, stacked AB away from the slit
 * @param spacing  of the sheets in the wall and behind it, Å
 */
export function slit(width: number, nx: number, ny: number, layers = 1, spacing = graphiteSpacing): Frame {
  requireCount('layers', layers);
  requireLength('width', width);
  requireLength('spacing', spacing);
  const height = width + (2 * layers - 1) * spacing;
  const stack = Array.from({ length: layers }, (_, k) => [
    { z: height / 2 - width / 2 - k * spacing, shift: k % 2 },
    { z: height / 2 + width / 2 + k * spacing, shift: k % 2 },
  ]).flat();
  return sheets(nx, ny, height, stack);
}

/** One gap of a stack, to the sheet above. */
export interface Gap {
  /** Å, between carbon nuclei */
  readonly width: number;
  /** the next sheet stands over this one as in graphite (AB), not atom over atom (AA) */
  readonly shifted: boolean;
}

/**
 * Sheets stacked along z with gaps of any width and registry: stages of intercalated graphite, turbostratic spacings.
 *
 * @param gaps  from the lowest sheet up; the last reaches to the image of the lowest
 * @throws SpecError  an odd number of shifted gaps, which does not come back to the lowest sheet
 * @oracle test/unit/structure-crystal.test.ts
 */
export function stackedSheets(nx: number, ny: number, gaps: readonly Gap[]): Frame {
  gaps.forEach(({ width }, k) => {
    requireLength(`width of gap ${k}`, width);
  });
  const toggles = gaps.filter(({ shifted }) => shifted).length;
  if (gaps.length === 0 || toggles % 2 === 1)
    throw new SpecError(`a stack needs gaps, an even number of them shifted; got ${toggles} of ${gaps.length}`);
  let [z, shift] = [0, 0];
  const stack = gaps.map(({ width, shifted }) => {
    const here = { z: z + 0.5 * gaps.at(-1)!.width, shift };
    z += width;
    if (shifted) shift = 1 - shift;
    return here;
  });
  return sheets(nx, ny, z, stack);
}

/**
 * Body-centred cubic metal.
 *
 * @param a  lattice constant, Å
 * @param n  cubes along each axis
 * @returns 2 n³ atoms
 */
export function bcc(element: string, a: number, n: number): Frame {
  requireCount('n', n);
  requireLength('a', a);
  return cubicCrystal(element, 'bcc', a, n);
}

function sheets(nx: number, ny: number, height: number, stack: readonly { z: number; shift: number }[]): Frame {
  requireCount('nx', nx);
  requireCount('ny', ny);
  const rows: number[] = [];
  for (const { z, shift } of stack) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        // B is A moved by one bond along y
        for (const [x, y] of cellAtoms)
          rows.push(i * cellX + x, (j * cellY + y + shift * bondLength) % (ny * cellY), z, 0);
      }
    }
  }
  return {
    cell: orthorhombicCell(nx * cellX, ny * cellY, height),
    species: ['C:basal'],
    rows: Float64Array.from(rows),
  };
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new SpecError(`${name} must be a whole number from 1 on, got ${value}`);
}

function requireLength(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new SpecError(`${name} must be a length above 0 Å, got ${value}`);
}
