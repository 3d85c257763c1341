/** The table of a sweep as plain data: sweep.json, and all that its page and its surrogate are made of. */
import { combineReplicas, type Quantity } from '../analysis/replicas.ts';
import type { SweepSurrogates } from './sweep-surfaces.ts';
import type { SweepTrend } from './sweep-trends.ts';

/** One study of a sweep. */
export interface SweepRow {
  /** SHA-256 of the study and all it reads */
  readonly key: string;
  /** value of every swept key, as written */
  readonly at: Readonly<Record<string, string>>;
  /** the same in base units where it is a number */
  readonly coordinates: Readonly<Record<string, number | string>>;
  readonly seed: string | number;
  readonly numbers: Readonly<Record<string, Quantity>>;
}

/** A point with its seeds taken together. */
export interface SweepAverage {
  readonly at: SweepRow['at'];
  readonly coordinates: SweepRow['coordinates'];
  readonly seeds: number;
  readonly numbers: SweepRow['numbers'];
}

/** sweep.json. */
export interface SweepDocument {
  readonly schema: 'cardhouse/sweep/1';
  readonly study: {
    readonly name: string;
    readonly about: string;
    readonly guest: string;
    readonly model: string;
    /** what the errors of the points hold */
    readonly uncertainty: string;
    readonly replicas: number;
  };
  /** the study that the keys are laid over, as plain data */
  readonly base: unknown;
  readonly axes: readonly SweepAxis[];
  readonly seeds: number;
  /** studies asked for; fewer rows: it is not finished */
  readonly points: number;
  readonly rows: readonly SweepRow[];
  readonly averages: readonly SweepAverage[];
  /** straight lines through the structures along every key that is a number */
  readonly trends: readonly SweepTrend[];
  readonly failed: readonly (Pick<SweepRow, 'key' | 'at' | 'seed'> & { readonly error: string })[];
  /** fits through the averages, by group and number; there when the page was drawn */
  readonly surrogates?: SweepSurrogates;
}

/** A key that is swept. */
export interface SweepAxis {
  readonly key: string;
  /** of its numbers; empty where it has none, or they are no numbers */
  readonly unit: string;
}

const units: Readonly<Record<string, string>> = {
  la: 'Å',
  lc: 'Å',
  d002: 'Å',
  density: 'g/cm³',
  poreVolume: 'cm³/g',
  diameter: 'Å',
  curvatureRadius: 'Å',
  box: 'Å',
  access: 'Å',
  temperature: 'K',
  discharge: 'V',
  charge: 'V',
  slopeCut: 'V',
  irreversibleAbove: 'V',
};

/** Unit that numbers of a key are told in. */
export function unitOfKey(key: string): string {
  const steps = key.split('.').filter((step) => step !== 'mean' && step !== 'spread' && !/^\d+$/.test(step));
  return units[steps.at(-1)!] ?? '';
}

const names: Readonly<Record<string, string>> = { la: 'La', lc: 'Lc', d002: 'd002' };

/** A key as people say it: `La` of `host.recipe.la`, `strong edges` stays `edges.strong`. */
export function nameOfKey(key: string): string {
  const short = key.replace(/^host\.(recipe\.)?/, '');
  return names[short] ?? short;
}

/**
 * Rows of the same point taken together: mean over seeds, with the larger of scatter and propagated errors. A number that one seed
 * lacks is null, never a mean over the others.
 *
 * @param common  errors that all seeds have in common, as those of a calibration, do not average out: the error of the mean is then
 *                never less than the typical one of a seed
 */
export function averageSeeds(rows: readonly SweepRow[], common = false): SweepAverage[] {
  const points = new Map<string, SweepRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.at);
    points.set(key, [...(points.get(key) ?? []), row]);
  }
  return [...points.values()].map((same) => {
    const numbers: Record<string, Quantity> = {};
    for (const [key, { unit }] of Object.entries(same[0]!.numbers)) {
      const all = same.map((row) => row.numbers[key]);
      const estimates = all.flatMap((entry) =>
        entry?.value == null ? [] : [{ value: entry.value, error: entry.error }],
      );
      if (estimates.length < all.length) {
        numbers[key] = { value: null, error: null, unit };
        continue;
      }
      const { value, error } = combineReplicas(estimates, unit);
      const typical = Math.hypot(...estimates.map((e) => e.error ?? 0)) / Math.sqrt(estimates.length);
      numbers[key] = { value, error: common && error !== null ? Math.max(error, typical) : error, unit };
    }
    const { at, coordinates } = same[0]!;
    return { at, coordinates, seeds: same.length, numbers };
  });
}
