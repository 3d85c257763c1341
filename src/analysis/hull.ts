/** Where points are, and where they are not: convex hulls in any number of dimensions, and fronts of trade-offs. */
import { Matrix, solve } from 'ml-matrix';

/**
 * Whether a place lies between points: it is their weighted mean with weights that are not negative. Found by non-negative least
 * squares (Lawson & Hanson 1974), with every axis in widths of the points.
 *
 * @param points  [n][axes]
 * @oracle test/unit/surrogate.test.ts
 */
export function insideHull(points: readonly (readonly number[])[], place: readonly number[]): boolean {
  const low = place.map((_, d) => Math.min(...points.map((point) => point[d]!)));
  const width = place.map((_, d) => Math.max(...points.map((point) => point[d]!)) - low[d]!);
  // an axis that does not vary: the place is on it or it is not
  if (place.some((value, d) => width[d] === 0 && Math.abs(value - low[d]!) > 1e-9 * Math.abs(low[d]!))) return false;
  const axes = place.flatMap((_, d) => (width[d]! > 0 ? [d] : []));
  const scaled = (point: readonly number[]) => [...axes.map((d) => (point[d]! - low[d]!) / width[d]!), 1];
  const columns = points.map(scaled);
  const wanted = scaled(place);
  return leastNonNegative(columns, wanted) < 1e-7;
}

/** Length of b − A w for the best weights w ≥ 0; `columns` are those of A. */
function leastNonNegative(columns: readonly (readonly number[])[], b: readonly number[]): number {
  const weights = columns.map(() => 0);
  let active: number[] = [];
  const residual = (): number[] =>
    b.map((value, d) => value - active.reduce((sum, j) => sum + weights[j]! * columns[j]![d]!, 0));
  for (let round = 0; round < 3 * columns.length + 10; round++) {
    const left = residual();
    if (Math.hypot(...left) < 1e-9) break;
    const gains = columns.map((column) => column.reduce((sum, value, d) => sum + value * left[d]!, 0));
    const candidates = gains.map((gain, j) => (active.includes(j) ? -1 : gain));
    const best = candidates.indexOf(Math.max(...candidates));
    if (candidates[best]! < 1e-10) break;
    active = [...active, best];
    for (;;) {
      const matrix = new Matrix(b.map((_, d) => active.map((j) => columns[j]![d]!)));
      const fitted = solve(matrix, Matrix.columnVector([...b]), true).to1DArray();
      if (fitted.every((weight) => weight > 1e-12)) {
        active.forEach((j, k) => {
          weights[j] = fitted[k]!;
        });
        break;
      }
      // as far towards the fit as no weight turns negative; those that reach zero leave
      const shares = active.map((j, k) => (fitted[k]! <= 1e-12 ? weights[j]! / (weights[j]! - fitted[k]! || 1) : 1));
      const share = Math.max(0, Math.min(...shares));
      active.forEach((j, k) => {
        weights[j] = weights[j]! + share * (fitted[k]! - weights[j]!);
      });
      const gone = active.filter((j) => weights[j]! <= 1e-12);
      for (const j of gone) weights[j] = 0;
      active = active.filter((j) => !gone.includes(j));
      if (gone.length === 0 || active.length === 0) break;
    }
  }
  return Math.hypot(...residual());
}

/**
 * Points that no other beats in both numbers, larger being better.
 *
 * @returns their places in the list, by falling second number
 */
export function paretoFront(points: readonly (readonly [number, number])[]): number[] {
  const order = points.map((_, k) => k).sort((a, b) => points[b]![1] - points[a]![1] || points[b]![0] - points[a]![0]);
  let most = Number.NEGATIVE_INFINITY;
  return order.filter((k) => {
    if (points[k]![0] <= most) return false;
    most = points[k]![0];
    return true;
  });
}
