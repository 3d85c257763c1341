/**
 * A sweep on a cluster: points as elements of job arrays, followed by squeue alone. The truth is on disk: a point is done when its file
 * is there, under way while its element is in the queue, and submitted again when it is neither. Jobs are known by names that are
 * written down before they are submitted, so a follower that was killed finds them again. It computes nothing itself.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendError, type Report, type StudySpec } from '../index.ts';
import { writeWhole } from './run-directory.ts';
import { type Queue, queueOf, submit } from './slurm.ts';
import type { Job } from './sweep-point.ts';
import type { SweepBoard } from './sweep-progress.ts';
import { failureText, finishedReport, forgetFailure, type Ledger, placeOf } from './sweep-store.ts';

export interface SlurmTask {
  readonly jobs: readonly Job[];
  /** of the sweep */
  readonly folder: string;
  /** where the study names its files */
  readonly studyFolder: string;
  /** processors of one job */
  readonly workers: number;
  readonly keepRuns: boolean;
  readonly checkpointEvery?: number;
  /** more options of sbatch */
  readonly options: readonly string[];
  /** s between two looks */
  readonly poll: number;
  /** times that a point may leave the queue without having come any further */
  readonly retries: number;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly board: SweepBoard;
  readonly onFinished: (job: Job, report: Report) => Promise<void>;
  readonly onFailed: (job: Job, error: string) => void;
}

/** What the elements of an array read. */
export interface SlurmBatch {
  readonly schema: 'cardhouse/slurm-batch/1';
  readonly studyFolder: string;
  readonly workers: number;
  readonly keepRuns: boolean;
  readonly checkpointEvery?: number;
  readonly points: readonly { readonly key: string; readonly spec: StudySpec }[];
}

/** Elements of one array: clusters allow 1 001 unless they say otherwise. */
const arraySize = 1000;
/** Seconds before the time limit at which a job is told to stop and to keep what it has. */
const warning = 90;

/** Where a point stands with the cluster. */
interface Standing {
  /** `name/index` of its newest element */
  element?: string;
  /** it was not in the queue when last looked for, and had no file */
  missing: boolean;
  /** what it had left when it was submitted last */
  left: string;
  /** times it came back with no more than that */
  idle: number;
}

/**
 * Submits what is not finished, follows it to its end, and submits again what was lost.
 *
 * @throws BackendError  there is no Slurm, or it takes no job
 */
export async function runSlurm(task: SlurmTask): Promise<void> {
  const { jobs, folder, signal, board, ledger } = task;
  mkdirSync(join(folder, 'slurm'), { recursive: true });
  const prefix = `ch-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 8)}-`;
  const open = new Map<string, Job>(jobs.map((job) => [job.key, job]));
  const standings = new Map<string, Standing>();
  for (const { key } of jobs) {
    forgetFailure(folder, key);
    standings.set(key, { missing: true, left: '', idle: 0 });
  }
  // jobs that an earlier follower has submitted
  for (const { name, batch } of batchesIn(folder, prefix)) {
    batch.points.forEach(({ key }, k) => {
      const standing = standings.get(key);
      if (standing) Object.assign(standing, { element: `${name}/${k}`, missing: false });
    });
  }
  let deaf = 0;
  while (open.size > 0 && !signal.aborted) {
    // first the queue, then the files: what leaves it in between has written its file before
    const queue = await queueOf(prefix);
    await collect(task, open);
    if (queue === undefined) {
      deaf++;
      if (deaf === 10) board.say('squeue does not answer; waiting for it');
    } else {
      deaf = 0;
      const lost = lostPoints(task, open, standings, queue);
      const submitted = await submitAll(task, prefix, lost, standings, queue);
      const waiting = queue.elements.size - queue.running;
      board.tick(`${queue.running} running, ${waiting + submitted} waiting in the queue`);
    }
    if (open.size > 0) await pause(1000 * task.poll, signal);
  }
  if (signal.aborted && open.size > 0) {
    board.say(`${open.size} points go on in the queue: the same command follows them; jobs are named ${prefix}…`);
  }
  ledger.add({ type: 'plan', points: jobs.length, finished: jobs.length - open.size });
}

/** Takes in the points that have been finished, or cannot be. */
async function collect({ folder, onFinished, onFailed, ledger }: SlurmTask, open: Map<string, Job>): Promise<void> {
  const names = new Set(readdirSync(join(folder, 'points')));
  for (const [key, job] of open) {
    const short = placeOf('', key).split('/').at(-1)!;
    if (names.has(`${short}.json`)) {
      const report = finishedReport(folder, key);
      if (!report) continue;
      open.delete(key);
      const { wallSeconds, trials } = report.performance;
      ledger.add({ type: 'end', key, seconds: wallSeconds, trials });
      await onFinished(job, report);
    } else if (names.has(`${short}.failed`)) {
      const error = failureText(folder, key) ?? 'no reason given';
      open.delete(key);
      ledger.add({ type: 'failed', key, error });
      onFailed(job, error);
    }
  }
}

