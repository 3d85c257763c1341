/**
 * Functions of one variable as cubic Hermite tables: what kernels look up instead of formulas.
 *
 *   row k holds (c0, c1, c2, c3) of  u(x) = c0 + t (c1 + t (c2 + t c3)),   t = (x − x_k)/h_k ∈ [0, 1)
 *   with  c0 = u_k, c1 = h u'_k, c2 = 3(u_{k+1} − u_k) − h(2u'_k + u'_{k+1}), c3 = 2(u_k − u_{k+1}) + h(u'_k + u'_{k+1})
 *
 * The derivative is that of the cubic, so Monte Carlo and dynamics sample the same energy. Two axes:
 * `linear` has equal steps (distances, and the embedding functions of published tables); `log` splits every factor of two
 * into equal segments, found from the bits of the floating-point number itself: a power law like ρ^0.4, whose slope is
 * infinite at zero, keeps the same relative accuracy over 20 decades, and the index costs two shifts.
 *
 * @oracle test/unit/table.test.ts
 */
import { ModelError } from '../core/errors.ts';

export interface LinearTable {
  readonly axis: 'linear';
  /** first knot; nothing is tabulated below */
  readonly from: number;
  /** last knot; the function is exactly zero at and above it (radial), or goes on linearly (embedding) */
  readonly to: number;
  readonly step: number;
  /** [n, 4] */
  readonly rows: Float64Array;
}

export interface LogTable {
  readonly axis: 'log';
  /** smallest tabulated argument 2^minExponent; below it the value is that at zero */
  readonly minExponent: number;
  readonly maxExponent: number;
  /** log₂ of the segments per factor of two */
  readonly segmentBits: number;
  readonly rows: Float64Array;
}

export type Table = LinearTable | LogTable;

/** Largest |table − formula| a table may have before the model is refused, eV (or the unit of the function). */
export const auditLimit = 1e-7;

interface Function1 {
  value(x: number): number;
  slope(x: number): number;
}

/** The four numbers of one interval from the values and slopes at its two ends. */
function hermiteRow(rows: Float64Array, k: number, h: number, u0: number, d0: number, u1: number, d1: number): void {
  rows[4 * k] = u0;
  rows[4 * k + 1] = h * d0;
  rows[4 * k + 2] = 3 * (u1 - u0) - h * (2 * d0 + d1);
  rows[4 * k + 3] = 2 * (u0 - u1) + h * (d0 + d1);
}

/** A function and its name for messages. */
export interface NamedFunction extends Function1 {
  readonly what: string;
}

/**
 * Tabulates functions of distance on the same equal steps from `from` to `to`, so that kernels look them up with one index.
 * The functions must vanish at and beyond `to`, or are cut there. Rows double until every audit (four points per interval)
 * passes.
 *
 * @param from   first knot
 * @param to     last knot; table value is 0 beyond
 * @param wanted  smaller errors than the audit asks for, if 16 384 rows have them
 * @returns      one table per function, all with the same knots
 * @throws ModelError  not finite, or an audit still fails at 16 384 rows
 */
export function tabulate(
  functions: readonly NamedFunction[],
  from: number,
  to: number,
  wanted = auditLimit,
): LinearTable[] {
  for (let n = 1024; ; n *= 2) {
    const tables = functions.map((f) => tabulateOn(f, from, to, n));
    const worst = tables.map((table, i) => auditTable(table, functions[i]!));
    if (worst.every((error) => error <= wanted)) return tables;
    if (n >= 16384) {
      const i = worst.findIndex((error) => error > auditLimit);
      if (i < 0) return tables;
      throw new ModelError(
        `${functions[i]!.what}: the table misses the formula by ${worst[i]!.toExponential(1)} (limit ${auditLimit}); is it smooth between ${from} and ${to}?`,
      );
    }
  }
}

function tabulateOn(f: Function1, from: number, to: number, n: number): LinearTable {
  const step = (to - from) / n;
  const rows = new Float64Array(4 * n);
  for (let k = 0; k < n; k++) {
    const x0 = from + k * step;
    // the last knot is approached from inside: a truncated function jumps there
    const x1 = k === n - 1 ? to - 1e-12 * (1 + Math.abs(to)) : from + (k + 1) * step;
    hermiteRow(rows, k, step, f.value(x0), f.slope(x0), f.value(x1), f.slope(x1));
  }
  return { axis: 'linear', from, to, step, rows };
}

/**
 * Tabulates a function of a non-negative argument with equal relative accuracy from 2^−60 to 2^10.
 *
 * @throws ModelError  the audit fails
 */
