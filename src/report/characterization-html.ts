/** report.html of a characterization: one self-contained page. */
import { type InstrumentName, instrumentNames } from '../analysis/characterize.ts';
import type { CharacterizationReportData } from './characterization-report.ts';
import { byProbe, headlineCards, probeTable, residualTable, valueTable } from './characterization-tables.ts';
import type { CurveFigure } from './figures-characterization.ts';
import { formatValue } from './format.ts';
import { downloadLink, pageFooter, pageHead, sceneScripts, spentText, viewerSection } from './html.ts';
import { escapeHtml, warningSection } from './html-tables.ts';
import type { Scene } from './scene.ts';

export interface CharacterizationParts {
  /** text of results.json */
  readonly json: string;
  /** CSV by file name without extension */
  readonly tables: ReadonlyMap<string, string>;
  readonly figures: readonly (CurveFigure & { readonly svg: string })[];
  /** undefined: no three-dimensional view */
  readonly scene?: Scene;
  readonly warnings: readonly string[];
}

const titles: Readonly<Record<InstrumentName, string>> = {
  scattering: 'Scattering',
  porosity: 'Pores',
  bonding: 'Bonds and rings',
};

const style = `
h3{font-size:1rem;margin:26px 0 6px}
table.values td:first-child{min-width:9em}
.definitions{font-size:.85rem;margin:12px 0 0;color:var(--soft)}
.definitions dt{color:var(--text);font-weight:500;margin-top:6px}.definitions dd{margin:0;max-width:50em}
.met{color:#2f8f4e;white-space:nowrap}.missed{color:var(--warn);white-space:nowrap}
table.residual .soft{font-size:.83rem;max-width:28em}
sub{line-height:0}
.empty{color:var(--soft)}
pre{overflow-x:auto;background:var(--panel);border-radius:10px;padding:12px 14px;font-size:.82rem;line-height:1.45}
@media screen and (prefers-color-scheme:dark){.met{color:#6cc488}}
@media (max-width:560px){
table.values thead{display:none}
table.values tr{display:grid;grid-template-columns:1fr auto auto;gap:0 6px;padding:8px 0;border-bottom:1px solid var(--faint)}
table.residual thead,table.residual .unit{display:none}
table.residual,table.residual tbody{display:block}
table.residual tr{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,4fr);gap:2px 12px;padding:8px 0;border-bottom:1px solid var(--faint)}
table.residual td{border:0;padding:0;text-align:left;white-space:normal}table.residual .what{grid-column:1/-1;font-weight:500}
table.residual td[data-name]::before{content:attr(data-name) " ";color:var(--soft);font-size:.85rem}
table.residual td[data-unit]::after{content:attr(data-unit)}
table.values td{border:0;padding:0}table.values td.text{grid-column:1/-1;color:var(--soft);font-size:.85rem;min-width:0}
}`;

