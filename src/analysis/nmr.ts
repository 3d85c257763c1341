/**
 * What a nuclear magnetic resonance spectrum of the guests might look like: a mapping from how metallic each guest is to a shift. It is
 * not a calculation of shifts: no electron is computed, and no line shape, exchange or skin depth is in it.
 */
import type { GuestCharges } from './charge.ts';
import type { SiteClass } from './sites.ts';

/** Where the lines of a guest are, ppm. */
export interface ShiftMap {
  readonly nucleus: string;
  /** of an ion, by class of site */
  readonly ion: Readonly<Record<SiteClass, number>>;
  /** of the bulk metal */
  readonly metal: number;
  /** neighbours of an atom in bulk metal, within the bonding cutoff */
  readonly bulkNeighbors: number;
}

/**
 * Published shifts: ²³Na in hard carbon −10 … +10 ppm for ions, about 850 ppm for clusters in pores, 1135 ppm metal; ⁷Li 48 ppm in LiC₆,
 * 50 … 180 ppm in clusters, 263 ppm metal. None is known well enough for potassium.
 *
 * @cite Stratford, Allan, Pecher, Chater & Grey, Chem. Commun. 52, 12430 (2016) doi:10.1039/C6CC06990H (²³Na in hard carbon)
 */
export const shiftMaps: Readonly<Record<string, ShiftMap>> = {
  Na: { nucleus: '²³Na', ion: { edge: -5, interlayer: 5, surface: 0, pore: 0 }, metal: 1135, bulkNeighbors: 14 },
  Li: { nucleus: '⁷Li', ion: { edge: 0, interlayer: 48, surface: 10, pore: 10 }, metal: 263, bulkNeighbors: 14 },
};

/** How the mapping goes, in one sentence. */
export const shiftDefinition =
  'A mapping, not a computed shift: δ = δ_ion + (δ_metal − δ_ion) · (1 − s²) · √(z/z_bulk), with 1 − s² the metal share of a guest, z its neighbours within the bonding cutoff (at most z_bulk = 14) and δ_ion by the class of its site.';

/**
 * Shift of every guest.
 *
 *   δ = δ_ion + (δ_metal − δ_ion) · (1 − s²) · √(z / z_bulk)
 *
 * An atom at the wall of a full pore has about half of the neighbours of one in metal: √(7/14) · 1135 = 800 ppm; in a small cluster s
 * is not yet zero. Ions stay where ions are.
 *
 * @returns [N] ppm
 * @oracle test/unit/analysis-guests.test.ts (a lone ion, bulk metal)
 */
export function mappedShifts(
  classes: readonly SiteClass[],
  coordination: ArrayLike<number>,
  { metal }: Pick<GuestCharges, 'metal'>,
  map: ShiftMap,
): Float64Array {
  return Float64Array.from(classes, (site, i) => {
    const ion = map.ion[site];
    const neighbors = Math.min(1, coordination[i]! / map.bulkNeighbors);
    return ion + (map.metal - ion) * metal[i]! * Math.sqrt(neighbors);
  });
}

/** Parts of a spectrum by how metallic the guest is: 1 − s² below 0.1, to 0.9, above. */
export const shiftParts = ['ionic', 'quasiMetallic', 'metallic'] as const;
export type ShiftPart = (typeof shiftParts)[number];

/** The part a metal share belongs to. */
export function shiftPart(metal: number): ShiftPart {
  return metal < 0.1 ? 'ionic' : metal < 0.9 ? 'quasiMetallic' : 'metallic';
}

/**
 * Spectrum of many guests: each a Gaussian line, 2 % of the metal's shift wide (standard deviation), area one in sum.
 *
 * @param shifts  ppm
 * @param points  of the axis, from −10 % to +110 % of the metal's shift
 */
export function shiftSpectrum(
  shifts: ArrayLike<number>,
  map: ShiftMap,
  points = 241,
): { shift: number[]; intensity: number[] } {
  const width = 0.02 * map.metal;
  const from = -0.1 * map.metal;
  const step = (1.2 * map.metal) / (points - 1);
  const shift = Array.from({ length: points }, (_, k) => from + k * step);
  const intensity = new Array<number>(points).fill(0);
  const norm = 1 / (Math.sqrt(2 * Math.PI) * width * Math.max(1, shifts.length));
  for (let i = 0; i < shifts.length; i++) {
    const first = Math.max(0, Math.ceil((shifts[i]! - 5 * width - from) / step));
    for (let k = first; k < points && shift[k]! <= shifts[i]! + 5 * width; k++) {
      intensity[k]! += norm * Math.exp(-0.5 * ((shift[k]! - shifts[i]!) / width) ** 2);
    }
  }
  return { shift, intensity };
}
