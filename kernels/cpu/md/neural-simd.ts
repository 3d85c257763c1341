// Short names for f64x2, and the functions the neural form needs of both lanes at once.

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}

// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}

// a b + c
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function both(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorator
@inline
export function laneSum(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

// sin u for |u| ≤ π/2: the series to u²¹, error 1e-17
// @ts-ignore: decorator
@inline
export function sine(u: v128, u2: v128): v128 {
  let p = both(1.957294106339126e-20);
  p = fma(p, u2, both(-8.220635246624330e-18));
  p = fma(p, u2, both(2.811457254345521e-15));
  p = fma(p, u2, both(-7.647163731819816e-13));
  p = fma(p, u2, both(1.605904383682161e-10));
  p = fma(p, u2, both(-2.505210838544172e-8));
  p = fma(p, u2, both(2.755731922398589e-6));
  p = fma(p, u2, both(-1.984126984126984e-4));
  p = fma(p, u2, both(8.333333333333333e-3));
  p = fma(p, u2, both(-1.666666666666667e-1));
  return fma(mul(p, u2), u, u);
}

// cos u for |u| ≤ π/2: the series to u²², error 1e-18
// @ts-ignore: decorator
@inline
export function cosine(u2: v128): v128 {
  let p = both(-8.896791392450573e-22);
  p = fma(p, u2, both(4.110317623312165e-19));
  p = fma(p, u2, both(-1.561920696858623e-16));
  p = fma(p, u2, both(4.779477332387385e-14));
  p = fma(p, u2, both(-1.147074559772973e-11));
  p = fma(p, u2, both(2.087675698786810e-9));
  p = fma(p, u2, both(-2.755731922398589e-7));
  p = fma(p, u2, both(2.480158730158730e-5));
  p = fma(p, u2, both(-1.388888888888889e-3));
  p = fma(p, u2, both(4.166666666666667e-2));
  p = fma(p, u2, both(-0.5));
  return fma(p, u2, both(1));
}

// e^x for |x| ≤ 80: x = k ln 2 + y, |y| ≤ ln 2 / 2, series to y¹³ (relative error 2e-16), k added to the exponent bits
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const k = f64x2.nearest(mul(x, both(1.4426950408889634)));
  let y = sub(x, mul(k, both(6.93147180369123816490e-1)));
  y = sub(y, mul(k, both(1.90821492927058770002e-10)));
  let p = both(1.6059043836821613e-10);
  p = fma(p, y, both(2.08767569878681e-9));
  p = fma(p, y, both(2.505210838544172e-8));
  p = fma(p, y, both(2.755731922398589e-7));
  p = fma(p, y, both(2.7557319223985893e-6));
  p = fma(p, y, both(2.48015873015873e-5));
  p = fma(p, y, both(1.984126984126984e-4));
  p = fma(p, y, both(1.3888888888888889e-3));
  p = fma(p, y, both(8.333333333333333e-3));
  p = fma(p, y, both(4.1666666666666664e-2));
  p = fma(p, y, both(1.6666666666666666e-1));
  p = fma(p, y, both(0.5));
  p = fma(p, y, both(1));
  p = fma(p, y, both(1));
  // the low bits of k + 1.5·2⁵² are k
  return i64x2.add(p, i64x2.shl(add(k, both(6755399441055744)), 52));
}

// tanh x; beyond |x| = 40 it is ±1 to the last bit
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  const twice = f64x2.max(both(-80), f64x2.min(both(80), add(x, x)));
  return sub(both(1), f64x2.div(both(2), add(exponential(twice), both(1))));
}
