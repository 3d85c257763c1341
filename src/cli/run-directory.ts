/**
 * One run is one directory, written in place and never left in a state that cannot go on: the spec first, a log that is appended to,
 * checkpoints that are written beside, synced and renamed, and at the end the results, each file whole.
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
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  BackendError,
  formatStudyYaml,
  parseStudyYaml,
  type SavedFile,
  type SavedReplica,
  SpecError,
  type StudySpec,
} from '../index.ts';

/** What is at the place a run wants to go to. An interrupted run is one of the same spec and files: it goes on. */
export type Occupant = 'nothing' | 'same run' | 'other run' | 'interrupted run' | 'foreign';

/** A run directory in the making. */
export interface RunDirectory {
  /** what an earlier run of the same study has left, by replica */
  readonly saved: ReadonlyMap<number, SavedReplica>;
  /** appends one line to log.jsonl */
  readonly log: (event: object) => void;
  /** keeps what a replica needs to go on */
  readonly keep: (file: SavedFile) => void;
  /** writes the results; a complete run then forgets its checkpoints */
  readonly finish: (files: ReadonlyMap<string, string>, complete: boolean) => void;
  /** lets go of the directory; leaves no trace when nothing was kept in it */
  readonly close: () => void;
}

/** Folder of checkpoints inside a run directory: there while the run is not finished. */
const stateFolder = 'state';

/**
 * Looks at a place; an empty folder counts as nothing.
 *
 * @param inputs  fingerprint of the files the study names
 */
export function occupantOf(path: string, spec: StudySpec, inputs: string): Occupant {
  if (!existsSync(path)) return 'nothing';
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return 'foreign';
  }
  // killed before it had begun: the spec is written first
  const begun = names.includes('log.jsonl') && hasBegun(path);
  const early = ['spec.yaml', 'lock', stateFolder, ...(begun ? [] : ['log.jsonl'])];
  if (names.every((name) => early.includes(name) || name.startsWith('.spec.yaml'))) return 'nothing';
  if (!begun || !names.includes('spec.yaml')) return 'foreign';
  const lines = readFileSync(join(path, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  const complete = lines.at(-1)!.includes('"complete":true');
  try {
    const before = parseStudyYaml(readFileSync(join(path, 'spec.yaml'), 'utf8'));
    if (!isDeepStrictEqual(before, spec)) return 'other run';
    if (complete) return 'same run';
    return lines[0]!.includes(inputs) ? 'interrupted run' : 'other run';
  } catch {
    return 'other run';
  }
}

/** Whether the first line of a log is whole; nothing is kept before it is. */
function hasBegun(path: string): boolean {
  const log = join(path, 'log.jsonl');
  return existsSync(log) && readFileSync(log, 'utf8').includes('\n');
}

/** Removes what a run leaves when it is killed between its end and its exit. */
export function tidyFinished(path: string): void {
  if (writerOf(path) !== undefined) return;
  for (const name of [stateFolder, 'lock']) rmSync(join(path, name), { recursive: true, force: true });
  rmSync(`${path}.replaced`, { recursive: true, force: true });
}

/**
 * Refuses a place that is taken; an interrupted run is not: it goes on.
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
    throw new SpecError(
      `${path} holds another run, or one with other model or structure files: choose another --out, or replace it with --force`,
    );
  }
}

/**
 * Opens a run directory, new or to go on.
 *
 * @param inputs  fingerprint of the files the study names
 * @param fresh   begin anew: a run that is there is moved to `PATH.replaced` and goes when the new one is complete
 * @throws SpecError     another process writes there
 * @throws BackendError  the disk is full, or the place may not be written
 */
export function openRunDirectory(path: string, spec: StudySpec, inputs: string, fresh: boolean): RunDirectory {
  const replaced = `${path}.replaced`;
  if (fresh && existsSync(path)) {
    requireFree(path);
    rmSync(replaced, { recursive: true, force: true });
    renameSync(path, replaced);
  }
  const isNew = !hasBegun(path);
  const state = join(path, stateFolder);
  const unlock = guard(path, () => {
    mkdirSync(state, { recursive: true });
    return lock(path);
  });
  const saved = readSaved(state);
  const started = Date.now();
  const journal = guard(path, () => {
    if (isNew) writeWhole(join(path, 'spec.yaml'), formatStudyYaml(spec));
    return openSync(join(path, 'log.jsonl'), isNew ? 'w' : 'a');
  });
  const log = (event: object) => {
    const line = `${JSON.stringify({ seconds: (Date.now() - started) / 1000, ...event })}\n`;
    guard(path, () => writeSync(journal, line));
  };
  log({ type: isNew ? 'start' : 'resume', date: new Date(started).toISOString(), inputs });
  let kept = saved.size > 0;
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    process.off('exit', close);
    closeSync(journal);
    unlock();
    if (kept || !isNew) return;
    rmSync(path, { recursive: true, force: true });
    if (existsSync(replaced)) renameSync(replaced, path);
  };
  // a second Ctrl-C ends the process wherever it is
  process.on('exit', close);
  return {
    saved,
    log,
    keep: ({ replica, name, bytes }) => {
      const file = join(state, `replica-${replica}.${name}`);
      guard(path, () => {
        const part = `${file}.part`;
        try {
          writeSynced(part, bytes);
        } catch (error) {
          rmSync(part, { force: true });
          throw error;
        }
        if (name === 'chain' && existsSync(file)) renameSync(file, `${file}.previous`);
        renameSync(part, file);
        syncFolder(state);
      });
      kept = true;
    },
    finish: (files, complete) => {
      guard(path, () => {
        for (const [name, content] of files) writeWhole(join(path, name), content);
      });
      kept = true;
      log({ type: 'end', complete });
      fsyncSync(journal);
      if (complete) {
        rmSync(state, { recursive: true, force: true });
        rmSync(replaced, { recursive: true, force: true });
      }
      close();
    },
    close,
  };
}

