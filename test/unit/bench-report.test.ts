/** What is written of benchmarks: the page, the table of the README, and only between their marks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../bench/peers/compare.ts';
import { type HistoryEntry, withRegion } from '../../bench/report/history.ts';
import { pageOf } from '../../bench/report/page.ts';
import { shortTable } from '../../bench/report/short-table.ts';

const spread = (median: number) => ({ median, min: 0.9 * median, max: 1.1 * median });
const machine = {
  cpu: 'a processor',
  cores: 2,
  memoryGB: 8,
  node: 'v20',
  lammps: '29 Sep 2021',
  load: [0.1, 1] as const,
};
const entryOf = (date: string, ...outcomes: Outcome[]): HistoryEntry => ({
  ...{ date, cardhouse: '0.1.0', commit: 'abc1234', machine, outcomes },
});

const gcmc = (rate: number): Outcome => ({
  ...{ name: 'gcmc-lj-5k', kind: 'gcmc', about: 'a guest', atoms: 5000, steps: 8000, rounds: 5, unit: 'trials' },
  rates: { Cardhouse: spread(rate), 'Cardhouse, exact sums': spread(rate / 2), LAMMPS: spread(7000) },
  ratios: { LAMMPS: { clock: spread(rate / 7000), cpu: spread(rate / 6900) } },
  figures: {
    ...{
      guests: 381,
      'ΔE/E of the start': 6.1e-11,
      'ΔE/E of the map': 2.5e-5,
      'exchanges accepted/s, Cardhouse': 60_000,
    },
    ...{ 'exchanges accepted/s, LAMMPS': 200, 'mean N of Cardhouse, 400 C': 20.8, 'its error, 400 C': 0.2 },
    ...{ 'mean N of LAMMPS, 400 C': 19.7, 'error of LAMMPS, 400 C': 0.7 },
  },
  ...{ target: '≥ 80 × LAMMPS', met: rate > 560_000 },
});
const sampling: Outcome = {
  ...{ name: 'sampling', kind: 'sampling', about: 'pores full', atoms: 8000, steps: 100, rounds: 3 },
  ...{ unit: 'effective samples', ratios: {}, target: '≥ 10 ×', met: true },
  rates: { uniform: spread(0.2), cavity: spread(1), energy: spread(4) },
  figures: Object.fromEntries(
    ['uniform', 'cavity', 'energy'].flatMap((way, k) => [
      ...[
        [`trials/s, ${way}`, 1e5],
        [`exchanges accepted/s, ${way}`, 10 ** k],
      ],
      ...[
        [`mean N, ${way}`, 570],
        [`its error, ${way}`, 1],
        ['guests', 580],
      ],
    ]),
  ),
};

describe('docs/performance.md', () => {
  it('has the newest outcome of a case, with both means of N, and the run it is from', () => {
    const text = pageOf([entryOf('2026-01-01', gcmc(100_000)), entryOf('2026-01-02', gcmc(700_000))]).join('\n');
    expect(text).toContain('| a guest | 5 000 | 381 | 700 k/s | 7000 /s | 100 (90.0–110) |');
    expect(text).toContain('| 6.1e-11 | 20.8 ± 0.2, 19.7 ± 0.7 (400 C) | ≥ 80 × LAMMPS | met | 1 |');
    expect(text).toContain('| 1 | 2026-01-02 | 0.1.0 (abc1234) |');
    expect(text).not.toContain('2026-01-01');
  });

  it('says when a target was missed, and what was not measured', () => {
    const text = pageOf([entryOf('2026-01-01', gcmc(100_000))]).join('\n');
    expect(text).toContain('**missed**');
    expect(text).toMatch(/## Two chains on two workers\n[^#]*Not measured yet\./);
  });

  it('gives no ratio of effective samples where there were too few of them', () => {
    const text = pageOf([entryOf('2026-01-01', sampling)]).join('\n');
    expect(text).toContain('| uniform | 100 k/s | 1.00 /s | 1.00 | ≤ 0.200 /s | – |');
    expect(text).toContain('| energy | 100 k/s | 100 /s | 100 | 4.00 /s | – |');
  });

  it('holds every case of the history that is kept, and nothing else between its marks', () => {
    const lines = readFileSync('bench/history.jsonl', 'utf8').trim().split('\n');
    const history = lines.map((line) => JSON.parse(line) as HistoryEntry);
    const written = readFileSync('docs/performance.md', 'utf8');
    expect(withRegion(written, pageOf(history), 'page')).toBe(written);
    const readme = readFileSync('README.md', 'utf8');
    expect(withRegion(readme, shortTable(history), 'README')).toBe(readme);
  });
});

describe('table of the README', () => {
  it('puts trials first and says against whom', () => {
    const dynamics: Outcome = { ...gcmc(1e6), kind: undefined, name: 'lj', about: 'argon', unit: 'atom-steps' };
    const lines = shortTable([entryOf('2026-01-01', dynamics, gcmc(700_000))]);
    expect(lines[2]).toBe('| trials: a guest, 5 000 C | 700 k/s | 100 (90.0–110) × LAMMPS |');
    expect(lines[3]).toContain('| dynamics: argon, 5 000 atoms | 1.00 M/s atom-steps |');
  });
});

describe('withRegion', () => {
  const [from, to] = ['<!-- written by npm run bench:pages -->', '<!-- to here -->'];
  it('leaves what a person wrote', () => {
    expect(withRegion(`mine\n${from}\nold\n${to}\nmine too\n`, ['new'], 'f')).toBe(
      `mine\n${from}\nnew\n${to}\nmine too\n`,
    );
  });
  it('refuses a text without both marks', () => {
    expect(() => withRegion(`mine\n${from}\n`, ['new'], 'f.md')).toThrow(/f\.md must have/);
    expect(() => withRegion(`${to}${from}`, ['new'], 'f.md')).toThrow(/f\.md must have/);
  });
});
