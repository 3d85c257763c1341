/** What writer and reader of H5MD share: opening, paths, which samples are whole. */
import type { Dataset, Group, File as H5File } from 'h5wasm';
import { BackendError, SpecError } from '../core/errors.ts';

/** What of h5wasm is used: `import * as h5 from 'h5wasm/node'`, or from 'h5wasm' in a page. */
export type H5Library = Pick<typeof import('h5wasm'), 'File' | 'ready'>;

export const particleGroup = 'particles/all';
export const vectors = {
  position: 'Angstrom',
  velocity: 'Angstrom fs-1',
  force: 'eV Angstrom-1',
} as const;
export type VectorName = keyof typeof vectors;

/** Opens an HDF5 file; the library throws on every failure afterwards instead of printing. */
export async function openFile(h5: H5Library, path: string, mode: 'r' | 'a' | 'w'): Promise<H5File> {
  const module = await h5.ready;
  module.activate_throwing_error_handler();
  try {
    return new h5.File(path, mode);
  } catch (error) {
    if (mode === 'w') throw new BackendError(`${path}: cannot be written (${reason(error)})`);
    throw new SpecError(`${path}: cannot be opened as HDF5 (${reason(error)}); wanted an H5MD file`);
  }
}

/** Paths of the time series that share the steps of the positions. */
export function frameSeries(file: H5File): string[] {
  const all = file.get(particleGroup) as Group;
  const present = Object.keys(vectors).filter((name) => all.keys().includes(name));
  return [...present.map((name) => `${particleGroup}/${name}`), `${particleGroup}/box/edges`];
}

/** Paths of the scalar series. */
export function observableSeries(file: H5File): string[] {
  return (file.get('observables') as Group).keys().map((name) => `observables/${name}`);
}

/**
 * Steps of the samples that are whole. The step of a sample is written after its values, so it is the mark that they are there; a
 * step that does not rise was cut short.
 */
export function completeSteps(file: H5File, series: readonly string[]): number[] {
  const lengths = series.flatMap((path) =>
    ['time', 'value'].map((name) => dataset(file, `${path}/${name}`).shape![0]!),
  );
  const stored = dataset(file, `${series[0]!}/step`).value as ArrayLike<number | bigint>;
  const steps = Array.from(stored, Number).slice(0, Math.min(...lengths));
  const broken = steps.findIndex((step, i) => i > 0 && step <= steps[i - 1]!);
  return broken < 0 ? steps : steps.slice(0, broken);
}

/** A dataset that must be there. */
export function dataset(file: H5File, path: string): Dataset {
  return file.get(path) as Dataset;
}

/** The one line of a library error that says what was wrong. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /errno = \d+, error message = '([^']+)'/.exec(text)?.[1] ?? text.split('\n').at(-1)!.trim().slice(0, 120);
}
