/** The files of a run of dynamics that grow: trajectory in H5MD and extended XYZ, samples for the observables. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as h5 from 'h5wasm/node';
import {
  appendH5md,
  cellFromMatrix,
  createH5md,
  type DynamicsSpec,
  type Frame,
  formatDynamicsYaml,
  formatExtxyz,
  type H5mdWriter,
  type MotionFrame,
  massOf,
  observablesOf,
  observableUnits,
  version,
} from '../index.ts';
import { type GrowingFile, openGrowing } from './md-directory.ts';

/** How far the files had got when a checkpoint was made. */
export interface Marks {
  readonly files: Readonly<Record<string, number>>;
  /** last step that is in them, −1 for none */
  readonly step: number;
  readonly frames: number;
}

export interface TrajectoryFiles {
  readonly frame: (frame: MotionFrame) => void;
  readonly thermo: (step: number, time: number, values: Parameters<typeof observablesOf>[0]) => void;
  readonly samples: (bytes: Uint8Array) => void;
  /** Puts everything on disk and tells how long the files are with so many frames. */
  readonly sync: (frames: number) => Record<string, number>;
  readonly close: () => void;
}

const names = { h5: 'trajectory.h5', xyz: 'trajectory.xyz', samples: 'samples.bin' } as const;

/**
 * Opens the files of a run, new or to go on from `marks`: what they hold beyond is forgotten, it will come again.
 *
 * @param structure  the atoms of the run
 * @param warn       hears when a trajectory could not be opened again and was laid aside
 */
export async function openTrajectory(
  path: string,
  spec: DynamicsSpec,
  structure: Frame,
  marks: Marks,
  warn: (text: string) => void,
): Promise<TrajectoryFiles> {
  const { trajectory } = spec.output;
  const { species, cell } = structure;
  const samples = openGrowing(join(path, names.samples), marks.files[names.samples] ?? 0);
  const xyz =
    trajectory === 'extxyz' || trajectory === 'both'
      ? openGrowing(join(path, names.xyz), marks.files[names.xyz] ?? 0)
      : undefined;
  const h5md = trajectory === 'h5md' || trajectory === 'both' ? await openH5() : undefined;
  const first = marks.frames;
  /** length of the XYZ file after each frame, from the first one of this sitting */
  const lengths = [xyz?.length ?? 0];
  return {
    frame: (frame) => {
      h5md?.appendFrame(frame);
      if (!xyz) return;
      const { step, time, positions } = frame;
      const now = cellFromMatrix(frame.cell, cell.periodic);
      xyz.append(formatExtxyz({ species, cell: now, rows: positions, info: { step, time } }));
      lengths.push(xyz.length);
    },
    thermo: (step, time, values) => h5md?.appendObservables(step, time, observablesOf(values)),
    samples: (bytes) => samples.append(bytes),
    sync: (frames) => {
      h5md?.flush();
      xyz?.sync();
      samples.sync();
      return { [names.samples]: samples.length, ...(xyz && { [names.xyz]: lengths[frames - first]! }) };
    },
    close: () => {
      h5md?.close();
      for (const file of [xyz, samples] satisfies (GrowingFile | undefined)[]) file?.close();
    },
  };

  async function openH5(): Promise<H5mdWriter> {
    const file = join(path, names.h5);
    if (marks.step >= 0 && existsSync(file)) {
      try {
        return await appendH5md(h5, file, marks.step);
      } catch (error) {
        const aside = join(path, `trajectory-until-${marks.step}.h5`);
        renameSync(file, aside);
        warn(`${(error as Error).message}: laid aside as ${aside}, the trajectory goes on in a new file`);
      }
    }
    const count = structure.rows.length / 4;
    const kinds = Int32Array.from({ length: count }, (_, i) => structure.rows[4 * i + 3]!);
    return createH5md(h5, file, {
      creator: { name: 'Cardhouse', version },
      species,
      kinds,
      masses: Float64Array.from(kinds, (kind) => massOf(species[kind]!)),
      periodic: cell.periodic,
      observables: observableUnits,
      parameters: { spec: formatDynamicsYaml(spec) },
    });
  }
}
