/**
 * What a voltage ladder leaves behind: sampled series and snapshots, one trajectory per replica.
 */
import type { Frame } from '../core/frame.ts';
import type { ExchangeSums } from '../core/macrostates.ts';

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

/** In place of a pore's number: nothing was taken apart. */
export const wholeHost = -1;

/** What surrounds a pore while it is sampled: all others as a branch left them, or as they are in equilibrium when its turn comes. */
export type Background = Branch | 'equilibrium';

/** ln Π(N) of the guests in one pore as exchange sums, all others held; or of the whole carbon. */
export interface PoreMacrostates {
  /** of the pores, largest first; `wholeHost` for all of the carbon at once */
  readonly pore: number;
  /** middle of its largest sphere, diameter of that (Å) and volume a probe covers (Å³); zeros for `wholeHost` */
  readonly centre: readonly [number, number, number];
  readonly diameter: number;
  readonly volume: number;
  readonly background: Background;
  /** V; activity the sums belong to */
  readonly voltage: number;
  /** block by block, for errors */
  readonly blocks: readonly ExchangeSums[];
  /** journeys of N from one end to the other and back */
  readonly roundTrips: number;
  readonly trials: number;
}

/** Guests outside of all pores in the snapshots of one ladder point. */
export interface OutsideCount {
  readonly branch: Branch;
  readonly voltage: number;
  /** [snapshots] */
  readonly counts: Float64Array;
}

/** Pore by pore sampling of one replica. */
export interface PoreFilling {
  /** three entries a pore, one per background; of a pore without neighbours only that of equilibrium */
  readonly pores: readonly PoreMacrostates[];
  readonly outside: readonly OutsideCount[];
  /** voids too small to hold three guests: their guests count as outside */
  readonly small: number;
}

/** One state of charge of a galvanostatic branch: N was held near it, the voltage followed. */
export interface GaugePoint {
  readonly branch: Branch;
  /** asked for, mAh/g, and as guests in the box */
  readonly capacity: number;
  readonly target: number;
  /** mean N, and voltage there (V), with jackknife errors over blocks of production */
  readonly guests: { readonly value: number; readonly error: number | null };
  readonly voltage: { readonly value: number; readonly error: number | null };
  readonly trials: number;
}

/** Energies of a lone guest, one trial insertion in each voxel of an orthorhombic periodic box. */
export interface InsertionField {
  /** edges of the box, Å */
  readonly lengths: readonly [number, number, number];
  /** voxels along them */
  readonly shape: readonly [number, number, number];
  /** [nx·ny·nz] eV, the last axis fastest; +∞ where there is no room */
  readonly energies: Float64Array;
}

/** What one lone guest and the bulk metal would find in the empty host: enough for a filling without simulation. */
export interface EmptyHost {
  /** ln z of the reference metal at 0 V, ln Å⁻³ */
  readonly lnActivity: number;
  /** least distance of two sites, Å, and mean volume of one, Å³ */
  readonly siteDistance: number;
  readonly siteVolume: number;
  /** [S] ln ∫ exp(−βU) dV of every site, Å³, and diameter of the void around its middle, Å */
  readonly lnSiteIntegrals: Float64Array;
  readonly siteSizes: Float64Array;
  /** least diameter that the metal is thought to fill, Å */
  readonly thinnest: number;
  /** [M] mean diameter (Å, ascending) and volume (Å³) of the classes of void above it */
  readonly poreSizes: Float64Array;
  readonly poreVolumes: Float64Array;
  /** 1 slits, 2 cylinders, 3 spheres; null without such void */
  readonly wallDimension: number | null;
  /** of an atom in the metal, Å³ */
  readonly atomVolume: number;
  /** adhesion less surface energy of the metal on carbon, eV/Å²; null where the model cannot tell */
  readonly wetting: number | null;
}

/** One replica: one host structure taken through the whole ladder by one Markov chain. */
export interface LadderTrajectory {
  readonly replica: number;
  /** rigid host, typed carbon (`C:basal`, `C:armchair`, `C:zigzag`, `C:strong-armchair`, …) */
  readonly host: Frame;
  /** guest species, e.g. `Na` */
  readonly guest: string;
  /** K */
  readonly temperature: number;
  /** in the order they were run: discharge first */
  readonly points: readonly LadderPoint[];
  /** where the study asked for equilibrium */
  readonly filling?: PoreFilling;
  /** where it asked for galvanostatic branches: discharge first */
  readonly gauge?: readonly GaugePoint[];
  /** where the ladder came to its end and the box is not too large */
  readonly empty?: EmptyHost;
}
