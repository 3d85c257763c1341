import type { Move } from './move.ts';

/** A guest comes from the reservoir to a free voxel of weight w: bias W(N) v / (w (N + 1)). */
export const insert: Move = ({ state, cavity, fixed }, random) => {
  const voxel = cavity.pick(random.where);
  if (voxel < 0) return null;
  const free = (cavity.weight / cavity.weightAt(voxel)) * cavity.voxelVolume;
  return {
    out: -1,
    at: cavity.position(voxel, random.x, random.y, random.z),
    logBias: Math.log(free / (state.guests.length - fixed + 1)),
  };
};

/** A guest goes back to the reservoir: bias w N / (W(N − 1) v); its voxel must be free afterwards. */
export const remove: Move = ({ state, cavity, fixed }, random) => {
  const n = state.guests.length - fixed;
  if (n === 0) return null;
  const out = fixed + Math.floor(random.which * n);
  const g = state.guests[out]!;
  const voxel = cavity.voxelOf(g.x, g.y, g.z);
  if (!cavity.aloneIn(voxel)) return null;
  const free = (cavity.weightWithout(voxel) / cavity.weightAt(voxel)) * cavity.voxelVolume;
  return { out, at: null, logBias: Math.log(n / free) };
};
