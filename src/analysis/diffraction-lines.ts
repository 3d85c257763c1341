/**
 * The lines of a carbon: what a pattern says about the spacing, the height and the width of its stacks.
 */
import { type Curve, type Described, described } from './described.ts';
import {
  copperKAlpha,
  type Estimate,
  fitSheets,
  fitStacks,
  type LineData,
  type SheetFit,
  type StackFit,
} from './line-fits.ts';
import { sheetDensity, sheetLine, stackLine } from './line-shapes.ts';

export interface Lines {
  readonly values: Record<string, Described>;
  readonly curves: Record<string, Curve>;
  readonly notes: string[];
}

/** Pattern with what is needed to read lines as they appear in a diffractometer. */
export interface Pattern extends LineData {
  /** [Q] as measured: electrons² per atom times the polarisation factor */
  readonly measured: readonly number[];
  /** as measured over S, at any q */
  readonly appearance: (q: number) => number;
  /** Å; undefined for a cluster */
  readonly rMax?: number;
}

/** Rounds of fitting either line with the other taken off. */
const rounds = 3;
/** A line must stand so many residuals above its background. */
const visible = 3;

/**
 * Reads (002) and (10) of a carbon. Lines that are not there leave their numbers out, and a note in their place.
 *
 * @oracle test/unit/analysis-scattering-lines.test.ts (perfect stacks), test/oracle/scattering.test.ts (graphite)
 */
export function diffractionLines(pattern: Pattern): Lines {
  const { stacks, sheets } = fitLines(pattern);
  const values: Record<string, Described> = {};
  const curves: Record<string, Curve> = {};
  const notes: string[] = [];
  if (seen(stacks)) {
    describeStacks(stacks, pattern, values, notes);
    curves['line002'] = {
      'q (1/Å)': stacks.q,
      'corrected intensity': [...stacks.corrected],
      fit: [...stacks.fitted],
      background: [...stacks.background],
    };
  } else notes.push('no (002) line stands out between 0.9 and 2.45 1/Å: d002, Lc and R are left out');
  if (visibleSheets(sheets)) {
    describeSheets(sheets, pattern, values, notes);
    curves['line10'] = {
      'q (1/Å)': sheets.q,
      'S(q)': [...sheets.structureFactor],
      fit: [...sheets.fitted],
      background: [...sheets.background],
    };
  } else notes.push('no (10) line stands out between 2.45 and 4.15 1/Å: La is left out');
  return { values, curves, notes };
}

/** Both lines, each fitted with the other taken off. */
export function fitLines(data: LineData): { stacks: StackFit; sheets: SheetFit } {
  let stacks = fitStacks(data, 20, (q) => new Float64Array(q.length));
  let sheets: SheetFit | undefined;
  for (let round = 0; round < rounds; round++) {
    const { shape } = stacks;
    const diameter: number = sheets?.diameter.value ?? 20;
    sheets = fitSheets(
      data,
      (q) => stackLine(q, diameter, data.window)(shape).map((y, k) => (2 * Math.PI * sheetDensity * y) / q[k]! ** 2),
      sheets && { diameter: sheets.diameter.value, g: sheets.g.value },
    );
    const own = sheets;
    const reach = own.diameter.value + 1;
    stacks = fitStacks(
      data,
      own.diameter.value,
      (q) => {
        const [first, second] = [sheetLine(q, 1.5, reach, data.window), sheetLine(q, 6, reach, data.window)];
        const next = second(own.diameter.value, own.g.value * Math.sqrt(3));
        const share = Math.min(1, Math.max(0, own.amplitude));
        return first(own.diameter.value, own.g.value).map((v, k) => share * (v + next[k]!));
      },
      round === 0 ? undefined : shape,
    );
  }
  if (visibleSheets(sheets!)) return { stacks, sheets: sheets! };
  // no width to take from (10): the one that suits (002) best
  const { shape } = stacks;
  const alone = [12, 20, 40, 150].map((diameter) =>
    fitStacks(data, diameter, (q) => new Float64Array(q.length), shape),
  );
  stacks = alone.reduce((best, one) => (one.misfit < best.misfit ? one : best));
  return { stacks, sheets: sheets! };
}

