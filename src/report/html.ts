/** report.html: one self-contained page that needs neither network nor server. */
import { viewerBundle } from '../generated/viewer-bundle.ts';
import type { FigureName, TableName } from './contents.ts';
import { formatValue, formatWithError } from './format.ts';
import { estimateCaption, estimateNumbers } from './html-estimate.ts';
import { guestNumbers, guestSections } from './html-guests.ts';
import {
  capacityRows,
  curveTable,
  escapeHtml,
  headlines,
  poreTable,
  quantityTable,
  warningSection,
} from './html-tables.ts';
import { base64 } from './places.ts';
import type { Report } from './report.ts';
import type { Scene } from './scene.ts';
import { pageStyle } from './style.ts';

export interface ReportParts {
  /** text of results.json */
  readonly json: string;
  readonly tables: ReadonlyMap<TableName, string>;
  readonly figures: ReadonlyMap<FigureName, string>;
  /** undefined: no three-dimensional view */
  readonly scene?: Scene;
}

/** Where a comparison with a measured curve is put in, when there is one. */
export const comparisonPlace = '<!--comparison--><!--/comparison-->';

/** A section of figures: drawn where at least one of them could be. */
export interface Section {
  readonly title: string;
  /** names of figures */
  readonly figures: readonly string[];
  /** name of the table beside them */
  readonly table: string;
  readonly caption: string;
}

/** What sections are made of, by name: SVG of the figures, CSV of the tables. */
export interface SectionParts {
  readonly tables: ReadonlyMap<string, string>;
  readonly figures: ReadonlyMap<string, string>;
}

/**
 * All up to the body. A content security policy forbids every request, so that it is the same page offline.
 *
 * @param scripts  whether the page has any
 * @param style    rules beside the house's own
 */
export function pageHead(
  title: string,
  version: string,
  { scripts = false, style = '' }: { readonly scripts?: boolean; readonly style?: string } = {},
): string {
  const script = scripts ? " script-src 'unsafe-inline';" : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';${script} img-src data:">
<meta name="generator" content="Cardhouse ${escapeHtml(version)}">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}${style}</style>
</head>`;
}

/** The page. */
export function reportHtml(report: Report, parts: ReportParts): string {
  const { study, structure, provenance, sampling, performance, reservoir } = report;
  return `${pageHead(study.name, provenance.version, { scripts: true })}
<body>
<main>
<header>
<h1>${escapeHtml(study.name)}</h1>
${study.about === '' ? '' : `<p class="soft">${escapeHtml(study.about)}</p>`}
<ul class="facts">
<li>guest <b>${escapeHtml(study.guest)}</b></li>
<li>model <b>${escapeHtml(study.model)}</b></li>
<li><b>${formatValue(study.temperature.value)} K</b></li>
<li><b>${structure.replicas.length}</b> of ${study.replicas} ${study.replicas === 1 ? 'replica' : 'replicas'}</li>
<li>seed <b>${escapeHtml(String(study.seed))}</b></li>
</ul>
</header>
<section class="cards" aria-label="Headline numbers">
${headlines(report)}
</section>
${warningSection(report.warnings)}
${sections(report, parts)}
${comparisonPlace}
<h2>Numbers and their definitions</h2>
<p class="soft">Errors are standard errors: the larger of the scatter between replicas and the combined block errors, and half of any significant drift.</p>
<div class="scroll"><table>
<thead><tr><th>Quantity</th><th class="number">Value</th><th>Unit</th><th>Definition</th></tr></thead>
<tbody>${capacityRows(report)}</tbody>
</table></div>
<details><summary>Every voltage</summary>${curveTable(report)}</details>
${estimateNumbers(report)}
<h2>Structure: asked and measured</h2>
${quantityTable('Property', [
  ['Asked', structure.asked],
  ['Measured', structure.measured],
])}
${
  structure.replicas.length > 1
    ? `<details><summary>Every structure</summary>${quantityTable(
        'Property',
        structure.replicas.map((r) => [`Structure ${r.replica + 1}`, r.measured]),
      )}</details>`
    : ''
}
<h2>Reservoir: the bulk metal behind the voltage scale</h2>
${quantityTable('Part', [['Value', reservoir]])}
<h2>Provenance</h2>
<div class="scroll"><table><tbody>
${[
  ['Program', `Cardhouse ${provenance.version}`],
  ['Model', [provenance.model.name, ...provenance.model.citation].join('. ')],
  ['Valid for', provenance.model.validity],
  ['Random numbers', provenance.random],
  ['Chains', [provenance.backend.used, provenance.backend.device ?? []].flat().join(', ')],
  [
    'Sampling',
    Object.entries(sampling)
      .map(([key, value]) => `${key} ${formatValue(value)}`)
      .join(', '),
  ],
  ['Run', runLine(performance)],
  ['Files', provenance.files.join(', ')],
]
  .filter(([, text]) => text !== '')
  .map(([name, text]) => `<tr><th>${name}</th><td class="text">${escapeHtml(text!)}</td></tr>`)
  .join('\n')}
