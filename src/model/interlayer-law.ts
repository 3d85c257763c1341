/** The laws of the interlayer form, brought to one shape. */
import type { InterlayerLaw } from './model.ts';

/**
 * The energy that atom i counts for its neighbour j at distance r, half of the pair, of both published laws:
 *
 *   u = ½ Tap(r) [C E − D(r) C₆/r⁶] + Tap(r) E f(x),      E = e^{−λ(r − z₀)},  x = ρ_ij²/δ²
 *   f(x) = e^{−x} (C₀ + C₂ x + C₄ x²),  D = 1/(1 + e^{d − d′r})
 *
 * Kolmogorov–Crespi: C₆ = A z₀⁶, no damping (D = 1). ILP: λ = α/β, z₀ = β, C = ε, C₀ = its C, C₂ = C₄ = 0, δ = γ,
 * d′ = d/(s_R r_eff).
 */
export interface LayerLaw {
  /** Å⁻¹ */
  readonly lambda: number;
  /** Å */
  readonly z0: number;
  /** eV */
  readonly c: number;
  readonly c0: number;
  readonly c2: number;
  readonly c4: number;
  /** 1/δ², Å⁻² */
  readonly inverseDelta2: number;
  /** eV Å⁶ */
  readonly c6: number;
  readonly damping: number;
  /** d′, Å⁻¹; 0 where the attraction is not damped */
  readonly dampingRate: number;
  /** Å */
  readonly taperFrom: number;
  /** Å */
  readonly cutoff: number;
}

/** Brings a published law to the common shape. */
export function layerLaw(law: InterlayerLaw): LayerLaw {
  const { taperFrom, cutoff, c } = law;
  if (law.kind === 'kolmogorov-crespi') {
    const { lambda, z0, c0, c2, c4, delta, a } = law;
    return {
      lambda,
      z0,
      c,
      c0,
      c2,
      c4,
      inverseDelta2: 1 / delta ** 2,
      c6: a * z0 ** 6,
      damping: 0,
      dampingRate: 0,
      taperFrom,
      cutoff,
    };
  }
  return {
    lambda: law.alpha / law.beta,
    z0: law.beta,
    c: law.epsilon,
    c0: c,
    c2: 0,
    c4: 0,
    inverseDelta2: 1 / law.gamma ** 2,
    c6: law.c6,
    damping: law.d,
    dampingRate: law.d / (law.sR * law.rEff),
    taperFrom,
    cutoff,
  };
}

/** What of a law depends on the distance alone, with its slopes. */
export interface LayerRadial {
  /** ½ Tap [C E − D C₆/r⁶], eV */
  isotropic: number;
  isotropicSlope: number;
  /** Tap E, what multiplies f, dimensionless */
  contact: number;
  contactSlope: number;
}

/**
 * Both radial parts of a law at r < cutoff, written to `out`.
 *
 *   Tap = 20 t⁷ − 70 t⁶ + 84 t⁵ − 35 t⁴ + 1,  t = (r − taperFrom)₊/(cutoff − taperFrom)
 *
 * Tap is smooth to the third derivative at both ends. The set of ILP was fitted with a taper that starts at r = 0, that of
 * Kolmogorov–Crespi without one: there it starts late.
 */
export function layerRadial(law: LayerLaw, r: number, out: LayerRadial): void {
  const span = law.cutoff - law.taperFrom;
  const t = Math.max(0, r - law.taperFrom) / span;
  const tap = 1 + t ** 4 * (-35 + t * (84 + t * (-70 + t * 20)));
  const tapSlope = (-140 * (t * (1 - t)) ** 3) / span;
  const decay = Math.exp(-law.lambda * (r - law.z0));
  let attraction = -law.c6 / r ** 6;
  let attractionSlope = (-6 * attraction) / r;
  if (law.dampingRate > 0) {
    const rise = Math.exp(law.damping - law.dampingRate * r);
    const damped = 1 / (1 + rise);
    attractionSlope = damped * (attractionSlope + attraction * law.dampingRate * rise * damped);
    attraction *= damped;
  }
  const bare = law.c * decay + attraction;
  out.isotropic = 0.5 * tap * bare;
  out.isotropicSlope = 0.5 * (tapSlope * bare + tap * (attractionSlope - law.lambda * law.c * decay));
  out.contact = tap * decay;
  out.contactSlope = (tapSlope - law.lambda * tap) * decay;
}
