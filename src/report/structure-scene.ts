/** The three-dimensional view of a structure by itself: bonds coloured by what their carbons are, other atoms as spheres. */
import { ringsOf } from '../analysis/bonding.ts';
import { type Bonds, findBonds } from '../analysis/bonds.ts';
import { type Rings, ringSlots } from '../analysis/rings.ts';
import { cellFromMatrix, wrapRows } from '../core/cell.ts';
import { elementOf, elements, siteOf } from '../core/elements.ts';
import { atomCount, type Frame, selectAtoms } from '../core/frame.ts';
import { formatValue } from './format.ts';
import { base64, packPlaces } from './places.ts';
import { type Scene, slabThickness } from './scene.ts';

/** More atoms than this make the page heavy: the page holds a slab through the middle then. */
export const mostAtomsShown = 30_000;

/** What a carbon is, in the order of what is told first: a bond has the colour of the higher of its two. */
const palette = [
  { name: 'sheet', color: '#7c8794' },
  { name: 'edge', color: '#a48fae' },
  { name: 'strong edge', color: '#8e4a9e' },
  { name: 'in a ring that is no six-ring', color: '#c8432b' },
  { name: 'sp³', color: '#2f8f9d' },
  { name: 'sp', color: '#eda93b' },
] as const;

/**
 * Scene of a frame. A large one is cut to a slab through its middle, and the caption says so; of a carbon that is thicker than
 * a few sheets a thin slab is shown first.
 *
 * @param most  atoms to show
 */
export function structureScene(frame: Frame, most = mostAtomsShown): Scene {
  const n = atomCount(frame);
  const inside = framed(frame);
  const { bonds } = findBonds(inside);
  const kinds = kindsOf(inside, bonds, ringsOf(inside, bonds));
  const axis = slabAxis(inside, bonds);
  const shown = n > most ? slab(inside, most, axis) : undefined;
  const isShown = (i: number): boolean => shown === undefined || shown.keep[i] === 1;
  const number = new Int32Array(n).fill(-1);
  let count = 0;
  for (let i = 0; i < n; i++) if (isShown(i)) number[i] = count++;
  const part = selectAtoms(inside, isShown);
  if (shown) for (let k = 0; k < part.rows.length; k++) if (k % 4 < 3) part.rows[k]! -= shown.origin[k % 4]!;
  const shownKinds = Uint8Array.from(kinds.filter((_, i) => isShown(i)));
  // only the kinds that are there are in the legend
  const used = palette.map((_, k) => shownKinds.includes(k));
  const place = palette.map((_, k) => used.slice(0, k).filter(Boolean).length);
  const rest = selectAtoms(part, (i) => elementAt(part, i) !== 'C');
  const others = [...new Set(Array.from({ length: atomCount(rest) }, (_, i) => elementAt(rest, i)))];
  const caption = shown
    ? `A slab of ${shown.thickness.toFixed(0)} Å through the middle: ${formatValue(count)} of ${formatValue(n)} atoms`
    : `${formatValue(n)} atoms`;
  const height = shown?.thickness ?? inside.cell.heights[axis]!;
  return {
    guest: others.join(' and ') || 'nothing in it',
    radius: 0.5,
    cell: [...(shown?.matrix ?? inside.cell.matrix)],
    host: {
      positions: packPlaces(part.rows),
      kinds: base64(shownKinds.map((k) => place[k]!)),
      palette: palette.filter((_, k) => used[k]),
      bonds: base64(directBonds(inside, bonds, number)),
      filled: true,
    },
    ...(height > 1.3 * slabThickness && {
      slab: {
        axis,
        thickness: slabThickness,
        caption: `A slab of ${slabThickness} Å through the middle of ${formatValue(n)} atoms`,
        rest: shown ? `Slab of ${shown.thickness.toFixed(0)} Å` : 'Whole box',
      },
    }),
    classes: others.map((name) => ({
      name,
      color: elements[name]?.color ?? '#b0b6be',
      radius: 0.5 * (elements[name]?.radius ?? 1),
    })),
    states:
      others.length === 0
        ? []
        : [
            {
              name: 'structure',
              label: '',
              caption,
              clusters: '',
              positions: packPlaces(rest.rows),
              classes: base64(
                Uint8Array.from({ length: atomCount(rest) }, (_, i) => others.indexOf(elementAt(rest, i))),
              ),
            },
          ],
    caption,
  };
}

function elementAt({ species, rows }: Frame, i: number): string {
  return elementOf(species[rows[4 * i + 3]!]!);
}

/** The frame wrapped into its cell; one without any period in the box that just holds it. */
function framed(frame: Frame): Frame {
  const rows = frame.rows.slice();
  if (frame.cell.periodic.some(Boolean)) {
    wrapRows(frame.cell, rows);
    return { ...frame, rows };
  }
  const low = [0, 1, 2].map((d) => rows.reduce((least, x, k) => (k % 4 === d ? Math.min(least, x) : least), Infinity));
  const high = [0, 1, 2].map((d) => rows.reduce((most, x, k) => (k % 4 === d ? Math.max(most, x) : most), -Infinity));
  for (let k = 0; k < rows.length; k++) if (k % 4 < 3) rows[k]! -= low[k % 4]! - 1;
  const side = (d: number): number => high[d]! - low[d]! + 2;
  const cell = cellFromMatrix([side(0), 0, 0, 0, side(1), 0, 0, 0, side(2)], [false, false, false]);
  return { ...frame, cell, rows };
}