</tbody></table></div>
${pageFooter(provenance.version, parts.json)}
</main>
${parts.scene ? sceneScripts(parts.scene) : ''}
</body>
</html>
`;
}

function sections(report: Report, parts: ReportParts): string {
  const { plateauBracket } = report.capacities;
  const bracket =
    plateauBracket.discharge.value === null || plateauBracket.charge.value === null
      ? ''
      : ` Half of the plateau capacity is passed at ${formatWithError(plateauBracket.discharge)} V on discharge and at ` +
        `${formatWithError(plateauBracket.charge)} V on charge: the plateau voltage lies between.`;
  const { equilibrium: e, galvanostatic: g } = report;
  const between = e
    ? ` In equilibrium the plateau of ${formatWithError(e.plateau)} mAh/g lies at ${formatWithError(e.plateauVoltage)} V on average.`
    : '';
  const driven = g
    ? ` Driven by a gauge cell, charge lies ${formatWithError(g.hysteresis)} V above discharge over the plateau, ${formatWithError(g.plateauVoltage)} V in the middle.`
    : '';
  const all: Section[] = [
    {
      title: 'Voltage curve',
      figures: ['voltage-curve', 'voltage-curve-near-zero'],
      table: 'curve',
      caption:
        'Filling of pores is a first-order transition: on the way down it comes late, on the way up it leaves late. Neither branch is ' +
        `the plateau.${bracket}${driven}${between} Bands are standard errors; hollow points drift by more than their other errors. Below: the same around 0 V.${estimateCaption(report)}`,
    },
    {
      title: 'Differential capacity',
      figures: ['dq-dv'],
      table: 'dq-dv',
      caption:
        'Steps between neighbouring ladder voltages; the area of a step is the capacity stored in it. Right panel on a scale of its own.',
    },
    {
      title: 'Where the guests are',
      figures: ['sites'],
      table: 'sites',
      caption: siteCaption(report),
    },
    {
      title: 'Clusters',
      figures: ['clusters'],
      table: 'cluster-sizes',
      caption: `Share of guests in clusters of each size; guests nearer than ${formatValue(report.clusters.cutoff.value)} Å hang together.`,
    },
    ...guestSections(report),
    {
      title: 'Radial distributions',
      figures: ['rdf'],
      table: 'rdf',
      caption:
        'Relative to a uniform distribution over the whole box, pores and carbon alike. Bands are standard errors.',
    },
  ];
  const drawn = figureSections(all, parts);
  drawn.splice(1, 0, poreTable(report));
  if (parts.scene) drawn.splice(1, 0, viewerSection());
  if (report.guests) drawn.push(guestNumbers(report.guests, parts));
  return drawn.join('\n');
}

function siteCaption({ sites: { rule } }: Report): string {
  return (
    `Geometry alone decides: pore – at least ${rule['poreNeighbors']} guests around, as in metal, or no carbon within ` +
    `${rule['surfaceDistance']} Å; edge – the nearest carbon is an edge, closer than ${rule['edgeDistance']} Å; interlayer – carbon ` +
    `closer than ${rule['layerDistance']} Å on opposite sides; surface – the rest. One bar per ladder voltage, in the order run.`
  );
}

/** HTML of every section that has a figure. */
export function figureSections(all: readonly Section[], parts: SectionParts): string[] {
  return all
    .filter(({ figures }) => figures.some((name) => parts.figures.has(name)))
    .map((section) => figureSection(section, parts));
}

function figureSection({ title, figures, table, caption }: Section, parts: SectionParts): string {
  const drawn = figures.flatMap((name) => {
    const svg = parts.figures.get(name);
    return svg === undefined ? [] : [{ name, svg }];
  });
  const csv = parts.tables.get(table);
  return `<section>
