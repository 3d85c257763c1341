/** Figures of the voltage curve: both branches, the same near 0 V, and dQ/dV. */
import type { TopLevelSpec } from 'vega-lite';
import { formatVoltage } from './format.ts';
import type { Report } from './report.ts';
import { branchColors, inks } from './theme.ts';

const figureWidth = 540;

const branchColor = {
  field: 'branch',
  type: 'nominal' as const,
  scale: { domain: Object.keys(branchColors), range: Object.values(branchColors) },
  legend: null,
};

/**
 * Legend as lines of text, right-aligned in the upper right corner, empty for a curve that falls. Text is measured without
 * a screen and comes out too wide: a ready-made legend would push the figure apart.
 */
function corner(lines: readonly { readonly text: string; readonly color: string }[]) {
  return lines.map(({ text, color }, i) => ({
    data: { values: [{ text }] },
    mark: { type: 'text' as const, align: 'right' as const, color, fontSize: 12 },
    encoding: { x: { value: 'width' as const }, y: { value: 10 + 18 * i }, text: { field: 'text' } },
  }));
}

function curveRows({ curve, equilibrium, galvanostatic }: Report) {
  const branches = (['discharge', 'charge'] as const).flatMap((branch) =>
    curve[branch].map(({ voltage, capacity: { value, error }, equilibrated }, step) => ({
      branch,
      step,
      voltage,
      capacity: value,
      low: value - (error ?? 0),
      high: value + (error ?? 0),
      drifts: equilibrated === false,
    })),
  );
  const between = (equilibrium?.points ?? []).map(({ voltage, capacity: { value, error } }, step) => ({
    branch: 'equilibrium' as const,
    step,
    voltage,
    capacity: value,
    low: value - (error ?? 0),
    high: value + (error ?? 0),
    drifts: false,
  }));
  const driven = (galvanostatic?.points ?? []).map(({ branch, voltage, capacity: { value, error } }, step) => ({
    branch: branch === 'discharge' ? ('driven down' as const) : ('driven up' as const),
    step,
    voltage: voltage.value,
    capacity: value,
    low: value - (error ?? 0),
    high: value + (error ?? 0),
    drifts: false,
  }));
  return [...branches, ...between, ...driven];
}

/** Title of a voltage axis: the reference electrode belongs to the unit. */
function voltageTitle({ study: { guest } }: Report): string {
  return `Voltage (V vs ${guest}/${guest}⁺)`;
}

const estimateLabel = 'estimate without simulation (site energies + capillary law)';

/** A measured curve to be drawn over ours. */
export interface MeasuredBranches {
  readonly discharge: readonly { readonly capacity: number; readonly voltage: number }[];
  readonly charge: readonly { readonly capacity: number; readonly voltage: number }[];
}

function drawCurve(
  report: Report,
  rows: ReturnType<typeof curveRows>,
  domain: [number, number],
  measured?: MeasuredBranches,
): TopLevelSpec {
  const overlay = (['discharge', 'charge'] as const).flatMap((branch) =>
    (measured?.[branch] ?? []).map((point, step) => ({ branch, step, ...point })),
  );
  const { slopeCut } = report.capacities;
  const estimate = (report.estimate?.points ?? [])
    .map(({ voltage, capacity }, step) => ({ voltage, step, capacity: capacity.value }))
    .filter(({ voltage }) => voltage >= domain[0] && voltage <= domain[1]);
  const legend = corner([
    { text: 'two sides of a bracket:', color: inks.soft },
    { text: 'charge – voltage rises, carbon empties', color: branchColors.charge },
    { text: 'discharge – voltage falls, carbon fills', color: branchColors.discharge },
    ...(report.galvanostatic
      ? [
          { text: 'galvanostatic – driven, discharge', color: branchColors['driven down'] },
          { text: 'galvanostatic – driven, charge', color: branchColors['driven up'] },
        ]
      : []),
    ...(report.equilibrium ? [{ text: 'equilibrium – neither branch', color: branchColors.equilibrium }] : []),
    ...(report.estimate ? [{ text: estimateLabel, color: inks.soft }] : []),
    ...(measured ? [{ text: 'measured (dashes)', color: inks.text }] : []),
  ]);
  const widest = Math.max(
    1,
    ...rows.map((row) => row.high),
    ...overlay.map((point) => point.capacity),
    ...estimate.map((point) => point.capacity ?? 0),
  );
  const x = { type: 'quantitative' as const, scale: { domain: [0, widest * 1.04], nice: false } };
  const y = { field: 'voltage', type: 'quantitative' as const, scale: { domain, nice: false } };
  const guides = [
    { v: 0, text: '0 V', dy: 10 },
    { v: slopeCut, text: `slope above ${formatVoltage(slopeCut)} V`, dy: -8 },
  ].filter(({ v }) => v >= domain[0] && v <= domain[1]);
  return {
    width: figureWidth,
    height: 350,
    data: { values: rows },
    layer: [
      {
        data: { values: guides },
        mark: { type: 'rule', color: inks.soft, strokeDash: [4, 4] },
        encoding: { y: { field: 'v', type: 'quantitative' } },
      },
      ...guides.map(({ v, text, dy }) => ({
        data: { values: [{ v, text }] },
        mark: { type: 'text' as const, align: 'left' as const, dx: 5, dy, color: inks.soft, fontSize: 11 },
        encoding: { x: { value: 0 }, y: { field: 'v', type: 'quantitative' as const }, text: { field: 'text' } },
      })),
      {
        mark: { type: 'area', orient: 'horizontal', opacity: 0.2, clip: true },
        encoding: {
          y: { ...y, axis: { title: voltageTitle(report), tickCount: 8 } },
          x: { ...x, field: 'low', axis: { title: 'Capacity (mAh per g of host)', tickCount: 8 } },
          x2: { field: 'high' },
          color: branchColor,
        },
      },
      ...(estimate.length === 0
        ? []
        : [
            {
              data: { values: estimate },
              mark: { type: 'line' as const, strokeWidth: 1.2, strokeDash: [3, 3], color: inks.soft, clip: true },
              encoding: { x: { ...x, field: 'capacity' }, y, order: { field: 'step' } },
            },
          ]),
      {
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding: { x: { ...x, field: 'capacity' }, y, color: branchColor, order: { field: 'step' } },
      },
      {
        mark: { type: 'circle', size: 46, opacity: 1, clip: true },
        encoding: { x: { ...x, field: 'capacity' }, y, color: branchColor },
      },
      {
        transform: [{ filter: 'datum.drifts' }],
        mark: { type: 'circle', size: 14, opacity: 1, color: inks.paper, clip: true },
        encoding: { x: { ...x, field: 'capacity' }, y },
      },
      ...(overlay.length === 0
        ? []
        : [
            {
              data: { values: overlay },
              mark: { type: 'line' as const, strokeWidth: 2, strokeDash: [6, 3], color: inks.text, clip: true },
              encoding: { x: { ...x, field: 'capacity' }, y, detail: { field: 'branch' }, order: { field: 'step' } },
            },
          ]),
      ...legend,
    ],
  };
}

