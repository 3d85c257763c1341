import type { Move } from './move.ts';

/** A guest goes from where it is to any free voxel, the workhorse of cluster growth: bias V_free(before) / V_free(after). */
export const teleport: Move = ({ state, cavity }, random) => {
  const n = state.guests.length;
  if (n === 0 || cavity.length === 0) return null;
  const out = Math.floor(random.which * n);
  const g = state.guests[out]!;
  const from = cavity.voxelOf(g.x, g.y, g.z);
  if (!cavity.freedByLeaving(from)) return null;
  const to = cavity.at(Math.floor(random.where * cavity.length));
  return {
    out,
    at: cavity.position(to, random.x, random.y, random.z),
    logBias: Math.log(cavity.length / cavity.lengthMoved(from, to)),
  };
};
