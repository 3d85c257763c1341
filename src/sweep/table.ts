/** The table of a sweep: one row per study with every number and its error, and the same averaged over the seeds. */
import { combineReplicas, type Quantity } from '../index.ts';

export interface SweepRow {
  /** directory of the point inside the sweep */
  readonly directory: string;
  /** value of every axis, as written */
  readonly at: Readonly<Record<string, string>>;
  readonly seed: string | number;
  readonly numbers: Readonly<Record<string, Quantity>>;
}

/** A grid point with its seeds taken together. */
export interface SweepAverage {
  readonly at: Readonly<Record<string, string>>;
  readonly seeds: number;
  readonly numbers: Readonly<Record<string, Quantity>>;
}

/** All `{ value, error, unit }` of a group, by path (`meanVoltage.charge`); lists (curves) are left out. */
export function measuredEntries(data: unknown, path = ''): Record<string, Quantity> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  if (isEntry(data)) return { [path]: { value: data.value, error: data.error, unit: data.unit } };
  const prefix = path === '' ? '' : `${path}.`;
  return Object.assign({}, ...Object.entries(data).map(([key, value]) => measuredEntries(value, prefix + key)));
}

/** The numbers of a report that people quote: capacities, and those of the other protocols where they were asked for. */
export function headlineEntries(report: {
  readonly capacities: unknown;
  readonly equilibrium?: unknown;
  readonly galvanostatic?: unknown;
}): Record<string, Quantity> {
  return {
    ...measuredEntries(report.capacities),
    ...measuredEntries(report.galvanostatic, 'galvanostatic'),
    ...measuredEntries(report.equilibrium, 'equilibrium'),
  };
}

function isEntry(data: object): data is Quantity {
  return 'value' in data && 'error' in data && 'unit' in data;
}

/**
 * Rows of the same grid point taken together: mean over seeds, with the larger of scatter and propagated errors. A
 * number that one seed lacks is null, never a mean over the others.
 */
export function averageSeeds(rows: readonly SweepRow[]): SweepAverage[] {
  const points = new Map<string, SweepRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.at);
    points.set(key, [...(points.get(key) ?? []), row]);
  }
  return [...points.values()].map((same) => {
    const numbers: Record<string, Quantity> = {};
    for (const [key, { unit }] of Object.entries(same[0]!.numbers)) {
      const all = same.map((row) => row.numbers[key]);
      const estimates = all.flatMap((entry) =>
        entry?.value == null ? [] : [{ value: entry.value, error: entry.error }],
      );
      const whole = estimates.length === all.length;
      numbers[key] = whole ? combineReplicas(estimates, unit) : { value: null, error: null, unit };
    }
    return { at: same[0]!.at, seeds: same.length, numbers };
  });
}

/** The rows as CSV: axes, seed, then every number and its error, units in the header; what is null is an empty field. */
export function sweepCsv(rows: readonly SweepRow[]): string {
  if (rows.length === 0) return '';
  const axes = Object.keys(rows[0]!.at);
  const units = new Map(
    rows.flatMap((row) => Object.entries(row.numbers).map(([key, { unit }]) => [key, unit] as const)),
  );
  const names = [...units.keys()];
  const header = names.flatMap((name) => [`${name} (${units.get(name)})`, `${name} error (${units.get(name)})`]);
  const lines = rows.map(({ directory, at, seed, numbers }) => [
    directory,
    ...axes.map((axis) => at[axis]!),
    seed,
    ...names.flatMap((name) => [numbers[name]?.value ?? '', numbers[name]?.error ?? '']),
  ]);
  return [['directory', ...axes, 'seed', ...header], ...lines]
    .map((line) => `${line.map(csvField).join(',')}\n`)
    .join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
