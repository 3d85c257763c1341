/** One guest of a chain, and a change of guests worked out but not made. */

/** What one particle contributes and feels. */
export interface Guest {
  x: number;
  y: number;
  z: number;
  cell: number;
  rho: number;
  /** coordination by guests, the switch's argument */
  n: number;
  s: number;
  ion: number;
  metal: number;
  /** Σ_j s_j Y_ij */
  h: number;
}

/** A change worked out but not made: the guest leaving, the guest coming, and what their neighbours become. */
export interface Change {
  readonly out: number;
  readonly in: Guest | null;
  readonly energy: number;
  /** neighbours touched: their new ρ, n and s */
  readonly touched: readonly { readonly index: number; readonly rho: number; readonly n: number; readonly s: number }[];
}
