/** Trends of a sweep: how each number goes with each key, and what has been published of La and Lc. */
import { fitTrend, type Trend } from '../analysis/trend.ts';
import { type Column, csv } from './csv-text.ts';
import { nameOfKey, type SweepAxis, type SweepDocument } from './sweep-document.ts';
import { estimateLabels, numericAxes, type SurfaceNumber, surfaceGroups, surfaceNumbers } from './sweep-surfaces.ts';

/** Where a number goes as a key grows. */
export type TrendDirection = 'rises' | 'falls' | 'constant' | 'unclear';

/** What a comparison with a published direction comes to. */
export type TrendVerdict = 'as published' | 'against' | 'not seen' | 'unclear';

export interface PublishedTrend {
  readonly direction: Exclude<TrendDirection, 'unclear'>;
  readonly text: string;
  readonly source: string;
}

export interface SweepTrend extends Trend {
  /** key that x is, and what is done to it: sizes are taken as logarithms */
  readonly axis: string;
  readonly of: 'ln' | 'linear';
  /** keys that are no numbers and what they are, where the sweep has several such groups; else empty */
  readonly group: string;
  readonly number: string;
  readonly label: string;
  readonly unit: string;
  /** least and largest value of the key */
  readonly from: number;
  readonly to: number;
  /** slope times the range, and its standard error */
  readonly change: number;
  readonly changeError: number;
  /** mean of the number over the structures */
  readonly mean: number;
  readonly direction: TrendDirection;
  readonly published?: PublishedTrend & { readonly verdict: TrendVerdict };
}

/** |z| from which a direction is told. */
const told = 2;
/** Share of the mean: a change over the range that is certainly less is none to speak of. */
const negligible = 0.1;

const laLcStudy =
  'Liu et al., Adv. Mater. 2024, doi:10.1002/adma.202407369, simulated carbons of 250 000 atoms, Na; what was held, density or pores, is not said';

/** Published directions by guest, last step of the key, and number. */
const published: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, PublishedTrend>>>>>> = {
  Na: {
    la: {
      slope: { direction: 'falls', text: 'falls continuously', source: laLcStudy },
      total: { direction: 'constant', text: 'about constant', source: laLcStudy },
    },
    lc: {
      slope: { direction: 'rises', text: 'rises gradually', source: laLcStudy },
      plateau: { direction: 'falls', text: 'falls continuously', source: laLcStudy },
      total: { direction: 'falls', text: 'falls continuously', source: laLcStudy },
    },
  },
};

/**
 * Trends of every number along every numeric key. Structures that agree in all other keys are one line; lines have heights of their own and one
 * slope (`fitTrend`), lines of a single value of the key say nothing. Points are single structures (seeds), so their scatter is in the error.
 *
 * @param guest  for what has been published
 */
export function sweepTrends({
  axes,
  rows,
  averages,
  guest,
}: Pick<SweepDocument, 'axes' | 'rows' | 'averages'> & { readonly guest: string }): SweepTrend[] {
  const numeric = numericAxes({ axes, averages });
  const known = surfaceNumbers({ averages });
  const estimated = estimateLabels.flatMap(([key, label]): SurfaceNumber[] => {
    const found = averages.find(({ numbers }) => numbers[key]?.value != null);
    return found ? [{ key, label, unit: found.numbers[key]!.unit }] : [];
  });
  return surfaceGroups({ axes, averages }).flatMap(({ name, averages: own }) => {
    const places = new Set(own.map(({ at }) => JSON.stringify(at)));
    const members = rows.filter(({ at }) => places.has(JSON.stringify(at)));
    return numeric.flatMap((axis) =>
      [...known, ...estimated].flatMap((number) => trendOf(members, axis, number, axes, { group: name, guest }) ?? []),
    );
  });
}

