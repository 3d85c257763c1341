/**
 * The bond-order form as its kernel reads it (kernels/cpu/md/bond-order.ts): functions of distance and b(ζ) become tables, with
 * the kinks of f_C on knots; the angular function keeps its parameters.
 */
import type { BondOrderTerm } from '../../model/model.ts';
import type { LinearTable } from '../../model/table.ts';
import type { Arena } from './arena.ts';

type TersoffParameters = BondOrderTerm['triples'][number];

/** knots over the range in which f_C falls: 2 D wide */
const fallingKnots = 512;
/** nearest tabulated distance, Å; straight on below */
const nearest = 0.1;
/** b(ζ): segments per factor of two 2^bits, from 2^lowest to 2^highest */
const orderBits = 7;
const lowestExponent = -40;
const highestExponent = 60;

/** f_C of Tersoff and its slope, on one side of its kinks. */
function cutoffAt({ middle, halfWidth }: TersoffParameters, r: number, inside: boolean): [number, number] {
  if (inside) return [1, 0];
  const x = (Math.PI / 2) * ((r - middle) / halfWidth);
  return [0.5 * (1 - Math.sin(x)), (-0.25 * Math.PI * Math.cos(x)) / halfWidth];
}

/** Rows of m functions side by side, (c0 of all, c1 of all, …), with a guard row in front. */
function interleavedRows(
  functions: readonly ((r: number, inside: boolean) => readonly [number, number])[],
  from: number,
  step: number,
  count: number,
  kink: number,
): Float64Array {
  const m = functions.length;
  const rows = new Float64Array(4 * m * (count + 1));
  functions.forEach((f, q) => {
    for (let k = 0; k < count; k++) {
      const inside = k < kink;
      const [u0, s0] = f(from + k * step, inside);
      const [u1, s1] = f(from + (k + 1) * step, inside);
      const [d0, d1] = [s0 * step, s1 * step];
      const c = [u0, d0, 3 * (u1 - u0) - 2 * d0 - d1, 2 * (u0 - u1) + d0 + d1];
      for (let j = 0; j < 4; j++) rows[4 * m * (k + 1) + m * j + q] = c[j]!;
    }
    rows[q] = rows[4 * m + q]! - rows[4 * m + m + q]!;
    rows[m + q] = rows[4 * m + m + q]!;
  });
  return rows;
}

/** Knots with R − D and R + D among them. */
function knotsOf({ middle, halfWidth }: TersoffParameters): {
  from: number;
  step: number;
  count: number;
  kink: number;
} {
  const falling = halfWidth > 0 ? fallingKnots : 0;
  const step = halfWidth > 0 ? (2 * halfWidth) / fallingKnots : 0.002;
  const kink = Math.max(1, Math.floor((middle - halfWidth - nearest) / step));
  return { from: middle - halfWidth - kink * step, step, count: kink + falling, kink };
}

/** f_C f_R and f_C f_A with their slopes. */
function bondFunctions(p: TersoffParameters): ((r: number, inside: boolean) => readonly [number, number])[] {
  const falling = (f: (r: number) => [number, number]) => (r: number, inside: boolean) => {
    const [c, cSlope] = cutoffAt(p, r, inside);
    const [u, slope] = f(r);
    return [c * u, cSlope * u + c * slope] as const;
  };
  const exponential =
    (amplitude: number, lambda: number) =>
    (r: number): [number, number] => {
      const u = amplitude * Math.exp(-lambda * r);
      return [u, -lambda * u];
    };
  return [falling(exponential(p.a, p.lambda1)), falling(exponential(p.b, p.lambda2))];
}

/** Table of b(ζ) = [1 + (βζ)^n]^(−1/2n) on a logarithmic axis. */
function orderRows({ beta, n }: TersoffParameters): Float64Array {
  const per = 2 ** orderBits;
  const rows = new Float64Array(4 * per * (highestExponent - lowestExponent));
  const b = (zeta: number): [number, number] => {
    const x = (beta * zeta) ** n;
    const value = (1 + x) ** (-0.5 / n);
    return [value, (-0.5 * value * x) / ((1 + x) * zeta)];
  };
  for (let k = 0; k < rows.length / 4; k++) {
    const base = 2 ** (lowestExponent + Math.floor(k / per));
    const h = base / per;
    const zeta = base + (k % per) * h;
    const [u0, s0] = b(zeta);
    const [u1, s1] = b(zeta + h);
    rows[4 * k] = u0;
    rows[4 * k + 1] = h * s0;
    rows[4 * k + 2] = 3 * (u1 - u0) - h * (2 * s0 + s1);
    rows[4 * k + 3] = 2 * (u0 - u1) + h * (s0 + s1);
  }
  return rows;
}

/**
 * Distance up to which a neighbour b of an atom a counts, Å: as long as they are bonded, or as b weakens a bond of a in some triple.
 */
export function farthest({ elements, triples }: BondOrderTerm, a: number, b: number): number {
  const e = elements.length;
  const ends = (j: number, k: number): number => {
    const { middle, halfWidth } = triples[(a * e + j) * e + k]!;
    return middle + halfWidth;
  };
  return Math.max(ends(b, b), ...elements.map((_, j) => ends(j, b)));
}

