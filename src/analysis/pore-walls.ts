/** The void by local size, and how its walls are bent: what a law of capillarity needs to know of a host. */
import type { Frame } from '../core/frame.ts';
import { eachVoid, type VoidOptions, voidSpace } from './void-space.ts';

/** Width of a class of sizes, Å. */
const sizeStep = 0.25;
/** Distances from the carbon surface at which the shrinking of the void is read, Å: beyond the hollows of a sheet. */
const depths = [0.4, 0.8] as const;
/** Most that the exponent of a wall may come to. */
const steepest = 6;

/** What m is known to: the error in pores of known shape, rough as carbon is. */
export const wallDimensionDoubt = 0.2;

export interface PoreWalls {
  /** [M] mean diameter of a class of local sizes, between carbon surfaces, Å, ascending */
  readonly size: Float64Array;
  /** [M] void of that size, Å³ */
  readonly volume: Float64Array;
  /** 1: flat walls (slits), 2: cylinders, 3: spheres; null where there is no void of that size */
  readonly wallDimension: number | null;
  /** local size at a point of an orthorhombic cell, Å; 0 outside of the void */
  readonly sizeAt: (x: number, y: number, z: number) => number;
}

/**
 * Void by local size (diameter of the largest sphere in it that holds the place), and the dimension m of its walls: a void of diameter D
 * shrinks with the distance t from the wall as
 *
 *   V(t) ∝ (1 − 2t/D)^m,      so that its surface is S = −dV/dt = 2m V/D,
 *
 * m = 1 between flat sheets, 2 in a cylinder, 3 in a sphere. m is the one for which the void that is left 0.8 Å from the surface follows
 * from that left at 0.4 Å, all classes together. It holds to about 0.2 (`wallDimensionDoubt`): walls are as rough as carbons are round.
 *
 * @param from  least diameter that counts, Å; at least 2 Å
 * @param open  points that count (all, when not given)
 * @throws SpecError   no atoms, or a spacing that is no length
 * @throws ModelError  a species has no radius
 * @oracle test/unit/thermodynamic-estimate.test.ts (a slit, a cylinder and a sphere)
 */
export function poreWalls(
  host: Frame,
  from: number,
  options: VoidOptions & { readonly open?: (x: number, y: number, z: number) => boolean } = {},
): PoreWalls {
  const space = voidSpace(host, depths, options);
  const { grid } = space;
  const [na, nb, nc] = grid.counts;
  const size = new Float32Array(grid.size);
  const classes: { volume: number; moment: number; shallow: number; deep: number }[] = [];
  const [shallow, deep] = depths.map((t) => space.shares.get(t)!) as [Uint8Array, Uint8Array];
  eachVoid(space, (g, share, diameter) => {
    size[g] = diameter;
    if (diameter < from || (options.open && !options.open(...pointOf(g)))) return;
    const volume = share * grid.pointVolume;
    const own = (classes[Math.floor((diameter - from) / sizeStep)] ??= { volume: 0, moment: 0, shallow: 0, deep: 0 });
    own.volume += volume;
    own.moment += volume * diameter;
    own.shallow += shallow[g]! / 8;
    own.deep += deep[g]! / 8;
  });
  // a sparse list: classes without void are left out
  const found = Object.values(classes).map((one) => ({ ...one, size: one.moment / one.volume }));
  return {
    size: Float64Array.from(found, (one) => one.size),
    volume: Float64Array.from(found, ({ volume }) => volume),
    wallDimension: found.length === 0 ? null : dimensionOf(found),
    sizeAt: (x, y, z) => size[indexAt(x, y, z)]!,
  };

  function pointOf(g: number): [number, number, number] {
    const [i, j, k] = [Math.floor(g / (nb * nc)), Math.floor(g / nc) % nb, g % nc];
    const at = (q: number): number =>
      grid.origin[q]! + i * grid.steps[q]! + j * grid.steps[3 + q]! + k * grid.steps[6 + q]!;
    return [at(0), at(1), at(2)];
  }

  function indexAt(x: number, y: number, z: number): number {
    const [u, v, w] = [x - grid.origin[0], y - grid.origin[1], z - grid.origin[2]];
    const at = (k: number): number =>
      Math.round(u * grid.inverse[k]! + v * grid.inverse[3 + k]! + w * grid.inverse[6 + k]!);
    const fold = (i: number, n: number): number => ((i % n) + n) % n;
    return (fold(at(0), na) * nb + fold(at(1), nb)) * nc + fold(at(2), nc);
  }
}

interface Shrinking {
  readonly size: number;
  readonly shallow: number;
  readonly deep: number;
}

function dimensionOf(classes: readonly Shrinking[]): number {
  const left = classes.reduce((sum, { deep }) => sum + deep, 0);
  const excess = (m: number): number =>
    classes.reduce((sum, { size, shallow }) => {
      const ratio = Math.max(0, (size - 2 * depths[1]) / (size - 2 * depths[0]));
      return sum + shallow * ratio ** m;
    }, -left);
  // falls with m: the steeper the walls, the less is left
  let [low, high] = [0, steepest];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}
