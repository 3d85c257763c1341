/** `cardhouse compare`: a finished study beside a measured curve. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type Comparison,
  compareWithMeasured,
  comparisonCsv,
  comparisonSection,
  deviationText,
  formatWithError,
  type MeasuredCurve,
  parseMeasuredCurve,
  type Report,
  SpecError,
  withComparison,
} from '../index.ts';
import { parseJson, readText, shownPath } from './files.ts';
import type { Flags } from './flags.ts';
import { writeWhole } from './run-directory.ts';
import { columns } from './table.ts';

export async function compare([given, file]: readonly string[], flags: Flags): Promise<number> {
  if (given === undefined || file === undefined) throw new SpecError('compare needs results and a measured curve');
  const { report, folder } = loadReport(given);
  const measured = loadMeasured(file);
  const comparison = await compareInto(folder, report, measured, file);
  process.stdout.write(flags.json ? `${JSON.stringify(comparison)}\n` : comparisonText(comparison, folder));
  return 0;
}

/** A measured curve from a file; its problems have lines. */
export function loadMeasured(file: string): MeasuredCurve {
  return parseMeasuredCurve(readText(file, 'measured curve'), file);
}

/** The report of a run directory, of results.json, or of a point of a sweep. */
function loadReport(given: string): { readonly report: Report; readonly folder?: string } {
  const isFolder = existsSync(given) && statSync(given).isDirectory();
  const path = isFolder ? join(given, 'results.json') : given;
  const data = parseJson(readText(path, 'results'), path) as { schema?: unknown; report?: Report };
  if (data.schema === 'cardhouse/results/1')
    return { report: data as unknown as Report, ...(isFolder && { folder: given }) };
  if (data.schema === 'cardhouse/point/1' && data.report) return { report: data.report };
  throw new SpecError(
    `${path} must hold the results of a study (cardhouse/results/1), got ${JSON.stringify(data.schema)}`,
  );
}

/**
 * Compares, and writes comparison.json and comparison.csv and the section in report.html where there is a folder.
 *
 * @param file  name of the measured curve
 */
export async function compareInto(
  folder: string | undefined,
  report: Report,
  measured: MeasuredCurve,
  file: string,
): Promise<Comparison> {
  const comparison = compareWithMeasured(report, measured, basename(file));
  if (folder === undefined) return comparison;
  writeWhole(join(folder, 'comparison.json'), `${JSON.stringify(comparison, undefined, 1)}\n`);
  writeWhole(join(folder, 'comparison.csv'), comparisonCsv(comparison));
  const page = join(folder, 'report.html');
  if (!existsSync(page)) return comparison;
  const section = await comparisonSection(report, measured, comparison);
  const changed = withComparison(readFileSync(page, 'utf8'), section);
  if (changed !== undefined) writeWhole(page, changed);
  else process.stderr.write(`warning: ${shownPath(page)} is of an earlier version and has no place for a comparison\n`);
  return comparison;
}

/** A comparison on a terminal. */
export function comparisonText({ numbers, notes, measured }: Comparison, folder?: string): string {
  const rows = numbers.map((number) => [
    `  ${number.name}`,
    formatWithError(number.computed),
    number.measured.value === null
      ? '–'
      : formatWithError({ ...number.measured, value: Number(number.measured.value.toPrecision(4)) }),
    deviationText(number),
    number.computed.unit,
  ]);
  const missing = numbers.flatMap(({ name, measured: { note } }) =>
    note === undefined ? [] : [`  ${name}: ${note}\n`],
  );
  return (
    `beside ${measured} (nothing is fitted)\n` +
    columns([['  ', 'computed', 'measured', 'deviation', 'unit'], ...rows]) +
    missing.join('') +
    notes.map((note) => `  ${note}\n`).join('') +
    (folder === undefined ? '' : `  report  ${join(shownPath(folder), 'report.html')}\n`)
  );
}
