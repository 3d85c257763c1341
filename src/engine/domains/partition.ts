/**
 * Slabs of a large box that are sampled at the same time. Guests of different slabs must not know of each other in any way, also not
 * through a third one between them, so that their energies add up; then trials in one slab, all other guests at rest, leave the ensemble
 * as it is, whatever the other slabs do meanwhile. Where slabs are is drawn anew for every round without a look at the guests.
 *
 *   reach   pair terms: the cutoff r_c. Embedding: 2 r_c, both change ρ of a guest between them. Charge switch: 3 r_c, each changes the
 *           charge of a guest, and these two repel.
 */
import { SpecError } from '../../core/errors.ts';
import type { ChainSetup } from '../chain.ts';
import type { GuestTables } from '../guest-tables.ts';

/** Å, the narrowest slab that is worth a round */
const narrowest = 5;

/** How far apart guests must be to be independent in energy, Å. */
export function independenceReach(tables: GuestTables): number {
  const { to } = tables.pair;
  if (Number.isFinite(tables.nSwitch) || tables.repulsive) return 3 * to;
  return tables.embedding ? 2 * to : to;
}

/** How a box is cut: planes of voxels across x. */
export interface Partition {
  readonly planes: number;
  /** Å */
  readonly thickness: number;
  readonly domains: number;
  /** planes of a slab */
  readonly width: number;
}

/**
 * @throws SpecError  fewer than two slabs, or slabs narrower than 5 Å
 */
export function partitionOf({ host, grid, tables, guestCavity }: ChainSetup, domains: number): Partition {
  if (!Number.isInteger(domains) || domains < 2)
    throw new SpecError(`a box is cut into 2 domains or more, got ${domains}`);
  const length = host.cell.matrix[0]!;
  const [planes] = grid.shape;
  const thickness = length / planes;
  const reach = Math.max(independenceReach(tables), guestCavity);
  // a plane more: guests may be anywhere in theirs
  const between = Math.ceil(reach / thickness) + 1;
  const width = Math.floor(planes / domains) - between;
  if (width * thickness < narrowest) {
    const least = domains * ((between + 1) * thickness + narrowest);
    throw new SpecError(
      `the box is ${length.toFixed(0)} Å long, and ${domains} domains that do not feel each other (${reach.toFixed(0)} Å apart) need at least ${least.toFixed(0)} Å; use fewer domains or more atoms`,
    );
  }
  return { planes, thickness, domains, width };
}

/**
 * First plane and number of planes of every slab, periodic.
 *
 * @param shift  uniform in [0, 1): where the first one begins
 */
export function slabsOf({ planes, domains, width }: Partition, shift: number): [number, number][] {
  const first = Math.min(planes - 1, Math.floor(shift * planes));
  return Array.from({ length: domains }, (_, d) => [(first + Math.floor((d * planes) / domains)) % planes, width]);
}

/** The slab that a coordinate along x lies in, −1: between slabs. */
export function slabAt(
  { planes, thickness }: Partition,
  slabs: readonly (readonly [number, number])[],
  x: number,
): number {
  const plane = Math.min(planes - 1, Math.floor(x / thickness));
  return slabs.findIndex(([first, width]) => (plane - first + planes) % planes < width);
}
