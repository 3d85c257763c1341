/**
 * Runs a study: structures, ladders, analysis, report. Events come as they happen; the result is a function of the spec.
 */
import { analyse } from '../analysis/analyse.ts';
import { BackendError, ModelError, PhysicsError, SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { Measured } from '../core/statistics.ts';
import { measured } from '../core/statistics.ts';
import { compileGuest } from '../engine/guest-tables.ts';
import { type MetalState, metalState } from '../engine/reservoir.ts';
import { version } from '../generated/version.ts';
import { loadModel } from '../model/load.ts';
import type { Model } from '../model/model.ts';
import { sampledModel } from '../model/posterior.ts';
import { runTasks } from '../parallel/pool.ts';
import { reportFiles } from '../report/files.ts';
import { formatJson } from '../report/json.ts';
import { assembleReport, type Report } from '../report/report.ts';
import type { LadderTrajectory } from '../trajectory/series.ts';
import { type BackendChoice, chooseBackend } from './backend.ts';
import { chargeRuleOf } from './charge-rule.ts';
import { checkStudy } from './check.ts';
import { trialsOf } from './estimate.ts';
import { EventQueue } from './event-queue.ts';
import { runOnGpu } from './gpu-replicas.ts';
import { mapOfHost } from './host-map.ts';
import { type LadderPosition, type ReplicaEvent, type ReplicaResult, type ReplicaTask, runReplica } from './replica.ts';
import type { SavedReplica } from './saved.ts';
import { type StudySpec, sharesHost } from './spec.ts';

export type StudyEvent =
  | {
      readonly type: 'stage';
      readonly stage: 'build' | 'prepare' | 'reference' | 'ladder' | 'analysis';
      readonly replica?: number;
      readonly text: string;
    }
  | ({
      readonly type: 'progress';
      /** over all replicas */
      readonly trialsDone: number;
      readonly trialsTotal: number;
      /** trials/s, all chains */
      readonly rate: number;
    } & LadderPosition)
  | Extract<ReplicaEvent, { readonly type: 'point' | 'warning' | 'save' | 'filling' | 'gauge' }>;

export interface StudyOptions {
  /** parsed model file */
  readonly model: unknown;
  /** parsed posterior file of the model, for a study whose uncertainty is calibration */
  readonly posterior?: unknown;
  /** the host, when the spec names a file */
  readonly host?: Frame;
  /** when the spec prepares its hosts */
  readonly prepareModel?: Model;
  /** worker threads; 0 runs in this thread; default one per core where the runtime tells their number, else 2 */
  readonly workers?: number;
  /** stops early: the result then holds what was sampled so far and says so */
  readonly signal?: AbortSignal;
  /** where it runs, for the report */
  readonly machine?: { readonly hostName: string; readonly runtime: string };
  /** what an earlier run of the same study has left, by replica: the study goes on from there and comes to the same bytes */
  readonly saved?: ReadonlyMap<number, SavedReplica>;
  /** s between the checkpoints that `save` events carry; 60 when not given */
  readonly checkpointEvery?: number;
  /** what the study runs on, where that is decided already (`chooseBackend`) */
  readonly backend?: BackendChoice;
  /** module of the worker, where a bundler has moved it */
  readonly workerUrl?: URL;
  /** of the files only results.json: what a sweep keeps of its points */
  readonly resultsOnly?: boolean;
}

export interface StudyResult {
  readonly report: Report;
  readonly trajectories: readonly LadderTrajectory[];
  /** text of every file of the run directory by name */
  readonly files: Map<string, string>;
}

/**
 * Runs a study.
 *
 * Replicas are independent and each is a function of (spec, replica), so the result does not depend on the number of workers.
 *
 * @throws SpecError, ModelError  before any work starts
 * @throws PhysicsError  a chain drifted or produced no number
 * @throws BackendError  no worker could be started, or an abort came before anything was sampled
 */
export async function* runStudy(given: StudySpec, options: StudyOptions): AsyncGenerator<StudyEvent, StudyResult> {
  const started = performance.now();
  const model = loadModel(options.model, given.guest.model);
  checkStudy(given, model, options.host);
  const choice =
    options.backend ?? (await chooseBackend(given, () => model, { workers: options.workers ?? defaultWorkers() }));
  const spec: StudySpec = { ...given, backend: choice.used };
  yield { type: 'stage', stage: 'reference', text: `backend ${choice.used}: ${choice.reason}` };
  if (choice.fallback) yield { type: 'warning', text: fallbackText(choice) };
  yield { type: 'stage', stage: 'reference', text: `bulk ${spec.guest.species} at ${spec.temperature} K` };
  const metal = metalState(model, spec.guest.species, spec.temperature);
  // one host for all replicas: its map is built once, here, and its memory shared
  const one = sharesHost(spec) ? options.host : undefined;
  const said: string[] = [];
  const map =
    one && spec.replicas > 1
      ? mapOfHost(spec, { tables: compileGuest(model, spec.guest.species, one.species), host: one }, (text) =>
          said.push(text),
        )
      : undefined;
  for (const text of said) yield { type: 'stage', stage: 'prepare', replica: 0, text };
  const tasks = Array.from({ length: spec.replicas }, (_, replica): ReplicaTask => {
    const { host, prepareModel, checkpointEvery } = options;
    const own = modelOf(spec, options, replica, metal);
    return { spec, replica, ...own, host, prepareModel, checkpointEvery, saved: options.saved?.get(replica), map };
  });
  // a GPU, or the workers of a box in domains, are driven from this thread
  const workers =
    choice.gpu || spec.sampling.domains > 1 ? 0 : Math.min(tasks.length, options.workers ?? defaultWorkers());
  const queue = new EventQueue<ReplicaEvent>();
  // a caller that stops listening, a full disk say, stops the work too
  const left = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
  const running = (
    choice.gpu
      ? runOnGpu(tasks, choice.gpu, queue.push, signal)
      : runReplicas(tasks, workers, queue.push, { ...options, signal })
  ).finally(queue.close);
  const progress = new Progress(spec);
  try {
    for await (const event of queue) yield progress.see(event);
  } catch (error) {
    left.abort();
    throw error;
  }
  const results = (await running).filter((result) => result !== undefined);
  const sampled = results.filter((result) => result.trajectory.points.length > 0);
  if (sampled.length === 0) throw new BackendError('stopped before anything was sampled');

  yield { type: 'stage', stage: 'analysis', text: 'voltage curve, clusters, sites' };
  const complete = sampled.length === spec.replicas && sampled.every((result) => !result.stopped);
  const seconds = (performance.now() - started) / 1000;
  const { machine, resultsOnly = false } = options;
  const circumstances = { complete, workers, seconds, machine, resultsOnly, choice };
  const result = await conclude(spec, model, metal, sampled, circumstances);
  for (const text of result.report.warnings) yield { type: 'warning', text };
  return result;
}

/**
 * Takes a study to its end, for callers who want the result and not the events.
 *
 * @param onEvent  hears of every event
 */
export async function runToEnd(
  study: AsyncGenerator<StudyEvent, StudyResult>,
  onEvent: (event: StudyEvent) => void = () => {},
): Promise<StudyResult> {
  for (;;) {
    const step = await study.next();
    if (step.done) return step.value;
    try {
      onEvent(step.value);
    } catch (error) {
      await study.throw(error);
    }
  }
}

/** Model file and reference metal of one replica: the study's, or a sample's. */
function modelOf(
  { uncertainty, guest, temperature }: StudySpec,
  { model, posterior }: StudyOptions,
  replica: number,
  metal: MetalState,
): Pick<ReplicaTask, 'model' | 'metal'> {
  if (uncertainty !== 'calibration') return { model, metal };
  if (posterior === undefined)
    throw new SpecError(`uncertainty: calibration needs posterior samples of model ${guest.model}`);
  const name = `posterior of ${guest.model}`;
  const sample = sampledModel(model, posterior, replica, name);
  return { model: sample, metal: metalState(loadModel(sample, name), guest.species, temperature) };
}

/** Whether this file runs as built JavaScript, next to a worker module that can be loaded as it is. */
const built = !import.meta.url.endsWith('.ts');

function defaultWorkers(): number {
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 2;
  return built ? cores : 0;
}

async function runReplicas(
  tasks: readonly ReplicaTask[],
  workers: number,
  onEvent: (event: ReplicaEvent) => void,
  { signal, workerUrl }: StudyOptions,
): Promise<(ReplicaResult | undefined)[]> {
  if (workers > 0) {
    const url = workerUrl ?? new URL('./replica-worker.js', import.meta.url);
    return runTasks<ReplicaTask, ReplicaEvent, ReplicaResult>(tasks, { url, workers, onEvent, signal, revive });
  }
  const results: (ReplicaResult | undefined)[] = [];
  for (const task of tasks) {
    if (signal?.aborted) break;
    results.push(await runReplica(task, onEvent, () => signal?.aborted ?? false));
  }
  return results;
}

/** What is said of a backend that was asked for and could not be had. */
const fallbackText = ({ asked, used, fallback }: BackendChoice): string =>
  `Backend ${asked} was asked for, ${used} ran: ${fallback}.`;

/** An error of the class it had in the worker. */
function revive(name: string, message: string): Error {
  const classes = { SpecError, ModelError, PhysicsError, BackendError };
  return name in classes ? new classes[name as keyof typeof classes](message) : new Error(message);
}

/** Adds the replicas' progress up. */
class Progress {
  readonly #total: number;
  readonly #perReplica: number;
  readonly #trials = new Map<number, number>();
  readonly #rates = new Map<number, number>();

  constructor(spec: StudySpec) {
    this.#total = trialsOf(spec);
    this.#perReplica = this.#total / spec.replicas;
  }

  see(event: ReplicaEvent): StudyEvent {
    if (event.type !== 'tick') return event;
    const { trials, rate, type, ...rest } = event;
    this.#trials.set(event.replica, trials);
    this.#rates.set(event.replica, rate);
    const live = [...this.#rates].filter(([replica]) => this.#trials.get(replica)! < this.#perReplica);
    return {
      type: 'progress',
      ...rest,
      trialsDone: sum(this.#trials.values()),
      trialsTotal: Math.max(this.#total, sum(this.#trials.values())),
      rate: sum(live.map(([, value]) => value)),
    };
  }
}

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

interface Circumstances {
  readonly complete: boolean;
  readonly workers: number;
  readonly seconds: number;
  readonly machine: StudyOptions['machine'];
  readonly resultsOnly: boolean;
  readonly choice: BackendChoice;
}

/** Analysis and report of what was sampled. */
async function conclude(
  spec: StudySpec,
  model: Model,
  metal: MetalState,
  results: readonly ReplicaResult[],
  { complete, workers, seconds, machine, resultsOnly, choice }: Circumstances,
): Promise<StudyResult> {
  const trajectories = results.map((result) => result.trajectory);
  const charge = chargeRuleOf(model, spec.guest.species);
  const analysis = analyse(trajectories, {
    ...spec.analysis,
    ...(charge && { charge }),
    equilibriumVoltages: spec.equilibrium.voltages,
  });
  const trials = sum(results.map((result) => result.trials));
  const { equilibration, production, samples, snapshots } = spec.ladder;
  const report = assembleReport(trajectories, analysis, {
    version,
    study: spec,
    model,
    structure: {
      asked: askedOf(spec),
      replicas: results.map(({ structure, warnings }) => ({ measured: structure, warnings })),
    },
    reservoir: reservoirEntries(metal),
    sampling: { equilibration, production, samples, snapshots, ...spec.moves },
    complete,
    backend: { asked: choice.asked, used: choice.used, device: choice.device },
    warnings: choice.fallback ? [fallbackText(choice)] : [],
    performance: {
      wallSeconds: seconds,
      trials,
      trialsPerSecond: trials / sum(results.map((result) => result.seconds.sampling)),
      workers,
      backend: choice.reason,
      hostName: machine?.hostName ?? '',
      runtime: machine?.runtime ?? '',
      date: new Date().toISOString(),
    },
  });
  if (resultsOnly) {
    const file = 'results.json';
    report.provenance.files = [file];
    return { report, trajectories, files: new Map([[file, formatJson(report)]]) };
  }
  return { report, trajectories, files: await reportFiles(report, { trajectories, analysis }) };
}

/** The recipe as it was asked for. */
function askedOf({ host }: StudySpec): Record<string, Measured | string> {
  if (!('recipe' in host)) return { file: host.file };
  const { la, lc, d002, density, atoms, edges } = host.recipe;
  return {
    la: measured(la, null, 'Å'),
    lc: measured(lc, null, 'Å'),
    d002: measured(d002, null, 'Å'),
    density: measured(density, null, 'g/cm³'),
    atoms: measured(atoms, null, '1'),
    strongShare: measured(edges.strong, null, '1'),
  };
}

/** The parts of the reference metal as they are reported. */
export function reservoirEntries(metal: MetalState): Record<string, Measured> {
  return {
    latticeConstant: measured(metal.latticeConstant, null, 'Å'),
    latticeEnergy: measured(metal.latticeEnergy, null, 'eV'),
    vibrational: measured(metal.vibrational, null, 'eV'),
    anharmonic: measured(metal.anharmonic, null, 'eV'),
    lnActivityAtZeroVolt: measured(metal.lnActivity, null, 'ln Å⁻³'),
  };
}