/** The page. */
export function characterizationHtml(data: CharacterizationReportData, parts: CharacterizationParts): string {
  const { characterization, facts, residual = [], published = [] } = data;
  const { composition, instruments, values } = characterization;
  const { lengths, angles, periodic } = composition.cell;
  const atoms = values['atoms']!.value;
  const straight = angles.every((angle) => Math.abs(angle - 90) < 1e-6);
  const size = lengths.map((length) => formatValue(Number(length.toPrecision(4)))).join(' × ');
  const warnings = parts.warnings;
  return `${pageHead(facts.name, facts.version, { scripts: parts.scene !== undefined, style })}
<body>
<main>
<header>
<h1>${escapeHtml(facts.name)}</h1>
${facts.about ? `<p class="soft">${escapeHtml(facts.about)}</p>` : ''}
<ul class="facts">
<li><b>${formatValue(atoms)}</b> ${atoms === 1 ? 'atom' : 'atoms'}</li>
<li><b>${formulaHtml(composition.elements)}</b></li>
<li>cell <b>${size} Å</b>${straight ? '' : ` at ${angles.map((angle) => `${formatValue(Number(angle.toPrecision(4)))}°`).join(', ')}`}${periodic.every(Boolean) ? '' : ', open'}</li>
</ul>
</header>
${residualTable(residual)}
${residualTable(published, 'published')}
<section class="cards" aria-label="Headline numbers">
${headlineCards(values)}
</section>
${warningSection(warnings)}
${parts.scene ? viewerSection() : ''}
${instrumentNames
  .filter((name) => instruments[name])
  .map((name) => instrumentSection(name, data, parts))
  .join('\n')}
<h2>Composition</h2>
${valueTable(Object.entries(composition.values))}
${speciesTable(composition.species)}
${facts.spec ? `<details><summary>Recipe</summary><pre>${escapeHtml(facts.spec)}</pre></details>` : ''}
<h2>Provenance</h2>
<div class="scroll"><table><tbody>
${(
  [
    ['Program', `Cardhouse ${facts.version}`],
    ['Structure', facts.source],
    ['Run', runLine(data)],
    [
      'Files',
      ['results.json', ...[...parts.tables.keys()].map((name) => `${name}.csv`), ...(facts.files ?? [])].join(', '),
    ],
  ] as const
)
  .map(([name, text]) => `<tr><th>${name}</th><td class="text">${escapeHtml(text)}</td></tr>`)
  .join('\n')}
</tbody></table></div>
${pageFooter(facts.version, parts.json)}
</main>
${parts.scene ? sceneScripts(parts.scene) : ''}
</body>
</html>
`;
}

/** Numbers of one instrument with their definitions, then its curves. */
function instrumentSection(
  name: InstrumentName,
  { characterization }: CharacterizationReportData,
  parts: CharacterizationParts,
): string {
  const { values, curves } = characterization.instruments[name]!;
  const split = byProbe(values);
  const drawn = parts.figures.filter(({ key }) => key in curves);
  const nothing = Object.keys(values).length === 0 && drawn.length === 0;
  return `<section id="${name}">
<h2>${titles[name]}</h2>
${nothing ? '<p class="empty">Nothing could be measured; the notes above say why.</p>' : ''}
${drawn.map((figure) => figureBlock(figure, parts)).join('\n')}
${Object.keys(values).length === 0 ? '' : '<h3>Numbers and their definitions</h3>'}
${valueTable(split.plain)}
${probeTable(split)}
</section>`;
}

function figureBlock(
  { key, name, title, caption, svg }: CurveFigure & { readonly svg: string },
  parts: CharacterizationParts,
): string {
  const csv = parts.tables.get(name);
  return `<h3>${escapeHtml(title)}</h3>
<figure id="curve-${escapeHtml(key)}">
${caption === '' ? '' : `<figcaption>${escapeHtml(caption)}</figcaption>`}
<div class="figure">${svg}</div>
</figure>
<p class="links">${downloadLink(`${name}.svg`, 'image/svg+xml', svg)} ${csv === undefined ? '' : downloadLink(`${name}.csv`, 'text/csv', csv)}</p>`;
}

/** Elements with the number of their atoms as subscripts. */
function formulaHtml(elements: Readonly<Record<string, number>>): string {
  return Object.entries(elements)
    .map(([name, count]) => `${escapeHtml(name)}${count === 1 ? '' : `<sub>${count}</sub>`}`)
    .join('');
}

function speciesTable(species: Readonly<Record<string, number>>): string {
  const rows = Object.entries(species);
  if (rows.length === 0) return '';
  return `<details><summary>Atoms by species</summary><table><tbody>${rows
    .map(([name, count]) => `<tr><td>${escapeHtml(name)}</td><td class="number">${formatValue(count)}</td></tr>`)
    .join('')}</tbody></table></details>`;
}

function runLine({ characterization, facts: { performance } }: CharacterizationReportData): string {
  const each = Object.entries(characterization.seconds).map(([name, seconds]) => `${name} ${spentText(seconds)}`);
  const where = [performance.hostName, performance.runtime].filter((text) => text !== '').join(', ');
  return `${spentText(performance.wallSeconds)} (${each.join(', ')})${where === '' ? '' : ` on ${where}`}, ${performance.date}`;
}
