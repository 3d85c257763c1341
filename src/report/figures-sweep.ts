/** Figures of a sweep: all curves, profiles along every key, maps over two, the trade-off of plateau against slope. */
import type { TopLevelSpec } from 'vega-lite';
import { insideHull, paretoFront } from '../analysis/hull.ts';
import { nameOfKey, type SweepAverage, unitOfKey } from './sweep-document.ts';
import type { FittedSurface, SurfaceNumber } from './sweep-surfaces.ts';
import { inks, speciesColors } from './theme.ts';

/** Colours along a swept key: dark to light, apart from one another in grey as well. */
const ramp = ['#2b1e6b', '#1f6fb4', '#2f9f95', '#8cbf3f', '#f2b233'] as const;
const mostColors = 7;
const mapCells = 24;

/** A curve of a point: capacity and voltage along both branches. */
export interface SweepCurve {
  readonly average: SweepAverage;
  readonly discharge: readonly (readonly [capacity: number, voltage: number])[];
  readonly charge: readonly (readonly [capacity: number, voltage: number])[];
}

/** `La (Å)` */
export function axisTitle(key: string): string {
  const unit = unitOfKey(key);
  return unit === '' ? nameOfKey(key) : `${nameOfKey(key)} (${unit})`;
}

const coordinate = ({ coordinates }: SweepAverage, key: string): number => coordinates[key] as number;

/** How points are told apart by the values of a key: a colour for each where they are few, else a ramp. */
function colorBy(key: string, averages: readonly SweepAverage[]) {
  const values = [...new Set(averages.map(({ coordinates }) => coordinates[key]!))];
  const numeric = values.every((value) => typeof value === 'number');
  const sorted = numeric ? (values as number[]).toSorted((a, b) => a - b) : values;
  const few = !numeric || sorted.length <= mostColors;
  const range = numeric ? sorted.map((_, k) => rampAt(sorted.length < 2 ? 0 : k / (sorted.length - 1))) : speciesColors;
  return {
    field: 'color',
    type: few ? ('ordinal' as const) : ('quantitative' as const),
    scale: few ? { domain: sorted, range: [...range] } : { range: [...ramp] },
    legend: { title: axisTitle(key), orient: 'top' as const, ...(few ? {} : { gradientLength: 160 }) },
  };
}

