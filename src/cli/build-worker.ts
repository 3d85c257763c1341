/** The thread of `cardhouse build`. */
import {
  buildCarbon,
  type CharacterizationFacts,
  type CrystalSpec,
  characterizationReport,
  crystalOf,
  type Frame,
  type HardCarbonRecipe,
  type Measured,
  type MeasuredBuild,
  measuredBuild,
  measuredCrystal,
  type ReferenceValue,
} from '../index.ts';
import { answer } from './thread.ts';

/** What the thread is started with. */
export interface BuildTask {
  readonly recipe: HardCarbonRecipe | { readonly crystal: CrystalSpec };
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
  readonly measured?: Omit<MeasuredBuild, 'carbon' | 'given'> & Partial<Pick<MeasuredBuild, 'given'>>;
  readonly files?: ReadonlyMap<string, string>;
}

await answer<BuildTask, BuildEnd>(async (task, say) => {
  const started = performance.now();
  const date = new Date().toISOString();
  const end = await make(task, say);
  const { facts } = task;
  if (!facts || !end.measured) return end;
  const { hostName, runtime, ...rest } = facts;
  const wallSeconds = (performance.now() - started) / 1000;
  const { characterization, residual, published } = end.measured;
  const { frame, warnings } = end;
  const files = await characterizationReport({
    characterization,
    frame,
    residual,
    published,
    facts: { ...rest, warnings, performance: { wallSeconds, hostName, runtime, date } },
  });
  return { ...end, files };
});

/** Builds, and measures where that is asked. */
async function make(task: BuildTask, onProgress: (done: number, text: string) => void): Promise<BuildEnd> {
  const { recipe, reference, measure, refine, workers } = task;
  if ('crystal' in recipe) {
    if (!measure) return { frame: crystalOf(recipe.crystal), built: {}, warnings: [] };
    const { frame, ...measured } = await measuredCrystal(recipe.crystal, { reference, onProgress });
    return { frame, built: {}, warnings: measured.warnings, measured };
  }
  if (!measure) {
    const { frame, measured: built, warnings } = await buildCarbon(recipe, { workers, onProgress });
    return { frame, built, warnings };
  }
  // never undefined: nothing stops this thread but its end
  const { carbon, ...measured } = (await measuredBuild(recipe, { reference, refine, workers, onProgress }))!;
  return { frame: carbon.frame, built: carbon.measured, warnings: measured.warnings, measured };
}
