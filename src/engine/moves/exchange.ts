import type { Move } from './move.ts';

/** A guest comes from the reservoir to a free voxel: bias z V_free(N) / (N + 1). */
export const insert: Move = ({ state, cavity, lnActivity }, random) => {
  if (cavity.length === 0) return null;
  const voxel = cavity.at(Math.floor(random.which * cavity.length));
  const free = cavity.length * cavity.voxelVolume;
  return {
    out: -1,
    at: cavity.position(voxel, random.x, random.y, random.z),
    logBias: lnActivity + Math.log(free / (state.guests.length + 1)),
  };
};

/** A guest goes back to the reservoir: bias N / (z V_free(N − 1)); its voxel must be free afterwards. */
export const remove: Move = ({ state, cavity, lnActivity }, random) => {
  const n = state.guests.length;
  if (n === 0) return null;
  const out = Math.floor(random.which * n);
  const g = state.guests[out]!;
  const voxel = cavity.voxelOf(g.x, g.y, g.z);
  if (!cavity.freedByLeaving(voxel)) return null;
  const free = cavity.lengthWithout(voxel) * cavity.voxelVolume;
  return { out, at: null, logBias: -lnActivity + Math.log(n / free) };
};
