/** What one lone guest and the bulk metal find in an empty host: the input of the estimate without simulation. */
import { insertionSites } from '../analysis/insertion-sites.ts';
import { mostAnalysedAtoms } from '../analysis/limits.ts';
import { poreWalls } from '../analysis/pore-walls.ts';
import { ModelError } from '../core/errors.ts';
import { atomCount } from '../core/frame.ts';
import { RandomStream } from '../core/random.ts';
import type { ChainSetup } from '../engine/chain.ts';
import { insertionEnergies } from '../engine/insertion.ts';
import { metalFilms } from '../engine/metal-film.ts';
import type { MetalState } from '../engine/reservoir.ts';
import type { Model } from '../model/model.ts';
import type { EmptyHost } from '../trajectory/series.ts';

/** Å, of the voxels of trial insertions, and between the points that pores are measured on */
const voxelEdge = 0.4;
const poreSpacing = 0.8;

/**
 * Looks at an empty host: Widom insertion for the sites, local sizes and walls of its void, the metal on carbon. Costs about half a second
 * per thousand carbons and half a second for the metal.
 *
 * Sites are no nearer to one another than neighbours in the metal. The metal is thought to fill void wide enough for two of its densest
 * planes: to thinner films the capillary law does not apply, and what they hold is left to sites.
 *
 * @param setup  its region, where it has one, is all that guests and metal may be in
 * @param seed   of the insertions
 * @returns      undefined for boxes of more than `mostAnalysedAtoms`
 */
export function emptyHost(
  setup: ChainSetup,
  model: Model,
  metal: MetalState,
  seed: string | number,
): EmptyHost | undefined {
  const { host, temperature } = setup;
  const { species, latticeConstant: a, lnActivity } = metal;
  if (atomCount(host) > mostAnalysedAtoms) return undefined;
  const bcc = model.references[species]?.lattice === 'bcc';
  const siteDistance = bcc ? (Math.sqrt(3) / 2) * a : a / Math.SQRT2;
  const thinnest = bcc ? Math.SQRT2 * a : (2 * a) / Math.sqrt(3);
  const open = openPlaces(setup);
  const cavity = model.cavity[species]?.host ?? 0;
  const field = insertionEnergies(setup, cavity, voxelEdge, new RandomStream(`insertion/${seed}`), open);
  const sites = insertionSites(field, temperature, siteDistance);
  const walls = poreWalls(host, thinnest, { spacing: poreSpacing, open });
  const [, ny, nz] = field.shape;
  const [hx, hy, hz] = field.lengths.map((length, k) => length / field.shape[k]!) as [number, number, number];
  return {
    lnActivity,
    siteDistance,
    siteVolume: sites.volume / Math.max(1, sites.voxel.length),
    lnSiteIntegrals: sites.lnIntegral,
    siteSizes: Float64Array.from(sites.voxel, (v) => {
      const [i, j, k] = [Math.floor(v / (ny * nz)), Math.floor(v / nz) % ny, v % nz];
      return walls.sizeAt((i + 0.5) * hx, (j + 0.5) * hy, (k + 0.5) * hz);
    }),
    thinnest,
    poreSizes: walls.size,
    poreVolumes: walls.volume,
    wallDimension: walls.wallDimension,
    atomVolume: bcc ? a ** 3 / 2 : a ** 3 / 4,
    wetting: walls.size.length > 0 ? wettingOf(model, species) : null,
  };
}

/** Adhesion less surface energy, eV/Å²; null for a model whose metal is not bcc. */
function wettingOf(model: Model, guest: string): number | null {
  try {
    const { adhesion, surfaceEnergy } = metalFilms(model, guest, []);
    return adhesion - surfaceEnergy;
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/** Whether guests may be at a point; undefined where they may be anywhere. */
function openPlaces({ grid, host, region }: ChainSetup): ((x: number, y: number, z: number) => boolean) | undefined {
  if (!region) return undefined;
  const { shape } = grid;
  const lengths = [0, 4, 8].map((k) => host.cell.matrix[k]!);
  const along = (x: number, k: number): number => {
    const n = shape[k]!;
    const i = Math.floor((x / lengths[k]!) * n) % n;
    return i < 0 ? i + n : i;
  };
  return (x, y, z) => region[(along(x, 0) * shape[1] + along(y, 1)) * shape[2] + along(z, 2)] === 1;
}
