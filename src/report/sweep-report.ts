/** The page of a sweep: all its numbers over the keys that were swept, self-contained. */
import { version } from '../generated/version.ts';
import { drawFigure } from './figures.ts';
import { axisTitle, curvesFigure, profileFigure, type SweepCurve } from './figures-sweep.ts';
import { frontOf, mapFigure, paretoFigure, varies } from './figures-sweep-maps.ts';
import { formatTwoDigits, formatWithError } from './format.ts';
import { downloadLink, pageHead } from './html.ts';
import { card, cardValue, escapeHtml, warningSection } from './html-tables.ts';
import { table } from './plain-table.ts';
import type { Report } from './report.ts';
import { nameOfKey, type SweepAverage, type SweepDocument, type SweepRow } from './sweep-document.ts';
import { calibrationWarnings, errorPartsSection, errorsHold } from './sweep-errors-html.ts';
import {
  type FittedSurface,
  fitSurfaces,
  numericAxes,
  type SurfaceGroup,
  type SurfaceNumber,
  type SweepSurrogates,
  surfaceGroups,
  surfaceNumbers,
  surrogatesOf,
} from './sweep-surfaces.ts';
import { trendSection } from './sweep-trends-html.ts';

/** Curves drawn at most: more would be a blot. */
const mostCurves = 120;
/** Keys that maps are drawn over at most, two at a time: those along which the plateau changes soonest. */
const mostMapped = 3;
const mostRowsShown = 60;
/** Structures behind a point below which its error bar is not one to trust. */
const fewestStructures = 4;

const sweepStyle =
  '.cards{grid-template-columns:repeat(auto-fit,minmax(175px,1fr))}.card{padding:14px 12px}.card .value{font-size:1.45rem}';

/** Curve of a point by its key: what the figure of all curves is made of. */
export type CurvesByKey = ReadonlyMap<string, Pick<Report['curve'], 'discharge' | 'charge'>>;

/** A page, and the fits it was drawn from. */
export interface SweepReport {
  readonly html: string;
  readonly surrogates: SweepSurrogates;
}

type FittedGroup = SurfaceGroup & { readonly surfaces: readonly FittedSurface[] };

/**
 * Draws the page of a sweep, whole or not finished yet.
 *
 * @param csv  text of its table, to be saved from the page
 */
export async function sweepReport(document: SweepDocument, curves: CurvesByKey, csv: string): Promise<SweepReport> {
  const axes = numericAxes(document);
  const numbers = surfaceNumbers(document);
  const groups = surfaceGroups(document).map(
    (group): FittedGroup => ({ ...group, surfaces: fitSurfaces(group, axes, numbers) }),
  );
  const { study, rows, points, seeds, averages } = document;
  const sections = [
    await curveSection(document, curves),
    ...(await Promise.all(groups.map((group, k) => surfaceSections(group, axes, numbers, k)))),
    await frontSection(document),
    trendSection(document.trends),
    fitSection(groups, axes),
    tableSection(document, numbers, csv),
    errorPartsSection(document, numbers),
  ];
  const structures = study.replicas * seeds;
  const html = `${pageHead(`${study.name}, sweep`, version, { style: sweepStyle })}
<body>
<main>
<header>
<h1>${escapeHtml(study.name)}: sweep of ${document.axes.map(({ key }) => escapeHtml(nameOfKey(key))).join(', ') || 'seeds'}</h1>
${study.about === '' ? '' : `<p class="soft">${escapeHtml(study.about)}</p>`}
<ul class="facts">
<li>guest <b>${escapeHtml(study.guest)}</b></li>
<li>model <b>${escapeHtml(study.model)}</b></li>
<li><b>${averages.length}</b> ${averages.length === 1 ? 'point' : 'points'}</li>
<li><b>${structures}</b> ${structures === 1 ? 'structure' : 'structures'} each (${seeds} ${seeds === 1 ? 'seed' : 'seeds'} × ${study.replicas})</li>
<li><b>${rows.length}</b> of ${points} studies</li>
<li>errors of <b>${errorsHold(document)}</b></li>
</ul>
</header>
<section class="cards" aria-label="Extremes">
${extremes(averages)}
</section>
${warningSection(warningsOf(document, structures))}
${sections.join('\n')}
<footer>
${downloadLink('sweep.csv', 'text/csv', csv, 'Table (CSV)')} · ${downloadLink('sweep.json', 'application/json', JSON.stringify(document), 'All numbers (JSON)')}
· Made by Cardhouse ${escapeHtml(version)}; the page holds everything it shows and loads nothing.
</footer>
</main>
</body>
</html>
`;
  return { html, surrogates: surrogatesOf(groups) };
}

