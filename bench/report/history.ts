/** bench/history.jsonl, one line a run, and the pages that are written from it. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { version } from '../../src/generated/version.ts';
import type { Outcome } from '../peers/compare.ts';
import { pageOf } from './page.ts';
import { shortTable } from './short-table.ts';

/** One run of a benchmark; a line of the history. */
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
const page = 'docs/performance.md';

/** What was found, on which machine, by which version. */
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

/** Appends to the history and writes from it what docs/performance.md and README.md leave to it. */
export function writeResults(entry: HistoryEntry): void {
  appendFileSync(historyFile, `${JSON.stringify(entry)}\n`);
  writePages();
}

/** Writes the pages anew from the history as it is. */
export function writePages(): void {
  const history = readHistory();
  const into = (path: string, lines: readonly string[]): void =>
    writeFileSync(path, withRegion(readFileSync(path, 'utf8'), lines, path));
  into(page, pageOf(history));
  into('README.md', shortTable(history));
}

function readHistory(): HistoryEntry[] {
  if (!existsSync(historyFile)) return [];
  const lines = readFileSync(historyFile, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HistoryEntry);
}

const marks = ['<!-- written by npm run bench:pages -->', '<!-- to here -->'] as const;

/**
 * The text with other lines between its two marks; what stands outside of them is a person's and stays.
 *
 * @throws Error  the text has not both marks, in this order, once
 */
export function withRegion(text: string, lines: readonly string[], path: string): string {
  const [before, rest, ...more] = text.split(marks[0]);
  const [, after, ...others] = (rest ?? '').split(marks[1]);
  if (after === undefined || more.length + others.length > 0) {
    throw new Error(`${path} must have "${marks[0]}" and after it "${marks[1]}", each once`);
  }
  return `${before}${marks[0]}\n${lines.join('\n')}\n${marks[1]}${after}`;
}
