/**
 * Fits a curve with a few parameters inside bounds.
 */

export interface Fit {
  readonly parameters: readonly number[];
  /** [R] of the best parameters */
  readonly residuals: Float64Array;
  /** Σ residual² */
  readonly cost: number;
  /** [P][P] (JᵀJ)⁻¹, to be multiplied by the variance of a residual; null where a parameter does not matter */
  readonly covariance: readonly (readonly number[])[] | null;
}

/** A parameter: where to look for it. */
export interface Range {
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

/** Steps after which a fit that still moves is taken as it is. */
const mostSteps = 60;

/**
 * Least squares by Levenberg and Marquardt's damped steps, derivatives by differences; parameters stay within their ranges.
 *
 * @param residuals  [R] of given parameters, R the same in every call
 * @oracle test/unit/analysis-scattering.test.ts (an exponential with known parameters and covariance)
 */
export function leastSquares(
  residuals: (parameters: readonly number[]) => Float64Array,
  ranges: readonly Range[],
): Fit {
  const inside = (v: number, k: number): number => Math.min(ranges[k]!.high, Math.max(ranges[k]!.low, v));
  let p = ranges.map(({ start }, k) => inside(start, k));
  let r = residuals(p);
  let cost = square(r);
  let damping = 1e-3;
  let jacobian = slopes(residuals, p, r, ranges);
  for (let step = 0; step < mostSteps; step++) {
    const normal = jacobian.map((a) => jacobian.map((b) => dot(a, b)));
    const downhill = jacobian.map((a) => -dot(a, r));
    const damped = normal.map((row, k) => row.map((v, l) => (k === l ? v * (1 + damping) + 1e-12 : v)));
    const move = solve(damped, downhill);
    const next = move ? p.map((v, k) => inside(v + move[k]!, k)) : p;
    const tried = residuals(next);
    const better = square(tried);
    if (better < cost) {
      const gain = (cost - better) / cost;
      p = next;
      r = tried;
      cost = better;
      damping = Math.max(1e-9, damping / 5);
      if (gain < 1e-7) break;
      jacobian = slopes(residuals, p, r, ranges);
    } else {
      damping *= 8;
      if (damping > 1e8) break;
    }
  }
  jacobian = slopes(residuals, p, r, ranges);
  const normal = jacobian.map((a) => jacobian.map((b) => dot(a, b)));
  const columns = normal.map((_, k) => solve(normal, unit(k, p.length)));
  const covariance = columns.every((column) => column?.every(Number.isFinite)) ? (columns as number[][]) : null;
  return { parameters: p, residuals: r, cost, covariance };
}

/**
 * Coefficients c that bring Σ cₖ columnₖ nearest to the wanted curve.
 *
 * @param columns  [K][R]
 * @param wanted   [R]
 * @returns  [K]; zeros where columns are not independent
 */
export function linearFit(columns: readonly Float64Array[], wanted: Float64Array): readonly number[] {
  const normal = columns.map((a) => columns.map((b) => dot(a, b)));
  return (
    solve(
      normal,
      columns.map((a) => dot(a, wanted)),
    ) ?? columns.map(() => 0)
  );
}

function slopes(
  residuals: (parameters: readonly number[]) => Float64Array,
  p: readonly number[],
  r: Float64Array,
  ranges: readonly Range[],
): Float64Array[] {
  return p.map((value, k) => {
    const h = 1e-5 * (ranges[k]!.high - ranges[k]!.low);
    const step = value + h > ranges[k]!.high ? -h : h;
    const moved = residuals(p.map((v, l) => (l === k ? v + step : v)));
    return moved.map((v, i) => (v - r[i]!) / step);
  });
}

/** Solves a small symmetric system by elimination with pivots; null when it is singular. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const n = right.length;
  const a = matrix.map((row, k) => [...row, right[k]!]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let l = k + 1; l < n; l++) if (Math.abs(a[l]![k]!) > Math.abs(a[pivot]![k]!)) pivot = l;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    if (!(Math.abs(a[k]![k]!) > 1e-14)) return null;
    for (let l = k + 1; l < n; l++) {
      const factor = a[l]![k]! / a[k]![k]!;
      for (let m = k; m <= n; m++) a[l]![m]! -= factor * a[k]![m]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    let sum = a[k]![n]!;
    for (let m = k + 1; m < n; m++) sum -= a[k]![m]! * x[m]!;
    x[k] = sum / a[k]![k]!;
  }
  return x;
}

const unit = (k: number, n: number): number[] => Array.from({ length: n }, (_, l) => (k === l ? 1 : 0));

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const square = (r: Float64Array): number => dot(r, r);

/** Standard error of a function of fitted parameters, from their covariance; null when there is none. */
export function propagate(
  fit: Fit,
  variance: number,
  ranges: readonly Range[],
  of: (parameters: readonly number[]) => number,
): number | null {
  if (!fit.covariance) return null;
  const p = fit.parameters;
  const at = of(p);
  const slope = p.map((value, k) => {
    const h = 1e-4 * (ranges[k]!.high - ranges[k]!.low);
    const step = value + h > ranges[k]!.high ? -h : h;
    return (of(p.map((v, l) => (l === k ? v + step : v))) - at) / step;
  });
  const spread = slope.reduce(
    (sum, a, k) => sum + slope.reduce((t, b, l) => t + a * b * fit.covariance![k]![l]!, 0),
    0,
  );
  const error = Math.sqrt(spread * variance);
  return Number.isFinite(error) ? error : null;
}
