/** Section of docs/performance.md about the three-dimensional view of a report. */
import { tableOf, three, verdict } from './columns.ts';
import type { Measurements } from './page.ts';

/** How long a move of the mouse takes, with WebGL on the processor. */
export function viewSection({ of, run }: Measurements): string[] {
  return [
    '## The view of a report, WebGL on the processor',
    '',
    'From a move of the mouse to its finished picture in headless Chromium, on a canvas of 780 × 560 points (`npm run bench:viewer`). “other” is another',
    'checkout, in turn with this one.',
    '',
    ...tableOf(
      [
        'carbons and guests',
        'atoms',
        'ms a move',
        'other',
        'ratio',
        'page, MB',
        'other',
        'open, s',
        'other',
        'target',
        '',
        'run',
      ],
      of(({ kind }) => kind === 'view').map(({ outcome, entry }) => {
        const { about, atoms, figures, target } = outcome;
        const figure = (what: string): string => (figures[what] === undefined ? '–' : three(figures[what]));
        return [
          ...[about, atoms, figure('ms a move'), figure('ms a move, other'), figure('ratio of moves')],
          ...[figure('page, MB'), figure('page, MB, other'), figure('open, s'), figure('open, s, other')],
          ...[target, verdict(outcome), run(entry)],
        ];
      }),
    ),
  ];
}
