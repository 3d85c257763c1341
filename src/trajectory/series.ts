/**
 * What a voltage ladder leaves behind: sampled series and snapshots, one trajectory per replica.
 */
import type { Frame } from '../core/frame.ts';

/** Discharge lowers the voltage and fills the carbon; charge raises it again and empties it. */
export type Branch = 'discharge' | 'charge';

export interface MoveCount {
  readonly attempted: number;
  readonly accepted: number;
}

/** One voltage of one branch of one replica; production only, equilibration already dropped. */
export interface LadderPoint {
  readonly branch: Branch;
  /** V vs the bulk metal of the guest */
  readonly voltage: number;
  /** [S] guests in the box at equally spaced moments */
  readonly counts: Float64Array;
  /** [S] potential energy of the guests (guest–guest and guest–host), eV */
  readonly energies: Float64Array;
  /** attempts and acceptances per move: displace, insert, delete, teleport */
  readonly moves: Readonly<Record<string, MoveCount>>;
  /** guests only, equally spaced over production; the last one is the state the next voltage starts from */
  readonly snapshots: readonly Frame[];
}

/** One replica: one host structure taken through the whole ladder by one Markov chain. */
export interface LadderTrajectory {
  readonly replica: number;
  /** rigid host, typed carbon (`C:basal`, `C:armchair`, `C:zigzag`, `C:strong-armchair`, `C:strong-zigzag`) */
  readonly host: Frame;
  /** guest species, e.g. `Na` */
  readonly guest: string;
  /** K */
  readonly temperature: number;
  /** in the order they were run: discharge first */
  readonly points: readonly LadderPoint[];
}
