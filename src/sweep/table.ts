/** The numbers of a report that go into the table of a sweep, and the table as CSV. */
import type { Quantity, SweepRow } from '../index.ts';

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
  readonly estimate?: unknown;
}): Record<string, Quantity> {
  return {
    ...measuredEntries(report.capacities),
    ...measuredEntries(report.galvanostatic, 'galvanostatic'),
    ...measuredEntries(report.equilibrium, 'equilibrium'),
    ...measuredEntries(report.estimate, 'estimate'),
  };
}

function isEntry(data: object): data is Quantity {
  return 'value' in data && 'error' in data && 'unit' in data;
}

/** The rows as CSV: point, keys, seed, then every number and its error, units in the header; what is null is an empty field. */
export function sweepCsv(rows: readonly SweepRow[]): string {
  if (rows.length === 0) return '';
  const axes = Object.keys(rows[0]!.at);
  const units = new Map(
    rows.flatMap((row) => Object.entries(row.numbers).map(([key, { unit }]) => [key, unit] as const)),
  );
  const names = [...units.keys()];
  const header = names.flatMap((name) => [`${name} (${units.get(name)})`, `${name} error (${units.get(name)})`]);
  const lines = rows.map(({ key, at, seed, numbers }) => [
    key.slice(0, 16),
    ...axes.map((axis) => at[axis]!),
    seed,
    ...names.flatMap((name) => [numbers[name]?.value ?? '', numbers[name]?.error ?? '']),
  ]);
  return [['point', ...axes, 'seed', ...header], ...lines].map((line) => `${line.map(csvField).join(',')}\n`).join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
