/**
 * Small angles: pores of a carbon as density they lack, without looking at where atoms are one by one.
 */
import { atomCount, densityOf, type Frame } from '../core/frame.ts';
import { debyeScattering } from './debye.ts';
import { type Curve, type Described, described } from './described.ts';
import { formFactor } from './form-factors.ts';
import { isBox, type PairHistogram } from './pair-histogram.ts';
import { reciprocalShells } from './reciprocal.ts';
import { type SmallAngleData, type SphereFit, sphereFit } from './sphere-fit.ts';

/** Å⁻¹: how far the curve goes, where pores end and the stacking of sheets begins, width of a shell */
const farthest = 1.2;
const fitEnd = 0.9;
const shell = 0.02;
/** Phases that a pattern may cost at most: 6 ns each. */
const budget = 1.5e9;
/** Classical electron radius squared times 1e24, so that electrons²/Å³ become 1/cm. */
const perCentimetre = 0.0794079;

/**
 * Small-angle scattering of a box (exact, at its reciprocal vectors) or a cluster (Debye sum), and what it says about
 * pores: Guinier radius, correlation peak, Porod surface, porosity from the invariant.
 *
 *   Q = ∫ q² I_V dq = 2π² φ(1−φ) Δρ²,   I_V → 2π Δρ² (S/V) / q⁴,   Δρ = ρ̄ / (1−φ)
 *
 * with ρ̄ the mean electron density, so that Q / (2π² ρ̄²) = φ/(1−φ) needs no assumed density of the skeleton. The
 * atoms' own scattering is the constant background of the fit and is taken off everywhere.
 *
 * @param histogram  of the same frame; used for a cluster only
 * @oracle test/unit/analysis-scattering-saxs.test.ts (spherical holes, slits)
 */
export function smallAngles(
  frame: Frame,
  histogram: PairHistogram,
  onProgress?: (share: number) => void,
): { values: Record<string, Described>; curve: Curve; notes: string[] } {
  const box = isBox(frame);
  const { elements, atoms } = histogram;
  const n = atomCount(frame);
  const factors = elements.map(formFactor);
  const square = (q: number): number => factors.reduce((sum, f, e) => sum + (atoms[e]! / n) * f(q) ** 2, 0);
  const raw = box ? boxData(frame, onProgress) : clusterData(histogram);
  // fall-off of the form factors taken out: pores see point electrons
  const data: SmallAngleData = { ...raw, intensity: raw.intensity.map((i, k) => (i * square(0)) / square(raw.q[k]!)) };
  const density = box ? n / frame.cell.volume : undefined;
  const curve: Record<string, number[]> = { 'q (1/Å)': [...data.q], 'intensity (electrons²/atom)': [...raw.intensity] };
  if (density !== undefined) curve['intensity (1/cm)'] = raw.intensity.map((i) => i * density * perCentimetre);
  const notes: string[] = [];
  const values: Record<string, Described> = {};
  const peak = box ? peakOf(data) : undefined;
  const usable = data.q.filter((q) => q <= fitEnd).length;
  const fit = usable >= 8 ? sphereFit(data, fitEnd, box) : undefined;
  if (fit)
    curve['fit (electrons²/atom)'] = data.q.map((q) => ((fit.curve(q) + fit.background) * square(q)) / square(0));
  if (peak !== undefined) {
    values['saxsPeakLength'] = described(
      (2 * Math.PI) / peak,
      null,
      'Å',
      'Distance 2π/q from pore to pore at the maximum of the small-angle intensity, where it stands at least twice its error above what lies at smaller angles.',
    );
  }
  if (fit === undefined || !standsOut(fit)) {
    notes.push('no pores stand out at small angles: Guinier radius, Porod surface and invariant are left out');
    return { values, curve, notes };
  }
  describePores(fit, frame, data, values, box);
  const smallest = data.q[0]!;
  if (fit.guinier.value * smallest > 1)
    notes.push(
      `small angles begin at ${smallest.toFixed(3)} 1/Å: a Guinier radius of ${fit.guinier.value.toFixed(1)} Å is larger than this box can show`,
    );
  return { values, curve, notes };
}

/** Pores, not the fluctuations of a solid: well above the atoms' background, of known size, and wider than an atom. */
const standsOut = ({ height, background, guinier: { value, error } }: SphereFit): boolean =>
  height > 5 * background && value > 2 && error !== null && error < 0.3 * value;

