// Table look-up. A twin row is (a0, b0, a1, b1, a2, b2, a3, b3): one Horner scheme in f64x2 gives both functions.

// @ts-ignore: decorator
@inline
export function twin(rows: usize, s: f64, last: i32): v128 {
  const k = min(<i32>s, last);
  const t = f64x2.splat(s - k);
  const row = rows + (<usize>k << 6);
  let u = f64x2.add(v128.load(row, 32), f64x2.mul(t, v128.load(row, 48)));
  u = f64x2.add(v128.load(row, 16), f64x2.mul(t, u));
  return f64x2.add(v128.load(row), f64x2.mul(t, u));
}

// one function of a row of four
// @ts-ignore: decorator
@inline
export function single(row: usize, t: f64): f64 {
  return load<f64>(row) + t * (load<f64>(row, 8) + t * (load<f64>(row, 16) + t * load<f64>(row, 24)));
}
