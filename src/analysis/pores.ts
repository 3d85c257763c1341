/** The pores one by one, and what a probe finds in all of them. */

import { wrapRows } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { mean, standardError } from '../core/statistics.ts';
import type { VoidParts } from './percolation.ts';
import { eachVoid, partOf, partsFor, spokesman, type VoidOptions, type VoidSpace, voidSpace } from './void-space.ts';

/** Diameters on a grid come out low by up to this part of its width. */
const sizeDoubt = 1 / 8;

/** A number over the grid and its standard error. */
export interface GridSum {
  readonly value: number;
  readonly error: number;
}

export interface ProbeVolumes {
  /** where the middle of the probe may be, Å³ */
  readonly centre: GridSum;
  /** what the probe can cover, Å³ */
  readonly occupiable: GridSum;
  readonly open: GridSum;
  readonly closed: GridSum;
  /** [parts] occupiable volume and volume of the middle by part, Å³ */
  readonly byPart: Float64Array;
  readonly centreByPart: Float64Array;
}

/** One pore as a probe sees it. */
export interface Pore {
  /** middle of the largest sphere in it, inside the cell, Å */
  readonly centre: readonly [number, number, number];
  /** diameter of that sphere, Å */
  readonly diameter: number;
  /** what the probe can cover, Å³ */
  readonly volume: number;
  /** where the middle of the probe may be, Å³ */
  readonly centreVolume: number;
  /** the pore meets its own periodic image, or the end of the atoms in an open direction */
  readonly open: boolean;
}

/** Adds up over the eight interleaved grids of twice the spacing; their spread is the error. */
export class GridCounter {
  readonly #sums = new Float64Array(8);
  #doubt = 0;
  readonly #space: VoidSpace;

  constructor(space: VoidSpace) {
    this.#space = space;
  }

  /** Adds a share of grid point g. */
  add(g: number, share: number): void {
    const [, nb, nc] = this.#space.grid.counts;
    const row = Math.floor(g / nc);
    this.#sums[((g % nc) & 1) + 2 * ((row % nb) & 1) + 4 * (Math.floor(row / nb) & 1)]! += share;
  }

  /** Notes a share of the volume of which it is not sure that it counts. */
  doubt(share: number): void {
    this.#doubt += share;
  }

