/** Runs made up for tests: positions given as a function of frame, atom and direction. */
import type { Motion } from '../../src/trajectory/motion.ts';

export interface MotionSetup {
  readonly species: readonly string[];
  /** atoms of each species */
  readonly atoms: readonly number[];
  readonly frames: number;
  /** fs */
  readonly spacing: number;
  /** Å, of a cubic cell */
  readonly edge: number;
  /** amu per species, default 12 */
  readonly masses?: readonly number[];
}

type Component = (frame: number, atom: number, direction: number) => number;

/** A run with these positions (Å) and velocities (Å/fs, default none). */
export function motionFrom(setup: MotionSetup, position: Component, velocity?: Component): Motion {
  const kinds = Int32Array.from(setup.atoms.flatMap((count, kind) => new Array<number>(count).fill(kind)));
  const masses = Float64Array.from(kinds, (kind) => setup.masses?.[kind] ?? 12);
  const rows = (s: number, component: Component, fourth: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: 4 * kinds.length }, (_, k) =>
      k % 4 < 3 ? component(s, k >> 2, k % 4) : fourth[k >> 2]!,
    );
  const { edge, frames, spacing } = setup;
  const none = new Float64Array(0);
  return {
    species: setup.species,
    kinds,
    masses,
    periodic: [true, true, true],
    frames: Array.from({ length: frames }, (_, s) => ({
      step: s,
      time: s * spacing,
      cell: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
      positions: rows(s, position, kinds),
      ...(velocity ? { velocities: rows(s, velocity, masses) } : {}),
    })),
    thermo: {
      step: none,
      time: none,
      temperature: none,
      pressure: none,
      potential: none,
      kinetic: none,
      conserved: none,
      volume: none,
    },
  };
}
