/** What every move is: a proposal. It sees neither energies nor activities. */
import type { CavityList } from '../cavity.ts';
import type { GuestState } from '../state.ts';

/** Uniform numbers of one trial, each in (0, 1); `where` in [0, 1) with 53 bits. */
export interface TrialRandom {
  readonly which: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly accept: number;
  readonly where: number;
}

/** Particles out, particles in, and the logarithm of P(reverse)/P(forward); the chain adds the activity of ΔN. */
export interface Proposal {
  /** guest that leaves, −1 for none */
  readonly out: number;
  /** where a guest comes, null for none */
  readonly at: readonly [number, number, number] | null;
  readonly logBias: number;
}

export interface MoveContext {
  readonly state: GuestState;
  readonly cavity: CavityList;
  /** guests before this number are fixed */
  readonly fixed: number;
  readonly displacement: number;
}

/** null: nothing can be proposed, or its reverse could not be; the trial counts as rejected. */
export type Move = (context: MoveContext, random: TrialRandom) => Proposal | null;
