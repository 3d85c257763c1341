/**
 * A Markov chain of one guest species in a rigid host, at fixed volume, temperature and activity.
 *
 * One acceptance rule serves every move: a trial takes particles out and puts particles in, and is accepted with
 *
 *   min(1, exp(−βΔU + ln b)),   b the ratio of the reverse to the forward proposal, times z^ΔN
 *
 * Random numbers are words of Philox4x32-10 keyed by the seed, counted by (trial, block, chain): trial t of a chain is the
 * same on every backend.
 *
 *   block 0: move, which, x, y        block 1: z, accept, where, where
 *
 * @cite Frenkel & Smit, Understanding Molecular Simulation, 2nd ed., ch. 5.6; Mezei, Mol. Phys. 40, 901 (1980) (cavity bias)
 */
import { BackendError, SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { MoveCount } from '../trajectory/series.ts';
import type { VoxelGrid } from './cavity.ts';
import type { Drive, Transitions } from './drive.ts';
import type { GuestTables } from './guest-tables.ts';
import type { HostMap } from './host-map/build.ts';

/** Everything a chain is made from; backends differ only in how fast they run it. */
export interface ChainSetup {
  readonly tables: GuestTables;
  /** rigid host in an orthorhombic periodic box at least two cutoffs wide; its species are those of `tables.hostSpecies` */
  readonly host: Frame;
  /** where insertions are proposed */
  readonly grid: VoxelGrid;
  /** voxels whose centre is nearer than this to a guest's voxel are not proposed, Å; 0 for points without volume */
  readonly guestCavity: number;
  /** K */
  readonly temperature: number;
  /** relative frequency of the moves; exchange is half insertion, half deletion */
  readonly moves: { readonly displace: number; readonly exchange: number; readonly teleport: number };
  /** key of the random stream, from `keyFromSeed` */
  readonly key: readonly [number, number];
  /** which stream of that key */
  readonly stream: number;
  /** [N, 4] guests to start from, Å; none when absent */
  readonly guests?: Float64Array;
  /** [F, 4] guests that the others feel and that never move, are never removed and never counted, Å */
  readonly fixed?: Float64Array;
  /** [nx·ny·nz] 1 for voxels of `grid` that guests may enter by moves; the grid must be closed (0) elsewhere. Absent: all */
  readonly region?: Uint8Array;
  /** planes of voxels across x that moves are confined to, [first, how many], periodic; guests elsewhere must be fixed. Absent: all */
  readonly domain?: readonly [number, number];
  /** the host's field from a map; absent: exact sums over its atoms */
  readonly map?: HostMap;
  /** a saved chain to go on from, made with the same setup; `guests` then do not matter */
  readonly state?: ChainState;
}

/** Words of one guest in a saved chain, and where its ρ is among them. */
export const savedGuest = { words: 10, rho: 3 } as const;

/**
 * Positions of saved guests.
 *
 * @param guests  [n · words], fixed ones first
 * @param fixed   how many of them are left out
 * @returns  [N, 4] Å
 */
export function savedRows(guests: Float64Array, fixed: number): Float64Array {
  const rows = new Float64Array(4 * (guests.length / savedGuest.words - fixed));
  for (let a = 0; a < rows.length; a += 4) {
    const at = savedGuest.words * (a / 4 + fixed);
    rows.set(guests.subarray(at, at + 3), a);
  }
  return rows;
}

/**
 * All of a chain that its setup does not tell: a chain made anew with it does the same trials to the last bit. Numbers and typed arrays only.
 */
export interface ChainState {
  readonly backend: 'wasm' | 'reference' | 'webgpu' | 'domains' | 'webgpu-box';
  readonly trial: number;
  /** ln Å⁻³; null: not set yet */
  readonly lnActivity: number | null;
  readonly displacement: number;
  /** running sum, eV */
  readonly energy: number;
  /** [N, 10] x, y, z, ρ, n, s, V_ion, V_met, h, own energy of every guest, fixed ones first, in their order */
  readonly guests: Float64Array;
  /** [N] guests cell by cell, in the order within cells */
  readonly members: Int32Array;
  /** attempts of each move, then acceptances, since they were last taken */
  readonly counts: Float64Array;
  readonly drive: Drive | null;
  readonly transitions: Transitions | null;
  /** the guests' fields are in the sense of an earlier version: they are summed anew from positions */
  readonly stale?: boolean;
}

export const moveNames = ['displace', 'insert', 'delete', 'teleport'] as const;
export type MoveName = (typeof moveNames)[number];

/** Attempts of each move, then acceptances, in the order of `moveNames`, as counts by name. */
export function countsByMove(counts: ArrayLike<number>): Record<MoveName, MoveCount> {
  return Object.fromEntries(
    moveNames.map((name, k) => [name, { attempted: counts[k]!, accepted: counts[k + moveNames.length]! }]),
  ) as Record<MoveName, MoveCount>;
}

/** Adds counts by name to a row of them. */
export function addCounts(sum: Float64Array, counts: Readonly<Record<MoveName, MoveCount>>): void {
  moveNames.forEach((name, k) => {
    sum[k]! += counts[name].attempted;
    sum[k + moveNames.length]! += counts[name].accepted;
  });
}

/** Cumulative probabilities of the moves, in the order of `moveNames`. */
export function moveThresholds(setup: ChainSetup): [number, number, number] {
  const { displace: d, exchange: e, teleport: t } = setup.moves;
  const sum = d + e + t;
  return [d / sum, (d + 0.5 * e) / sum, (d + e) / sum];
}

export interface Chain {
  /** trials done so far; also the counter of the random stream */
  readonly trial: number;
  /** guests in the box */
  readonly count: number;
  /** potential energy of the guests, running sum, eV */
  readonly energy: number;
  /** ln of the activity z in Å⁻³ */
  lnActivity: number;
  /** half edge of the displacement cube, Å */
  displacement: number;
  /** K; that of the setup until it is set. Not part of a saved state */
  temperature: number;
  /** Runs n trials. */
  advance(n: number): void;
  /** Recomputes every cached field and the energy from positions; returns |running − recomputed|, eV. */
  refresh(): number;
  /** Attempts and acceptances since the last call. */
  takeCounts(): Record<MoveName, MoveCount>;
  /** [N, 4] rows (x, y, z, 0), a copy, Å */
  guestRows(): Float64Array;
  /** Puts other guests in the place of all that move: [N, 4] rows, Å. The random stream goes on. */
  setGuests(rows: Float64Array): void;
  /** N driven from now on, its sums empty; null: free again. */
  drive(drive: Drive | null): void;
  /** What driven trials left since the last call; null when N is not driven. */
  takeTransitions(): Transitions | null;
  /** Everything needed to go on as if nothing had been saved. */
  save(): ChainState;
}

/** What a ladder asks of a chain: one that runs on another device takes its time over trials, and is asked for nothing while it does. */
export type LadderChain = Pick<
  Chain,
  'trial' | 'count' | 'energy' | 'lnActivity' | 'displacement' | 'refresh' | 'takeCounts' | 'guestRows' | 'save'
> & { advance(n: number): void | Promise<void> };

/** @throws SpecError  the guests a chain was given overlap one another or the host */
export function requireApart(chain: Chain): void {
  if (!Number.isFinite(chain.energy)) {
    throw new SpecError(`the ${chain.count} guests given to start from overlap one another or the host`);
  }
}

/**
 * @throws SpecError     a region of another size than the grid, or open voxels outside of it; a map of another host
 * @throws BackendError  the state is another backend's
 */
export function requireConsistent(
  { grid, host, map, region, state }: ChainSetup,
  backend: ChainState['backend'],
): void {
  if (region && region.length !== grid.levels.length) {
    throw new SpecError(`a region needs ${grid.levels.length} voxels, those of the grid, got ${region.length}`);
  }
  if (region && grid.levels.some((level, v) => level > 0 && region[v] === 0)) {
    throw new SpecError('the grid is open outside of the region: insertions there could not be undone');
  }
  if (map && (map.atoms !== host.rows.length / 4 || map.lengths.some((l, k) => l !== host.cell.matrix[4 * k]))) {
    throw new SpecError('the host map is one of another host');
  }
  if (state && state.backend !== backend) {
    throw new BackendError(`the saved chain is one of backend ${state.backend}, not ${backend}`);
  }
}

/** Energies of trials without making them, for tests and Widom sampling; the reference and the WASM chain offer it. */
export interface TrialProbe {
  /** ΔU of taking guest `out` (−1: none) out and putting one at `x, y, z` in (NaN: none), eV; Infinity on overlap */
  trialEnergy(out: number, x: number, y: number, z: number): number;
}
