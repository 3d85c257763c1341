/** Rows of docs/validation.md. */

export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly expected: string;
  readonly verdict: string;
}

export interface Section {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly Row[];
}

/** What the last column says. */
export const pass = (ok: boolean): string => (ok ? 'pass' : '**fail**');

/** What it says of a fault that has been understood and stays. */
export const known = 'known';

/** What it says of a number that nothing stands beside. */
export const told = '–';

/** A section in Markdown; `name` is how `npm run validate -- NAME` finds it again. */
export const markdown = ({ title, note, rows }: Section, name: string): string =>
  [
    `## ${title}`,
    '',
    `<!-- ${name} -->`,
    note,
    '',
    '| case | Cardhouse | expected | |',
    '|---|---|---|---|',
    ...rows.map((r) => `| ${r.what} | ${r.ours} | ${r.expected} | ${r.verdict} |`),
    '',
    '',
  ].join('\n');
