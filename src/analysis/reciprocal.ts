/**
 * Scattering of a periodic box at its own reciprocal vectors: exact, without any cut in distance.
 */
import { elementOf } from '../core/elements.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { formFactor } from './form-factors.ts';

/** Shells of reciprocal vectors, averaged. */
export interface Shells {
  /** [K] mean length, Å⁻¹ */
  readonly q: readonly number[];
  /** [K] electrons² per atom */
  readonly intensity: readonly number[];
  /** [K] vectors that were looked at, one of each pair k, −k */
  readonly vectors: readonly number[];
}

export interface ReciprocalOptions {
  /** Å⁻¹ */
  readonly qMax: number;
  /** width of a shell, Å⁻¹ */
  readonly width: number;
  /** vectors a shell is sampled with at most */
  readonly most: number;
  readonly onProgress?: (share: number) => void;
}

/** A reciprocal vector by its indices, and its length. */
export interface ReciprocalVector {
  readonly n: readonly [number, number, number];
  readonly q: number;
}

/** Atoms whose phases are tabulated together: the tables stay in the cache. */
const block = 256;

/**
 * Intensity at the reciprocal vectors of a box, k = 2π (n₁a* + n₂b* + n₃c*), averaged in shells.
 *
 *   I(k) = |Σⱼ fⱼ e^(i k·rⱼ)|² / N
 *
 * Exact at every vector; a shell with more than `most` of them is sampled by some that a hash picks, the same in every
 * run. The mean of n vectors has a relative error of 1/√n, because a box is one structure of many (speckle).
 *
 * @param frame  periodic in all directions, any cell
 * @throws ModelError  an element without form factor
 * @oracle test/oracle/scattering.test.ts (LAMMPS compute xrd)
 */
export function reciprocalShells(frame: Frame, options: ReciprocalOptions): Shells {
  const shells = new Map<number, ReciprocalVector[]>();
  for (const vector of reciprocalVectors(frame, options.qMax)) {
    const shell = Math.floor(vector.q / options.width);
    const found = shells.get(shell);
    if (found) found.push(vector);
    else shells.set(shell, [vector]);
  }
  const chosen = [...shells]
    .sort(([a], [b]) => a - b)
    .map(([, vectors]) => (vectors.length > options.most ? pick(vectors, options.most) : vectors));
  const intensity = intensitiesAt(frame, chosen.flat(), options.onProgress);
  let at = 0;
  const mean = (values: ArrayLike<number>, from: number, count: number): number => {
    let sum = 0;
    for (let k = from; k < from + count; k++) sum += values[k]!;
    return sum / count;
  };
  const means = chosen.map((vectors) => {
    const value = mean(intensity, at, vectors.length);
    at += vectors.length;
    return value;
  });
  return {
    q: chosen.map((vectors) =>
      mean(
        Float64Array.from(vectors, ({ q }) => q),
        0,
        vectors.length,
      ),
    ),
    intensity: means,
    vectors: chosen.map((vectors) => vectors.length),
  };
}

/** One of each pair k, −k of reciprocal vectors with 0 < |k| ≤ qMax. */
export function reciprocalVectors(frame: Frame, qMax: number): ReciprocalVector[] {
  const { inverse: w } = frame.cell;
  const most = [0, 1, 2].map((k) => Math.floor((qMax * vectorReach(frame, k)) / (2 * Math.PI)));
  const vectors: ReciprocalVector[] = [];
  for (let a = 0; a <= most[0]!; a++) {
    for (let b = a === 0 ? 0 : -most[1]!; b <= most[1]!; b++) {
      for (let c = a === 0 && b === 0 ? 1 : -most[2]!; c <= most[2]!; c++) {
        const k = [0, 3, 6].map((row) => 2 * Math.PI * (a * w[row]! + b * w[row + 1]! + c * w[row + 2]!));
        const q = Math.hypot(...k);
        if (q <= qMax) vectors.push({ n: [a, b, c], q });
      }
    }
  }
  return vectors;
}

/** |n_k| ≤ |k| · |lattice vector k| / 2π, as k·a_k = 2π n_k. */
function vectorReach({ cell: { matrix: m } }: Frame, k: number): number {
  return Math.hypot(m[3 * k]!, m[3 * k + 1]!, m[3 * k + 2]!);
}

