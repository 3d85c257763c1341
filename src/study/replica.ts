/**
 * One replica of a study: its structure, one Markov chain, the whole ladder. Runs in a worker or in the calling thread; the
 * result is a function of spec and replica number alone.
 */
import { PhysicsError } from '../core/errors.ts';
import { type Frame, massOfFrame } from '../core/frame.ts';
import { type Measured, mean, measured } from '../core/statistics.ts';
import { capacityPerGuest } from '../core/units.ts';
import type { Chain, MoveName } from '../engine/chain.ts';
import { prepareChain } from '../engine/prepare.ts';
import { lnActivityAt, type MetalState } from '../engine/reservoir.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { loadModel } from '../model/load.ts';
import type { Model } from '../model/model.ts';
import type { Branch, LadderPoint, LadderTrajectory, MoveCount } from '../trajectory/series.ts';
import { buildCarbon } from './build-carbon.ts';
import { checkHost } from './check.ts';
import { prepareHost } from './prepare-host.ts';
import type { StudySpec } from './spec.ts';

export interface ReplicaTask {
  readonly spec: StudySpec;
  readonly replica: number;
  /** parsed model file */
  readonly model: unknown;
  readonly metal: MetalState;
  /** when the spec names a file */
  readonly host?: Frame;
  /** when the spec prepares its hosts */
  readonly prepareModel?: Model;
}

/** Where a replica stands on its ladder. */
export interface LadderPosition {
  readonly replica: number;
  readonly branch: Branch;
  readonly voltage: number;
  /** 1 … points */
  readonly point: number;
  readonly points: number;
  /** accepted share of insertions and deletions at this voltage */
  readonly acceptance: number;
  /** guests now, mAh/g */
  readonly capacity: number;
}

export type ReplicaEvent =
  | {
      readonly type: 'stage';
      readonly stage: 'build' | 'prepare' | 'ladder';
      readonly replica: number;
      readonly text: string;
    }
  | { readonly type: 'warning'; readonly text: string }
  | ({
      readonly type: 'tick';
      /** trials of this replica so far */
      readonly trials: number;
      /** trials/s of this chain */
      readonly rate: number;
    } & LadderPosition)
  | {
      readonly type: 'point';
      readonly replica: number;
      readonly branch: Branch;
      readonly voltage: number;
      readonly capacity: Measured;
    };

export interface ReplicaResult {
  readonly trajectory: LadderTrajectory;
  /** what the builder measured on its structure; empty for a structure from a file */
  readonly structure: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
  /** stopped before the ladder's end */
  readonly stopped: boolean;
  /** wall time, s */
  readonly seconds: { readonly build: number; readonly sampling: number };
  readonly trials: number;
}

/** Energies are recomputed from positions after every voltage; the running sum may be off by this much, eV. */
const driftLimit = 1e-3;
/** Displacements are tuned to this acceptance while equilibrating. */
const displacementTarget = 0.35;
/** Trials between two looks at the clock. */
const slice = 20_000;
const ticksPerSecond = 4;

/**
 * Runs one replica. `emit` hears of progress; when `stopped` turns true the points finished so far are returned.
 *
 * @throws SpecError  the recipe cannot be built, the box is too small
 * @throws PhysicsError  the running energy drifts from the recomputed one, or is not a number
 */
