/** A finished study beside a measured curve: numbers, figure, and their section in the page of the study. */
import { type ComparedNumber, compareCurves } from '../analysis/comparison.ts';
import type { MeasuredCurve } from '../io/measured-curve.ts';
import { csv } from './csv.ts';
import { drawFigure } from './figures.ts';
import { nearZeroFigure, voltageFigure } from './figures-voltage.ts';
import { formatWithError } from './format.ts';
import { downloadLink } from './html.ts';
import { escapeHtml } from './html-tables.ts';
import type { Report } from './report.ts';

/** comparison.json. */
export interface Comparison {
  readonly schema: 'cardhouse/comparison/1';
  /** of the study */
  readonly study: string;
  /** name of the measured file */
  readonly measured: string;
  /** how the file was read */
  readonly notes: readonly string[];
  readonly numbers: readonly ComparedNumber[];
}

/** Compares a finished study with a measured curve; nothing is fitted. */
export function compareWithMeasured(report: Report, measured: MeasuredCurve, file: string): Comparison {
  const { capacities: c, equilibrium, galvanostatic } = report;
  const branch = (name: 'discharge' | 'charge') =>
    report.curve[name].map(({ voltage, capacity }) => ({ voltage, capacity: capacity.value }));
  const voltage = equilibrium
    ? { name: 'equilibrium', value: equilibrium.plateauVoltage }
    : galvanostatic && { name: 'galvanostatic', value: galvanostatic.plateauVoltage };
  const numbers = compareCurves({ discharge: branch('discharge'), charge: branch('charge') }, measured, {
    ...{ slopeCut: c.slopeCut, slope: c.slope, plateau: c.plateau, total: c.total },
    plateauBracket: c.plateauBracket,
    ...(voltage && { plateauVoltage: voltage }),
  });
  return { schema: 'cardhouse/comparison/1', study: report.study.name, measured: file, notes: measured.notes, numbers };
}

/** A comparison as CSV. */
export function comparisonCsv({ numbers }: Comparison): string {
  return csv(numbers, [
    ['number', ({ name }) => name],
    ['unit', ({ computed }) => computed.unit],
    ['computed', ({ computed }) => computed.value],
    ['computed error', ({ computed }) => computed.error],
    ['measured', ({ measured }) => measured.value],
    ['deviation', ({ deviation }) => deviation.value],
    ['definition', ({ definition }) => definition],
  ]);
}

/** `+12 ± 3 (+8 %)` */
export function deviationText({ deviation, measured }: ComparedNumber): string {
  if (deviation.value === null) return '–';
  const sign = deviation.value > 0 ? '+' : '';
  const share =
    deviation.unit === 'V' || !measured.value
      ? ''
      : ` (${sign}${Math.round((100 * deviation.value) / measured.value)} %)`;
  return `${sign}${formatWithError(deviation)}${share}`.replace('(-', '(−');
}

/** The section of a comparison in a page. */
export async function comparisonSection(
  report: Report,
  measured: MeasuredCurve,
  comparison: Comparison,
): Promise<string> {
  const figures = [
    await drawFigure(voltageFigure(report, measured), 'comparison'),
    await drawFigure(nearZeroFigure(report, measured), 'comparison-near-zero'),
  ];
  const rows = comparison.numbers.map((number) => {
    const note = number.measured.note ?? number.computed.note;
    const cells = [formatWithError(number.computed), formatWithError(number.measured), deviationText(number)];
    return `<tr><td>${escapeHtml(number.name)}</td>${cells.map((cell) => `<td class="number">${escapeHtml(cell)}</td>`).join('')}<td>${number.computed.unit}</td><td class="text">${escapeHtml(number.definition)}${note === undefined ? '' : ` <span class="note">(${escapeHtml(note)})</span>`}</td></tr>`;
  });
  const notes = comparison.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('');
  return `<section>
<h2>Beside a measured curve</h2>
<figure>
<figcaption>${escapeHtml(comparison.measured)}, as it was measured: nothing is fitted, shifted or scaled.</figcaption>
${figures.map((svg) => `<div class="figure">${svg}</div>`).join('\n')}
</figure>
<div class="scroll"><table class="dense">
<thead><tr><th>Number</th><th class="number">Computed</th><th class="number">Measured</th><th class="number">Deviation</th><th>Unit</th><th>Definition</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
${notes === '' ? '' : `<ul class="soft">${notes}</ul>`}
<p class="links">${downloadLink('comparison.csv', 'text/csv', comparisonCsv(comparison))}</p>
</section>`;
}

/**
 * A page with the section in it, in place of one that was there before.
 *
 * @returns undefined where the page has no place for it: it was made by an earlier version
 */
export function withComparison(page: string, section: string): string | undefined {
  const [begin, end] = ['<!--comparison-->', '<!--/comparison-->'];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  return from < 0 || to < from ? undefined : `${page.slice(0, from)}${begin}${section}${page.slice(to)}`;
}
