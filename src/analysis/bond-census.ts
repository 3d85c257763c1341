/** What every carbon is, by its bonds, summed over the blocks of the box. */
import { elementOf, siteOf } from '../core/elements.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { type BlockSums, blocksOf, emptySums, ratioOf } from './blocks.ts';
import type { Bonds } from './bonds.ts';
import { largestRing, type Rings, ringSlots } from './rings.ts';

/** Above this angle a carbon with two bonds is sp, degrees. */
export const straightAngle = 150;
/** Bins of the angles, degrees, and of the bond lengths, Å; their middles are whole multiples of the width. */
const angleBin = 2;
const lengthBin = 0.01;
const shortest = 1.1;
const longest = 1.85;
const mostCounted = 6;

/** Names of the sums, each a share or a mean over what is counted. */
export type Sum =
  | 'sp'
  | 'sp2'
  | 'sp3'
  | 'under'
  | 'over'
  | 'edge'
  | 'armchair'
  | 'zigzag'
  | 'graphitic'
  | 'length'
  | 'length²'
  | 'angle'
  | 'angle²'
  | 'sixRings'
  | 'ring5'
  | 'ring6'
  | 'ring7'
  | 'ringOther'
  | 'hydrogen'
  | 'impliedHydrogen'
  | 'oxygen';

export interface Census {
  readonly carbons: number;
  /** carbons with fewer than three C–C bonds */
  readonly edges: number;
  /** C–C bonds */
  readonly bonds: number;
  /** whether the species say which edges there are */
  readonly typed: boolean;
  /** whether hydrogens are in the frame */
  readonly hydrogens: boolean;
  /** mean or share with its error over blocks; NaN where there is nothing to divide by */
  readonly ratio: (name: Sum) => { value: number; error: number | null };
  /** [7] carbons with so many bonds, the last with six or more */
  readonly coordination: readonly number[];
  /** [10] carbons in at least one ring of each size */
  readonly inRing: readonly number[];
  readonly angles: { readonly at: readonly number[]; readonly density: readonly number[] };
  readonly lengths: { readonly at: readonly number[]; readonly density: readonly number[] };
}

/**
 * Counts bonds, angles, edges and rings of the carbons.
 *
 * Edge carbons have fewer than three C–C bonds; one bonded to another edge carbon is armchair, else zigzag, as
 * `typeCarbons` has it.
 *
 * @param rings  of the same graph
 * @oracle test/unit/analysis-bonding.test.ts
 */
