/**
 * One replica of a study: its structure, one Markov chain, the whole ladder. Runs in a worker or in the calling thread; the
 * result is a function of spec and replica number alone.
 */
import type { Frame } from '../core/frame.ts';
import { type Measured, mean } from '../core/statistics.ts';
import type { ChainSetup, LadderChain } from '../engine/chain.ts';
import { createDomainChain } from '../engine/domains/domain-chain.ts';
import type { HostMap } from '../engine/host-map/build.ts';
import { prepareChain } from '../engine/prepare.ts';
import type { MetalState } from '../engine/reservoir.ts';
import { densityLimit } from '../engine/validity.ts';
import { loadModel } from '../model/load.ts';
import type { Model } from '../model/model.ts';
import type { Branch, LadderTrajectory } from '../trajectory/series.ts';
import { withAccess } from './access.ts';
import { chainMaker } from './backend.ts';
import { buildCarbon } from './build-carbon.ts';
import { checkHost } from './check.ts';
import { emptyHost } from './empty-host.ts';
import { driveCharge } from './galvanostatic.ts';
import { mapErrors, mapOfHost } from './host-map.ts';
import { runLadder } from './ladder.ts';
import { fullEnd } from './ladder-ends.ts';
import { fillPores } from './pore-filling.ts';
import { prepareHost } from './prepare-host.ts';
import { decodeHost, encodeHost, newestPlace, type SavedFile, type SavedReplica } from './saved.ts';
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
  /** of `host`, when all replicas have the same one: they share its memory */
  readonly map?: HostMap;
  /** what an earlier run of the same task has left */
  readonly saved?: SavedReplica;
  /** s between checkpoints; 60 when not given */
  readonly checkpointEvery?: number;
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
      readonly stage: 'build' | 'prepare' | 'ladder' | 'analysis';
      readonly replica: number;
      readonly text: string;
    }
  | { readonly type: 'warning'; readonly text: string }
  /** to be kept: what is needed to go on from here */
  | ({ readonly type: 'save' } & SavedFile)
  | {
      readonly type: 'filling';
      readonly replica: number;
      /** of the pores, largest first, and guests in it now */
      readonly pore: number;
      readonly guests: number;
      /** of this replica's pores that is done, 0 … 1 */
      readonly share: number;
      readonly trials: number;
    }
  | {
      readonly type: 'gauge';
      readonly replica: number;
      readonly branch: Branch;
      /** mAh/g asked for */
      readonly capacity: number;
      readonly guests: number;
      readonly trials: number;
    }
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

/**
 * Runs one replica. `emit` hears of progress; when `stopped` turns true the points finished so far are returned. With `saved` it goes on where
 * an earlier run of the same task was stopped or killed, and comes to the same bits.
 *
 * @param open  makes the ladder's chain on another device; the processor's by the study's backend where it is not given
 * @throws SpecError  the recipe cannot be built, the box is too small, no checkpoint can be read
 * @throws PhysicsError  a watchdog bit (ladder.ts)
 */
