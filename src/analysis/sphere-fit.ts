/**
 * One population of pores or particles in a small-angle pattern: spheres of spread radii that keep off each other.
 */
import { leastSquares, propagate, type Range } from './least-squares.ts';
import type { Estimate } from './line-fits.ts';

/** I(q), electrons² per atom, and how many independent vectors each point is the mean of. */
export interface SmallAngleData {
  readonly q: readonly number[];
  readonly intensity: readonly number[];
  readonly vectors: readonly number[];
}

export interface SphereFit {
  /** I(0) of the spheres alone, without what their arrangement does */
  readonly height: number;
  /** radius of gyration of the Guinier law of the spheres, Å */
  readonly guinier: Estimate;
  /** B of Porod's law I → B/q⁴ */
  readonly porod: Estimate;
  /** constant background: atoms */
  readonly background: number;
  /** root mean square of the logarithm of data over fit, in standard errors */
  readonly misfit: number;
  /** the fit without its background */
  readonly curve: (q: number) => number;
}

/** Nodes ln R is averaged over, in standard deviations. */
const nodes = Float64Array.from({ length: 25 }, (_, k) => (k - 12) / 4);
const nodeWeights = nodes.map((t) => Math.exp(-0.5 * t * t));
const nodeSum = nodeWeights.reduce((sum, w) => sum + w, 0);

/**
 * Fits spheres with lognormal radii, arranged like hard spheres, on a constant background.
 *
 *   I(q) = C ⟨V² Φ²(qR)⟩ S_PY(q) + b,   Φ(x) = 3 (sin x − x cos x)/x³
 *   Rg² = (3/5) ⟨R⁸⟩/⟨R⁶⟩,   B = 8π² C ⟨R²⟩
 *
 * on the logarithm, every point weighted by the root of its vectors; the mean of n speckles has a logarithm low by 1/2n.
 * With a wide spread the curve is that of irregular pores. S_PY is Percus and Yevick's structure factor.
 *
 * @param data      at least eight points
 * @param qMax      the end of what is fitted, Å⁻¹
 * @param crowded   whether the spheres feel each other; a cluster on its own does not
 * @cite Percus & Yevick, Phys. Rev. 110, 1 (1958) doi:10.1103/PhysRev.110.1; Pedersen, Adv. Colloid Interface Sci. 70, 171 (1997) doi:10.1016/S0001-8686(97)00312-6
 * @oracle test/unit/analysis-scattering-saxs.test.ts (spherical holes)
 */
export function sphereFit(data: SmallAngleData, qMax: number, crowded: boolean): SphereFit {
  const kept = data.q.map((_, k) => k).filter((k) => data.q[k]! <= qMax && data.intensity[k]! > 0);
  const x = kept.map((k) => data.q[k]!);
  const y = kept.map((k) => Math.log(data.intensity[k]!) + 0.5 / data.vectors[k]!);
  const weight = kept.map((k) => Math.sqrt(data.vectors[k]!));
  const shape = ([logHeight, logRadius, spread, , filling = 0, halo = 1]: readonly number[]) => {
    const radius = Math.exp(logRadius!);
    // ⟨R⁶⟩ of the lognormal, so that the height is I(0)
    const scale = Math.exp(logHeight! - 18 * spread! ** 2);
    return (q: number): number => scale * meanSphere(q, radius, spread!) * hardSpheres(q, radius * halo!, filling!);
  };
  const residuals = (p: readonly number[]): Float64Array => {
    const curve = shape(p);
    const floor = Math.exp(p[3]!);
    const r = new Float64Array(x.length + 3);
    for (let k = 0; k < x.length; k++) r[k] = weight[k]! * (Math.log(curve(x[k]!) + floor) - y[k]!);
    // drawn weakly to equal spheres that do not feel each other, where the data do not say
    r[x.length] = p[2]! / 0.5;
    r[x.length + 1] = (p[4] ?? 0) / 0.5;
    r[x.length + 2] = ((p[5] ?? 1.15) - 1.15) / 0.3;
    return r;
  };
  const top = Math.max(...y);
  const floor = Math.min(...y);
  const tried = [3, 5, 8, 13, 21].map((radius) => {
    const ranges: Range[] = [
      { start: top, low: floor - 3, high: top + 6 },
      { start: Math.log(radius), low: Math.log(1.5), high: Math.log(200) },
      { start: 0.2, low: 0.02, high: 0.6 },
      { start: floor - 0.5, low: floor - 8, high: top },
      { start: 0.1, low: 0, high: 0.5 },
      { start: 1.1, low: 1, high: 1.6 },
    ].slice(0, crowded ? 6 : 4);
    return { fit: leastSquares(residuals, ranges), ranges };
  });
  const { fit, ranges } = tried.reduce((best, one) => (one.fit.cost < best.fit.cost ? one : best));
  const p = fit.parameters;
  const variance = Math.max(1, fit.cost / Math.max(1, x.length - p.length));
  const of = (f: (v: readonly number[]) => number): Estimate => ({
    value: f(p),
    error: propagate(fit, variance, ranges, f),
  });
  return {
    height: Math.exp(p[0]!),
    // ⟨R⁸⟩/⟨R⁶⟩ = R² e^{14 s²} and ⟨R²⟩/⟨R⁶⟩ = R⁻⁴ e^{−16 s²}
    guinier: of((v) => Math.sqrt(0.6) * Math.exp(v[1]! + 7 * v[2]! ** 2)),
    porod: of((v) => 4.5 * Math.exp(v[0]! - 4 * v[1]! - 16 * v[2]! ** 2)),
    background: Math.exp(p[3]!),
    misfit: Math.sqrt(fit.cost / x.length),
    curve: shape(p),
  };
}

/** ⟨(R/R₀)⁶ Φ²(qR)⟩ over lognormal radii about R₀. */
function meanSphere(q: number, radius: number, spread: number): number {
  let sum = 0;
  for (let k = 0; k < nodes.length; k++) {
    const t = spread * nodes[k]!;
    sum += nodeWeights[k]! * Math.exp(6 * t) * sphere(q * radius * Math.exp(t));
  }
  return sum / nodeSum;
}

/** Form factor of a homogeneous sphere, [3 (sin x − x cos x)/x³]². */
function sphere(x: number): number {
  return x < 0.05 ? 1 - (x * x) / 5 : ((3 * (Math.sin(x) - x * Math.cos(x))) / x ** 3) ** 2;
}

/** Percus and Yevick's structure factor of hard spheres that fill a share of space. */
function hardSpheres(q: number, radius: number, filling: number): number {
  if (filling <= 0) return 1;
  const a = Math.max(0.05, 2 * q * radius);
  const alpha = (1 + 2 * filling) ** 2 / (1 - filling) ** 4;
  const beta = (-6 * filling * (1 + filling / 2) ** 2) / (1 - filling) ** 4;
  const gamma = (filling * alpha) / 2;
  const [s, c] = [Math.sin(a), Math.cos(a)];
  const g =
    (alpha * (s - a * c)) / a ** 2 +
    (beta * (2 * a * s + (2 - a * a) * c - 2)) / a ** 3 +
    (gamma * (-(a ** 4) * c + 4 * ((3 * a * a - 6) * c + (a ** 3 - 6 * a) * s + 6))) / a ** 5;
  return 1 / (1 + (24 * filling * g) / a);
}
