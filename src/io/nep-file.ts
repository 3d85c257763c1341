/** NEP potential files of GPUMD (`nep.txt`, versions 3 and 4) → parameters. */

/** A neuroevolution potential as its file holds it. */
export interface NepPotential {
  readonly version: 3 | 4;
  readonly species: readonly string[];
}

/** Where the longest function of a potential ends, Å. */
export function nepCutoff(_potential: NepPotential): number {
  throw new Error('not there yet');
}
