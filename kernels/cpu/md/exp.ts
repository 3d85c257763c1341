// e^x of two numbers at once, to 1 part in 1e15 for −700 < x < 700 (beyond, results are wrong: callers stay within):
// x = k ln 2 + t, |t| ≤ ½ ln 2, Taylor to t¹²/12!, exponent by its bits. No branches.

// ln 2 in two parts, the first with trailing zeros: k·high is exact
const high: f64 = 0.6931471803691238;
const low: f64 = 1.9082149292705877e-10;

// @ts-ignore: decorator
@inline
function line(t: v128, a: f64, b: f64): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(t, f64x2.splat(b)));
}

// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const k = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  const t = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(high))), f64x2.mul(k, f64x2.splat(low)));
  const t2 = f64x2.mul(t, t);
  const t4 = f64x2.mul(t2, t2);
  // Estrin's scheme: short chains
  const a = f64x2.add(line(t, 1, 1), f64x2.mul(t2, line(t, 0.5, 0.16666666666666666)));
  const b = f64x2.add(
    line(t, 0.041666666666666664, 0.008333333333333333),
    f64x2.mul(t2, line(t, 0.001388888888888889, 0.0001984126984126984)),
  );
  const c = f64x2.add(
    line(t, 2.48015873015873e-5, 2.7557319223985893e-6),
    f64x2.mul(t2, line(t, 2.755731922398589e-7, 2.505210838544172e-8)),
  );
  const d = f64x2.splat(2.08767569878681e-9);
  const p = f64x2.add(a, f64x2.mul(t4, f64x2.add(b, f64x2.mul(t4, f64x2.add(c, f64x2.mul(t4, d))))));
  // 2⁵² + 1023 + k holds k + 1023 in its lowest bits
  return f64x2.mul(p, i64x2.shl(f64x2.add(k, f64x2.splat(4503599627371519)), 52));
}
