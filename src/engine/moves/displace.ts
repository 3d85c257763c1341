import type { Move } from './move.ts';

/** A guest moves uniformly within a cube of half edge `displacement`: symmetric, no bias. */
export const displace: Move = ({ state, displacement, fixed }, random) => {
  const n = state.guests.length - fixed;
  if (n === 0) return null;
  const out = fixed + Math.floor(random.which * n);
  const g = state.guests[out]!;
  const step = (u: number): number => displacement * (2 * u - 1);
  return { out, at: state.wrap(g.x + step(random.x), g.y + step(random.y), g.z + step(random.z)), logBias: 0 };
};
