/** `cardhouse sweep`: a study at every point of a grid, each in a directory of its own, and one table of all. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { quickStudy, SpecError } from '../index.ts';
import { parseAxis, type SweepPoint, sweepPoints } from '../sweep/grid.ts';
import { averageSeeds, headlineEntries, type SweepAverage, type SweepRow, sweepCsv } from '../sweep/table.ts';
import { checkInputs, decided, type Execution, execute, fingerprint, stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { loadRecipeData, loadStudy, type StudyInputs, shownPath, withFiles } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { progressView } from './progress.ts';
import { occupantOf, refuseOccupied, tidyFinished, writeWhole } from './run-directory.ts';
import { columns, entryText, keyText } from './table.ts';

/** One study of the sweep. */
interface Job {
  readonly point: SweepPoint;
  readonly inputs: StudyInputs;
  /** name inside the sweep directory: a hash of everything the result depends on */
  readonly directory: string;
}

export async function sweep(file: string, flags: Flags): Promise<number> {
  // the grid is laid over the whole study: a quick look is taken at each of its points
  const { quick, ...others } = flags;
  const base = loadStudy(file, others);
  const axes = (flags.grid ?? []).map(parseAxis);
  const seeds = countOf(flags.seeds ?? '1', '--seeds');
  const workers = flags.workers === undefined ? availableParallelism() : countOf(flags.workers, '--workers');
  const path = resolve(flags.out ?? join('runs', `${base.spec.name}-sweep${quick ? '-quick' : ''}`));
  const shown = shownPath(path);
  refuseForeign(path, shown);
  const loadRecipe = (name: string) => loadRecipeData(name, base.folder);
  const jobs = sweepPoints(base.spec, axes, seeds, { loadRecipe }).map((point): Job => {
    const inputs = withFiles(quick ? quickStudy(point.spec) : point.spec, base.folder);
    checkInputs(inputs);
    return { point, inputs, directory: fingerprint(inputs).slice(0, 10) };
  });

  const view = progressView(flags);
  view.say(`${base.spec.name}: ${jobs.length} studies → ${shown}`);
  const signal = stopSignal(() => view.say('stopping: finished points are kept'));
  mkdirSync(path, { recursive: true });
  const rows: SweepRow[] = [];
  let table = tableOf(rows);
  for (const [i, job] of jobs.entries()) {
    view.say(`${i + 1} of ${jobs.length}: ${pointText(job.point)} → ${join(shown, job.directory)}`);
    const at = join(path, job.directory);
    const fresh = flags.force === true;
    const { inputs, backend } = await decided(job.inputs, at, workers, fresh);
    const execution = { workers, signal, backend, fresh, onEvent: view.show };
    const numbers = await numbersOf({ ...job, inputs }, at, execution, flags);
    view.close();
    if (numbers === undefined) break;
    rows.push({ directory: job.directory, at: job.point.at, seed: job.point.spec.seed, numbers });
    table = tableOf(rows);
    writeWhole(join(path, 'sweep.json'), `${JSON.stringify(table, undefined, 2)}\n`);
    writeWhole(join(path, 'sweep.csv'), sweepCsv(rows));
  }
  const done = signal.aborted ? ` (interrupted: ${rows.length} of ${jobs.length} points)` : '';
  const text = `${base.spec.name}${done}\n${summary(table.averages)}table  ${join(shown, 'sweep.csv')}\n`;
  process.stdout.write(flags.json ? `${JSON.stringify(table)}\n` : text);
  return signal.aborted ? interruptedCode : 0;

  function tableOf(all: readonly SweepRow[]) {
    return {
      study: base.spec.name,
      grid: axes,
      seeds,
      points: jobs.length,
      rows: [...all],
      averages: averageSeeds(all),
    };
  }
}

/** The numbers of a point, from its directory when it is finished there; undefined when the run was interrupted. */
async function numbersOf(
  { inputs }: Job,
  path: string,
  execution: Execution,
  flags: Flags,
): Promise<SweepRow['numbers'] | undefined> {
  const occupant = occupantOf(path, inputs.spec, fingerprint(inputs));
  if (occupant === 'same run') tidyFinished(path);
  if (occupant === 'same run' && !flags.force) {
    return headlineEntries(JSON.parse(readFileSync(join(path, 'results.json'), 'utf8')));
  }
  refuseOccupied(path, occupant, flags.force === true);
  const result = await execute(inputs, path, execution);
  return result?.report.study.complete ? headlineEntries(result.report) : undefined;
}

function refuseForeign(path: string, shown: string): void {
  if (!existsSync(path) || existsSync(join(path, 'sweep.json'))) return;
  // a sweep interrupted in its first point has no table yet, only what a point leaves
  if (readdirSync(path).every((name) => /^\.?[0-9a-f]{10}\b/.test(name))) return;
  throw new SpecError(`${shown} exists and is not a sweep of Cardhouse: choose another --out`);
}

function pointText({ at, spec }: SweepPoint): string {
  return [...Object.entries(at).map(([key, value]) => `${key} ${value}`), `seed ${spec.seed}`].join(', ');
}

/** Capacities of every grid point, seeds averaged. */
function summary(averages: readonly SweepAverage[]): string {
  const first = averages[0];
  if (first === undefined) return '';
  const axes = Object.keys(first.at);
  const shown = Object.keys(first.numbers).filter((key) => first.numbers[key]!.unit === 'mAh/g');
  const head = [...axes, 'seeds', ...shown.map(keyText)];
  const body = averages.map(({ at, seeds, numbers }) => [
    ...axes.map((axis) => at[axis]!),
    String(seeds),
    ...shown.map((key) => entryText(numbers[key]!).replace(' mAh/g', '')),
  ]);
  return `${columns([head, ...body], true)}capacities in mAh/g\n`;
}
