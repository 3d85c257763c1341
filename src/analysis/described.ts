/**
 * What a virtual instrument hands back: numbers that carry their own definition, and the curves they were read from.
 */
import type { Measured } from '../core/statistics.ts';

/** A number with its error, its unit, and one sentence that says exactly what it is. */
export interface Described extends Measured {
  readonly definition: string;
}

/** Columns of equal length by name; the name ends in its unit where it has one, e.g. `q (1/Å)`. */
export type Curve = Readonly<Record<string, readonly number[]>>;

/** The result of one instrument. */
export interface Instrument {
  /** by a camelCase key that is unique among all instruments, e.g. `d002` or `poreVolumeHe` */
  readonly values: Readonly<Record<string, Described>>;
  /** by a camelCase key, e.g. `structureFactor` */
  readonly curves: Readonly<Record<string, Curve>>;
  /** what a reader must know before trusting the numbers: a box too small, a line that is not there */
  readonly notes: readonly string[];
}

/** A described number; the error is null when the number is exact or its error cannot be estimated. */
export function described(value: number, error: number | null, unit: string, definition: string): Described {
  return { value, error, unit, definition };
}