function trendOf(
  rows: SweepDocument['rows'],
  axis: string,
  { key, label, unit }: SurfaceNumber,
  axes: readonly SweepAxis[],
  { group, guest }: { readonly group: string; readonly guest: string },
): SweepTrend | undefined {
  const size = /\.(la|lc)(\.mean)?$/.exec(axis)?.[1];
  const points = rows.flatMap(({ coordinates, numbers }) => {
    const [at, entry] = [coordinates[axis], numbers[key]];
    if (typeof at !== 'number' || entry?.value == null || (size && !(at > 0))) return [];
    const line = JSON.stringify(axes.map((other) => (other.key === axis ? null : coordinates[other.key])));
    return [{ at, x: size ? Math.log(at) : at, y: entry.value, error: entry.error, line }];
  });
  // lines of one value only give nothing but a height
  const values = new Map<string, Set<number>>();
  for (const { line, at } of points) values.set(line, (values.get(line) ?? new Set()).add(at));
  const used = points.filter(({ line }) => values.get(line)!.size > 1);
  const trend = fitTrend(used);
  if (!trend) return undefined;
  const [from, to] = [Math.min(...used.map(({ at }) => at)), Math.max(...used.map(({ at }) => at))];
  const range = size ? Math.log(to / from) : to - from;
  const mean = used.reduce((sum, { y }) => sum + y, 0) / used.length;
  const [change, changeError] = [trend.slope * range, trend.error * range];
  const direction = directionOf(trend, change, changeError, mean);
  const known = size && published[guest]?.[size]?.[key];
  return {
    ...trend,
    ...{
      axis,
      of: size ? 'ln' : 'linear',
      group,
      number: key,
      label,
      unit,
      from,
      to,
      change,
      changeError,
      mean,
      direction,
    },
    ...(known && { published: { ...known, verdict: verdictOf(direction, known.direction, Math.abs(change / mean)) } }),
  };
}

function directionOf({ z }: Trend, change: number, error: number, mean: number): TrendDirection {
  if (z === null ? change !== 0 : Math.abs(z) >= told) return change > 0 ? 'rises' : 'falls';
  return Math.abs(change) + told * error < negligible * Math.abs(mean) ? 'constant' : 'unclear';
}

/** About constant is also what changes by less than a tenth, however surely. */
function verdictOf(ours: TrendDirection, theirs: PublishedTrend['direction'], share: number): TrendVerdict {
  if (ours === theirs || (theirs === 'constant' && ours !== 'unclear' && share < negligible)) return 'as published';
  if (ours === 'unclear') return 'unclear';
  return ours === 'constant' ? 'not seen' : 'against';
}

/** Name of a key as x of a line: `ln La`. */
export function trendAxis({ axis, of }: Pick<SweepTrend, 'axis' | 'of'>): string {
  return `${of === 'ln' ? 'ln ' : ''}${nameOfKey(axis)}`;
}

/** The trends as CSV. */
export function trendsCsv(trends: readonly SweepTrend[]): string {
  const columns: Column<SweepTrend>[] = [
    ['group', (row) => row.group],
    ['key', (row) => row.axis],
    ['x', trendAxis],
    ['number', (row) => row.number],
    ['unit', (row) => row.unit],
    ['slope (unit per x)', (row) => row.slope],
    ['slope error (unit per x)', (row) => row.error],
    ['z (1)', (row) => row.z],
    ['from', (row) => row.from],
    ['to', (row) => row.to],
    ['change (unit)', (row) => row.change],
    ['change error (unit)', (row) => row.changeError],
    ['mean (unit)', (row) => row.mean],
    ['scatter of structures (unit)', (row) => row.scatter],
    ['structures', (row) => row.points],
    ['degrees of freedom', (row) => row.degreesOfFreedom],
    ['direction', (row) => row.direction],
    ['published', (row) => row.published?.text],
    ['beside it', (row) => row.published?.verdict],
    ['source', (row) => row.published?.source],
  ];
  return csv(trends, columns);
}
