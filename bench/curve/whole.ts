/** One study through the whole chain by the program, as a user runs it: carbon, curve, report, pictures. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Report } from '../../src/index.ts';
import { type Outcome, spreadOf } from '../peers/compare.ts';
import { type CurveLimit, curveStudy, errorFigures, errorsOf, largestError, wantedError } from './studies.ts';
import { usageOfVerb } from './verb.ts';

/** s, for one picture */
const wantedPicture = 5;

/**
 * The curve with its directory, and two pictures of half a plateau.
 *
 * @param kept  where the directory of the run and the pictures stay; undefined: nowhere
 */
export function wholeOutcomes(
  { atoms, seconds, memoryGB }: CurveLimit & { readonly memoryGB: number },
  kept: string | undefined,
  progress: (text: string) => void,
): Outcome[] {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'cardhouse-whole-'));
  mkdirSync(folder, { recursive: true });
  try {
    const study = join(folder, 'study.yaml');
    const run = join(folder, 'run');
    writeFileSync(study, stringify(curveStudy(atoms)));
    progress(`whole-${atoms / 1000}k: carbon, curve and report`);
    const whole = usageOfVerb('run', study, '--out', run, '--workers', '2', '--force');
    const report = JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as Report;
    const { performance } = report;
    const errors = errorFigures(errorsOf(report));
    const pictures = { png: [], svg: ['--cut', 'slab'] };
    const [png, svg] = Object.entries(pictures).map(([ending, flags]) => {
      progress(`whole-${atoms / 1000}k: ${ending}`);
      const file = join(folder, `picture.${ending}`);
      return usageOfVerb('snapshot', run, ...flags, '--output', file, '--force').total;
    }) as [number, number];
    const size = { kind: 'study', atoms, rounds: 1, unit: 'trials', ratios: {} } as const;
    return [
      {
        ...{ ...size, name: `whole-${atoms / 1000}k`, steps: performance.trials },
        about: 'carbon, voltage curve (15 voltages down and 15 up, two structures), analysis, report',
        rates: { Cardhouse: spreadOf([performance.trials / whole.total]) },
        figures: {
          ...{
            'time, s': whole.total,
            'to the first trial, s': firstTrial(run),
            'processor time, s': whole.cpuSeconds,
          },
          ...{ 'peak memory, GB': whole.peakGigabytes, ...errors },
          'report, MB': statSync(join(run, 'report.html')).size / 1e6,
        },
        target: `≤ ${seconds} s, ± ${wantedError} mAh/g, ≤ ${memoryGB} GB`,
        met: whole.total <= seconds && errors[largestError] <= wantedError && whole.peakGigabytes <= memoryGB,
      },
      {
        ...{ ...size, name: `picture-${atoms / 1000}k`, steps: 0, rates: {} },
        about: 'picture of half a plateau, from the start of the process',
        figures: { 'PNG, s': png, 'SVG of a slab, s': svg },
        target: `PNG ≤ ${wantedPicture} s`,
        met: png <= wantedPicture,
      },
    ];
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true });
  }
}

/** s from the start to the first trial of a run, by its log. */
function firstTrial(run: string): number {
  const lines = readFileSync(join(run, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  const first = lines.map((line) => JSON.parse(line)).find(({ type, stage }) => type === 'stage' && stage === 'ladder');
  return first.seconds as number;
}
