/** `cardhouse md`: structure, stages of relaxation and dynamics, observables; a directory that a killed run goes on from. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  checkDynamics,
  type DynamicsEvent,
  type DynamicsPosition,
  type DynamicsProgress,
  type DynamicsResult,
  decodePosition,
  formatExtxyz,
  gigapascal,
  PhysicsError,
  type Quantity,
  runDynamics,
  SpecError,
} from '../index.ts';
import { machine, stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { type DynamicsInputs, loadDynamics, shownPath } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { type DynamicsDirectory, dynamicsOccupant, openDynamicsDirectory, refuseTaken } from './md-directory.ts';
import { openTrajectory, type TrajectoryFiles } from './md-trajectory.ts';
import { durationText, eventView, type Moment, type ProgressView, rateText } from './progress.ts';
import { writeWhole } from './run-directory.ts';
import { columns, entryText } from './table.ts';

export async function md(file: string, flags: Flags): Promise<number> {
  const inputs = loadDynamics(file, flags);
  const { spec, fingerprint } = inputs;
  checkDynamics(spec, inputs);
  const path = resolve(flags.out ?? join('runs', flags.seed === undefined ? spec.name : `${spec.name}-${spec.seed}`));
  const shown = shownPath(path);
  const workers = flags.workers === undefined ? 1 : countOf(flags.workers, '--workers');
  const occupant = dynamicsOccupant(path, spec, fingerprint);
  refuseTaken(shown, occupant, flags.force === true);
  const view = eventView(flags, dynamicsMoment);
  view.say(`${spec.name}: ${spec.stages.length} stages → ${shown}`);
  const directory = openDynamicsDirectory(path, spec, fingerprint, flags.force === true);
  const signal = stopSignal(() => view.say('stopping: a checkpoint is written, the same command goes on from it'));
  let result: DynamicsResult | undefined;
  try {
    result = await execute(inputs, directory, { workers, signal, view });
  } catch (error) {
    if (!(error instanceof PhysicsError)) throw error;
    throw new PhysicsError(`${error.message}; the last good state is kept in ${join(shown, 'last-good.xyz')}`);
  } finally {
    view.close();
    directory.close();
  }
  process.stdout.write(flags.json ? `${JSON.stringify(result.results)}\n` : summary(result, spec.name, shown));
  return result.complete ? 0 : interruptedCode;
}

interface Execution {
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly view: ProgressView<DynamicsEvent>;
}

/** Runs into the directory: everything an event tells is on disk before the next step is made. */
async function execute(
  inputs: DynamicsInputs,
  directory: DynamicsDirectory,
  { workers, signal, view }: Execution,
): Promise<DynamicsResult> {
  const { path } = directory;
  const { spec, model, fillModel, structure } = inputs;
  const found = newestCheckpoint(directory, view);
  if (found) view.say(`resumed at step ${Math.max(0, found.position.step)}`);
  const samples = join(path, 'samples.bin');
  if (found && !existsSync(samples)) {
    throw new SpecError(`${shownPath(samples)} is gone, without it the run cannot go on: start again with --force`);
  }
  const resume = found && { checkpoint: found.bytes, samples: new Uint8Array(readFileSync(samples)) };
  const run = runDynamics(spec, { model, fillModel, structure, workers, signal, resume, machine: machine() });
  let files: TrajectoryFiles | undefined;
  try {
    for (;;) {
      const step = await run.next();
      if (step.done) {
        for (const [name, text] of step.value.files) writeWhole(join(path, name), text);
        directory.log({ type: 'end', complete: step.value.complete });
        files?.close();
        files = undefined;
        // a finished run never goes on: what it was measured from is in the trajectory and the results
        if (step.value.complete) rmSync(samples, { force: true });
        return step.value;
      }
      const event = step.value;
      if (event.type === 'structure') {
        const marks = {
          files: found?.files ?? {},
          step: found?.position.step ?? -1,
          frames: found?.position.frames ?? 0,
        };
        const warn = (text: string) => tell({ type: 'warning', text });
        files = await openTrajectory(path, spec, event.frame, marks, warn);
      } else if (event.type === 'frame') files!.frame(event.frame);
      else if (event.type === 'thermo') files!.thermo(event.step, event.time, event.values);
      else if (event.type === 'samples') files!.samples(event.bytes);
      else if (event.type === 'checkpoint') directory.keepCheckpoint(event.save(files!.sync(event.frames)));
      else if (event.type === 'last-good') writeWhole(join(path, 'last-good.xyz'), formatExtxyz(event.frame));
      else tell(event);
    }
  } catch (error) {
    directory.log({ type: 'failure', text: (error as Error).message });
    throw error;
  } finally {
    files?.close();
  }

  function tell(event: DynamicsEvent): void {
    if (event.type === 'stage' || event.type === 'warning') directory.log(event);
    view.show(event);
  }
}

