/** The carbon model with sheets that keep the spacing asked. */
import { carbonModel } from '../generated/carbon-model.ts';
import { loadModel } from '../model/load.ts';
import type { Model } from '../model/model.ts';

/** Spacing of graphite under models/potentials/carbon.json, and its Lennard-Jones length, Å. */
const modelSpacing = 3.3565;
const modelSigma = 3.4;

/**
 * Spacing at which a stack of sheets is at rest, in units of σ, by the continuum of Lennard-Jones sheets:
 *
 *   E(d) = Σ_k (n − k) [ (2/5)(σ/kd)¹⁰ − (σ/kd)⁴ ]
 *
 * Two sheets keep farther apart than graphite, which its second neighbours press together: 1.0000 σ against 0.987 σ.
 *
 * @param sheets  n; Infinity for graphite
 */
export function restingSpacing(sheets: number): number {
  const most = Math.min(sheets - 1, 40);
  let below = 0.9;
  let above = 1.1;
  while (above - below > 1e-9) {
    const d = 0.5 * (below + above);
    let slope = 0;
    for (let k = 1; k <= most; k++) {
      const weight = Number.isFinite(sheets) ? sheets - k : 1;
      slope += weight * (-4 * (k * d) ** -10 + 4 * (k * d) ** -4);
    }
    if (slope < 0) below = d;
    else above = d;
  }
  return 0.5 * (below + above);
}

/**
 * Tersoff bonds and Lennard-Jones between sheets, the latter's length scaled so that stacks of this height rest at d002.
 *
 * Real disordered carbon keeps its wide spacing by mismatch, curvature and bridges that a model of flat sheets has not: with the
 * unscaled law every stack would close to 3.36 Å. The scaled law stands for all of them.
 *
 * @param d002    Å
 * @param sheets  per stack
 */
export function carbonWithSpacing(d002: number, sheets: number): Model {
  const asked = d002 / restingSpacing(Math.max(2, sheets));
  const factor = (asked / modelSigma) * (modelSigma / (modelSpacing / restingSpacing(Number.POSITIVE_INFINITY)));
  const scaled = JSON.parse(JSON.stringify(carbonModel), (key, value: unknown) => {
    if (key === 'sigma' && typeof value === 'number') return value * factor;
    if (key === 'cutoff' && typeof value === 'object' && value !== null) {
      const { from, to, ...rest } = value as { from: number; to: number };
      return { ...rest, from: from * factor, to: to * factor };
    }
    return value;
  });
  return loadModel(scaled, `carbon with sheets ${d002} Å apart`);
}
