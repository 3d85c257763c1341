/** What a study will cost, before it is run. */
import { stageSteps } from './run-stages.ts';
import { quickPreparation, type StudySpec, smallHost } from './spec.ts';

/** What a short run of the same model on this machine has shown. */
export interface Probe {
  /** trials per second of one chain, averaged over the ladder */
  readonly rate: number;
  /** seconds from the start to the first trial: building, tables, reference */
  readonly setup: number;
  /** atom-steps per second of relaxing and annealing hosts; undefined where that is not asked */
  readonly preparationRate?: number;
  /** atoms in the probe's host */
  readonly atoms: number;
  /** resident memory of the process after the probe, bytes */
  readonly memory: number;
}

export interface StudyEstimate {
  /** trials over all replicas and voltages */
  readonly trials: number;
  /** wall time */
  readonly seconds: number;
  /** peak resident memory, bytes */
  readonly memory: number;
}

/** Trials of a probe: a second or two. */
const probeTrials = 400_000;
/** Resident memory of one more worker thread with the library loaded, bytes. */
const workerMemory = 30e6;
/** Per host atom of a running chain: rows, cells, and the voxels (0.5 Å, about 110 per atom) it inserts into, bytes. */
const atomMemory = 1000;
/** Per guest of a kept snapshot, as rows and as text, bytes. */
const guestMemory = 100;
/** Guests per host atom of a full carbon; what Na and Li reach at the floor is below it. */
const fullShare = 0.15;

/** The small study that shows the rate: one chain of the same model and moves through the whole ladder, in a small box. */
export function probeStudy(spec: StudySpec): StudySpec {
  const { discharge, charge } = spec.ladder;
  const production = Math.max(1000, Math.round(probeTrials / (discharge.length + charge.length)));
  const ladder = { discharge, charge, equilibration: 0, production, samples: 10, snapshots: 1, longest: 1 };
  return { ...spec, name: `${spec.name}-probe`, host: quickPreparation(smallHost(spec.host)), ladder, replicas: 1 };
}

/** Trials of a study, over all replicas and both branches. */
export function trialsOf({ ladder, replicas }: StudySpec): number {
  return replicas * (ladder.discharge.length + ladder.charge.length) * (ladder.equilibration + ladder.production);
}

/**
 * Time and memory of a study. Replicas run in parallel, the voltages of one replica one after the other:
 *
 *   t = ⌈replicas/workers⌉ · (t_setup · N/N_probe + steps of preparation · N / their rate + trials of one replica / rate)
 *
 * The cost of a trial does not depend on the size of the box but on how full it is, and workers share one memory bus:
 * right within a factor of two.
 *
 * @param atoms  host atoms of the study
 */
export function estimateStudy(spec: StudySpec, atoms: number, probe: Probe, workers: number): StudyEstimate {
  const trials = trialsOf(spec);
  const together = Math.min(workers, spec.replicas);
  const rounds = Math.ceil(spec.replicas / together);
  const { prepare } = spec.host;
  const preparation =
    prepare && probe.preparationRate ? (stageSteps(prepare.stages) * atoms) / probe.preparationRate : 0;
  const setup = (probe.setup * atoms) / probe.atoms;
  const seconds = rounds * (setup + preparation + trials / spec.replicas / probe.rate);
  const { discharge, charge, snapshots } = spec.ladder;
  const kept = spec.replicas * (discharge.length + charge.length) * snapshots * fullShare * atoms * guestMemory;
  const memory = probe.memory + (together - 1) * workerMemory + together * atoms * atomMemory + kept;
  return { trials, seconds, memory };
}
