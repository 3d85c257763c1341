/**
 * Numbers as text: strict on the way in, exact on the way out. `Number('')` is 0 and `parseFloat('1,5')` is 1; neither
 * may happen to a coordinate.
 */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;

/**
 * A whole token as a decimal number, with the exponent letters of C (`e`) and of Fortran (`d`).
 *
 * @returns NaN where the token is anything else (also for `nan` and `inf`) or too large for a double
 */
export function readNumber(token: string): number {
  if (!decimal.test(token)) return Number.NaN;
  const x = Number(token.replace(/[dD]/, 'e'));
  return Number.isFinite(x) ? x : Number.NaN;
}

/** A whole token as an integer that a double holds exactly; NaN where it is none. */
export function readInteger(token: string): number {
  const x = /^[+-]?\d+$/.test(token) ? Number(token) : Number.NaN;
  return Number.isSafeInteger(x) ? x : Number.NaN;
}

/** The shortest text that reads back as the same double, minus zero included. */
export function writeNumber(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}

/** ` (decimal comma?)` where a token looks like a number written with a comma, else nothing. */
export function commaHint(token: string): string {
  return /^[+-]?\d*,\d+$/.test(token) ? ' (decimal comma?)' : '';
}
