/** What the error bars of a sweep hold, on its page. */
import { axisTitle } from './figures-sweep.ts';
import { formatTwoDigits } from './format.ts';
import { escapeHtml } from './html-tables.ts';
import { table } from './plain-table.ts';
import { holdsCalibration, type SweepDocument } from './sweep-document.ts';
import type { SurfaceNumber } from './sweep-surfaces.ts';

/** `of structures, sampling and calibration`: what the error bars hold. */
export function errorsHold(document: Pick<SweepDocument, 'rows' | 'averages'>): string {
  const parts = document.averages.flatMap(({ numbers }) =>
    Object.values(numbers).flatMap((number) => number.parts ?? []),
  );
  if (parts.length === 0) return 'structures and sampling';
  if (parts.some(({ calibration }) => calibration !== null)) return 'seeds and calibration, also apart';
  const sets = Math.max(...document.rows.map(({ parameterSets = 0 }) => parameterSets));
  return sets > 1 ? 'seeds and calibration in one' : 'structures and sampling';
}

/** What must be known of errors that were asked to hold the calibration. */
export function calibrationWarnings({ rows, seeds }: Pick<SweepDocument, 'rows' | 'seeds'>): string[] {
  if (!holdsCalibration({ rows })) return [];
  const sets = rows.flatMap(({ parameterSets }) => parameterSets ?? []);
  return [
    ...(Math.max(...sets) > 1
      ? [
          'Errors hold the doubt in the model as well. It shifts all points together: differences between points are known better than ' +
            'their error bars say.',
        ]
      : []),
    ...(Math.min(...sets) === 1
      ? [
          'The doubt in the model was asked for with one replica: a study then has one set of parameters, and its errors hold nothing of ' +
            'the calibration. Ask for more replicas.',
        ]
      : []),
    ...(seeds === 1 && Math.max(...sets) > 1
      ? [
          'One seed per point: its errors hold structures, sampling and calibration in one. Two seeds and more tell them apart.',
        ]
      : []),
  ];
}

/** Table of the errors of every point in their parts; empty where none is told in parts. */
export function errorPartsSection({ averages, axes }: SweepDocument, numbers: readonly SurfaceNumber[]): string {
  const shown = numbers.filter(({ key }) => averages.some(({ numbers: own }) => own[key]?.parts?.calibration != null));
  if (shown.length === 0) return '';
  const head = [
    ...axes.map(({ key }) => axisTitle(key)),
    'Seeds',
    ...shown.flatMap(({ label, unit }) => [`${label}: seeds (${unit})`, 'calibration', 'together']),
  ];
  const rows = averages.map(({ at, seeds, numbers: own }) => [
    ...axes.map(({ key }) => at[key]!),
    String(seeds),
    ...shown.flatMap(({ key }) => [
      formatTwoDigits(own[key]?.parts?.seeds),
      formatTwoDigits(own[key]?.parts?.calibration),
      formatTwoDigits(own[key]?.error),
    ]),
  ]);
  const text =
    'Seeds: structures and sampling, from the scatter between seeds, smaller with every seed. Calibration: what other parameters of the model that meet its ' +
    'targets as well would change, of the mean over the sets of parameters in a study; all seeds have the same sets, so it stays. It is what the errors of ' +
    'single studies hold beyond that scatter, so 0 says that it is lost in it. Together: the root of the sum of squares, the error bars of this page.';
  return `<section>
<h2>Where the errors come from</h2>
<p class="soft">${escapeHtml(text)}</p>
${table(head, rows, axes.length)}
</section>`;
}