export async function runReplica(
  task: ReplicaTask,
  emit: (event: ReplicaEvent) => void,
  stopped: () => boolean,
): Promise<ReplicaResult> {
  const { spec, replica } = task;
  const begin = performance.now();
  const { host, structure, warnings, complete } = await hostOf(task, emit, stopped);
  const built = performance.now();
  const model = loadModel(task.model, spec.guest.model);
  if (spec.host.prepare) checkHost(host, model, 'the prepared host');
  const chain = chainOf(task, model, host);
  emit({ type: 'stage', stage: 'ladder', replica, text: `${spec.guest.species} in ${host.rows.length / 4} carbons` });

  const toCapacity = capacityPerGuest / massOfFrame(host);
  const steps = [
    ...spec.ladder.discharge.map((voltage) => ({ branch: 'discharge' as const, voltage })),
    ...spec.ladder.charge.map((voltage) => ({ branch: 'charge' as const, voltage })),
  ];
  const points: LadderPoint[] = [];
  let nextTick = 0;
  let acceptance = 0;
  for (const [index, { branch, voltage }] of complete ? steps.entries() : []) {
    const tick = async (counts: Record<MoveName, MoveCount> | null): Promise<boolean> => {
      if (counts) acceptance = exchangeAcceptance(counts);
      const now = performance.now();
      if (now >= nextTick) {
        nextTick = now + 1000 / ticksPerSecond;
        emit({
          type: 'tick',
          replica,
          branch,
          voltage,
          point: index + 1,
          points: steps.length,
          trials: chain.trial,
          rate: chain.trial / ((now - built) / 1000),
          acceptance,
          capacity: chain.count * toCapacity,
        });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      return stopped();
    };
    chain.lnActivity = lnActivityAt(task.metal, voltage);
    const point = await samplePoint(spec, chain, { branch, voltage }, host, tick);
    if (!point) break;
    points.push(point);
    const capacity = measured(mean(point.counts) * toCapacity, null, 'mAh/g');
    emit({ type: 'point', replica, branch, voltage, capacity });
  }
  const end = performance.now();
  return {
    trajectory: { replica, host, guest: spec.guest.species, temperature: spec.temperature, points },
    structure,
    warnings,
    stopped: points.length < steps.length,
    seconds: { build: (built - begin) / 1000, sampling: (end - built) / 1000 },
    trials: chain.trial,
  };
}

interface ReplicaHost {
  readonly host: Frame;
  readonly structure: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
  /** false: stopped while it was prepared */
  readonly complete: boolean;
}

/** The host as built or read, and relaxed or annealed where the spec says so. */
async function hostOf(
  task: ReplicaTask,
  emit: (event: ReplicaEvent) => void,
  stopped: () => boolean,
): Promise<ReplicaHost> {
  const { spec, replica, prepareModel } = task;
  const built = task.host
    ? { host: task.host, structure: {}, warnings: [], complete: true }
    : await builtHost(task, emit, stopped);
  const { prepare } = spec.host;
  if (!prepare || !built.complete) return built;
  if (!prepareModel) throw new Error('a study that prepares its hosts needs the model for that');
  const say = (text: string): void => emit({ type: 'stage', stage: 'prepare', replica, text });
  const seed = `${spec.seed}/${replica}`;
  const prepared = await prepareHost(built.host, prepare.stages, prepareModel, seed, say, stopped);
  if (!prepared) return { ...built, complete: false };
  for (const text of prepared.warnings) emit({ type: 'warning', text: `structure ${replica + 1}: ${text}` });
  return {
    host: prepared.frame,
    structure: { ...built.structure, ...prepared.measured },
    warnings: [...built.warnings, ...prepared.warnings],
    complete: true,
  };
}

async function builtHost(
  { spec, replica }: ReplicaTask,
  emit: (event: ReplicaEvent) => void,
  stopped: () => boolean,
): Promise<ReplicaHost> {
  if (!('recipe' in spec.host)) throw new Error('a study of a structure file needs its frame');
  let said = '';
  // the builder reports often, under the same words
  const say = (text: string): void => {
    if (text !== said) emit({ type: 'stage', stage: 'build', replica, text });
    said = text;
  };
  say(`packing ${spec.host.recipe.atoms} carbons`);
  await new Promise((resolve) => setTimeout(resolve, 0));
  const built = await buildCarbon(
    { ...spec.host.recipe, seed: `${spec.seed}/${replica}` },
    { onProgress: (_, text) => say(text), stopped },
  );
  for (const text of built.warnings) emit({ type: 'warning', text: `structure ${replica + 1}: ${text}` });
  const { frame, measured, warnings, complete } = built;
  return { host: frame, structure: measured, warnings, complete };
}

function chainOf({ spec, replica, metal }: ReplicaTask, model: Model, host: Frame): Chain {
  const { guest, temperature, moves, seed } = spec;
  const metalEnergy = metal.latticeEnergy;
  return createWasmChain(
    prepareChain({ model, guest: guest.species, host, temperature, moves, seed, stream: replica, metalEnergy }),
  );
}

/** One voltage: equilibration with tuning, then sampling with everything fixed. Undefined when stopped on the way. */
async function samplePoint(
  spec: StudySpec,
  chain: Chain,
  { branch, voltage }: { branch: Branch; voltage: number },
  host: Frame,
  tick: (counts: Record<MoveName, MoveCount> | null) => Promise<boolean>,
): Promise<LadderPoint | undefined> {
  const { equilibration, production, samples, snapshots } = spec.ladder;
  for (let done = 0; done < equilibration; ) {
    const n = Math.min(slice, equilibration - done);
    chain.advance(n);
    done += n;
    const counts = chain.takeCounts();
    tuneDisplacement(chain, counts.displace);
    if (await tick(counts)) return undefined;
  }
  chain.refresh();
  chain.takeCounts();
  const counts = new Float64Array(samples);
  const energies = new Float64Array(samples);
  const frames: Frame[] = [];
  let done = 0;
  for (let s = 0; s < samples; s++) {
    const until = Math.round(((s + 1) * production) / samples);
    for (; done < until; ) {
      const n = Math.min(slice, until - done);
      chain.advance(n);
      done += n;
      if (await tick(null)) return undefined;
    }
    counts[s] = chain.count;
    energies[s] = chain.energy;
    if (Math.floor(((s + 1) * snapshots) / samples) > frames.length) {
      const info = { branch, voltage, sample: s + 1 };
      frames.push({ cell: host.cell, species: [spec.guest.species], rows: chain.guestRows(), info });
    }
  }
  const drift = chain.refresh();
  if (!(drift <= driftLimit)) {
    throw new PhysicsError(
      `the energy drifted by ${drift.toExponential(1)} eV over ${production} trials at ${voltage} V (limit ${driftLimit} eV)`,
    );
  }
  return { branch, voltage, counts, energies, moves: chain.takeCounts(), snapshots: frames };
}

function exchangeAcceptance(counts: Record<MoveName, MoveCount>): number {
  const attempted = counts.insert.attempted + counts.delete.attempted;
  return attempted > 0 ? (counts.insert.accepted + counts.delete.accepted) / attempted : 0;
}

/** Longer steps when too many are accepted, shorter ones when too few: only while equilibrating, between 0.05 and 2 Å. */
function tuneDisplacement(chain: Chain, { attempted, accepted }: MoveCount): void {
  if (attempted < 100) return;
  const factor = Math.min(1.5, Math.max(0.67, accepted / attempted / displacementTarget));
  chain.displacement = Math.min(2, Math.max(0.05, chain.displacement * factor));
}
