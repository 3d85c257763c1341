/** A map of La and Lc by the program, as a user runs it: carbons, curves, table, page with its fits. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, SweepDocument } from '../../src/index.ts';
import { type Outcome, spreadOf } from '../peers/compare.ts';
import { errorFigures, errorsOf } from './studies.ts';
import { usageOfVerb } from './verb.ts';

const study = 'models/studies/la-lc-grid.yaml';

/**
 * The study la-lc-grid. Errors are those of single voltages of single structures, as its studies report them.
 *
 * @param kept  where its directory stays; undefined: nowhere
 */
export function sweepOutcome(seconds: number, kept: string | undefined, progress: (text: string) => void): Outcome {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'cardhouse-sweep-'));
  mkdirSync(folder, { recursive: true });
  try {
    const out = join(folder, 'la-lc-grid');
    progress(`sweep: ${study}`);
    const usage = usageOfVerb('sweep', study, '--out', out, '--workers', '2', '--force');
    const { points } = JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8')) as SweepDocument;
    const found = readdirSync(join(out, 'points')).filter((name) => name.endsWith('.json'));
    if (found.length !== points)
      throw new Error(`${study} has ${points} points, and ${found.length} of them were computed`);
    const studies = found.map((name) => JSON.parse(readFileSync(join(out, 'points', name), 'utf8')).report as Report);
    const trials = studies.reduce((sum, { performance }) => sum + performance.trials, 0);
    return {
      ...{ name: 'sweep-8k', kind: 'study', atoms: 8000, steps: trials, rounds: 1, unit: 'trials', ratios: {} },
      about: 'sweep of five La by five Lc, three structures each, 12 voltages down and 12 up',
      rates: { Cardhouse: spreadOf([trials / usage.total]) },
      figures: {
        ...{ 'time, s': usage.total, 'processor time, s': usage.cpuSeconds, 'peak memory, GB': usage.peakGigabytes },
        ...errorFigures(studies.flatMap(errorsOf)),
        'page, MB': statSync(join(out, 'report.html')).size / 1e6,
      },
      target: `≤ ${seconds} s`,
      met: usage.total <= seconds,
    };
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true });
  }
}
