/** The points of a sweep: a grid, a list and a Latin hypercube laid over a study, times the seeds, each point a whole study. */
import {
  cleanDecimal,
  parseStudySpec,
  SpecError,
  type SpecOptions,
  type StudySpec,
  type SweepSpec,
  sweepFields,
} from '../index.ts';
import { latinHypercube } from './latin.ts';

/** A value as it is shown, and as the study's parser gets it. */
export interface AxisValue {
  readonly text: string;
  readonly value: unknown;
}

/** One key of a study and the values it takes. */
export interface Axis {
  readonly key: string;
  readonly values: readonly AxisValue[];
}

/** A key and the range it is spread over. */
export interface Range {
  readonly key: string;
  readonly low: number;
  readonly high: number;
  /** written behind every number; empty: bare numbers */
  readonly unit: string;
}

export interface Design {
  /** every combination */
  readonly grid: readonly Axis[];
  /** taken together: all have as many values */
  readonly list: readonly Axis[];
  readonly latin?: { readonly points: number; readonly seed?: string | number; readonly ranges: readonly Range[] };
  readonly seeds: number;
}

export interface SweepPoint {
  /** value of every swept key, as written */
  readonly at: Readonly<Record<string, string>>;
  /** the same in base units where it is a number */
  readonly coordinates: Readonly<Record<string, number | string>>;
  readonly spec: StudySpec;
}

const keyPattern = /^[a-z]\w*(?:\.[a-z0-9]\w*)*$/i;

/**
 * Reads `host.recipe.la=20A,30A`.
 *
 * @param flag  for messages
 * @throws SpecError  no key, no value, or a value twice
 */
export function parseAxis(text: string, flag = '--grid'): Axis {
  const [, key, list] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (key === undefined || list === undefined || !keyPattern.test(key)) {
    throw new SpecError(`${flag} must be key=a,b,c, got "${text}"`);
  }
  const values = list.split(',').map((value) => value.trim());
  if (values.some((value) => value === '')) throw new SpecError(`${flag} ${key} has an empty value in "${list}"`);
  return axisOf(key, values.map(plain), flag, flag === '--grid');
}

/** An axis of values that are judged by the study later; only twice the same is refused here. */
function axisOf(key: string, values: readonly unknown[], flag: string, distinct: boolean): Axis {
  const shown = values.map((value) => ({ text: textOf(value), value }));
  const twice = shown.find(({ text }, i) => shown.findIndex((other) => other.text === text) < i);
  if (distinct && twice) throw new SpecError(`${flag} ${key} has ${twice.text} twice`);
  return { key, values: shown };
}

/**
 * Reads `host.recipe.la=15A:60A`.
 *
 * @throws SpecError  no key, no two numbers in the same unit, or the low end not below the high one
 */
export function parseRange(text: string): Range {
  const [, key, low, high] = /^([^=]*)=([^:]*):([^:]*)$/.exec(text) ?? [];
  if (key === undefined || !keyPattern.test(key)) throw new SpecError(`--range must be key=low:high, got "${text}"`);
  return rangeOf(key, plain(low!.trim()), plain(high!.trim()), `--range ${key}`);
}

function rangeOf(key: string, from: unknown, to: unknown, where: string): Range {
  const [low, high] = [measure(from), measure(to)];
  if (!low || !high || low.unit !== high.unit) {
    throw new SpecError(`${where} must be two numbers in the same unit, got ${told(from)} and ${told(to)}`);
  }
  if (!(low.number < high.number)) {
    throw new SpecError(`${where} must begin below its end, got ${told(from)} and ${told(to)}`);
  }
  return { key, low: low.number, high: high.number, unit: low.unit };
}

function measure(value: unknown): { readonly number: number; readonly unit: string } | undefined {
  const [, number, unit] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(\s*\S*)$/.exec(told(value)) ?? [];
  return number === undefined ? undefined : { number: Number(number), unit: unit! };
}

const told = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A plain number or truth value where the text is one; the rest, units and names, is for the study's parser to judge. */
function plain(text: string): unknown {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

/**
 * The `sweep` group of a study file as a design.
 *
 * @param where  name of the file, for messages
 * @throws SpecError  one line for the first problem
 */
export function designOf(sweep: unknown, where: string): Design {
  const read = sweepFields.safeParse(sweep);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    const path = ['sweep', ...issue.path].map(String).join('.');
    const unknown = issue.code === 'unrecognized_keys' ? `has an unknown key "${issue.keys[0]}"` : '';
    throw new SpecError(`${where}: ${path} ${unknown}${issue.message}`);
  }
  const { grid = {}, list = {}, latin, seeds }: SweepSpec = read.data;
  const axes = (given: Readonly<Record<string, unknown[]>>, flag: string) =>
    Object.entries(given).map(([key, values]) => axisOf(key, values, `${where}: ${flag}`, flag === 'sweep.grid'));
  return {
    grid: axes(grid, 'sweep.grid'),
    list: axes(list, 'sweep.list'),
    ...(latin && {
      latin: {
        points: latin.points,
        ...(latin.seed !== undefined && { seed: latin.seed }),
        ranges: Object.entries(latin.ranges).map(([key, [low, high]]) =>
          rangeOf(key, low, high, `${where}: sweep.latin.ranges.${key}`),
        ),
      },
    }),
    seeds,
  };
}

