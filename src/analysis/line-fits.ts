/**
 * Fits of the two lines that carbons are measured by: (002), the stacking of sheets, and (10), their extent.
 */
import { type Fit, leastSquares, linearFit, propagate, type Range } from './least-squares.ts';
import { halfWidth, type StackShape, sheetDensity, sheetLine, stackLine, type Window } from './line-shapes.ts';

/** Cu Kα, mean of Kα₁ and Kα₂ weighted 2:1, Å. */
export const copperKAlpha = 1.5418;

/** S(q) and what its points are worth. */
export interface LineData {
  /** [Q] evenly spaced, Å⁻¹ */
  readonly q: readonly number[];
  /** [Q] */
  readonly structureFactor: readonly number[];
  /** points of S(q) nearer than π/reach to each other are not independent, Å */
  readonly reach: number;
  readonly window: Window;
}

/** A number and its standard error. */
export interface Estimate {
  readonly value: number;
  readonly error: number | null;
}

export interface StackFit {
  readonly shape: StackShape;
  /** of the discs, as given, Å */
  readonly diameter: number;
  /** share of the sheets that the line accounts for */
  readonly amplitude: number;
  readonly layers: Estimate;
  readonly spacing: Estimate;
  readonly spread: Estimate;
  /** Scherrer size with K = 0.89; undefined when the line does not fall to half its height */
  readonly scherrer: Estimate | undefined;
  /** top of the corrected line without background, Å⁻¹ */
  readonly top: number | undefined;
  /** root mean square residual over the height of the line */
  readonly misfit: number;
  readonly q: readonly number[];
  /** [Q] q² S / 2πσ, the fit, and its background */
  readonly corrected: Float64Array;
  readonly fitted: Float64Array;
  readonly background: Float64Array;
  /** [..] background at any q, in the same units */
  readonly backgroundAt: (q: number) => number;
}

export interface SheetFit {
  readonly diameter: Estimate;
  /** reciprocal vector of the lattice, Å⁻¹ */
  readonly g: Estimate;
  readonly scherrer: Estimate | undefined;
  readonly top: number;
  readonly amplitude: number;
  readonly misfit: number;
  readonly q: readonly number[];
  readonly structureFactor: Float64Array;
  readonly fitted: Float64Array;
  readonly background: Float64Array;
}

/** Where each line is fitted, Å⁻¹. */
const stackRange = [0.9, 2.45] as const;
const sheetRange = [2.45, 4.15] as const;
/** The longest correlations that are fitted, Å. */
const longest = 160;

/**
 * Scherrer's formula, size = K λ / (B cos θ), B the full width at half maximum in 2θ.
 *
 * @param top, left, right  of the line, Å⁻¹
 * @returns  Å
 * @cite Scherrer, Nachr. Ges. Wiss. Göttingen 26, 98 (1918); Warren, Phys. Rev. 59, 693 (1941) doi:10.1103/PhysRev.59.693
 */
export function scherrer(k: number, { top, left, right }: { top: number; left: number; right: number }): number {
  const theta = (q: number): number => Math.asin((q * copperKAlpha) / (4 * Math.PI));
  return (k * copperKAlpha) / ((2 * theta(right) - 2 * theta(left)) * Math.cos(theta(top)));
}

/**
 * Fits the (002) line of the corrected pattern, q² S(q) / 2πσ, with the line of stacks of discs on a background b₀ + b₂ q².
 *
 * Three numbers are drawn weakly, where the data do not say: the amplitude to 1 (every sheet is graphene; 0.5 counts as
 * one residual), the spread of gaps to 0 (0.5 Å), b₂ to 0 (0.1 Å²). Without that, two sheets and their surroundings cannot
 * be told from many sheets in disorder.
 *
 * @param diameter  of the discs, Å
 * @param other     what other lines scatter here, S(q); taken off first
 */