/** What must be known before the numbers are quoted. */
function warningsOf(document: SweepDocument, structures: number): string[] {
  const { rows, points, failed } = document;
  const missing = points - rows.length - failed.length;
  return [
    ...(missing > 0 ? [`Not finished: ${missing} of ${points} studies are missing.`] : []),
    ...failed.map(
      ({ at, seed, error }) => `Could not be computed: ${[...placeText(at), `seed ${seed}`].join(', ')}: ${error}`,
    ),
    ...(structures < fewestStructures
      ? [
          `Errors rest on ${structures} ${structures === 1 ? 'structure' : 'structures'} per point: slow pores hide from block errors, ` +
            `so at least ${fewestStructures} (seeds × replicas) are advised for numbers to quote.`,
        ]
      : []),
    ...calibrationWarnings(document),
  ];
}

const placeText = (at: SweepRow['at']): string[] =>
  Object.entries(at).map(([key, value]) => `${nameOfKey(key)} ${value}`);

/** Where the numbers are largest. */
function extremes(averages: readonly SweepAverage[]): string {
  const wanted = [
    ['Largest total', 'total', 1],
    ['Largest plateau', 'plateau', 1],
    ['Largest slope', 'slope', 1],
    ['Least first-cycle loss', 'irreversible', -1],
  ] as const;
  return wanted
    .flatMap(([title, key, sign]) => {
      const known = averages.filter(({ numbers }) => numbers[key]?.value != null);
      if (known.length === 0) return [];
      const best = known.reduce((a, b) => (sign * (b.numbers[key]!.value! - a.numbers[key]!.value!) > 0 ? b : a));
      return [card(title, cardValue(best.numbers[key]!), placeText(best.at).join(', ') || 'the only point')];
    })
    .join('\n');
}

function section(title: string, caption: string, figures: readonly string[], rest = ''): string {
  return `<section>
<h2>${escapeHtml(title)}</h2>
<figure>
<figcaption>${escapeHtml(caption)}</figcaption>
${figures.map((svg) => `<div class="figure">${svg}</div>`).join('\n')}
</figure>
${rest}</section>`;
}

/** Curves of the seeds of a point, averaged voltage by voltage where they have the same ladder. */
function meanCurve(average: SweepAverage, rows: readonly SweepRow[], curves: CurvesByKey): SweepCurve | undefined {
  const own = rows.filter(({ at }) => JSON.stringify(at) === JSON.stringify(average.at));
  const all = own.flatMap(({ key }) => curves.get(key) ?? []);
  if (all.length === 0) return undefined;
  const branch = (name: 'discharge' | 'charge') =>
    all[0]![name].map(({ voltage }, k) => {
      const values = all.flatMap((curve) =>
        curve[name][k]?.voltage === voltage ? [curve[name][k].capacity.value] : [],
      );
      return [values.reduce((a, b) => a + b, 0) / values.length, voltage] as const;
    });
  return { average, discharge: branch('discharge'), charge: branch('charge') };
}

