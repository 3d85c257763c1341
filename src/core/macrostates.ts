/**
 * Macrostate probabilities Π(N) of an open box, and what follows from them: averages at any activity, coexistence.
 *
 * All functions take ln Π(N) for N = least, least + 1 …, up to a constant, at some activity; at another one it is
 *
 *   ln Π(N; z') = ln Π(N; z) + N ln(z'/z)
 *
 * @cite Errington, J. Chem. Phys. 118, 9915 (2003) doi:10.1063/1.1572463; Shen & Errington, J. Phys. Chem. B 108, 19595 (2004)
 *       doi:10.1021/jp040218y
 */
import { SpecError } from './errors.ts';
import { zeroOfRising } from './minimum.ts';

/** Sums of acceptance probabilities of exchanges by N, as a driven chain collects them. */
export interface ExchangeSums {
  readonly least: number;
  readonly up: ArrayLike<number>;
  readonly down: ArrayLike<number>;
  readonly triedUp: ArrayLike<number>;
  readonly triedDown: ArrayLike<number>;
}

/**
 * ln Π(N) from the collection matrix, zero at its first N:
 *
 *   ln Π(N+1) − ln Π(N) = ln { [up(N)/triedUp(N)] / [down(N+1)/triedDown(N+1)] }
 *
 * @returns [n]; NaN from the first step on that was never seen in both directions
 * @oracle test/unit/core-macrostates.test.ts
 */
export function lnMacrostates({ up, down, triedUp, triedDown }: ExchangeSums): Float64Array {
  const lnPi = new Float64Array(up.length);
  for (let k = 0; k + 1 < lnPi.length; k++) {
    const forward = up[k]! / triedUp[k]!;
    const backward = down[k + 1]! / triedDown[k + 1]!;
    lnPi[k + 1] = forward > 0 && backward > 0 ? lnPi[k]! + Math.log(forward / backward) : Number.NaN;
  }
  return lnPi;
}

/**
 * The longest stretch of N whose steps were all seen in both directions: ln Π there, and its first N. Sites that hold a guest for good, or
 * numbers that never fit in, leave a gap at an end.
 */
export function knownMacrostates(sums: ExchangeSums): { readonly least: number; readonly lnPi: Float64Array } {
  const { least, up, down, triedUp, triedDown } = sums;
  const seen = (k: number): boolean => up[k]! > 0 && triedUp[k]! > 0 && down[k + 1]! > 0 && triedDown[k + 1]! > 0;
  let best: readonly [number, number] = [0, 0];
  for (let from = 0; from < up.length; ) {
    let to = from;
    while (to + 1 < up.length && seen(to)) to++;
    if (to - from > best[1] - best[0]) best = [from, to];
    from = to + 1;
  }
  const part = (x: ArrayLike<number>): number[] => Array.from(x).slice(best[0], best[1] + 1);
  const own = { least, up: part(up), down: part(down), triedUp: part(triedUp), triedDown: part(triedDown) };
  return { least: least + best[0], lnPi: lnMacrostates(own) };
}

/**
 * Sums that have a given ln Π: one trial each way at every step, of which the likelier one is always accepted.
 *
 * @param from   N of its first value
 * @param least  of the sums, which have nothing below `from`
 * @param most   of the sums, which have nothing above the last value
 */
export function sumsOf(
  lnPi: ArrayLike<number>,
  from: number,
  least = from,
  most = from + lnPi.length - 1,
): ExchangeSums {
  const [up, down, triedUp, triedDown] = [0, 1, 2, 3].map(() => new Float64Array(most - least + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let k = 0; k + 1 < lnPi.length; k++) {
    const at = from - least + k;
    const step = lnPi[k + 1]! - lnPi[k]!;
    [up[at], triedUp[at]] = [Math.min(1, Math.exp(step)), 1];
    [down[at + 1], triedDown[at + 1]] = [Math.min(1, Math.exp(-step)), 1];
  }
  return { least, up, down, triedUp, triedDown };
}

/** Sums added up over blocks of one chain, or over chains. */
export function addSums(blocks: readonly ExchangeSums[]): ExchangeSums {
  const [first] = blocks;
  if (!first) throw new SpecError('no sums to add: wanted at least one block');
  const total = (name: 'up' | 'down' | 'triedUp' | 'triedDown'): Float64Array => {
    const sum = new Float64Array(first[name].length);
    for (const block of blocks) for (let k = 0; k < sum.length; k++) sum[k]! += block[name][k]!;
    return sum;
  };
  return {
    least: first.least,
    up: total('up'),
    down: total('down'),
    triedUp: total('triedUp'),
    triedDown: total('triedDown'),
  };
}

/** ln Σ exp(x), without overflow; −∞ for nothing. */
export function lnSumExp(x: ArrayLike<number>): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < x.length; k++) top = Math.max(top, x[k]!);
  if (top === Number.NEGATIVE_INFINITY) return top;
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += Math.exp(x[k]! - top);
  return top + Math.log(sum);
}

/** ln Π at an activity exp(shift) times as large, normalised to Σ Π = 1. */
export function reweighted(lnPi: ArrayLike<number>, least: number, shift = 0): Float64Array {
  const moved = Float64Array.from(lnPi, (x, k) => x + (least + k) * shift);
  const norm = lnSumExp(moved);
  return moved.map((x) => x - norm);
}

