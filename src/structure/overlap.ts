/** The soft overlap energy U = Σ (1 − r/r₀)² that pushes rigid domains apart. */
import { nearest, type PairList } from './contacts.ts';
import type { Packing } from './packing.ts';

/**
 * Forces and torques −∂U/∂(centre, turn) of the overlap energy; nothing is allocated.
 *
 * @param pairs  all pairs nearer than `range`, and any others
 * @param force  [D, 6] receives (fx, fy, fz, τx, τy, τz) of each domain, Å⁻¹ and 1
 * @returns distance of the nearest pair, at most `range`, Å
 * @oracle test/property/structure-packing.test.ts (force = −dU/dr)
 */
export function overlapForces(p: Packing, range: number, pairs: PairList, force: Float64Array): number {
  const { place, domain } = p;
  const { i: first, j: second, count } = pairs;
  const { edge, centre } = p.pose;
  force.fill(0);
  let shortest2 = range * range;
  const range2 = shortest2;
  for (let pair = 0; pair < count; pair++) {
    const i = first[pair]!;
    const j = second[pair]!;
    const dx = nearest(place[3 * j]! - place[3 * i]!, edge);
    const dy = nearest(place[3 * j + 1]! - place[3 * i + 1]!, edge);
    const dz = nearest(place[3 * j + 2]! - place[3 * i + 2]!, edge);
    const r2 = dx * dx + dy * dy + dz * dz;
    if (r2 >= range2) continue;
    if (r2 < shortest2) shortest2 = r2;
    const r = Math.sqrt(r2);
    // −dU/dr / r, pushing j along +d and i along −d
    const push = (2 * (1 - r / range)) / (range * Math.max(r, 1e-6));
    const fx = push * dx;
    const fy = push * dy;
    const fz = push * dz;
    torque(force, centre, place, domain[j]!, j, fx, fy, fz);
    torque(force, centre, place, domain[i]!, i, -fx, -fy, -fz);
  }
  return Math.sqrt(shortest2);
}

function torque(
  force: Float64Array,
  centre: Float64Array,
  place: Float64Array,
  d: number,
  atom: number,
  fx: number,
  fy: number,
  fz: number,
): void {
  const x = place[3 * atom]! - centre[3 * d]!;
  const y = place[3 * atom + 1]! - centre[3 * d + 1]!;
  const z = place[3 * atom + 2]! - centre[3 * d + 2]!;
  force[6 * d]! += fx;
  force[6 * d + 1]! += fy;
  force[6 * d + 2]! += fz;
  force[6 * d + 3]! += y * fz - z * fy;
  force[6 * d + 4]! += z * fx - x * fz;
  force[6 * d + 5]! += x * fy - y * fx;
}