function describePores(
  fit: SphereFit,
  frame: Frame,
  data: SmallAngleData,
  values: Record<string, Described>,
  box: boolean,
): void {
  const { guinier, porod } = fit;
  const law =
    'spheres with lognormal radii, arranged like hard spheres, on the constant background of the atoms, fitted up to 0.9 1/Å';
  values['saxsGuinierRadius'] = described(
    guinier.value,
    guinier.error,
    'Å',
    `Radius of gyration of ${box ? 'the pores' : 'the cluster or its pores'}: Rg² = (3/5)⟨R⁸⟩/⟨R⁶⟩ of ${law}.`,
  );
  const toSphere = 2 * Math.sqrt(5 / 3);
  values['saxsPoreDiameter'] = described(
    toSphere * guinier.value,
    guinier.error === null ? null : toSphere * guinier.error,
    'Å',
    'Diameter of the sphere with the Guinier radius, 2√(5/3) Rg, between the centres of the atoms around it (3.4 Å more than between van der Waals surfaces of carbon); large pores count with the square of their volume.',
  );
  if (!box) return;
  const density = atomCount(frame) / frame.cell.volume;
  const electrons = density * Math.sqrt(zeroSquare(frame));
  const invariant = invariantOf(fit, data) * density;
  const ratio = invariant / (2 * Math.PI ** 2 * electrons ** 2);
  const porosity = ratio / (1 + ratio);
  const contrast = electrons / (1 - porosity);
  const surface = (porod.value * density) / (2 * Math.PI * contrast ** 2);
  const perGram = (surface / densityOf(frame)) * 1e4;
  values['porodConstant'] = described(
    porod.value * density * perCentimetre,
    porod.error === null ? null : porod.error * density * perCentimetre,
    '1/(cm Å⁴)',
    `Porod constant lim q⁴I, atoms taken off: ${law}.`,
  );
  values['saxsPorosity'] = described(
    porosity,
    null,
    '1',
    'Share of space that is pore: φ/(1−φ) = Q/(2π²ρ̄²), Q = ∫q²I dq with the atoms’ background taken off and Porod’s law beyond 0.9 1/Å, ρ̄ the mean electron density; pore walls lie half way between pore and atoms.',
  );
  values['porodSurface'] = described(
    perGram,
    porod.error === null ? null : perGram * (porod.error / porod.value),
    'm²/g',
    'Surface of the pores per mass, S/V = K/(2πΔρ²) over the density, K the Porod constant, Δρ = ρ̄/(1−φ) the electron density of the skeleton with φ = saxsPorosity; the error is that of K alone.',
  );
}

function zeroSquare({ species, rows }: Frame): number {
  const squares = species.map((name) => formFactor(name)(0));
  let sum = 0;
  for (let i = 3; i < rows.length; i += 4) sum += squares[rows[i]!]!;
  return (sum / (rows.length / 4)) ** 2;
}

/** ∫ q² (I − b) dq per atom: data up to the end of the fit, the knee below them, Porod's law beyond. */
function invariantOf({ background, height, porod, curve }: SphereFit, { q, intensity }: SmallAngleData): number {
  const last = q.findLastIndex((one) => one <= fitEnd);
  const value = (k: number): number => q[k]! ** 2 * (intensity[k]! - background);
  let sum = (Math.min(height, curve(q[0]!)) * q[0]! ** 3) / 3;
  for (let k = 0; k < last; k++) sum += 0.5 * (value(k) + value(k + 1)) * (q[k + 1]! - q[k]!);
  return Math.max(0, sum + porod.value / q[last]!);
}

function boxData(frame: Frame, onProgress?: (share: number) => void): SmallAngleData {
  const shells = Math.ceil(farthest / shell);
  const most = Math.max(24, Math.min(300, Math.floor(budget / (atomCount(frame) * shells))));
  return reciprocalShells(frame, { qMax: farthest, width: shell, most, onProgress });
}

function clusterData(histogram: PairHistogram): SmallAngleData {
  const q = Array.from({ length: Math.round(farthest / shell) }, (_, k) => shell * (k + 1));
  const { intensity } = debyeScattering(histogram, q);
  // the orientation average is complete: all points are worth the same
  return { q, intensity, vectors: q.map(() => 100) };
}

/** Middle (in q) of the shells around the highest intensity between 0.08 and 0.8 1/Å, when what lies below it is lower by twice its error. */
function peakOf({ q, intensity, vectors }: SmallAngleData): number | undefined {
  let [top, best] = [-1, 0];
  for (let k = 0; k < q.length && q[k]! <= 0.8; k++) {
    const from = Math.max(0, k - 1);
    const weight = vectors.slice(from, k + 2).reduce((sum, v) => sum + v, 0);
    const smooth = intensity.slice(from, k + 2).reduce((sum, v, j) => sum + v * vectors[from + j]!, 0) / weight;
    if (smooth > best) [top, best] = [k, smooth];
  }
  if (top < 3 || q[top]! < 0.08) return undefined;
  const centre = (k: number): number => {
    const near = [k - 1, k, k + 1].filter((j) => j < q.length);
    return near.reduce((sum, j) => sum + q[j]! * intensity[j]!, 0) / near.reduce((sum, j) => sum + intensity[j]!, 0);
  };
  const below = vectors.slice(0, top - 1).reduce((sum, v) => sum + v, 0);
  const mean = intensity.slice(0, top - 1).reduce((sum, v, k) => sum + v * vectors[k]!, 0) / below;
  return best * (1 - 2 / Math.sqrt(vectors[top]!)) > mean * (1 + 2 / Math.sqrt(below)) ? centre(top) : undefined;
}
