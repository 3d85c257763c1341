/**
 * The voltage curve: sampled ladders in, capacity against voltage with errors out, one curve per branch.
 */
import { SpecError } from '../core/errors.ts';
import { massOfFrame } from '../core/frame.ts';
import { blockAverage, type Measured, mean, measured } from '../core/statistics.ts';
import { capacityPerGuest } from '../core/units.ts';
import type { Branch, LadderPoint, LadderTrajectory } from '../trajectory/series.ts';
import { combineReplicas, type Estimate, estimateOf, type Quantity, unavailable } from './replicas.ts';

/** Beyond this many standard errors a drift between the halves of production is significant. */
const driftLimit = 3;
/** Fewer samples than this in half a production say nothing about drift. */
const fewestSamplesPerHalf = 8;

export interface ReplicaCapacity extends Estimate {
  readonly replica: number;
}

export interface CurvePoint {
  readonly branch: Branch;
  /** V vs the bulk metal of the guest */
  readonly voltage: number;
  /** mAh per gram of host; its error holds half of a significant drift */
  readonly capacity: Measured;
  /** guests per box */
  readonly guests: Measured;
  /** eV per guest, ⟨U⟩/⟨N⟩ */
  readonly energy: Quantity;
  /** accepted fraction per move; moves never attempted are left out */
  readonly acceptance: Readonly<Record<string, Measured>>;
  /** capacity of the second half of production minus that of the first */
  readonly drift: Quantity;
  /** half the drift where it exceeds three standard errors, else 0: how far the point may still be from rest, mAh/g */
  readonly unsettled: number;
  /** false when `unsettled` exceeds the statistical error of the capacity, null when there are too few samples to tell */
  readonly equilibrated: boolean | null;
  /** capacity of every replica, mAh/g */
  readonly replicas: readonly ReplicaCapacity[];
}

/** dQ/dV between two neighbouring voltages of a branch. */
export interface DifferentialPoint {
  readonly branch: Branch;
  /** middle of the step, V */
  readonly voltage: number;
  /** ends of the step in the order run, V */
  readonly from: number;
  readonly to: number;
  /** mAh/g/V */
  readonly slope: Measured;
}

export interface VoltageCurve {
  readonly guest: string;
  /** K */
  readonly temperature: number;
  readonly replicas: readonly number[];
  /** in the order run: falling voltage */
  readonly discharge: readonly CurvePoint[];
  /** in the order run: rising voltage */
  readonly charge: readonly CurvePoint[];
  readonly differential: {
    readonly discharge: readonly DifferentialPoint[];
    readonly charge: readonly DifferentialPoint[];
  };
}

interface ReplicaPoint {
  readonly replica: number;
  /** mAh/g per guest in the box */
  readonly perGuest: number;
  readonly point: LadderPoint;
}

/**
 * Capacity against voltage, per branch.
 *
 *   q = (F/3.6) ⟨N⟩ / M_host,   F/3.6 = 26801.4 mAh/g·amu
 *
 * Each replica is averaged by blocks first; the error of a point is the larger of the scatter between replicas and the
 * combined block errors (`combineReplicas`). Slow pores make block errors too small: only several structures show them.
 * Where production still drifts significantly, half of the drift from its first to its second half is added in quadrature:
 * it is common to all replicas and no scatter shows it.
 *
 * @param trajectories  one per replica, same guest and temperature
 * @returns  points in the order run; a voltage some replica has not reached averages over those that have
 * @throws SpecError  no trajectory, or trajectories of different guests or temperatures
 * @oracle test/unit/analysis-voltage.test.ts
 */
export function voltageCurve(trajectories: readonly LadderTrajectory[]): VoltageCurve {
  const first = trajectories[0];
  if (first === undefined) throw new SpecError('voltageCurve: wanted at least one trajectory, got none');
  for (const t of trajectories) {
    if (t.guest !== first.guest || t.temperature !== first.temperature) {
      throw new SpecError(
        `voltageCurve: replica ${t.replica + 1} holds ${t.guest} at ${t.temperature} K, replica ${first.replica + 1} holds ` +
          `${first.guest} at ${first.temperature} K; wanted one guest and one temperature`,
      );
    }
  }
  const discharge = branchPoints(trajectories, 'discharge');
  const charge = branchPoints(trajectories, 'charge');
  return {
    guest: first.guest,
    temperature: first.temperature,
    replicas: trajectories.map((t) => t.replica),
    discharge,
    charge,
    differential: { discharge: differentiate(discharge), charge: differentiate(charge) },
  };
}

