/**
 * The pieces a spec schema is made of. Zod does the walking and the JSON schema; the words of every message are ours:
 * an issue's message is a predicate ("must be …, got …") and `firstProblem` puts the path of the key in front.
 */
import { z } from 'zod';
import { didYouMean, SpecError } from '../core/errors.ts';
import { baseUnit, type Dimension, parseQuantity } from '../core/units.ts';

export interface Range {
  readonly above?: number;
  readonly below?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A field read by a function that throws its own predicate; `schema` is what the published JSON schema says of it. */
function field<T>(schema: Record<string, unknown>, read: (value: unknown) => T) {
  return z
    .unknown()
    .transform((value, context): T => {
      try {
        if (value === undefined || value === null) throw new SpecError('is missing');
        return read(value);
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        context.addIssue({ code: 'custom', message: error.message.trim() });
        return z.NEVER;
      }
    })
    .meta(schema);
}

/** A number with or without a unit, `4.1 nm` or `41`, read into base units. */
export function quantity(dimension: Dimension, about: string, range: Range = {}) {
  const unit = baseUnit[dimension];
  return field(
    {
      type: ['number', 'string'],
      description: `${about}; ${unit === '1' ? '0.15 or 15 %' : `${unit}, or with a unit`}`,
      ...rangeSchema(range),
    },
    (value) => {
      const number = parseQuantity(value, dimension, '');
      checkRange(number, range, value, unit === '1' ? '' : ` ${unit}`);
      return number;
    },
  );
}

/** A word, or a length, time … as `quantity` takes it. */
export function wordOr<Word extends string>(word: Word, dimension: Dimension, about: string, range: Range = {}) {
  const unit = baseUnit[dimension];
  return field(
    {
      anyOf: [{ const: word }, { type: 'number', ...rangeSchema(range) }, { type: 'string' }],
      description: `${about}; ${word}, or ${unit}, or with a unit`,
    },
    (value): Word | number => {
      if (value === word) return word;
      const number = parseQuantity(value, dimension, '');
      checkRange(number, range, value, ` ${unit}`);
      return number;
    },
  );
}

/** A whole number ≥ `least`. */
export function count(about: string, least = 1) {
  return field({ type: 'integer', minimum: least, description: about }, (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
    const hint = typeof value === 'string' && /^\d/.test(value) ? ' (write 400000 or 4e5)' : '';
    throw new SpecError(`must be a whole number ≥ ${least}, got ${shown(value)}${hint}`);
  });
}

/** A plain number in a range. */
export function real(about: string, range: Range = {}) {
  return field({ type: 'number', description: about, ...rangeSchema(range) }, (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new SpecError(`must be a number, got ${shown(value)}`);
    }
    checkRange(value, range, value, '');
    return value;
  });
}

/** Text that is not empty; `pattern` and its wording narrow it down. */
export function text(about: string, pattern = /\S/, wanted = 'text') {
  return field({ type: 'string', description: about, pattern: pattern.source }, (value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new SpecError(`must be ${wanted}, got ${shown(value)}`);
  });
}

/** One of a few words. */
export function word<const Words extends readonly [string, ...string[]]>(about: string, words: Words) {
  return z
    .enum(words, {
      error: (issue) => `must be ${orList(words)}, got ${JSON.stringify(issue.input) ?? 'nothing'}`,
    })
    .meta({ description: about });
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A number or a text, e.g. a seed. */
export function numberOrText(about: string) {
  return field({ type: ['number', 'string'], description: about }, (value) => {
    if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'string') return value;
    throw new SpecError(`must be a number or a text, got ${shown(value)}`);
  });
}

/** A mapping whose unknown keys are errors with the nearest known name. */
export function group<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        const word = String((issue.keys as string[])[0]);
        return didYouMean(word, known) || `; known here: ${known.join(', ')}`;
      }
      return issue.input === undefined || issue.input === null
        ? 'is missing'
        : `must be a group of keys (${known.join(', ')}), got ${shown(issue.input)}`;
    },
  });
}

/** A list of fields, `least` entries or more. */
export function list<Item extends z.ZodType>(item: Item, least: number) {
  return z.array(item, { error: (issue) => `must be a list, got ${shown(issue.input)}` }).min(least, {
    error: `must be a list with at least ${least} ${least === 1 ? 'entry' : 'entries'}, got an empty one`,
  });
}

/** One thing that is wrong, and where. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** the whole line, path included */
  readonly line: string;
}

/** The problem to tell first: a misspelt key before the missing one it causes. */
export function firstProblem(error: z.ZodError, root: string): Problem {
  const issues = error.issues.flatMap((issue) => innermost(issue, []));
  const issue = issues.find((each) => each.code === 'unrecognized_keys') ?? issues[0]!;
  const where = pathText(issue.path) || root;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const at = issue.path.length > 0 ? ` at ${where}` : '';
    return { path: [...issue.path, key], line: `unknown key "${key}"${at}${issue.message}` };
  }
  return { path: issue.path, line: `${where} ${issue.message}` };
}

/**
 * Of alternatives that all failed, the one speaks that understood the value best: that finds fault with a part of it, else the last.
 */
function innermost(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): z.core.$ZodIssue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const understood = issue.errors.find((errors) =>
      errors.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    );
    return (understood ?? issue.errors.at(-1)!).flatMap((each) => innermost(each, path));
  }
  return [{ ...issue, path }];
}

/** `ladder.discharge[3]` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function checkRange(number: number, range: Range, value: unknown, unit: string): void {
  const wanted =
    range.above !== undefined && number <= range.above
      ? `above ${range.above}`
      : range.atLeast !== undefined && number < range.atLeast
        ? `at least ${range.atLeast}`
        : range.below !== undefined && number >= range.below
          ? `below ${range.below}`
          : range.atMost !== undefined && number > range.atMost
            ? `at most ${range.atMost}`
            : undefined;
  if (wanted !== undefined) throw new SpecError(`must be ${wanted}${unit}, got ${shown(value)}`);
}

/** Limits as JSON schema has them; it applies them to plain numbers only, as they are in base units. */
function rangeSchema(range: Range): Record<string, number> {
  const names = {
    above: 'exclusiveMinimum',
    below: 'exclusiveMaximum',
    atLeast: 'minimum',
    atMost: 'maximum',
  } as const;
  return Object.fromEntries(Object.entries(range).map(([key, limit]) => [names[key as keyof Range], limit]));
}

function shown(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 57)}…` : written;
}