interface FoundCheckpoint {
  readonly bytes: Uint8Array;
  readonly position: DynamicsPosition;
  readonly files: Readonly<Record<string, number>>;
}

/**
 * The newest checkpoint that is whole; undefined when none was made yet.
 *
 * @throws SpecError  there are some, and none can be read
 */
function newestCheckpoint(
  { checkpoints, path }: DynamicsDirectory,
  view: ProgressView<DynamicsEvent>,
): FoundCheckpoint | undefined {
  let broken: SpecError | undefined;
  for (const bytes of checkpoints) {
    try {
      return { bytes, ...decodePosition(bytes, shownPath(join(path, 'checkpoint'))) };
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      view.show({ type: 'warning', text: error.message });
      broken = error;
    }
  }
  if (broken) throw new SpecError(`${broken.message}; no other is left: start again with --force`);
  return undefined;
}

function dynamicsMoment(event: DynamicsEvent): Moment | undefined {
  if (event.type === 'warning') return event;
  if (event.type === 'stage') {
    const number = event.index === undefined ? '' : `stage ${event.index + 1}, `;
    return { type: 'line', text: `${number}${event.stage}: ${event.text}` };
  }
  if (event.type !== 'progress') return undefined;
  return { type: 'standing', done: event.stepsDone, total: event.stepsTotal, text: dynamicsText(event) };
}

/** `step 12400  12.40 ps  312 K  0.31 GPa  -10512.33 eV  980 steps/s  1.47 M atom-steps/s  ETA 1:02` */
export function dynamicsText(event: DynamicsProgress): string {
  const { step, time, temperature, pressure, energy, force, rate, atoms, stepsDone, stepsTotal } = event;
  const parts = [`step ${step}`];
  if (temperature !== undefined) parts.push(`${(time / 1000).toFixed(2)} ps`, `${temperature.toFixed(0)} K`);
  if (pressure !== undefined) parts.push(`${(pressure * gigapascal).toFixed(2)} GPa`);
  parts.push(`${energy.toFixed(2)} eV`);
  if (force !== undefined) parts.push(`largest force ${force.toPrecision(2)} eV/Å`);
  if (rate > 0) {
    parts.push(`${rateText(rate)} steps/s`, `${rateText(rate * atoms)} atom-steps/s`);
    parts.push(`ETA ${durationText((stepsTotal - stepsDone) / rate)}`);
  }
  return parts.join('  ');
}

function summary({ complete, headlines }: DynamicsResult, name: string, path: string): string {
  const note = complete ? '' : ' (interrupted: incomplete)';
  const rows = headlines.map(([key, entry]) => [`  ${key}`, typeof entry === 'string' ? entry : quantityText(entry)]);
  return `${name}${note}\n${columns(rows)}  report  ${join(path, 'report.html')}\n`;
}

function quantityText(entry: Quantity): string {
  return entry.note === undefined ? entryText(entry) : `${entryText(entry)} (${entry.note})`;
}