function branchPoints(trajectories: readonly LadderTrajectory[], branch: Branch): CurvePoint[] {
  const steps = new Map<number, ReplicaPoint[]>();
  for (const { replica, host, points } of trajectories) {
    const perGuest = capacityPerGuest / massOfFrame(host);
    for (const point of points) {
      if (point.branch !== branch) continue;
      const step = steps.get(point.voltage);
      if (step === undefined) steps.set(point.voltage, [{ replica, perGuest, point }]);
      else step.push({ replica, perGuest, point });
    }
  }
  const direction = branch === 'discharge' ? -1 : 1;
  return [...steps].sort(([a], [b]) => direction * (a - b)).map(([voltage, step]) => curvePoint(branch, voltage, step));
}

function curvePoint(branch: Branch, voltage: number, step: readonly ReplicaPoint[]): CurvePoint {
  const replicas = step.map(({ replica, perGuest, point }) => ({ replica, ...estimateOf(point.counts, perGuest) }));
  const energies = step.flatMap(({ point }) => energyPerGuest(point) ?? []);
  const statistical = combineReplicas(replicas, 'mAh/g');
  const drift = driftOf(step);
  const significant = drift.value !== null && Math.abs(drift.value) > driftLimit * drift.error!;
  const unsettled = significant ? drift.value! / 2 : 0;
  return {
    branch,
    voltage,
    capacity: measured(
      statistical.value,
      statistical.error === null ? null : Math.hypot(statistical.error, unsettled),
      'mAh/g',
    ),
    guests: combineReplicas(
      step.map(({ point }) => estimateOf(point.counts)),
      '1',
    ),
    energy: energies.length > 0 ? combineReplicas(energies, 'eV') : unavailable('eV', 'no guest in the box'),
    acceptance: acceptances(step),
    drift,
    unsettled,
    equilibrated: drift.value === null ? null : Math.abs(unsettled) <= (statistical.error ?? 0),
    replicas,
  };
}

/** ⟨U⟩/⟨N⟩; its error is that of the series (U − rN)/⟨N⟩, to first order in the fluctuations. */
function energyPerGuest({ counts, energies }: LadderPoint): Estimate | undefined {
  const n = mean(counts);
  if (!(n > 0)) return undefined;
  const ratio = mean(energies) / n;
  const residual = estimateOf(Float64Array.from(energies, (u, i) => (u - ratio * counts[i]!) / n));
  return { value: ratio, error: residual.error };
}

/**
 * Second half of production minus the first, mean over replicas, against its block errors alone: scatter between replicas
 * would hide one of them drifting. One guest in one sample is the resolution, and the error is never below it.
 */
function driftOf(step: readonly ReplicaPoint[]): Quantity {
  const drifts = step.map(({ perGuest, point: { counts } }) => {
    const half = counts.length >> 1;
    const before = blockAverage(counts.subarray(0, half));
    const after = blockAverage(counts.subarray(counts.length - half));
    const error = half < fewestSamplesPerHalf ? Number.NaN : Math.hypot(before.error, after.error, 1 / half);
    return { value: (after.mean - before.mean) * perGuest, error: error * perGuest };
  });
  const error = Math.hypot(...drifts.map((d) => d.error)) / drifts.length;
  if (Number.isNaN(error)) return unavailable('mAh/g', 'too few samples to compare halves');
  return measured(mean(drifts.map((d) => d.value)), error, 'mAh/g');
}

/** Accepted fractions; each replica's own error is binomial, a lower bound for correlated trials. */
function acceptances(step: readonly ReplicaPoint[]): Record<string, Measured> {
  const perMove = new Map<string, Estimate[]>();
  for (const { point } of step) {
    for (const [move, { attempted, accepted }] of Object.entries(point.moves)) {
      if (attempted === 0) continue;
      const p = accepted / attempted;
      const estimate = { value: p, error: Math.sqrt((p * (1 - p)) / attempted) };
      perMove.set(move, [...(perMove.get(move) ?? []), estimate]);
    }
  }
  return Object.fromEntries([...perMove].map(([move, estimates]) => [move, combineReplicas(estimates, '1')]));
}

/** Finite differences, replica by replica: a constant offset between structures drops out of the error. */
function differentiate(points: readonly CurvePoint[]): DifferentialPoint[] {
  return points.slice(1).flatMap((b, i) => {
    const a = points[i]!;
    const step = b.voltage - a.voltage;
    const slopes = b.replicas.flatMap((end) => {
      const start = a.replicas.find((r) => r.replica === end.replica);
      if (start === undefined) return [];
      const known = start.error !== null && end.error !== null;
      return {
        value: (end.value - start.value) / step,
        error: known ? Math.hypot(start.error, end.error) / Math.abs(step) : null,
      };
    });
    if (slopes.length === 0) return [];
    return {
      branch: a.branch,
      voltage: (a.voltage + b.voltage) / 2,
      from: a.voltage,
      to: b.voltage,
      slope: combineReplicas(slopes, 'mAh/g/V'),
    };
  });
}
