/** The thread of `cardhouse characterize`. */
import {
  type Characterization,
  type CharacterizationFacts,
  characterizationReport,
  characterize,
  type Frame,
  type InstrumentName,
} from '../index.ts';
import { answer } from './thread.ts';

/** What the thread is started with. */
export interface CharacterizeTask {
  readonly frame: Frame;
  readonly only?: readonly InstrumentName[];
  readonly facts: Omit<CharacterizationFacts, 'performance'> & { readonly hostName: string; readonly runtime: string };
}

/** What it ends with. */
export interface CharacterizeEnd {
  readonly files: ReadonlyMap<string, string>;
  readonly characterization: Characterization;
}

await answer<CharacterizeTask, CharacterizeEnd>(async ({ frame, only, facts }, say) => {
  const { hostName, runtime, ...rest } = facts;
  const started = performance.now();
  const date = new Date().toISOString();
  const characterization = await characterize(frame, { only, onProgress: (done, text) => say(0.97 * done, text) });
  const wallSeconds = (performance.now() - started) / 1000;
  const files = await characterizationReport({
    characterization,
    frame,
    facts: { ...rest, performance: { wallSeconds, hostName, runtime, date } },
  });
  return { files, characterization };
});
