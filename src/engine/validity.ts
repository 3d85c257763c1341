/**
 * Where a chain leaves what its guest model was made for. The electron density ρ of a guest (embedded form) says how hard its metal is squeezed;
 * a model is fitted to the bulk, its moduli, films and single guests, and none of these knows a metal compressed by a tenth in length.
 */
import { cubicCrystal } from '../core/lattice.ts';
import type { Model } from '../model/model.ts';
import { type Chain, savedGuest } from './chain.ts';
import { compileGuest } from './guest-tables.ts';
import { metalState } from './reservoir.ts';
import { GuestState } from './state.ts';

export interface DensityLimit {
  /** largest ρ a guest may have, in the model's units */
  readonly rho: number;
  /** ρ in the bulk metal at rest */
  readonly bulk: number;
}

/** Lattice constant at the limit, in units of that of the bulk: 27 % less volume. */
const compressed = 0.9;

/**
 * ρ of the bulk metal at rest, and of the metal compressed by a tenth in length.
 *
 * @param latticeConstant  of the bulk metal at rest where it is known already, Å
 * @returns undefined where the model has no metal of this guest, or none that is held by a density
 * @throws ModelError  the model does not know the guest
 * @oracle test/unit/validity.test.ts
 */
export function densityLimit(model: Model, guest: string, latticeConstant?: number): DensityLimit | undefined {
  const reference = model.references[guest];
  if (!reference) return undefined;
  const atRest = latticeConstant ?? metalState(model, guest, reference.temperature).latticeConstant;
  const tables = compileGuest(model, guest, []);
  const rhoOf = (a: number): number => {
    const { cell, rows } = cubicCrystal(guest, reference.lattice, a, Math.ceil((2 * model.cutoff) / a));
    const state = new GuestState(tables, { cell, species: [], rows: new Float64Array() });
    state.place(rows);
    state.refresh();
    return state.guests[0]!.rho;
  };
  const bulk = rhoOf(atRest);
  return bulk > 0 ? { bulk, rho: rhoOf(compressed * atRest) } : undefined;
}

/**
 * Guests of a chain that are squeezed beyond a limit.
 *
 * @returns how many, and the largest ρ of any
 */
export function squeezedGuests(
  chain: Pick<Chain, 'save'>,
  { rho }: DensityLimit,
): { readonly count: number; readonly largest: number } {
  const { guests } = chain.save();
  let [count, largest] = [0, 0];
  for (let a = savedGuest.rho; a < guests.length; a += savedGuest.words) {
    if (guests[a]! > rho) count++;
    largest = Math.max(largest, guests[a]!);
  }
  return { count, largest };
}
