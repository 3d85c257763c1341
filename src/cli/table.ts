/** Numbers and tables as text for a terminal. */
import { formatWithError, type Quantity } from '../index.ts';

/** `103.2 ± 2.1 mAh/g`; `–` where there is no number. */
export function entryText(entry: Quantity): string {
  const { value, unit } = entry;
  return value === null || unit === '1' ? formatWithError(entry) : `${formatWithError(entry)} ${unit}`;
}

/** Columns of the terminal; what goes to a file or a pipe has no width. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Infinity;
}

/** Text in lines that are no wider than the terminal, each behind an indent. */
export function wrapped(text: string, indent: string, width = terminalWidth()): string {
  const room = Math.max(20, width - indent.length);
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return `${indent}${lines.join(`\n${indent}`)}\n`;
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
