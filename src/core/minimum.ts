/** Least values and zeros of functions of one variable. */

/**
 * Least value of f between two points: a scan, then golden section around its best point. NaN and ∞ are never the least.
 *
 * @param step    of the scan; a twentieth of the range when not given
 * @param within  error of x
 */
export function minimum(
  f: (x: number) => number,
  from: number,
  to: number,
  step = (to - from) / 20,
  within = 1e-5,
): { x: number; value: number } {
  let x = from;
  let value = Number.POSITIVE_INFINITY;
  for (let at = from; at <= to + 1e-9; at += step) {
    const here = f(at);
    if (here < value) [x, value] = [at, here];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.max(from, x - step), Math.min(to, x + step)];
  let [x1, x2] = [high - golden * (high - low), low + golden * (high - low)];
  let [f1, f2] = [f(x1), f(x2)];
  while (high - low > within) {
    if (f1 < f2) {
      [high, x2, f2] = [x2, x1, f1];
      x1 = high - golden * (high - low);
      f1 = f(x1);
    } else {
      [low, x1, f1] = [x1, x2, f2];
      x2 = low + golden * (high - low);
      f2 = f(x2);
    }
  }
  x = 0.5 * (low + high);
  return { x, value: f(x) };
}

/** Zero of a rising function, from a bracket that doubles until it holds one. */
export function zeroOfRising(f: (x: number) => number): number {
  let low = -1;
  let high = 1;
  while (f(low) > 0 && low > -1e6) low *= 2;
  while (f(high) < 0 && high < 1e6) high *= 2;
  for (let k = 0; k < 200 && high - low > 1e-13 * Math.max(1, Math.abs(low)); k++) {
    const x = 0.5 * (low + high);
    if (f(x) < 0) low = x;
    else high = x;
  }
  return 0.5 * (low + high);
}
