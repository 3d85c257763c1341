/** A carbon from its recipe: packed and carved by geometry, then annealed and relaxed by dynamics where the recipe says so. */
import { atomCount, densityOf, type Frame, wrapped } from '../core/frame.ts';
import { keyFromSeed } from '../core/random.ts';
import { type Measured, mean, measured } from '../core/statistics.ts';
import { carbonModel } from '../generated/carbon-model.ts';
import { loadModel } from '../model/load.ts';
import { finishEdges } from '../structure/finish-edges.ts';
import { buildHardCarbon, type HardCarbon } from '../structure/hard-carbon.ts';
import { heldAtoms } from '../structure/held.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { forceFieldFor } from './force-fields.ts';
import { runStages, stageSteps } from './run-stages.ts';
import type { StageSpec } from './stage-spec.ts';
import { atRest, frameOf } from './stages.ts';

export interface BuildOptions {
  /** called with the share done (0 … 1) and what is being done */
  readonly onProgress?: (done: number, text: string) => void;
  readonly stopped?: () => boolean;
  /** threads of the relaxation; 1 when not given. The last bits, and after the anneal more, depend on their number. */
  readonly workers?: number;
  readonly workerUrl?: URL;
}

/** Share of the time that packing takes, for the progress bar. */
const packingShare = 0.4;

/** Species of the carbons that keep their place. */
const held = 'C:held';

/**
 * Contacts resolved and touching edges bonded (FIRE), a short anneal, then to rest (FIRE).
 *
 * 600 K is far below where graphene breaks, and hot enough for edges and bridges to find their places within 0.15 ps.
 */
export const relaxation: readonly StageSpec[] = [
  { relax: { method: 'fire', cell: 'none', force: 3, pressure: 0, steps: 100, frozen: [held] } },
  {
    md: {
      time: 150,
      timestep: 0.5,
      temperature: { from: 600, to: 300 },
      thermostat: { kind: 'bussi', time: 20 },
      frozen: [held],
      every: { frames: 150, velocities: 150, thermo: 150 },
      observe: [],
      velocities: 'draw',
    },
  },
  { relax: { method: 'fire', cell: 'none', force: 0.1, pressure: 0, steps: 250, frozen: [held] } },
];

/** A carbon, and whether it was relaxed as its recipe asks: not when it was stopped. */
export interface BuiltCarbon extends HardCarbon {
  readonly complete: boolean;
}

/**
 * Builds a carbon.
 *
 * @returns the carbon as packed when stopped, not complete then
 * @throws SpecError     the recipe cannot be met
 * @throws PhysicsError  the relaxation explodes
 * @oracle test/unit/build-carbon.test.ts
 */
export async function buildCarbon(recipe: HardCarbonRecipe, options: BuildOptions = {}): Promise<BuiltCarbon> {
  const { onProgress } = options;
  if (!recipe.relax) return { ...buildHardCarbon(recipe, { ...(onProgress && { onProgress }) }), complete: true };
  const packed = buildHardCarbon(recipe, {
    onProgress: (done, text) => onProgress?.(packingShare * done, text),
    implicit: true,
  });
  const relaxed = await relaxCarbon(packed.frame, recipe.seed, options);
  if (!relaxed) return { ...packed, complete: false };
  const { info } = packed.frame;
  const frame = finishEdges({ ...relaxed.frame, info }, packed.defects, recipe);
  const domain = new Int32Array(atomCount(frame)).fill(-1);
  domain.set(packed.domain);
  // terminations weigh something too
  const density = measured(densityOf(frame), null, 'g/cm³');
  return { ...packed, frame, domain, measured: { ...packed.measured, density, ...relaxed.measured }, complete: true };
}

/**
 * Relaxes edges, defects and bridges of a carbon at fixed box, under Tersoff bonds and Lennard-Jones between sheets (model `carbon`).
 *
 * The insides of sheets are held: left free they would close to the 3.36 Å of graphite, because flat sheets alone do not know
 * what keeps a disordered carbon's sheets apart.
 *
 * @param carbons  carbons only
 * @returns the frame, species `C`, and what the relaxation came to; undefined when stopped
 */
export async function relaxCarbon(
  carbons: Frame,
  seed: string | number,
  { onProgress, stopped = () => false, workers, workerUrl }: BuildOptions,
): Promise<{ frame: Frame; measured: Record<string, Measured> } | undefined> {
  const model = loadModel(carbonModel, 'carbon');
  const still = heldAtoms(carbons);
  const parted: Frame = {
    ...carbons,
    species: ['C', held],
    rows: carbons.rows.map((x, k) => (k % 4 === 3 ? still[k >> 2]! : x)),
  };
  const makeForceField = (frame: Frame) =>
    forceFieldFor(model, frame, { backend: 'wasm', ...(workers && { workers }), ...(workerUrl && { workerUrl }) });
  const key = keyFromSeed(`${seed}/relax`);
  const total = stageSteps(relaxation);
  let text = '';
  const run = await runStages(
    atRest(parted),
    relaxation,
    { makeForceField, key },
    {
      onStage: (stage, index) => {
        text = 'md' in stage ? 'annealing' : index === 0 ? 'resolving contacts' : 'relaxing';
      },
      onStep: (steps) => onProgress?.(packingShare + (1 - packingShare) * Math.min(1, steps / total), text),
      stopped,
    },
  );
  if (!run) return undefined;
  const [first, last] = [run.relaxed[0]!, run.relaxed.at(-1)!];
  const end = wrapped(frameOf(run.atoms));
  return {
    frame: { ...end, species: ['C'], rows: end.rows.map((x, k) => (k % 4 === 3 ? 0 : x)) },
    measured: {
      heldShare: measured(mean(still), null, '1'),
      relaxationEnergy: measured((last.energy.after - first.energy.before) / atomCount(carbons), null, 'eV/atom'),
      largestForce: measured(last.force.after, null, 'eV/Å'),
    },
  };
}
