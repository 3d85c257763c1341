/**
 * How a formula ends, and where it begins. At and beyond the cutoff every kind is exactly zero, in value and slope.
 *
 *   truncate      U(r)                                 value jumps by U(rc)
 *   shift         U(r) − U(rc)                         slope jumps by U'(rc)
 *   force-shift   U(r) − U(rc) − (r − rc) U'(rc)       curvature jumps
 *   taper         U(r) T(r)                            third derivative jumps, at both ends of the taper
 *
 * @oracle test/property/radial.test.ts, test/oracle/nist-lj.test.ts
 */
import { didYouMean, ModelError } from '../../core/errors.ts';
import type { Radial } from './radial.ts';

export type CutoffKind = 'truncate' | 'shift' | 'force-shift' | 'taper';

export interface Cutoff {
  readonly kind: CutoffKind;
  /** Å, where the taper starts; only of kind taper */
  readonly from?: number;
  /** Å, zero from here on */
  readonly to: number;
}

export const cutoffKinds: readonly CutoffKind[] = ['truncate', 'shift', 'force-shift', 'taper'];

/**
 * Quintic switch from 1 at and below `from` to 0 at and above `to`, with zero slope and curvature at both.
 *
 *   T = 1 − x³ (10 − 15x + 6x²),  x = (r − from)/(to − from);  with y = 1 − x the same is y³ (10 − 15y + 6y²)
 *
 * @cite Perlin, ACM Trans. Graph. 21, 681 (2002) doi:10.1145/566654.566636
 */
export function taper(r: number, from: number, to: number): number {
  if (r <= from) return 1;
  if (r >= to) return 0;
  const y = (to - r) / (to - from);
  return y * y * y * (10 - y * (15 - 6 * y));
}

/** dT/dr of `taper`, Å⁻¹: −30 x² (1 − x)²/(to − from). */
export function taperSlope(r: number, from: number, to: number): number {
  if (r <= from || r >= to) return 0;
  const y = (to - r) / (to - from);
  return (-30 * y * y * (1 - y) * (1 - y)) / (to - from);
}

/**
 * The formula ended at `to`.
 *
 * @throws ModelError  unknown kind, `to` not above 0, `from` missing, out of place or not asked for
 */
export function withCutoff(radial: Radial, { kind, from, to }: Cutoff): Radial {
  if (!cutoffKinds.includes(kind)) {
    throw new ModelError(
      `cutoff kind must be ${cutoffKinds.join(', ')}, got "${kind}"${didYouMean(kind, cutoffKinds)}`,
    );
  }
  if (!(to > 0 && Number.isFinite(to))) throw new ModelError(`cutoff must end at to > 0 Å, got ${to}`);
  if (kind === 'taper' && !(from !== undefined && from >= 0 && from < to)) {
    throw new ModelError(`taper to ${to} Å wants 0 ≤ from < to, got from ${from}`);
  }
  if (kind !== 'taper' && from !== undefined) throw new ModelError(`cutoff kind ${kind} has no from; wanted taper?`);
  const ended = (value: Radial['value'], slope: Radial['slope'], ends: readonly number[]): Radial => ({
    value: (r) => (r < to ? value(r) : 0),
    slope: (r) => (r < to ? slope(r) : 0),
    kinks: [...new Set([...(radial.kinks ?? []).filter((r) => r < to), ...ends])].sort((a, b) => a - b),
  });
  if (kind === 'taper') {
    const start = from!;
    return ended(
      (r) => radial.value(r) * taper(r, start, to),
      (r) => radial.slope(r) * taper(r, start, to) + radial.value(r) * taperSlope(r, start, to),
      [start, to],
    );
  }
  const u = kind === 'truncate' ? 0 : radial.value(to);
  const d = kind === 'force-shift' ? radial.slope(to) : 0;
  return ended(
    (r) => radial.value(r) - u - (r - to) * d,
    (r) => radial.slope(r) - d,
    [to],
  );
}

/** Å: zero up to `from`, the whole formula from `to` on. */
export interface Core {
  readonly from: number;
  readonly to: number;
}

/**
 * The formula without its inner core, U(r) (1 − T(r; from, to)): a non-bonded function that vanishes where bonds form. Third
 * derivatives jump at both ends of the taper.
 *
 * @throws ModelError  not 0 ≤ from < to
 */
export function withCore(radial: Radial, { from, to }: Core): Radial {
  if (!(from >= 0 && from < to && Number.isFinite(to))) {
    throw new ModelError(`core wants 0 ≤ from < to (Å), got from ${from} to ${to}`);
  }
  return {
    value: (r) => (r <= from ? 0 : radial.value(r) * (1 - taper(r, from, to))),
    slope: (r) =>
      r <= from ? 0 : radial.slope(r) * (1 - taper(r, from, to)) - radial.value(r) * taperSlope(r, from, to),
    kinks: [...new Set([from, to, ...(radial.kinks ?? []).filter((r) => r > from)])].sort((a, b) => a - b),
  };
}
