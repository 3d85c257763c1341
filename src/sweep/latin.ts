/** Latin hypercubes: points that are spread evenly along every axis. */
import { RandomStream } from '../index.ts';

/** Draws of which the one with the widest gaps is taken. */
const draws = 40;

/**
 * A Latin hypercube in the unit cube: cut into as many slices as points along any axis, every slice holds one point. Of forty random
 * ones the one whose nearest two points are farthest apart.
 *
 * @returns  [points][axes], in (0, 1); the same seed gives the same points
 * @cite McKay, Beckman, Conover 1979 doi:10.2307/1268522
 */
export function latinHypercube(points: number, axes: number, seed: string | number): number[][] {
  const random = new RandomStream(`latin/${seed}`);
  let best: number[][] = [];
  let widest = -1;
  for (let draw = 0; draw < draws; draw++) {
    const columns = Array.from({ length: axes }, () =>
      shuffled(points, random).map((slice) => (slice + random.uniform()) / points),
    );
    const rows = Array.from({ length: points }, (_, k) => columns.map((column) => column[k]!));
    const gap = nearestGap(rows);
    if (gap > widest) [best, widest] = [rows, gap];
  }
  return best;
}

function shuffled(n: number, random: RandomStream): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = random.integer(k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}

/** Square of the distance of the two points that are nearest. */
function nearestGap(rows: readonly (readonly number[])[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [i, a] of rows.entries()) {
    for (const b of rows.slice(0, i))
      least = Math.min(
        least,
        a.reduce((sum, x, d) => sum + (x - b[d]!) ** 2, 0),
      );
  }
  return least;
}
