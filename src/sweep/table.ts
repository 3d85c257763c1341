/** The numbers of a report that go into the table of a sweep, and the table as CSV. */
import { holdsCalibration, type Quantity, type SweepAverage, type SweepDocument, type SweepRow } from '../index.ts';

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

/** A number of the table beside its value: of which row or of its point, and in which words. */
export interface NumberColumn {
  /** `slope`, `slope error` */
  readonly name: string;
  readonly unit: string;
  /** of what it is the error; empty for the value itself */
  readonly about: string;
  /** number it is about */
  readonly of: string;
  readonly value: (row: SweepRow) => number | null;
}

/**
 * Every number and its error, in the order of the table; where a study asked for the doubt in the model, also what the error of its point's mean over seeds is
 * made of.
 */
export function numberColumns({ rows, averages }: Pick<SweepDocument, 'rows' | 'averages'>): NumberColumn[] {
  const units = new Map(
    rows.flatMap((row) => Object.entries(row.numbers).map(([name, { unit }]) => [name, unit] as const)),
  );
  const points = new Map(averages.map((average) => [JSON.stringify(average.at), average]));
  const pointOf = ({ at }: SweepRow): SweepAverage | undefined => points.get(JSON.stringify(at));
  return [...units].flatMap(([of, unit]): NumberColumn[] => {
    const column = (name: string, about: string, value: (row: SweepRow) => number | null | undefined) => ({
      ...{ name: `${of}${name}`, unit, about, of },
      value: (row: SweepRow) => value(row) ?? null,
    });
    const own = [
      column('', '', ({ numbers }) => numbers[of]?.value),
      column(' error', 'standard error within its study', ({ numbers }) => numbers[of]?.error),
    ];
    if (!holdsCalibration({ rows })) return own;
    return [
      ...own,
      column(
        ' error of seeds',
        'part of structures and sampling in the error of the mean over the seeds of this point',
        (row) => pointOf(row)?.numbers[of]?.parts?.seeds,
      ),
      column(
        ' error of calibration',
        'part of the model in the error of the mean over the seeds of this point, the same for all seeds',
        (row) => pointOf(row)?.numbers[of]?.parts?.calibration,
      ),
    ];
  });
}

/** The rows as CSV: point, keys, seed, then `numberColumns`, units in the header; what is null is an empty field. */
export function sweepCsv(document: Pick<SweepDocument, 'rows' | 'averages'>): string {
  const { rows } = document;
  if (rows.length === 0) return '';
  const axes = Object.keys(rows[0]!.at);
  const numbers = numberColumns(document);
  const header = ['point', ...axes, 'seed', ...numbers.map(({ name, unit }) => `${name} (${unit})`)];
  const lines = rows.map((row) => [
    row.key.slice(0, 16),
    ...axes.map((axis) => row.at[axis]!),
    row.seed,
    ...numbers.map(({ value }) => value(row) ?? ''),
  ]);
  return [header, ...lines].map((line) => `${line.map(csvField).join(',')}\n`).join('');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
