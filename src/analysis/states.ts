/**
 * The moments of a ladder worth a picture: end of the slope, half the plateau, the floor, 0 V.
 */
import type { Branch, LadderPoint, LadderTrajectory } from '../trajectory/series.ts';
import type { Capacities } from './capacity.ts';
import type { CurvePoint, VoltageCurve } from './voltage.ts';

export interface NamedState {
  readonly name: 'slope-end' | 'half-plateau' | 'floor' | 'zero-volt';
  readonly label: string;
  readonly branch: Branch;
  /** V, that of a ladder point */
  readonly voltage: number;
}

/**
 * Named states, each at the ladder point nearest to what its name says:
 * `slope-end` discharge at `slopeCut`; `floor` the last discharge point; `zero-volt` charge at 0 V; `half-plateau` the
 * charge point whose capacity is nearest slope + plateau/2. States without their branch or capacity are left out.
 */
export function namedStates(curve: VoltageCurve, { slopeCut, slope, plateau }: Capacities): NamedState[] {
  const states: NamedState[] = [];
  const add = (name: NamedState['name'], label: string, point: CurvePoint | undefined): void => {
    if (point !== undefined) states.push({ name, label, branch: point.branch, voltage: point.voltage });
  };
  add(
    'slope-end',
    'End of slope',
    nearest(curve.discharge, (p) => p.voltage - slopeCut),
  );
  add('floor', 'Floor', curve.discharge.at(-1));
  add(
    'zero-volt',
    '0 V',
    nearest(curve.charge, (p) => p.voltage),
  );
  if (slope.value !== null && plateau.value !== null && plateau.value > 0) {
    const half = slope.value + plateau.value / 2;
    add(
      'half-plateau',
      'Half plateau',
      nearest(curve.charge, (p) => p.capacity.value - half),
    );
  }
  return states;
}

function nearest(points: readonly CurvePoint[], distance: (p: CurvePoint) => number): CurvePoint | undefined {
  return points.toSorted((a, b) => Math.abs(distance(a)) - Math.abs(distance(b)))[0];
}

/** The ladder point of one replica at a branch and voltage. */
export function pointAt(
  trajectory: LadderTrajectory,
  { branch, voltage }: { readonly branch: Branch; readonly voltage: number },
): LadderPoint | undefined {
  return trajectory.points.find((p) => p.branch === branch && p.voltage === voltage);
}
