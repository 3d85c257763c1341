/** Reads H5MD trajectories back, also one whose writer was killed. */
import type { Dataset, File as H5File } from 'h5wasm';
import { SpecError } from '../core/errors.ts';
import type { H5mdDescription, MotionFrame } from './h5md.ts';
import {
  completeSteps,
  dataset,
  frameSeries,
  type H5Library,
  observableSeries,
  openFile,
  particleGroup,
} from './h5md-file.ts';

export interface H5mdContents extends H5mdDescription {
  readonly frames: readonly MotionFrame[];
  /** samples of the scalar series, in the file's units */
  readonly series: {
    readonly step: Float64Array;
    /** fs */
    readonly time: Float64Array;
    readonly values: Readonly<Record<string, Float64Array>>;
  };
}

export interface H5mdReadOptions {
  /** first step to read */
  readonly fromStep?: number;
  /** every how many frames; default 1 */
  readonly every?: number;
}

/** Symbols of the units module that are understood, in base units. */
const symbols: Readonly<Record<string, number>> = {
  Angstrom: 1,
  nm: 10,
  pm: 0.01,
  fs: 1,
  ps: 1000,
  ns: 1e6,
  amu: 1,
  u: 1,
  eV: 1,
};

/**
 * Everything of a file, frames in Å and fs.
 *
 * @throws SpecError  not an H5MD file, a unit it does not know, no species
 * @oracle test/unit/h5md.test.ts
 */
export async function readH5md(h5: H5Library, path: string, options: H5mdReadOptions = {}): Promise<H5mdContents> {
  const file = await openFile(h5, path, 'r');
  try {
    return contents(file, path, options);
  } finally {
    file.close();
  }
}

function contents(
  file: H5File,
  path: string,
  { fromStep = Number.NEGATIVE_INFINITY, every = 1 }: H5mdReadOptions,
): H5mdContents {
  for (const needed of [
    `${particleGroup}/position/value`,
    `${particleGroup}/species`,
    `${particleGroup}/box/edges/value`,
    'observables',
  ]) {
    if (!file.paths().includes(needed))
      throw new SpecError(`${path}: got no /${needed}; wanted an H5MD file of Cardhouse`);
  }
  const all = frameSeries(file);
  const read = (name: string): Dataset | undefined =>
    all.includes(`${particleGroup}/${name}`) ? dataset(file, `${particleGroup}/${name}/value`) : undefined;
  const kinds = Int32Array.from(dataset(file, `${particleGroup}/species`).value as Int32Array);
  const names = dataset(file, `${particleGroup}/species`).attrs['names']?.value as string[] | undefined;
  if (!names)
    throw new SpecError(`${path}: species have no names, got no attribute "names" at /${particleGroup}/species`);
  const masses = Float64Array.from(dataset(file, `${particleGroup}/mass`).value as Float64Array);
  const boundary = file.get(`${particleGroup}/box`)!;
  const periodic = (('attrs' in boundary ? boundary.attrs['boundary']!.value : []) as string[]).map(
    (b) => b === 'periodic',
  );

  const steps = completeSteps(file, all);
  const times = dataset(file, `${particleGroup}/position/time`);
  const fs = factorOf(times, path);
  const moments = times.value as Float64Array;
  const edges = dataset(file, `${particleGroup}/box/edges/value`);
  const cells = edges.value as Float64Array;
  const edgeFactor = factorOf(edges, path);
  const columns = {
    positions: rowsOf(read('position'), steps.length, kinds, path),
    velocities: rowsOf(read('velocity'), steps.length, masses, path),
    forces: rowsOf(read('force'), steps.length, undefined, path),
  };
  const frames: MotionFrame[] = [];
  for (let k = 0; k < steps.length; k++) {
    if (steps[k]! < fromStep || k % every !== 0) continue;
    frames.push({
      step: steps[k]!,
      time: moments[k]! * fs,
      cell: Float64Array.from(cells.subarray(9 * k, 9 * k + 9), (x) => x * edgeFactor),
      positions: columns.positions!(k),
      velocities: columns.velocities?.(k),
      forces: columns.forces?.(k),
    });
  }

  const series = observableSeries(file);
  const seriesSteps = series.length === 0 ? [] : completeSteps(file, series);
  const first = seriesSteps.findIndex((step) => step >= fromStep);
  const from = first < 0 ? seriesSteps.length : first;
  const cut = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).slice(from, seriesSteps.length);
  const named = series.map((one) => [one.slice('observables/'.length), dataset(file, `${one}/value`)] as const);
  const creator = file.get('h5md/creator');
  const text = (name: string): string =>
    creator && 'attrs' in creator ? String(creator.attrs[name]?.value ?? '') : '';
  const parameters = file.get('parameters');
  return {
    creator: { name: text('name'), version: text('version') },
    species: names,
    kinds,
    masses,
    periodic: [periodic[0] ?? false, periodic[1] ?? false, periodic[2] ?? false],
    velocities: columns.velocities !== undefined,
    forces: columns.forces !== undefined,
    storage: dataset(file, `${particleGroup}/position/value`).dtype === '<f' ? 'f32' : 'f64',
    observables: Object.fromEntries(named.map(([name, value]) => [name, String(value.attrs['unit']?.value ?? '')])),
    parameters: Object.fromEntries(
      (parameters && 'keys' in parameters ? parameters.keys() : []).map((name) => [
        name,
        String(dataset(file, `parameters/${name}`).value),
      ]),
    ),
    frames,
    series: {
      step: cut(seriesSteps),
      time: series.length === 0 ? new Float64Array(0) : cut(dataset(file, `${series[0]!}/time`).value as Float64Array),
      values: Object.fromEntries(named.map(([name, value]) => [name, cut(value.value as Float64Array)])),
    },
  };
}

/** Factor from the unit of a dataset to base units: `nm ps-1` is 0.01; 1 without a unit. */
function factorOf(source: Dataset, path: string): number {
  const unit = source.attrs['unit']?.value;
  if (unit === undefined || unit === null) return 1;
  return String(unit)
    .trim()
    .split(/\s+/)
    .reduce((product, factor) => {
      const match = /^([A-Za-z]+)([+-]?\d+)?$/.exec(factor);
      const size = match ? symbols[match[1]!] : undefined;
      if (size === undefined) {
        throw new SpecError(
          `${path}: ${source.path} has the unit "${unit}"; wanted one of ${Object.keys(symbols).join(', ')}`,
        );
      }
      return product * size ** Number(match![2] ?? 1);
    }, 1);
}

/** Reader of frame k as rows of four with `fourth` as last column; about a megabyte of frames is fetched at a time. */
function rowsOf(
  source: Dataset | undefined,
  frames: number,
  fourth: ArrayLike<number> | undefined,
  path: string,
): ((k: number) => Float64Array) | undefined {
  if (!source) return undefined;
  const factor = factorOf(source, path);
  const n = source.shape![1]!;
  const batch = Math.max(1, Math.floor(131072 / (3 * n)));
  let from = 0;
  let held: ArrayLike<number> = [];
  return (k) => {
    if (k < from || 3 * n * (k - from + 1) > held.length) {
      from = k;
      held = source.slice([[k, Math.min(frames, k + batch)], [], []]) as Float64Array | Float32Array;
    }
    const rows = new Float64Array(4 * n);
    const base = 3 * n * (k - from);
    for (let i = 0; i < n; i++) {
      for (let d = 0; d < 3; d++) rows[4 * i + d] = held[base + 3 * i + d]! * factor;
      rows[4 * i + 3] = fourth?.[i] ?? 0;
    }
    return rows;
  };
}
