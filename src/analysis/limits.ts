/** Sizes beyond which parts of an analysis are left out, so that the rest stays a matter of seconds. */

/**
 * Atoms of a host beyond which there is no estimate without simulation (hundreds of megabytes of voxels), no pattern of the filled host and no
 * filling by pore size (minutes for each structure). A report says so.
 */
export const mostAnalysedAtoms = 40_000;