/** Points that are neither finished nor in the queue, seen so twice: a file may take a moment to be seen from here. */
function lostPoints(task: SlurmTask, open: Map<string, Job>, standings: Map<string, Standing>, queue: Queue): Job[] {
  const lost: Job[] = [];
  let again = 0;
  for (const [key, job] of open) {
    const standing = standings.get(key)!;
    if (standing.element !== undefined && queue.elements.has(standing.element)) {
      standing.missing = false;
      continue;
    }
    if (!standing.missing) {
      standing.missing = true;
      continue;
    }
    if (standing.element !== undefined) {
      const left = leftBehind(task.folder, key);
      standing.idle = left === standing.left ? standing.idle + 1 : 0;
      standing.left = left;
      if (standing.idle > task.retries) {
        open.delete(key);
        const log = join(task.folder, 'slurm');
        const error = `left the queue ${standing.idle} times without coming any further: the logs in ${log} may say why`;
        task.ledger.add({ type: 'failed', key, error });
        task.onFailed(job, error);
        continue;
      }
      again++;
    }
    lost.push(job);
  }
  if (again > 0) {
    task.board.say(
      `${again} ${again === 1 ? 'point has' : 'points have'} left the queue unfinished (node, time limit): submitted again from the checkpoint`,
    );
  }
  return lost;
}

/** What a point that is not finished has left on disk, as digits: other digits, further on. */
function leftBehind(folder: string, key: string): string {
  const state = join(placeOf(folder, key), 'state');
  const hash = createHash('sha256');
  for (const name of existsSync(state) ? readdirSync(state).sort() : []) {
    hash.update(name);
    if (name.endsWith('.chain')) hash.update(readFileSync(join(state, name)));
  }
  return hash.digest('hex');
}

/** Submits points in arrays; what the cluster does not take now is left for the next look. */
async function submitAll(
  task: SlurmTask,
  prefix: string,
  lost: readonly Job[],
  standings: Map<string, Standing>,
  queue: Queue,
): Promise<number> {
  let submitted = 0;
  for (let from = 0; from < lost.length; from += arraySize) {
    const jobs = lost.slice(from, from + arraySize);
    const number = readdirSync(join(task.folder, 'slurm')).filter((file) => file.endsWith('.json')).length + 1;
    const name = `${prefix}${number}`;
    const script = writeBatch(task, name, jobs);
    const result = await submit(script, task.options);
    if ('refused' in result) {
      if (queue.elements.size + submitted === 0) throw new BackendError(`sbatch took no job: ${result.refused}`);
      task.board.say(`sbatch took no more jobs for now: ${result.refused}`);
      break;
    }
    jobs.forEach(({ key }, k) => {
      const standing = standings.get(key)!;
      standing.element = `${name}/${k}`;
      standing.missing = false;
    });
    submitted += jobs.length;
    task.ledger.add({ type: 'submit', job: result.job, points: jobs.length });
  }
  return submitted;
}

/** Writes what an array needs: the list of its points first, for whoever follows. */
function writeBatch(task: SlurmTask, name: string, jobs: readonly Job[]): string {
  const { folder, studyFolder, workers, keepRuns, checkpointEvery } = task;
  const base = join(folder, 'slurm', name);
  const batch: SlurmBatch = {
    schema: 'cardhouse/slurm-batch/1',
    ...{ studyFolder, workers, keepRuns },
    ...(checkpointEvery !== undefined && { checkpointEvery }),
    points: jobs.map(({ key, inputs: { spec } }) => ({ key, spec })),
  };
  writeWhole(`${base}.json`, `${JSON.stringify(batch)}\n`);
  const program = process.argv[1] ?? fileURLToPath(new URL('./main.js', import.meta.url));
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  writeWhole(
    `${base}.sh`,
    `#!/bin/sh
#SBATCH --job-name=${name}
#SBATCH --array=0-${jobs.length - 1}
#SBATCH --cpus-per-task=${workers}
#SBATCH --signal=B:TERM@${warning}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=${join(folder, 'slurm', `${name}.log`).replaceAll('%', '%%')}
exec ${quoted(process.execPath)} ${quoted(program)} sweep-task ${quoted(folder)} ${name} "$SLURM_ARRAY_TASK_ID"
`,
  );
  return `${base}.sh`;
}

/** Arrays that were submitted before, oldest first. */
function batchesIn(folder: string, prefix: string): { readonly name: string; readonly batch: SlurmBatch }[] {
  const number = (name: string) => Number(name.slice(prefix.length));
  return readdirSync(join(folder, 'slurm'))
    .filter((file) => file.startsWith(prefix) && file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => number(a) - number(b))
    .map((name) => ({ name, batch: readBatch(folder, name) }));
}

/** The list of points of an array. */
export function readBatch(folder: string, name: string): SlurmBatch {
  return JSON.parse(readFileSync(join(folder, 'slurm', `${name}.json`), 'utf8')) as SlurmBatch;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
  });
}
