/** Results as lines on the screen, as a line of bench/history.jsonl and as docs/speed.md. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { version } from '../../src/generated/version.ts';
import type { Outcome, Spread } from './compare.ts';

/** One run of the comparison; a line of the history. */
export interface HistoryEntry {
  readonly date: string;
  readonly cardhouse: string;
  readonly commit: string | null;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGB: number;
    readonly node: string;
    readonly lammps: string | null;
    /** processes that wanted to run, mean of the last minute, before and after; our own is one of them */
    readonly load: readonly [number, number];
  };
  readonly outcomes: readonly Outcome[];
}

const historyFile = 'bench/history.jsonl';
const page = 'docs/speed.md';

export function entryOf(outcomes: readonly Outcome[], lammps: string | null, loadBefore: number): HistoryEntry {
  const { stdout, status } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    cardhouse: version,
    commit: status === 0 ? stdout.trim() : null,
    machine: {
      cpu: processors[0]!.model.trim(),
      cores: processors.length,
      memoryGB: Math.round(totalmem() / 1e9),
      node: process.version,
      lammps,
      load: [loadBefore, loadavg()[0]!],
    },
    outcomes,
  };
}

const three = (x: number): string => (Math.abs(x) >= 1000 ? x.toFixed(0) : x.toPrecision(3));
const rate = ({ median }: Spread): string => `${(median / 1e6).toPrecision(3)} M/s`;
const ratio = ({ median, min, max }: Spread): string => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
const verdict = ({ met }: Outcome): string => (met === null ? '–' : met ? 'met' : '**missed**');

/** An outcome on a few lines. */
export function textOf(outcome: Outcome): string {
  const { name, about, atoms, steps, rounds, unit, rates, ratios, figures, target } = outcome;
  return [
    `${name}: ${about}; ${atoms} atoms, ${steps} steps, ${rounds} rounds`,
    ...Object.entries(rates).map(([engine, value]) => {
      const against = ratios[engine];
      const text = against ? `   ratio ${ratio(against.clock)}, of processor time ${ratio(against.cpu)}` : '';
      return `  ${engine.padEnd(22)} ${rate(value)} ${unit}${text}`;
    }),
    ...Object.entries(figures).map(([what, value]) => `  ${what.padEnd(36)} ${figure(what, value)}`),
    `  target ${target}: ${verdict(outcome).replaceAll('*', '')}`,
  ].join('\n');
}

const figure = (what: string, value: number): string => (what.startsWith('Δ') ? value.toExponential(1) : three(value));

/** Appends to the history and writes docs/speed.md anew from it. */
export function writeResults(entry: HistoryEntry): void {
  appendFileSync(historyFile, `${JSON.stringify(entry)}\n`);
  writeFileSync(page, pageOf(readHistory()));
}

function readHistory(): HistoryEntry[] {
  if (!existsSync(historyFile)) return [];
  const lines = readFileSync(historyFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HistoryEntry);
}

/** The newest outcome of every case, with the run it comes from. */
function newest(history: readonly HistoryEntry[]): Map<string, { outcome: Outcome; entry: HistoryEntry }> {
  const found = new Map<string, { outcome: Outcome; entry: HistoryEntry }>();
  for (const entry of history) for (const outcome of entry.outcomes) found.set(outcome.name, { outcome, entry });
  return found;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  if (rows.length === 0) return ['Not measured yet.', ''];
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}

