/**
 * Pores that feel one another: at what voltage each is half full, and in which order they fill.
 *
 * A pore fills at another voltage when its neighbours are full. The work of filling several is the same in any order,
 *
 *   Σ_i N_i V_i(those before i full) = the same for every order,
 *
 * and in equilibrium V falls along the order. Where what was sampled in one order does not fall, those pores fill together, at the mean voltage that
 * leaves the work as it is (pool of adjacent violators).
 */
import { countMoments, halfFilling, jackknife } from '../core/macrostates.ts';
import { mean } from '../core/statistics.ts';
import { boltzmann } from '../core/units.ts';
import type { PoreMacrostates } from '../trajectory/series.ts';

/** Value and standard error. */
export interface Sum {
  readonly value: number;
  readonly error: number;
}

/** ⟨N⟩ of a pore at a voltage, with its jackknife error. */
export function guestsAt({ blocks, voltage: reference }: PoreMacrostates, voltage: number, temperature: number): Sum {
  const shift = (reference - voltage) / (boltzmann * temperature);
  const { value, error } = jackknife(blocks, (lnPi, least) => countMoments(lnPi, least, shift).mean);
  return { value, error: error ?? 0 };
}

/** Voltage at which a pore is half as full as at `lowest`, V. */
export function halfFull({ blocks, voltage }: PoreMacrostates, lowest: number, temperature: number): Sum {
  const kT = boltzmann * temperature;
  const { value, error } = jackknife(
    blocks,
    (lnPi, least) => voltage - kT * halfFilling(lnPi, least, (voltage - lowest) / kT),
  );
  return { value, error: error ?? 0 };
}

/** Entries of each pore, one per background. */
export function byPore(pores: readonly PoreMacrostates[]): Map<number, PoreMacrostates[]> {
  const found = new Map<number, PoreMacrostates[]>();
  for (const one of pores) found.set(one.pore, [...(found.get(one.pore) ?? []), one]);
  return found;
}

/** Those sampled in their turn; of pores that never were, all there are. */
export function ownTurn(backgrounds: readonly PoreMacrostates[]): readonly PoreMacrostates[] {
  const own = backgrounds.filter(({ background }) => background === 'equilibrium');
  return own.length > 0 ? own : backgrounds;
}

/**
 * Pores in the order in which they fill as the voltage falls: by the mean of their voltages with empty and with full neighbours.
 *
 * @param pores   sampled with either background
 * @param lowest  voltage at which a pore counts as full, V
 */
export function fillingOrder(pores: readonly PoreMacrostates[], lowest: number, temperature: number): number[] {
  return [...byPore(pores.filter(({ background }) => background !== 'equilibrium'))]
    .map(([pore, both]) => ({ pore, at: mean(both.map((one) => halfFull(one, lowest, temperature).value)) }))
    .sort((a, b) => b.at - a.at)
    .map(({ pore }) => pore);
}

/**
 * How much higher in voltage each pore fills than when it was sampled: zero unless it fills together with others.
 *
 * @param pores   of one structure, with all their backgrounds
 * @param top     voltage at which a pore counts as empty, V
 * @param lowest  and as full
 * @returns       V, by pore
 * @oracle test/unit/analysis-pore-order.test.ts
 */
export function togetherShifts(
  pores: readonly PoreMacrostates[],
  top: number,
  lowest: number,
  temperature: number,
): Map<number, number> {
  const own = new Map(pores.flatMap((one) => (one.background === 'equilibrium' ? [[one.pore, one] as const] : [])));
  const pools: { members: { pore: number; at: number }[]; weight: number; at: number }[] = [];
  for (const pore of fillingOrder(pores, lowest, temperature)) {
    const one = own.get(pore);
    if (!one) continue;
    const at = halfFull(one, lowest, temperature).value;
    const guests = guestsAt(one, lowest, temperature).value - guestsAt(one, top, temperature).value;
    let pool = { members: [{ pore, at }], weight: Math.max(guests, 1e-9), at };
    for (let last = pools.at(-1); last && last.at < pool.at; last = pools.at(-1)) {
      pools.pop();
      const weight = last.weight + pool.weight;
      const together = (last.weight * last.at + pool.weight * pool.at) / weight;
      pool = { members: [...last.members, ...pool.members], weight, at: together };
    }
    pools.push(pool);
  }
  return new Map(
    pools.flatMap(({ members, at: pooled }) => members.map(({ pore, at }) => [pore, pooled - at] as const)),
  );
}
