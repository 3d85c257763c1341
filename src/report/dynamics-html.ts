/** report.html of a dynamics run: one self-contained page. */
import type { Diffusion } from '../analysis/diffusion.ts';
import { directions } from '../analysis/msd.ts';
import type { Quantity } from '../analysis/replicas.ts';
import { elementOf } from '../core/elements.ts';
import { measured } from '../core/statistics.ts';
import type { DynamicsFacts, DynamicsReportData } from './dynamics-report.ts';
import { formatValue, formatWithError } from './format.ts';
import { figureSections, machineText, pageFooter, pageHead, type Section, spentText } from './html.ts';
import { card, cardValue, escapeHtml, quantityTable, warningSection } from './html-tables.ts';

export interface DynamicsParts {
  /** text of results.json */
  readonly json: string;
  readonly tables: ReadonlyMap<string, string>;
  readonly figures: ReadonlyMap<string, string>;
}

/** The page of a run of dynamics. */
export function dynamicsHtml(data: DynamicsReportData, warnings: readonly string[], parts: DynamicsParts): string {
  const { motion, analysis, facts } = data;
  const { model, performance } = facts;
  const style = `
pre{overflow-x:auto;background:var(--panel);border-radius:10px;padding:12px 14px;font-size:.82rem;line-height:1.45}`;
  return `${pageHead(facts.name, facts.version, { style })}
<body>
<main>
<header>
<h1>${escapeHtml(facts.name)}</h1>
${facts.about ? `<p class="soft">${escapeHtml(facts.about)}</p>` : ''}
<ul class="facts">
<li>model <b>${escapeHtml(model.name)}</b></li>
<li><b>${formatValue(motion.kinds.length)}</b> atoms</li>
<li><b>${formatValue((motion.thermo.time.at(-1) ?? 0) / 1000)} ps</b></li>
<li>seed <b>${escapeHtml(String(facts.seed))}</b></li>
</ul>
</header>
<section class="cards" aria-label="Headline numbers">
${headlines(data)}
</section>
${warningSection(warnings)}
${sections(data, parts)}
<h2>Numbers and their definitions</h2>
<p class="soft">Errors are standard errors${
    analysis.thermo
      ? `; averages run from ${formatValue(analysis.thermo.from / 1000)} to ${formatValue(analysis.thermo.to / 1000)} ps`
      : ''
  }.</p>
<div class="scroll"><table>
<thead><tr><th>Quantity</th><th class="number">Value</th><th>Unit</th><th>Definition</th></tr></thead>
<tbody>${numberRows(data)}</tbody>
</table></div>
${diffusionTable(data)}
<h2>What was simulated, and how</h2>
${quantityTable('Structure', [['Value', facts.structure]])}
${quantityTable('Conditions', [['Value', facts.conditions]])}
${facts.spec ? `<details><summary>Spec</summary><pre>${escapeHtml(facts.spec)}</pre></details>` : ''}
<h2>Provenance</h2>
<div class="scroll"><table><tbody>
${(
  [
    ['Program', `Cardhouse ${facts.version}`],
    ['Model', [model.name, ...model.citation].join('. ')],
    ['Valid for', model.validity ?? ''],
    ['Random numbers', facts.random ?? ''],
    ['Run', runLine(performance)],
    [
      'Files',
      ['results.json', ...[...parts.tables.keys()].map((name) => `${name}.csv`), ...(facts.files ?? [])].join(', '),
    ],
  ] as const
)
  .filter(([, text]) => text !== '')
  .map(([name, text]) => `<tr><th>${name}</th><td class="text">${escapeHtml(text)}</td></tr>`)
  .join('\n')}
</tbody></table></div>
${pageFooter(facts.version, parts.json)}
</main>
</body>
</html>
`;
}

/** A diffusion coefficient in 10⁻⁵ cm²/s: those of simple liquids are about 1. */
export function inLiquidUnits({ value, error }: Quantity): Quantity {
  return { value: value === null ? null : value * 1e5, error: error === null ? null : error * 1e5, unit: '10⁻⁵ cm²/s' };
}