export function fitStacks(
  data: LineData,
  diameter: number,
  other: (q: readonly number[]) => Float64Array,
  known?: StackShape,
): StackFit {
  const { q, structureFactor } = cut(data, stackRange);
  const lines = other(q);
  const corrected = Float64Array.from(
    q,
    (one, k) => (one * one * (structureFactor[k]! - lines[k]!)) / (2 * Math.PI * sheetDensity),
  );
  const line = stackLine(q, diameter, data.window);
  // after the points of the curve: amplitude 1 and b₂ = 0, as far as they are drawn there
  const rows = q.length + 2;
  const pull = 2;
  const level = 10;
  const flat = new Float64Array(rows).fill(1, 0, q.length);
  const curved = Float64Array.from({ length: rows }, (_, k) =>
    k < q.length ? q[k]! ** 2 - 4 : k === rows - 1 ? level : 0,
  );
  const wanted = Float64Array.from({ length: rows }, (_, k) => corrected[k] ?? (k === q.length ? pull : 0));
  const linear = (p: readonly number[]): { c: readonly number[]; y: Float64Array } => {
    const y = new Float64Array(rows);
    y.set(line(shapeOf(p)));
    y[q.length] = pull;
    const c = linearFit([y, flat, curved], wanted);
    return { c, y };
  };
  const residuals = (p: readonly number[]): Float64Array => {
    const { c, y } = linear(p);
    const r = new Float64Array(rows + 1);
    for (let k = 0; k < rows; k++) r[k] = c[0]! * y[k]! + c[1]! * flat[k]! + c[2]! * curved[k]! - wanted[k]!;
    r[rows] = p[2]! / 0.5;
    return r;
  };
  let highest = 0;
  for (let k = 0; k < q.length; k++)
    if (q[k]! > 1.45 && q[k]! < 2.05 && corrected[k]! > (corrected[highest] ?? 0)) highest = k;
  const starts = known
    ? [known]
    : [1.6, 2.6, 4.5, 8, 18].map((layers) => ({ layers, spacing: (2 * Math.PI) / (q[highest]! || 1.75), spread: 0.1 }));
  const tried = starts.map((s) => {
    const ranges: Range[] = [
      { start: s.layers, low: 1, high: longest / 4 },
      { start: s.spacing, low: 3.1, high: 4.3 },
      { start: s.spread, low: 0, high: 0.6 },
    ];
    return { ranges, fit: leastSquares(residuals, ranges) };
  });
  const { fit, ranges } = tried.reduce((best, one) => (one.fit.cost < best.fit.cost ? one : best));
  const { c, y } = linear(fit.parameters);
  const variance = varianceOf(fit, q, data.reach);
  const fine = Array.from({ length: 1200 }, (_, k) => 0.7 + 0.0015 * k);
  const ideal = stackLine(fine, diameter);
  const widthOf = (p: readonly number[]) => halfWidth(fine, ideal(shapeOf(p)));
  const width = widthOf(fit.parameters);
  const of = (f: (p: readonly number[]) => number): Estimate => ({
    value: f(fit.parameters),
    error: propagate(fit, variance, ranges, f),
  });
  const backgroundAt = (one: number): number => c[1]! + c[2]! * (one * one - 4);
  const height = c[0]! * y.subarray(0, q.length).reduce((most, v) => Math.max(most, v), 0);
  return {
    shape: shapeOf(fit.parameters),
    diameter,
    amplitude: c[0]!,
    layers: of((p) => p[0]!),
    spacing: of((p) => p[1]!),
    spread: of((p) => p[2]!),
    scherrer: width ? of((p) => scherrer(0.89, widthOf(p) ?? width)) : undefined,
    top: width?.top,
    misfit: rms(fit.residuals.subarray(0, q.length)) / height,
    q,
    corrected,
    fitted: Float64Array.from(q, (one, k) => c[0]! * y[k]! + backgroundAt(one)),
    background: Float64Array.from(q, backgroundAt),
    backgroundAt,
  };
}

/**
 * Fits the (10) line of S(q) with that of discs, on a straight background.
 *
 * @param stacks  what the (00l) lines scatter here, S(q) up to a factor: (004) of tall stacks stands at 4π/d
 */
