/**
 * One study in a process of its own, from the built library, as `cardhouse run` would do it but without a directory. Prints one JSON
 * object; times are from the start of the process.
 *
 *   node study-process.js TASK.json
 */
import { readFileSync } from 'node:fs';
import { parseExtxyz, parseStudySpec, type Report, runStudy } from 'cardhouse';

export interface StudyTask {
  /** as in a study file, parsed */
  readonly study: unknown;
  /** extended XYZ file of the host; absent: the study has a recipe */
  readonly hostFile?: string;
  /** model file */
  readonly model: string;
  readonly workers: number;
  /** end when the first chain is ready for its first trial */
  readonly startOnly: boolean;
}

export interface StudyRun {
  /** s until a first chain was ready for its first trial */
  readonly start: number;
  /** s until everything was done; null where only the start was asked for */
  readonly total: number | null;
  /** largest resident memory, 10⁹ bytes */
  readonly peakGigabytes: number;
  /** of the whole process, s */
  readonly cpuSeconds: number;
  readonly points: readonly { readonly capacity: number; readonly error: number; readonly drift: number }[];
  readonly trials: number;
}

const since = (): number => performance.now() / 1000;

const task = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as StudyTask;
const spec = parseStudySpec(task.study);
const model: unknown = JSON.parse(readFileSync(task.model, 'utf8'));
const [host] = task.hostFile === undefined ? [] : parseExtxyz(readFileSync(task.hostFile, 'utf8'), task.hostFile);
const left = new AbortController();
const study = runStudy(spec, { model, host, workers: task.workers, signal: left.signal });
let start = Number.NaN;
let report: Report | undefined;
for (;;) {
  const step = await study.next();
  if (step.done) {
    report = step.value.report;
    break;
  }
  const event = step.value;
  // the text of this event says what stands in the carbon: it comes when a chain has been made
  if (event.type === 'stage' && event.stage === 'ladder' && Number.isNaN(start)) {
    start = since();
    if (task.startOnly) break;
  }
}
const { user, system } = process.cpuUsage();
const points = report ? [...report.curve.discharge, ...report.curve.charge] : [];
const run: StudyRun = {
  start,
  total: report ? since() : null,
  // maxRSS is in KiB
  peakGigabytes: (1024 * process.resourceUsage().maxRSS) / 1e9,
  cpuSeconds: (user + system) / 1e6,
  points: points.map(({ capacity, drift }) => ({
    capacity: capacity.value ?? Number.NaN,
    error: capacity.error ?? Number.NaN,
    drift: drift.value ?? Number.NaN,
  })),
  trials: report?.performance.trials ?? 0,
};
process.stdout.write(`${JSON.stringify(run)}\n`, () => process.exit(0));