/** ⟨N⟩ and its variance at an activity exp(shift) times as large. */
export function countMoments(lnPi: ArrayLike<number>, least: number, shift = 0): { mean: number; variance: number } {
  const p = reweighted(lnPi, least, shift).map(Math.exp);
  const mean = p.reduce((sum, x, k) => sum + x * (least + k), 0);
  return { mean, variance: p.reduce((sum, x, k) => sum + x * (least + k - mean) ** 2, 0) };
}

/** ln(z/z_ref) at which ⟨N⟩ is halfway between its least and what it is at `full`, itself a ln(z/z_ref). */
export function halfFilling(lnPi: ArrayLike<number>, least: number, full: number): number {
  const most = countMoments(lnPi, least, full).mean;
  const target = 0.5 * (least + most);
  let [low, high] = [full - 60, full];
  for (let k = 0; k < 60; k++) {
    const x = 0.5 * (low + high);
    if (countMoments(lnPi, least, x).mean < target) low = x;
    else high = x;
  }
  return 0.5 * (low + high);
}

/** Two phases in equilibrium in one box. */
export interface Coexistence {
  /** ln(z/z_ref) at which they are */
  readonly shift: number;
  /** N that parts them: the minimum of Π between its peaks */
  readonly divide: number;
  /** ⟨N⟩ of the dilute and of the dense phase */
  readonly dilute: number;
  readonly dense: number;
  /** ln of Π at the lower peak over Π at the minimum: the barrier in kT */
  readonly barrier: number;
}

/**
 * Activity at which both phases have the same weight, Σ Π on either side of the minimum between two peaks.
 *
 * The search starts from the activity at which the box is half full (⟨N⟩ between least and most), where a first-order
 * transition has its two peaks; the minimum is found anew at every step.
 *
 * @param smooth  peaks count when they stand this far above the minimum between them, kT
 * @returns null when Π has one peak only: no transition, or a box too small to show it
 * @throws SpecError  ln Π has gaps
 */
export function coexistence(lnPi: ArrayLike<number>, least: number, smooth = 0.5): Coexistence | null {
  if (Array.from(lnPi).some((x) => !Number.isFinite(x))) throw new SpecError('ln Π(N) has gaps: sample longer');
  const middle = least + (lnPi.length - 1) / 2;
  let shift = zeroOfRising((x) => countMoments(lnPi, least, x).mean - middle);
  for (let pass = 0; pass < 50; pass++) {
    const now = reweighted(lnPi, least, shift);
    const valley = deepestValley(now);
    if (!valley || valley.barrier < smooth) return null;
    const { at, barrier } = valley;
    const excess = (x: number): number => {
      const p = reweighted(lnPi, least, x);
      return lnSumExp(p.subarray(at)) - lnSumExp(p.subarray(0, at));
    };
    const next = zeroOfRising(excess);
    if (Math.abs(next - shift) < 1e-10) {
      const side = (from: number, to: number): number => countMoments(now.subarray(from, to), least + from).mean;
      return { shift, divide: least + at, dilute: side(0, at), dense: side(at, now.length), barrier };
    }
    shift = next;
  }
  return null;
}

/** The valley with the highest lower rim: its bottom, and that rim's height over it. */
function deepestValley(lnPi: Float64Array): { at: number; barrier: number } | null {
  const n = lnPi.length;
  const left = lnPi.slice();
  for (let k = 1; k < n; k++) left[k] = Math.max(left[k - 1]!, lnPi[k]!);
  const right = lnPi.slice();
  for (let k = n - 2; k >= 0; k--) right[k] = Math.max(right[k + 1]!, lnPi[k]!);
  let best: { at: number; barrier: number } | null = null;
  for (let k = 1; k + 1 < n; k++) {
    const barrier = Math.min(left[k - 1]!, right[k + 1]!) - lnPi[k]!;
    if (barrier > (best?.barrier ?? 0)) best = { at: k, barrier };
  }
  return best;
}

/**
 * A number that follows from ln Π where it is known, with its jackknife error over blocks of one chain:
 *
 *   σ² = (B − 1)/B Σ_b (x_{−b} − x̄)²,   x_{−b} from all blocks but b
 *
 * @returns null in place of an error when a block left out leaves the number undefined
 */
export function jackknife(
  blocks: readonly ExchangeSums[],
  number: (lnPi: Float64Array, least: number) => number,
): { value: number; error: number | null } {
  const of = (some: readonly ExchangeSums[]): number => {
    const { lnPi, least } = knownMacrostates(addSums(some));
    return number(lnPi, least);
  };
  return jackknifeOver(blocks, of);
}

/** Any number of blocks and its jackknife error over them, as `jackknife` has it; null with one block, or where the number is undefined. */
export function jackknifeOver<Block>(
  blocks: readonly Block[],
  of: (some: readonly Block[]) => number,
): { value: number; error: number | null } {
  const value = of(blocks);
  const n = blocks.length;
  if (n < 2) return { value, error: null };
  const without = blocks.map((_, b) => of(blocks.filter((_, k) => k !== b)));
  const mean = without.reduce((a, b) => a + b, 0) / n;
  const error = Math.sqrt(((n - 1) / n) * without.reduce((sum, x) => sum + (x - mean) ** 2, 0));
  return { value, error: Number.isFinite(error) ? error : null };
}
