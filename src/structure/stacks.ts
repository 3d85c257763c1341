/** How many stacks a carbon has, how tall and how wide each is: sizes drawn so that mass-weighted means are the ones asked. */
import type { RandomStream } from '../core/random.ts';
import { drawSheets, type SheetDraw } from './domain.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { arealDensity } from './sheet.ts';

/** One stack before it has a place. */
export interface Stack {
  readonly sheets: readonly SheetDraw[];
  /** [sheets − 1] spacings from bottom to top, Å */
  readonly gaps: readonly number[];
  /** diameter in units of the mean, 1 without a spread */
  readonly width: number;
}

export interface Stacks {
  readonly stacks: readonly Stack[];
  /** mean diameter of the discs, by number, Å */
  readonly diameter: number;
}

/** Sheets come no nearer than this, however wide the spread of d002, Å. */
const leastSpacing = 3.2;
const widths = { least: 0.5, most: 1.6 } as const;

/** Number of sheets in the tallest of the usual stacks of height lc, at least one. */
export function sheetCount(lc: number, d002: number): number {
  return Math.max(1, Math.ceil(lc / d002 - 1e-9));
}

/**
 * Number-mean of the sheets per stack whose mass-weighted mean ⟨n²⟩/⟨n⟩ is lc / d002, at least one.
 *
 * Stacks have m or m + 1 sheets, m = ⌊x⌋, x = lc / d002; the share of the taller ones is (xm − m²)/(2m + 1 − x).
 */
export function meanSheets(lc: number, d002: number): number {
  const x = Math.max(1, lc / d002);
  const m = Math.floor(x + 1e-9);
  return m + Math.max(0, x * m - m * m) / (2 * m + 1 - x);
}

/**
 * Centre c of the numbers max(1, ⌊c + σz + u⌋), z normal and u uniform, whose mass-weighted mean ⟨n²⟩/⟨n⟩ is lc / d002.
 * Below 1 where the spread is wide for so few sheets.
 *
 * @param spread  of the heights, Å
 */
export function centreOfSheets(lc: number, d002: number, spread: number): number {
  const x = Math.max(1, lc / d002);
  const sigma = spread / d002;
  let low = 1 - 6 * sigma;
  let high = x + sigma;
  while (high - low > 1e-6) {
    const middle = 0.5 * (low + high);
    if (massMean(middle, sigma) < x) low = middle;
    else high = middle;
  }
  return low;
}

/** ⟨n²⟩/⟨n⟩ of the numbers max(1, ⌊c + σz + u⌋). */
function massMean(centre: number, sigma: number): number {
  let first = 0;
  let second = 0;
  for (let z = -5; z <= 5; z += 0.02) {
    const weight = Math.exp((-z * z) / 2);
    const y = centre + sigma * z;
    const [n, more] = [Math.max(1, Math.floor(y)), Math.max(1, Math.floor(y) + 1)];
    const share = y - Math.floor(y);
    first += weight * ((1 - share) * n + share * more);
    second += weight * ((1 - share) * n * n + share * more * more);
  }
  return second / first;
}

/**
 * Draws stacks of together `atoms` carbons.
 *
 * @returns at least one stack; `diameter` gives the discs the atoms asked
 */
export function drawStacks(
  { la, lc, d002, spread = {}, atoms }: Pick<HardCarbonRecipe, 'la' | 'lc' | 'd002' | 'spread' | 'atoms'>,
  random: RandomStream,
): Stacks {
  // ⟨D³⟩/⟨D²⟩ = la for a normal distribution of relative width c
  const c = (spread.la ?? 0) / la;
  const mean = (la * (1 + c * c)) / (1 + 3 * c * c);
  const area = (Math.PI / 4) * mean * mean * (1 + c * c);
  const total = roundByRatio(atoms / (arealDensity * area));
  const stacks = stackHeights(total, lc, d002, spread.lc ?? 0, random).map((count): Stack => {
    const sheets = drawSheets(count, random);
    return {
      sheets,
      gaps: Array.from({ length: count - 1 }, () =>
        spread.d002 ? Math.max(leastSpacing, d002 + spread.d002 * random.normal()) : d002,
      ),
      width: c > 0 ? Math.min(widths.most, Math.max(widths.least, 1 + c * random.normal())) : 1,
    };
  });
  const units = stacks.reduce((sum, { sheets, width }) => sum + sheets.length * width * width, 0);
  return { stacks, diameter: Math.sqrt((4 * atoms) / (Math.PI * arealDensity * units)) };
}

/** Sheets of every stack, together `total`. */
function stackHeights(total: number, lc: number, d002: number, spread: number, random: RandomStream): number[] {
  if (!(spread > 0)) {
    const stacks = Math.max(1, Math.round(total / meanSheets(lc, d002)));
    return Array.from(
      { length: stacks },
      (_, k) => Math.floor(((k + 1) * total) / stacks) - Math.floor((k * total) / stacks),
    );
  }
  const centre = centreOfSheets(lc, d002, spread);
  const heights: number[] = [];
  for (let left = total; left > 0; ) {
    // a whole number whose mean is the number drawn
    const drawn = Math.floor(centre + (spread / d002) * random.normal() + random.uniform());
    heights.push(Math.min(left, Math.max(1, drawn)));
    left -= heights.at(-1)!;
  }
  return heights;
}

/** Whole number from 1 on whose ratio to x is nearest to 1: sheets should miss their size by as little as can be. */
function roundByRatio(x: number): number {
  const below = Math.max(1, Math.floor(x));
  return x > Math.sqrt(below * (below + 1)) ? below + 1 : below;
}
