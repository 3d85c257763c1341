/** Numbers of CIF: with the standard uncertainty in parentheses, `2.461(2)`, or unknown, `?` and `.`. */
import { SpecError } from '../core/errors.ts';
import type { CifToken } from './cif-tokens.ts';
import { commaHint, readNumber } from './number-text.ts';
import { shown } from './shown.ts';

/** Whether a value is `?` (unknown) or `.` (not applicable). */
export function isUnknown({ text, quoted }: CifToken): boolean {
  return !quoted && (text === '?' || text === '.');
}

/**
 * The number of a value; its uncertainty is dropped.
 *
 * @param what  data name, for the message
 * @param name  name of the file, for messages
 * @throws SpecError  no finite number
 */
export function cifNumber(token: CifToken, what: string, name: string): number {
  const { text, line } = token;
  const open = text.length < 100 ? text.search(/\(\d+\)$/) : -1;
  const x = readNumber(open < 0 ? text : text.slice(0, open));
  if (!Number.isNaN(x)) return x;
  const hint = isUnknown(token) ? ' (unknown)' : text.length < 40 ? commaHint(text) : '';
  throw new SpecError(`${name}, line ${line}: ${what} must be a number, got ${shown(text)}${hint}`);
}
