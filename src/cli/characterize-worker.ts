/** The thread that measures: instruments run for minutes without a pause, and the program must still hear Ctrl-C. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type CharacterizationFacts,
  type CharacterizationReportData,
  characterizationReport,
  characterize,
  type Frame,
  type InstrumentName,
} from '../index.ts';

/** What the thread is started with. */
export interface CharacterizeTask {
  readonly frame: Frame;
  readonly only?: readonly InstrumentName[];
  readonly facts: Omit<CharacterizationFacts, 'performance'> & { readonly hostName: string; readonly runtime: string };
}

/** What the thread says: where it stands, then the end. */
export type CharacterizeMessage =
  | { readonly type: 'standing'; readonly done: number; readonly text: string }
  | {
      readonly type: 'end';
      readonly files: ReadonlyMap<string, string>;
      readonly characterization: CharacterizationReportData['characterization'];
    }
  | { readonly type: 'failure'; readonly name: string; readonly message: string; readonly exitCode?: number };

/** Milliseconds between two messages. */
const interval = 50;

async function work({ frame, only, facts: { hostName, runtime, ...facts } }: CharacterizeTask): Promise<void> {
  const say = (message: CharacterizeMessage): void => parentPort!.postMessage(message);
  const started = performance.now();
  const date = new Date().toISOString();
  let next = 0;
  try {
    const characterization = await characterize(frame, {
      only,
      onProgress: (done, text) => {
        if (performance.now() < next) return;
        next = performance.now() + interval;
        say({ type: 'standing', done: 0.97 * done, text });
      },
    });
    say({ type: 'standing', done: 0.97, text: 'report' });
    const wallSeconds = (performance.now() - started) / 1000;
    const files = await characterizationReport({
      characterization,
      frame,
      facts: { ...facts, performance: { wallSeconds, hostName, runtime, date } },
    });
    say({ type: 'end', files, characterization });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const exitCode = (error as { exitCode?: number }).exitCode;
    if (process.env['CARDHOUSE_DEBUG']) process.stderr.write(`${(error as Error).stack}\n`);
    say({ type: 'failure', name, message, ...(exitCode === undefined ? {} : { exitCode }) });
  }
}

if (parentPort) await work(workerData as CharacterizeTask);
