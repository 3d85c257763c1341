/** Response surfaces of a sweep: which numbers have one, the fits through them, and what such a fit says of a place. */
import { insideHull } from '../analysis/hull.ts';
import type { Quantity } from '../analysis/replicas.ts';
import { fitSurrogate, type Surrogate, type SurrogateParameters, type TrainingPoint } from '../analysis/surrogate.ts';
import { nameOfKey, type SweepAverage, type SweepDocument } from './sweep-document.ts';

/** A number of the table that is shown over the swept keys. */
export interface SurfaceNumber {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
}

/** A posterior wider than this share of the prior says little, where it is not so among the points themselves as well. */
export const widestSpread = 0.5;
/** Times the spread at the points: below it is their errors that leave so much open, not the distance to them. */
const beyondPoints = 1.5;

const labels: readonly (readonly [key: string, label: string])[] = [
  ['slope', 'Slope'],
  ['plateau', 'Plateau'],
  ['total', 'Total'],
  ['irreversible', 'First-cycle loss'],
  ['equilibrium.plateau', 'Plateau, equilibrium'],
  ['equilibrium.plateauVoltage', 'Voltage, equilibrium'],
  ['galvanostatic.plateauVoltage', 'Voltage, galvanostatic'],
  ['galvanostatic.hysteresis', 'Hysteresis, galvanostatic'],
  ['plateauBracket.discharge', 'Bracket, discharge'],
  ['plateauBracket.charge', 'Bracket, charge'],
];

/** Numbers of the estimate without simulation: their trends stand beside the simulated ones. */
export const estimateLabels: typeof labels = [
  ['estimate.slope', 'Slope, estimate'],
  ['estimate.total', 'Total, estimate'],
];

/** The numbers that at least one point of a sweep has, in the order they are shown. */
export function surfaceNumbers({ averages }: Pick<SweepDocument, 'averages'>): SurfaceNumber[] {
  return labels.flatMap(([key, label]) => {
    const found = averages.find(({ numbers }) => numbers[key]?.value != null);
    return found ? [{ key, label, unit: found.numbers[key]!.unit }] : [];
  });
}

/** Keys whose values are numbers that differ from point to point: the axes of surfaces. */
export function numericAxes({ axes, averages }: Pick<SweepDocument, 'axes' | 'averages'>): string[] {
  return axes
    .map(({ key }) => key)
    .filter((key) => {
      const values = averages.map(({ coordinates }) => coordinates[key]);
      return values.every((value) => typeof value === 'number') && new Set(values).size > 1;
    });
}

/** Points that differ in numbers only; the others are different carbons, guests or protocols. */
export interface SurfaceGroup {
  /** `protocol equilibrium`; empty where there is but one group */
  readonly name: string;
  /** values of the keys that are no numbers */
  readonly fixed: Readonly<Record<string, number | string>>;
  readonly averages: readonly SweepAverage[];
}

/** The points of a sweep by what is no number in them. */
export function surfaceGroups(document: Pick<SweepDocument, 'axes' | 'averages'>): SurfaceGroup[] {
  const numeric = numericAxes(document);
  const groups = new Map<string, SweepAverage[]>();
  for (const average of document.averages) {
    const fixed = Object.entries(average.coordinates).filter(([key]) => !numeric.includes(key));
    const key = JSON.stringify(fixed);
    groups.set(key, [...(groups.get(key) ?? []), average]);
  }
  return [...groups].map(([key, averages]) => {
    const fixed = JSON.parse(key) as [string, number | string][];
    // keys that a point does without name nothing, unless nothing else does
    const given = fixed.filter(([, value]) => value !== '–');
    const name = (given.length > 0 ? given : fixed).map(([axis, value]) => `${nameOfKey(axis)} ${value}`).join(', ');
    return { name: groups.size > 1 ? name : '', fixed: Object.fromEntries(fixed), averages };
  });
}

/** Parameters of fits, by group and number. */
export type SweepSurrogates = Readonly<
  Record<string, Readonly<Record<string, SurrogateParameters & { readonly points: number }>>>
>;

/** A fit through one number of one group. */
export interface FittedSurface {
  readonly number: SurfaceNumber;
  readonly surrogate: Surrogate;
  /** [n][axes] where points are */
  readonly places: readonly (readonly number[])[];
  /** error that the calibration leaves in all points alike, root mean square over them; null where it is not told apart */
  readonly calibration: number | null;
}

