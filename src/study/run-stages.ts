/** Stages one after the other on one set of atoms, for whoever needs no sample on the way. */
import type { StageSpec } from './stage-spec.ts';
import { type Atoms, type RelaxSummary, runMd, runRelax, type StageSetting, stepsOf } from './stages.ts';

export interface StageWatch {
  /** hears which stage begins */
  readonly onStage?: (stage: StageSpec, index: number) => void;
  /** hears how many steps of all stages are done; a relaxation that ends early counts as whole afterwards */
  readonly onStep?: (steps: number) => void;
  readonly stopped: () => boolean;
}

/** Milliseconds between two rests, in which others may have their turn. */
const breathing = 50;

/** Steps that stages may take, relaxations counted as long as they may get. */
export function stageSteps(stages: readonly StageSpec[]): number {
  return stages.reduce((sum, stage) => sum + ('md' in stage ? stepsOf(stage.md) : stage.relax.steps), 0);
}

/**
 * Runs stages to their end.
 *
 * @returns the atoms, and for each stage what its relaxation came to (undefined for dynamics); undefined when stopped
 * @throws SpecError     frozen names no atom
 * @throws PhysicsError  a stage explodes
 */
export async function runStages(
  start: Atoms,
  stages: readonly StageSpec[],
  setting: Omit<StageSetting, 'index'>,
  { onStage, onStep, stopped }: StageWatch,
): Promise<{ readonly atoms: Atoms; readonly relaxed: readonly (RelaxSummary | undefined)[] } | undefined> {
  let atoms = start;
  const relaxed: (RelaxSummary | undefined)[] = [];
  let breath = performance.now();
  for (const [index, stage] of stages.entries()) {
    onStage?.(stage, index);
    const before = stageSteps(stages.slice(0, index));
    const own = { ...setting, index };
    const run = 'relax' in stage ? runRelax(atoms, stage.relax, own) : runMd(atoms, stage.md, own);
    try {
      let next = await run.next();
      for (; !next.done; next = await run.next()) {
        if (stopped()) return undefined;
        onStep?.(before + next.value.step);
        if (performance.now() - breath < breathing) continue;
        await new Promise((resolve) => setTimeout(resolve, 0));
        breath = performance.now();
      }
      relaxed.push('summary' in next.value ? next.value.summary : undefined);
      atoms = 'summary' in next.value ? next.value.atoms : next.value;
    } finally {
      await run.return(undefined as never);
    }
  }
  return { atoms, relaxed };
}
