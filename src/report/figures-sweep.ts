/** Figures of a sweep: all curves, and profiles along every key. */
import type { TopLevelSpec } from 'vega-lite';
import { nameOfKey, type SweepAverage, unitOfKey } from './sweep-document.ts';
import { atSurface, type FittedSurface, type SurfaceNumber } from './sweep-surfaces.ts';
import { inks, speciesColors } from './theme.ts';

/** Colours along a swept key: dark to light, apart from one another in grey as well. */
export const ramp = ['#2b1e6b', '#1f6fb4', '#2f9f95', '#8cbf3f', '#f2b233'] as const;
const mostColors = 7;

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

/** Number of a point under a key. */
export const coordinate = ({ coordinates }: SweepAverage, key: string): number => coordinates[key] as number;

/** How points are told apart by the values of a key: a colour for each where they are few, else a ramp. */
export function colorBy(key: string, averages: readonly SweepAverage[]) {
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
    const apart = averages.some(({ numbers: own }) => own[key]?.parts?.calibration != null);
    const rows = averages.flatMap((average) => {
      const { value, error, parts } = average.numbers[key] ?? { value: null, error: null };
      if (value === null) return [];
      const seeds = parts?.seeds ?? 0;
      const others = { ...average.coordinates, [axis]: 0 };
      return [
        {
          x: coordinate(average, axis),
          value,
          low: value - (error ?? 0),
          high: value + (error ?? 0),
          ...(apart && { seedsLow: value - seeds, seedsHigh: value + seeds }),
          color: color === undefined ? '' : average.coordinates[color],
          line: JSON.stringify(others),
        },
      ];
    });
    const fit = surfaces.find(({ number }) => number.key === key);
    const band = fit
      ? Array.from({ length: 41 }, (_, k) => {
          const at = low + ((high - low) * k) / 40;
          const place = center.map((own, i) => (i === d ? at : own));
          const { value, error } = atSurface(fit, place);
          return { x: at, value, low: value - error, high: value + error };
        })
      : [];
    const y = {
      field: 'value',
      type: 'quantitative' as const,
      scale: { zero: false, nice: true },
      // over the axis, at one height whatever labels it has
      axis: {
        title: `${label} (${unit})`,
        ...{ titleAngle: 0, titleAlign: 'left' as const, titleX: 0, titleY: -14 },
        tickCount: 5,
      },
    };
    const tint = color === undefined ? { value: speciesColors[0] } : colorBy(color, averages);
    const joined = new Map<string, number>();
    for (const { line } of rows) joined.set(line, (joined.get(line) ?? 0) + 1);
    return {
      width: 175,
      height: 150,
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
        ...(apart
          ? [
              {
                mark: { type: 'rule' as const, strokeWidth: 3.6 },
                encoding: {
                  x: { ...x, field: 'x' },
                  y: { ...y, field: 'seedsLow' },
                  y2: { field: 'seedsHigh' },
                  color: tint,
                },
              },
            ]
          : []),
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
