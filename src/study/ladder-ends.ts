/** Where a finished ladder hands over to other protocols: full, at the end of its slope, and where an equilibrium curve begins. */
import type { Branch, LadderPoint } from '../trajectory/series.ts';

/**
 * The point where pores are full and not yet squeezed, as at the floor: beyond, insertions find no place and N does not come back. On the
 * charge branch, nearest to a voltage; the end of a ladder without one.
 */
export function fullEnd(points: readonly LadderPoint[], lowest: number): LadderPoint {
  const charge = points.filter(({ branch }) => branch === 'charge');
  if (charge.length === 0) return points.at(-1)!;
  return nearestTo(charge, lowest);
}

/**
 * Where the curve begins: the nearest point at or above its highest voltage, of each branch. There ladders are at rest, and fewer guests than they
 * hold are wanted nowhere on the curve.
 */
export function curveBegin(points: readonly LadderPoint[], highest: number): LadderPoint[] {
  const top = Math.max(...points.map(({ voltage }) => voltage));
  return (['discharge', 'charge'] as const).flatMap((branch) => {
    const above = points.filter((p) => p.branch === branch && p.voltage >= Math.min(highest, top));
    return above.length === 0 ? [] : [above.reduce((a, b) => (b.voltage < a.voltage ? b : a))];
  });
}

/** A little less than the least count seen. */
export function fewest(counts: readonly number[]): number {
  return Math.max(0, Math.min(...counts) - 2);
}

/** Guests at the end of the slope on a branch: the last snapshot of its point nearest to the cut. */
export function slopeEnd(points: readonly LadderPoint[], branch: Branch, slopeCut: number): Float64Array {
  const own = points.filter((point) => point.branch === branch);
  const from = own.length > 0 ? own : points;
  return nearestTo(from, slopeCut).snapshots.at(-1)!.rows;
}

function nearestTo(points: readonly LadderPoint[], voltage: number): LadderPoint {
  return points.reduce((a, b) => (Math.abs(b.voltage - voltage) < Math.abs(a.voltage - voltage) ? b : a));
}
