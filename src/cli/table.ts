/** Numbers and tables as text for a terminal. */
import { formatWithError, type Quantity } from '../index.ts';

/** `103.2 ± 2.1 mAh/g`; `–` where there is no number. */
export function entryText(entry: Quantity): string {
  const { value, unit } = entry;
  return value === null || unit === '1' ? formatWithError(entry) : `${formatWithError(entry)} ${unit}`;
}

/** Rows in columns as wide as their widest cell; the first row is a heading when `ruled`. */
export function columns(rows: readonly (readonly string[])[], ruled = false): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k]!))
      .join('  ')
      .trimEnd(),
  );
  if (ruled) lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return `${lines.join('\n')}\n`;
}

/** `meanVoltage.charge` → `mean voltage, charge` */
export function keyText(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`).replaceAll('.', ', ');
}
