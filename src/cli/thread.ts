/** Work that takes minutes without a pause, in a thread of its own: the program goes on hearing Ctrl-C and drawing its bar. */
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Where the work stands. */
export interface Standing {
  /** share, 0 … 1 */
  readonly done: number;
  readonly text: string;
}

type Message<End> =
  | ({ readonly type: 'standing' } & Standing)
  | { readonly type: 'end'; readonly end: End }
  | { readonly type: 'failure'; readonly name: string; readonly message: string; readonly exitCode?: number };

/** Milliseconds between two messages. */
const interval = 50;

/**
 * Runs a module in a thread that answers with `answer`; the thread is ended when `signal` aborts.
 *
 * @returns undefined when it was
 */
export async function inThread<Task, End>(
  module: URL,
  task: Task,
  signal: AbortSignal,
  show: (standing: Standing) => void,
): Promise<End | undefined> {
  const worker = new Worker(module, { workerData: task });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(undefined));
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('the working thread ended without a word')));
      worker.on('message', (message: Message<End>) => {
        if (message.type === 'standing') show(message);
        else if (message.type === 'end') resolve(message.end);
        else {
          const { name, message: text, exitCode } = message;
          reject(Object.assign(new Error(text), { name }, exitCode === undefined ? {} : { exitCode }));
        }
      });
    });
  } finally {
    await worker.terminate();
  }
}

/** The thread's side: does the work and says how it ended. */
export async function answer<Task, End>(
  work: (task: Task, say: (done: number, text: string) => void) => Promise<End>,
): Promise<void> {
  if (!parentPort) return;
  const port = parentPort;
  let next = 0;
  try {
    const end = await work(workerData as Task, (done, text) => {
      if (performance.now() < next) return;
      next = performance.now() + interval;
      port.postMessage({ type: 'standing', done, text });
    });
    port.postMessage({ type: 'end', end });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const exitCode = (error as { exitCode?: number }).exitCode;
    if (process.env['CARDHOUSE_DEBUG']) process.stderr.write(`${(error as Error).stack}\n`);
    port.postMessage({ type: 'failure', name, message, ...(exitCode === undefined ? {} : { exitCode }) });
  }
}
