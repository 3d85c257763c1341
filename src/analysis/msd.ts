/** Mean squared displacements over all time origins, with what is needed for honest errors of anything fitted to them. */
import { elementOf } from '../core/elements.ts';
import { SpecError } from '../core/errors.ts';
import { blockAverage, mean, standardError, variance } from '../core/statistics.ts';
import type { Motion } from '../trajectory/motion.ts';

export const directions = ['x', 'y', 'z', 'total'] as const;
export type Direction = (typeof directions)[number];

export interface MsdOptions {
  /** species or elements to follow; default every element of the run */
  readonly species?: readonly string[];
  /** the motion of the common centre of mass of these species is taken out; default none */
  readonly reference?: readonly string[];
  /** longest lag as a share of the run, default 0.4 */
  readonly longest?: number;
}

export interface Msd {
  readonly species: string;
  readonly atoms: number;
  /** species at rest on average: empty where the laboratory is the frame of reference */
  readonly reference: readonly string[];
  /** length of the run, fs */
  readonly duration: number;
  /** [L] fs, about eight per factor of two */
  readonly lag: Float64Array;
  /** [L] per direction, Å² */
  readonly value: Readonly<Record<Direction, Float64Array>>;
  /** [L] standard errors */
  readonly error: Readonly<Record<Direction, Float64Array>>;
  /** parts of the data for errors of what is fitted */
  readonly parts: {
    /** [G][3 L] (x, y, z of lag 0, x, y, z of lag 1 …): groups of neighbouring atoms over the whole run, weight = atoms */
    readonly groups: readonly { readonly atoms: number; readonly msd: Float64Array }[];
    /** [L] per lag: frames between origins and [3 O] mean squared displacement of every origin */
    readonly origins: readonly { readonly stride: number; readonly msd: Float64Array }[];
    /** [L] in frames */
    readonly lags: readonly number[];
    readonly frames: number;
  };
}

/** Most groups of atoms that errors are taken over. */
const mostGroups = 32;
/** Scatter in time cannot be learned from fewer windows: then atoms count as independent walkers, var(Δ²) = 2⟨Δ²⟩² on a line. */
const fewestWindows = 20;

/**
 * Mean squared displacement per species and direction from unwrapped positions.
 *
 *   MSD_α(t) = ⟨ |r_α(t₀+t) − R(t₀+t) − r_α(t₀) + R(t₀)|² ⟩ over atoms and origins t₀,  R centre of mass of `reference`
 *
 * Origins are a quarter of the lag apart: denser ones would say nothing new. The error is the larger of two views: the scatter
 * between groups of atoms, and the scatter in time, √(Var · t/(T−t) · (2n²+1)/3n²) for windows of n frames that overlap as those of
 * a random walk do, or its block error; for less than twenty windows that of independent walkers. The cell is taken as constant: a barostat that rescales it adds displacements of its own.
 *
 * @throws SpecError  fewer than 8 frames, frames not equally spaced, a species the run does not have
 * @cite Qian, Sheetz, Elson, Biophys. J. 60, 910 (1991) doi:10.1016/S0006-3495(91)82125-7
 * @oracle test/unit/analysis-diffusion.test.ts, test/statistical/diffusion.test.ts
 */
export function meanSquareDisplacement(motion: Motion, options: MsdOptions = {}): Msd[] {
  const { frames } = motion;
  const spacing = frameSpacing(motion);
  const reference = options.reference ?? [];
  checkSpecies(motion, 'msd', [...reference, ...(options.species ?? [])]);
  const drift = centreOfMass(motion, reference);
  const lags = lagFrames(Math.floor((options.longest ?? 0.4) * (frames.length - 1)));
  const wanted = options.species ?? elementsOf(motion);
  return wanted.flatMap((name) => {
    const atoms = atomsOf(motion, [name]);
    return atoms.length === 0 ? [] : [ofSpecies(motion, name, atoms, reference, drift, lags, spacing)];
  });
}

/**
 * Time between frames, fs.
 *
 * @throws SpecError  fewer than 8 frames, or not equally spaced
 */
export function frameSpacing({ frames }: Motion): number {
  if (frames.length < 8) throw new SpecError(`dynamics: got ${frames.length} frames, wanted at least 8`);
  const spacing = (frames.at(-1)!.time - frames[0]!.time) / (frames.length - 1);
  frames.forEach(({ time }, k) => {
    const wanted = frames[0]!.time + k * spacing;
    if (!(Math.abs(time - wanted) < 1e-3 * spacing)) {
      throw new SpecError(`dynamics: frames must be equally spaced, got frame ${k} at ${time} fs, wanted ${wanted} fs`);
    }
  });
  return spacing;
}

/** Indices of the atoms of these species; an element stands for all of its species. */
export function atomsOf({ species, kinds }: Motion, names: readonly string[]): Int32Array {
  const chosen = species.map((name) => names.includes(name) || names.includes(elementOf(name)));
  const atoms: number[] = [];
  for (let i = 0; i < kinds.length; i++) if (chosen[kinds[i]!]) atoms.push(i);
  return Int32Array.from(atoms);
}

/** Elements of a run in the order of its species. */
export function elementsOf({ species }: Motion): string[] {
  return [...new Set(species.map(elementOf))];
}

/**
 * Refuses a name that the run does not have.
 *
 * @throws SpecError  neither a species nor an element of the run
 */