<h2>${title}</h2>
<figure>
<figcaption>${escapeHtml(caption)}</figcaption>
${drawn.map(({ svg }) => `<div class="figure">${svg}</div>`).join('\n')}
</figure>
<p class="links">${[
    ...drawn.map(({ name, svg }) => downloadLink(`${name}.svg`, 'image/svg+xml', svg)),
    ...(csv === undefined ? [] : [downloadLink(`${table}.csv`, 'text/csv', csv)]),
  ].join(' ')}</p>
</section>`;
}

/** The place of the three-dimensional view; `sceneScripts` fill it. */
export function viewerSection(): string {
  return `<section>
<h2>Inside the carbon</h2>
<figcaption id="viewer-caption">Drag to turn; click, then scroll to zoom.</figcaption>
<div class="controls" id="viewer-controls"></div>
<div id="viewer"><p class="note">The three-dimensional view needs a browser with scripts and WebGL; every structure also lies beside this page as .xyz.</p></div>
<div class="legend" id="viewer-legend"></div>
</section>`;
}

/** The scripts of the view: data first, then the program; `<` is written as an escape so that no data can end the script. */
export function sceneScripts(scene: Scene): string {
  return `<script type="application/json" id="scene">${JSON.stringify(scene).replaceAll('<', '\\u003c')}</script>
<script>${viewerBundle.replaceAll('</script', '<\\/script')}</script>`;
}

/** Last lines of a page: all its numbers to save, and who made it. */
export function pageFooter(version: string, json: string): string {
  return `<footer>
${downloadLink('results.json', 'application/json', json, 'All numbers (results.json)')}
· Made by Cardhouse ${escapeHtml(version)}; the page holds everything it shows and loads nothing.
</footer>`;
}

/** Link that saves `text` under `name`. */
export function downloadLink(name: string, type: string, text: string, label = name): string {
  return `<a download="${name}" href="data:${type};base64,${base64(text)}">${label}</a>`;
}

function runLine(p: Report['performance']): string {
  return (
    `${formatValue(p.trials)} trials in ${spentText(p.wallSeconds)}, ` +
    `${formatValue(Math.round(p.trialsPerSecond))} trials/s per chain on ${machineText(p)}`
  );
}

/** A wall time as people say it. */
export function spentText(seconds: number): string {
  return seconds < 120 ? `${formatValue(Math.round(seconds))} s` : `${formatValue(Math.round(seconds / 60))} min`;
}

/** Workers, machine and date of a run. */
export function machineText(p: {
  readonly workers: number;
  readonly hostName: string;
  readonly runtime: string;
  readonly date: string;
}): string {
  const where = [p.hostName, p.runtime].filter((text) => text !== '').join(', ');
  return `${p.workers} ${p.workers === 1 ? 'worker' : 'workers'}${where === '' ? '' : ` (${where})`}, ${p.date}`;
}
