/**
 * How much of a metal atom a guest is. The engine's models carry a switch s from ion (1) to metal (0); an analysis is told how it goes
 * and knows nothing else of the model.
 */
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';

/** The charge switch of a model and the density that its metal embeds in, as functions of distance. */
export interface ChargeRule {
  /** farthest that anything reaches, Å */
  readonly reach: number;
  /** w(r): what a guest at r adds to the coordination n of another */
  readonly weight: (r: number) => number;
  /** s(n): 1 for a lone ion, 0 in bulk metal */
  readonly charge: (n: number) => number;
  /** f(r): what a guest at r adds to the host density ρ of another */
  readonly density: (r: number) => number;
  /** ρ of an atom of the bulk metal at rest */
  readonly bulkDensity: number;
}

export interface GuestCharges {
  /** [N] s, 1 (ion) … 0 (metal) */
  readonly charge: Float64Array;
  /** [N] 1 − s², the share by which a guest's energy is that of metal */
  readonly metal: Float64Array;
  /** [N] ρ over that of bulk metal */
  readonly density: Float64Array;
}

/**
 * Charge, metal share and host density of every guest.
 *
 *   n_i = Σ_j w(r_ij),   s_i = s(n_i),   metal share 1 − s_i²,   ρ_i / ρ_bulk with ρ_i = Σ_j f(r_ij)
 *
 * All of ρ comes from other guests in these models (carbon adds none), so ρ/ρ_bulk says how much metal is around, and 1 − s² how far
 * the guest's own energy is the metal's.
 *
 * @param guests  guests only
 * @oracle test/unit/analysis-guests.test.ts (a lone ion: s = 1; an atom of bulk metal: s = 0, ρ/ρ_bulk = 1)
 */
export function guestCharges(guests: Frame, rule: ChargeRule): GuestCharges {
  const n = atomCount(guests);
  const { start, rows } = neighborList(guests, rule.reach);
  const charge = new Float64Array(n);
  const metal = new Float64Array(n);
  const density = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let around = 0;
    let rho = 0;
    for (let p = start[i]!; p < start[i + 1]!; p++) {
      const r = rows[4 * p + 3]!;
      around += rule.weight(r);
      rho += rule.density(r);
    }
    charge[i] = rule.charge(around);
    metal[i] = 1 - charge[i]! ** 2;
    density[i] = rho / rule.bulkDensity;
  }
  return { charge, metal, density };
}
