/**
 * Pushes rigid domains apart: minimises a soft overlap energy over their positions and orientations with FIRE.
 */
import { emptyPairList, findPairs } from './contacts.ts';
import { overlapForces } from './overlap.ts';
import { type Packing, placeDomain } from './packing.ts';

export interface RelaxOptions {
  /** range r₀ of the overlap energy, Å */
  readonly range: number;
  /** stop as soon as no pair is nearer than this, Å */
  readonly clear: number;
  /** most force evaluations */
  readonly iterations: number;
  /** whether domains may turn; if not they only move. Those that may end face to face, and scatter X-rays as one taller stack. */
  readonly turning: boolean;
}

/** How far a pair list reaches beyond the range, Å; it is made anew when an atom has moved half of it. */
const skin = 1;
/** Longest move of an atom in one iteration, Å. */
const longestMove = 0.25;

/**
 * Minimises U = Σ (1 − r/r₀)² over pairs of different domains (and of a domain with its own image) nearer than r₀.
 *
 * FIRE on 6 degrees of freedom per domain; masses are atom counts m, rotations carry the inertia m·g² of a ball with
 * the domain's radius of gyration g, so that a turn and a shift that move atoms alike cost alike. O(pairs) per iteration.
 *
 * @returns shortest distance between domains at the last force evaluation, Å, at most `range`; no less than `clear` means
 *   that they are where that distance was found
 * @cite Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006) doi:10.1103/PhysRevLett.97.170201
 */
export function relax(p: Packing, { range, clear, iterations, turning }: RelaxOptions): number {
  const { start, domain, place, body } = p;
  const { centre, turn } = p.pose;
  const domains = start.length - 1;
  const list = emptyPairList(domain.length);
  const built = new Float64Array(place.length);
  const force = new Float64Array(6 * domains);
  const velocity = new Float64Array(6 * domains);
  const mass = new Float64Array(6 * domains);
  const radius = new Float64Array(domains);
  for (let d = 0; d < domains; d++) {
    const atoms = start[d + 1]! - start[d]!;
    let square = 0;
    for (let k = 3 * start[d]!; k < 3 * start[d + 1]!; k += 3) {
      const r2 = body[k]! ** 2 + body[k + 1]! ** 2 + body[k + 2]! ** 2;
      square += r2;
      radius[d] = Math.max(radius[d]!, Math.sqrt(r2));
    }
    for (let k = 0; k < 3; k++) {
      mass[6 * d + k] = Math.max(1, atoms);
      mass[6 * d + 3 + k] = Math.max(1, (2 / 3) * square);
    }
  }

  let fresh = false;
  let shortest = range;
  let step = 1;
  let mixing = 0.1;
  let downhill = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (!fresh || farthestMove2(place, built) > (skin / 2) ** 2) {
      findPairs(p, range + skin, list);
      built.set(place);
      fresh = true;
    }
    shortest = overlapForces(p, range, list, force);
    if (shortest >= clear) break;
    if (!turning) for (let k = 3; k < force.length; k += 6) force.fill(0, k, k + 3);

    let power = 0;
    let forceNorm = 0;
    let velocityNorm = 0;
    for (let k = 0; k < force.length; k++) {
      power += force[k]! * velocity[k]!;
      forceNorm += force[k]! ** 2 / mass[k]!;
      velocityNorm += velocity[k]! ** 2 * mass[k]!;
    }
    if (power > 0) {
      const pull = mixing * Math.sqrt(velocityNorm / Math.max(forceNorm, 1e-300));
      for (let k = 0; k < force.length; k++) {
        velocity[k] = (1 - mixing) * velocity[k]! + (pull * force[k]!) / mass[k]!;
      }
      if (++downhill > 5) {
        step = Math.min(step * 1.1, 6);
        mixing *= 0.99;
      }
    } else {
      velocity.fill(0);
      step *= 0.5;
      mixing = 0.1;
      downhill = 0;
    }
    for (let d = 0; d < domains; d++) {
      for (let k = 6 * d; k < 6 * d + 6; k++) velocity[k]! += (step * force[k]!) / mass[k]!;
      advance(velocity, d, step, radius[d]!, centre, turn);
      placeDomain(p, d);
    }
  }
  return shortest;
}

/** Moves and turns domain d along its velocity for one step, no atom farther than the longest move allowed. */
function advance(v: Float64Array, d: number, step: number, radius: number, centre: Float64Array, turn: Float64Array) {
  const k = 6 * d;
  const speed = Math.hypot(v[k]!, v[k + 1]!, v[k + 2]!) + radius * Math.hypot(v[k + 3]!, v[k + 4]!, v[k + 5]!);
  const h = speed * step > longestMove ? longestMove / speed : step;
  for (let axis = 0; axis < 3; axis++) centre[3 * d + axis]! += h * v[k + axis]!;
  // first-order turn q ← q + h/2 ω q, made unit again: exact enough for small angles, and free of sin and cos
  const a = 0.5 * h * v[k + 3]!;
  const b = 0.5 * h * v[k + 4]!;
  const c = 0.5 * h * v[k + 5]!;
  const q = 4 * d;
  const w = turn[q]!;
  const x = turn[q + 1]!;
  const y = turn[q + 2]!;
  const z = turn[q + 3]!;
  const nw = w - a * x - b * y - c * z;
  const nx = x + a * w + b * z - c * y;
  const ny = y + b * w + c * x - a * z;
  const nz = z + c * w + a * y - b * x;
  const norm = 1 / Math.sqrt(nw * nw + nx * nx + ny * ny + nz * nz);
  turn[q] = nw * norm;
  turn[q + 1] = nx * norm;
  turn[q + 2] = ny * norm;
  turn[q + 3] = nz * norm;
}

/** Largest squared move since the list was made. */
function farthestMove2(place: Float64Array, built: Float64Array): number {
  let most = 0;
  for (let k = 0; k < place.length; k += 3) {
    const dx = place[k]! - built[k]!;
    const dy = place[k + 1]! - built[k + 1]!;
    const dz = place[k + 2]! - built[k + 2]!;
    const r2 = dx * dx + dy * dy + dz * dz;
    if (r2 > most) most = r2;
  }
  return most;
}
