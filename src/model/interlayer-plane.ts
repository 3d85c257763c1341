/** The plane of the sheet at an atom, from its bonds: what gives the interlayer form its normals. */
import type { NeighborList } from '../core/neighbors.ts';
import { type Accumulator, addEntryForce } from './evaluate.ts';

/** Areas between which a plane fades out, Å: |(p₁ − p₀) × (p₂ − p₀)| of its three points. */
export const planeFades = { from: 0.25, to: 0.75 } as const;

/**
 * Planes of all atoms. The plane of an atom goes through three points: its three bonded neighbours, or itself and its two.
 * An atom with one bond (an edge hydrogen) takes the plane of the atom it hangs on. An atom with none, or with more than three
 * (sp³), has no plane.
 */
export interface SheetPlanes {
  /** [N] atom whose bonds make the plane of atom i; −1 without a plane */
  readonly holder: Int32Array;
  /** [N, 3] list entries of the holder to its bonded neighbours; −1 in the last place: the holder itself is the third point */
  readonly entries: Int32Array;
}

/**
 * Finds the planes of all atoms from their bonds: entries shorter than `length` (Å) between atoms that take part.
 *
 * @param kind       [N] index into the model's species
 * @param takesPart  by the model's species
 */
export function sheetPlanes(
  length: number,
  kind: Int32Array,
  takesPart: readonly boolean[],
  list: NeighborList,
): SheetPlanes {
  const n = list.start.length - 1;
  const bonds = new Int32Array(n);
  const entries = new Int32Array(3 * n).fill(-1);
  for (let i = 0; i < n; i++) {
    if (!takesPart[kind[i]!]) continue;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      if (list.rows[4 * e + 3]! >= length || !takesPart[kind[list.index[e]!]!]) continue;
      if (bonds[i]! < 3) entries[3 * i + bonds[i]!] = e;
      bonds[i]!++;
    }
  }
  const own = (i: number): boolean => bonds[i] === 2 || bonds[i] === 3;
  const holder = bonds.map((count, i) => {
    if (own(i)) return i;
    const only = count === 1 ? list.index[entries[3 * i]!]! : -1;
    return only >= 0 && own(only) ? only : -1;
  });
  return { holder, entries };
}

/** A plane as the form uses it: (n·r)² of the unit normal n counts with a weight, s (n·r)² = w (c·r)². */
export interface PlaneVector {
  /** c = (p₁ − p₀) × (p₂ − p₀), Å² */
  readonly c: [number, number, number];
  /** w = s(|c|)/|c|², Å⁻⁴; s rises from 0 to 1 over `planeFades`, for a straight chain has no normal */
  weight: number;
  /** dw/d|c|² */
  weightSlope: number;
}

/** Weight of a plane spanned by an area c, and its derivative with respect to |c|². */
function weigh(plane: PlaneVector): void {
  const [x, y, z] = plane.c;
  const square = x * x + y * y + z * z;
  const area = Math.sqrt(square);
  const span = planeFades.to - planeFades.from;
  const t = Math.min(1, (area - planeFades.from) / span);
  plane.weight = 0;
  plane.weightSlope = 0;
  if (!(t > 0)) return;
  plane.weight = (t * t * t * (10 + t * (6 * t - 15))) / square;
  plane.weightSlope = ((15 * (t * (1 - t)) ** 2) / (span * area) - plane.weight) / square;
}

/** Points p₁, p₂ as seen from p₀, of the plane held by one atom. */
function edges(list: NeighborList, entries: Int32Array, holder: number): [number[], number[]] {
  const point = (k: number): number[] => {
    const e = entries[3 * holder + k]!;
    return e < 0 ? [0, 0, 0] : [list.rows[4 * e]!, list.rows[4 * e + 1]!, list.rows[4 * e + 2]!];
  };
  const [p0, p1, p2] = [point(0), point(1), point(2)];
  return [p1.map((x, k) => x - p0[k]!), p2.map((x, k) => x - p0[k]!)];
}

const cross = (a: readonly number[], b: readonly number[]): [number, number, number] => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
];

/** The plane held by one atom. */
export function planeVector(list: NeighborList, planes: SheetPlanes, holder: number): PlaneVector {
  const [a, b] = edges(list, planes.entries, holder);
  const plane: PlaneVector = { c: cross(a, b), weight: 0, weightSlope: 0 };
  weigh(plane);
  return plane;
}

/** Adds the forces that follow from g = ∂U/∂c of the plane held by one atom: ∂U/∂p₁ = b × g, ∂U/∂p₂ = g × a. */
export function addPlaneForce(
  sum: Accumulator,
  list: NeighborList,
  planes: SheetPlanes,
  holder: number,
  g: readonly number[],
): void {
  const [a, b] = edges(list, planes.entries, holder);
  const first = cross(b, g);
  const second = cross(g, a);
  const zeroth = first.map((x, k) => -x - second[k]!);
  [zeroth, first, second].forEach((slope, k) => {
    const e = planes.entries[3 * holder + k]!;
    if (e >= 0) addEntryForce(sum, list, e, holder, slope[0]!, slope[1]!, slope[2]!);
  });
}