export function checkSpecies(motion: Motion, where: string, names: readonly string[]): void {
  for (const name of names) {
    if (!motion.species.includes(name) && !elementsOf(motion).includes(name)) {
      throw new SpecError(`${where}: no species "${name}" in the run; it has ${motion.species.join(', ')}`);
    }
  }
}

/** 1, 2, 3 … then eight per factor of two, up to `longest`. */
function lagFrames(longest: number): number[] {
  const lags = [1];
  for (let k = 1; lags.at(-1)! < longest; k++) {
    const lag = Math.min(longest, Math.round(2 ** (k / 8)));
    if (lag > lags.at(-1)!) lags.push(lag);
  }
  return lags;
}

/** [3 S] centre of mass of the reference in every frame; zeros without one. */
function centreOfMass(motion: Motion, reference: readonly string[]): Float64Array {
  const atoms = atomsOf(motion, reference);
  const out = new Float64Array(3 * motion.frames.length);
  if (atoms.length === 0) return out;
  let mass = 0;
  for (const i of atoms) mass += motion.masses[i]!;
  motion.frames.forEach(({ positions }, s) => {
    for (const i of atoms) {
      for (let d = 0; d < 3; d++) out[3 * s + d]! += (motion.masses[i]! / mass) * positions[4 * i + d]!;
    }
  });
  return out;
}

function ofSpecies(
  { frames }: Motion,
  species: string,
  atoms: Int32Array,
  reference: readonly string[],
  drift: Float64Array,
  lags: readonly number[],
  spacing: number,
): Msd {
  const n = frames.length;
  const groupCount = Math.min(mostGroups, atoms.length);
  const bounds = Array.from({ length: groupCount + 1 }, (_, g) => Math.floor((g * atoms.length) / groupCount));
  const groups = Array.from({ length: groupCount }, (_, g) => ({
    atoms: bounds[g + 1]! - bounds[g]!,
    msd: new Float64Array(3 * lags.length),
  }));
  const origins = lags.map((lag, l) => {
    const stride = Math.max(1, lag >> 2);
    const count = Math.floor((n - 1 - lag) / stride) + 1;
    const msd = new Float64Array(3 * count);
    for (let o = 0; o < count; o++) {
      const [start, end] = [o * stride, o * stride + lag];
      const [before, after] = [frames[start]!.positions, frames[end]!.positions];
      const shift = [0, 1, 2].map((d) => drift[3 * end + d]! - drift[3 * start + d]!) as [number, number, number];
      for (let g = 0; g < groupCount; g++) {
        let [x, y, z] = [0, 0, 0];
        for (let a = bounds[g]!; a < bounds[g + 1]!; a++) {
          const i = 4 * atoms[a]!;
          x += (after[i]! - before[i]! - shift[0]) ** 2;
          y += (after[i + 1]! - before[i + 1]! - shift[1]) ** 2;
          z += (after[i + 2]! - before[i + 2]! - shift[2]) ** 2;
        }
        [x, y, z].forEach((sum, d) => {
          groups[g]!.msd[3 * l + d]! += sum / (groups[g]!.atoms * count);
          msd[3 * o + d]! += sum / atoms.length;
        });
      }
    }
    return { stride, msd };
  });
  const curve = (pick: (l: number, d: Direction) => number): Record<Direction, Float64Array> =>
    Object.fromEntries(directions.map((d) => [d, Float64Array.from(lags, (_, l) => pick(l, d))])) as Record<
      Direction,
      Float64Array
    >;
  return {
    species,
    atoms: atoms.length,
    reference,
    duration: spacing * (n - 1),
    lag: Float64Array.from(lags, (lag) => lag * spacing),
    value: curve((l, d) => mean(along(origins[l]!.msd, d))),
    error: curve((l, d) => {
      const inTime = timeError(origins[l]!.msd, d, lags[l]!, n, atoms.length);
      if (groupCount < 4) return inTime;
      return Math.max(inTime, standardError(groups.map((group) => along(group.msd.subarray(3 * l, 3 * l + 3), d)[0]!)));
    }),
    parts: { groups, origins, lags, frames: n },
  };
}

/** One direction of rows (x, y, z), or their sum. */
export function along(rows: Float64Array, direction: Direction): Float64Array {
  const d = directions.indexOf(direction);
  return Float64Array.from({ length: rows.length / 3 }, (_, k) =>
    d < 3 ? rows[3 * k + d]! : rows[3 * k]! + rows[3 * k + 1]! + rows[3 * k + 2]!,
  );
}

/** Error of the mean over origins of one lag, from rows (x, y, z) per origin. */
function timeError(perOrigin: Float64Array, direction: Direction, lag: number, frames: number, atoms: number): number {
  const windows = (frames - lag) / lag;
  const overlap = (2 * lag * lag + 1) / (3 * lag * lag);
  const values = along(perOrigin, direction);
  if (windows >= fewestWindows)
    return Math.max(Math.sqrt((variance(values) * overlap) / windows), blockAverage(values).error);
  const parts = direction === 'total' ? (['x', 'y', 'z'] as const) : [direction];
  const squares = parts.map((d) => mean(along(perOrigin, d)) ** 2);
  return Math.sqrt((2 * squares.reduce((sum, x) => sum + x, 0) * overlap) / windows / atoms);
}
