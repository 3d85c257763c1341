// Two distances looked up at once, a lane each, in tables of four-number rows (src/model/table.ts). Pieces, all inlined: what
// they pass on stays in registers.
//
// A descriptor of a species pair begins: cutoff² f64 (0: does not interact), first knot f64, 1/step f64, last row i32, place of
// the first table i32. Before row 0 of every table stands row −1, the straight line below the first knot.

// @ts-ignore: decorator
@inline
export function inverseSteps(p0: usize, p1: usize): v128 {
  return v128.load64_lane(p1, v128.load64_zero(p0, 16), 1, 16);
}

// how many steps beyond the first knot
// @ts-ignore: decorator
@inline
export function steps(r: v128, inverse: v128, p0: usize, p1: usize): v128 {
  return f64x2.mul(f64x2.sub(r, v128.load64_lane(p1, v128.load64_zero(p0, 8), 1, 8)), inverse);
}

// numbers of the two rows
// @ts-ignore: decorator
@inline
export function rowsOf(s: v128, p0: usize, p1: usize): v128 {
  const last = v128.load32_lane(p1, v128.load32_zero(p0, 24), 1, 24);
  const k = i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(s));
  return i32x4.max_s(i32x4.min_s(k, last), i32x4.splat(-1));
}

// places of the rows in tables at `table0` and `table1`
// @ts-ignore: decorator
@inline
export function place0(k: v128, table0: usize): usize {
  return table0 + <usize>(i32x4.extract_lane(k, 0) << 5);
}
// @ts-ignore: decorator
@inline
export function place1(k: v128, table1: usize): usize {
  return table1 + <usize>(i32x4.extract_lane(k, 1) << 5);
}

// value c0 + t (c1 + t (c2 + t c3))
// @ts-ignore: decorator
@inline
export function valueAt(row0: usize, row1: usize, t: v128): v128 {
  const a0 = v128.load(row0);
  const b0 = v128.load(row0, 16);
  const a1 = v128.load(row1);
  const b1 = v128.load(row1, 16);
  const h = f64x2.add(v128.shuffle<f64>(b0, b1, 0, 2), f64x2.mul(t, v128.shuffle<f64>(b0, b1, 1, 3)));
  const v = f64x2.add(v128.shuffle<f64>(a0, a1, 1, 3), f64x2.mul(t, h));
  return f64x2.add(v128.shuffle<f64>(a0, a1, 0, 2), f64x2.mul(t, v));
}

// slope per step c1 + t (2 c2 + 3 t c3)
// @ts-ignore: decorator
@inline
export function slopeAt(row0: usize, row1: usize, t: v128): v128 {
  const b0 = v128.load(row0, 16);
  const b1 = v128.load(row1, 16);
  const q = f64x2.mul(t, v128.shuffle<f64>(b0, b1, 1, 3));
  const h = f64x2.add(v128.shuffle<f64>(b0, b1, 0, 2), q);
  const c1 = v128.load64_lane(row1, v128.load64_zero(row0, 8), 1, 8);
  return f64x2.add(c1, f64x2.mul(t, f64x2.add(f64x2.add(h, h), q)));
}
