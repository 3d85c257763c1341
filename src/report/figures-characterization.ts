/** Figures of a characterization, one per curve. */
import type { TopLevelSpec } from 'vega-lite';
import type { Characterization } from '../analysis/characterize.ts';
import type { Curve } from '../analysis/described.ts';
import { labelOf } from '../analysis/labels.ts';
import { type Axis, barPlot, linePlot, type Plot, type Series } from './figures-curves.ts';
import { inks } from './theme.ts';

/** A curve as it is drawn, with the sentence below its title. */
export interface CurveFigure {
  /** key of the curve */
  readonly key: string;
  /** name of its files, without extension */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly spec: TopLevelSpec;
}

type Draw = (curve: Curve, all: Characterization) => Omit<CurveFigure, 'key' | 'name'>;

/** `poreSize` → `pore-size`: names of files. */
export function fileNameOf(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** Figures of all curves, in the order of the instruments. */
export function characterizationFigures(all: Characterization): CurveFigure[] {
  return Object.entries(all.curves)
    .filter(([, curve]) => Object.keys(curve).length > 1 && Object.values(curve)[0]!.length > 1)
    .map(([key, curve]) => ({ key, name: fileNameOf(key), ...(drawings[key] ?? plain(key))(curve, all) }));
}

/** Columns of a curve: the first is the axis, the others are lines over it; those named `… error …` are left to the CSV. */
function columnsOf(curve: Curve): { x: string; lines: string[] } {
  const [x, ...rest] = Object.keys(curve);
  return { x: x!, lines: rest.filter((name) => !/\berror\b/.test(name)) };
}

/** A column as a line; its name without the unit. */
function seriesOf(curve: Curve, column: string, name = column.replace(/ \([^()]*\)$/, ''), fit = false): Series {
  const { x } = columnsOf(curve);
  return { name, x: curve[x]!, y: curve[column]!, ...(fit ? { fit } : {}) };
}

function unitOf(column: string): string {
  return / \(([^()]*)\)$/.exec(column)?.[1] ?? '';
}

function line(curve: Curve, plot: Partial<Plot> & { readonly x?: Axis; readonly y?: Axis } = {}): TopLevelSpec {
  const { x, lines } = columnsOf(curve);
  const units = new Set(lines.map(unitOf));
  const single = lines.length === 1 ? lines[0]! : units.size === 1 ? [...units][0]! : 'value';
  return linePlot({
    x: { title: capital(x) },
    y: { title: capital(single) },
    series: lines.map((column) => seriesOf(curve, column)),
    ...plot,
  });
}

/** Any curve that has no drawing of its own. */
function plain(key: string): Draw {
  return (curve) => ({ title: capital(labelOf(key)), caption: '', spec: line(curve) });
}

/** With a capital, but for a symbol such as q. */
function capital(text: string): string {
  if (/^.( |$)/.test(text)) return text;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names of columns that are laid over a measurement as dashes. */
const isFit = (column: string): boolean => /fit|background|guinier|porod|law/i.test(column);

/** A measured line with what was fitted to it. */
function fitted(curve: Curve, y: string): TopLevelSpec {
  const { lines } = columnsOf(curve);
  return linePlot({
    x: { title: 'q (1/Å)' },
    y: { title: y },
    series: lines.map((column) => ({
      ...seriesOf(curve, column, undefined, isFit(column)),
      ...(column === 'background' ? { color: inks.soft } : {}),
    })),
    height: 230,
  });
}

/** Where (002) and (10) stand, in 2θ of Cu Kα or in q. */
export function lineMarks({ values }: Pick<Characterization, 'values'>, axis: '2θ' | 'q'): Plot['marks'] {
  const angle = (q: number): number => (360 / Math.PI) * Math.asin(Math.min(1, (q * copperKAlpha) / (4 * Math.PI)));
  const { d002, twoTheta002, q10 } = values;
  const marks: { at: number; label: string }[] = [];
  if (axis === '2θ' && twoTheta002) marks.push({ at: twoTheta002.value, label: '(002)' });
  else if (d002)
    marks.push({ at: axis === 'q' ? (2 * Math.PI) / d002.value : angle((2 * Math.PI) / d002.value), label: '(002)' });
  if (q10) marks.push({ at: axis === 'q' ? q10.value : angle(q10.value), label: '(10)' });
  return marks;
}

/** Height of the patterns that are read first: their titles along the axis need it. */
const tall = 290;

/** Wavelength of Cu Kα, Å: the axis of a powder pattern. */
const copperKAlpha = 1.5418;

const drawings: Readonly<Record<string, Draw>> = {
  xrd: (curve, all) => ({
    title: 'X-ray diffraction',
    caption:
      'Powder pattern for Cu Kα (1.5418 Å): the Debye sum over all pairs, with form factors and polarisation, without absorption and air. Marked are the lines that were fitted.',
    spec: linePlot({
      x: { title: '2θ (°)', domain: [10, 90] },
      y: { title: 'Intensity (electrons²/atom)', zero: true },
      height: tall,
      series: columnsOf(curve)
        .lines.filter((column) => !column.startsWith('q '))
        .map((column) => seriesOf(curve, column)),
      marks: lineMarks(all, '2θ'),
    }),
  }),
  structureFactor: (curve, all) => ({
    title: 'Structure factor',
    caption: 'S(q): scattered intensity over that of as many atoms without any order, for which it is 1.',
    spec: line(curve, { x: { title: 'q (1/Å)' }, y: { title: 'S(q)', zero: true }, marks: lineMarks(all, 'q') }),
  }),
  line002: (curve) => ({
    title: 'The (002) line and its fit',
    caption:
      'Corrected for Lorentz factor, polarisation and form factor; dashes are the fit and the background beneath it.',
    spec: fitted(curve, 'Corrected intensity'),
  }),
  line10: (curve) => ({
    title: 'The (10) line and its fit',
    caption:
      'Dashes are the fit and what lies beneath the (10) line: the background, with (004) of the stacks where there are any.',
    spec: fitted(curve, 'S(q)'),
  }),
  saxs: (curve, { values }) => {
    const found = values['saxsGuinierRadius'];
    const { x, lines } = columnsOf(curve);
    const radius = found && 1 / found.value > curve[x]![0]! ? found : undefined;
    // a fit that nothing was read from would only mislead
    const drawn = lines.filter((column) => unitOf(column) === unitOf(lines[0]!) && (found || !isFit(column)));
    const told = [
      'Both axes are logarithmic.',
      found ? 'Dashes are the fit that the pores were read from.' : 'No pores could be read from it.',
      ...(radius ? ['Marked is one over the Guinier radius.'] : []),
      'The dots of a periodic box scatter because few waves fit into it.',
    ];
    return {
      title: 'Small-angle scattering',
      caption: told.join(' '),
      spec: linePlot({
        x: { title: capital(x), log: true },
        y: { title: capital(lines[0]!), log: true },
        series: drawn.map((column) => ({
          ...seriesOf(curve, column, undefined, isFit(column)),
          dots: !isFit(column),
        })),
        marks: radius ? [{ at: 1 / radius.value, label: '1/Rg' }] : [],
        height: tall,
      }),
    };
  },
  rdf: (curve) => {
    const column = 'g(r)' in curve ? 'g(r)' : '4πr²ρ (1/Å)';
    return {
      title: 'Radial distribution',
      caption:
        column === 'g(r)'
          ? 'Distances between atoms of the most frequent element, relative to a uniform distribution over the whole box; bins of 0.05 Å flatten the sharp distances of a crystal.'
          : 'Neighbours per atom and Å, of the most frequent element.',
      spec: linePlot({
        x: { title: 'Distance (Å)', domain: [0, Math.min(12, curve['r (Å)']!.at(-1)!)] },
        y: { title: column, zero: true },
        series: [seriesOf(curve, column)],
      }),
    };
  },
  poreSize: (curve) => {
    const lines = columnsOf(curve).lines;
    const cumulative = lines.find((name) => name.startsWith('cumulative'));
    const density = lines.filter((name) => name !== cumulative);
    const x: Axis = { title: 'Pore diameter (Å)', domain: poreDomain(curve) };
    const half = { width: 248, height: 240 };
    return {
      title: 'Pore sizes',
      caption:
        'Volume of pores by diameter: the largest sphere that holds a point of the void and overlaps no van der Waals sphere. Left the distribution, right all pores up to a diameter. Below the size of a helium atom (2.6 Å) there are only gaps.',
      spec: {
        spacing: 30,
        hconcat: [
          linePlot({
            x,
            y: { title: 'dV/dD (cm³/g/Å)', zero: true },
            series: density.map((column) => seriesOf(curve, column)),
            marks: [{ at: 2.6, label: 'He' }],
            ...half,
          }),
          ...(cumulative === undefined
            ? []
            : [
                linePlot({
                  x,
                  y: { title: 'Pore volume (cm³/g)', zero: true },
                  series: [seriesOf(curve, cumulative)],
                  ...half,
                }),
              ]),
        ] as never[],
      },
    };
  },
  rings: (curve) => ({
    title: 'Rings',
    caption: 'Shortest-path rings per carbon atom, by size: graphene has one six-ring for two atoms and no other.',
    spec: barPlot({
      x: 'Atoms in the ring',
      y: 'Rings per carbon',
      percent: false,
      bars: curve['size (atoms)']!.map((size, k) => ({
        name: String(size),
        value: curve['rings per carbon (1)']![k]!,
      })),
    }),
  }),
  coordination: (curve) => ({
    title: 'Coordination',
    caption: 'Carbons by the number of their bonds, to atoms of any kind.',
    spec: barPlot({
      x: 'Bonds of the carbon',
      y: 'Share of carbons',
      bars: curve['bonds (1)']!.map((bonds, k) => ({
        name: bonds === curve['bonds (1)']!.at(-1) ? `${bonds} or more` : String(bonds),
        value: curve['share of carbons (1)']![k]!,
      })),
    }),
  }),
  bondAngles: (curve) => ({
    title: 'Bond angles',
    caption: 'C–C–C angles; a flat sheet has 120°, diamond 109.5°, a chain 180°.',
    spec: line(curve, {
      x: { title: 'C–C–C angle (°)', domain: [40, 180] },
      y: { title: 'Density (1/°)', zero: true },
    }),
  }),
  bondLengths: (curve) => ({
    title: 'Bond lengths',
    caption: 'Lengths of C–C bonds; graphite has 1.42 Å, diamond 1.54 Å.',
    spec: line(curve, { x: { title: 'C–C bond (Å)' }, y: { title: 'Density (1/Å)', zero: true } }),
  }),
};

/** From 0 to a little beyond the largest pore. */
function poreDomain(curve: Curve): readonly [number, number] {
  const [diameters, density] = Object.values(curve) as [readonly number[], readonly number[]];
  const most = Math.max(...density);
  const last = density.findLastIndex((y) => y > 1e-3 * most);
  return [0, Math.max(6, Math.ceil(1.05 * (diameters[last] ?? 0)))];
}