async function curveSection({ averages, rows, axes, study }: SweepDocument, curves: CurvesByKey): Promise<string> {
  const every = Math.ceil(averages.length / mostCurves);
  const drawn = averages.filter((_, k) => k % every === 0).flatMap((average) => meanCurve(average, rows, curves) ?? []);
  if (drawn.length === 0) return '';
  const color = axes[0]?.key ?? '';
  const figure = await drawFigure(curvesFigure(drawn, color, study.guest), 'sweep-curves');
  const less = every > 1 ? ` One of ${every} points is drawn.` : '';
  const how = color === '' ? '' : ` Coloured by ${nameOfKey(color)}.`;
  return section(
    'Voltage curves',
    `Mean over the seeds of every point. The two branches are the two sides of a bracket: pores fill late on the way down and empty late on the way up.${how}${less}`,
    [figure],
  );
}

async function surfaceSections(
  { name, averages, surfaces }: FittedGroup,
  axes: readonly string[],
  numbers: readonly SurfaceNumber[],
  order: number,
): Promise<string> {
  if (axes.length === 0 || averages.length < 2) return '';
  const shown = numbers.filter(({ key }) => averages.some((average) => average.numbers[key]?.value != null));
  const of = name === '' ? '' : ` (${name})`;
  const profiles = await Promise.all(
    axes.map(async (axis, k) => {
      const color = axes.find((other) => other !== axis);
      const svg = await drawFigure(
        profileFigure(averages, axes, axis, shown, surfaces, color),
        `sweep-profile-${order}-${k}`,
      );
      return section(`Along ${nameOfKey(axis)}${of}`, profileCaption(axis, axes, surfaces), [svg]);
    }),
  );
  const mapped = soonest(axes, surfaces);
  const pairs = mapped.flatMap((a, k) => mapped.slice(k + 1).map((b) => [a, b] as const));
  const varying = surfaces.filter(varies);
  const flat = surfaces.filter((surface) => !varying.includes(surface)).map(({ number }) => number.label);
  const flatText = flat.length > 0 ? ` Flat within the error of its fit, so not drawn: ${flat.join('; ')}.` : '';
  const maps = await Promise.all(
    (varying.length === 0 ? [] : pairs).map(async (pair, k) => {
      const svg = await drawFigure(mapFigure(averages, axes, pair, varying), `sweep-map-${order}-${k}`);
      const held = axes.filter((axis) => !pair.includes(axis)).map(nameOfKey);
      return section(
        `Over ${nameOfKey(pair[0])} and ${nameOfKey(pair[1])}${of}`,
        `The fit through all points; dots are where points were computed, pale where the fit extrapolates.${
          held.length > 0 ? ` ${held.join(', ')} in the middle of ${held.length === 1 ? 'its' : 'their'} range.` : ''
        }${flatText}`,
        [svg],
      );
    }),
  );
  return [...profiles, ...maps].join('\n');
}

function profileCaption(axis: string, axes: readonly string[], surfaces: readonly FittedSurface[]): string {
  const others = axes.filter((other) => other !== axis).map(nameOfKey);
  const joined = others.length > 0 ? ` Joined are points that differ in ${nameOfKey(axis)} alone.` : '';
  const held = others.length > 0 ? `, ${others.join(', ')} in the middle` : '';
  const apart = surfaces.some(({ calibration }) => calibration !== null);
  const bars = apart ? ': thick those of the seeds, thin with what the calibration leaves open' : '';
  const band = apart ? ', calibration included' : '';
  const fit =
    surfaces.length > 0 ? ` Dashes and band: the fit through all points and its standard deviation${band}${held}.` : '';
  return `Mean over seeds with standard errors${bars}.${joined}${fit}`;
}

/** The axes along which the plateau changes soonest, in the order of the sweep. */
function soonest(axes: readonly string[], surfaces: readonly FittedSurface[]): string[] {
  const surface = surfaces.find(({ number }) => number.key === 'plateau') ?? surfaces[0];
  if (!surface || axes.length <= mostMapped) return [...axes];
  const widths = axes.map((_, d) => {
    const values = surface.places.map((place) => place[d]!);
    return Math.max(...values) - Math.min(...values);
  });
  const relative = surface.surrogate.parameters.lengths.map((length, d) => length / widths[d]!);
  const order = axes.map((_, d) => d).sort((a, b) => relative[a]! - relative[b]!);
  return axes.filter((_, d) => order.slice(0, mostMapped).includes(d));
}