function pageOf(history: readonly HistoryEntry[]): string {
  const found = [...newest(history).values()];
  const entries = [...new Set(found.map(({ entry }) => entry))];
  const runOf = (entry: HistoryEntry): string => `${entries.indexOf(entry) + 1}`;
  const kind = (test: (outcome: Outcome) => boolean) => found.filter(({ outcome }) => test(outcome));
  const isPeer = ({ ratios }: Outcome): boolean => 'LAMMPS' in ratios;
  const isWorkers = ({ ratios }: Outcome): boolean => 'Cardhouse' in ratios;
  const isLarge = ({ figures }: Outcome): boolean => 'peak memory, GB' in figures;
  const isRate = (outcome: Outcome): boolean => !isPeer(outcome) && !isWorkers(outcome) && !isLarge(outcome);
  return [
    '# Speed',
    '',
    'Written by `npm run bench:peers -- --write` from `bench/history.jsonl`; the newest result of every case. Ratios are medians',
    'over rounds with their range; within a round the engines take turns, A B then B A, from the same positions and velocities',
    'with the same time step, on one core each, after one round that does not count. Times are of stepping alone, neighbour',
    'listing included. A ratio above 1 says that Cardhouse is faster.',
    '',
    '## Beside LAMMPS, one core',
    '',
    'Constant energy, velocity Verlet. Both list neighbours anew as soon as an atom has moved half the skin: Cardhouse with its',
    'default of 0.7 Å, LAMMPS with the skin it was fastest with. Total energies at the start and at the end of the run agree to',
    '1e-6 (relative), or there is no result. “opt” are the variants of LAMMPS’ OPT package, for pair styles that have one.',
    '',
    ...tableOf(
      [
        ...['system', 'atoms', 'steps', 'Cardhouse, atom-steps', 'LAMMPS', 'ratio', 'of processor time', 'LAMMPS opt'],
        ...['ratio', 'ΔE/E start, end', 'target', '', 'run'],
      ],
      kind(isPeer).map(({ outcome, entry }) => {
        const { about, atoms, steps, rates, ratios, figures, target } = outcome;
        const opt = 'LAMMPS -sf opt';
        const energies = Object.entries(figures).filter(([what]) => what.startsWith('ΔE/E'));
        return [
          ...[about, atoms, steps, rate(rates['Cardhouse']!), rate(rates['LAMMPS']!), ratio(ratios['LAMMPS']!.clock)],
          ...[ratio(ratios['LAMMPS']!.cpu), rates[opt] ? rate(rates[opt]) : '–'],
          ...[ratios[opt] ? ratio(ratios[opt].clock) : '–', energies.map(([what, e]) => figure(what, e)).join(', ')],
          ...[target, verdict(outcome), runOf(entry)],
        ];
      }),
    ),
    '## Two workers against one',
    '',
    'Where one worker had less than 0.95 of a core, others were using the machine and the target is left open.',
    '',
    ...tableOf(
      [
        'system',
        'atoms',
        'steps',
        'two workers, atom-steps',
        'one',
        'ratio',
        'cores used, two and one',
        'target',
        '',
        'run',
      ],
      kind(isWorkers).map(({ outcome, entry }) => {
        const { about, atoms, steps, rates, ratios, figures, target } = outcome;
        const cores = Object.keys(rates).map((engine) => figures[`cores used by ${engine}`]!.toFixed(2));
        const [two, one] = Object.values(rates).map(rate) as [string, string];
        return [
          ...[about, atoms, steps, two, one, ratio(ratios['Cardhouse']!.clock), cores.join(', ')],
          ...[target, verdict(outcome), runOf(entry)],
        ];
      }),
    ),
    '## Neural potentials, one core',
    '',
    'Energy, forces and virial, lists kept. The invented potentials are small and say how cost grows with the network.',
    '',
    ...tableOf(
      ['system', 'atoms', 'atom-evaluations/s', 'range', 'target', '', 'run'],
      kind(isRate).map(({ outcome, entry }) => {
        const { about, atoms, rates, target } = outcome;
        const { median, min, max } = rates['Cardhouse']!;
        return [
          ...[about, atoms, three(median), `${three(min)}–${three(max)}`],
          ...[target, verdict(outcome), runOf(entry)],
        ];
      }),
    ),
    '## A quarter of a million atoms, two workers',
    '',
    'A process of its own; its peak memory has building the structure in it.',
    '',
    ...tableOf(
      ['system', 'atoms', 'steps', 'time, s', 'processor time, s', 'peak memory, GB', 'target', '', 'run'],
      kind(isLarge).map(({ outcome, entry }) => {
        const { about, atoms, steps, figures, target } = outcome;
        const numbers = ['time, s', 'processor time, s', 'peak memory, GB'].map((what) => three(figures[what]!));
        return [about, atoms, steps, ...numbers, target, verdict(outcome), runOf(entry)];
      }),
    ),
    '## Runs',
    '',
    ...tableOf(
      ['run', 'date', 'Cardhouse', 'processor', 'cores', 'Node.js', 'LAMMPS', 'load before, after'],
      entries.map((entry) => {
        const { date, cardhouse, commit, machine } = entry;
        const { cpu, cores, node, lammps, load } = machine;
        const name = commit ? `${cardhouse} (${commit})` : cardhouse;
        const loads = load.map((x) => x.toFixed(1)).join(', ');
        return [runOf(entry), date.slice(0, 10), name, cpu, cores, node, lammps ?? '–', loads];
      }),
    ),
  ].join('\n');
}
