/**
 * The galvanostatic curve: voltage against capacity on both branches, where N was driven. What the branches differ in is the hysteresis
 * that is left when nothing has to nucleate in an open box.
 */
import { massOfFrame } from '../core/frame.ts';
import { type Measured, mean } from '../core/statistics.ts';
import { capacityPerGuest } from '../core/units.ts';
import type { Branch, LadderTrajectory } from '../trajectory/series.ts';
import { combineReplicas, type Estimate, type Quantity, unavailable } from './replicas.ts';

export interface GalvanostaticPoint {
  readonly branch: Branch;
  /** where N was, mAh per gram of host */
  readonly capacity: Measured;
  /** V vs the bulk metal of the guest */
  readonly voltage: Measured;
  readonly replicas: readonly (Estimate & { readonly replica: number })[];
}

export interface GalvanostaticCurve {
  /** in the order they were run, states of charge that all replicas have */
  readonly points: readonly GalvanostaticPoint[];
  /** mean of charge − discharge voltage over the states of charge below `slopeCut` on both, V */
  readonly hysteresis: Quantity;
  /** mean voltage of both branches over the same states of charge, V */
  readonly plateauVoltage: Quantity;
}

/**
 * Galvanostatic curve of replicas whose N was driven.
 *
 * Errors: of one state of charge of a replica, the jackknife over its blocks; then `combineReplicas`.
 *
 * @param slopeCut  V: what lies below on both branches is the plateau
 * @returns undefined when a replica was not driven
 * @oracle test/unit/analysis-galvanostatic.test.ts
 */
export function galvanostaticCurve(
  trajectories: readonly LadderTrajectory[],
  slopeCut: number,
): GalvanostaticCurve | undefined {
  const replicas = trajectories.flatMap((t) => (t.gauge ? [{ ...t, gauge: t.gauge }] : []));
  if (replicas.length < trajectories.length || replicas.length === 0) return undefined;
  const asked = replicas[0]!.gauge.filter(({ branch, capacity }) =>
    replicas.every(({ gauge }) => gauge.some((p) => p.branch === branch && p.capacity === capacity)),
  );
  const rows = asked.map(({ branch, capacity }) => {
    const own = replicas.map(({ replica, host, gauge }) => {
      const point = gauge.find((p) => p.branch === branch && p.capacity === capacity)!;
      const perGuest = capacityPerGuest / massOfFrame(host);
      const { guests, voltage } = point;
      const count = { value: perGuest * guests.value, error: guests.error && perGuest * guests.error };
      return { replica, count, voltage };
    });
    const point: GalvanostaticPoint = {
      branch,
      capacity: combineReplicas(
        own.map(({ count }) => count),
        'mAh/g',
      ),
      voltage: combineReplicas(
        own.map(({ voltage }) => voltage),
        'V',
      ),
      replicas: own.map(({ replica, voltage }) => ({ replica, ...voltage })),
    };
    return { asked: capacity, point };
  });
  return { points: rows.map(({ point }) => point), ...plateauOf(rows, slopeCut) };
}

/** Means over the states of charge that both branches have below the cut, replica by replica. */
function plateauOf(
  rows: readonly { readonly asked: number; readonly point: GalvanostaticPoint }[],
  slopeCut: number,
): Pick<GalvanostaticCurve, 'hysteresis' | 'plateauVoltage'> {
  const pairs = rows.flatMap(({ asked, point }) => {
    const back = rows.find((row) => row.asked === asked && row.point.branch === 'charge')?.point;
    const both = point.branch === 'discharge' && back !== undefined;
    return both && point.voltage.value < slopeCut && back.voltage.value < slopeCut ? [{ down: point, up: back }] : [];
  });
  if (pairs.length === 0) {
    const note = 'no state of charge lies below the end of the slope on both branches';
    return { hysteresis: unavailable('V', note), plateauVoltage: unavailable('V', note) };
  }
  const over = (of: (down: Estimate, up: Estimate) => Estimate): Measured =>
    combineReplicas(
      pairs[0]!.down.replicas.map((_, r) => {
        const values = pairs.map(({ down, up }) => of(down.replicas[r]!, up.replicas[r]!));
        return {
          value: mean(values.map(({ value }) => value)),
          error: Math.hypot(...values.map(({ error }) => error ?? 0)) / values.length,
        };
      }),
      'V',
    );
  return {
    hysteresis: over((a, b) => ({ value: b.value - a.value, error: Math.hypot(a.error ?? 0, b.error ?? 0) })),
    plateauVoltage: over((a, b) => ({
      value: 0.5 * (a.value + b.value),
      error: 0.5 * Math.hypot(a.error ?? 0, b.error ?? 0),
    })),
  };
}
