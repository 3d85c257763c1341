// e^x to 1 part in 1e15 for −700 < x < 700: x = k ln 2 + t, |t| ≤ ½ ln 2, Taylor to t¹³/13!, exponent set by its bits.
// Branch-free, so that calls overlap; beyond the range results are wrong (callers cut off long before).

const log2e: f64 = 1.4426950408889634;
// ln 2 in two parts, the first with trailing zeros: k·high is exact
const high: f64 = 0.6931471803691238;
const low: f64 = 1.9082149292705877e-10;

// @ts-ignore: decorator
@inline
export function exp(x: f64): f64 {
  const k = nearest(x * log2e);
  const t = x - k * high - k * low;
  const t2 = t * t;
  const t4 = t2 * t2;
  // Estrin's scheme: short chains
  const a = 1.0 + t + t2 * (0.5 + t * 0.16666666666666666);
  const b = 0.041666666666666664 + t * 0.008333333333333333 + t2 * (0.001388888888888889 + t * 0.0001984126984126984);
  const c =
    2.48015873015873e-5 + t * 2.7557319223985893e-6 + t2 * (2.755731922398589e-7 + t * 2.505210838544172e-8);
  const d = 2.08767569878681e-9 + t * 1.6059043836821613e-10;
  const p = a + t4 * (b + t4 * (c + t4 * d));
  return p * reinterpret<f64>((<i64>k + 1023) << 52);
}
