/**
 * H5MD 1.1 trajectories, written frame by frame. The HDF5 library is handed in by the caller: `h5wasm/node` writes to the
 * disk, `h5wasm` into the memory of a browser.
 *
 * @cite de Buyl, Colberg, Höfling, Comput. Phys. Commun. 185, 1546 (2014) doi:10.1016/j.cpc.2014.01.018
 */
import type { Dataset, Group, File as H5File } from 'h5wasm';
import { BackendError, SpecError } from '../core/errors.ts';
import {
  completeSteps,
  dataset,
  frameSeries,
  type H5Library,
  observableSeries,
  openFile,
  particleGroup,
  reason,
  type VectorName,
  vectors,
} from './h5md-file.ts';

export type { H5Library } from './h5md-file.ts';

/** One moment of a run in rows of four, as the state of the dynamics holds them. */
export interface MotionFrame {
  readonly step: number;
  /** fs */
  readonly time: number;
  /** [9] rows a, b, c, Å */
  readonly cell: Float64Array;
  /** [N, 4] rows (x, y, z, species), Å, unwrapped: an atom that leaves through a face goes on outside */
  readonly positions: Float64Array;
  /** [N, 4] rows (vx, vy, vz, mass), Å/fs and amu */
  readonly velocities?: Float64Array;
  /** [N, 4] rows (fx, fy, fz, energy); the energy is not stored, eV/Å */
  readonly forces?: Float64Array;
}