/** Diffusion of what is not at rest by definition. */
function mobile({ analysis: { diffusion, options } }: DynamicsReportData): readonly Diffusion[] {
  const still = new Set((options.reference ?? []).flatMap((name) => [name, elementOf(name)]));
  return diffusion.filter(({ species }) => !still.has(species));
}

/** A number that is none is shown as a dash. */
function shown(quantity: Quantity): Quantity {
  return quantity.value !== null && Number.isFinite(quantity.value)
    ? { ...quantity, error: Number.isFinite(quantity.error ?? 0) ? quantity.error : null }
    : { ...quantity, value: null, error: null };
}

function headlines(data: DynamicsReportData): string {
  const { thermo } = data.analysis;
  return [
    ...(thermo
      ? [
          card('Temperature', cardValue(shown(thermo.temperature)), 'mean after equilibration'),
          card('Pressure', cardValue(shown(thermo.pressure)), `at ${formatWithError(shown(thermo.density))} g/cm³`),
        ]
      : []),
    ...mobile(data)
      .slice(0, 3)
      .map(({ species, diffusive, coefficientCm2PerS: { total }, window }) =>
        card(
          `Diffusion of ${escapeHtml(species)}`,
          diffusive ? cardValue({ ...inLiquidUnits(total), unit: '× 10⁻⁵ cm²/s' }) : '–',
          diffusive
            ? `Einstein, fitted from ${formatValue(window.from / 1000)} to ${formatValue(window.to / 1000)} ps`
            : 'does not diffuse in this run, or it is too short to tell',
        ),
      ),
    ...(thermo
      ? [
          card('Potential energy', cardValue(shown(thermo.potential)), 'mean per atom'),
          card('Energy drift', cardValue(shown(inMicro(thermo.drift))), 'of what the integrator should conserve'),
        ]
      : []),
  ].join('\n');
}

/** eV/atom/ps in µeV/atom/ps. */
function inMicro({ value, error }: Quantity): Quantity {
  return { value: value! * 1e6, error: error === null ? null : error * 1e6, unit: 'µeV/atom/ps' };
}

function numberRows(data: DynamicsReportData): string {
  const { thermo, greenKubo, vdos, msd } = data.analysis;
  const moving = mobile(data);
  const rows: (readonly [string, Quantity, string])[] = [];
  if (thermo) {
    rows.push(
      ['Temperature', thermo.temperature, '2K/(f k) over the f degrees of freedom that can move; block error.'],
      ['Pressure', thermo.pressure, 'Kinetic and virial part, a third of the trace; block error.'],
      ['Potential energy', thermo.potential, 'Mean per atom.'],
      ['Kinetic energy', thermo.kinetic, 'Mean per atom.'],
      ['Total energy', thermo.total, 'Potential and kinetic, mean per atom.'],
      [
        'Energy drift',
        inMicro(thermo.drift),
        'Slope of the total energy less the heat of thermostat and work of barostat: median of the slopes between all pairs of block means.',
      ],
      [
        'Noise of the conserved energy',
        scaled(thermo.conservedNoise, 1e6, 'µeV/atom'),
        'Standard deviation about that slope.',
      ],
      ['Volume', thermo.volume, 'Mean volume of the cell.'],
      ['Density', thermo.density, 'Mass over volume.'],
    );
  }
  for (const { species, coefficientCm2PerS, exponent, window, note } of moving) {
    const reference = msd.find((one) => one.species === species)?.reference ?? [];
    const frame = reference.length > 0 ? `, relative to ${reference.join(' and ')}` : '';
    rows.push(
      [
        `Diffusion of ${species}`,
        note === undefined
          ? inLiquidUnits(coefficientCm2PerS.total)
          : { value: null, error: null, unit: '10⁻⁵ cm²/s', note },
        `Slope/6 of the mean squared displacement${frame}, generalised least squares from ${formatValue(window.from / 1000)} to ${formatValue(window.to / 1000)} ps, where its log–log slope is 1 within 0.1 or two errors.`,
      ],
      [
        `Exponent of ${species}`,
        exponent,
        'Log–log slope of the mean squared displacement in that window: 1 is diffusion.',
      ],
    );
  }
  for (const { species, coefficientCm2PerS, lag } of greenKubo) {
    if (!moving.some((one) => one.species === species && one.diffusive)) continue;
    rows.push([
      `Diffusion of ${species}, Green–Kubo`,
      inLiquidUnits(coefficientCm2PerS),
      `A third of the integral of the velocity autocorrelation, mean from ${formatValue(lag[lag.length >> 1]! / 1000)} to ${formatValue(lag.at(-1)! / 1000)} ps: a check, blind to anything slower.`,
    ]);
  }
  if (vdos)
    rows.push([
      'Resolution of vibrations',
      measured(vdos.resolution, null, 'THz'),
      'Width of a sharp line: one over the longest lag (Hann window).',
    ]);
  return rows
    .map(([name, quantity, definition]) => {
      const note = quantity.note === undefined ? '' : ` <span class="note">(${escapeHtml(quantity.note)})</span>`;
      return `<tr><td>${escapeHtml(name)}</td><td class="number">${formatWithError(shown(quantity))}</td><td>${escapeHtml(quantity.unit)}</td><td class="text">${escapeHtml(definition)}${note}</td></tr>`;
    })
    .join('\n');
}

