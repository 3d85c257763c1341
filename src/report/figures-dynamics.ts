/** Figures of a dynamics run: thermodynamics over time, g(r), displacements, velocities, vibrations. */
import type { TopLevelSpec } from 'vega-lite';
import type { Curve } from '../analysis/velocity.ts';
import { gigapascal } from '../core/units.ts';
import type { DynamicsReportData } from './dynamics-report.ts';
import { inks, speciesColors } from './theme.ts';

const figureWidth = 540;
/** Points per curve: more than pixels would be thrown away. */
const mostPoints = 500;

/** Figures by name, without those that have no data. */
export function dynamicsFigures(data: DynamicsReportData): Map<string, TopLevelSpec> {
  const { analysis, motion } = data;
  const figures = new Map<string, TopLevelSpec>();
  if (motion.thermo.time.length > 1) {
    figures.set('energy', energyFigure(data));
    figures.set('pressure', pressureFigure(data));
  }
  if (analysis.msd.some(({ value }) => value.total.some((x) => x > 0))) figures.set('msd', msdFigure(data));
  if (analysis.rdf.length > 0) figures.set('rdf', rdfFigure(data));
  if (analysis.vacf.length > 0) figures.set('vacf', vacfFigure(data));
  if (analysis.vdos) figures.set('vdos', vdosFigure(data));
  return figures;
}

/** Names of the followed species and the colour of each. */
function colorOf({ analysis }: DynamicsReportData, orient?: 'top-left' | 'top-right') {
  const domain = [...new Set([...analysis.msd, ...analysis.vacf].map(({ species }) => species))];
  return {
    field: 'species',
    type: 'nominal' as const,
    scale: { domain, range: domain.map((_, k) => speciesColors[k % speciesColors.length]!) },
    legend:
      orient && domain.length > 1
        ? { title: null, orient, symbolType: 'stroke' as const, symbolStrokeWidth: 3, symbolOpacity: 1 }
        : null,
  };
}

/** A series as means of at most `mostPoints` blocks, with the lowest and highest sample of each; time in ps. */
function blocks(time: Float64Array, values: Float64Array) {
  const size = Math.ceil(time.length / mostPoints);
  return Array.from({ length: Math.ceil(time.length / size) }, (_, b) => {
    const part = values.subarray(b * size, (b + 1) * size);
    return {
      time: (time[b * size]! + time[Math.min(time.length, (b + 1) * size) - 1]!) / 2000,
      value: part.reduce((sum, x) => sum + x, 0) / part.length,
      low: Math.min(...part),
      high: Math.max(...part),
    };
  }).filter(({ value }) => Number.isFinite(value));
}

interface Panel {
  readonly title: string;
  readonly values: Float64Array;
  readonly color: string;
}