export async function runReplica(
  task: ReplicaTask,
  emit: (event: ReplicaEvent) => void,
  stopped: () => boolean,
  open?: (setup: ChainSetup) => Promise<LadderChain>,
): Promise<ReplicaResult> {
  const { spec, replica, saved } = task;
  const begin = performance.now();
  const kept = saved?.files.get('host');
  const { host, structure, warnings, complete } = kept
    ? { ...decodeHost(kept, 'host'), complete: true }
    : await hostOf(task, emit, stopped);
  const build = (performance.now() - begin) / 1000;
  const model = loadModel(task.model, spec.guest.model);
  if (spec.host.prepare) checkHost(host, model, 'the prepared host');
  if (complete && !kept)
    emit({ type: 'save', replica, name: 'host', bytes: encodeHost({ host, structure, warnings }) });
  const place =
    saved && newestPlace(saved, (text) => emit({ type: 'warning', text: `replica ${replica + 1}: ${text}` }));
  const { setup, warning } = setupOf(task, model, host, (text) => {
    emit({ type: 'stage', stage: 'prepare', replica, text });
  });
  if (warning) emit({ type: 'warning', text: `structure ${replica + 1}: ${warning}` });
  const begun = place ? { ...setup, state: place.chain } : setup;
  const { domains } = spec.sampling;
  const pieces = domains > 1 && !open ? await createDomainChain(begun, { domains }) : undefined;
  const own = open || pieces ? undefined : chainMaker(spec)(begun);
  const chain = own ?? pieces ?? (await open!(begun));
  const what = `${spec.guest.species} in ${host.rows.length / 4} carbons`;
  emit({ type: 'stage', stage: 'ladder', replica, text: place ? `${what}, goes on at trial ${chain.trial}` : what });
  const halted = () => !complete || stopped();
  const limit = densityLimit(model, spec.guest.species, task.metal.latticeConstant);
  const ladder = await runLadder({
    task,
    chain,
    host,
    place,
    build,
    emit,
    stopped: halted,
    densityLimit: limit,
  }).finally(() => pieces?.dispose());
  const laddered = performance.now();
  const ladderTrials = chain.trial;
  const { points } = ladder;
  const wanted = spec.protocol === 'equilibrium' && !ladder.stopped;
  const way = spec.equilibrium.over === 'whole' ? 'all guests at once' : 'pore by pore';
  if (wanted) emit({ type: 'stage', stage: 'ladder', replica, text: way });
  const { displacement } = chain;
  const filling = wanted
    ? await fillPores({ task, host, setup, points, displacement, emit, stopped: halted })
    : undefined;
  const driven = spec.protocol === 'galvanostatic' && !ladder.stopped && own;
  if (driven) emit({ type: 'stage', stage: 'ladder', replica, text: 'galvanostatic branches' });
  const gauge = driven
    ? await driveCharge({
        task,
        host,
        setup,
        chain: driven,
        full: mean(fullEnd(points, 0).counts),
        emit,
        stopped: halted,
      })
    : undefined;
  const sampled = performance.now();
  if (!ladder.stopped) emit({ type: 'stage', stage: 'analysis', replica, text: 'estimate without simulation' });
  const empty = ladder.stopped ? undefined : emptyHost(setup, model, task.metal, `${spec.seed}/${replica}`);
  const { build: building, sampling } = ladder.seconds;
  return {
    trajectory: {
      replica,
      host,
      guest: spec.guest.species,
      temperature: spec.temperature,
      points,
      ...(filling && { filling }),
      ...(gauge && { gauge }),
      ...(empty && { empty }),
    },
    structure: setup.map ? { ...structure, ...mapErrors(setup, setup.map, spec.temperature) } : structure,
    warnings: warning ? [...warnings, warning] : warnings,
    stopped: ladder.stopped || (wanted && !filling) || (!!driven && !gauge),
    seconds: { build: building, sampling: sampling + (sampled - laddered) / 1000 },
    trials: ladderTrials + sumTrials(filling?.pores) + sumTrials(gauge),
  };
}

const sumTrials = (parts: readonly { readonly trials: number }[] = []): number =>
  parts.reduce((sum, { trials }) => sum + trials, 0);

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

/** The chain's setup, and a warning where guests do not get everywhere. */
function setupOf(
  { spec, replica, metal, map: shared }: ReplicaTask,
  model: Model,
  host: Frame,
  say: (text: string) => void,
): { readonly setup: ChainSetup; readonly warning?: string } {
  const { guest, temperature, moves, seed } = spec;
  const metalEnergy = metal.latticeEnergy;
  const { species, access } = guest;
  const map = (felt: Pick<ChainSetup, 'tables' | 'host'>) => shared ?? mapOfHost(spec, felt, say);
  const stream = replica;
  const all = prepareChain({ model, guest: species, host, temperature, moves, seed, stream, metalEnergy, map });
  if (access === 'everywhere') return { setup: all };
  const { setup, share } = withAccess(all, access);
  const warning = `channels of ${access} Å in radius lead to ${Math.round(100 * share)} % of the space that guests find room in`;
  return { setup, warning };
}