/** The functions of a bond-order term one by one, by its elements; nothing is made twice. */
export interface BondOrderFunctions {
  /** f_C f_R and f_C f_A, eV */
  pair(a: number, b: number): readonly [LinearTable, LinearTable];
  /** f_C inside ζ, from R − D on */
  cutoff(a: number, b: number, c: number): LinearTable;
  /** b(ζ) in 2^bits rows for every factor of two from `lowest` on; null: b = 1 */
  order(a: number, b: number): { lowest: number; highest: number; bits: number; rows: Float64Array } | null;
}

/** Tables of a bond-order term on plain knots, those of `bondOrderWords`. */
export function bondOrderFunctions({ elements, triples }: BondOrderTerm): BondOrderFunctions {
  const e = elements.length;
  const triple = (a: number, b: number, c: number) => triples[(a * e + b) * e + c]!;
  const made = new Map<string, unknown>();
  const once = <T>(key: string, make: () => T): T => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
  const table = (rows: Float64Array, from: number, step: number): LinearTable => {
    // without the guard row
    const plain = rows.slice(4);
    return { axis: 'linear', from, to: from + (step * plain.length) / 4, step, rows: plain };
  };
  return {
    pair: (a, b) =>
      once(`pair ${a} ${b}`, () => {
        const p = triple(a, b, b);
        const { from, step, count, kink } = knotsOf(p);
        const [repulsive, attractive] = bondFunctions(p).map((f) =>
          table(interleavedRows([f], from, step, count, kink), from, step),
        );
        return [repulsive!, attractive!] as const;
      }),
    cutoff: (a, b, c) => {
      const q = triple(a, b, c);
      return once(`cutoff ${q.middle} ${q.halfWidth}`, () => {
        const [from, { step }] = [q.middle - q.halfWidth, knotsOf(q)];
        const rows = interleavedRows([(r) => cutoffAt(q, r, false)], from, step, fallingKnots, 0);
        return table(rows, from, q.halfWidth > 0 ? step : 0);
      });
    },
    order: (a, b) => {
      const p = triple(a, b, b);
      if (!(p.beta > 0 && p.n > 0)) return null;
      const rows = once(`order ${a} ${b}`, () => orderRows(p));
      return { lowest: 2 ** lowestExponent, highest: 2 ** highestExponent * (1 - 2 ** -23), bits: orderBits, rows };
    },
  };
}

/**
 * Words of the kernel's block behind (first, count, entries): species, place of the pair descriptors, of the triple descriptors.
 *
 * @param kinds  [S] species of the model that atoms have
 */
export function bondOrderWords(term: BondOrderTerm, kinds: readonly number[], arena: Arena): number[] {
  const elements = term.elements.length;
  const species = kinds.length;
  const element = kinds.map((kind) => term.kind[kind]!);
  const triple = (a: number, b: number, c: number) => term.triples[(a * elements + b) * elements + c]!;
  const made = new Map<string, number>();
  const once = (key: string, make: () => Float64Array): number => {
    if (!made.has(key)) made.set(key, arena.put(make()));
    return made.get(key)!;
  };
  const pairs = new DataView(new ArrayBuffer(56 * species * species));
  const triples = new DataView(new ArrayBuffer(96 * species ** 3));
  element.forEach((a, sa) => {
    element.forEach((b, sb) => {
      if (a < 0 || b < 0) return;
      const p = triple(a, b, b);
      const knots = knotsOf(p);
      const rows = once(`pair ${a} ${b}`, () =>
        interleavedRows(bondFunctions(p), knots.from, knots.step, knots.count, knots.kink),
      );
      const at = 56 * (sa * species + sb);
      pairs.setFloat64(at, farthest(term, a, b) ** 2, true);
      pairs.setFloat64(at + 8, knots.from, true);
      pairs.setFloat64(at + 16, 1 / knots.step, true);
      pairs.setInt32(at + 24, knots.count - 1, true);
      // behind the guard row of two functions
      pairs.setInt32(at + 28, rows + 64, true);
      const order = p.beta > 0 && p.n > 0;
      pairs.setInt32(at + 32, order ? once(`order ${a} ${b}`, () => orderRows(p)) : 0, true);
      pairs.setInt32(at + 36, orderBits, true);
      pairs.setFloat64(at + 40, order ? 2 ** lowestExponent : Number.POSITIVE_INFINITY, true);
      pairs.setFloat64(at + 48, 2 ** highestExponent * (1 - 2 ** -52), true);
      element.forEach((c, sc) => {
        if (c < 0) return;
        const q = triple(a, b, c);
        const falls = knotsOf(q);
        const words = [q.gamma, (q.c / q.d) ** 2, q.c ** 2, q.d ** 2, q.cosTheta0, q.lambda3, q.m];
        words.push(q.middle - q.halfWidth, (q.middle + q.halfWidth) ** 2, q.middle - q.halfWidth, 1 / falls.step);
        const start = 96 * ((sa * species + sb) * species + sc);
        words.forEach((word, k) => {
          triples.setFloat64(start + 8 * k, word, true);
        });
        triples.setInt32(start + 88, fallingKnots - 1, true);
        const key = `cutoff ${q.middle} ${q.halfWidth}`;
        const table = once(key, () =>
          interleavedRows([(r) => cutoffAt(q, r, false)], q.middle - q.halfWidth, falls.step, fallingKnots, 0),
        );
        triples.setInt32(start + 92, table + 32, true);
      });
    });
  });
  return [species, arena.put(new Float64Array(pairs.buffer)), arena.put(new Float64Array(triples.buffer))];
}
