/**
 * Functions of distance as the pair and embedded kernels read them: by q = r² on a logarithmic axis (kernels/cpu/md/lookup.ts), so
 * that a look-up takes neither a root nor a division. The force is the exact derivative of what is tabulated here.
 *
 * @oracle test/conformance/forces.test.ts
 */
import { type LinearTable, tableSlope, tableValue } from '../../model/table.ts';

/** rows for every factor of two of r²: 2^bits, fewest and most */
const fewestBits = 10;
const mostBits = 11;
/** what a slope may be off between two rows, relative to itself or to `slopeScale` where it is smaller */
const slopeLimit = 5e-8;
const slopeScale = 0.5;
/** r² from 0.25 Å² on; lookup.ts knows it as `lowest` */
const lowestExponent = -2;
/** exponent bias of an f64 */
const bias = 1023;

/** Value and slope of a table as they go on smoothly beyond its end, where the table itself is cut to zero. */
function continued(table: LinearTable, r: number): [number, number] {
  if (r < table.to) return [tableValue(table, r), tableSlope(table, r)];
  const [c0, c1, c2, c3] = table.rows.subarray(table.rows.length - 4) as unknown as [number, number, number, number];
  const t = (r - table.to) / table.step + 1;
  return [c0 + t * (c1 + t * (c2 + t * c3)), (c1 + t * (2 * c2 + 3 * t * c3)) / table.step];
}

/**
 * Rows (c0, c1, c2, c3) of u = c0 + x (c1 + x (c2 + x c3)), x = r² − r²_row in Å², up to the binade in which the table ends.
 */
export function squaredRows(table: LinearTable, bits: number): Float64Array {
  const perBinade = 2 ** bits;
  const binades = Math.floor(Math.log2(table.to ** 2)) + 1 - lowestExponent;
  const rows = new Float64Array(4 * perBinade * binades);
  const last = table.to ** 2;
  for (let k = 0; k < perBinade * binades; k++) {
    const base = 2 ** (lowestExponent + Math.floor(k / perBinade));
    const h = base / perBinade;
    const q0 = base + (k % perBinade) * h;
    if (q0 > last) break;
    const [u0, d0] = bySquare(table, q0);
    const [u1, d1] = bySquare(table, q0 + h);
    rows[4 * k] = u0;
    rows[4 * k + 1] = d0;
    rows[4 * k + 2] = (3 * (u1 - u0) - h * (2 * d0 + d1)) / h ** 2;
    rows[4 * k + 3] = (2 * (u0 - u1) + h * (d0 + d1)) / h ** 3;
  }
  return rows;
}

function bySquare(table: LinearTable, q: number): [number, number] {
  const r = Math.sqrt(q);
  const [u, slope] = continued(table, r);
  return [u, slope / (2 * r)];
}

/** Where the row of q = 0 would stand when the first row stands at `place`: what kernels add a row's bits to. */
export function placeOfZero(place: number, bits: number): number {
  return (place - (lowestExponent + bias) * 2 ** bits * 32) | 0;
}

/**
 * Bits with which all the tables follow their functions; 0 when they do not: published tables with kinks in their higher
 * derivatives, which only their own knots can follow.
 */
export function bitsFor(tables: readonly LinearTable[]): number {
  for (let bits = fewestBits; bits <= mostBits; bits++) {
    if (tables.every((table) => slopeError(table, bits) <= slopeLimit)) return bits;
  }
  return 0;
}

/** Largest error of du/dr half way between rows where the table holds its function, as `slopeLimit` counts it. */
function slopeError(table: LinearTable, bits: number): number {
  const rows = squaredRows(table, bits);
  const perBinade = 2 ** bits;
  let worst = 0;
  for (let k = 0; k < rows.length / 4; k++) {
    const base = 2 ** (lowestExponent + Math.floor(k / perBinade));
    const h = base / perBinade;
    const q = base + (k % perBinade) * h;
    const r = Math.sqrt(q + 0.5 * h);
    if (Math.sqrt(q) < table.from || Math.sqrt(q + h) >= table.to) continue;
    const found = 2 * r * (rows[4 * k + 1]! + 0.5 * h * (2 * rows[4 * k + 2]! + 1.5 * h * rows[4 * k + 3]!));
    const slope = tableSlope(table, r);
    worst = Math.max(worst, Math.abs(found - slope) / Math.max(slopeScale, Math.abs(slope)));
  }
  return worst;
}