/** Panels one above the other on one axis of time; equilibration lies on grey ground. */
function overTime({ motion, analysis }: DynamicsReportData, panels: readonly Panel[]): TopLevelSpec {
  const { time } = motion.thermo;
  const from = (analysis.options.from ?? 0) / 1000;
  const domain = [time[0]! / 1000, time.at(-1)! / 1000];
  const drawn = panels.filter(({ values }) => values.some(Number.isFinite));
  return {
    spacing: 14,
    bounds: 'flush',
    vconcat: drawn.map(({ title, values, color }, k) => {
      const last = k === drawn.length - 1;
      const x = {
        field: 'time',
        type: 'quantitative' as const,
        scale: { domain, nice: false },
        axis: { title: last ? 'Time (ps)' : null, labels: last, ticks: last, tickCount: 8, grid: false },
      };
      const y = {
        type: 'quantitative' as const,
        scale: { zero: false },
        axis: { title, tickCount: 4, minExtent: 46, titleLimit: 0 },
      };
      const shaded = from > domain[0]! ? [{ time: domain[0]!, end: Math.min(from, domain[1]!) }] : [];
      return {
        width: figureWidth,
        height: 120,
        data: { values: blocks(time, values) },
        layer: [
          {
            data: { values: shaded },
            mark: { type: 'rect' as const, color: inks.faint, opacity: 0.8 },
            encoding: { x, x2: { field: 'end' } },
          },
          {
            mark: { type: 'area' as const, opacity: 0.2, color },
            encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          { mark: { type: 'line' as const, strokeWidth: 1.5, color }, encoding: { x, y: { ...y, field: 'value' } } },
        ],
      };
    }),
  };
}

/** Temperature, potential energy and what should be conserved. */
export function energyFigure(data: DynamicsReportData): TopLevelSpec {
  const { thermo, kinds } = data.motion;
  const n = kinds.length;
  const start = thermo.conserved.find(Number.isFinite) ?? 0;
  return overTime(data, [
    { title: 'T (K)', values: thermo.temperature, color: speciesColors[1] },
    { title: 'U (eV/atom)', values: thermo.potential.map((e) => e / n), color: speciesColors[0] },
    {
      title: 'Δ conserved (meV/atom)',
      values: thermo.conserved.map((e) => (1000 * (e - start)) / n),
      color: speciesColors[2],
    },
  ]);
}

/** Pressure, and the volume where it changes. */
export function pressureFigure(data: DynamicsReportData): TopLevelSpec {
  const { thermo } = data.motion;
  const varies = thermo.volume.some((v) => Math.abs(v - thermo.volume[0]!) > 1e-9 * v);
  return overTime(data, [
    { title: 'p (GPa)', values: thermo.pressure.map((p) => p * gigapascal), color: speciesColors[4] },
    ...(varies ? [{ title: 'V (nm³)', values: thermo.volume.map((v) => v / 1000), color: speciesColors[5] }] : []),
  ]);
}

/** A title at a fixed height above its panel. */
function panelTitle(text: string) {
  return {
    data: { values: [{ text }] },
    mark: { type: 'text' as const, align: 'left' as const, fontSize: 13 },
    encoding: { x: { value: 0 }, y: { value: -14 }, text: { field: 'text' } },
  };
}

/** Displacements against time, twice: as they are, and logarithmically, where diffusion has slope 1. Dashes are the fit. */
export function msdFigure(data: DynamicsReportData): TopLevelSpec {
  const { msd, diffusion } = data.analysis;
  const rows = msd.flatMap(({ species, lag, value: { total }, error }) =>
    Array.from(lag, (t, l) => ({
      species,
      lag: t / 1000,
      msd: total[l]!,
      low: Math.max(0, total[l]! - (error.total[l]! || 0)),
      high: total[l]! + (error.total[l]! || 0),
    })),
  );
  const fits = diffusion.flatMap(({ species, diffusive, window, coefficient, intercept }) =>
    diffusive
      ? Array.from({ length: 40 }, (_, k) => {
          const t = window.from * (window.to / window.from) ** (k / 39);
          return { species, lag: t / 1000, msd: intercept + 6 * coefficient.total.value * t };
        })
      : [],
  );
  const smallest = Math.min(...rows.filter((row) => row.msd > 0).map((row) => row.msd));
  return {
    spacing: 30,
    resolve: { legend: { color: 'independent' } },
    hconcat: (['linear', 'log'] as const).map((type) => {
      const logarithmic = type === 'log';
      const shown = logarithmic
        ? rows.filter((row) => row.msd > 0).map((row) => ({ ...row, low: Math.max(row.low, smallest / 2) }))
        : rows;
      const scale = { type, nice: false, ...(logarithmic ? {} : { zero: true }) };
      const powers = Array.from({ length: 25 }, (_, k) => 10 ** (k - 12));
      const axis = logarithmic ? { format: '~g', values: powers } : { tickCount: 6 };
      const x = { field: 'lag', type: 'quantitative' as const, scale, axis: { ...axis, title: 'Time between (ps)' } };
      const y = {
        type: 'quantitative' as const,
        scale,
        axis: { ...axis, title: logarithmic ? null : 'Mean squared displacement (Å²)' },
      };
      const color = colorOf(data, logarithmic ? undefined : 'top-left');
      return {
        width: 250,
        height: 240,
        data: { values: shown },
        layer: [
          {
            mark: { type: 'area' as const, opacity: 0.2 },
            encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
          },
          { mark: { type: 'line' as const, strokeWidth: 2 }, encoding: { x, y: { ...y, field: 'msd' }, color } },
          {
            data: { values: fits.filter((row) => row.msd > 0) },
            mark: { type: 'line' as const, strokeWidth: 1.6, strokeDash: [5, 4], color: inks.text },
            encoding: { x, y: { ...y, field: 'msd' }, detail: { field: 'species' } },
          },
        ],
      };
    }),
  };
}

/** g(r) of every pair, a panel each. */
export function rdfFigure({ analysis: { rdf } }: DynamicsReportData): TopLevelSpec {
  const columns = Math.min(rdf.length, 3);
  const width = columns === 1 ? figureWidth : columns === 2 ? 250 : 160;
  return {
    columns,
    bounds: 'flush',
    spacing: { row: 76, column: 44 },
    concat: rdf.map(({ pair, r, g, error }, k) => ({
      width,
      height: columns === 1 ? 240 : 170,
      data: {
        values: r.map((x, i) => ({
          r: x,
          g: g[i]!,
          low: Math.max(0, g[i]! - (error[i] ?? 0)),
          high: g[i]! + (error[i] ?? 0),
        })),
      },
      layer: [
        panelTitle(pair.join('–')),
        {
          mark: { type: 'rule' as const, color: inks.line, strokeDash: [4, 4] },
          encoding: { y: { datum: 1, type: 'quantitative' as const } },
        },
        {
          mark: { type: 'area' as const, opacity: 0.25, color: speciesColors[k % speciesColors.length]! },
          encoding: {
            x: {
              field: 'r',
              type: 'quantitative' as const,
              scale: { nice: false, zero: true },
              axis: { title: 'Distance (Å)', tickCount: 5 },
            },
            y: {
              field: 'low',
              type: 'quantitative' as const,
              axis: { title: k % columns === 0 ? 'g(r)' : null, tickCount: 5 },
            },
            y2: { field: 'high' },
          },
        },
        {
          mark: { type: 'line' as const, strokeWidth: 1.8, color: speciesColors[k % speciesColors.length]! },
          encoding: {
            x: { field: 'r', type: 'quantitative' as const },
            y: { field: 'g', type: 'quantitative' as const },
          },
        },
      ],
    })),
  };
}

/** Rows of a curve with its band, thinned to what a picture can show. */
function banded(species: string, x: Float64Array, { value, error }: Curve, from: number, to: number) {
  const stride = Math.max(1, Math.ceil((to - from) / mostPoints));
  return Array.from(x.subarray(from, to), (at, k) => ({ k, at }))
    .filter(({ k }) => k % stride === 0)
    .map(({ at, k }) => {
      const spread = error[from + k]! || 0;
      return { species, x: at, y: value[from + k]!, low: value[from + k]! - spread, high: value[from + k]! + spread };
    });
}

function bandLayers(data: DynamicsReportData, xTitle: string, yTitle: string) {
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { nice: false },
    axis: { title: xTitle, tickCount: 8, grid: false },
  };
  const axis = { title: yTitle, tickCount: 6 };
  const color = colorOf(data, 'top-right');
  return [
    {
      mark: { type: 'rule' as const, color: inks.line },
      encoding: { y: { datum: 0, type: 'quantitative' as const } },
    },
    {
      mark: { type: 'area' as const, opacity: 0.22 },
      encoding: { x, y: { field: 'low', type: 'quantitative' as const, axis }, y2: { field: 'high' }, color },
    },
    {
      mark: { type: 'line' as const, strokeWidth: 1.7 },
      encoding: { x, y: { field: 'y', type: 'quantitative' as const, axis }, color },
    },
  ];
}

