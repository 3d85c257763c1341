/** Whole studies in processes of their own: how soon the first trial is made, and how long a voltage curve takes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/index.ts';
import { formatExtxyz } from '../../src/io/extxyz.ts';
import { typedCarbon } from '../chain-systems.ts';
import { type Outcome, spreadOf } from '../peers/compare.ts';
import { workerModule } from '../peers/worker-module.ts';
import type { StudyRun, StudyTask } from './study-process.ts';

type Progress = (text: string) => void;

/** Fifteen voltages down to where pores fill, and fifteen back. */
export const voltages = {
  discharge: [1.5, 1, 0.7, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0, -0.1, -0.2, -0.3, -0.4],
  charge: [-0.3, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5],
};
/** mAh/g */
export const wantedError = 5;
const wantedStart = 5;
const model = 'models/potentials/na-carbon.json';

/** The study whose time is taken: trials grow with the carbon, two structures, one on each core. */
export function curveStudy(atoms: number): Record<string, unknown> {
  return {
    name: `curve-${atoms}`,
    seed: 'bench',
    host: { recipe: { ...recipe, atoms } },
    guest: { species: 'Na', model: 'na-carbon' },
    ladder: {
      ...voltages,
      ...{ equilibration: 40 * atoms, production: 20 * atoms, samples: 150, snapshots: 1 },
      ...{ error: wantedError, longest: 4 },
    },
    moves: { displace: 0.25, exchange: 0.7, teleport: 0.05 },
    replicas: 2,
  };
}

const recipe = { la: '2.5 nm', lc: '1.1 nm', d002: '3.75 A', density: '1.45 g/cm3', edges: { strong: 0.15 } };

/** From a recipe and from a file: five starts each. */
export async function startOutcomes(progress: Progress): Promise<Outcome[]> {
  const atoms = 20_000;
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-start-'));
  try {
    const hostFile = join(folder, 'host.xyz');
    progress('start: a carbon for the file');
    writeFileSync(hostFile, formatExtxyz(typedCarbon(atoms)));
    const ways = [
      { name: 'start-recipe', about: 'start to first trial, from a recipe', host: undefined },
      { name: 'start-file', about: 'start to first trial, from a structure file', host: hostFile },
    ];
    const found: Outcome[] = [];
    for (const { name, about, host } of ways) {
      const study = { ...curveStudy(atoms), ...(host && { host: { file: host } }) };
      const runs: StudyRun[] = [];
      for (let round = 0; round < rounds; round++) {
        progress(`${name}, ${round + 1} of ${rounds}`);
        runs.push(await studyRun({ study, hostFile: host, model, workers: 2, startOnly: true }, folder));
      }
      const time = spreadOf(runs.map(({ start }) => start));
      found.push({
        ...{ name, kind: 'study', about, atoms, steps: 0, rounds, unit: 'trials', rates: {}, ratios: {} },
        figures: { 'time, s': time.median, 'least, s': time.min, 'most, s': time.max },
        ...{ target: `≤ ${wantedStart} s`, met: time.median <= wantedStart },
      });
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rounds = 5;

/** What a curve may cost. */
export interface CurveLimit {
  readonly atoms: number;
  readonly seconds: number;
}

/** The whole curve once, start-up and building included. */
export async function curveOutcome({ atoms, seconds }: CurveLimit, progress: Progress): Promise<Outcome> {
  const name = `curve-${atoms / 1000}k`;
  progress(`${name}: two structures, ${voltages.discharge.length + voltages.charge.length} voltages`);
  const folder = mkdtempSync(join(tmpdir(), 'cardhouse-curve-'));
  try {
    const run = await studyRun({ study: curveStudy(atoms), model, workers: 2, startOnly: false }, folder);
    const { start, total, peakGigabytes, cpuSeconds, trials, points } = run;
    if (total === null) throw new Error(`${name} ended before its curve was whole`);
    const errors = errorFigures(points.map(({ error }) => error));
    return {
      ...{ name, kind: 'study', about: 'voltage curve, 15 voltages down and 15 up, two structures', atoms },
      ...{ steps: trials, rounds: 1, unit: 'trials', rates: { Cardhouse: spreadOf([trials / total]) }, ratios: {} },
      figures: {
        ...{ 'time, s': total, 'to the first trial, s': start, 'processor time, s': cpuSeconds },
        ...{ 'peak memory, GB': peakGigabytes, ...errors },
      },
      target: `≤ ${seconds} s, ± ${wantedError} mAh/g`,
      met: total <= seconds && errors[largestError] <= wantedError,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const largestError = 'largest error, mAh/g';

/** How well capacities are known, of all voltages together. */
export function errorFigures(errors: readonly number[]): Record<typeof largestError | 'median error, mAh/g', number> {
  return { [largestError]: Math.max(...errors), 'median error, mAh/g': spreadOf(errors).median };
}

/** Errors of the capacities of a report, both branches, mAh/g. */
export function errorsOf({ curve }: Pick<Report, 'curve'>): number[] {
  return [...curve.discharge, ...curve.charge].map(({ capacity }) => capacity.error ?? Number.NaN);
}

/** Runs a study in a fresh process. */
async function studyRun(task: StudyTask, folder: string): Promise<StudyRun> {
  const script = fileURLToPath(await workerModule('bench/curve/study-process.ts'));
  const file = join(folder, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const { stdout, status } = spawnSync('node', [script, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the study ended with ${status}`);
  return JSON.parse(stdout) as StudyRun;
}
