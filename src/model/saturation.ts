/**
 * An ion has one electron to give: what binds it grows more slowly once carbon on more than one side of it bids for that electron.
 * V_ion, the sum over carbons, counts as
 *
 *   g(V) = V                                    for −V ≤ E
 *   g(V) = −E − W ln(1 + (−V − E)/W)            beyond
 *
 * with a slope that falls from 1 as 1/(1 + (−V − E)/W). An adatom is not touched (E a little more than it binds with), a guest between
 * two sheets is bound by less than twice as much. A function of V_ion alone: a host map holds g(V) as well as V.
 */
export interface Saturation {
  /** E, eV */
  readonly from: number;
  /** W, eV */
  readonly width: number;
}

/** g(V), eV; V itself without saturation. */
export function saturated(v: number, saturation: Saturation | null | undefined): number {
  if (!saturation) return v;
  const u = -v - saturation.from;
  return u > 0 ? -saturation.from - saturation.width * Math.log(1 + u / saturation.width) : v;
}

/** dg/dV. */
export function saturationSlope(v: number, saturation: Saturation | null | undefined): number {
  if (!saturation) return 1;
  const u = -v - saturation.from;
  return u > 0 ? 1 / (1 + u / saturation.width) : 1;
}
