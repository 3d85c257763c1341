/** `cardhouse run`: one study, one directory, a table of numbers. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { SpecError, type StudyResult, type StudySpec } from '../index.ts';
import { headlineEntries } from '../sweep/table.ts';
import { compareInto, comparisonText, loadMeasured } from './compare.ts';
import { checkInputs, decided, execute, fingerprint, stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { hasSweep, loadStudy, shownPath } from './files.ts';
import { countOf, type Flags, secondsOf } from './flags.ts';
import { progressView } from './progress.ts';
import { occupantOf, refuseOccupied, tidyFinished } from './run-directory.ts';
import { columns, entryText, keyText } from './table.ts';

export async function run(file: string, flags: Flags): Promise<number> {
  if (hasSweep(file)) throw new SpecError(`${file} is a sweep: cardhouse sweep takes it`);
  const asked = loadStudy(file, flags);
  const { name, seed } = asked.spec;
  // a table that cannot be read is told before hours of work
  const measured = flags.compare === undefined ? undefined : loadMeasured(flags.compare);
  const path = resolve(flags.out ?? join('runs', flags.seed === undefined ? name : `${name}-${seed}`));
  const shown = shownPath(path);
  const workers = flags.workers === undefined ? availableParallelism() : countOf(flags.workers, '--workers');
  const checkpointEvery = flags.checkpoint === undefined ? undefined : secondsOf(flags.checkpoint, '--checkpoint');
  const fresh = flags.force === true;
  checkInputs(asked);
  const { inputs, backend } = await decided(asked, path, workers, fresh);
  const { spec } = inputs;
  const occupant = occupantOf(path, spec, fingerprint(inputs));
  if (occupant === 'same run') tidyFinished(path);
  refuseOccupied(shown, occupant, flags.force === true);
  const view = progressView(flags);
  view.say(headline(spec, shown));
  if (occupant === 'interrupted run' && !fresh) view.say(`${shown} holds this run, interrupted: going on with it`);
  const signal = stopSignal(() =>
    view.say('stopping: what was sampled is written, the same command goes on from there'),
  );
  let result: StudyResult | undefined;
  try {
    result = await execute(inputs, path, { workers, signal, checkpointEvery, backend, fresh, onEvent: view.show });
  } finally {
    view.close();
  }
  if (result === undefined) {
    view.say('interrupted before anything was sampled; the same command goes on from what was kept');
    return interruptedCode;
  }
  const comparison = measured && (await compareInto(path, result.report, measured, flags.compare!));
  process.stdout.write(flags.json ? `${JSON.stringify(result.report)}\n` : summary(spec, result, shown));
  if (comparison && !flags.json) process.stdout.write(comparisonText(comparison));
  return result.report.study.complete ? 0 : interruptedCode;
}

/** One line that says what is about to happen. */
function headline({ name, guest, host, temperature, ladder, replicas }: StudySpec, path: string): string {
  const where = 'recipe' in host ? `a carbon of ${host.recipe.atoms} atoms` : host.file;
  const voltages = ladder.discharge.length + ladder.charge.length;
  return `${name}: ${guest.species} in ${where}, ${temperature} K, ${voltages} voltages × ${replicas} replicas → ${path}`;
}

function summary(spec: StudySpec, { report }: StudyResult, path: string): string {
  const numbers = Object.entries(headlineEntries(report));
  const note = report.study.complete ? '' : ' (interrupted: incomplete, the same command goes on)';
  return (
    `${spec.name}${note}\n` +
    columns(numbers.map(([key, entry]) => [`  ${keyText(key)}`, entryText(entry)])) +
    `  report  ${join(path, 'report.html')}\n`
  );
}
