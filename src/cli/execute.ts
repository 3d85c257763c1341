/** One study from its inputs to its directory: what `run` does once and `sweep` many times. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type BackendChoice,
  BackendError,
  checkStudy,
  chooseBackend,
  loadModel,
  PhysicsError,
  parseStudyYaml,
  runStudy,
  runToEnd,
  type StudyEvent,
  type StudyResult,
} from '../index.ts';
import { canonicalJson } from '../sweep/key.ts';
import { interruptedCode } from './failure.ts';
import { type StudyInputs, shownPath } from './files.ts';
import { openRunDirectory } from './run-directory.ts';

export interface Execution {
  readonly workers: number;
  readonly signal: AbortSignal;
  /** s between checkpoints; 60 when not given */
  readonly checkpointEvery?: number;
  /** what the study runs on; the study itself says the same (`decided`) */
  readonly backend: BackendChoice;
  /** begin anew where a run is already */
  readonly fresh: boolean;
  /** write no file but results.json */
  readonly resultsOnly?: boolean;
  readonly onEvent: (event: StudyEvent) => void;
}

/** Everything that can be refused before a trial is made: model, species, box against cutoff. */
export function checkInputs({ spec, model, host }: StudyInputs): void {
  checkStudy(spec, loadModel(model, spec.guest.model), host);
}

/**
 * The same inputs with a backend decided, so that the directory says what ran: other backend, other bytes. A run that `auto` began and that was
 * interrupted goes on with the backend it was begun with.
 *
 * @param path  the run directory
 */
export async function decided(
  inputs: StudyInputs,
  path: string,
  workers: number,
  fresh: boolean,
): Promise<{ readonly inputs: StudyInputs; readonly backend: BackendChoice }> {
  const { spec } = inputs;
  const before = spec.backend === 'auto' && !fresh ? backendBefore(path) : undefined;
  const asked = { ...spec, backend: before ?? spec.backend };
  const choice = await chooseBackend(asked, () => loadModel(inputs.model, spec.guest.model), { workers });
  const reason = before ? `the run was begun with ${before}` : choice.reason;
  return {
    inputs: { ...inputs, spec: { ...spec, backend: choice.used } },
    backend: { ...choice, asked: spec.backend, reason: choice.fallback ?? reason },
  };
}

/** Backend of the run that stands at a place. */
function backendBefore(path: string): BackendChoice['used'] | undefined {
  const file = join(path, 'spec.yaml');
  if (!existsSync(file)) return undefined;
  try {
    return parseStudyYaml(readFileSync(file, 'utf8')).backend as BackendChoice['used'];
  } catch {
    // what is there is told when the place is looked at
    return undefined;
  }
}

/** SHA-256 over the study, its models and the structure: other input, other digits. */
export function fingerprint({ spec, model, posterior, prepareText, host }: StudyInputs): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([spec, model, posterior]))
    .update(prepareText);
  if (host !== undefined) hash.update(JSON.stringify([[...host.cell.matrix], host.species])).update(host.rows);
  return hash.digest('hex');
}

/** SHA-256 over the canonical study and all it reads, but for its name: what a point of a sweep is known by. */
export function pointKey({
  spec: { name: _, about: __, ...spec },
  model,
  posterior,
  prepareText,
  host,
}: StudyInputs): string {
  const hash = createHash('sha256').update(canonicalJson([spec, model, posterior, prepareText]));
  if (host !== undefined) hash.update(canonicalJson([[...host.cell.matrix], host.species])).update(host.rows);
  return hash.digest('hex');
}

/**
 * Runs a study into a directory, or goes on with the run that is there. When `signal` aborts, the study stops at its next
 * report; what was sampled so far is written, marked as incomplete, and the same command goes on from there.
 *
 * @returns undefined when it was interrupted before anything was sampled
 * @throws BackendError  the disk is full
 */
export async function execute(
  inputs: StudyInputs,
  path: string,
  { workers, signal, checkpointEvery, backend, fresh, resultsOnly, onEvent }: Execution,
): Promise<StudyResult | undefined> {
  const { spec, model, posterior, host, prepareModel } = inputs;
  const directory = openRunDirectory(path, spec, fingerprint(inputs), fresh);
  const { saved } = directory;
  try {
    const options = {
      workers,
      host,
      model,
      posterior,
      prepareModel,
      signal,
      saved,
      checkpointEvery,
      resultsOnly,
      backend,
      machine: machine(),
    };
    const result = await runToEnd(runStudy(spec, options), (event) => {
      if (event.type === 'save') directory.keep(event);
      else if (!['progress', 'filling', 'gauge'].includes(event.type)) directory.log(event);
      onEvent(event);
    });
    directory.finish(result.files, result.report.study.complete);
    return result;
  } catch (error) {
    // how a study says that it was stopped too early
    if (signal.aborted && error instanceof BackendError && error.message.startsWith('stopped')) return undefined;
    if (error instanceof PhysicsError) {
      throw new PhysicsError(`${error.message}; the last good state is kept in ${shownPath(path)}`);
    }
    throw error;
  } finally {
    directory.close();
  }
}

/** Where a run was made, for its provenance. */
export function machine(): { readonly hostName: string; readonly runtime: string } {
  return { hostName: hostname(), runtime: `Node ${process.version}, ${process.platform} ${process.arch}` };
}

/**
 * Aborts at the first SIGINT or SIGTERM; a second one ends the process at once.
 *
 * @param onStop  called at the first signal, to say that it was understood
 */
export function stopSignal(onStop: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(interruptedCode);
    controller.abort();
    onStop();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
