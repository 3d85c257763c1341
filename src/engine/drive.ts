/**
 * Driven N: one activity for every step N → N + 1 in place of one for all. A gauge cell and a flat histogram differ in these
 * numbers alone.
 *
 *   gauge cell       z_N = (N_t − N)/V_g           N_t guests in all, those outside an ideal gas in a volume V_g
 *   flat histogram   ln z_N = ln z + η(N+1) − η(N)  η ≈ −ln Π: every N is visited alike
 *
 * Whatever drives N, every tried exchange leaves the probability with which the undriven chain, at the reference activity,
 * would have accepted it. From these sums follows ln Π(N) at the reference activity (`macrostates.ts` in analysis):
 *
 *   Π(N+1)/Π(N) = [up(N)/triedUp(N)] / [down(N+1)/triedDown(N+1)]
 *
 * @cite Neimark & Vishnyakov, Phys. Rev. E 62, 4611 (2000) doi:10.1103/PhysRevE.62.4611 (gauge cell);
 *       Errington, J. Chem. Phys. 118, 9915 (2003) doi:10.1063/1.1572463 (transition matrix)
 */
import { SpecError } from '../core/errors.ts';
import { addSums, type ExchangeSums } from '../core/macrostates.ts';

export interface Drive {
  /** N never leaves least … most */
  readonly least: number;
  readonly most: number;
  /** [most − least] ln z (Å⁻³) of N → N + 1 for N = least … most − 1 */
  readonly lnActivity: Float64Array;
}

/** Sums over trials by N, N = least … most; what is tried beyond a limit is priced and never done. */
export interface Transitions {
  readonly least: number;
  /** [n] sums of min(1, p) of insertions and deletions, undriven, at the reference activity */
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly triedUp: Float64Array;
  readonly triedDown: Float64Array;
  /** [n] trials that ended at N, and sums of U and U² over them, eV and eV² */
  readonly visits: Float64Array;
  readonly energy: Float64Array;
  readonly square: Float64Array;
}

/** Sums in the order of the kernel's columns. */
export const transitionNames = ['up', 'down', 'triedUp', 'triedDown', 'visits', 'energy', 'square'] as const;

/** Sums of no trial at all. */
export function emptyTransitions(least: number, most: number): Transitions {
  const sums = transitionNames.map((name) => [name, new Float64Array(most - least + 1)]);
  return { least, ...Object.fromEntries(sums) } as Transitions;
}

/** Transitions block by block, for errors, and those of warming up: they aim a drive and count for no block. */
export class BlockedTransitions {
  readonly blocks: readonly Transitions[];
  readonly warming: Transitions;

  /** @param saved  where an earlier one stopped */
  constructor(
    least: number,
    most: number,
    count: number,
    saved?: { readonly blocks: readonly Transitions[]; readonly warming: Transitions },
  ) {
    this.blocks = saved
      ? structuredClone([...saved.blocks])
      : Array.from({ length: count }, () => emptyTransitions(least, most));
    this.warming = saved ? structuredClone(saved.warming) : emptyTransitions(least, most);
  }

  /** Adds what was seen within part of the range; null: while warming up. */
  add(block: number | null, seen: Transitions): void {
    const sums = block === null ? this.warming : this.blocks[block]!;
    for (const name of transitionNames) {
      for (const [k, x] of seen[name].entries()) sums[name][seen.least - sums.least + k]! += x;
    }
  }

  /** Everything seen so far. */
  total(): ExchangeSums {
    return addSums([...this.blocks, this.warming]);
  }
}

/**
 * Drive of a gauge cell: N_t guests in all, those that are not in the box in an ideal gas of volume V_g.
 *
 * @param total   N_t
 * @param volume  V_g, Å³
 */
export function gaugeDrive(total: number, volume: number): Drive {
  return {
    least: 0,
    most: total,
    lnActivity: Float64Array.from({ length: total }, (_, n) => Math.log((total - n) / volume)),
  };
}

/** @throws SpecError  limits or their number of activities make no sense, or N lies outside */
export function requireDrive({ least, most, lnActivity }: Drive, count: number): void {
  if (!(Number.isInteger(least) && Number.isInteger(most) && least >= 0 && most >= least)) {
    throw new SpecError(`a drive needs whole numbers 0 ≤ least ≤ most, got ${least} and ${most}`);
  }
  if (lnActivity.length !== most - least) {
    throw new SpecError(`a drive from ${least} to ${most} needs ${most - least} activities, got ${lnActivity.length}`);
  }
  if (count < least || count > most) {
    throw new SpecError(`a drive from ${least} to ${most} needs N between them, got ${count}`);
  }
}

/** Notes an exchange tried at N: the probability with which it had been accepted undriven. */
export function tryExchange(sums: Transitions, name: 'insert' | 'delete', n: number, probability: number): void {
  const k = n - sums.least;
  (name === 'insert' ? sums.triedUp : sums.triedDown)[k]! += 1;
  (name === 'insert' ? sums.up : sums.down)[k]! += probability;
}

/** Notes the state after a trial. */
export function visit(sums: Transitions, n: number, energy: number): void {
  const k = n - sums.least;
  sums.visits[k]! += 1;
  sums.energy[k]! += energy;
  sums.square[k]! += energy * energy;
}
