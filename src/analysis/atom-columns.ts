/**
 * Atoms sorted into columns: what lies within reach of an atom is then one run of memory per column.
 */
import type { Cell } from '../core/cell.ts';
import { atomCount, type Frame } from '../core/frame.ts';

/** Edge of a column of atoms, Å: thin ones fit the sphere, wide ones make long runs. */
const columnEdge = 6;

/** Atoms in columns along z. */
export interface Columns {
  /** [N] positions, sorted by column, then element, then z */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  /** [columns · E + 1] first atom of each element in each column */
  readonly start: Int32Array;
  readonly na: number;
  readonly nb: number;
  /** one column to the next: a = (ax, 0), b = (bx, by) */
  readonly step: { readonly ax: number; readonly bx: number; readonly by: number };
  /** middle of the first column */
  readonly middle: readonly [number, number];
  /** half the diagonal of a column's floor */
  readonly radius: number;
  /** lattice of a box: c = (0, 0, cz), a and b rise by az and bz from one image to the next */
  readonly lattice?: { readonly az: number; readonly bz: number; readonly cz: number };
  /** of the bounding box of a cluster */
  readonly diagonal: number;
}

/**
 * Columns of a box periodic in all directions, in any cell.
 *
 * @param kinds     [N] element of each atom, 0 … E−1
 * @param elements  E
 * @param unit      the length that coordinates come in, Å
 */
export function boxColumns(frame: Frame, kinds: Uint8Array, elements: number, unit: number): Columns {
  const { a, b, c, turn } = standing(frame.cell);
  const na = Math.max(1, Math.round(a[0] / columnEdge));
  const nb = Math.max(1, Math.round(b[1] / columnEdge));
  const n = atomCount(frame);
  const [x, y, z] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const column = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const [px, py, pz] = turn(frame.rows[4 * i]!, frame.rows[4 * i + 1]!, frame.rows[4 * i + 2]!);
    const v = py / b[1];
    const u = (px - v * b[0]) / a[0];
    const [wu, wv] = [Math.floor(u), Math.floor(v)];
    x[i] = (px - wu * a[0] - wv * b[0]) / unit;
    y[i] = (py - wv * b[1]) / unit;
    const height = pz - wu * a[2] - wv * b[2];
    z[i] = (height - Math.floor(height / c) * c) / unit;
    column[i] = Math.min(nb - 1, Math.floor((v - wv) * nb)) * na + Math.min(na - 1, Math.floor((u - wu) * na));
  }
  const step = { ax: a[0] / na / unit, bx: b[0] / nb / unit, by: b[1] / nb / unit };
  return {
    ...sorted({ x, y, z }, column, kinds, na * nb, elements),
    na,
    nb,
    step,
    middle: [(step.ax + step.bx) / 2, step.by / 2],
    radius: Math.max(Math.hypot(step.ax + step.bx, step.by), Math.hypot(step.ax - step.bx, step.by)) / 2,
    lattice: { az: a[2] / unit, bz: b[2] / unit, cz: c / unit },
    diagonal: Infinity,
  };
}

/** The cell turned until c stands along z and a lies over x. */
function standing({ matrix: m }: Cell) {
  const row = (k: number): [number, number, number] => [m[k]!, m[k + 1]!, m[k + 2]!];
  const dot = (p: readonly number[], q: readonly number[]): number => p[0]! * q[0]! + p[1]! * q[1]! + p[2]! * q[2]!;
  const [ra, rb, rc] = [row(0), row(3), row(6)];
  const c = Math.hypot(...rc);
  const e3 = rc.map((v) => v / c);
  const flat = ra.map((v, k) => v - dot(ra, e3) * e3[k]!);
  const length = Math.hypot(...flat);
  const e1 = flat.map((v) => v / length);
  let e2 = [e3[1]! * e1[2]! - e3[2]! * e1[1]!, e3[2]! * e1[0]! - e3[0]! * e1[2]!, e3[0]! * e1[1]! - e3[1]! * e1[0]!];
  // a left-handed cell is mirrored: distances do not mind
  if (dot(rb, e2) < 0) e2 = e2.map((v) => -v);
  const turn = (x: number, y: number, z: number): [number, number, number] => {
    const r = [x, y, z];
    return [dot(r, e1), dot(r, e2), dot(r, e3)];
  };
  return { a: turn(...ra), b: turn(...rb), c, turn };
}

/** Columns of a cluster; parameters as of `boxColumns`. */
export function clusterColumns(frame: Frame, kinds: Uint8Array, elements: number, unit: number): Columns {
  const n = atomCount(frame);
  const [x, y, z] = [0, 1, 2].map((k) => Float64Array.from({ length: n }, (_, i) => frame.rows[4 * i + k]! / unit)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const low = [x, y, z].map((row) => row.reduce((least, v) => Math.min(least, v), Infinity));
  const span = [x, y, z].map((row, k) => row.reduce((most, v) => Math.max(most, v - low[k]!), 0));
  const edge = columnEdge / unit;
  const na = Math.floor(span[0]! / edge) + 1;
  const nb = Math.floor(span[1]! / edge) + 1;
  const column = Int32Array.from(
    x,
    (v, i) => Math.floor((y[i]! - low[1]!) / edge) * na + Math.floor((v - low[0]!) / edge),
  );
  return {
    ...sorted({ x, y, z }, column, kinds, na * nb, elements),
    na,
    nb,
    step: { ax: edge, bx: 0, by: edge },
    middle: [low[0]! + edge / 2, low[1]! + edge / 2],
    radius: edge * Math.SQRT1_2,
    diagonal: Math.hypot(...span) + 1,
  };
}

function sorted(
  { x, y, z }: Pick<Columns, 'x' | 'y' | 'z'>,
  column: Int32Array,
  kinds: Uint8Array,
  columns: number,
  elements: number,
): Pick<Columns, 'x' | 'y' | 'z' | 'start'> {
  const start = new Int32Array(columns * elements + 1);
  for (let i = 0; i < column.length; i++) start[column[i]! * elements + kinds[i]! + 1]!++;
  for (let k = 1; k < start.length; k++) start[k]! += start[k - 1]!;
  const order = new Int32Array(column.length);
  const fill = start.slice();
  for (let i = 0; i < column.length; i++) order[fill[column[i]! * elements + kinds[i]!]!++] = i;
  for (let k = 1; k < start.length; k++)
    order.subarray(start[k - 1]!, start[k]!).sort((i, j) => z[i]! - z[j]! || i - j);
  const pick = (row: Float64Array): Float64Array => Float64Array.from(order, (i) => row[i]!);
  return { x: pick(x), y: pick(y), z: pick(z), start };
}
