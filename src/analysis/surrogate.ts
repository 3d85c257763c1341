/**
 * A smooth answer between computed points: a Gaussian process with a squared-exponential kernel of one length per axis, known errors of
 * the points and a noise of its own.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { mean, variance } from '../core/statistics.ts';

/** A number found at a place. */
export interface TrainingPoint {
  readonly x: readonly number[];
  readonly y: number;
  /** standard error; null: unknown, left to the noise */
  readonly error: number | null;
}

/** What the kernel is made of, in the units of y and x. */
export interface SurrogateParameters {
  /** standard deviation of the surface around its mean, before anything is known */
  readonly amplitude: number;
  /** [axis] distance over which the surface changes */
  readonly lengths: readonly number[];
  /** scatter of points about the surface beyond their errors */
  readonly noise: number;
}

export interface Prediction {
  readonly value: number;
  /** standard deviation of the surface here */
  readonly error: number;
  /** the same without the doubt in the mean of all, as a share of what it would be knowing nothing: near 1 the answer is a guess */
  readonly spread: number;
}

export interface Surrogate {
  readonly parameters: SurrogateParameters;
  readonly predict: (x: readonly number[]) => Prediction;
  /** every point predicted from all others: root mean square of the misses, and of misses over their predicted errors (1: right) */
  readonly leaveOneOut: { readonly rms: number; readonly z: number };
  readonly logLikelihood: number;
}

/** Points that parameters are fitted to at most; with more, evenly chosen ones. */
const mostFitted = 120;
const steps = 70;
/** Lengths that fits begin at, in widths of the box. */
const starts = [0.35, 1, 3];

/** Limits of the logarithms of amplitude, lengths and noise, in standard deviations of y and widths of the box. */
const limits = {
  amplitude: [Math.log(0.1), Math.log(10)],
  length: [Math.log(0.15), Math.log(10)],
  noise: [Math.log(1e-3), Math.log(1)],
} as const;

/** Axes and values scaled to the box and the scatter of the points. */
interface Scaled {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly variances: readonly number[];
  readonly low: readonly number[];
  readonly width: readonly number[];
  readonly center: number;
  readonly scale: number;
}

function scaled(points: readonly TrainingPoint[]): Scaled {
  const axes = points[0]!.x.map((_, d) => points.map(({ x }) => x[d]!));
  const low = axes.map((values) => Math.min(...values));
  const width = axes.map((values, d) => Math.max(...values) - low[d]! || 1);
  const values = points.map(({ y }) => y);
  const center = mean(values);
  const scale = Math.sqrt(variance(values)) || 1;
  return {
    x: points.map(({ x }) => x.map((value, d) => (value - low[d]!) / width[d]!)),
    y: values.map((y) => (y - center) / scale),
    variances: points.map(({ error }) => ((error ?? 0) / scale) ** 2),
    ...{ low, width, center, scale },
  };
}

/** Logarithms of amplitude, lengths and noise. */
type Theta = readonly number[];

interface Solved {
  readonly inverse: Matrix;
  /** C⁻¹ (y − μ) */
  readonly alpha: readonly number[];
  /** C⁻¹ 1, and its sum */
  readonly ones: readonly number[];
  readonly total: number;
  readonly mean: number;
  readonly kernel: Matrix;
  readonly logLikelihood: number;
}

function squaredDistance(a: readonly number[], b: readonly number[], lengths: readonly number[]): number {
  let sum = 0;
  for (let d = 0; d < lengths.length; d++) sum += ((a[d]! - b[d]!) / lengths[d]!) ** 2;
  return sum;
}

const lengthsOf = (theta: Theta): number[] => theta.slice(1, -1).map(Math.exp);

function solve({ x, y, variances }: Scaled, theta: Theta): Solved {
  const n = y.length;
  const lengths = lengthsOf(theta);
  const [amplitude, noise] = [Math.exp(2 * theta[0]!), Math.exp(2 * theta.at(-1)!)];
  const kernel = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const k = amplitude * Math.exp(-squaredDistance(x[i]!, x[j]!, lengths) / 2);
      kernel.set(i, j, k);
      kernel.set(j, i, k);
    }
  }
  const covariance = kernel.clone();
  for (let i = 0; i < n; i++) covariance.set(i, i, amplitude * (1 + 1e-9) + variances[i]! + noise);
  const cholesky = new CholeskyDecomposition(covariance);
  const inverse = cholesky.solve(Matrix.eye(n, n));
  const ones = Array.from({ length: n }, (_, i) => inverse.getRow(i).reduce((a, b) => a + b, 0));
  const total = ones.reduce((a, b) => a + b, 0);
  const center = ones.reduce((sum, one, i) => sum + one * y[i]!, 0) / total;
  const off = y.map((value) => value - center);
  const alpha = inverse.mmul(Matrix.columnVector(off)).to1DArray();
  let logLikelihood = (-n * Math.log(2 * Math.PI)) / 2;
  for (let i = 0; i < n; i++) {
    logLikelihood -= (off[i]! * alpha[i]!) / 2 + Math.log(cholesky.lowerTriangularMatrix.get(i, i));
  }
  return { inverse, alpha, ones, total, mean: center, kernel, logLikelihood };
}

/** ∂ ln L/∂θ = ½ tr[(αα^T − C⁻¹) ∂C/∂θ] */
function gradient({ x }: Scaled, theta: Theta, { inverse, alpha, kernel }: Solved): number[] {
  const lengths = lengthsOf(theta);
  const slope = theta.map(() => 0);
  const noise = Math.exp(2 * theta.at(-1)!);
  for (const [i, a] of x.entries()) {
    for (const [j, b] of x.entries()) {
      const weight = (alpha[i]! * alpha[j]! - inverse.get(i, j)) / 2;
      const k = weight * kernel.get(i, j);
      slope[0]! += 2 * k;
      for (let d = 0; d < lengths.length; d++) slope[d + 1]! += k * ((a[d]! - b[d]!) / lengths[d]!) ** 2;
      if (i === j) slope[slope.length - 1]! += 2 * weight * noise;
    }
  }
  return slope;
}

