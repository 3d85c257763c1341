/** What a built carbon is, beside what was asked for. */
import { densityOf, type Frame } from '../core/frame.ts';
import { type Measured, measured } from '../core/statistics.ts';
import type { Carved } from './carve.ts';
import { emptyPairList, findPairs, pairDistance } from './contacts.ts';
import { carbonSpecies } from './edges.ts';
import type { Packing } from './packing.ts';
import { carbonRadius } from './pores.ts';
import type { HardCarbonRecipe } from './recipe.ts';
import { equivalentDiameter } from './sheet.ts';
import { voidShare } from './voids.ts';

/** Radius of the probe that pores are measured with, Å. */
export const probeRadius = 1.5;
/** A measured size this far from the one asked is worth a warning. */
const worthWarning = 0.15;

/**
 * Measures a built carbon.
 *
 * - `atoms`, `density` (g/cm³), `volume` (Å³), `domains`, `sheets`, `d002` (Å): exact
 * - `la` (Å): mean diameter of discs with the area of the sheets; `lc` (Å): mean of sheets · d002 over domains; both
 *   weighted by mass, with the standard error over sheets or domains (null for a single one)
 * - `edgeShare`: edge carbons of all carbons; `strongShare`: strong of edge carbons
 * - `closestContact` (Å): shortest distance between two domains; missing when none is within a third of the box
 * - `trimmedShare`: atoms that meeting discs cost, of those of the uncut discs
 * - `porosity`: volume where the centre of a probe of 1.5 Å may be (3.2 Å from every carbon), and `poreVolume` (cm³/g)
 */
export function measureCarbon(
  frame: Frame,
  packed: Carved,
  recipe: HardCarbonRecipe,
): { measured: Record<string, Measured>; warnings: string[] } {
  const { atoms: packing, trimmed } = packed;
  const { domain } = packing;
  const n = domain.length;
  const sheets = sizes(packing.sheet);
  const sheetsOfDomain = new Map<number, Set<number>>();
  for (let i = 0; i < n; i++) {
    const own = sheetsOfDomain.get(domain[i]!) ?? new Set();
    sheetsOfDomain.set(domain[i]!, own.add(packing.sheet[i]!));
  }
  const domains = sizes(domain);
  const kinds = [0, 0, 0, 0];
  for (let k = 3; k < frame.rows.length; k += 4) kinds[edgeKind(frame.rows[k]!)]!++;
  const [basal, weak, strong] = kinds as [number, number, number, number];
  const carbons = basal + weak + strong;
  const edges = weak + strong;
  const density = densityOf(frame);
  const pores = voidShare(frame, probeRadius + carbonRadius);
  const contact = closestContact(packing);
  const la = weightedMean([...sheets.values()].map((atoms) => [equivalentDiameter(atoms), atoms]));
  const lc = weightedMean([...domains].map(([d, atoms]) => [sheetsOfDomain.get(d)!.size * recipe.d002, atoms]));
  const values: Record<string, Measured> = {
    atoms: measured(carbons, null, '1'),
    density: measured(density, null, 'g/cm³'),
    volume: measured(frame.cell.volume, null, 'Å³'),
    la: measured(la.mean, la.error, 'Å'),
    lc: measured(lc.mean, lc.error, 'Å'),
    d002: measured(recipe.d002, null, 'Å'),
    edgeShare: measured(edges / carbons, null, '1'),
    strongShare: measured(edges > 0 ? strong / edges : 0, null, '1'),
    domains: measured(domains.size, null, '1'),
    sheets: measured(sheets.size, null, '1'),
    ...(contact === undefined ? {} : { closestContact: measured(contact, null, 'Å') }),
    trimmedShare: measured(trimmed, null, '1'),
    porosity: pores,
    poreVolume: measured(pores.value / density, pores.error === null ? null : pores.error / density, 'cm³/g'),
  };
  const warnings: string[] = [];
  for (const key of ['la', 'lc'] as const) {
    const got = values[key]!.value;
    if (Math.abs(got / recipe[key] - 1) <= worthWarning) continue;
    warnings.push(`the built carbon has ${key} ${got.toFixed(1)} Å, asked were ${recipe[key]} Å`);
  }
  if (trimmed > 2 * worthWarning) {
    warnings.push(
      `at ${recipe.density} g/cm³ neighbours cut ${Math.round(100 * trimmed)} % off the discs: sheets are polygons, not discs`,
    );
  }
  return { measured: values, warnings };
}

/** 0 basal, 1 terminated edge, 2 strong edge, 3 no carbon; from the place in `carbonSpecies`. */
function edgeKind(species: number): number {
  const name = carbonSpecies[species];
  if (name === undefined) return 3;
  if (name === 'C:basal' || name === 'C:stone-wales') return 0;
  return name === 'C:armchair' || name === 'C:zigzag' ? 1 : 2;
}

/** Number of atoms with each label. */
function sizes(labels: Int32Array): Map<number, number> {
  const count = new Map<number, number>();
  for (const label of labels) count.set(label, (count.get(label) ?? 0) + 1);
  return count;
}

/** Weighted mean and its standard error, √(Σ w²(x − x̄)² · n/(n−1)) / Σ w. */
function weightedMean(pairs: readonly (readonly [value: number, weight: number])[]) {
  const total = pairs.reduce((sum, [, w]) => sum + w, 0);
  const mean = pairs.reduce((sum, [x, w]) => sum + w * x, 0) / total;
  const spread = pairs.reduce((sum, [x, w]) => sum + (w * (x - mean)) ** 2, 0);
  const error = pairs.length < 2 ? null : Math.sqrt((spread * pairs.length) / (pairs.length - 1)) / total;
  return { mean, error };
}

/** Shortest distance between two domains, Å; undefined when none is within a third of the box. */
function closestContact(packing: Packing): number | undefined {
  const { edge } = packing.pose;
  const list = emptyPairList(packing.domain.length);
  for (let reach = 3.5; ; reach *= 1.5) {
    findPairs(packing, Math.min(reach, edge / 3), list);
    if (list.count > 0) break;
    if (reach >= edge / 3) return undefined;
  }
  let shortest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < list.count; k++) shortest = Math.min(shortest, pairDistance(packing, list.i[k]!, list.j[k]!));
  return shortest;
}
