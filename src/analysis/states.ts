/**
 * The moments of a ladder worth a picture: the first edge site, the end of the slope, half the plateau, the floor, 0 V.
 */
import type { Branch, LadderPoint, LadderTrajectory } from '../trajectory/series.ts';
import type { Capacities } from './capacity.ts';
import type { SiteCounts } from './sites.ts';
import type { CurvePoint, VoltageCurve } from './voltage.ts';

export interface NamedState {
  readonly name: 'first-edge' | 'slope-end' | 'half-plateau' | 'floor' | 'zero-volt';
  readonly label: string;
  readonly branch: Branch;
  /** V, that of a ladder point */
  readonly voltage: number;
}

/**
 * Named states, each at the ladder point nearest to what its name says:
 * `slope-end` discharge at `slopeCut`; `floor` the last discharge point; `zero-volt` charge at 0 V; `half-plateau` the
 * charge point whose capacity is nearest slope + plateau/2. `first-edge` is the first discharge point whose snapshots hold a guest at
 * an edge or a defect at least half of the time. States without their branch, capacity or sites are left out.
 */
export function namedStates(
  curve: VoltageCurve,
  { slopeCut, slope, plateau }: Capacities,
  sites: readonly SiteCounts[] = [],
): NamedState[] {
  const states: NamedState[] = [];
  const add = (name: NamedState['name'], label: string, point: CurvePoint | undefined): void => {
    if (point !== undefined) states.push({ name, label, branch: point.branch, voltage: point.voltage });
  };
  const edge = sites.find(({ branch, counts }) => branch === 'discharge' && counts.edge.value >= 0.5);
  add('first-edge', 'First edge site', edge && curve.discharge.find((p) => p.voltage === edge.voltage));
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

/** The states with many guests: all but the first edge site, which is there to be looked at. */
export function filledStates<State extends { readonly name: NamedState['name'] }>(states: readonly State[]): State[] {
  return states.filter(({ name }) => name !== 'first-edge');
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

/** One step of the ladder that has snapshots, and something of every replica there. */
export interface LadderStep<T> {
  readonly branch: Branch;
  readonly voltage: number;
  readonly replicas: readonly T[];
}

/**
 * Ladder points with snapshots, replicas together, in the order the first replica ran them.
 *
 * @param of  what is taken of point k of trajectory r
 */
export function ladderSteps<T>(
  trajectories: readonly LadderTrajectory[],
  of: (point: LadderPoint, r: number, k: number) => T,
): LadderStep<T>[] {
  const steps = new Map<string, LadderStep<T> & { readonly replicas: T[] }>();
  for (const [r, { points }] of trajectories.entries()) {
    for (const [k, point] of points.entries()) {
      if (point.snapshots.length === 0) continue;
      const { branch, voltage } = point;
      const key = `${branch} ${voltage}`;
      const step = steps.get(key) ?? { branch, voltage, replicas: [] };
      step.replicas.push(of(point, r, k));
      steps.set(key, step);
    }
  }
  return [...steps.values()];
}
