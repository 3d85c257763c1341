/** Rows and columns as CSV text. */
import type { Quantity } from '../analysis/replicas.ts';

export type Cell = string | number | boolean | null | undefined;
export type Column<Row> = readonly [header: string, cell: (row: Row) => Cell];

/** Full precision, one line per row; what is null is an empty field. */
export function csv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const lines = [columns.map(([header]) => header), ...rows.map((row) => columns.map(([, cell]) => cell(row) ?? ''))];
  return lines.map((line) => `${line.map(field).join(',')}\n`).join('');
}

function field(value: string | number | boolean): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A quantity as two columns: value and standard error. */
export function pair<Row>(name: string, unit: string, quantity: (row: Row) => Quantity | undefined): Column<Row>[] {
  return [
    [`${name} (${unit})`, (row) => quantity(row)?.value],
    [`${name} error (${unit})`, (row) => quantity(row)?.error],
  ];
}