function scaled({ value, error }: Quantity, factor: number, unit: string): Quantity {
  return { value: value! * factor, error: error === null ? null : error * factor, unit };
}

/** One line per species that diffuses: every direction. */
function diffusionTable(data: DynamicsReportData): string {
  const diffusion = mobile(data).filter(({ diffusive }) => diffusive);
  if (diffusion.length === 0) return '';
  const cell = (one: Diffusion, d: (typeof directions)[number]): string =>
    `<td class="number">${formatWithError(inLiquidUnits(one.coefficientCm2PerS[d]))}</td>`;
  return `<h3>Diffusion by direction</h3>
<div class="scroll"><table><thead><tr><th>Species</th>${directions.map((d) => `<th class="number">D ${d} (10⁻⁵ cm²/s)</th>`).join('')}</tr></thead>
<tbody>${diffusion
    .map((one) => `<tr><td>${escapeHtml(one.species)}</td>${directions.map((d) => cell(one, d)).join('')}</tr>`)
    .join('\n')}</tbody></table></div>`;
}

function sections({ analysis }: DynamicsReportData, parts: DynamicsParts): string {
  const shaded = (analysis.options.from ?? 0) > 0 ? ' Grey: equilibration, not averaged.' : '';
  const all: Section[] = [
    {
      title: 'Temperature and energy',
      figures: ['energy', 'pressure'],
      table: 'thermo',
      caption: `Lines are means over a few samples, bands reach from the lowest to the highest of them.${shaded}`,
    },
    {
      title: 'Diffusion',
      figures: ['msd'],
      table: 'msd',
      caption:
        'Mean squared displacement over all time origins, on plain and on logarithmic axes. Bands are standard errors, dashes the fitted line.',
    },
    {
      title: 'Radial distributions',
      figures: ['rdf'],
      table: 'rdf',
      caption: 'Relative to a uniform distribution over the whole cell. Bands are standard errors.',
    },
    {
      title: 'Velocity autocorrelation',
      figures: ['vacf'],
      table: 'vacf',
      caption: 'How long an atom remembers its velocity. Bands are standard errors.',
    },
    {
      title: 'Vibrations',
      figures: ['vdos'],
      table: 'vdos',
      caption:
        'Density of vibrational modes: the spectrum of the velocities, weighted by mass. Three modes per atom under each curve; what is left at zero frequency diffuses.',
    },
  ];
  return figureSections(all, parts).join('\n');
}

function runLine(p: DynamicsFacts['performance']): string {
  return (
    `${formatValue(p.steps)} steps in ${spentText(p.wallSeconds)}, ${formatValue(Math.round(p.stepsPerSecond))} steps/s, ` +
    `${formatValue(Math.round(p.atomStepsPerSecond / 1000))} thousand atom-steps/s on ${p.device ? `${p.device}, ` : ''}${machineText(p)}`
  );
}