interface Slab {
  readonly keep: Uint8Array;
  /** Å */
  readonly thickness: number;
  /** [9] the cell that holds it */
  readonly matrix: Float64Array;
  /** where that begins, Å */
  readonly origin: readonly [number, number, number];
}

/**
 * The side that a slab is cut across: the one that most sheets contain, so that they are seen from their edges; where sheets
 * point everywhere the longest, of equal ones the last.
 */
function slabAxis(frame: Frame, { start, rows }: Bonds): number {
  const { heights, inverse: v } = frame.cell;
  const facing = [0, 0, 0];
  let sheets = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    if (start[i + 1]! - start[i]! !== 3) continue;
    const [p, q] = [4 * start[i]!, 4 * start[i]! + 4];
    const [a, b] = [rows.subarray(p, p + 3), rows.subarray(q, q + 3)];
    const [x, y, z] = [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
    const length2 = x * x + y * y + z * z;
    if (length2 === 0) continue;
    sheets++;
    // the column of the inverse cell, times the height, is the unit vector across side d
    for (let d = 0; d < 3; d++) {
      facing[d]! += (heights[d]! * (v[d]! * x + v[3 + d]! * y + v[6 + d]! * z)) ** 2 / length2;
    }
  }
  const share = facing.map((sum) => (sheets === 0 ? 0 : sum / sheets));
  const edgeOn = [0, 1, 2].filter((d) => share[d]! < Math.min(...share) + 0.25);
  const longest = Math.max(...edgeOn.map((d) => heights[d]!));
  return edgeOn.findLast((d) => heights[d]! > longest * 0.999)!;
}

/** The slab across a side that holds about as many atoms as wanted. */
function slab(frame: Frame, most: number, side: number): Slab {
  const n = atomCount(frame);
  const { heights, inverse: v, matrix: m } = frame.cell;
  const fromMiddle = Float64Array.from({ length: n }, (_, i) => {
    const [x, y, z] = [frame.rows[4 * i]!, frame.rows[4 * i + 1]!, frame.rows[4 * i + 2]!];
    return Math.abs(x * v[side]! + y * v[3 + side]! + z * v[6 + side]! - 0.5);
  });
  const limit = fromMiddle.slice().sort()[most - 1]!;
  const from = 0.5 - limit;
  return {
    keep: Uint8Array.from(fromMiddle, (h) => (h <= limit ? 1 : 0)),
    thickness: 2 * limit * heights[side]!,
    matrix: m.map((x, k) => (Math.floor(k / 3) === side ? 2 * limit * x : x)),
    origin: [from * m[3 * side]!, from * m[3 * side + 1]!, from * m[3 * side + 2]!],
  };
}

function kindsOf(frame: Frame, { start, index, rows }: Bonds, { through }: Rings): Uint8Array {
  return Uint8Array.from({ length: atomCount(frame) }, (_, i) => {
    if (elementAt(frame, i) !== 'C') return 0;
    const all = start[i + 1]! - start[i]!;
    if (all === 4) return 4;
    const p = 4 * start[i]!;
    if (all === 2) {
      const dot = rows[p]! * rows[p + 4]! + rows[p + 1]! * rows[p + 5]! + rows[p + 2]! * rows[p + 6]!;
      // cos 150°
      if (dot / (rows[p + 3]! * rows[p + 7]!) < -0.866) return 5;
    }
    const rings = through.subarray(ringSlots * i, ringSlots * (i + 1));
    if (rings.some((count, size) => size !== 6 && count > 0)) return 3;
    let carbons = 0;
    for (let q = start[i]!; q < start[i + 1]!; q++) if (elementAt(frame, index[q]!) === 'C') carbons++;
    if (carbons >= 3) return 0;
    return siteOf(frame.species[frame.rows[4 * i + 3]!]!).startsWith('strong') ? 2 : 1;
  });
}

/** [B, 2] bonds between atoms that are shown, without those across the boundary, in the numbers that atoms are shown with. */
function directBonds(frame: Frame, { start, index, rows }: Bonds, number: Int32Array): Uint32Array {
  const pairs: number[] = [];
  for (let i = 0; i + 1 < start.length; i++) {
    if (number[i]! < 0) continue;
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      const j = index[p]!;
      if (j <= i || number[j]! < 0) continue;
      const direct = [0, 1, 2].every(
        (d) => Math.abs(frame.rows[4 * j + d]! - frame.rows[4 * i + d]! - rows[4 * p + d]!) < 1e-6,
      );
      if (direct) pairs.push(number[i]!, number[j]!);
    }
  }
  return Uint32Array.from(pairs);
}