export function tabulateLog(f: NamedFunction, segmentBits = 5): LogTable {
  const minExponent = -60;
  const maxExponent = 10;
  const perBinade = 2 ** segmentBits;
  const rows = new Float64Array(4 * perBinade * (maxExponent - minExponent));
  for (let e = minExponent; e < maxExponent; e++) {
    const h = 2 ** e / perBinade;
    for (let s = 0; s < perBinade; s++) {
      const x0 = 2 ** e + s * h;
      hermiteRow(
        rows,
        (e - minExponent) * perBinade + s,
        h,
        f.value(x0),
        f.slope(x0),
        f.value(x0 + h),
        f.slope(x0 + h),
      );
    }
  }
  const table: LogTable = { axis: 'log', minExponent, maxExponent, segmentBits, rows };
  const worst = auditTable(table, f);
  if (worst > auditLimit) {
    throw new ModelError(`${f.what}: the table misses the formula by ${worst.toExponential(1)} (limit ${auditLimit})`);
  }
  return table;
}

/** Table through given values and slopes at equal steps from 0: exact for data that are themselves piecewise cubic. */
export function tableFromKnots(value: ArrayLike<number>, slope: ArrayLike<number>, step: number): LinearTable {
  const n = value.length - 1;
  const rows = new Float64Array(4 * n);
  for (let k = 0; k < n; k++) hermiteRow(rows, k, step, value[k]!, slope[k]!, value[k + 1]!, slope[k + 1]!);
  return { axis: 'linear', from: 0, to: n * step, step, rows };
}

/** Largest difference between table and formula over four inner points of every interval (NaN and ∞ fail). */
function auditTable(table: Table, f: NamedFunction): number {
  let worst = 0;
  const n = table.rows.length / 4;
  for (let k = 0; k < n; k++) {
    const [x0, h] = knotOf(table, k);
    for (const t of [0.1, 0.35, 0.65, 0.9]) {
      const x = x0 + t * h;
      const difference = Math.abs(tableValue(table, x) - f.value(x));
      if (!(difference < Number.POSITIVE_INFINITY)) throw new ModelError(`${f.what} is not finite at ${x}`);
      worst = Math.max(worst, difference);
    }
  }
  return worst;
}

function knotOf(table: Table, k: number): [number, number] {
  if (table.axis === 'linear') return [table.from + k * table.step, table.step];
  const perBinade = 2 ** table.segmentBits;
  const base = 2 ** (table.minExponent + Math.floor(k / perBinade));
  return [base * (1 + (k % perBinade) / perBinade), base / perBinade];
}

// floating-point number and its bits
const scratch = new DataView(new ArrayBuffer(8));

/** Row index and t of a `log` table: the top bits of the mantissa are the segment, the rest is t. */
export function logIndex(table: LogTable, x: number): [number, number] {
  scratch.setFloat64(0, x);
  const high = scratch.getInt32(0);
  const exponent = (high >> 20) - 1023;
  const perBinade = 2 ** table.segmentBits;
  const mantissa = (x / 2 ** exponent - 1) * perBinade;
  const segment = Math.floor(mantissa);
  return [(exponent - table.minExponent) * perBinade + segment, mantissa - segment];
}

/** Value of the table at x: 0 at and beyond the end of a radial table. */
export function tableValue(table: Table, x: number): number {
  const { rows } = table;
  let k: number;
  let t: number;
  if (table.axis === 'linear') {
    if (x >= table.to) return 0;
    const s = (x - table.from) / table.step;
    k = Math.min(Math.floor(s), rows.length / 4 - 1);
    t = s - k;
    if (k < 0) return rows[0]! + s * rows[1]!;
  } else {
    if (x < 2 ** table.minExponent) return 0;
    [k, t] = logIndex(table, Math.min(x, largestLog(table)));
  }
  return rows[4 * k]! + t * (rows[4 * k + 1]! + t * (rows[4 * k + 2]! + t * rows[4 * k + 3]!));
}

/** Exact derivative of `tableValue` with respect to x. */
export function tableSlope(table: Table, x: number): number {
  const { rows } = table;
  let k: number;
  let t: number;
  let h: number;
  if (table.axis === 'linear') {
    if (x >= table.to) return 0;
    h = table.step;
    const s = (x - table.from) / h;
    k = Math.min(Math.floor(s), rows.length / 4 - 1);
    t = s - k;
    if (k < 0) return rows[1]! / h;
  } else {
    if (x < 2 ** table.minExponent || x > largestLog(table)) return 0;
    [k, t] = logIndex(table, x);
    h = knotOf(table, k)[1];
  }
  return (rows[4 * k + 1]! + t * (2 * rows[4 * k + 2]! + 3 * t * rows[4 * k + 3]!)) / h;
}

function largestLog(table: LogTable): number {
  return 2 ** table.maxExponent * (1 - 2 ** -52);
}
