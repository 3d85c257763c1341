/** One look for every figure: colours that survive colour blindness and print, type that stays readable on a phone. */
import type { Config } from 'vega-lite';
import type { SiteClass } from '../analysis/sites.ts';

/** Inks of the light theme. The page swaps them for light ones in the dark (html.ts), so every neutral must be one of these. */
export const inks = {
  text: '#1c2430',
  soft: '#5a6675',
  line: '#c9ced6',
  faint: '#e9ecf0',
  paper: '#ffffff',
} as const;

export const branchColors = {
  discharge: '#1f6fb4',
  charge: '#c8432b',
  equilibrium: '#1c2430',
  'driven down': '#1d8a6b',
  'driven up': '#9a5cc9',
} as const;

export const siteColors: Readonly<Record<SiteClass, string>> = {
  edge: '#8e4a9e',
  interlayer: '#2f8f9d',
  surface: '#86b34d',
  pore: '#eda93b',
};

/** Carbon as it is drawn: basal, edge, strong edge; and the face of a sheet. */
export const carbonColors = ['#7c8794', '#a48fae', '#8e4a9e'] as const;
export const sheetColor = '#aebfd2';

/** Clusters by size, largest first, and guests that are alone. */
export const clusterColors = [
  '#eda93b',
  '#2f8f9d',
  '#c8432b',
  '#86b34d',
  '#1f6fb4',
  '#8e4a9e',
  '#d77fa1',
  '#7a5c3a',
] as const;
export const loneColor = '#9aa3ad';

/** Curves that stand side by side: species, terms, probes. */
export const speciesColors = ['#1f6fb4', '#c8432b', '#2f8f9d', '#eda93b', '#8e4a9e', '#86b34d'] as const;

/** Named states in the order they are run: light to dark. */
export const stateColors = ['#74b3dd', '#22679f', '#ef8a62', '#a5262a'] as const;

export const fontStack = 'Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif';

export const theme: Config = {
  background: inks.paper,
  font: fontStack,
  padding: { left: 8, right: 16, top: 10, bottom: 8 },
  view: { stroke: null },
  axis: {
    domainColor: inks.soft,
    tickColor: inks.soft,
    gridColor: inks.faint,
    labelColor: inks.text,
    titleColor: inks.text,
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 10,
    labelPadding: 5,
    tickSize: 5,
  },
  legend: {
    labelColor: inks.text,
    titleColor: inks.soft,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 0,
    titleLimit: 0,
    symbolSize: 90,
    rowPadding: 5,
  },
  header: { labelColor: inks.text, labelFontSize: 12, titleColor: inks.soft },
  title: { color: inks.text, fontSize: 13, fontWeight: 'normal', anchor: 'start', frame: 'group', offset: 8 },
  text: { color: inks.text, fontSize: 12 },
};
