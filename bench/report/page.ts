/** docs/performance.md, what of it is written from the history. */
import type { Outcome } from '../peers/compare.ts';
import { type Found, newest, tableOf } from './columns.ts';
import { dynamicsSections } from './dynamics-sections.ts';
import type { HistoryEntry } from './history.ts';
import { trialSections } from './trial-sections.ts';
import { viewSection } from './view-section.ts';

/** The cases of one section, and the number that a run has in the last table. */
export interface Measurements {
  readonly of: (test: (outcome: Outcome) => boolean) => readonly Found[];
  readonly run: (entry: HistoryEntry) => string;
}

/** All lines: the newest outcome of every case, and the runs they come from. */
export function pageOf(history: readonly HistoryEntry[]): string[] {
  const found = newest(history);
  const entries = [...new Set(found.map(({ entry }) => entry))];
  const measurements: Measurements = {
    of: (test) => found.filter(({ outcome }) => test(outcome)),
    run: (entry) => `${entries.indexOf(entry) + 1}`,
  };
  return [
    '',
    'Everything down to the table of runs is written from `bench/history.jsonl` (`npm run bench:pages`, or `--write` of any',
    'benchmark); the newest result of every case. Ratios are medians over rounds with their range; within a round the engines take',
    'turns, A B then B A, from the same positions, on one core each, after one round that does not count. A ratio above 1 says that',
    'Cardhouse is faster. Where others were using the machine a target stays open (–).',
    '',
    ...trialSections(measurements),
    ...dynamicsSections(measurements),
    ...viewSection(measurements),
    '## Runs',
    '',
    ...tableOf(
      ['run', 'date', 'Cardhouse', 'processor', 'cores', 'Node.js', 'LAMMPS', 'load before, after'],
      entries.map((entry) => {
        const { date, cardhouse, commit, machine } = entry;
        const { cpu, cores, node, lammps, load } = machine;
        const name = commit ? `${cardhouse} (${commit})` : cardhouse;
        const loads = load.map((x) => x.toFixed(1)).join(', ');
        return [measurements.run(entry), date.slice(0, 10), name, cpu, cores, node, lammps ?? '–', loads];
      }),
    ),
  ];
}
