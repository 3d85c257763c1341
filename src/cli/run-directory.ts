/**
 * One run is one directory, and a directory is either whole or not there: everything is written beside it under another
 * name, synced, and renamed when it is complete.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { BackendError, parseStudyYaml, SpecError, type StudySpec } from '../index.ts';

/** What is at the place a run wants to go to. */
export type Occupant = 'nothing' | 'same run' | 'other run' | 'interrupted run' | 'foreign';

/** A run directory in the making. */
export interface RunDirectory {
  /** appends one line to log.jsonl */
  readonly log: (event: object) => void;
  /** writes the files, syncs everything and gives the directory its name */
  readonly finish: (files: ReadonlyMap<string, string>, complete: boolean) => void;
  /** leaves no trace */
  readonly discard: () => void;
}

/** Looks at a place; an empty folder counts as nothing. */
export function occupantOf(path: string, spec: StudySpec): Occupant {
  if (!existsSync(path)) return 'nothing';
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return 'foreign';
  }
  if (names.length === 0) return 'nothing';
  if (!['spec.yaml', 'results.json', 'log.jsonl'].every((name) => names.includes(name))) return 'foreign';
  const last = readFileSync(join(path, 'log.jsonl'), 'utf8').trimEnd().split('\n').at(-1)!;
  if (!last.includes('"complete":true')) return 'interrupted run';
  try {
    const before = parseStudyYaml(readFileSync(join(path, 'spec.yaml'), 'utf8'));
    return isDeepStrictEqual(before, spec) ? 'same run' : 'other run';
  } catch {
    return 'other run';
  }
}

/**
 * Refuses a place that is taken. An interrupted run may be replaced: running again is how it is finished.
 *
 * @throws SpecError  the place holds something that must not be lost
 */
export function refuseOccupied(path: string, occupant: Occupant, force: boolean): void {
  if (occupant === 'foreign') {
    throw new SpecError(`${path} exists and is not a run of Cardhouse: choose another --out`);
  }
  if (force) return;
  if (occupant === 'same run') throw new SpecError(`${path} already holds this run, finished: --force runs it again`);
  if (occupant === 'other run') {
    throw new SpecError(`${path} holds another run: choose another --out, or replace it with --force`);
  }
}

/** Starts a run directory under a temporary name beside `path`. */
export function openRunDirectory(path: string): RunDirectory {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const started = Date.now();
  const journal = openSync(join(temporary, 'log.jsonl'), 'a');
  const log = (event: object) => {
    writeSync(journal, `${JSON.stringify({ seconds: (Date.now() - started) / 1000, ...event })}\n`);
  };
  log({ type: 'start', date: new Date(started).toISOString() });
  const discard = () => {
    process.off('exit', discard);
    rmSync(temporary, { recursive: true, force: true });
  };
  // a second Ctrl-C ends the process wherever it is
  process.on('exit', discard);
  return {
    log,
    finish: (files, complete) => {
      try {
        for (const [name, content] of files) writeSynced(join(temporary, name), content);
        log({ type: 'end', complete });
        fsyncSync(journal);
        closeSync(journal);
      } catch (error) {
        discard();
        throw error;
      }
      process.off('exit', discard);
      replaceDirectory(temporary, path);
    },
    discard,
  };
}

/** Writes a directory of files so that it is whole or not there; what was there is replaced. */
export function writeDirectory(path: string, files: ReadonlyMap<string, string>): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, content] of files) writeSynced(join(temporary, name), content);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  replaceDirectory(temporary, path);
}

/** Writes a file and waits until the disk has it. */
export function writeSynced(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a single file so that it is whole or not there. */
export function writeWhole(path: string, content: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeSynced(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Puts a finished directory in its place; what was there goes only after the new one is in. */
function replaceDirectory(temporary: string, path: string): void {
  const old = `${temporary}.old`;
  try {
    if (existsSync(path)) renameSync(path, old);
    renameSync(temporary, path);
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    throw new BackendError(
      `finished, but ${path} cannot be written (${(error as Error).message}); all is in ${temporary}`,
    );
  }
}
