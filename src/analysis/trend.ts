/** How a number goes with one key: a straight line through structures that scatter by more than their own errors. */

/** One structure. */
export interface TrendPoint {
  readonly x: number;
  readonly y: number;
  /** standard error of y in this structure; null: unknown, left to the scatter */
  readonly error: number | null;
  /** points of one line differ in x alone; lines are parallel and have heights of their own */
  readonly line?: string;
}

export interface Trend {
  /** dy/dx, common to all lines */
  readonly slope: number;
  /** its standard error */
  readonly error: number;
  /** slope over error as a standard normal deviate: the few degrees of freedom are in it; null where nothing scatters */
  readonly z: number | null;
  /** standard deviation of structures about their line beyond their own errors */
  readonly scatter: number;
  readonly degreesOfFreedom: number;
  readonly points: number;
}

/**
 * Slope by least squares with weights that hold the errors of the points and the scatter between structures:
 *
 *   y_i = a_line(i) + b x_i + ε_i,    var ε_i = σ_i² + τ²,    τ² ≥ 0 so that Σ (y − ŷ)²/(σ² + τ²) = ν (or 0 where that is less already)
 *
 *   b = Σ w x̃ ỹ / Σ w x̃²,    var b = 1/Σ w x̃²,    w = 1/(σ² + τ²),    x̃, ỹ: from the weighted mean of their line
 *
 * ν = points − lines − 1. b/σ_b follows Student's t with ν degrees of freedom; z is the normal deviate of the same probability, to 0.02 for ν ≥ 3
 * (Wallace). Where a line is no straight one, its misfit counts as scatter.
 *
 * @returns null where fewer than three points, fewer than two values of x within a line, or no degree of freedom are left
 * @cite Paule & Mandel, J. Res. Natl. Bur. Stand. 87, 377 (1982) doi:10.6028/jres.087.022 (τ);
 *       Wallace, Ann. Math. Stat. 30, 1121 (1959) doi:10.1214/aoms/1177706100 (z)
 * @oracle test/unit/trend.test.ts (algebra by hand, coverage of z)
 */
export function fitTrend(points: readonly TrendPoint[]): Trend | null {
  const lines = new Set(points.map(({ line = '' }) => line)).size;
  const degreesOfFreedom = points.length - lines - 1;
  if (points.length < 3 || degreesOfFreedom < 1) return null;
  const spread = withinLines(
    points,
    points.map(() => 1),
  );
  if (!(spread.xx > 1e-12 * points.reduce((sum, { x }) => sum + x * x, 0))) return null;
  // a variance that no structure falls below, so that points without errors have a weight
  const least = 1e-18 * points.reduce((sum, { y }) => sum + y * y, 0) + Number.MIN_VALUE;
  const weights = (tau2: number): number[] => points.map(({ error }) => 1 / ((error ?? 0) ** 2 + tau2 + least));
  const misfit = (tau2: number): number => withinLines(points, weights(tau2)).misfit;
  let [low, high] = [0, 0];
  if (misfit(0) > degreesOfFreedom) {
    // the misfit falls as the scatter grows: all of the spread is more than enough
    high = spread.misfit + least;
    for (let k = 0; k < 200 && high - low > 1e-10 * high; k++) {
      const middle = (low + high) / 2;
      if (misfit(middle) > degreesOfFreedom) low = middle;
      else high = middle;
    }
  }
  const { xx, slope } = withinLines(points, weights(high));
  const error = 1 / Math.sqrt(xx);
  const scatter = Math.sqrt(high);
  const exact = error * Math.sqrt(spread.xx) < 1e-8 * Math.sqrt(spread.yy);
  return {
    slope,
    error: exact ? 0 : error,
    z: exact || error === 0 ? null : normalDeviate(slope / error, degreesOfFreedom),
    scatter: exact ? 0 : scatter,
    degreesOfFreedom,
    points: points.length,
  };
}

/** Sums about the weighted mean of every line, the common slope, and what is left of y about it. */
function withinLines(points: readonly TrendPoint[], weights: readonly number[]) {
  const sums = new Map<string, { w: number; x: number; y: number }>();
  points.forEach(({ x, y, line = '' }, i) => {
    const own = sums.get(line) ?? { w: 0, x: 0, y: 0 };
    sums.set(line, { w: own.w + weights[i]!, x: own.x + weights[i]! * x, y: own.y + weights[i]! * y });
  });
  const from = ({ x, y, line = '' }: TrendPoint): readonly [number, number] => {
    const own = sums.get(line)!;
    return [x - own.x / own.w, y - own.y / own.w];
  };
  let [xx, xy, yy] = [0, 0, 0];
  points.forEach((point, i) => {
    const [x, y] = from(point);
    xx += weights[i]! * x * x;
    xy += weights[i]! * x * y;
    yy += weights[i]! * y * y;
  });
  const slope = xy / xx;
  let misfit = 0;
  points.forEach((point, i) => {
    const [x, y] = from(point);
    misfit += weights[i]! * (y - slope * x) ** 2;
  });
  return { xx, yy, slope, misfit };
}

/** Normal deviate with the tail of Student's t with ν degrees of freedom. */
function normalDeviate(t: number, freedom: number): number {
  const size = ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
  return Math.sign(t) * size;
}
