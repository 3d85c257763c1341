/** One element of a job array: the point of that number, run or gone on with. */
import { BackendError, CardhouseError, SpecError } from '../index.ts';
import { pointKey, stopSignal } from './execute.ts';
import { interruptedCode } from './failure.ts';
import { withFiles } from './files.ts';
import { computePoint } from './sweep-point.ts';
import { readBatch } from './sweep-slurm.ts';
import { isFinished, noteFailure } from './sweep-store.ts';

export async function sweepTask([folder, name, index]: readonly string[]): Promise<number> {
  if (folder === undefined || name === undefined || index === undefined) {
    throw new SpecError(
      'sweep-task is what --engine slurm submits: it needs the folder of a sweep, an array and a number',
    );
  }
  const { studyFolder, workers, keepRuns, checkpointEvery, points } = readBatch(folder, name);
  const point = points[Number(index)];
  if (!point) throw new SpecError(`${name} has ${points.length} points, asked is number ${index}`);
  const { key, spec } = point;
  if (isFinished(folder, key)) return 0;
  const say = (text: string) => process.stderr.write(`${new Date().toISOString()} ${key.slice(0, 16)} ${text}\n`);
  const signal = stopSignal(() => say('told to stop: what was sampled is kept'));
  try {
    const inputs = withFiles(spec, studyFolder);
    if (pointKey(inputs) !== key) throw new SpecError('model or structure files have changed since it was submitted');
    const given = Number(process.env['SLURM_CPUS_PER_TASK'] ?? workers);
    const report = await computePoint({ inputs, key }, folder, {
      workers: given,
      keepRuns,
      signal,
      ...(checkpointEvery !== undefined && { checkpointEvery }),
      onEvent: () => {},
    });
    say(report ? 'finished' : 'interrupted');
    return report ? 0 : interruptedCode;
  } catch (error) {
    // a full disk or a missing worker may be the fault of this node: another one may fare better
    if (error instanceof CardhouseError && !(error instanceof BackendError)) {
      noteFailure(folder, key, `${error.name}: ${error.message}`);
    }
    throw error;
  }
}
