/** One point of a sweep: run or gone on with in its own run directory, then kept as one file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../index.ts';
import type { SweepPoint } from '../sweep/design.ts';
import { decided, type Execution, execute, fingerprint } from './execute.ts';
import type { StudyInputs } from './files.ts';
import { occupantOf, refuseOccupied, tidyFinished } from './run-directory.ts';
import { keepPoint, placeOf } from './sweep-store.ts';

/** One study of the sweep. */
export interface Job {
  readonly point: SweepPoint;
  readonly inputs: StudyInputs;
  /** SHA-256 of everything the result depends on */
  readonly key: string;
}

/** How points are computed. */
export interface PointOptions extends Omit<Execution, 'backend' | 'fresh' | 'resultsOnly'> {
  /** keep run directories with all their files */
  readonly keepRuns: boolean;
}

/**
 * Computes a point, or goes on where it was interrupted.
 *
 * @param folder  of the sweep
 * @returns undefined when it was interrupted: what was sampled is kept
 */
export async function computePoint(
  { inputs: asked, key }: Pick<Job, 'inputs' | 'key'>,
  folder: string,
  { keepRuns, ...execution }: PointOptions,
): Promise<Report | undefined> {
  const place = placeOf(folder, key);
  const { inputs, backend } = await decided(asked, place, execution.workers, false);
  const { spec } = inputs;
  const occupant = occupantOf(place, spec, fingerprint(inputs));
  if (occupant === 'foreign') refuseOccupied(place, occupant, false);
  if (occupant === 'same run') {
    // killed between its last line and the file of the point
    tidyFinished(place);
    const report = JSON.parse(readFileSync(join(place, 'results.json'), 'utf8')) as Report;
    keepPoint(folder, key, spec, report, keepRuns);
    return report;
  }
  const fresh = occupant === 'other run' && existsSync(place);
  const result = await execute(inputs, place, { ...execution, backend, fresh, resultsOnly: !keepRuns });
  if (!result?.report.study.complete) return undefined;
  keepPoint(folder, key, spec, result.report, keepRuns);
  return result.report;
}