/** Uphill by the signs of the gradient, each parameter with a step of its own (Rprop). */
function climb(data: Scaled, start: Theta): { readonly theta: Theta; readonly logLikelihood: number } {
  const range = start.map((_, k) =>
    k === 0 ? limits.amplitude : k === start.length - 1 ? limits.noise : limits.length,
  );
  let theta = [...start];
  const step = theta.map(() => 0.2);
  let before = theta.map(() => 0);
  let best = { theta, logLikelihood: Number.NEGATIVE_INFINITY };
  for (let k = 0; k < steps; k++) {
    const solved = solve(data, theta);
    if (solved.logLikelihood > best.logLikelihood) best = { theta, logLikelihood: solved.logLikelihood };
    const slope = gradient(data, theta, solved);
    theta = theta.map((value, p) => {
      const same = slope[p]! * before[p]!;
      step[p] = Math.min(1, Math.max(1e-4, step[p]! * (same > 0 ? 1.3 : same < 0 ? 0.5 : 1)));
      return Math.min(range[p]![1], Math.max(range[p]![0], value + Math.sign(slope[p]!) * step[p]!));
    });
    before = slope;
    if (Math.max(...step) < 2e-4) break;
  }
  return best;
}

/**
 * Logarithm of the likelihood of points under a Gaussian process whose mean is a constant, the likeliest one:
 *
 *   ln L = −½ (y − μ)ᵀ C⁻¹ (y − μ) − ½ ln|C| − ½ n ln 2π,   C_ij = a² exp(−½ Σ_d (Δx_d/ℓ_d)²) + δ_ij (σ_i² + s²)
 *
 * @oracle test/unit/surrogate.test.ts
 */
export function logMarginalLikelihood(points: readonly TrainingPoint[], parameters: SurrogateParameters): number {
  const data = scaled(points);
  // of y itself: scaling it adds a constant
  return solve(data, thetaOf(data, parameters)).logLikelihood - points.length * Math.log(data.scale);
}

function thetaOf({ width, scale }: Scaled, { amplitude, lengths, noise }: SurrogateParameters): Theta {
  return [
    Math.log(amplitude / scale),
    ...lengths.map((length, d) => Math.log(length / width[d]!)),
    Math.log(Math.max(noise / scale, 1e-6)),
  ];
}

/**
 * A surface through points. Amplitude, lengths and noise are those of the largest marginal likelihood, climbed to from three starts, within
 * 0.1 to 10 standard deviations of y, 0.15 to 10 widths of the points and at most one standard deviation of noise.
 *
 * @param points      at least one more than there are axes
 * @param parameters  those of an earlier fit, in place of a new one
 * @cite Rasmussen, Williams, Gaussian Processes for Machine Learning, MIT Press 2006, sections 2.2, 5.4
 * @oracle test/unit/surrogate.test.ts
 */
export function fitSurrogate(points: readonly TrainingPoint[], parameters?: SurrogateParameters): Surrogate {
  const data = scaled(points);
  const { x, low, width, center, scale } = data;
  const theta = parameters ? thetaOf(data, parameters) : bestTheta(points, data);
  const solved = solve(data, theta);
  const { inverse, alpha, ones, total } = solved;
  const lengths = lengthsOf(theta);
  const prior = Math.exp(2 * theta[0]!);
  const misses = alpha.map((a, i) => a / inverse.get(i, i));
  const ratios = misses.map((miss, i) => miss * Math.sqrt(inverse.get(i, i)));
  const rms = (values: readonly number[]) => Math.hypot(...values) / Math.sqrt(values.length);
  return {
    parameters: {
      amplitude: Math.exp(theta[0]!) * scale,
      lengths: lengths.map((length, d) => length * width[d]!),
      noise: Math.exp(theta.at(-1)!) * scale,
    },
    leaveOneOut: { rms: rms(misses) * scale, z: rms(ratios) },
    logLikelihood: solved.logLikelihood - points.length * Math.log(scale),
    predict: (place) => {
      const at = place.map((value, d) => (value - low[d]!) / width[d]!);
      const k = x.map((own) => prior * Math.exp(-squaredDistance(own, at, lengths) / 2));
      const solvedK = inverse.mmul(Matrix.columnVector(k)).to1DArray();
      let value = solved.mean;
      let [explained, seen] = [0, 0];
      for (let i = 0; i < k.length; i++) {
        value += k[i]! * alpha[i]!;
        explained += k[i]! * solvedK[i]!;
        seen += k[i]! * ones[i]!;
      }
      // the second term is what is not known of the mean
      const variance = Math.max(0, prior - explained) + (1 - seen) ** 2 / total;
      const error = Math.sqrt(variance);
      const spread = Math.sqrt(Math.max(0, 1 - explained / prior));
      return { value: center + scale * value, error: scale * error, spread };
    },
  };
}

function bestTheta(points: readonly TrainingPoint[], all: Scaled): Theta {
  const every = Math.ceil(points.length / mostFitted);
  const some = (_: unknown, k: number): boolean => k % every === 0;
  const data = {
    ...all,
    x: all.x.filter(some),
    y: all.y.filter(some),
    variances: all.variances.filter(some),
  };
  const ends = starts.map((length) => climb(data, [0, ...all.low.map(() => Math.log(length)), Math.log(0.1)]));
  return ends.reduce((best, end) => (end.logLikelihood > best.logLikelihood ? end : best)).theta;
}