/** Files of every replica, as they were kept; those that were not yet renamed do not count. */
function readSaved(state: string): Map<number, SavedReplica> {
  const saved = new Map<number, { files: Map<string, Uint8Array>; chains: Uint8Array[] }>();
  for (const file of readdirSync(state).sort()) {
    const [, number, name] = /^replica-(\d+)\.(.*)$/.exec(file) ?? [];
    if (number === undefined || name!.endsWith('.part')) continue;
    const replica = Number(number);
    if (!saved.has(replica)) saved.set(replica, { files: new Map(), chains: [] });
    const bytes = new Uint8Array(readFileSync(join(state, file)));
    if (name!.startsWith('chain')) saved.get(replica)!.chains.push(bytes);
    else saved.get(replica)!.files.set(name!, bytes);
  }
  return saved;
}

/** Does something with the disk; what the system refuses is told as what it means for the run. */
function guard<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    throw new BackendError(
      full
        ? `no space left to write in ${path}: what was kept before is still there, make room and give the same command again`
        : `cannot write in ${path} (${message}): what was kept before is still there`,
    );
  }
}

const lockOf = (path: string): string => join(path, 'lock');

/** Process that writes a directory; undefined when none does. One that died, or its machine, leaves a lock behind that does not count. */
function writerOf(path: string): number | undefined {
  if (!existsSync(lockOf(path))) return undefined;
  const [pid, host] = readFileSync(lockOf(path), 'utf8').split(' ');
  if (host !== hostname() || Number(pid) === process.pid) return undefined;
  try {
    process.kill(Number(pid), 0);
    return Number(pid);
  } catch {
    return undefined;
  }
}

function requireFree(path: string): void {
  const writer = writerOf(path);
  if (writer !== undefined)
    throw new SpecError(`${path} is being written by process ${writer}: wait for it or stop it`);
}

/**
 * Takes a directory for this process alone.
 *
 * @returns  lets go of it
 * @throws SpecError  another process writes there
 */
export function lock(path: string): () => void {
  requireFree(path);
  rmSync(lockOf(path), { force: true });
  writeFileSync(lockOf(path), `${process.pid} ${hostname()} `, { flag: 'wx' });
  return () => rmSync(lockOf(path), { force: true });
}

/** Waits until the disk has the names in a folder. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
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
export function writeWhole(path: string, content: string | Uint8Array): void {
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