/** The `most` vectors whose hash is smallest. */
function pick(vectors: readonly ReciprocalVector[], most: number): ReciprocalVector[] {
  const hash = ({ n: [a, b, c] }: ReciprocalVector): number => {
    let h = Math.imul(a + 1024, 0x9e3779b1) ^ Math.imul(b + 1024, 0x85ebca6b) ^ Math.imul(c + 1024, 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return (h ^ (h >>> 15)) >>> 0;
  };
  return vectors
    .map((vector) => ({ vector, key: hash(vector) }))
    .sort((p, q) => p.key - q.key || p.vector.q - q.vector.q)
    .slice(0, most)
    .map(({ vector }) => vector);
}

/**
 * I(k) at given vectors, exact.
 *
 * @returns  [V] electrons² per atom
 * @throws ModelError  an element without form factor
 */
export function intensitiesAt(
  frame: Frame,
  vectors: readonly ReciprocalVector[],
  onProgress?: (share: number) => void,
): Float64Array {
  const n = atomCount(frame);
  const elements = [...new Set(frame.species.map(elementOf))];
  const re = elements.map(() => new Float64Array(vectors.length));
  const im = elements.map(() => new Float64Array(vectors.length));
  const most = [0, 1, 2].map((k) => vectors.reduce((m, v) => Math.max(m, Math.abs(v.n[k]!)), 0));
  // e^(2πi n s) for n = −most … most of each direction, block atoms each
  const tables = most.map((m) => new Float64Array((2 * m + 1) * 2 * block));
  const kinds = elements.map((element) =>
    Int32Array.from(Array.from({ length: n }, (_, i) => i).filter((i) => elementOf(speciesAt(frame, i)) === element)),
  );
  let done = 0;
  kinds.forEach((atoms, e) => {
    for (let from = 0; from < atoms.length; from += block) {
      const some = atoms.subarray(from, from + block);
      tabulate(frame, some, most, tables);
      for (let v = 0; v < vectors.length; v++) addPhases(vectors[v]!.n, most, tables, some.length, re[e]!, im[e]!, v);
      done += some.length;
      onProgress?.(done / n);
    }
  });
  const factors = elements.map(formFactor);
  return Float64Array.from(vectors, ({ q }, v) => {
    let [x, y] = [0, 0];
    factors.forEach((f, e) => {
      x += f(q) * re[e]![v]!;
      y += f(q) * im[e]![v]!;
    });
    return (x * x + y * y) / n;
  });
}

function tabulate(
  { cell: { inverse: w }, rows }: Frame,
  atoms: Int32Array,
  most: readonly number[],
  tables: readonly Float64Array[],
): void {
  for (let k = 0; k < 3; k++) {
    const [table, m] = [tables[k]!, most[k]!];
    for (let i = 0; i < atoms.length; i++) {
      const at = 4 * atoms[i]!;
      const angle = 2 * Math.PI * (rows[at]! * w[k]! + rows[at + 1]! * w[3 + k]! + rows[at + 2]! * w[6 + k]!);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      let [x, y] = [1, 0];
      for (let j = 0; j <= m; j++) {
        const [up, down] = [(m + j) * 2 * block + 2 * i, (m - j) * 2 * block + 2 * i];
        table[up] = x;
        table[up + 1] = y;
        table[down] = x;
        table[down + 1] = -y;
        const next = x * c - y * s;
        y = x * s + y * c;
        x = next;
      }
    }
  }
}

function addPhases(
  [a, b, c]: readonly [number, number, number],
  most: readonly number[],
  [ta, tb, tc]: readonly Float64Array[],
  atoms: number,
  re: Float64Array,
  im: Float64Array,
  v: number,
): void {
  const [pa, pb, pc] = [(most[0]! + a) * 2 * block, (most[1]! + b) * 2 * block, (most[2]! + c) * 2 * block];
  let x = 0;
  let y = 0;
  for (let i = 0; i < 2 * atoms; i += 2) {
    const ar = ta![pa + i]!;
    const ai = ta![pa + i + 1]!;
    const br = tb![pb + i]!;
    const bi = tb![pb + i + 1]!;
    const cr = tc![pc + i]!;
    const ci = tc![pc + i + 1]!;
    const pr = ar * br - ai * bi;
    const pi = ar * bi + ai * br;
    x += pr * cr - pi * ci;
    y += pr * ci + pi * cr;
  }
  re[v]! += x;
  im[v]! += y;
}
