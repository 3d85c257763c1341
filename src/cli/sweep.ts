/** `cardhouse sweep`: a study at every point of a design, one table and one page of all. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { nameOfKey, type Report, SpecError, type SweepAverage, type SweepDocument } from '../index.ts';
import { stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { shownPath } from './files.ts';
import { countOf, type Flags, secondsOf } from './flags.ts';
import { splitOptions } from './slurm.ts';
import { planSweep, type SweepPlan } from './sweep-plan.ts';
import type { Job } from './sweep-point.ts';
import { runPool } from './sweep-pool.ts';
import { SweepBoard } from './sweep-progress.ts';
import { runSlurm } from './sweep-slurm.ts';
import { dropRun, finishedReport, forgetPoint, openLedger, refuseForeign } from './sweep-store.ts';
import { SweepTable } from './sweep-table.ts';
import { columns, entryText, keyText } from './table.ts';

/** Averages shown on the terminal; the rest is in the table. */
const mostShown = 40;

export async function sweep(file: string, flags: Flags): Promise<number> {
  const plan = planSweep(file, flags);
  const { jobs } = plan;
  const path = resolve(flags.out ?? join('runs', `${plan.name}-sweep${flags.quick ? '-quick' : ''}`));
  const shown = shownPath(path);
  const workers = flags.workers === undefined ? availableParallelism() : countOf(flags.workers, '--workers');
  const checkpointEvery = flags.checkpoint === undefined ? undefined : secondsOf(flags.checkpoint, '--checkpoint');
  const cluster = clusterOf(flags);
  refuseForeign(path, shown);
  const ledger = openLedger(path);
  try {
    if (flags.force) for (const { key } of jobs) forgetPoint(path, key);
    const table = new SweepTable(plan, path);
    const waiting: Job[] = [];
    for (const job of jobs) {
      const report = finishedReport(path, job.key);
      if (report === undefined) waiting.push(job);
      else {
        table.add(job, report);
        if (!flags.keepRuns) dropRun(path, job.key);
      }
    }
    ledger.add({ type: 'plan', points: jobs.length, finished: jobs.length - waiting.length });
    const board = new SweepBoard(flags, jobs.length, jobs.length - waiting.length);
    board.say(headline(plan, waiting.length, shown));
    const signal = stopSignal(() =>
      board.say(
        flags.engine === 'slurm'
          ? 'no longer following'
          : 'stopping: finished points are kept, the same command goes on',
      ),
    );
    table.write();
    const slurm = flags.engine === 'slurm';
    const common = {
      jobs: waiting,
      folder: path,
      keepRuns: flags.keepRuns === true,
      ...(checkpointEvery !== undefined && { checkpointEvery }),
      ...{ signal, ledger, board },
      onFinished: async (job: Job, report: Report) => {
        board.finished(table.add(job, report), job.point);
        table.write();
        // where jobs are submitted nothing is drawn before the end
        if (table.stale && !slurm) await table.draw();
      },
      onFailed: (job: Job, error: string) => {
        table.fail(job, error);
        board.say(`${job.key.slice(0, 16)} failed: ${error}`);
      },
    };
    try {
      if (slurm) await runSlurm({ ...common, ...cluster, studyFolder: resolve(plan.folder) });
      else await runPool({ ...common, workers });
      await table.draw();
    } finally {
      board.close();
    }
    const document = table.document();
    process.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : told(document, signal.aborted, shown));
    if (signal.aborted) return interruptedCode;
    for (const { at, seed, error } of document.failed) {
      const where = Object.entries(at).map(([key, value]) => `${nameOfKey(key)} ${value}`);
      process.stderr.write(`not computed: ${[...where, `seed ${seed}`].join(', ')}: ${error}\n`);
    }
    return document.failed.length > 0 ? 1 : 0;
  } finally {
    ledger.close();
  }
}

/** How jobs are submitted and followed. */
function clusterOf({ engine, workers, sbatch, poll, retries }: Flags) {
  const only = Object.entries({ sbatch, poll, retries }).find(([, value]) => value !== undefined && engine !== 'slurm');
  if (only) throw new SpecError(`--${only[0]} goes with --engine slurm`);
  return {
    workers: workers === undefined ? 1 : countOf(workers, '--workers'),
    options: splitOptions(sbatch ?? ''),
    poll: poll === undefined ? 30 : secondsOf(poll, '--poll'),
    retries: retries === undefined ? 3 : countOf(retries, '--retries'),
  };
}

/** One line that says what is about to happen. */
function headline({ name, jobs, repeated }: SweepPlan, waiting: number, path: string): string {
  const known = waiting < jobs.length ? `, ${jobs.length - waiting} of them known` : '';
  const same = repeated > 0 ? ` (${repeated} left out: the same point in other words)` : '';
  return `${name}: ${jobs.length} ${jobs.length === 1 ? 'study' : 'studies'}${known}${same} → ${path}`;
}

/** The end of a sweep, on a terminal. */
function told(document: SweepDocument, interrupted: boolean, path: string): string {
  const { study, rows, points, averages } = document;
  const done = interrupted ? ` (interrupted: ${rows.length} of ${points} points)` : '';
  return `${study.name}${done}\n${summary(averages)}table   ${join(path, 'sweep.csv')}\nreport  ${join(path, 'report.html')}\n`;
}

/** Capacities of every point, seeds averaged. */
function summary(averages: readonly SweepAverage[]): string {
  const first = averages[0];
  if (first === undefined) return '';
  const axes = Object.keys(first.at);
  const shown = Object.keys(first.numbers).filter((key) => first.numbers[key]!.unit === 'mAh/g');
  const head = [...axes, 'seeds', ...shown.map(keyText)];
  const body = averages
    .slice(0, mostShown)
    .map(({ at, seeds, numbers }) => [
      ...axes.map((axis) => at[axis]!),
      String(seeds),
      ...shown.map((key) => entryText(numbers[key] ?? { value: null, error: null, unit: '' }).replace(' mAh/g', '')),
    ]);
  const more = averages.length > mostShown ? `${averages.length - mostShown} more in the table\n` : '';
  return `${columns([head, ...body], true)}${more}capacities in mAh/g\n`;
}
