/** The points of a sweep: every combination of the values given, times the seeds, each one a whole study. */
import { parseStudySpec, SpecError, type SpecOptions, type StudySpec } from '../index.ts';

/** One key of a study and the values it takes; values stay text, so that they may carry units. */
export interface Axis {
  readonly key: string;
  readonly values: readonly string[];
}

export interface SweepPoint {
  /** value of every axis, as written */
  readonly at: Readonly<Record<string, string>>;
  readonly spec: StudySpec;
}

/**
 * Reads `host.recipe.la=20A,30A`.
 *
 * @throws SpecError  no key, no value, or a value twice
 */
export function parseAxis(text: string): Axis {
  const [, key, list] = /^([a-z]\w*(?:\.[a-z0-9]\w*)*)=(.*)$/i.exec(text) ?? [];
  if (key === undefined || list === undefined) throw new SpecError(`--grid must be key=a,b,c, got "${text}"`);
  const values = list.split(',').map((value) => value.trim());
  if (values.some((value) => value === '')) throw new SpecError(`--grid ${key} has an empty value in "${list}"`);
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) throw new SpecError(`--grid ${key} has ${twice} twice`);
  return { key, values };
}

/**
 * All points, in the order written: the last axis runs fastest, seeds faster still. Seeds count up from the study's own
 * (`7, 8, 9` or `text, text-2, text-3`).
 *
 * @throws SpecError  a value that the study does not accept, with the path of its key
 */
export function sweepPoints(
  base: StudySpec,
  axes: readonly Axis[],
  seeds: number,
  options: SpecOptions = {},
): SweepPoint[] {
  const keys = axes.map((axis) => axis.key);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw new SpecError(`--grid names ${twice} twice: give all its values at once`);
  if (seeds > 1 && keys.includes('seed')) throw new SpecError('--grid seed=… and --seeds exclude each other');
  let combinations: Readonly<Record<string, string>>[] = [{}];
  for (const { key, values } of axes) {
    combinations = combinations.flatMap((at) => values.map((value) => ({ ...at, [key]: value })));
  }
  return combinations.flatMap((at) => {
    const data: unknown = structuredClone(base);
    for (const [key, value] of Object.entries(at)) setKey(data, key, scalar(value));
    const spec = parseStudySpec(data, options);
    return Array.from({ length: seeds }, (_, k) => ({ at, spec: { ...spec, seed: nthSeed(spec.seed, k) } }));
  });
}

function nthSeed(seed: string | number, k: number): string | number {
  if (k === 0) return seed;
  return typeof seed === 'number' ? seed + k : `${seed}-${k + 1}`;
}

/** A plain number where the text is one; the rest, units and names, is for the study's parser to judge. */
function scalar(text: string): string | number {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}

/** Sets `a.b.c` in plain data; a group on the way that is not there is made, so that the parser names what is wrong. */
function setKey(data: unknown, key: string, value: unknown): void {
  const steps = key.split('.');
  let at = data as Record<string, unknown>;
  for (const step of steps.slice(0, -1)) {
    if (!Object.hasOwn(at, step) || typeof at[step] !== 'object' || at[step] === null) at[step] = {};
    at = at[step] as Record<string, unknown>;
  }
  at[steps.at(-1)!] = value;
}