/** Colour at a share of the ramp. */
function rampAt(share: number): string {
  const at = share * (ramp.length - 1);
  const k = Math.min(ramp.length - 2, Math.floor(at));
  const channel = (text: string, c: number) => Number.parseInt(text.slice(1 + 2 * c, 3 + 2 * c), 16);
  const mixed = [0, 1, 2].map((c) =>
    Math.round(channel(ramp[k]!, c) * (k + 1 - at) + channel(ramp[k + 1]!, c) * (at - k)),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Voltage curves of all points, discharge and charge side by side, coloured by one key. */
export function curvesFigure(curves: readonly SweepCurve[], color: string, guest: string): TopLevelSpec {
  const rows = (branch: 'discharge' | 'charge') =>
    curves.flatMap((curve, k) =>
      curve[branch].map(([capacity, voltage], step) => ({
        capacity,
        voltage,
        step,
        curve: k,
        color: curve.average.coordinates[color],
      })),
    );
  const panels = (['discharge', 'charge'] as const).filter((branch) => rows(branch).length > 0);
  const all = panels.flatMap(rows);
  const most = Math.max(1, ...all.map(({ capacity }) => capacity));
  const averages = curves.map(({ average }) => average);
  return {
    spacing: 24,
    hconcat: panels.map((branch, k) => ({
      width: panels.length === 1 ? 540 : 290,
      height: 260,
      title: branch === 'discharge' ? 'Discharge: the carbon fills' : 'Charge: the carbon empties',
      data: { values: rows(branch) },
      layer: [
        {
          data: { values: [{ v: 0 }] },
          mark: { type: 'rule' as const, color: inks.soft, strokeDash: [4, 4] },
          encoding: { y: { field: 'v', type: 'quantitative' as const } },
        },
        {
          mark: { type: 'line' as const, strokeWidth: 1.4, opacity: 0.9 },
          encoding: {
            x: {
              field: 'capacity',
              type: 'quantitative' as const,
              scale: { domain: [0, most * 1.02], nice: false },
              axis: { title: 'Capacity (mAh per g of host)', tickCount: 6 },
            },
            y: {
              field: 'voltage',
              type: 'quantitative' as const,
              axis: { title: k === 0 ? `Voltage (V vs ${guest}/${guest}⁺)` : null, tickCount: 7 },
            },
            color: color === '' ? { value: speciesColors[0] } : colorBy(color, averages),
            detail: { field: 'curve' },
            order: { field: 'step' },
          },
        },
      ],
    })),
  };
}

/** The axes but one, where the others are held while a profile is drawn: at the value nearest to the middle of each. */
export function centers(averages: readonly SweepAverage[], axes: readonly string[]): number[] {
  return axes.map((key) => {
    const values = averages.map((average) => coordinate(average, key));
    const middle = (Math.min(...values) + Math.max(...values)) / 2;
    return values.reduce((best, value) => (Math.abs(value - middle) < Math.abs(best - middle) ? value : best));
  });
}

/** Every number along one key: points with their errors, joined where they differ in this key alone, and the fit at the centre of the others. */
export function profileFigure(
  averages: readonly SweepAverage[],
  axes: readonly string[],
  axis: string,
  numbers: readonly SurfaceNumber[],
  surfaces: readonly FittedSurface[],
  color: string | undefined,
): TopLevelSpec {
  const d = axes.indexOf(axis);
  const center = centers(averages, axes);
  const span = averages.map((average) => coordinate(average, axis));
  const [low, high] = [Math.min(...span), Math.max(...span)];
  const margin = 0.04 * (high - low);
  const x = {
    type: 'quantitative' as const,
    scale: { domain: [low - margin, high + margin], nice: false, zero: false },
    axis: { title: axisTitle(axis), tickCount: 5, grid: false },
  };
  const panels = numbers.map(({ key, label, unit }) => {
    const rows = averages.flatMap((average) => {
      const { value, error } = average.numbers[key] ?? { value: null, error: null };
      if (value === null) return [];
      const others = { ...average.coordinates, [axis]: 0 };
      return [
        {
          x: coordinate(average, axis),
          value,
          low: value - (error ?? 0),
          high: value + (error ?? 0),
          color: color === undefined ? '' : average.coordinates[color],
          line: JSON.stringify(others),
        },
      ];
    });
    const fit = surfaces.find(({ number }) => number.key === key);
    const band = fit
      ? Array.from({ length: 41 }, (_, k) => {
          const at = low + ((high - low) * k) / 40;
          const { value, error } = fit.surrogate.predict(center.map((own, i) => (i === d ? at : own)));
          return { x: at, value, low: value - error, high: value + error };
        })
      : [];
    const y = {
      field: 'value',
      type: 'quantitative' as const,
      scale: { zero: false, nice: true },
      axis: { title: null, tickCount: 5 },
    };
    const tint = color === undefined ? { value: speciesColors[0] } : colorBy(color, averages);
    const joined = new Map<string, number>();
    for (const { line } of rows) joined.set(line, (joined.get(line) ?? 0) + 1);
    return {
      width: 175,
      height: 150,
      title: `${label} (${unit})`,
      data: { values: rows.map((row) => ({ ...row, joined: joined.get(row.line)! > 1 })) },
      layer: [
        {
          data: { values: band },
          mark: { type: 'area' as const, color: inks.soft, opacity: 0.16 },
          encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        {
          data: { values: band },
          mark: { type: 'line' as const, color: inks.soft, strokeWidth: 1.6, strokeDash: [5, 3] },
          encoding: { x: { ...x, field: 'x' }, y },
        },
        {
          transform: [{ filter: 'datum.joined' }],
          mark: { type: 'line' as const, strokeWidth: 1.3, opacity: 0.75 },
          encoding: { x: { ...x, field: 'x' }, y, color: tint, detail: { field: 'line' } },
        },
        {
          mark: { type: 'rule' as const, strokeWidth: 1.3 },
          encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: tint },
        },
        {
          mark: { type: 'point' as const, filled: true, size: 30, opacity: 1 },
          encoding: { x: { ...x, field: 'x' }, y, color: tint },
        },
      ],
    };
  });
  // sized by what lies within the axes: text is measured without a screen and comes out too wide
  return { bounds: 'flush', spacing: { column: 56, row: 92 }, columns: 3, concat: panels } as TopLevelSpec;
}

/** Whether a fit changes by more than it is uncertain between the points: of another there is nothing to map. */
export function varies({ surrogate, places }: FittedSurface): boolean {
  const found = places.map((place) => surrogate.predict(place));
  const values = found.map(({ value }) => value);
  return Math.max(...values) - Math.min(...values) > 2 * Math.min(...found.map(({ error }) => error));
}

/** Maps of fitted numbers over two keys; pale where the fit extrapolates. The others are held at their centre. */
export function mapFigure(
  averages: readonly SweepAverage[],
  axes: readonly string[],
  pair: readonly [string, string],
  surfaces: readonly FittedSurface[],
): TopLevelSpec {
  const [a, b] = pair.map((key) => axes.indexOf(key)) as [number, number];
  const center = centers(averages, axes);
  const range = (key: string): [number, number] => {
    const values = averages.map((average) => coordinate(average, key));
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [low, high]] = [range(pair[0]), range(pair[1])];
  const steps = [(right - left) / mapCells, (high - low) / mapCells] as const;
  const places = averages.map((average) => axes.map((key) => coordinate(average, key)));
  const cells = Array.from({ length: mapCells * mapCells }, (_, k) => {
    const x = left + ((k % mapCells) + 0.5) * steps[0];
    const y = low + (Math.floor(k / mapCells) + 0.5) * steps[1];
    const place = center.map((own, i) => (i === a ? x : i === b ? y : own));
    return { x, y, place, inside: insideHull(places, place) };
  });
  const panels = surfaces.map(({ number, surrogate }) => {
    const values = cells.map(({ x, y, place, inside }) => ({
      // a little over the next cell, or seams show
      ...{ x: x - steps[0] / 2, x2: Math.min(right, x + 0.56 * steps[0]) },
      ...{ y: y - steps[1] / 2, y2: Math.min(high, y + 0.56 * steps[1]) },
      inside: inside ? 1 : 0.35,
      value: surrogate.predict(place).value,
    }));
    const scale = (ends: readonly number[]) => ({ domain: [...ends], nice: false, zero: false });
    const x = { type: 'quantitative' as const, scale: scale([left, right]) };
    const y = { type: 'quantitative' as const, scale: scale([low, high]) };
    const points = averages.map((average) => ({ x: coordinate(average, pair[0]), y: coordinate(average, pair[1]) }));
    return {
      width: 165,
      height: 150,
      title: `${number.label} (${number.unit})`,
      resolve: { scale: { color: 'independent' as const } },
      layer: [
        {
          data: { values },
          mark: { type: 'rect' as const, strokeWidth: 0 },
          encoding: {
            x: { ...x, field: 'x', axis: { title: axisTitle(pair[0]), tickCount: 4, grid: false } },
            x2: { field: 'x2' },
            y: { ...y, field: 'y', axis: { title: axisTitle(pair[1]), tickCount: 5, grid: false } },
            y2: { field: 'y2' },
            color: {
              field: 'value',
              type: 'quantitative' as const,
              scale: { range: [...ramp] },
              legend: { title: null, gradientLength: 130, gradientThickness: 10, tickCount: 4 },
            },
            opacity: { field: 'inside', type: 'quantitative' as const, scale: null },
          },
        },
        {
          data: { values: points },
          mark: {
            type: 'point' as const,
            filled: true,
            size: 16,
            color: inks.paper,
            stroke: '#1c2430',
            strokeWidth: 1,
            opacity: 1,
          },
          encoding: { x: { ...x, field: 'x' }, y: { ...y, field: 'y' } },
        },
      ],
    };
  });
  const resolve = { scale: { color: 'independent' } };
  return { bounds: 'flush', spacing: { column: 136, row: 92 }, columns: 3, concat: panels, resolve } as TopLevelSpec;
}

/** Points as plateau against slope; those that no other beats in both are joined. */
export function paretoFigure(averages: readonly SweepAverage[], color: string | undefined): TopLevelSpec {
  const rows = averages.flatMap((average) => {
    const { slope, plateau } = average.numbers;
    if (slope?.value == null || plateau?.value == null) return [];
    const names = Object.entries(average.at).map(([key, value]) => `${nameOfKey(key)} ${value}`);
    return [
      {
        slope: slope.value,
        plateau: plateau.value,
        left: slope.value - (slope.error ?? 0),
        right: slope.value + (slope.error ?? 0),
        low: plateau.value - (plateau.error ?? 0),
        high: plateau.value + (plateau.error ?? 0),
        color: color === undefined ? '' : average.coordinates[color],
        label: names.join(', '),
      },
    ];
  });
  const front = paretoFront(rows.map(({ slope, plateau }) => [slope, plateau] as const)).map((k) => rows[k]!);
  const x = {
    type: 'quantitative' as const,
    scale: { zero: false, nice: true },
    axis: { title: 'Slope capacity (mAh/g)', tickCount: 7 },
  };
  const y = {
    type: 'quantitative' as const,
    scale: { zero: false, nice: true },
    axis: { title: 'Plateau capacity (mAh/g)', tickCount: 7 },
  };
  const tint = color === undefined ? { value: speciesColors[0] } : colorBy(color, averages);
  return {
    width: 520,
    height: 320,
    data: { values: rows },
    layer: [
      {
        data: { values: front },
        mark: { type: 'line', interpolate: 'step-after', color: inks.text, strokeDash: [5, 3], strokeWidth: 1.3 },
        encoding: { x: { ...x, field: 'slope' }, y: { ...y, field: 'plateau' }, order: { field: 'slope' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.1, opacity: 0.55 },
        encoding: { x: { ...x, field: 'left' }, x2: { field: 'right' }, y: { ...y, field: 'plateau' }, color: tint },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.1, opacity: 0.55 },
        encoding: { x: { ...x, field: 'slope' }, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: tint },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x: { ...x, field: 'slope' }, y: { ...y, field: 'plateau' }, color: tint },
      },
      {
        data: { values: front },
        mark: { type: 'point', size: 150, color: inks.text, strokeWidth: 1.2, opacity: 1 },
        encoding: { x: { ...x, field: 'slope' }, y: { ...y, field: 'plateau' } },
      },
    ],
  } as TopLevelSpec;
}

/** Averages on the front of plateau against slope, by falling plateau. */
export function frontOf(averages: readonly SweepAverage[]): SweepAverage[] {
  const both = averages.filter(({ numbers }) => numbers['slope']?.value != null && numbers['plateau']?.value != null);
  const points = both.map(({ numbers }) => [numbers['slope']!.value!, numbers['plateau']!.value!] as const);
  return paretoFront(points).map((k) => both[k]!);
}
