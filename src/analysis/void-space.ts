/** The void of a frame on a grid, prepared once for every question about pores. */
import type { Cell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { RandomStream } from '../core/random.ts';
import { type AtomSpheres, atomSpheres } from './atom-spheres.ts';
import { distanceField } from './distance-field.ts';
import { type InscribedSpheres, inscribedSpheres } from './inscribed-spheres.ts';
import { largestSpheres } from './largest-spheres.ts';
import { type VoidParts, voidParts } from './percolation.ts';
import { neighborhood, type VoidGrid, voidGrid } from './void-grid.ts';
import { voidShares } from './void-shares.ts';

export interface VoidOptions {
  /** of the grid points, Å; default 0.4, and more where the box would need more than 12 million points */
  readonly spacing?: number;
  /** by species name or element, Å; goes before the van der Waals table */
  readonly radii?: Readonly<Record<string, number>>;
  /** places the grid and turns the points of the surface; default 1 */
  readonly seed?: string | number;
  readonly onProgress?: (share: number) => void;
}

export interface VoidSpace {
  readonly cell: Cell;
  readonly grid: VoidGrid;
  readonly atoms: AtomSpheres;
  /** distance of every grid point from the nearest atom surface, Å */
  readonly field: Float32Array;
  readonly inscribed: InscribedSpheres;
  /** largest inscribed sphere that holds a grid point, −1 for none */
  readonly owner: Int32Array;
  /** by distance from the atoms, Å: eighths of each grid point's volume that lie beyond */
  readonly shares: ReadonlyMap<number, Uint8Array>;
}

export const defaultSpacing = 0.4;
/** Bounds the memory: about 35 bytes per point. */
export const mostPoints = 12_000_000;

/**
 * Distance field, inscribed spheres, and the largest of them at every grid point.
 *
 * @param radii  of the probes that will be asked for, Å
 * @throws SpecError   no atoms, or a spacing that is no length
 * @throws ModelError  a species has no radius
 */
export function voidSpace(frame: Frame, radii: readonly number[], options: VoidOptions = {}): VoidSpace {
  const { spacing = defaultSpacing, seed = 1, onProgress } = options;
  if (atomCount(frame) === 0) throw new SpecError('a frame without atoms has no pores');
  if (!(spacing > 0 && spacing < Infinity)) throw new SpecError(`spacing must be a length above 0 Å, got ${spacing}`);
  const random = new RandomStream(`grid ${seed}`);
  const atoms = atomSpheres(frame, options.radii);
  const shift = [random.uniform(), random.uniform(), random.uniform()];
  const grid = voidGrid(frame.cell, atoms, spacing, mostPoints, shift);
  const field = distanceField(grid, atoms, (share) => onProgress?.(0.3 * share));
  const inscribed = inscribedSpheres(grid, atoms, field, (share) => onProgress?.(0.3 + 0.3 * share));
  const owner = largestSpheres(grid, inscribed);
  onProgress?.(0.85);
  const beyond = [...new Set([0, ...radii])];
  const counted = voidShares(grid, atoms, field, beyond, seed);
  onProgress?.(1);
  return {
    cell: frame.cell,
    grid,
    atoms,
    field,
    inscribed,
    owner,
    shares: new Map(beyond.map((r, k) => [r, counted[k]!])),
  };
}

/** Finds the neighbour of a grid point that is farthest from the atoms: it speaks for a point just inside an atom. */
export function spokesman(grid: VoidGrid, field: Float32Array): (g: number) => number {
  const near = neighborhood(grid);
  return (g) => {
    near.of(g);
    let best = g;
    for (let q = 0; q < 26; q++) {
      const other = near.index[q]!;
      if (other >= 0 && field[other]! > field[best]!) best = other;
    }
    return best;
  };
}

/** Receives a grid point with a share in the void, that share, the diameter there, and the sphere that sets it (or −1). */
export type VisitVoid = (g: number, share: number, diameter: number, sphere: number, speaker: number) => void;

/** Visits every grid point with a share in the void. */
export function eachVoid(space: VoidSpace, visit: VisitVoid): void {
  const { grid, field, owner, inscribed } = space;
  const eighths = space.shares.get(0)!;
  const speaks = spokesman(grid, field);
  const rows = inscribed.spheres.rows;
  for (let g = 0; g < grid.size; g++) {
    const share = eighths[g]! / 8;
    if (share === 0) continue;
    const speaker = field[g]! > 0 ? g : speaks(g);
    const sphere = owner[speaker]!;
    visit(g, share, 2 * (sphere < 0 ? Math.max(0, field[speaker]!) : rows[4 * sphere + 3]!), sphere, speaker);
  }
}

/** Parts of the void in which the middle of a probe can move. */
export function partsFor(space: VoidSpace, radius: number): VoidParts {
  return voidParts(space.grid, space.inscribed.raised, radius);
}

/** The part of the void a probe at a grid point of `eachVoid` belongs to: that of the largest sphere around it. */
export function partOf(space: VoidSpace, parts: VoidParts, sphere: number, speaker: number): number {
  return parts.label[sphere < 0 ? speaker : space.inscribed.point[sphere]!]!;
}
