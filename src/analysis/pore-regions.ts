/** Which pore every point of the void belongs to: the map that confines guests to one pore at a time. */
import type { Frame } from '../core/frame.ts';
import { largestFirst, type Pore, poresOf } from './pores.ts';
import { eachVoid, partOf, partsFor, type VoidOptions, voidSpace } from './void-space.ts';

export interface PoreRegions {
  /** largest first */
  readonly pores: readonly Pore[];
  /** number of the pore at a point of an orthorhombic cell, −1 outside of all */
  readonly poreAt: (x: number, y: number, z: number) => number;
}

/**
 * Divides the void into pores: what a round probe can cover, part by part of where its middle can travel. Narrower places, galleries and
 * gaps at edges, belong to none.
 *
 * @param radius  of the probe, Å
 * @throws SpecError   no atoms, or a radius that is no length
 * @throws ModelError  a species has no radius
 * @oracle test/unit/analysis-pore-regions.test.ts (two spheres of known size)
 */
export function poreRegions(frame: Frame, radius: number, options: VoidOptions = {}): PoreRegions {
  const space = voidSpace(frame, [radius], options);
  const parts = partsFor(space, radius);
  const { grid } = space;
  const label = new Int32Array(grid.size).fill(-1);
  eachVoid(space, (g, _, diameter, sphere, speaker) => {
    if (diameter >= 2 * radius) label[g] = partOf(space, parts, sphere, speaker);
  });
  const byPart = poresOf(space, radius, parts);
  const pores = byPart.toSorted(largestFirst);
  const [na, nb, nc] = grid.counts;
  const fold = (i: number, n: number): number => ((i % n) + n) % n;
  const labelAt = (x: number, y: number, z: number): number => {
    const [u, v, w] = [x - grid.origin[0], y - grid.origin[1], z - grid.origin[2]];
    const step = (k: number): number =>
      Math.round(u * grid.inverse[k]! + v * grid.inverse[3 + k]! + w * grid.inverse[6 + k]!);
    return label[(fold(step(0), na) * nb + fold(step(1), nb)) * nc + fold(step(2), nc)]!;
  };
  // parts are numbered as they are found, pores by size
  const order = byPart.map((pore) => pores.indexOf(pore));
  return { pores, poreAt: (x, y, z) => order[labelAt(x, y, z)] ?? -1 };
}
