/**
 * Asked against measured: what a recipe or a paper says of a carbon, beside what the instruments find.
 */
import type { Measured } from '../core/statistics.ts';
import type { Described } from './described.ts';
import { labelOf } from './labels.ts';

/** A number that was asked for. */
export interface Asked {
  readonly value: number;
  readonly unit: string;
  /** largest deviation that counts as met, relative to the value; absolute, in the unit, where the value is 0 */
  readonly tolerance: number;
  /** what was asked, in a sentence; without one the instrument's own definition holds */
  readonly definition?: string;
}

/** One line of the comparison. */
export interface ResidualRow {
  /** key of the measured value */
  readonly key: string;
  readonly label: string;
  readonly asked: { readonly value: number; readonly unit: string; readonly definition?: string };
  /** in the unit that was asked in; null when it was not measured */
  readonly measured: Measured | null;
  /** (measured − asked)/asked; the plain difference where 0 was asked; null when it was not measured */
  readonly deviation: number | null;
  readonly tolerance: number;
  readonly within: boolean;
  readonly note?: string;
}

/** How many of the first unit one of the second is. */
const conversions: Readonly<Record<string, number>> = {
  'Å<nm': 10,
  'nm<Å': 0.1,
  '1<%': 0.01,
  '%<1': 100,
  'g/cm³<kg/m³': 1e-3,
  'kg/m³<g/cm³': 1e3,
  'cm³/g<mL/g': 1,
  'mL/g<cm³/g': 1,
};

/**
 * Compares what was asked with what was measured, in the order it was asked.
 *
 *   deviation = (measured − asked)/asked,   within = |deviation| ≤ tolerance
 *
 * The error of the measurement does not widen the tolerance; where it exceeds the tolerance the row says so.
 *
 * @param asked   by key of the measured value
 * @param values  of the instruments
 * @param notes   a remark on a key: why it deviates, or why it is missing
 * @oracle test/unit/analysis-residual.test.ts
 */
export function residualOf(
  asked: Readonly<Record<string, Asked>>,
  values: Readonly<Record<string, Described | Measured>>,
  notes: Readonly<Record<string, string>> = {},
): ResidualRow[] {
  return Object.entries(asked).map(([key, { value, unit, tolerance, definition }]) => {
    const found = values[key];
    const measured = found && inUnit(found, unit);
    const remarks = notes[key] === undefined ? [] : [notes[key]];
    if (found === undefined && remarks.length === 0) remarks.push('not measured');
    if (found && !measured) remarks.push(`measured in ${found.unit}, which is no ${unit}`);
    const deviation = measured ? (value === 0 ? measured.value : (measured.value - value) / Math.abs(value)) : null;
    const scale = value === 0 ? 1 : Math.abs(value);
    if (measured?.error && measured.error > tolerance * scale) remarks.push('its error is larger than the tolerance');
    return {
      key,
      label: labelOf(key),
      asked: { value, unit, ...(definition === undefined ? {} : { definition }) },
      measured: measured ?? null,
      deviation,
      tolerance,
      // the last digits of a tolerance are no reason to fail
      within: deviation !== null && Math.abs(deviation) <= tolerance * (1 + 1e-9),
      ...(remarks.length === 0 ? {} : { note: remarks.join('; ') }),
    };
  });
}

/** The same quantity in another unit; undefined where there is no way from one to the other. */
function inUnit({ value, error, unit }: Measured, wanted: string): Measured | undefined {
  const factor = unit === wanted ? 1 : conversions[`${wanted}<${unit}`];
  if (factor === undefined || !Number.isFinite(value)) return undefined;
  return { value: value * factor, error: error === null ? null : error * factor, unit: wanted };
}
