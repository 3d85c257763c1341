/**
 * The directory of a run of dynamics. Unlike a study's it is written in place, because it grows: trajectories and samples
 * are appended to, checkpoints replace one another whole, the last two are kept. A killed run goes on from there.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type DynamicsSpec, formatDynamicsYaml, parseDynamicsYaml, SpecError } from '../index.ts';
import { writeSynced, writeWhole } from './run-directory.ts';

/** What is at the place a run wants to go to. */
export type DynamicsOccupant = 'nothing' | 'unfinished' | 'finished' | 'other run' | 'foreign';

/** A directory that is being written. */
export interface DynamicsDirectory {
  readonly path: string;
  /** checkpoints to go on from, the newest first */
  readonly checkpoints: readonly Uint8Array[];
  /** appends one line to log.jsonl */
  readonly log: (event: object) => void;
  /** Keeps a checkpoint: written beside, synced, renamed; the one before stays as checkpoint.previous. */
  readonly keepCheckpoint: (data: Uint8Array) => void;
  readonly close: () => void;
}

const own = ['spec.yaml', 'log.jsonl'];

/** Looks at a place; an empty folder counts as nothing. */
export function dynamicsOccupant(path: string, spec: DynamicsSpec, inputs: string): DynamicsOccupant {
  if (!existsSync(path)) return 'nothing';
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return 'foreign';
  }
  // killed before it had begun: the spec is written first
  if (names.every((name) => name === 'spec.yaml' || name.startsWith('.spec.yaml'))) return 'nothing';
  if (!own.every((name) => names.includes(name))) return 'foreign';
  const lines = readFileSync(join(path, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  try {
    const before = parseDynamicsYaml(readFileSync(join(path, 'spec.yaml'), 'utf8'));
    if (!isDeepStrictEqual(before, spec) || !lines[0]!.includes(inputs)) return 'other run';
  } catch {
    return 'other run';
  }
  return lines.at(-1)!.includes('"complete":true') ? 'finished' : 'unfinished';
}

/**
 * Refuses a place that is taken; an unfinished run of the same spec and files is not: it goes on.
 *
 * @throws SpecError  the place holds something that must not be lost
 */
export function refuseTaken(path: string, occupant: DynamicsOccupant, force: boolean): void {
  if (occupant === 'foreign') throw new SpecError(`${path} exists and is not a run of dynamics: choose another --out`);
  if (force) return;
  if (occupant === 'finished') throw new SpecError(`${path} already holds this run, finished: --force runs it again`);
  if (occupant === 'other run') {
    throw new SpecError(
      `${path} holds a run of another spec, or of other model or structure files: choose another --out, or replace it with --force`,
    );
  }
}

/**
 * Opens the directory, new or to go on.
 *
 * @param inputs  fingerprint of the files the spec names: a run only goes on with the same ones
 * @param fresh   forget what is there
 */
export function openDynamicsDirectory(
  path: string,
  spec: DynamicsSpec,
  inputs: string,
  fresh: boolean,
): DynamicsDirectory {
  if (fresh) rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const checkpoints = ['checkpoint', 'checkpoint.previous']
    .map((name) => join(path, name))
    .filter((file) => existsSync(file))
    .map((file) => new Uint8Array(readFileSync(file)));
  const started = Date.now();
  const isNew = !existsSync(join(path, 'log.jsonl'));
  if (isNew) writeWhole(join(path, 'spec.yaml'), formatDynamicsYaml(spec));
  const journal = openSync(join(path, 'log.jsonl'), 'a');
  const log = (event: object) => {
    writeSync(journal, `${JSON.stringify({ seconds: (Date.now() - started) / 1000, ...event })}\n`);
  };
  log({ type: isNew ? 'start' : 'resume', date: new Date(started).toISOString(), inputs });
  return {
    path,
    checkpoints,
    log,
    keepCheckpoint: (data) => {
      const [last, previous] = [join(path, 'checkpoint'), join(path, 'checkpoint.previous')];
      const fresh = join(path, '.checkpoint.part');
      writeSynced(fresh, data);
      if (existsSync(last)) renameSync(last, previous);
      renameSync(fresh, last);
    },
    close: () => {
      fsyncSync(journal);
      closeSync(journal);
    },
  };
}

/** A file that only grows. */
export interface GrowingFile {
  /** bytes in it */
  readonly length: number;
  readonly append: (data: Uint8Array | string) => void;
  readonly sync: () => void;
  readonly close: () => void;
}

/** Opens a file to append to, forgetting what lies beyond `length`: what a checkpoint does not know is written again. */
export function openGrowing(path: string, length: number): GrowingFile {
  const file = openSync(path, 'a');
  if (fstatSync(file).size < length) {
    closeSync(file);
    throw new SpecError(`${path} is shorter than its checkpoint says: start again with --force`);
  }
  ftruncateSync(file, length);
  let size = length;
  return {
    get length() {
      return size;
    },
    append: (data) => {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      size += bytes.length;
    },
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  };
}
