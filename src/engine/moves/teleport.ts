import type { Move } from './move.ts';

/** A guest goes from where it is to any free voxel, the workhorse of cluster growth: bias w_from W(before) / (w_to W(after)). */
export const teleport: Move = ({ state, cavity, fixed }, random) => {
  const n = state.guests.length - fixed;
  if (n === 0) return null;
  const out = fixed + Math.floor(random.which * n);
  const g = state.guests[out]!;
  const from = cavity.voxelOf(g.x, g.y, g.z);
  if (!cavity.aloneIn(from)) return null;
  const to = cavity.pick(random.where);
  if (to < 0) return null;
  return {
    out,
    at: cavity.position(to, random.x, random.y, random.z),
    logBias: Math.log((cavity.weightAt(from) * cavity.weight) / (cavity.weightAt(to) * cavity.weightMoved(from, to))),
  };
};
