/**
 * Tasks over workers, in Node and in browsers through one interface (`web-worker` is the worker_threads polyfill).
 * A task's result may not depend on which worker runs it, so neither may anything made from the results.
 */
import Worker from 'web-worker';
import { BackendError } from '../core/errors.ts';

/** What the main thread sends to a worker. */
export type ToWorker<Task> = { readonly type: 'task'; readonly task: Task } | { readonly type: 'stop' };

/** What a worker sends back: any number of events, then a result or a failure. */
export type FromWorker<Event, Result> =
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'failure'; readonly name: string; readonly message: string };

export interface PoolOptions<Event> {
  /** module worker that calls `serve` */
  readonly url: URL;
  /** at most this many at a time */
  readonly workers: number;
  readonly onEvent: (event: Event) => void;
  /** asks running tasks to end early with what they have; tasks not yet begun are left out */
  readonly signal?: AbortSignal;
  /** makes an error of the right class from its name and message */
  readonly revive: (name: string, message: string) => Error;
}

/**
 * Runs every task on a worker of its own, `workers` at a time, in order.
 *
 * @returns results in the order of the tasks; undefined for a task that an abort kept from beginning
 * @throws the first failure of a task, after the other workers were ended
 */
export async function runTasks<Task, Event, Result>(
  tasks: readonly Task[],
  options: PoolOptions<Event>,
): Promise<(Result | undefined)[]> {
  const results = new Array<Result | undefined>(tasks.length);
  const live = new Set<Worker>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < tasks.length && !options.signal?.aborted) {
      const index = next++;
      const worker = new Worker(options.url, { type: 'module' });
      live.add(worker);
      try {
        results[index] = await runTask<Task, Event, Result>(worker, tasks[index]!, options);
      } finally {
        live.delete(worker);
        worker.terminate();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.workers, tasks.length) }, lane));
  } finally {
    for (const worker of live) worker.terminate();
  }
  return results;
}

/**
 * One task for a worker that calls `serve` and has none.
 *
 * @throws what the task threw, or BackendError: the worker failed
 */
export function runTask<Task, Event, Result>(
  worker: Worker,
  task: Task,
  options: Pick<PoolOptions<Event>, 'onEvent' | 'signal' | 'revive'>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => worker.postMessage({ type: 'stop' } satisfies ToWorker<Task>);
    options.signal?.addEventListener('abort', stop);
    const settle = (act: () => void): void => {
      options.signal?.removeEventListener('abort', stop);
      worker.removeEventListener('message', hear);
      worker.removeEventListener('error', fail);
      act();
    };
    const hear = ({ data }: MessageEvent<FromWorker<Event, Result>>): void => {
      if (data.type === 'event') options.onEvent(data.event);
      else if (data.type === 'result') settle(() => resolve(data.result));
      else settle(() => reject(options.revive(data.name, data.message)));
    };
    const fail = (event: ErrorEvent): void => {
      settle(() => reject(new BackendError(`a worker failed: ${event.message ?? 'it could not be started'}`)));
    };
    worker.addEventListener('message', hear);
    worker.addEventListener('error', fail);
    worker.postMessage({ type: 'task', task } satisfies ToWorker<Task>);
  });
}

/** The part of a worker's global scope that `serve` uses, the same in browsers and under the polyfill. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (message: { data: unknown }) => void): void;
  postMessage(data: unknown): void;
}

/** Answers tasks inside a worker. `run` should look at `stopped()` now and then, and let the event loop turn. */
export function serve<Task, Event, Result>(
  run: (task: Task, emit: (event: Event) => void, stopped: () => boolean) => Promise<Result>,
): void {
  const scope = globalThis as unknown as WorkerScope;
  const post = (data: FromWorker<Event, Result>): void => scope.postMessage(data);
  let stopped = false;
  scope.addEventListener('message', ({ data }) => {
    const message = data as ToWorker<Task>;
    if (message.type === 'stop') {
      stopped = true;
      return;
    }
    run(
      message.task,
      (event) => post({ type: 'event', event }),
      () => stopped,
    ).then(
      (result) => post({ type: 'result', result }),
      (error: unknown) => {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        post({ type: 'failure', name, message });
      },
    );
  });
}
