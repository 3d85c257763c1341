/** A sweep on this machine: as many points at a time as there are workers, threads shared where points are few. */
import { setMaxListeners } from 'node:events';
import { BackendError, CardhouseError, type Report } from '../index.ts';
import { computePoint, type Job } from './sweep-point.ts';
import type { SweepBoard } from './sweep-progress.ts';
import type { Ledger } from './sweep-store.ts';

export interface PoolTask {
  readonly jobs: readonly Job[];
  readonly folder: string;
  readonly workers: number;
  readonly keepRuns: boolean;
  readonly checkpointEvery?: number;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly board: SweepBoard;
  readonly onFinished: (job: Job, report: Report) => Promise<void>;
  readonly onFailed: (job: Job, error: string) => void;
}

/**
 * Computes points that are not finished yet. One that cannot be computed does not keep the others from it.
 *
 * @throws BackendError  the disk is full, a worker cannot be started: nothing else would fare better
 */
export async function runPool(task: PoolTask): Promise<void> {
  const { jobs, workers, signal, ledger, board } = task;
  const lanes = Math.min(workers, jobs.length);
  const threads = Math.max(1, Math.floor(workers / Math.max(1, lanes)));
  // every point and every thread of it listens for the end
  setMaxListeners(0, signal);
  process.setMaxListeners(lanes + 20);
  // when one lane cannot go on, the others stop as at Ctrl-C
  const broken = new AbortController();
  const stop = AbortSignal.any([signal, broken.signal]);
  setMaxListeners(0, stop);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && !stop.aborted) {
      const job = jobs[next++]!;
      const { key, inputs } = job;
      ledger.add({ type: 'begin', key });
      const begun = performance.now();
      try {
        const report = await computePoint(job, task.folder, {
          workers: threads,
          signal: stop,
          ...(task.checkpointEvery !== undefined && { checkpointEvery: task.checkpointEvery }),
          keepRuns: task.keepRuns,
          onEvent: (event) => board.see(key, event, inputs.spec.protocol),
        });
        if (report === undefined) {
          board.left(key);
          ledger.add({ type: 'interrupted', key });
          continue;
        }
        const seconds = Math.round(performance.now() - begun) / 1000;
        ledger.add({ type: 'end', key, seconds, trials: report.performance.trials });
        await task.onFinished(job, report);
      } catch (error) {
        board.left(key);
        if (!(error instanceof CardhouseError) || error instanceof BackendError) {
          broken.abort();
          throw error;
        }
        ledger.add({ type: 'failed', key, error: error.message });
        task.onFailed(job, `${error.name}: ${error.message}`);
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
