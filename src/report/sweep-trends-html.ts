/** The trends of a sweep on its page. */
import { formatTwoDigits, formatValue, formatWithError } from './format.ts';
import { downloadLink } from './html.ts';
import { escapeHtml } from './html-tables.ts';
import { table } from './plain-table.ts';
import { type SweepTrend, trendAxis, trendsCsv } from './sweep-trends.ts';

/** Table of all trends with what has been published; empty where there are none. */
export function trendSection(trends: readonly SweepTrend[]): string {
  if (trends.length === 0) return '';
  const grouped = trends.some(({ group }) => group !== '');
  const head = [
    'Number',
    'With',
    ...(grouped ? ['At'] : []),
    'Here',
    'Published',
    'Beside it',
    'Per unit of x',
    'z',
    'Over the range',
    'Scatter',
    'n',
  ];
  const rows = trends.map((trend) => [
    trend.label,
    trendAxis(trend).replaceAll(' ', '\u00a0'),
    ...(grouped ? [trend.group] : []),
    trend.direction,
    trend.published?.text ?? '–',
    trend.published?.verdict ?? '–',
    `${formatWithError({ value: trend.slope, error: trend.error, unit: trend.unit })} ${trend.unit}`,
    trend.z === null ? '–' : formatValue(Number(trend.z.toFixed(1))),
    `${formatWithError({ value: trend.change, error: trend.changeError, unit: trend.unit })} ${trend.unit}`,
    formatTwoDigits(trend.scatter),
    String(trend.points),
  ]);
  const sources = [...new Set(trends.flatMap(({ published }) => published?.source ?? []))];
  const read = sources.length > 0 ? ` Published: ${escapeHtml(sources.join('; '))}.` : '';
  return `<section>
<h2>Trends</h2>
<p class="soft">Straight lines through single structures; structures that agree in all other keys make one line, and lines are parallel. The error holds the scatter between
structures; z is the slope over its error as a normal deviate. Rises, falls: |z| of 2 and more; constant: less, and within a tenth of the mean over the range whatever the error
hides; unclear: neither. n: structures.${read} ${downloadLink('trends.csv', 'text/csv', trendsCsv(trends), 'Trends (CSV)')}</p>
${table(head, rows, grouped ? 6 : 5)}
</section>`;
}
