/** Figures of where the guests are: site classes, cluster sizes, radial distributions. */
import type { TopLevelSpec } from 'vega-lite';
import { siteClasses } from '../analysis/sites.ts';
import { filledStates } from '../analysis/states.ts';
import { formatVoltage } from './format.ts';
import type { Report } from './report.ts';
import { inks, siteColors, stateColors } from './theme.ts';

/** Capacity per site class, stacked, one bar per ladder voltage in the order run. */
export function siteFigure(report: Report): TopLevelSpec {
  const { points } = report.sites;
  const highest = Math.max(1, ...points.map(({ capacities }) => total(siteClasses.map((c) => capacities[c].value))));
  const panels = (['discharge', 'charge'] as const).flatMap((branch) => {
    const steps = points.filter((p) => p.branch === branch);
    if (steps.length === 0) return [];
    const rows = steps.flatMap(({ voltage, capacities }, step) =>
      siteClasses.map((site, order) => ({
        step,
        site,
        order,
        voltage: formatVoltage(voltage),
        capacity: capacities[site].value,
      })),
    );
    return [{ branch, rows, steps: steps.map(({ voltage }) => formatVoltage(voltage)) }];
  });
  return {
    spacing: 18,
    hconcat: panels.map(({ branch, rows, steps }, i) => ({
      title: branch === 'discharge' ? 'discharge →' : 'charge →',
      width: 590 * (steps.length / total(panels.map((p) => p.steps.length))) - 9,
      height: 300,
      data: { values: rows },
      mark: { type: 'bar', width: { band: 0.86 } },
      encoding: {
        x: {
          field: 'voltage',
          type: 'ordinal',
          sort: steps,
          axis: {
            title: voltageTitle(report),
            labelAngle: -90,
            labelOverlap: true,
            labelFontSize: 10.5,
            grid: false,
            ticks: false,
          },
        },
        y: {
          field: 'capacity',
          type: 'quantitative',
          stack: 'zero',
          scale: { domain: [0, highest * 1.04], nice: false },
          axis: {
            title: i === 0 ? 'Capacity (mAh per g of host)' : null,
            labels: i === 0,
            ticks: i === 0,
            domain: i === 0,
          },
        },
        color: {
          field: 'site',
          type: 'nominal',
          scale: { domain: [...siteClasses], range: siteClasses.map((c) => siteColors[c]) },
          legend: { title: null, orient: 'top', direction: 'horizontal', columnPadding: 18, symbolType: 'square' },
        },
        order: { field: 'order' },
      },
    })),
  };
}

function voltageTitle({ study: { guest } }: Report): string {
  return `Voltage (V vs ${guest}/${guest}⁺)`;
}

/** A title at a fixed height above its panel; the renderer's own would move with the tick labels. */
function panelTitle(text: string) {
  return {
    data: { values: [{ text }] },
    mark: { type: 'text' as const, align: 'left' as const, fontSize: 13 },
    encoding: { x: { value: 0 }, y: { value: -16 }, text: { field: 'text' } },
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0);
}

/** `0 V · charge 0.00 V`: name, branch and voltage of a named state. */
function stateLabel({ label, branch, voltage }: Report['states'][number]): string {
  return label === '0 V' ? `0 V (${branch})` : `${label} (${branch} ${formatVoltage(voltage)} V)`;
}

/** Share of guests in clusters of each size, one panel per named state. */
export function clusterFigure(report: Report): TopLevelSpec {
  const panels = filledStates(report.states).flatMap((state) => {
    const point = report.clusters.points.find((p) => p.branch === state.branch && p.voltage === state.voltage);
    return point ? [{ state, sizes: point.sizes }] : [];
  });
  const widest = panels.reduce((most, { sizes }) => (sizes.length > most.length ? sizes : most), panels[0]!.sizes);
  const bins = widest.map(({ from, to }) => binLabel(from, to));
  const x = { type: 'ordinal' as const, sort: bins, scale: { domain: bins } };
  return {
    columns: 2,
    bounds: 'flush',
    spacing: { row: 92, column: 58 },
    concat: panels.map(({ state, sizes }, i) => ({
      width: 250,
      height: 140,
      data: {
        values: sizes.flatMap(({ from, to, guests: { value, error } }) =>
          value === null
            ? []
            : [
                {
                  size: binLabel(from, to),
                  share: value,
                  low: Math.max(0, value - (error ?? 0)),
                  high: value + (error ?? 0),
                },
              ],
        ),
      },
      layer: [
        panelTitle(stateLabel(state)),
        {
          mark: { type: 'bar', color: stateColors[i % stateColors.length], width: { band: 0.82 } },
          encoding: {
            x: {
              ...x,
              field: 'size',
              axis: {
                title: i >= panels.length - 2 ? 'Cluster size (guests)' : null,
                labelAngle: -40,
                grid: false,
                ticks: false,
              },
            },
            y: {
              field: 'share',
              type: 'quantitative',
              scale: { domain: [0, 1] },
              axis: { title: i % 2 === 0 ? 'Share of guests' : null, format: '.0%', tickCount: 5 },
            },
          },
        },
        {
          mark: { type: 'rule', color: inks.text, strokeWidth: 1.2 },
          encoding: { x: { ...x, field: 'size' }, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
        },
      ],
    })),
  };
}

function binLabel(from: number, to: number): string {
  return from === to ? String(from) : `${from}–${to}`;
}

/** Radial distributions at the named states: partners on the left guests, on the right carbon. */
export function rdfFigure(report: Report): TopLevelSpec {
  const { guest } = report.study;
  const states = filledStates(report.states);
  const labels = states.map(stateLabel);
  const pairs = (['guest–guest', 'guest–carbon'] as const).filter((pair) => report.rdf.some((r) => r.pair === pair));
  return {
    spacing: 24,
    hconcat: pairs.map((pair) => {
      const rows = report.rdf
        .filter((r) => r.pair === pair)
        .flatMap(({ state, r, g, error }) => {
          const label = labels[states.findIndex((s) => s.name === state)];
          return r.map((x, k) => ({
            label,
            r: x,
            g: g[k]!,
            low: Math.max(0, g[k]! - (error[k] ?? 0)),
            high: g[k]! + (error[k] ?? 0),
          }));
        });
      const color = {
        field: 'label',
        type: 'nominal' as const,
        scale: { domain: labels, range: labels.map((_, i) => stateColors[i % stateColors.length]!) },
        legend: {
          title: null,
          orient: 'top' as const,
          columns: 2,
          symbolType: 'stroke' as const,
          symbolStrokeWidth: 3,
        },
      };
      const x = {
        field: 'r',
        type: 'quantitative' as const,
        scale: { nice: false },
        axis: { title: 'Distance (Å)', tickCount: 6 },
      };
      return {
        width: 255,
        height: 240,
        data: { values: rows },
        layer: [
          panelTitle(pair.replaceAll('guest', guest).replace('carbon', 'C')),
          {
            mark: { type: 'area', fillOpacity: 0.2 },
            encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color },
          },
          {
            mark: { type: 'line', strokeWidth: 1.8 },
            encoding: { x, y: { field: 'g', type: 'quantitative', axis: { title: 'g(r)', tickCount: 6 } }, color },
          },
        ],
      };
    }),
  };
}