export function fitSheets(
  data: LineData,
  stacks: (q: readonly number[]) => Float64Array,
  known?: { diameter: number; g: number },
): SheetFit {
  const { q, structureFactor } = cut(data, sheetRange);
  const reach = Math.min(longest, data.reach);
  const line = sheetLine(q, 1.5, reach, data.window);
  const next = sheetLine(q, 6, reach, data.window);
  const measured = Float64Array.from(structureFactor);
  const flat = new Float64Array(q.length).fill(1);
  const tilted = Float64Array.from(q, (one) => one - 3.3);
  const other = stacks(q);
  const shape = ([diameter, g]: readonly number[]): Float64Array => {
    const y = line(diameter!, g!);
    const second = next(diameter!, g! * Math.sqrt(3));
    return y.map((v, k) => v + second[k]!);
  };
  const linear = (p: readonly number[]): { c: readonly number[]; y: Float64Array } => {
    const y = shape(p);
    return { y, c: linearFit([y, other, flat, tilted], measured) };
  };
  const combined = ({ c, y }: { c: readonly number[]; y: Float64Array }, k: number): number =>
    c[0]! * y[k]! + c[1]! * other[k]! + c[2]! + c[3]! * tilted[k]!;
  const residuals = (p: readonly number[]): Float64Array => {
    const solved = linear(p);
    return measured.map((v, k) => combined(solved, k) - v);
  };
  const starts = known ? [known] : [12, 25, 50, 90].map((diameter) => ({ diameter, g: 2.95 }));
  const tried = starts.map((s) => {
    const ranges: Range[] = [
      { start: s.diameter, low: 6, high: reach },
      { start: s.g, low: 2.8, high: 3.1 },
    ];
    return { ranges, fit: leastSquares(residuals, ranges) };
  });
  const { fit, ranges } = tried.reduce((best, one) => (one.fit.cost < best.fit.cost ? one : best));
  const solved = linear(fit.parameters);
  const variance = varianceOf(fit, q, data.reach);
  const fine = Array.from({ length: 1100 }, (_, k) => 2.2 + 0.002 * k);
  const ideal = sheetLine(fine, 1.5, longest);
  const widthOf = (p: readonly number[]) => halfWidth(fine, ideal(p[0]!, p[1]!));
  const width = widthOf(fit.parameters);
  const of = (f: (p: readonly number[]) => number): Estimate => ({
    value: f(fit.parameters),
    error: propagate(fit, variance, ranges, f),
  });
  const height = solved.c[0]! * solved.y.reduce((most, v) => Math.max(most, v), 0);
  return {
    diameter: of((p) => p[0]!),
    g: of((p) => p[1]!),
    scherrer: width ? of((p) => scherrer(1.84, widthOf(p) ?? width)) : undefined,
    top: width?.top ?? fit.parameters[1]!,
    amplitude: solved.c[0]!,
    misfit: rms(fit.residuals) / height,
    q,
    structureFactor: measured,
    fitted: Float64Array.from(q, (_, k) => combined(solved, k)),
    background: Float64Array.from(q, (_, k) => combined(solved, k) - solved.c[0]! * solved.y[k]!),
  };
}

const shapeOf = ([layers, spacing, spread]: readonly number[]): StackShape => ({
  layers: layers!,
  spacing: spacing!,
  spread: spread!,
});

/** Points of a range, thinned to about 0.02 Å⁻¹. */
function cut({ q, structureFactor }: LineData, [low, high]: readonly [number, number]) {
  const every = Math.max(1, Math.round(0.02 / (q[1]! - q[0]!)));
  const keep = q.map((_, k) => k).filter((k) => k % every === 0 && q[k]! >= low && q[k]! <= high);
  return { q: keep.map((k) => q[k]!), structureFactor: keep.map((k) => structureFactor[k]!) };
}

/** Variance of a residual, enlarged by the number of points per independent one. */
function varianceOf(fit: Fit, q: readonly number[], reach: number): number {
  const independent = ((q.at(-1)! - q[0]!) * reach) / Math.PI;
  return (fit.cost / Math.max(1, q.length - fit.parameters.length - 3)) * Math.max(1, q.length / independent);
}

const rms = (r: Float64Array): number => Math.sqrt(r.reduce((sum, v) => sum + v * v, 0) / r.length);