const visibleSheets = ({ amplitude, misfit, g: { value, error } }: SheetFit): boolean =>
  amplitude > 0.25 && misfit < 1 / visible && value > 2.82 && value < 3.08 && (error ?? 0) < 0.02 * value;

/** A line, not speckle: sheets in parallel, a spacing that is known and does not lean on the bounds of the fit. */
const seen = ({ amplitude, misfit, layers, spacing: { value, error } }: StackFit): boolean =>
  amplitude > 0.1 &&
  misfit < 1 / visible &&
  layers.value > 1.15 &&
  value > 3.12 &&
  value < 4.28 &&
  (error ?? 0) < 0.03 * value;

function describeStacks(stacks: StackFit, pattern: Pattern, values: Record<string, Described>, notes: string[]): void {
  const put = (key: string, { value, error }: Estimate, unit: string, definition: string): void => {
    values[key] = described(value, error, unit, definition);
  };
  const errors = 'the error is that of the fit, with one independent point of S(q) per π/rMax';
  put(
    'd002',
    stacks.spacing,
    'Å',
    `Spacing of parallel sheets: the d at which the (00l) line of stacks of discs (number of sheets, spacing, spread of gaps; discs as wide as the (10) line says) fits q²·I/f², the (002) line corrected for Lorentz factor, polarisation and form factor, on a background b0 + b2·q²; free of the shift of the maximum that small stacks show; ${errors}.`,
  );
  put(
    'layers002',
    stacks.layers,
    '1',
    `Mean number of parallel, equally spaced sheets per stack in the fit that gives d002, weighted by mass; ${errors}.`,
  );
  put(
    'lcFit',
    {
      value: stacks.layers.value * stacks.spacing.value,
      error: stacks.layers.error === null ? null : stacks.layers.error * stacks.spacing.value,
    },
    'Å',
    'Height of the stacks in the fit that gives d002: number of sheets times d002.',
  );
  put(
    'gapSpread',
    stacks.spread,
    'Å',
    'Standard deviation of the gap between neighbouring sheets, independent from gap to gap, in the fit that gives d002.',
  );
  if (stacks.scherrer !== undefined && stacks.top !== undefined) {
    put(
      'lcScherrer',
      stacks.scherrer,
      'Å',
      `Scherrer height of the stacks, 0.89 λ / (B cos θ), Cu Kα 1.5418 Å: B is the full width at half maximum in 2θ of the (002) line fitted for d002, corrected and without background; a perfect stack of N sheets reads 0.89 N·d for N = 2 to about 1.0 N·d for many.`,
    );
    put(
      'd002Bragg',
      { value: (2 * Math.PI) / stacks.top, error: null },
      'Å',
      'Bragg spacing 2π/q at the maximum of the (002) line fitted for d002, corrected and without background; small stacks of small discs read up to 4 % less than their spacing.',
    );
  } else notes.push('the (002) line does not fall to half its height: too few parallel sheets for a Scherrer height');
  const near = Array.from({ length: 801 }, (_, k) => 1.2 + 0.001 * k);
  const line = stackLine(near, stacks.diameter)(stacks.shape);
  const height = near.map(
    (q, k) => ((stacks.amplitude * line[k]! + stacks.backgroundAt(q)) / (q * q)) * pattern.appearance(q),
  );
  const top = height.indexOf(Math.max(...height));
  if (top > 0 && top < near.length - 1) {
    put(
      'twoTheta002',
      { value: (360 / Math.PI) * Math.asin((near[top]! * copperKAlpha) / (4 * Math.PI)), error: null },
      '°',
      'Position of the maximum of the (002) line as it appears in the pattern (fitted line and background with form factor and polarisation, nothing corrected), Cu Kα 1.5418 Å.',
    );
  }
  const ratio = peakRatio(pattern, (2 * Math.PI) / stacks.spacing.value);
  if (ratio !== undefined) {
    put(
      'rValue',
      { value: ratio, error: null },
      '1',
      'R of Liu and Dahn: intensity at the (002) maximum as measured over the straight background beneath it, drawn through the lowest points on either side (from 0.8 1/Å and up to 2.7 1/Å; smoothed over 0.06 1/Å).',
    );
  }
  if (stacks.misfit > 0.15)
    notes.push(
      `(002): the fit misses the line by ${Math.round(100 * stacks.misfit)} % of its height (rms); take its numbers with care`,
    );
  const seenHeight = stacks.layers.value * stacks.spacing.value;
  if (pattern.rMax !== undefined && seenHeight > 0.75 * pattern.rMax) {
    notes.push(
      `(002): stacks of ${seenHeight.toFixed(0)} Å are higher than this box can show (pairs end at ${pattern.rMax.toFixed(0)} Å); Lc is a lower bound at best`,
    );
  }
}

