/**
 * From pair distances to scattered intensity: the Debye sum.
 */
import { formFactor } from './form-factors.ts';
import { type PairHistogram, pairIndex } from './pair-histogram.ts';

/** Scattering of one structure, averaged over all directions. */
export interface Scattering {
  /** [Q] Å⁻¹ */
  readonly q: readonly number[];
  /** [Q] electrons² per atom */
  readonly intensity: readonly number[];
  /** [Q] mean f² per atom, electrons² */
  readonly meanSquare: readonly number[];
  /** [Q] intensity over mean f²: 1 where atoms are strangers to each other */
  readonly structureFactor: readonly number[];
}

/** Share of rMax from which the pairs of a box are faded out. */
const taperStart = 0.75;

/** Weight of a pair at a distance given as a share of rMax: 1 up to 0.75, then half a cosine down to 0 at 1. */
export function taper(share: number): number {
  if (share <= taperStart) return 1;
  return share >= 1 ? 0 : 0.5 * (1 + Math.cos((Math.PI * (share - taperStart)) / (1 - taperStart)));
}

/**
 * Weight of a pair in a crystal: what a sphere of diameter rMax cut from it would hold, 1 − 3x/2 + x³/2. Its order has no end, and this
 * weight alone lets no intensity fall below zero.
 */
export function grain(share: number): number {
  return share >= 1 ? 0 : 1 - 1.5 * share + 0.5 * share ** 3;
}

/** Share of rMax beyond which order is looked for, width of the shells it is looked for in (Å), and the scatter that tells it. */
const far = { from: 0.75, shell: 0.1, scatter: 0.03 } as const;

/** Whether pairs still have their places near rMax: the relative scatter of the shells there is above 0.03 (graphite 0.1–0.5, hard carbons below 0.006). */
export function isOrdered({ counts, atoms, width, rMax, volume }: PairHistogram): boolean {
  if (volume === undefined) return false;
  const total = atoms.reduce((sum, n) => sum + n, 0);
  const group = Math.max(1, Math.round(far.shell / width));
  let square = 0;
  let shells = 0;
  for (let k = Math.ceil((far.from * rMax) / width); k + group < rMax / width; k += group) {
    let pairs = 0;
    for (const row of counts) for (let j = k; j < k + group; j++) pairs += row[j]!;
    const r = (k + group / 2 - 0.5) * width;
    const expected = ((total * total) / 2 / volume) * 4 * Math.PI * r * r * group * width;
    // chance alone scatters by 1/√expected
    square += (pairs / expected - 1) ** 2 - 1 / expected;
    shells++;
  }
  return shells > 0 && square / shells > far.scatter ** 2;
}

/**
 * Scattered intensity by the Debye sum over binned distances.
 *
 *   I(q) N = Σᵢ fᵢ² + Σ_{a,b} f_a f_b ∫ [n_ab(r) − 4πr² N_a N_b / V] W(r) sin(qr)/(qr) dr
 *
 * In a box the mean density is taken off, because a sum that ends at rMax would scatter as a ball of that radius, and
 * W(r) fades from 1 at 0.75 rMax to 0 at rMax as half a cosine: lines get no narrower than about 4/rMax, and I(q) means
 * something from q ≈ 2π/rMax on. A cluster is summed to its end, nothing taken off, W = 1. Bins of 0.01 Å change I by
 * less than 3e-4 of f² for q < 8 Å⁻¹.
 *
 * @param q     [Q] > 0, Å⁻¹
 * @param fade  W as a function of r / rMax, in a box
 * @throws ModelError  an element without form factor
 * @cite Debye, Ann. Phys. 351, 809 (1915) doi:10.1002/andp.19153510606
 * @oracle test/unit/analysis-scattering.test.ts (two atoms, ideal gas, graphite), test/oracle/scattering.test.ts
 */
export function debyeScattering(histogram: PairHistogram, q: readonly number[], fade = taper): Scattering {
  const { elements, atoms } = histogram;
  const n = elements.length;
  const total = atoms.reduce((sum, count) => sum + count, 0);
  const f = elements.map((element) => q.map(formFactor(element)));
  const meanSquare = q.map((_, k) => f.reduce((sum, row, e) => sum + (atoms[e]! / total) * row[k]! ** 2, 0));
  const intensity = [...meanSquare];
  for (let a = 0; a < n; a++) {
    for (let b = a; b < n; b++) {
      const sum = sineSum(pairExcess(histogram, a, b, fade), histogram.width, q);
      for (let k = 0; k < q.length; k++) intensity[k]! += (2 * f[a]![k]! * f[b]![k]! * sum[k]!) / total;
    }
  }
  return { q, intensity, meanSquare, structureFactor: intensity.map((i, k) => i / meanSquare[k]!) };
}

/** Pairs of two elements beyond those of the mean density, faded out towards rMax; [bins], unordered. */
function pairExcess(histogram: PairHistogram, a: number, b: number, fade: typeof taper): Float64Array {
  const { atoms, counts, width, rMax, volume, elements } = histogram;
  const pairs = counts[pairIndex(a, b, elements.length)]!;
  if (volume === undefined) return pairs;
  const expected = ((a === b ? 0.5 : 1) * atoms[a]! * atoms[b]!) / volume;
  return pairs.map((count, k) => {
    const shell = k === 0 ? (Math.PI / 6) * width ** 3 : 4 * Math.PI * width ** 3 * (k * k + 1 / 12);
    return (count - expected * shell) * fade((k * width) / rMax);
  });
}

/** Σ_k n_k sin(q r_k)/(q r_k) for every q. */
function sineSum(pairs: Float64Array, width: number, q: readonly number[]): Float64Array {
  return Float64Array.from(q, (one) => {
    let sum = pairs[0]!;
    for (let k = 1; k < pairs.length; k++) {
      const count = pairs[k]!;
      if (count !== 0) sum += (count * Math.sin(one * width * k)) / (one * width * k);
    }
    return sum;
  });
}