/** Normalised velocity autocorrelation. */
export function vacfFigure(data: DynamicsReportData): TopLevelSpec {
  const rows = data.analysis.vacf.flatMap(({ species, lag, normalised }) =>
    banded(
      species,
      lag.map((t) => t / 1000),
      normalised,
      0,
      lag.length,
    ),
  );
  return {
    width: figureWidth,
    height: 220,
    data: { values: rows },
    layer: bandLayers(data, 'Time between (ps)', '⟨v(0)·v(t)⟩ / ⟨v²⟩'),
  };
}

/** Vibrational density of states per species, in modes per atom and THz, up to where nothing is left. */
export function vdosFigure(data: DynamicsReportData): TopLevelSpec {
  const { frequency, species, total } = data.analysis.vdos!;
  const highest = Math.max(...total.value);
  const end = Math.min(
    frequency.length,
    1 + Math.ceil(1.08 * (total.value.findLastIndex((g) => g > 0.01 * highest) + 1)),
  );
  const rows = species.flatMap(({ species: name, atoms, value, error }) =>
    banded(name, frequency, { value: value.map((g) => g / atoms), error: error.map((e) => e / atoms) }, 0, end),
  );
  return {
    width: figureWidth,
    height: 240,
    data: { values: rows },
    layer: bandLayers(data, 'Frequency (THz; 10 THz = 334 cm⁻¹ = 41 meV)', 'Modes per atom and THz'),
  };
}
