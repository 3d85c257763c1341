/** How numbers are written for people. */
import type { Quantity } from '../analysis/replicas.ts';

/** Real minus signs, as in print. */
function typographic(text: string): string {
  return text.replace(/-/g, '−');
}

/**
 * Decimals that an error allows: two digits of it when it begins below 355, one above (the rule of the Particle Data Group).
 *
 * @param error  > 0
 */
function decimalsFor(error: number): number {
  const exponent = Math.floor(Math.log10(error));
  const leading = error / 10 ** exponent;
  return (leading < 3.55 ? 1 : 0) - exponent;
}

/** Without an error: whole numbers in groups of three, others to four digits, powers of ten where they are needed. */
function formatExact(value: number): string {
  const size = Math.abs(value);
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  if (Number.isInteger(short) && size < 1e12) {
    return typographic(size < 1e4 ? String(short) : String(short).replace(/\B(?=(\d{3})+$)/g, '\u202f'));
  }
  if (size >= 1e-3) return typographic(String(short));
  const [mantissa, exponent] = value.toExponential(2).split('e') as [string, string];
  return `${typographic(mantissa)} × 10${raised(Number(exponent))}`;
}

/** `⁻⁷` */
function raised(exponent: number): string {
  return [...String(exponent)].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');
}

/** A number rounded to what its error allows: `268`, `−0.19`. */
export function formatValue(value: number | null, error: number | null = null): string {
  if (value === null) return '–';
  if (error === null || error === 0) return formatExact(value);
  const decimals = decimalsFor(error);
  if (decimals >= 0) return typographic(value.toFixed(decimals));
  return formatExact(Math.round(value * 10 ** decimals) / 10 ** decimals);
}

/** A number to two digits, as errors are told: `6.1`, `0.042`; `–` where there is none. */
export function formatTwoDigits(value: number | null | undefined): string {
  return value == null ? '–' : formatValue(Number(value.toPrecision(2)));
}

/**
 * `268 ± 6`, `268` where the error is unknown or no more than rounding; `(1.97 ± 0.02) × 10⁻⁴` where zeros would hide the digits;
 * `–` where there is no value. The unit is left to the caller.
 */
export function formatWithError({ value, error }: Quantity): string {
  if (value === null) return '–';
  if (error === null || error <= 1e-12 * Math.abs(value)) return formatValue(value);
  const largest = Math.max(Math.abs(value), error);
  if (largest < 1e-3) {
    const exponent = Math.floor(Math.log10(largest));
    const scale = 10 ** -exponent;
    return `(${formatWithError({ value: value * scale, error: error * scale, unit: '' })}) × 10${raised(exponent)}`;
  }
  return `${formatValue(value, error)} ± ${formatValue(error, error)}`;
}

/** Voltage with its sign, two or three decimals: `+0.10`, `−0.025`. */
export function formatVoltage(voltage: number): string {
  const text = Math.abs(voltage * 100 - Math.round(voltage * 100)) < 1e-6 ? voltage.toFixed(2) : voltage.toFixed(3);
  return typographic(voltage > 0 ? `+${text}` : Number(text) === 0 ? text.replace('-', '') : text);
}
