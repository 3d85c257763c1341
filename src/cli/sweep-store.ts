/**
 * A sweep on disk. Points are content-addressed: `points/<digits>.json` holds what the study of those digits gave, and is there
 * when it is finished and not before; `points/<digits>/` is its run directory while it is on its way. `ledger.jsonl` says what was done
 * when; it is appended to and nothing depends on it.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Report, SpecError, type StudySpec } from '../index.ts';
import { lock, syncFolder, writeWhole } from './run-directory.ts';

/** Digits of a key in the names of files. */
const shortKey = (key: string): string => key.slice(0, 16);

/** File of a finished point. */
interface StoredPoint {
  readonly schema: 'cardhouse/point/1';
  readonly key: string;
  readonly spec: StudySpec;
  readonly report: Report;
}

/** An entry of the ledger. */
export type LedgerEntry =
  | { readonly type: 'plan'; readonly points: number; readonly finished: number }
  | { readonly type: 'begin' | 'found' | 'interrupted'; readonly key: string }
  | { readonly type: 'end'; readonly key: string; readonly seconds: number; readonly trials: number }
  | { readonly type: 'failed'; readonly key: string; readonly error: string }
  | { readonly type: 'submit'; readonly job: string; readonly points: number };

/** Run directory of a point that is on its way. */
export function placeOf(folder: string, key: string): string {
  return join(folder, 'points', shortKey(key));
}

const fileOf = (folder: string, key: string): string => `${placeOf(folder, key)}.json`;

/** What is said of a point that cannot be computed; gone when it is tried again. */
const failureOf = (folder: string, key: string): string => `${placeOf(folder, key)}.failed`;

/** Whether a point is finished. */
export function isFinished(folder: string, key: string): boolean {
  return existsSync(fileOf(folder, key));
}

/**
 * What a finished point gave; undefined when it is not finished.
 *
 * @throws SpecError  the file holds something else
 */
export function finishedReport(folder: string, key: string): Report | undefined {
  const file = fileOf(folder, key);
  if (!existsSync(file)) return undefined;
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredPoint;
    if (stored.schema === 'cardhouse/point/1' && stored.key === key) return stored.report;
  } catch {
    // told below
  }
  throw new SpecError(`${file} is damaged or not a point of a sweep: remove it and the point is computed again`);
}

/** Keeps what a point gave: on the disk before its run directory goes. */
export function keepPoint(folder: string, key: string, spec: StudySpec, report: Report, keepRun: boolean): void {
  const stored: StoredPoint = { schema: 'cardhouse/point/1', key, spec, report };
  writeWhole(fileOf(folder, key), `${JSON.stringify(stored)}\n`);
  syncFolder(join(folder, 'points'));
  rmSync(failureOf(folder, key), { force: true });
  if (!keepRun) dropRun(folder, key);
}

/** Removes the run directory of a point, and what it replaced. */
export function dropRun(folder: string, key: string): void {
  for (const path of [placeOf(folder, key), `${placeOf(folder, key)}.replaced`]) {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Forgets a point, to compute it again. */
export function forgetPoint(folder: string, key: string): void {
  rmSync(fileOf(folder, key), { force: true });
  rmSync(failureOf(folder, key), { force: true });
}

/** Says why a point could not be computed, for whoever collects. */
export function noteFailure(folder: string, key: string, error: string): void {
  writeWhole(failureOf(folder, key), `${error}\n`);
}

/** Why a point could not be computed; undefined where nothing was said. */
export function failureText(folder: string, key: string): string | undefined {
  const file = failureOf(folder, key);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** Lets go of what was said of a point's failure. */
export function forgetFailure(folder: string, key: string): void {
  rmSync(failureOf(folder, key), { force: true });
}

/**
 * Refuses a directory that holds anything but a sweep.
 *
 * @throws SpecError
 */
export function refuseForeign(path: string, shown: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw new SpecError(`${shown} is a file: choose another --out`);
  const names = readdirSync(path).filter((name) => name !== 'lock');
  if (names.length === 0 || names.includes('sweep.json') || names.includes('ledger.jsonl')) return;
  throw new SpecError(`${shown} exists and is not a sweep of Cardhouse: choose another --out`);
}

export interface Ledger {
  readonly add: (entry: LedgerEntry) => void;
  readonly close: () => void;
}

/**
 * Opens a sweep's directory for this process alone.
 *
 * @throws SpecError  another process writes there
 */
export function openLedger(path: string): Ledger {
  mkdirSync(join(path, 'points'), { recursive: true });
  const unlock = lock(path);
  const file = join(path, 'ledger.jsonl');
  // a line that was cut off by a kill stays alone
  const torn = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, 'utf8'));
  const journal = openSync(file, 'a');
  if (torn) writeSync(journal, '\n');
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    process.off('exit', close);
    closeSync(journal);
    unlock();
  };
  process.on('exit', close);
  const add = (entry: LedgerEntry) => {
    writeSync(journal, `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
    fsyncSync(journal);
  };
  return { add, close };
}