export interface H5mdDescription {
  /** program and its version */
  readonly creator: { readonly name: string; readonly version: string };
  readonly author?: string;
  /** names that the fourth column of positions points to */
  readonly species: readonly string[];
  /** [N] index into `species` */
  readonly kinds: Int32Array;
  /** [N] amu */
  readonly masses: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** default true */
  readonly velocities?: boolean;
  /** default false */
  readonly forces?: boolean;
  /** default f64; f32 halves the file and keeps seven digits */
  readonly storage?: 'f64' | 'f32';
  /** name → [N] what is known of every atom and does not change; whole numbers that stand for words say which (`names`) */
  readonly properties?: Readonly<
    Record<
      string,
      { readonly values: Int32Array | Float64Array; readonly unit?: string; readonly names?: readonly string[] }
    >
  >;
  /** name → unit of every scalar series, e.g. { temperature: 'K' } */
  readonly observables: Readonly<Record<string, string>>;
  /** free texts kept under /parameters: the spec, the model */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface H5mdWriter {
  /** frames in the file */
  readonly frames: number;
  /** samples of every observable in the file or waiting for the next flush */
  readonly samples: number;
  /** Writes one frame and flushes: once it returns, the frame survives a kill. Steps must rise. */
  appendFrame(frame: MotionFrame): void;
  /** Adds one sample of every observable; written by the next flush. */
  appendObservables(step: number, time: number, values: Readonly<Record<string, number>>): void;
  flush(): void;
  close(): void;
}

/**
 * Starts a file: whatever was at `path` is gone.
 *
 * Positions are stored unwrapped in /particles/all/position, without images; box edges with every frame, sharing its steps.
 *
 * @throws BackendError  the file cannot be written
 * @oracle test/unit/h5md.test.ts
 */
export async function createH5md(h5: H5Library, path: string, description: H5mdDescription): Promise<H5mdWriter> {
  const file = await openFile(h5, path, 'w');
  const { species, kinds, masses, periodic, storage = 'f64' } = description;
  const n = kinds.length;
  const dtype = storage === 'f64' ? '<d' : '<f';

  const h5md = file.create_group('h5md');
  h5md.create_attribute('version', Int32Array.of(1, 1));
  h5md.create_group('author').create_attribute('name', description.author ?? 'unknown');
  const creator = h5md.create_group('creator');
  creator.create_attribute('name', description.creator.name);
  creator.create_attribute('version', description.creator.version);
  h5md.create_group('modules').create_group('units').create_attribute('version', Int32Array.of(1, 0));

  const all = file.create_group('particles').create_group('all');
  const position = timeSeries(all, 'position', [n, 3], dtype, vectors.position);
  const box = all.create_group('box');
  box.create_attribute('dimension', Int32Array.of(3));
  box.create_attribute(
    'boundary',
    periodic.map((p) => (p ? 'periodic' : 'none')),
  );
  const shared = [position, `/${particleGroup}/position`] as const;
  timeSeries(box, 'edges', [3, 3], '<d', 'Angstrom', shared);
  if (description.velocities ?? true) timeSeries(all, 'velocity', [n, 3], dtype, vectors.velocity, shared);
  if (description.forces ?? false) timeSeries(all, 'force', [n, 3], dtype, vectors.force, shared);
  all.create_dataset({ name: 'species', data: kinds }).create_attribute('names', [...species]);
  all.create_dataset({ name: 'mass', data: masses }).create_attribute('unit', 'amu');
  for (const [name, { values, unit, names }] of Object.entries(description.properties ?? {})) {
    const property = all.create_dataset({ name, data: values });
    if (unit !== undefined) property.create_attribute('unit', unit);
    if (names !== undefined) property.create_attribute('names', [...names]);
  }

  const observables = file.create_group('observables');
  let first: readonly [Group, string] | undefined;
  for (const [name, unit] of Object.entries(description.observables)) {
    const group = timeSeries(observables, name, [], '<d', unit, first);
    first ??= [group, `/observables/${name}`];
  }
  const parameters = file.create_group('parameters');
  for (const [name, text] of Object.entries(description.parameters ?? {})) {
    parameters.create_dataset({ name, data: text });
  }
  file.flush();
  return writer(file, path);
}

/**
 * Opens a file to go on writing, forgetting what came after `untilStep`: a run resumed from a checkpoint of that step writes
 * nothing twice. A frame cut short by a kill is forgotten too.
 *
 * @param untilStep  last step to keep
 * @throws SpecError  no H5MD file at `path`
 */
export async function appendH5md(
  h5: H5Library,
  path: string,
  untilStep = Number.POSITIVE_INFINITY,
): Promise<H5mdWriter> {
  const file = await openFile(h5, path, 'a');
  if (!(file.get(`${particleGroup}/position`) && file.get('observables'))) {
    file.close();
    throw new SpecError(
      `${path}: not an H5MD file of Cardhouse, got no /${particleGroup}/position; wanted one to append to`,
    );
  }
  for (const series of [frameSeries(file), observableSeries(file)]) {
    if (series.length === 0) continue;
    const keep = completeSteps(file, series).filter((step) => step <= untilStep).length;
    for (const member of series.flatMap((one) => [`${one}/step`, `${one}/time`, `${one}/value`])) {
      const extendable = dataset(file, member);
      extendable.resize([keep, ...extendable.shape!.slice(1)]);
    }
  }
  file.flush();
  return writer(file, path);
}

/** Group `name` with step, time and value, empty and extendable; step and time may be those of another series. */
function timeSeries(
  parent: Group,
  name: string,
  shape: readonly number[],
  dtype: string,
  unit: string,
  shared?: readonly [Group, string],
): Group {
  const group = parent.create_group(name);
  const size = shape.reduce((product, length) => product * length, 1);
  const perChunk = Math.max(1, Math.min(256, Math.floor(8192 / size)));
  const extendable = (key: string, inner: readonly number[], type: string): Dataset =>
    group.create_dataset({
      name: key,
      data: type === '<q' ? new BigInt64Array(0) : type === '<f' ? new Float32Array(0) : new Float64Array(0),
      shape: [0, ...inner],
      maxshape: [null, ...inner],
      chunks: [inner.length === 0 ? 256 : perChunk, ...inner.map((length) => Math.max(1, length))],
      dtype: type,
    });
  extendable('value', shape, dtype).create_attribute('unit', unit);
  if (shared) {
    for (const key of ['step', 'time']) group.create_hard_link(`${shared[1]}/${key}`, key);
  } else {
    extendable('step', [], '<q');
    extendable('time', [], '<d').create_attribute('unit', 'fs');
  }
  return group;
}

interface Sample {
  readonly step: number;
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Writer on an open file whose series are all of equal length. */
function writer(file: H5File, path: string): H5mdWriter {
  const edges = dataset(file, `${particleGroup}/box/edges/value`);
  const parts = (Object.keys(vectors) as VectorName[]).flatMap((name) => {
    const value = file.get(`${particleGroup}/${name}/value`) as Dataset | null;
    return value ? [{ name, value }] : [];
  });
  const names = observableSeries(file).map((series) => series.slice('observables/'.length));
  const n = parts[0]!.value.shape![1]!;
  const frameSteps = dataset(file, `${particleGroup}/position/step`);
  const frameTimes = dataset(file, `${particleGroup}/position/time`);
  let frames = frameSteps.shape![0]!;
  let samples = names.length === 0 ? 0 : dataset(file, `observables/${names[0]}/step`).shape![0]!;
  let lastStep = frames === 0 ? Number.NEGATIVE_INFINITY : Number((frameSteps.value as BigInt64Array).at(-1));
  let waiting: Sample[] = [];

  /** Values first, steps after a flush: a step in the file vouches for its values. */
  function commit(frame?: MotionFrame): void {
    try {
      const steps: (() => void)[] = [];
      if (frame) {
        extend(edges, frames, frame.cell, 1);
        for (const { name, value } of parts) extend(value, frames, vectorsOf(frame, name, value, n, path), 1);
        extend(frameTimes, frames, Float64Array.of(frame.time), 1);
        const at = frames;
        steps.push(() => extend(frameSteps, at, BigInt64Array.of(BigInt(frame.step)), 1));
      }
      const batch = waiting;
      if (batch.length > 0 && names.length > 0) {
        const at = samples - batch.length;
        for (const name of names) {
          const values = Float64Array.from(batch, (sample) => sample.values[name] ?? Number.NaN);
          extend(dataset(file, `observables/${name}/value`), at, values, batch.length);
        }
        const shared = `observables/${names[0]}`;
        extend(
          dataset(file, `${shared}/time`),
          at,
          Float64Array.from(batch, (s) => s.time),
          batch.length,
        );
        const numbers = BigInt64Array.from(batch, (sample) => BigInt(sample.step));
        steps.push(() => extend(dataset(file, `${shared}/step`), at, numbers, batch.length));
      }
      file.flush();
      for (const write of steps) write();
      file.flush();
    } catch (error) {
      if (error instanceof SpecError) throw error;
      throw new BackendError(`${path}: writing failed (${reason(error)}); frames before ${frames} are safe`);
    }
    waiting = [];
  }

  return {
    get frames() {
      return frames;
    },
    get samples() {
      return samples;
    },
    appendFrame(frame) {
      if (frame.step <= lastStep) {
        throw new SpecError(`${path}: frames must come in order, got step ${frame.step} after ${lastStep}`);
      }
      commit(frame);
      frames++;
      lastStep = frame.step;
    },
    appendObservables(step, time, values) {
      waiting.push({ step, time, values });
      samples++;
    },
    flush: () => commit(),
    close() {
      if (waiting.length > 0) commit();
      file.close();
    },
  };
}

function extend(target: Dataset, at: number, data: ArrayLike<number> | BigInt64Array, count: number): void {
  const shape = target.shape!;
  target.resize([at + count, ...shape.slice(1)]);
  const typed = target.dtype === '<f' ? Float32Array.from(data as ArrayLike<number>) : data;
  target.write_slice([[at, at + count], ...shape.slice(1).map((): [] => [])], typed);
}

/** Rows of four to the [N, 3] of the file. */
function vectorsOf(frame: MotionFrame, name: VectorName, target: Dataset, n: number, path: string): Float64Array {
  const rows = { position: frame.positions, velocity: frame.velocities, force: frame.forces }[name];
  if (rows?.length !== 4 * n) {
    throw new SpecError(
      `${path}: frame at step ${frame.step} has ${rows ? rows.length / 4 : 'no'} rows of ${name}, wanted ${target.shape![1]}`,
    );
  }
  const out = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) for (let k = 0; k < 3; k++) out[3 * i + k] = rows[4 * i + k]!;
  return out;
}
