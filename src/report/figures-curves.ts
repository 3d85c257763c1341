/** Plots of plain curves in the look of the reports: lines, bars and marks. */
import type { TopLevelSpec } from 'vega-lite';
import { inks, speciesColors } from './theme.ts';

/** One line of a plot. */
export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** drawn as dashes over the others: a fit, or what lies beneath it */
  readonly fit?: boolean;
  /** drawn as dots: each was found for itself, and they scatter */
  readonly dots?: boolean;
  readonly color?: string;
}

export interface Axis {
  readonly title: string;
  readonly log?: boolean;
  /** the axis begins at 0 */
  readonly zero?: boolean;
  readonly domain?: readonly [number, number];
}

export interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** vertical lines with a label at their top */
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  /** names side by side in the legend; 4 when not given */
  readonly legendColumns?: number;
}

const figureWidth = 560;
/** Points per line: more than pixels would be thrown away. */
const mostPoints = 900;

/** Lines over one axis; where an axis is logarithmic, what is not above zero is left out. */
export function linePlot({
  x,
  y,
  series,
  marks = [],
  width = figureWidth,
  height = 260,
  title,
  legendColumns = 4,
}: Plot): TopLevelSpec {
  const drawable = (value: number, axis: Axis): boolean =>
    Number.isFinite(value) &&
    (!axis.log || value > 0) &&
    (axis.domain === undefined || axis !== x || (value >= axis.domain[0] && value <= axis.domain[1]));
  const rows = series.flatMap(({ name, fit, dots, ...points }, order) =>
    thinned(
      points.x.flatMap((at, k) => (drawable(at, x) && drawable(points.y[k]!, y) ? [{ x: at, y: points.y[k]! }] : [])),
    ).map((row) => ({ ...row, name, order, drawn: dots ? 'dots' : fit ? 'dashes' : 'line' })),
  );
  const names = series.map(({ name }) => name);
  const plain = series.filter(({ fit }) => !fit);
  const named = {
    field: 'name',
    type: 'nominal' as const,
    scale: {
      domain: names,
      range: series.map(({ fit, color }, k) => color ?? (fit ? inks.text : speciesColors[k % speciesColors.length]!)),
    },
    legend:
      series.length > 1
        ? {
            title: null,
            orient: 'top' as const,
            symbolType: 'stroke' as const,
            symbolStrokeWidth: 3,
            columns: legendColumns,
          }
        : null,
  };
  // a single line needs no scale of colours, which neighbouring plots would share
  const color = series.length > 1 ? { color: named } : { color: { value: speciesColors[0] } };
  const scaleOf = (axis: Axis, ends: readonly [number, number]) => ({
    type: axis.log ? ('log' as const) : ('linear' as const),
    nice: false,
    ...(axis.log ? (ends[1] > ends[0] ? { domain: [...ends] } : {}) : { zero: axis.zero ?? false }),
    ...(axis.domain ? { domain: [...axis.domain], clamp: true } : {}),
  });
  const axisOf = ({ title, log }: Axis, count: number, least: number, most: number) => ({
    title,
    labelFlush: false,
    ...(log ? { values: ticks(least, most), format: '~g', labelOverlap: false } : { tickCount: count }),
  });
  const extent = (pick: (row: { x: number; y: number }) => number, axis: Axis): [number, number] => {
    if (axis.domain) return [axis.domain[0], axis.domain[1]];
    const [least, most] = rows.reduce<[number, number]>(
      ([a, b], row) => [Math.min(a, pick(row)), Math.max(b, pick(row))],
      [Infinity, -Infinity],
    );
    // dots keep clear of the axes
    return axis.log && series.some(({ dots }) => dots) ? [least / 1.08, most * 1.08] : [least, most];
  };
  const [left, right] = extent((row) => row.x, x);
  const [low, high] = extent((row) => row.y, y);
  const shown = marks.filter(({ at }) => at >= left && at <= right).map((mark) => ({ ...mark }));
  const across = {
    field: 'x',
    type: 'quantitative' as const,
    scale: scaleOf(x, [left, right]),
    axis: { ...axisOf(x, 8, left, right), grid: false },
  };
  const up = {
    field: 'y',
    type: 'quantitative' as const,
    scale: { ...scaleOf(y, [low, high]), ...(y.log ? {} : { nice: true }) },
    axis: axisOf(y, 5, low, high),
  };
  return {
    width,
    height,
    ...(title === undefined ? {} : { title }),
    data: { values: rows },
    layer: [
      ...(shown.length === 0
        ? []
        : [
            {
              data: { values: shown },
              mark: { type: 'rule' as const, color: inks.soft, strokeDash: [2, 3], strokeWidth: 1.2 },
              encoding: { x: { ...across, field: 'at' } },
            },
            {
              data: { values: shown },
              mark: {
                type: 'text' as const,
                color: inks.text,
                fontSize: 11.5,
                align: 'left' as const,
                dx: 4,
                dy: -2,
                baseline: 'top' as const,
              },
              encoding: { x: { ...across, field: 'at' }, y: { value: 2 }, text: { field: 'label' } },
            },
          ]),
      ...(series.some(({ dots }) => dots)
        ? [
            {
              transform: [{ filter: "datum.drawn === 'dots'" }],
              mark: { type: 'point' as const, filled: true, size: 22, opacity: 0.9 },
              encoding: { x: across, y: up, ...color },
            },
          ]
        : []),
      {
        transform: [{ filter: "datum.drawn === 'line'" }],
        mark: { type: 'line' as const, strokeWidth: plain.length > 3 ? 1.4 : 1.8 },
        encoding: { x: across, y: up, ...color },
      },
      {
        transform: [{ filter: "datum.drawn === 'dashes'" }],
        mark: { type: 'line' as const, strokeWidth: 1.8, strokeDash: [6, 4] },
        encoding: { x: across, y: up, ...color },
      },
    ],
  };
}

