/** The thread of `cardhouse build`. */
import {
  buildCarbon,
  type CharacterizationFacts,
  characterizationReport,
  type Frame,
  type HardCarbonRecipe,
  type Measured,
  type MeasuredBuild,
  measuredBuild,
  type ReferenceValue,
} from '../index.ts';
import { answer } from './thread.ts';

/** What the thread is started with. */
export interface BuildTask {
  readonly recipe: HardCarbonRecipe;
  readonly reference: Readonly<Record<string, ReferenceValue>>;
  readonly measure: boolean;
  readonly refine: boolean;
  readonly workers: number;
  /** makes the files of a report too */
  readonly facts?: Omit<CharacterizationFacts, 'performance'> & { readonly hostName: string; readonly runtime: string };
}

/** What it ends with. */
export interface BuildEnd {
  readonly frame: Frame;
  /** what the builder knows of its own work */
  readonly built: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
  readonly measured?: Omit<MeasuredBuild, 'carbon'>;
  readonly files?: ReadonlyMap<string, string>;
}

await answer<BuildTask, BuildEnd>(async (task, say) => {
  const { recipe, reference, measure, refine, workers, facts } = task;
  if (!measure) {
    const { frame, measured: built, warnings } = await buildCarbon(recipe, { workers, onProgress: say });
    return { frame, built, warnings };
  }
  const started = performance.now();
  const date = new Date().toISOString();
  // never undefined: nothing stops this thread but its end
  const { carbon, ...measured } = (await measuredBuild(recipe, { reference, refine, workers, onProgress: say }))!;
  const { frame, measured: built } = carbon;
  const { warnings, characterization, residual, published } = measured;
  if (!facts) return { frame, built, warnings, measured };
  const { hostName, runtime, ...rest } = facts;
  const wallSeconds = (performance.now() - started) / 1000;
  const files = await characterizationReport({
    characterization,
    frame,
    residual,
    published,
    facts: { ...rest, warnings, performance: { wallSeconds, hostName, runtime, date } },
  });
  return { frame, built, warnings, measured, files };
});
