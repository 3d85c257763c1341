/** How outcomes are written: numbers, a few lines on the screen, tables. */
import type { Outcome, Spread } from '../peers/compare.ts';
import type { HistoryEntry } from './history.ts';

/** Three digits. */
export const three = (x: number): string =>
  !Number.isFinite(x) ? String(x) : Math.abs(x) >= 1000 ? x.toFixed(0) : x.toPrecision(3);

/** Per second, three digits and a unit. */
export function perSecond(x: number): string {
  if (x >= 1e6) return `${(x / 1e6).toPrecision(3)} M/s`;
  return x >= 1e4 ? `${(x / 1e3).toPrecision(3)} k/s` : `${three(x)} /s`;
}

/** Median and range of ratios. */
export function ratioText({ median, min, max }: Spread): string {
  const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
  return `${digits(median)} (${digits(min)}–${digits(max)})`;
}

/** Number of atoms with thin gaps, as the texts write them. */
export const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');

/** A figure in the way its name asks for. */
export const figureText = (what: string, value: number): string =>
  what.startsWith('Δ') ? value.toExponential(1) : three(value);

/** Whether the target was reached; an open one is a dash. */
export const verdict = ({ met }: Outcome): string => (met === null ? '–' : met ? 'met' : '**missed**');

/** An outcome on a few lines. */
export function textOf(outcome: Outcome): string {
  const { name, about, atoms, steps, rounds, unit, rates, ratios, figures, target } = outcome;
  return [
    `${name}: ${about}; ${atoms} atoms, ${steps} steps, ${rounds} rounds`,
    ...Object.entries(rates).map(([engine, value]) => {
      const against = ratios[engine];
      const text = against ? `   ratio ${ratioText(against.clock)}, of processor time ${ratioText(against.cpu)}` : '';
      return `  ${engine.padEnd(22)} ${perSecond(value.median)} ${unit}${text}`;
    }),
    ...Object.entries(figures).map(([what, value]) => `  ${what.padEnd(44)} ${figureText(what, value)}`),
    `  target ${target}: ${verdict(outcome).replaceAll('*', '')}`,
  ].join('\n');
}

/** An outcome and the run that it comes from. */
export interface Found {
  readonly outcome: Outcome;
  readonly entry: HistoryEntry;
}

/** The newest outcome of every case. */
export function newest(history: readonly HistoryEntry[]): Found[] {
  const found = new Map<string, Found>();
  for (const entry of history) for (const outcome of entry.outcomes) found.set(outcome.name, { outcome, entry });
  return [...found.values()];
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** A table, or the words that nothing was measured. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  if (rows.length === 0) return ['Not measured yet.', ''];
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}
