/** One study from its inputs to its directory: what `run` does once and `sweep` many times. */

import { hostname } from 'node:os';
import {
  BackendError,
  checkStudy,
  formatStudyYaml,
  loadModel,
  runStudy,
  runToEnd,
  type StudyEvent,
  type StudyResult,
} from '../index.ts';
import { interruptedCode } from './failure.ts';
import type { StudyInputs } from './files.ts';
import { openRunDirectory } from './run-directory.ts';

export interface Execution {
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: StudyEvent) => void;
}

/** Everything that can be refused before a trial is made: model, species, box against cutoff. */
export function checkInputs({ spec, model, host }: StudyInputs): void {
  checkStudy(spec, loadModel(model, spec.guest.model), host);
}

/**
 * Runs a study into a directory that appears when it is complete. When `signal` aborts, the study stops at its next
 * report and what was sampled so far is written, marked as incomplete; when nothing was sampled, nothing is written.
 *
 * @returns undefined when it was interrupted before there was anything to keep
 */
export async function execute(
  inputs: StudyInputs,
  path: string,
  { workers, signal, onEvent }: Execution,
): Promise<StudyResult | undefined> {
  const { spec, model, host, prepareModel } = inputs;
  const directory = openRunDirectory(path);
  let result: StudyResult;
  try {
    const study = runStudy(spec, { workers, host, model, prepareModel, signal, machine: machine() });
    result = await runToEnd(study, (event) => {
      if (event.type !== 'progress') directory.log(event);
      onEvent(event);
    });
  } catch (error) {
    directory.discard();
    // how a study says that it was stopped too early
    if (signal.aborted && error instanceof BackendError) return undefined;
    throw error;
  }
  directory.finish(new Map([['spec.yaml', formatStudyYaml(spec)], ...result.files]), result.report.study.complete);
  return result;
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
