/** Interpolation. */

/**
 * Natural cubic spline through points: twice continuously differentiable, its second derivative zero at both ends.
 *
 * @param x  rising, at least two
 * @returns  its value between the first and the last x
 * @oracle test/unit/core-spline.test.ts (a straight line, a cubic with its ends straight, knots met)
 */
export function naturalSpline(x: readonly number[], y: readonly number[]): (x: number) => number {
  const n = x.length;
  const width = (k: number): number => x[k + 1]! - x[k]!;
  const slope = (k: number): number => (y[k + 1]! - y[k]!) / width(k);
  // second derivatives by elimination: h_{k−1} m_{k−1} + 2 (h_{k−1} + h_k) m_k + h_k m_{k+1} = 6 (slope_k − slope_{k−1})
  const bend = new Float64Array(n);
  const ratio = new Float64Array(n);
  for (let k = 1; k + 1 < n; k++) {
    const pivot = 2 * (width(k - 1) + width(k)) - width(k - 1) * ratio[k - 1]!;
    ratio[k] = width(k) / pivot;
    bend[k] = (6 * (slope(k) - slope(k - 1)) - width(k - 1) * bend[k - 1]!) / pivot;
  }
  for (let k = n - 2; k > 0; k--) bend[k]! -= ratio[k]! * bend[k + 1]!;
  return (at) => {
    let k = 0;
    while (k + 2 < n && at > x[k + 1]!) k++;
    const h = width(k);
    const [a, b] = [(x[k + 1]! - at) / h, (at - x[k]!) / h];
    return a * y[k]! + b * y[k + 1]! + (((a ** 3 - a) * bend[k]! + (b ** 3 - b) * bend[k + 1]!) * (h * h)) / 6;
  };
}