/** Bars of named numbers. */
export function barPlot({
  x,
  y,
  bars,
  width = figureWidth,
  height = 220,
  percent = true,
}: {
  readonly x: string;
  readonly y: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  readonly width?: number;
  readonly height?: number;
  /** values are shares */
  readonly percent?: boolean;
}): TopLevelSpec {
  const names = bars.map(({ name }) => name);
  const across = {
    field: 'name',
    type: 'ordinal' as const,
    sort: names,
    scale: { domain: names },
    axis: { title: x, labelAngle: 0, grid: false, ticks: false },
  };
  const text = (value: number): string =>
    value === 0 ? '0' : percent ? `${Number((100 * value).toPrecision(3))} %` : String(Number(value.toPrecision(3)));
  return {
    width,
    height,
    data: { values: bars.map(({ name, value }) => ({ name, value, text: text(value) })) },
    layer: [
      {
        mark: { type: 'bar' as const, color: speciesColors[0], width: { band: 0.72 } },
        encoding: {
          x: across,
          y: {
            field: 'value',
            type: 'quantitative' as const,
            scale: { zero: true },
            axis: { title: y, tickCount: 5, ...(percent ? { format: '.0%' } : {}) },
          },
        },
      },
      {
        mark: { type: 'text' as const, dy: -7, fontSize: 11.5 },
        encoding: { x: across, y: { field: 'value', type: 'quantitative' as const }, text: { field: 'text' } },
      },
    ],
  };
}

/** Powers of ten, with 2 and 5 between them where there are few, and 3 and 7 where there is hardly one. */
function ticks(least: number, most: number): number[] {
  if (!(least > 0 && most > least)) return [];
  const from = Math.floor(Math.log10(least));
  const to = Math.ceil(Math.log10(most));
  const between = to - from > 3 ? [1] : most / least > 20 ? [1, 2, 5] : [1, 2, 3, 5, 7];
  return Array.from({ length: to - from + 1 }, (_, k) => between.map((d) => Number(`${d}e${from + k}`)))
    .flat()
    .filter((value) => value >= least * 0.999 && value <= most * 1.001);
}

/** At most so many points: of each stretch of neighbours the lowest and the highest, so that no peak is lost. */
function thinned<Row extends { readonly y: number }>(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= mostPoints) return rows;
  const stretch = Math.ceil((2 * rows.length) / mostPoints);
  const kept: Row[] = [];
  for (let from = 0; from < rows.length; from += stretch) {
    let [low, high] = [from, from];
    for (let k = from; k < Math.min(rows.length, from + stretch); k++) {
      if (rows[k]!.y < rows[low]!.y) low = k;
      if (rows[k]!.y > rows[high]!.y) high = k;
    }
    kept.push(rows[Math.min(low, high)]!);
    if (low !== high) kept.push(rows[Math.max(low, high)]!);
  }
  return kept;
}