function describeSheets(sheets: SheetFit, pattern: Pattern, values: Record<string, Described>, notes: string[]): void {
  values['laFit'] = described(
    sheets.diameter.value,
    sheets.diameter.error,
    'Å',
    'Diameter of flat discs of graphene whose (10) line fits S(q) from 2.45 to 4.15 1/Å, on a straight background and with the (004) line of the fitted stacks.',
  );
  if (sheets.scherrer) {
    values['laScherrer'] = described(
      sheets.scherrer.value,
      sheets.scherrer.error,
      'Å',
      'Warren width of the sheets, 1.84 λ / (B cos θ), Cu Kα 1.5418 Å: B is the full width at half maximum in 2θ of the (10) line fitted to S(q), form factor removed and without background; a disc of 15, 30, 60 Å reads about 16, 29, 54 Å.',
    );
  } else notes.push('the (10) line does not fall to half its height: sheets too small for a Scherrer width');
  values['q10'] = described(
    sheets.top,
    null,
    '1/Å',
    'Position of the maximum of the (10) line fitted to S(q); it stands about 2/La above the reciprocal vector of the lattice.',
  );
  values['latticeConstant'] = described(
    (4 * Math.PI) / (Math.sqrt(3) * sheets.g.value),
    sheets.g.error === null ? null : (4 * Math.PI * sheets.g.error) / (Math.sqrt(3) * sheets.g.value ** 2),
    'Å',
    'Lattice constant of the sheets, 4π/(√3 G), G the reciprocal vector in the fit of the (10) line; 2.46 Å in graphite.',
  );
  if (sheets.misfit > 0.15)
    notes.push(
      `(10): the fit misses the line by ${Math.round(100 * sheets.misfit)} % of its height (rms): stacking order or small crystals of another kind; take La with care`,
    );
  if (pattern.rMax !== undefined && sheets.diameter.value > 0.9 * pattern.rMax) {
    notes.push(
      `(10): sheets of ${sheets.diameter.value.toFixed(0)} Å are wider than this box can show (pairs end at ${pattern.rMax.toFixed(0)} Å); La is a lower bound at best`,
    );
  }
}

/** Intensity at the maximum near `at` over the background line through the minima on both sides. */
function peakRatio({ q, measured }: Pattern, at: number): number | undefined {
  const half = Math.max(1, Math.round(0.03 / (q[1]! - q[0]!)));
  const smooth = measured.map((_, k) => {
    const near = measured.slice(Math.max(0, k - half), k + half + 1);
    return near.reduce((sum, v) => sum + v, 0) / near.length;
  });
  const lowest = (from: number, to: number): number =>
    q.reduce((best, one, k) => (one >= from && one <= to && (best < 0 || smooth[k]! < smooth[best]!) ? k : best), -1);
  const highest = q.reduce(
    (best, one, k) => (Math.abs(one - at) < 0.2 && (best < 0 || smooth[k]! > smooth[best]!) ? k : best),
    -1,
  );
  const [left, right] = [lowest(0.8, at), lowest(at, 2.7)];
  if (left < 0 || right < 0 || highest < 0) return undefined;
  const share = (q[highest]! - q[left]!) / (q[right]! - q[left]!);
  const background = (1 - share) * smooth[left]! + share * smooth[right]!;
  return background > 0 ? smooth[highest]! / background : undefined;
}
