/** What a sweep is to do: the study, its flags and its `sweep` group as jobs. */
import { basename, dirname } from 'node:path';
import { parseStudyYaml, quickStudy, readSweepYaml, SpecError } from '../index.ts';
import { type Axis, type Design, designOf, parseAxis, parseRange, sweepPoints, sweptKeys } from '../sweep/design.ts';
import { checkInputs, pointKey } from './execute.ts';
import { loadRecipeData, readText, studyPath, withFiles } from './files.ts';
import { countOf, type Flags, seedOf } from './flags.ts';
import type { Job } from './sweep-point.ts';

export interface SweepPlan {
  readonly name: string;
  readonly about: string;
  /** the study that keys are laid over, as plain data */
  readonly base: Readonly<Record<string, unknown>>;
  readonly keys: readonly string[];
  readonly seeds: number;
  /** of different keys, in the order of the design */
  readonly jobs: readonly Job[];
  /** points that are the same as one before them in other words (20A and 2nm) */
  readonly repeated: number;
  /** where files are looked for */
  readonly folder: string;
}

/**
 * Reads a study and what is to be varied in it: flags where there are any, else its `sweep` group.
 *
 * @throws SpecError  one line for the first problem
 */
export function planSweep(given: string, flags: Flags): SweepPlan {
  const path = studyPath(given);
  const folder = dirname(path);
  const loadRecipe = (name: string) => loadRecipeData(name, folder);
  const text = readText(path, 'study');
  // the whole file is judged first: its problems have lines
  const study = parseStudyYaml(text, path, { loadRecipe });
  const source = readSweepYaml(text, path, loadRecipe);
  const base = flags.seed === undefined ? source.data : { ...source.data, seed: seedOf(flags.seed) };
  const told = designFromFlags(flags);
  const written = source.sweep === undefined ? undefined : designOf(source.sweep, basename(path));
  const varied = told ?? written ?? { grid: [], list: [], seeds: 1 };
  const design = {
    ...varied,
    seeds: flags.seeds === undefined ? (written?.seeds ?? 1) : countOf(flags.seeds, '--seeds'),
  };
  const jobs = sweepPoints(base, design, { loadRecipe }).map((point): Job => {
    const spec = flags.quick ? quickStudy(point.spec) : point.spec;
    const inputs = withFiles(spec, folder);
    const key = pointKey(inputs);
    // the name says nothing that the result depends on: a study may be renamed and its points stay known
    const { about: _, ...rest } = spec;
    return { point, inputs: { ...inputs, spec: { ...rest, name: `point-${key.slice(0, 10)}` } }, key };
  });
  const known = new Set<string>();
  const distinct = jobs.filter(({ key }) => !known.has(key) && known.add(key));
  for (const { inputs } of distinct) checkInputs(inputs);
  return {
    name: study.name,
    about: study.about ?? '',
    base,
    keys: sweptKeys(design),
    seeds: design.seeds,
    jobs: distinct,
    repeated: jobs.length - distinct.length,
    folder,
  };
}

/** The design that flags tell; undefined when none does. */
function designFromFlags(flags: Flags): Omit<Design, 'seeds'> | undefined {
  const { grid, list, latin, range, latinSeed } = flags;
  if (range !== undefined && latin === undefined) throw new SpecError('--range needs --latin: how many points');
  if (latinSeed !== undefined && latin === undefined)
    throw new SpecError('--latin-seed needs --latin: how many points');
  if (grid === undefined && list === undefined && latin === undefined) return undefined;
  return {
    grid: (grid ?? []).map((text) => parseAxis(text)),
    list: (list ?? []).flatMap((text) => (text.includes('=') ? [parseAxis(text, '--list')] : axesOfFile(text))),
    ...(latin !== undefined && {
      latin: {
        points: countOf(latin, '--latin'),
        ...(latinSeed !== undefined && { seed: seedOf(latinSeed) }),
        ranges: (range ?? []).map(parseRange),
      },
    }),
  };
}

/** A table of points: keys of the study in its first line, values below. */
function axesOfFile(path: string): Axis[] {
  const lines = readText(path, 'list of points')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const separator = lines[0]?.includes(';') ? ';' : lines[0]?.includes('\t') ? '\t' : ',';
  const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  const [keys, ...values] = rows;
  if (!keys || values.length === 0) throw new SpecError(`${path} must have keys in its first line and points below`);
  const uneven = values.findIndex((row) => row.length !== keys.length);
  if (uneven >= 0) {
    throw new SpecError(`${path}, line ${uneven + 2}: wanted ${keys.length} values, got ${values[uneven]!.length}`);
  }
  return keys.map((key, k) => parseAxis(`${key}=${values.map((row) => row[k]!).join(',')}`, path));
}
