/** Figures of a sweep over two numbers: maps over two keys, and plateau against slope. */
import type { TopLevelSpec } from 'vega-lite';
import { insideHull, paretoFront } from '../analysis/hull.ts';
import { axisTitle, centers, colorBy, coordinate, ramp } from './figures-sweep.ts';
import { nameOfKey, type SweepAverage } from './sweep-document.ts';
import type { FittedSurface } from './sweep-surfaces.ts';
import { inks, speciesColors } from './theme.ts';

/** Cells of a map along each of its axes. */
const mapCells = 24;

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