async function frontSection({ averages, axes }: SweepDocument): Promise<string> {
  const front = frontOf(averages);
  if (averages.length < 3 || front.length === 0) return '';
  const figure = await drawFigure(paretoFigure(averages, axes[0]?.key), 'sweep-front');
  const head = [...axes.map(({ key }) => axisTitle(key)), 'Slope (mAh/g)', 'Plateau (mAh/g)', 'Total (mAh/g)'];
  const rows = front.map(({ at, numbers }) => [
    ...axes.map(({ key }) => at[key]!),
    ...['slope', 'plateau', 'total'].map((key) => formatWithError(numbers[key]!)),
  ]);
  return section(
    'Plateau against slope',
    'Ringed and joined: points that no other beats in both. Neighbours within each other’s error bars are not told apart.',
    [figure],
    table(head, rows, axes.length),
  );
}

/** What the fits are worth: how far each point is from what all others say of it. */
function fitSection(groups: readonly FittedGroup[], axes: readonly string[]): string {
  const apart = groups.some(({ surfaces }) => surfaces.some(({ calibration }) => calibration !== null));
  const rows = groups.flatMap(({ name, surfaces }) =>
    surfaces.map(({ number, surrogate: { parameters, leaveOneOut }, places, calibration }) => [
      name === '' ? number.label : `${number.label} (${name})`,
      String(places.length),
      ...parameters.lengths.map((length, d) => {
        const values = places.map((place) => place[d]!);
        // a length of many widths is a straight line, or nothing at all
        return length > 5 * (Math.max(...values) - Math.min(...values)) ? 'straight' : formatTwoDigits(length);
      }),
      formatTwoDigits(parameters.noise),
      formatTwoDigits(leaveOneOut.rms),
      formatTwoDigits(leaveOneOut.z),
      ...(apart ? [formatTwoDigits(calibration)] : []),
      number.unit,
    ]),
  );
  if (rows.length === 0) return '';
  const head = [
    'Number',
    'Points',
    ...axes.map((key) => `Length, ${axisTitle(key)}`),
    'Noise',
    'Left out: miss',
    '… over its error',
    ...(apart ? ['Calibration'] : []),
    'Unit',
  ];
  return `<section>
<h2>The fits between the points</h2>
<p class="soft">Gaussian processes with a squared-exponential kernel. Length: distance over which a number changes. Noise: scatter beyond the errors of the
points. Left out: root mean square by which every point misses what all others say of it, and the same over its predicted error (1 is right, 2 too sure of itself).${
    apart
      ? `
Fits know the errors of the seeds alone. Calibration: what it leaves open in all points alike, root mean square; bands and predictions have it on top.`
      : ''
  }
<code>cardhouse predict</code> asks them for any carbon.</p>
${table(head, rows, 1)}
</section>`;
}

function tableSection({ averages, axes }: SweepDocument, numbers: readonly SurfaceNumber[], csv: string): string {
  const head = [
    ...axes.map(({ key }) => axisTitle(key)),
    'Seeds',
    ...numbers.map(({ label, unit }) => `${label} (${unit})`),
  ];
  const rows = averages.map(({ at, seeds, numbers: own }) => [
    ...axes.map(({ key }) => at[key]!),
    String(seeds),
    ...numbers.map(({ key }) => (own[key] ? formatWithError(own[key]) : '–')),
  ]);
  const shown = table(head, rows, axes.length);
  return `<section>
<h2>Every point</h2>
<p class="soft">Mean over seeds and its standard error. ${downloadLink('sweep.csv', 'text/csv', csv, 'Every seed, every number (CSV)')}</p>
${rows.length > mostRowsShown ? `<details><summary>${rows.length} points</summary>${shown}</details>` : shown}
</section>`;
}
