/** How full pores of each size are. */
import { atomCount, type Frame } from '../core/frame.ts';
import type { Branch, LadderTrajectory } from '../trajectory/series.ts';
import { combineReplicas, estimateOf, type Quantity, unavailable } from './replicas.ts';
import { ladderSteps } from './states.ts';
import { eachVoid, voidSpace } from './void-space.ts';

/** Ends of the bins: diameter of the largest sphere that holds a place, between carbon surfaces, Å. */
export const poreBinEnds = [3, 5, 7, 9, 12, 16, 24, Number.POSITIVE_INFINITY] as const;
/** Finer than this tells nothing of pores of half a nanometre, Å. */
const spacing = 0.6;

/** How filling is counted, in one sentence. */
export const fillingDefinition =
  'Guests whose centre lies in void of that local size (diameter of the largest sphere that holds the place, between carbon surfaces), times the volume of an atom in bulk metal, over the volume of that void; full pores come to about 0.6 … 1.2: atoms keep off the walls, and in the smallest void a centre has less room than an atom.';

export interface PoreBinFilling {
  readonly branch: Branch;
  readonly voltage: number;
  /** [bins] share of the volume that would be full at the density of bulk metal */
  readonly filling: readonly Quantity[];
}

export interface PoreBins {
  /** Å; the last has no upper end (null) */
  readonly bins: readonly { readonly from: number; readonly to: number | null; readonly volume: Quantity }[];
  readonly points: readonly PoreBinFilling[];
}

/**
 * Filling of the void by local pore size.
 *
 *   filling = N Ω / V,   Ω = a³/2 of the bulk metal,   V the void (carbon surfaces at 1.7 Å) whose largest inscribed sphere has that size
 *
 * A guest belongs to the size at its centre. Filled pores come to about 0.6 … 1.2: atoms keep 0.5 Å more from the wall than its surface,
 * and the smallest void holds less room than the atom in it. Places narrower than 3 Å, galleries among them, are in no bin. Bins that hold less than 20 Å³ in a
 * structure do not count there.
 *
 * @param atomVolume  Ω, Å³
 * @oracle test/unit/analysis-guests.test.ts (a slit filled with metal)
 */
export function poreBins(trajectories: readonly LadderTrajectory[], atomVolume: number): PoreBins {
  const maps = trajectories.map(({ host }) => binMap(host));
  const count = poreBinEnds.length - 1;
  const steps = ladderSteps(trajectories, ({ snapshots }, r) => {
    const map = maps[r]!;
    return { map, counts: snapshots.map((guests) => countsOf(guests, map, count)) };
  });
  const enough = (map: BinMap, bin: number): boolean => map.volumes[bin]! >= 20;
  return {
    bins: Array.from({ length: count }, (_, bin) => {
      const end = poreBinEnds[bin + 1]!;
      const volumes = maps.map(({ volumes: own, cell }) => ({ value: own[bin]! / cell, error: null }));
      return { from: poreBinEnds[bin]!, to: Number.isFinite(end) ? end : null, volume: combineReplicas(volumes, '1') };
    }),
    points: steps.map(({ branch, voltage, replicas }) => ({
      branch,
      voltage,
      filling: Array.from({ length: count }, (_, bin) => {
        const counted = replicas.filter(({ map }) => enough(map, bin));
        if (counted.length === 0) return unavailable('1', 'no pores of this size');
        return combineReplicas(
          counted.map(({ map, counts }) =>
            estimateOf(
              counts.map((own) => own[bin]!),
              atomVolume / map.volumes[bin]!,
            ),
          ),
          '1',
        );
      }),
    })),
  };
}

interface BinMap {
  /** [bins] Å³ */
  readonly volumes: Float64Array;
  /** Å³ */
  readonly cell: number;
  readonly binAt: (x: number, y: number, z: number) => number;
}

function binMap(host: Frame): BinMap {
  const space = voidSpace(host, [], { spacing });
  const { grid } = space;
  const label = new Int8Array(grid.size).fill(-1);
  const volumes = new Float64Array(poreBinEnds.length - 1);
  const perPoint = host.cell.volume / grid.size;
  eachVoid(space, (g, share, diameter) => {
    const bin = poreBinEnds.findLastIndex((end) => diameter >= end);
    if (bin < 0) return;
    label[g] = bin;
    volumes[bin]! += share * perPoint;
  });
  const [na, nb, nc] = grid.counts;
  const fold = (i: number, n: number): number => ((i % n) + n) % n;
  return {
    volumes,
    cell: host.cell.volume,
    binAt: (x, y, z) => {
      const [u, v, w] = [x - grid.origin[0], y - grid.origin[1], z - grid.origin[2]];
      const at = (k: number): number =>
        Math.round(u * grid.inverse[k]! + v * grid.inverse[3 + k]! + w * grid.inverse[6 + k]!);
      return label[(fold(at(0), na) * nb + fold(at(1), nb)) * nc + fold(at(2), nc)]!;
    },
  };
}

function countsOf(guests: Frame, { binAt }: BinMap, count: number): number[] {
  const { rows } = guests;
  const counts = new Array<number>(count).fill(0);
  for (let i = 0; i < atomCount(guests); i++) {
    const bin = binAt(rows[4 * i]!, rows[4 * i + 1]!, rows[4 * i + 2]!);
    if (bin >= 0) counts[bin]!++;
  }
  return counts;
}
