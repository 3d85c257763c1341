// Functions of distance looked up by r², a pair of distances at once, a lane each: no square root, no division.
//
// A table has 2^10 rows for every factor of two of q = r², found from the bits of q itself: the top of the mantissa is the row, what
// is left is x = q − q_row. A row holds (c0, c1, c2, c3) of u = c0 + x (c1 + x (c2 + x c3)), x in Å², so that
//   ∂U/∂d = 2 (du/dq) d
// needs no scaling either. Made by src/engine/forces/squared-tables.ts from the model's own tables. Pieces, all inlined: what they
// pass on stays in registers.

// smallest q that is tabulated, Å²: nearer pairs are taken to be there
const lowest: f64 = 0.25;

// q of the first row that is not above
// @ts-ignore: decorator
@inline
export function knotOf(q: v128): v128 {
  return v128.and(f64x2.pmax(q, f64x2.splat(lowest)), i64x2.splat(0xfffffc0000000000));
}

// bytes from the table's (imagined) row of q = 0 to the two rows
// @ts-ignore: decorator
@inline
export function offsetsOf(knot: v128): v128 {
  return i64x2.shr_u(knot, 37);
}

// places of the rows in tables at `table0` and `table1`
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

// du/dq = c1 + x (2 c2 + 3 x c3)
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