/** A value as the table has it; null, which takes the key away, is a dash. */
function textOf(value: unknown): string {
  if (value === null) return absent;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text and coordinate of a key that a point does without. */
export const absent = '–';

/** All keys that a design varies, in the order they are named. */
export function sweptKeys({ grid, list, latin }: Design): string[] {
  return [...grid, ...list, ...(latin?.ranges ?? [])].map(({ key }) => key);
}

/**
 * All points, in the order written: the last axis of the grid runs fastest, then the list, then the hypercube, seeds fastest of all.
 * Seeds count up from the study's own (`7, 8, 9` or `text, text-2, text-3`).
 *
 * @param study  plain data of the study, as its file has it
 * @throws SpecError  a value that the study does not accept, with the path of its key
 */
export function sweepPoints(study: unknown, design: Design, options: SpecOptions = {}): SweepPoint[] {
  const { grid, list, latin, seeds } = design;
  const keys = sweptKeys(design);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw new SpecError(`the sweep names ${twice} twice: give all its values at once`);
  if (seeds > 1 && keys.includes('seed')) throw new SpecError('--grid seed=… and --seeds exclude each other');
  const uneven = list.find(({ values }) => values.length !== list[0]!.values.length);
  if (uneven) {
    const [one, other] = [list[0]!, uneven];
    throw new SpecError(
      `the list must give every key as many values, got ${one.values.length} for ${one.key} and ${other.values.length} for ${other.key}`,
    );
  }
  type Values = readonly (readonly [key: string, value: AxisValue])[];
  let combinations: Values[] = [[]];
  for (const { key, values } of grid) {
    combinations = combinations.flatMap((at) => values.map((value) => [...at, [key, value] as const]));
  }
  if (list.length > 0) {
    const rows = list[0]!.values.map((_, k) => list.map(({ key, values }) => [key, values[k]!] as const));
    combinations = combinations.flatMap((at) => rows.map((row) => [...at, ...row]));
  }
  if (latin) {
    const own = parseStudySpec(study, options).seed;
    const rows = latinRows(study, { ...latin, seed: latin.seed ?? own }, options);
    combinations = combinations.flatMap((at) => rows.map((row) => [...at, ...row]));
  }
  return combinations.flatMap((values) => {
    const data: unknown = structuredClone(study);
    for (const [key, { value }] of values) setKey(data, key, value);
    const spec = parseStudySpec(data, options);
    const at = Object.fromEntries(values.map(([key, { text }]) => [key, text]));
    const coordinates = Object.fromEntries(
      values.map(([key, value]) => [key, value.value === null ? absent : (coordinateOf(spec, key) ?? numberOf(value))]),
    );
    return Array.from({ length: seeds }, (_, k) => ({
      at,
      coordinates,
      spec: { ...spec, seed: nthSeed(spec.seed, k) },
    }));
  });
}

/** The points of a hypercube as values; whole numbers where the study takes nothing else. */
function latinRows(
  study: unknown,
  {
    points,
    seed,
    ranges,
  }: { readonly points: number; readonly seed: string | number; readonly ranges: readonly Range[] },
  options: SpecOptions,
) {
  if (ranges.length === 0) throw new SpecError('a Latin hypercube needs ranges: --range host.recipe.la=15A:60A');
  const whole = ranges.map((range) => onlyWhole(study, range, options));
  return latinHypercube(points, ranges.length, seed).map((place) =>
    ranges.map(({ key, low, high, unit }, d) => {
      const number = low + (high - low) * place[d]!;
      const rounded = whole[d] ? Math.round(number) : Number(number.toPrecision(4));
      const value = unit === '' ? rounded : `${rounded}${unit}`;
      return [key, { text: String(value), value }] as const;
    }),
  );
}

/** Whether a key takes a whole number and nothing between two of them. */
function onlyWhole(study: unknown, { key, low, high, unit }: Range, options: SpecOptions): boolean {
  if (unit !== '') return false;
  const accepts = (value: number): boolean => {
    const data: unknown = structuredClone(study);
    setKey(data, key, value);
    try {
      parseStudySpec(data, options);
      return true;
    } catch (error) {
      if (error instanceof SpecError) return false;
      throw error;
    }
  };
  const middle = Math.floor((low + high) / 2);
  return accepts(middle) && !accepts(middle + 0.5);
}

/** Number that a study has under a key, in base units; undefined where it has none there. */
export function coordinateOf(spec: StudySpec, key: string): number | undefined {
  let at: unknown = spec;
  // a length may be written as a mean and a spread, and is read as the mean
  for (const step of key.replace(/\.mean$/, '').split('.')) at = (at as Record<string, unknown> | undefined)?.[step];
  return typeof at === 'number' ? cleanDecimal(at) : undefined;
}

function numberOf({ text, value }: AxisValue): number | string {
  return typeof value === 'number' ? value : text;
}

function nthSeed(seed: string | number, k: number): string | number {
  if (k === 0) return seed;
  return typeof seed === 'number' ? seed + k : `${seed}-${k + 1}`;
}

/** Sets `a.b.c` in plain data, or takes it away for null; a group on the way that is not there is made, so that the parser names what is wrong. */
export function setKey(data: unknown, key: string, value: unknown): void {
  const steps = key.split('.');
  let at = data as Record<string, unknown>;
  for (const step of steps.slice(0, -1)) {
    if (!Object.hasOwn(at, step) || typeof at[step] !== 'object' || at[step] === null) at[step] = {};
    at = at[step] as Record<string, unknown>;
  }
  if (value === null) delete at[steps.at(-1)!];
  else at[steps.at(-1)!] = value;
}
