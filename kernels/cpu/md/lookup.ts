// Functions of distance looked up for two pairs at once, a lane each. Pieces, all inlined: what they pass on stays in registers.
// Rows hold (c0, c1, c2, c3) of u = c0 + x (c1 + x (c2 + x c3)); all tables of a term are of one of two kinds.
//
// By the square (made by src/engine/forces/squared-tables.ts from the model's own tables, where these are smooth enough): 2^bits rows
// for every factor of two of q = r², found from the bits of q itself: the top of the mantissa is the row, what is left is
// x = q − q_row, in Å². No root, no division, and ∂U/∂d = 2 (du/dq) d needs no scale of its own.
//
// By the distance: the knots of the model's tables themselves, x = (r − r_row)/step. For published tables, whose kinks (where splines
// of their authors were joined) only their own knots can follow. A guard row stands before the first (the straight line below it)
// and behind the last.
//
// A descriptor of a species pair begins: cutoff² f64 (0: does not interact), places of up to three tables i32, –, and by distance: first
// knot f64, 1/step f64.

// bytes of a descriptor
export const size: usize = 40;
export const atTables: usize = 8;

// smallest q that is tabulated, Å²: nearer pairs are taken to be there
const lowest: f64 = 0.25;

// the mask of 2^bits rows, and the shift to their places of 32 bytes
// @ts-ignore: decorator
@inline
export function maskOf(bits: i32): v128 {
  return i64x2.splat(-1 << <i64>(52 - bits));
}
// @ts-ignore: decorator
@inline
export function shiftOf(bits: i32): i32 {
  return 47 - bits;
}

// q of the first row that is not above
// @ts-ignore: decorator
@inline
export function knotOf(q: v128, mask: v128): v128 {
  return v128.and(f64x2.pmax(q, f64x2.splat(lowest)), mask);
}

// @ts-ignore: decorator
@inline
export function inverseSteps(p0: usize, p1: usize): v128 {
  return v128.load64_lane(p1, v128.load64_zero(p0, 32), 1, 32);
}

// steps beyond the first knot
// @ts-ignore: decorator
@inline
export function stepsTo(r: v128, inverse: v128, p0: usize, p1: usize): v128 {
  return f64x2.mul(f64x2.sub(r, v128.load64_lane(p1, v128.load64_zero(p0, 24), 1, 24)), inverse);
}

// Adding 3·2^51 pushes a number's fraction out of its mantissa: what is left of it, taken away again, is the nearest whole number,
// and the low bits hold it as an integer. ½ less makes that the row; a distance exactly on a knot may get either of its rows.
const shifter: f64 = 6755399441055744;

// row numbers, hidden in the low halves of the lanes; −1 everywhere below the first knot
// @ts-ignore: decorator
@inline
export function rowsAt(s: v128): v128 {
  return f64x2.add(f64x2.pmax(f64x2.sub(s, f64x2.splat(0.5)), f64x2.splat(-1.25)), f64x2.splat(shifter));
}

// place within the row, 0 to 1 (negative below the first knot)
// @ts-ignore: decorator
@inline
export function within(s: v128, row: v128): v128 {
  return f64x2.sub(s, f64x2.sub(row, f64x2.splat(shifter)));
}

// places of the two rows in tables at `table0` and `table1`, from the bytes in the low halves of the lanes
// @ts-ignore: decorator
@inline
export function place0(offsets: v128, table0: usize): usize {
  return table0 + <usize>i32x4.extract_lane(offsets, 0);
}
// @ts-ignore: decorator
@inline
export function place1(offsets: v128, table1: usize): usize {
  return table1 + <usize>i32x4.extract_lane(offsets, 2);
}

// u = c0 + x (c1 + x (c2 + x c3))
// @ts-ignore: decorator
@inline
export function valueAt(row0: usize, row1: usize, x: v128): v128 {
  const a0 = v128.load(row0);
  const b0 = v128.load(row0, 16);
  const a1 = v128.load(row1);
  const b1 = v128.load(row1, 16);
  const h = f64x2.add(v128.shuffle<f64>(b0, b1, 0, 2), f64x2.mul(x, v128.shuffle<f64>(b0, b1, 1, 3)));
  const v = f64x2.add(v128.shuffle<f64>(a0, a1, 1, 3), f64x2.mul(x, h));
  return f64x2.add(v128.shuffle<f64>(a0, a1, 0, 2), f64x2.mul(x, v));
}

// du/dx = c1 + x (2 c2 + 3 x c3)
// @ts-ignore: decorator
@inline
export function slopeAt(row0: usize, row1: usize, x: v128): v128 {
  const b0 = v128.load(row0, 16);
  const b1 = v128.load(row1, 16);
  const c = f64x2.mul(x, v128.shuffle<f64>(b0, b1, 1, 3));
  const h = f64x2.add(v128.shuffle<f64>(b0, b1, 0, 2), c);
  const c1 = v128.load64_lane(row1, v128.load64_zero(row0, 8), 1, 8);
  return f64x2.add(c1, f64x2.mul(x, f64x2.add(f64x2.add(h, h), c)));
}