  /** The volume counted, Å³. */
  result(): GridSum {
    const { pointVolume } = this.#space.grid;
    const volumes = this.#sums.map((sum) => 8 * sum * pointVolume);
    return { value: mean(volumes), error: Math.hypot(standardError(volumes), this.#doubt * pointVolume) };
  }
}

/**
 * Volumes of the void for a round probe. A point is occupiable when the largest inscribed sphere around it is at least as
 * large as the probe, and belongs to the part of the void that sphere lies in. Errors hold what points within an eighth of
 * the grid's width of that diameter are worth, besides the spread over interleaved grids.
 *
 * @param radius  of the probe, Å
 * @param parts   of the void for that radius
 * @throws RangeError  the void was not prepared for that radius
 */
export function probeVolumes(space: VoidSpace, radius: number, parts: VoidParts): ProbeVolumes {
  const { grid, field } = space;
  const [centre, occupiable, open, closed] = [0, 1, 2, 3].map(() => new GridCounter(space)) as [
    GridCounter,
    GridCounter,
    GridCounter,
    GridCounter,
  ];
  const byPart = new Float64Array(parts.count);
  const centreByPart = new Float64Array(parts.count);
  eachVoid(space, (g, share, diameter, sphere, speaker) => {
    if (diameter < 2 * radius) return;
    const part = partOf(space, parts, sphere, speaker);
    if (part < 0) return;
    occupiable.add(g, share);
    const side = parts.open[part] === 1 ? open : closed;
    side.add(g, share);
    if (diameter < 2 * radius + sizeDoubt * grid.width) {
      occupiable.doubt(share);
      side.doubt(share);
    }
    byPart[part]! += share * grid.pointVolume;
  });
  const speaks = spokesman(grid, field);
  const eighths = space.shares.get(radius);
  if (eighths === undefined) throw new RangeError(`the void was not prepared for a probe of radius ${radius} Å`);
  for (let g = 0; g < grid.size; g++) {
    const share = eighths[g]! / 8;
    if (share === 0) continue;
    centre.add(g, share);
    const part = parts.label[g]! >= 0 ? parts.label[g]! : parts.label[speaks(g)]!;
    if (part >= 0) centreByPart[part]! += share * grid.pointVolume;
  }
  return {
    centre: centre.result(),
    occupiable: occupiable.result(),
    open: open.result(),
    closed: closed.result(),
    byPart,
    centreByPart,
  };
}

/**
 * The pores of a frame, one by one: parts of the void in which the middle of a probe can travel, largest first.
 *
 * @param probeRadius  Å, ≥ 0
 * @returns  every pore with its largest sphere, volumes, and whether it is open; periodic images count once
 * @throws SpecError   no atoms, or a radius or spacing that is no length
 * @throws ModelError  a species has no radius
 * @oracle test/oracle/porosity.test.ts (two spherical pores and a neck)
 */
export function findPores(frame: Frame, probeRadius: number, options: VoidOptions = {}): Pore[] {
  if (!(probeRadius >= 0 && probeRadius < Infinity)) {
    throw new SpecError(`the radius of a probe must be a length from 0 Å on, got ${probeRadius}`);
  }
  return poresIn(voidSpace(frame, [probeRadius], options), probeRadius);
}

/** The pores of a void prepared for that probe, largest first; see `findPores`. */
export function poresIn(space: VoidSpace, probeRadius: number): Pore[] {
  return poresOf(space, probeRadius, partsFor(space, probeRadius)).sort(largestFirst);
}

/** Order of pores in lists. */
export function largestFirst(a: Pore, b: Pore): number {
  return b.volume - a.volume || b.diameter - a.diameter;
}

/** [parts] The pores of a void by part; see `findPores`. */
export function poresOf(space: VoidSpace, probeRadius: number, parts: VoidParts): Pore[] {
  const volumes = probeVolumes(space, probeRadius, parts);
  const { grid, inscribed } = space;
  const { rows, count } = inscribed.spheres;
  const radius = new Float64Array(parts.count).fill(-1);
  const centre = new Float64Array(4 * parts.count);
  const offer = (part: number, r: number, x: number, y: number, z: number): void => {
    if (part < 0 || r <= radius[part]!) return;
    radius[part] = r;
    centre.set([x, y, z], 4 * part);
  };
  for (let b = 0; b < count; b++) {
    const part = parts.label[inscribed.point[b]!]!;
    offer(part, rows[4 * b + 3]!, rows[4 * b]!, rows[4 * b + 1]!, rows[4 * b + 2]!);
  }
  const [, nb, nc] = grid.counts;
  const t = grid.steps;
  for (let g = 0; g < grid.size; g++) {
    // a pore too narrow for an inscribed sphere to have been sought
    const part = parts.label[g]!;
    if (part < 0 || space.field[g]! <= radius[part]!) continue;
    const row = Math.floor(g / nc);
    const [i, j, k] = [Math.floor(row / nb), row % nb, g % nc];
    const at = (q: number): number => grid.origin[q]! + i * t[q]! + j * t[3 + q]! + k * t[6 + q]!;
    offer(part, space.field[g]!, at(0), at(1), at(2));
  }
  wrapRows(space.cell, centre);
  return Array.from({ length: parts.count }, (_, p) => ({
    centre: [centre[4 * p]!, centre[4 * p + 1]!, centre[4 * p + 2]!] as const,
    diameter: 2 * radius[p]!,
    volume: volumes.byPart[p]!,
    centreVolume: volumes.centreByPart[p]!,
    open: parts.open[p] === 1,
  }));
}
