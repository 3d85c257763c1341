/** The table of a sweep as plain data: sweep.json, and all that its page and its surrogate are made of. */
import type { Quantity } from '../analysis/replicas.ts';
import { combineSeeds, type ErrorParts } from '../analysis/seed-errors.ts';
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
  /** sets of parameters of the model that its replicas are spread over; there where it asked for `uncertainty: calibration` */
  readonly parameterSets?: number;
  readonly numbers: Readonly<Record<string, Quantity>>;
}

/** A number of a point. */
export interface SweepQuantity extends Quantity {
  /** what its error is made of; there where its studies asked for `uncertainty: calibration` */
  readonly parts?: ErrorParts;
}

/** A point with its seeds taken together. */
export interface SweepAverage {
  readonly at: SweepRow['at'];
  readonly coordinates: SweepRow['coordinates'];
  readonly seeds: number;
  readonly numbers: Readonly<Record<string, SweepQuantity>>;
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
 * Rows of the same point taken together: mean over seeds with its error (`combineSeeds`), in two parts where the studies asked for the doubt in the
 * model. A number that one seed lacks is null, never a mean over the others.
 */
export function averageSeeds(rows: readonly SweepRow[]): SweepAverage[] {
  const points = new Map<string, SweepRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.at);
    points.set(key, [...(points.get(key) ?? []), row]);
  }
  return [...points.values()].map((same) => {
    const { at, coordinates, parameterSets = 0 } = same[0]!;
    const numbers: Record<string, SweepQuantity> = {};
    for (const [key, { unit }] of Object.entries(same[0]!.numbers)) {
      const estimates = same.flatMap(({ numbers: own }) => {
        const { value = null, error = null } = own[key] ?? {};
        return value === null ? [] : [{ value, error }];
      });
      numbers[key] =
        estimates.length < same.length
          ? { value: null, error: null, unit }
          : { ...combineSeeds(estimates, parameterSets), unit };
    }
    return { at, coordinates, seeds: same.length, numbers };
  });
}

/** Whether any number of a sweep has an error that is told in parts, or asked to be. */
export function holdsCalibration({ rows }: Pick<SweepDocument, 'rows'>): boolean {
  return rows.some(({ parameterSets }) => parameterSets !== undefined);
}
