/**
 * What a replica leaves on disk while it runs, as bytes: its host, every finished point, and where its chain stands. Hosts and points are
 * written once; the chain's place is written again and again, and refers to the points that stand before it.
 */
import { cellFromMatrix } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { Measured } from '../core/statistics.ts';
import type { ChainState } from '../engine/chain.ts';
import { type Transitions, transitionNames } from '../engine/drive.ts';
import { type CheckpointArray, decodeCheckpoint, encodeCheckpoint } from '../io/checkpoint.ts';
import type { GaugePoint, LadderPoint, PoreMacrostates } from '../trajectory/series.ts';

/** Layout of what stands in these files; another one is refused by name. */
const layout = 1;

type Arrays = Record<string, CheckpointArray>;

/** A file of one replica. */
export interface SavedFile {
  readonly replica: number;
  /** `host`, `point-000` …: written once. `chain`: replaces the one before, which is kept beside it */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a replica finds when it goes on: names and bytes, `chain` and the one before it newest first. */
export interface SavedReplica {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly chains: readonly Uint8Array[];
}

/** Name of the file of a finished point. */
export const pointName = (index: number): string => `point-${String(index).padStart(3, '0')}`;

function write(what: string, header: object, arrays: Arrays): Uint8Array {
  return encodeCheckpoint({ header: { what, layout, ...header }, arrays });
}

/** @throws SpecError  damaged, of another layout, or something else */
function read(bytes: Uint8Array, what: string, file: string): { header: Record<string, unknown>; arrays: Arrays } {
  const { header, arrays } = decodeCheckpoint(bytes, file);
  const found = header as Record<string, unknown>;
  if (found['what'] !== what) throw new SpecError(`${file} holds a ${found['what']}, not a ${what}`);
  if (found['layout'] !== layout) {
    throw new SpecError(
      `${file} has layout ${found['layout']} of another version of Cardhouse, this one reads ${layout}: finish the run with that version, or start again with --force`,
    );
  }
  return { header: found, arrays: arrays as Arrays };
}

/** Arrays of a frame under a prefix; what is not an array goes into the header. */
function packFrame(frame: Frame, prefix: string): { header: object; arrays: Arrays } {
  const { cell, species, info, rows } = frame;
  return {
    header: { species, periodic: cell.periodic, info: info ?? null },
    arrays: { [`${prefix}/cell`]: cell.matrix, [`${prefix}/rows`]: rows },
  };
}

function unpackFrame(header: unknown, arrays: Arrays, prefix: string): Frame {
  const { species, periodic, info } = header as {
    species: string[];
    periodic: [boolean, boolean, boolean];
    info: Frame['info'] | null;
  };
  return {
    cell: cellFromMatrix(arrays[`${prefix}/cell`] as Float64Array, periodic),
    species,
    rows: arrays[`${prefix}/rows`] as Float64Array,
    ...(info && { info }),
  };
}

export interface SavedHost {
  readonly host: Frame;
  readonly structure: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
}

/** A built, read or prepared host as bytes: coordinates keep every bit. */
export function encodeHost({ host, structure, warnings }: SavedHost): Uint8Array {
  const { header, arrays } = packFrame(host, 'host');
  return write('host', { frame: header, structure, warnings }, arrays);
}

/** @throws SpecError  damaged, or something else */
export function decodeHost(bytes: Uint8Array, file = 'host'): SavedHost {
  const { header, arrays } = read(bytes, 'host', file);
  return {
    host: unpackFrame(header['frame'], arrays, 'host'),
    structure: header['structure'] as SavedHost['structure'],
    warnings: header['warnings'] as string[],
  };
}

/** A finished point of a ladder as bytes. */
export function encodePoint({ counts, energies, snapshots, ...rest }: LadderPoint): Uint8Array {
  const frames = snapshots.map((frame, k) => packFrame(frame, `snapshot ${k}`));
  return write(
    'point',
    { point: rest, frames: frames.map(({ header }) => header) },
    Object.assign({ counts, energies }, ...frames.map(({ arrays }) => arrays)),
  );
}

/** @throws SpecError  damaged, or something else */
export function decodePoint(bytes: Uint8Array, file = 'point'): LadderPoint {
  const { header, arrays } = read(bytes, 'point', file);
  return {
    ...(header['point'] as Omit<LadderPoint, 'counts' | 'energies' | 'snapshots'>),
    counts: arrays['counts'] as Float64Array,
    energies: arrays['energies'] as Float64Array,
    snapshots: (header['frames'] as unknown[]).map((frame, k) => unpackFrame(frame, arrays, `snapshot ${k}`)),
  };
}

const sumNames = ['up', 'down', 'triedUp', 'triedDown'] as const;

/** What sampling a pore has given; which pore it is its file's name says. */
export type SampledPore = Pick<PoreMacrostates, 'blocks' | 'roundTrips' | 'trials'>;

/** The macrostates of a pore as bytes. */
export function encodePore({ blocks, ...rest }: SampledPore): Uint8Array {
  const arrays: Arrays = {};
  for (const [b, sums] of blocks.entries()) {
    for (const name of sumNames) arrays[`${b}/${name}`] = Float64Array.from(sums[name]);
  }
  return write('pore', { pore: rest, least: blocks.map(({ least }) => least) }, arrays);
}

/** @throws SpecError  damaged, or something else */
export function decodePore(bytes: Uint8Array, file = 'pore'): SampledPore {
  const { header, arrays } = read(bytes, 'pore', file);
  const sums = (b: number) => Object.fromEntries(sumNames.map((name) => [name, arrays[`${b}/${name}`]]));
  const blocks = (header['least'] as number[]).map((least, b) => ({ least, ...sums(b) }));
  return { ...(header['pore'] as object), blocks } as unknown as SampledPore;
}

/** A state of charge, and the chain where it was left. */
export interface SavedGauge {
  readonly point: GaugePoint;
  readonly chain: ChainState;
}

/** A state of charge as bytes. */
export function encodeGauge({ point, chain }: SavedGauge): Uint8Array {
  const packed = packChain(chain);
  return write('gauge', { point, chain: packed.header }, packed.arrays);
}

/** @throws SpecError  damaged, or something else */
export function decodeGauge(bytes: Uint8Array, file = 'gauge'): SavedGauge {
  const { header, arrays } = read(bytes, 'gauge', file);
  return { point: header['point'] as GaugePoint, chain: unpackChain(header['chain'], arrays) };
}

/** Where a ladder stands: at a voltage, equilibrating or sampling. */
export interface LadderPlace {
  /** of the voltage; all before it are finished */
  readonly index: number;
  /** trials of equilibration and of production done at it */
  readonly equilibrated: number;
  readonly produced: number;
  /** samples taken there so far */
  readonly counts: Float64Array;
  readonly energies: Float64Array;
  readonly snapshots: readonly Frame[];
  /** accepted share of exchanges, for the progress line */
  readonly acceptance: number;
  /** wall time of building and of sampling so far, s */
  readonly seconds: { readonly build: number; readonly sampling: number };
  readonly chain: ChainState;
}

/** Where a ladder stands as bytes. */
export function encodePlace({ counts, energies, snapshots, chain, ...rest }: LadderPlace): Uint8Array {
  const frames = snapshots.map((frame, k) => packFrame(frame, `snapshot ${k}`));
  const packed = packChain(chain);
  return write(
    'chain',
    { place: rest, frames: frames.map(({ header }) => header), chain: packed.header },
    Object.assign({ counts, energies }, packed.arrays, ...frames.map(({ arrays }) => arrays)),
  );
}

/** @throws SpecError  damaged, or something else */
export function decodePlace(bytes: Uint8Array, file = 'chain'): LadderPlace {
  const { header, arrays } = read(bytes, 'chain', file);
  return {
    ...(header['place'] as Omit<LadderPlace, 'counts' | 'energies' | 'snapshots' | 'chain'>),
    counts: arrays['counts'] as Float64Array,
    energies: arrays['energies'] as Float64Array,
    snapshots: (header['frames'] as unknown[]).map((frame, k) => unpackFrame(frame, arrays, `snapshot ${k}`)),
    chain: unpackChain(header['chain'], arrays),
  };
}

const chainArrays = ['guests', 'members', 'counts'] as const;

/** A chain's state as a header and arrays under `chain/`. */
export function packChain(state: ChainState): { header: object; arrays: Arrays } {
  const { guests, members, counts, drive, transitions, ...rest } = state;
  const own = { guests, members, counts };
  const arrays: Arrays = Object.fromEntries(chainArrays.map((name) => [`chain/${name}`, own[name]]));
  if (drive) arrays['chain/drive'] = drive.lnActivity;
  if (transitions) for (const name of transitionNames) arrays[`chain/${name} by N`] = transitions[name];
  const limits = drive && { least: drive.least, most: drive.most };
  return { header: { ...rest, drive: limits, transitions: transitions?.least ?? null }, arrays };
}

/** A chain's state from what `packChain` made of it, or an earlier version: that one listed free voxels, and kept other sums of pairs. */
export function unpackChain(header: unknown, arrays: Arrays): ChainState {
  const { drive, transitions, ...rest } = header as Record<string, unknown>;
  const own = Object.fromEntries(chainArrays.map((name) => [name, arrays[`chain/${name}`]!]));
  const sums = Object.fromEntries(transitionNames.map((name) => [name, arrays[`chain/${name} by N`]!]));
  return {
    ...rest,
    ...own,
    ...('chain/free' in arrays && { stale: true }),
    drive: drive ? { ...drive, lnActivity: arrays['chain/drive'] } : null,
    transitions: transitions === null ? null : ({ least: transitions, ...sums } as unknown as Transitions),
  } as ChainState;
}

/**
 * The newest place that can be read and whose points are all there.
 *
 * @param onDamaged  hears why a newer one is passed over
 * @throws SpecError  there are places, and none can be read
 */
export function newestPlace(saved: SavedReplica, onDamaged: (text: string) => void): LadderPlace | undefined {
  let broken: SpecError | undefined;
  for (const [k, bytes] of saved.chains.entries()) {
    try {
      const place = decodePlace(bytes, k === 0 ? 'the last checkpoint' : 'the checkpoint before it');
      for (let i = 0; i < place.index; i++) {
        const point = saved.files.get(pointName(i));
        if (!point) throw new SpecError(`${pointName(i)} is gone, which the checkpoint needs`);
        decodePoint(point, pointName(i));
      }
      return place;
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      onDamaged(error.message);
      broken = error;
    }
  }
  if (broken) throw new SpecError(`${broken.message}; no other checkpoint is left: start again with --force`);
  return undefined;
}
