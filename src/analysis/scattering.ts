/**
 * The scattering instrument: powder pattern, structure factor, radial distribution, small angles, and what is read from them.
 */
import { atomCount, type Frame } from '../core/frame.ts';
import { debyeScattering, grain, isOrdered, taper } from './debye.ts';
import type { Curve, Described, Instrument } from './described.ts';
import { diffractionLines, type Pattern } from './diffraction-lines.ts';
import { formFactor } from './form-factors.ts';
import { copperKAlpha } from './line-fits.ts';
import { isBox, type PairHistogram, pairHistogram } from './pair-histogram.ts';
import { radialDistribution } from './radial-distribution.ts';
import { smallAngles } from './saxs.ts';

export interface ScatteringOptions {
  /** farthest pairs that count, Å; a box takes min(80 Å, its smallest height), a little less above 200 000 atoms, a crystal's cell 80 Å, a cluster all */
  readonly rMax?: number;
  /** called with the share done, 0 … 1 */
  readonly onProgress?: (share: number) => void;
}

/** A box narrower than this is the cell of a crystal: its images are meant, Å. */
const narrowest = 15;
const farthest = 80;
/** Pairs that are counted at most when nobody says how far: 4–5 ns each. */
const mostPairs = 1.6e10;
/** Å⁻¹; the grid of S(q) and of the pattern */
const grid = { low: 0.3, high: 8, step: 0.01 };

/**
 * Powder X-ray diffraction (Cu Kα, 1.5418 Å), S(q) and g(r) of one structure, a periodic box or an isolated cluster, with
 * what is read from them: d002, Lc, R, La; small angles (SAXS) and what they say about pores.
 *
 * The pattern is what a diffractometer with a fixed wavelength counts at each angle from a fine powder: the Debye sum
 * times the polarisation factor (1 + cos²2θ)/2. The Lorentz factor of single reflections is already in the sum over all
 * directions. Cost: 4 ns a pair, 5 s for 20 000 atoms, 90 s for 250 000.
 *
 * @returns  curves `xrd`, `structureFactor`, `rdf`, `saxs`, `line002`, `line10`; values as `definition` of each says
 * @throws ModelError  an element without form factor
 * @throws SpecError   periodic in one or two directions only
 * @oracle test/unit/analysis-scattering.test.ts, test/oracle/scattering.test.ts
 */
export function measureScattering(frame: Frame, options: ScatteringOptions = {}): Instrument {
  const notes: string[] = [];
  const box = isBox(frame);
  const height = Math.min(...frame.cell.heights);
  const crystal = box && height < narrowest;
  const rMax = options.rMax ?? (box ? (crystal ? farthest : Math.min(height, reachOf(frame))) : undefined);
  const histogram = pairHistogram(frame, { rMax, onProgress: (share) => options.onProgress?.(0.9 * share) });
  if (isOrdered(histogram)) {
    const what = crystal
      ? `the box is ${height.toFixed(1)} Å narrow and read as the cell of a crystal`
      : 'order has no end in this box, it is read as a crystal';
    notes.push(`${what}: widths of lines are those of a spherical grain ${rMax!.toFixed(0)} Å wide`);
  }
  const pattern = patternOf(histogram);
  const lines = diffractionLines(pattern);
  const radial = radialDistribution(histogram);
  const small = crystal ? undefined : smallAngles(frame, histogram, (share) => options.onProgress?.(0.9 + 0.1 * share));
  const values: Record<string, Described> = { ...lines.values, ...radial?.values, ...small?.values };
  const curves: Record<string, Curve> = { ...patternCurves(pattern), ...lines.curves };
  if (radial) curves['rdf'] = radial.curve;
  if (small) curves['saxs'] = small.curve;
  options.onProgress?.(1);
  return { values, curves, notes: [...notes, ...lines.notes, ...(small?.notes ?? [])] };
}

/** 80 Å, less where that would be more pairs than are affordable: 74 Å in 250 000 atoms of carbon. */
function reachOf(frame: Frame): number {
  const n = atomCount(frame);
  const pairs = ((2 / 3) * Math.PI * farthest ** 3 * n * n) / frame.cell.volume;
  return farthest * Math.min(1, Math.cbrt(mostPairs / pairs));
}

/** The powder pattern and S(q) of a pair histogram. */
export function patternOf(histogram: PairHistogram): Pattern {
  const fade = isOrdered(histogram) ? grain : taper;
  const q = Array.from(
    { length: Math.round((grid.high - grid.low) / grid.step) + 1 },
    (_, k) => grid.low + grid.step * k,
  );
  const scattering = debyeScattering(histogram, q, fade);
  const box = histogram.volume !== undefined;
  const total = histogram.atoms.reduce((sum, n) => sum + n, 0);
  const factors = histogram.elements.map(formFactor);
  const appearance = (one: number): number =>
    polarisation(one) * factors.reduce((sum, f, e) => sum + (histogram.atoms[e]! / total) * f(one) ** 2, 0);
  return {
    q,
    structureFactor: scattering.structureFactor,
    measured: scattering.intensity.map((i, k) => i * polarisation(q[k]!)),
    appearance,
    reach: Math.min(farthest, histogram.rMax),
    window: box ? (r) => fade(r / histogram.rMax) : () => 1,
    rMax: box ? histogram.rMax : undefined,
  };
}

/** (1 + cos² 2θ)/2 for unpolarised Cu Kα and no monochromator; of q = 4π sin θ / λ beyond back scattering, its value there. */
function polarisation(q: number): number {
  const sine = Math.min(1, (q * copperKAlpha) / (4 * Math.PI));
  return (1 + (1 - 2 * sine * sine) ** 2) / 2;
}

function patternCurves({ q, measured, structureFactor }: Pattern): Record<string, Curve> {
  const angle = (one: number): number => (360 / Math.PI) * Math.asin(Math.min(1, (one * copperKAlpha) / (4 * Math.PI)));
  const shown = q.map((_, k) => k).filter((k) => angle(q[k]!) >= 10 && angle(q[k]!) <= 90);
  return {
    xrd: {
      '2θ (°)': shown.map((k) => angle(q[k]!)),
      'q (1/Å)': shown.map((k) => q[k]!),
      intensity: shown.map((k) => measured[k]!),
    },
    structureFactor: { 'q (1/Å)': q, 'S(q)': structureFactor },
  };
}