/** Capacity to the right, voltage up, as cells are plotted; hollow points still drift. */
export function voltageFigure(report: Report, measured?: MeasuredBranches): TopLevelSpec {
  const rows = curveRows(report);
  const over = measured ? [...measured.discharge, ...measured.charge] : [];
  const voltages = [...rows, ...over].map((row) => row.voltage);
  const [low, high] = [Math.min(0, ...voltages), Math.max(0.2, ...voltages)];
  const margin = 0.03 * (high - low);
  return drawCurve(report, rows, [low - margin, high + margin], measured);
}

/** Upper end of the window where the plateau is: as far above 0 V as the floor is below, at least three times the cut. */
function windowTop({ curve, capacities }: Report): number {
  const floor = Math.min(0, ...[...curve.discharge, ...curve.charge].map((p) => p.voltage));
  return Math.max(-floor, 3 * capacities.slopeCut, 0.1);
}

/** The same where the plateau is. */
export function nearZeroFigure(report: Report, measured?: MeasuredBranches): TopLevelSpec {
  const rows = curveRows(report);
  const low = Math.min(0, ...rows.map((row) => row.voltage));
  return drawCurve(report, rows, [low - 0.02, windowTop(report) + 0.02], measured);
}

/**
 * −dQ/dV as steps between ladder voltages: the area of a step is the capacity stored in it. Two panels with scales of their
 * own, since the peaks of filling pores are a hundred times the slope.
 */
export function differentialFigure(report: Report): TopLevelSpec {
  const rows = (['discharge', 'charge'] as const).flatMap((branch) =>
    report.differential[branch].map(({ voltage, from, to, slope: { value, error } }) => ({
      branch,
      voltage,
      from: Math.min(from, to),
      to: Math.max(from, to),
      slope: -value,
      low: -value - (error ?? 0),
      high: -value + (error ?? 0),
    })),
  );
  const split = windowTop(report);
  const near = rows.filter((row) => row.voltage <= split);
  const far = rows.filter((row) => row.voltage > split);
  const panels = [near, far].filter((panel) => panel.length > 0);
  return {
    spacing: 30,
    hconcat: panels.map((panel, i) => ({
      width: panels.length === 1 ? figureWidth : i === 0 ? 320 : 175,
      height: 260,
      data: { values: panel },
      layer: differentialLayers(report, panel, i === 0),
    })),
  };
}

function differentialLayers(
  report: Report,
  rows: readonly { readonly from: number; readonly to: number }[],
  first: boolean,
) {
  const ends = rows.flatMap(({ from, to }) => [from, to]);
  const x = {
    type: 'quantitative' as const,
    scale: { domain: [Math.min(...ends), Math.max(...ends)], nice: false },
    axis: { title: voltageTitle(report), tickCount: first ? 8 : 4, grid: false },
  };
  const y = {
    type: 'quantitative' as const,
    axis: { title: first ? '−dQ/dV (mAh/g per V)' : null, tickCount: 6 },
  };
  const color = branchColor;
  const legend = corner([
    { text: 'charge', color: branchColors.charge },
    { text: 'discharge', color: branchColors.discharge },
  ]);
  return [
    {
      mark: { type: 'rect' as const, opacity: 0.18 },
      encoding: {
        x: { ...x, field: 'from' },
        x2: { field: 'to' },
        y: { ...y, field: 'slope' },
        y2: { datum: 0 },
        color,
      },
    },
    {
      mark: { type: 'rule' as const, strokeWidth: 2 },
      encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' }, y: { ...y, field: 'slope' }, color },
    },
    {
      mark: { type: 'rule' as const, strokeWidth: 1.2 },
      encoding: { x: { ...x, field: 'voltage' }, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
    },
    ...(first ? legend : []),
  ];
}