export function takeCensus(frame: Frame, { start, index, rows }: Bonds, rings: Pick<Rings, 'through'>): Census {
  const n = atomCount(frame);
  const element = frame.species.map(elementOf);
  const site = frame.species.map(siteOf);
  const kind = (i: number): number => frame.rows[4 * i + 3]!;
  const isCarbon = (i: number): boolean => element[kind(i)] === 'C';
  const blocks = blocksOf(frame);
  const sums = new Map<Sum, BlockSums>();
  const add = (name: Sum, i: number, what: number | boolean, weight = 1): void => {
    let own = sums.get(name);
    if (!own) sums.set(name, (own = emptySums()));
    const b = blocks?.[i] ?? 0;
    own.sum[b]! += Number(what);
    own.weight[b]! += weight;
  };

  const carbonBonds = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    for (let p = start[i]!; p < start[i + 1]!; p++) if (isCarbon(index[p]!)) carbonBonds[i]!++;
  }
  const isEdge = (i: number): boolean => isCarbon(i) && carbonBonds[i]! < 3;
  const coordination = new Array<number>(mostCounted + 1).fill(0);
  const inRing = new Array<number>(ringSlots).fill(0);
  const angles = new Array<number>(180 / angleBin + 1).fill(0);
  const lengths = new Array<number>(Math.round((longest - shortest) / lengthBin)).fill(0);
  let [carbons, edges, bonds, hydrogens] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const name = element[kind(i)];
    if (name === 'H' || name === 'O') add(name === 'H' ? 'hydrogen' : 'oxygen', i, 1, 0);
    if (name === 'H') hydrogens++;
    if (!isCarbon(i)) continue;
    carbons++;
    const all = start[i + 1]! - start[i]!;
    coordination[Math.min(all, mostCounted)]!++;
    let straight = false;
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      const r = rows[4 * p + 3]!;
      if (isCarbon(index[p]!)) {
        add('length', i, r);
        add('length²', i, r * r);
        bonds += 0.5;
        const bin = Math.round((r - shortest) / lengthBin);
        if (bin >= 0 && bin < lengths.length) lengths[bin]!++;
      }
      for (let q = p + 1; q < start[i + 1]!; q++) {
        const angle = angleBetween(rows, p, q);
        straight = angle > straightAngle;
        if (!(isCarbon(index[p]!) && isCarbon(index[q]!)) || Number.isNaN(angle)) continue;
        add('angle', i, angle);
        add('angle²', i, angle * angle);
        angles[Math.round(angle / angleBin)]!++;
      }
    }
    add('sp', i, all === 2 && straight);
    add('sp2', i, all === 3 || (all === 2 && !straight));
    add('sp3', i, all === 4);
    add('under', i, all < 2);
    add('over', i, all > 4);
    add('edge', i, isEdge(i));
    if (isEdge(i)) {
      edges++;
      const armchair = index.subarray(start[i], start[i + 1]).some(isEdge);
      add('armchair', i, armchair);
      add('zigzag', i, !armchair);
    }
    const own = rings.through.subarray(ringSlots * i, ringSlots * (i + 1));
    const ringsHere = own.reduce((a, b) => a + b, 0);
    add('graphitic', i, carbonBonds[i] === 3 && all === 3 && own[6] === 3 && ringsHere === 3);
    for (let size = 3; size <= largestRing; size++) if (own[size]! > 0) inRing[size]!++;
    // a ring of n atoms is met at each of them
    add('sixRings', i, own[6]! / 6);
    const perRing = own.reduce((sum, count, size) => (count > 0 ? sum + count / size : sum), 0);
    add('ring5', i, own[5]! / 5, perRing);
    add('ring6', i, own[6]! / 6, perRing);
    add('ring7', i, own[7]! / 7, perRing);
    add('ringOther', i, perRing - own[5]! / 5 - own[6]! / 6 - own[7]! / 7, perRing);
    add('hydrogen', i, 0);
    add('oxygen', i, 0);
    add('impliedHydrogen', i, /^(armchair|zigzag)/.test(site[kind(i)]!));
  }
  return {
    carbons,
    edges,
    bonds,
    typed: frame.species.some((name) => /^C:(strong-)?(armchair|zigzag)|^C:(basal|vacancy|stone-wales)/.test(name)),
    hydrogens: hydrogens > 0,
    ratio: (name) => {
      const own = sums.get(name);
      return own ? ratioOf(own, blocks !== undefined) : { value: Number.NaN, error: null };
    },
    coordination,
    inRing,
    angles: histogram(angles, 0, angleBin),
    lengths: histogram(lengths, shortest, lengthBin),
  };
}

/** Angle between two bonds of one atom, degrees. */
function angleBetween(rows: Float64Array, p: number, q: number): number {
  const dot = rows[4 * p]! * rows[4 * q]! + rows[4 * p + 1]! * rows[4 * q + 1]! + rows[4 * p + 2]! * rows[4 * q + 2]!;
  const cosine = dot / (rows[4 * p + 3]! * rows[4 * q + 3]!);
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

/** Middles of the bins, and a density whose integral is 1. */
function histogram(counts: readonly number[], from: number, width: number) {
  const total = counts.reduce((a, b) => a + b, 0);
  return {
    at: counts.map((_, k) => Number((from + k * width).toPrecision(12))),
    density: counts.map((count) => (total > 0 ? count / total / width : 0)),
  };
}
