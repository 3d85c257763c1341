/** The table of README.md: one line a case, from the history. */
import type { Outcome } from '../peers/compare.ts';
import { grouped, newest, perSecond, ratioText, tableOf, three } from './columns.ts';
import type { HistoryEntry } from './history.ts';

type Line = readonly [what: string, rate: string, ratio: string];

/** What the README says of a case; nothing for cases it leaves to docs/performance.md. */
function lineOf({ name, kind, about, atoms, rates, ratios, figures, unit }: Outcome): Line[] {
  const own = rates['Cardhouse'];
  const beside = (): string => {
    const opt = ratios['LAMMPS -sf opt'];
    return `${ratioText(ratios['LAMMPS']!.clock)} × LAMMPS${opt ? `; ${ratioText(opt.clock)} × its opt variant` : ''}`;
  };
  const what = `${about}, ${grouped(atoms)} atoms`;
  switch (kind) {
    case 'gcmc':
      return [[`trials: ${about}, ${grouped(atoms)} C`, perSecond(own!.median), beside()]];
    case 'pair of chains': {
      const [two] = Object.values(rates);
      return [
        [
          `trials: ${about}, ${grouped(atoms)} C`,
          perSecond(two!.median),
          `${ratioText(Object.values(ratios)[0]!.clock)} × one`,
        ],
      ];
    }
    case 'view':
      return [];
    case 'browser': {
      const [browser] = Object.values(rates);
      const ratio = ratioText(Object.values(ratios)[0]!.clock);
      return [[`trials in Chromium: ${about}, ${grouped(atoms)} C`, perSecond(browser!.median), `${ratio} × Node`]];
    }
    case 'study': {
      const seconds = figures['time, s'];
      return seconds === undefined ? [] : [[`${about}, ${grouped(atoms)} C`, `${three(seconds)} s`, '']];
    }
    case 'sampling': {
      const gain = figures['exchanges accepted/s, energy']! / figures['exchanges accepted/s, uniform']!;
      return [
        [
          `accepted exchanges: ${about}`,
          perSecond(figures['exchanges accepted/s, energy']!),
          `${three(gain)} × uniform insertion`,
        ],
      ];
    }
    case 'chains':
      return [];
    case undefined: {
      if ('LAMMPS' in ratios) return [[`dynamics: ${what}`, `${perSecond(own!.median)} ${unit}`, beside()]];
      if ('Cardhouse' in ratios) {
        const rate = perSecond(Object.values(rates)[0]!.median);
        return [[`dynamics: ${what}`, `${rate} ${unit}`, `${ratioText(ratios['Cardhouse']!.clock)} × one worker`]];
      }
      if (name.includes('invented')) return [];
      const memory = figures['peak memory, GB'];
      if (memory === undefined) return [[`forces: ${what}`, `${perSecond(own!.median)} ${unit}`, '']];
      return [[`dynamics: ${what}`, `${perSecond(own!.median)} ${unit}`, `${three(memory)} GB`]];
    }
  }
}

/** Lines of the table, the newest outcome of every case, trials first. */
export function shortTable(history: readonly HistoryEntry[]): string[] {
  const found = newest(history);
  const order = ['gcmc', 'pair of chains', 'browser', 'study', 'sampling', 'chains', undefined];
  const sorted = found.toSorted((a, b) => order.indexOf(a.outcome.kind) - order.indexOf(b.outcome.kind));
  return tableOf(
    ['one core unless said', 'per second', 'ratio'],
    sorted.flatMap(({ outcome }) => lineOf(outcome)),
  );
}
