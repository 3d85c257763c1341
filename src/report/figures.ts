/** Curves → SVG text, without a DOM. */
import type { TopLevelSpec } from 'vega-lite';
import type { FigureName } from './contents.ts';
import { filledHostFigure, metalFigure, poreFillingFigure } from './figures-guests.ts';
import { clusterFigure, rdfFigure, siteFigure } from './figures-structure.ts';
import { differentialFigure, nearZeroFigure, voltageFigure } from './figures-voltage.ts';
import type { Report } from './report.ts';
import { theme } from './theme.ts';

const specs: Readonly<Record<FigureName, (report: Report) => TopLevelSpec>> = {
  'voltage-curve': (report) => voltageFigure(report),
  'voltage-curve-near-zero': (report) => nearZeroFigure(report),
  'dq-dv': differentialFigure,
  sites: siteFigure,
  clusters: clusterFigure,
  'metal-share': metalFigure,
  'pore-filling': poreFillingFigure,
  'filled-host': filledHostFigure,
  rdf: rdfFigure,
};

/**
 * Draws one figure of the report.
 *
 * @returns  SVG text; the same report gives the same bytes, and names inside (clip paths) are unique to the figure
 */
export async function renderFigure(report: Report, name: FigureName): Promise<string> {
  return drawFigure(specs[name](report), name);
}

/**
 * Draws a specification in the look of the reports.
 *
 * @returns  SVG text; names inside are made unique by `name`
 */
export async function drawFigure(figure: TopLevelSpec, name: string): Promise<string> {
  // four hundred files, which nothing but a figure needs
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const spec = compile(figure, { config: theme }).spec;
  const svg = await new View(parse(spec), { renderer: 'none' }).toSVG();
  return withOwnNames(svg, name);
}

/** The renderer numbers clip paths through the life of the process: count them from one in every figure instead. */
function withOwnNames(svg: string, figure: string): string {
  const names = [...new Set([...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!))];
  return names.reduce(
    (text, name, i) =>
      text
        .replaceAll(`id="${name}"`, `id="${figure}-${i + 1}"`)
        .replaceAll(`url(#${name})`, `url(#${figure}-${i + 1})`),
    svg,
  );
}