function trainingPoints(averages: readonly SweepAverage[], key: string, axes: readonly string[]): TrainingPoint[] {
  return averages.flatMap(({ coordinates, numbers }) => {
    const entry = numbers[key];
    if (entry?.value == null) return [];
    // what all points have in common says nothing of how they differ
    const error = entry.parts?.seeds ?? entry.error;
    return [{ x: axes.map((axis) => coordinates[axis] as number), y: entry.value, error }];
  });
}

/**
 * Fits through every number of a group that enough points have: two more than there are axes, five at least. Points count by the errors of their seeds;
 * what the calibration leaves open moves all of them together, and is added to what the fit says (`atSurface`).
 *
 * @param known  parameters of an earlier fit of the same points
 */
export function fitSurfaces(
  group: SurfaceGroup,
  axes: readonly string[],
  numbers: readonly SurfaceNumber[],
  known?: SweepSurrogates[string],
): FittedSurface[] {
  if (axes.length === 0) return [];
  return numbers.flatMap((number) => {
    const points = trainingPoints(group.averages, number.key, axes);
    if (points.length < Math.max(5, axes.length + 2)) return [];
    const earlier = known?.[number.key];
    const surrogate = fitSurrogate(points, earlier?.points === points.length ? earlier : undefined);
    const parts = group.averages.flatMap(({ numbers: own }) => own[number.key]?.parts?.calibration ?? []);
    const calibration = parts.length === 0 ? null : Math.hypot(...parts) / Math.sqrt(parts.length);
    return [{ number, surrogate, places: points.map(({ x }) => x), calibration }];
  });
}

/** What to keep of fits, so that asking them again takes no time. */
export function surrogatesOf(
  groups: readonly { readonly name: string; readonly surfaces: readonly FittedSurface[] }[],
) {
  return Object.fromEntries(
    groups.map(({ name, surfaces }) => [
      name,
      Object.fromEntries(
        surfaces.map(({ number, surrogate, places }) => [
          number.key,
          { ...surrogate.parameters, points: places.length },
        ]),
      ),
    ]),
  ) satisfies SweepSurrogates;
}

/**
 * Value of a fit at a place. Its error is that of the surface between its points, and with it what the calibration leaves open:
 * error² = surface² + calibration².
 *
 * @param place  [axes] in base units
 */
export function atSurface({ surrogate, calibration }: FittedSurface, place: readonly number[]) {
  const { value, error: surface, spread } = surrogate.predict(place);
  return { value, error: Math.hypot(surface, calibration ?? 0), surface, calibration, spread };
}

/** What a fit says of a place. */
export interface SurfaceAnswer {
  readonly number: SurfaceNumber;
  readonly quantity: Quantity;
  /** what its error is made of; calibration null where the points do not tell it apart */
  readonly parts: { readonly surface: number; readonly calibration: number | null };
  /** standard deviation as a share of what it would be without any point */
  readonly spread: number;
  /** why the answer is not to be trusted; empty: it lies between points that were computed */
  readonly extrapolates: readonly string[];
}

/**
 * Asks every fit of a group for a place.
 *
 * @param place  [axes] in base units
 */
export function askSurfaces(
  surfaces: readonly FittedSurface[],
  axes: readonly string[],
  place: readonly number[],
): SurfaceAnswer[] {
  return surfaces.map((fitted) => {
    const { number, surrogate, places } = fitted;
    const { value, error, surface, calibration, spread } = atSurface(fitted, place);
    const outside = axes.flatMap((axis, d) => {
      const values = places.map((x) => x[d]!);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      // a value that was asked in other words may differ in its last digit
      const slack = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
      return place[d]! < low - slack || place[d]! > high + slack
        ? [`${nameOfKey(axis)} ${place[d]} is outside of ${low} to ${high}`]
        : [];
    });
    const beyond =
      outside.length === 0 && !insideHull(places, place)
        ? ['it does not lie between the points that were computed']
        : [];
    const among = places.map((x) => surrogate.predict(x).spread).sort((a, b) => a - b);
    const typical = among[Math.floor(among.length / 2)]!;
    const vague = spread > widestSpread && spread > beyondPoints * typical ? ['no point is near'] : [];
    return {
      number,
      quantity: { value, error, unit: number.unit },
      parts: { surface, calibration },
      spread,
      extrapolates: [...outside, ...beyond, ...vague],
    };
  });
}
