/**
 * The equilibrium curve: capacity against voltage where every pore is as full as its free energy says, whatever branch it was reached on.
 *
 *   q(V) = (F/3.6)/M_host · [ N_outside(V) + Σ_pores ⟨N⟩_p(V) ],   ⟨N⟩_p from Π_p(N; V) ∝ Π_p(N; V₀) e^{βeN(V₀ − V)}
 *
 * N_outside are the guests in galleries, at edges and on surfaces, which fill without a transition: from the ladder, both branches averaged.
 */
import { massOfFrame } from '../core/frame.ts';
import { addSums, coexistence, type ExchangeSums, knownMacrostates } from '../core/macrostates.ts';
import { type Measured, mean, measured, standardError } from '../core/statistics.ts';
import { capacityPerGuest } from '../core/units.ts';
import {
  type Branch,
  type LadderTrajectory,
  type OutsideCount,
  type PoreFilling,
  type PoreMacrostates,
  wholeHost,
} from '../trajectory/series.ts';
import type { CapacityOptions } from './capacity.ts';
import { byPore, guestsAt, halfFull, ownTurn, type Sum, togetherShifts } from './pore-order.ts';
import { combineReplicas, type Estimate, type Quantity, unavailable } from './replicas.ts';

export interface EquilibriumPoint {
  /** V vs the bulk metal of the guest */
  readonly voltage: number;
  /** mAh per gram of host */
  readonly capacity: Measured;
  /** part of it in pores */
  readonly pores: Measured;
  readonly replicas: readonly (Estimate & { readonly replica: number })[];
}

/** One pore of one structure. */
export interface FilledPore {
  readonly replica: number;
  /** Å, of the largest sphere in it */
  readonly diameter: number;
  /** Å³ */
  readonly volume: number;
  /** voltage at which it is half as full as at the lowest voltage of the curve, V; error from loops */
  readonly fillingVoltage: Quantity;
  /** the same with all other pores empty, and with all of them full, V: what neighbours are worth; sampled once each, without error */
  readonly othersEmpty: Quantity;
  readonly othersFull: Quantity;
  /** guests in it at the lowest voltage of the curve */
  readonly guests: Measured;
  /** free energy between empty and full at their coexistence, kT; null: it fills without a transition */
  readonly barrier: Quantity;
  /** journeys of N from end to end and back */
  readonly roundTrips: number;
}

export interface EquilibriumCurve {
  readonly points: readonly EquilibriumPoint[];
  /** none where the carbon was cooled as a whole */
  readonly pores: readonly FilledPore[];
  /** at `slopeCut`, mAh/g */
  readonly slope: Quantity;
  /** at 0 V, mAh/g */
  readonly total: Quantity;
  /** total − slope, mAh/g */
  readonly plateau: Quantity;
  /** ∫V dq / ∫dq between `slopeCut` and 0 V, V */
  readonly plateauVoltage: Quantity;
}

/**
 * Equilibrium curve of replicas whose pores were sampled.
 *
 * A pore counts as it was sampled in its turn, with those that fill before it full (`pore-order.ts`). Errors: of a pore, its independent samplings
 * (jackknife); of what lies outside, snapshots and half the difference of the branches, in quadrature; of a replica all of them; then
 * `combineReplicas`.
 *
 * @param voltages  falling, V
 * @returns undefined when a replica was not sampled pore by pore
 * @oracle test/unit/analysis-equilibrium.test.ts (pores that are ideal gases, and two-state pores)
 */
export function equilibriumCurve(
  trajectories: readonly LadderTrajectory[],
  voltages: readonly number[],
  { slopeCut }: Pick<CapacityOptions, 'slopeCut'>,
): EquilibriumCurve | undefined {
  const replicas = trajectories.flatMap((t) => (t.filling ? [{ ...t, filling: t.filling }] : []));
  if (replicas.length < trajectories.length || replicas.length === 0) return undefined;
  const grid = [...new Set([...voltages, slopeCut, 0])].sort((a, b) => b - a);
  const curves = replicas.map((t) => {
    const perGuest = capacityPerGuest / massOfFrame(t.host);
    const shifts = togetherShifts(t.filling.pores, grid[0]!, grid.at(-1)!, t.temperature);
    const { pores, outside } = fillOf(t.filling, grid, shifts, t.temperature);
    const filled = filledPores(t.filling, t.replica, grid.at(-1)!, shifts, t.temperature);
    return { replica: t.replica, perGuest, pores, outside, filled };
  });
  const points = grid.map((voltage, k): EquilibriumPoint => {
    const parts = curves.map(({ replica, perGuest, pores, outside }) => {
      const inPores = { value: perGuest * pores[k]!.value, error: perGuest * pores[k]!.error };
      const whole = {
        value: inPores.value + perGuest * outside[k]!.value,
        error: Math.hypot(inPores.error, perGuest * outside[k]!.error),
      };
      return { replica, inPores, whole };
    });
    return {
      voltage,
      capacity: combineReplicas(
        parts.map(({ whole }) => whole),
        'mAh/g',
      ),
      pores: combineReplicas(
        parts.map(({ inPores }) => inPores),
        'mAh/g',
      ),
      replicas: parts.map(({ replica, whole }) => ({ replica, ...whole })),
    };
  });
  const at = (voltage: number): EquilibriumPoint => points.find((point) => point.voltage === voltage)!;
  return {
    points,
    pores: curves.flatMap(({ filled }) => filled),
    slope: at(slopeCut).capacity,
    total: at(0).capacity,
    ...plateauOf(points, slopeCut),
  };
}

/** Plateau and its mean voltage, replica by replica, so that what is common to both ends drops out. */
function plateauOf(
  points: readonly EquilibriumPoint[],
  slopeCut: number,
): Pick<EquilibriumCurve, 'plateau' | 'plateauVoltage'> {
  const within = points.filter(({ voltage }) => voltage <= slopeCut && voltage >= 0);
  const replicas = within[0]!.replicas.map((_, r) => {
    const q = within.map((point) => point.replicas[r]!.value);
    const errors = within.map((point) => point.replicas[r]!.error ?? 0);
    const size = q.at(-1)! - q[0]!;
    const moment = (values: readonly number[]): number => {
      let sum = 0;
      for (let k = 0; k + 1 < values.length; k++) {
        sum += 0.5 * (within[k]!.voltage + within[k + 1]!.voltage) * (values[k + 1]! - values[k]!);
      }
      return sum / (values.at(-1)! - values[0]!);
    };
    const voltage = moment(q);
    const slopes = q.map((x, k) => moment(q.with(k, x + Math.max(errors[k]!, 1e-9))) - voltage);
    return {
      size: { value: size, error: Math.hypot(errors[0]!, errors.at(-1)!) },
      voltage: size > 0 ? { value: voltage, error: Math.hypot(...slopes) } : null,
    };
  });
  const voltages = replicas.flatMap(({ voltage }) => voltage ?? []);
  return {
    plateau: combineReplicas(
      replicas.map(({ size }) => size),
      'mAh/g',
    ),
    plateauVoltage:
      voltages.length === replicas.length
        ? combineReplicas(voltages, 'V')
        : unavailable('V', 'a structure stores nothing between the end of the slope and 0 V'),
  };
}

/** Guests in pores and outside at every voltage, of one replica. */
function fillOf(
  { pores, outside }: PoreFilling,
  grid: readonly number[],
  shifts: ReadonlyMap<number, number>,
  temperature: number,
): { pores: readonly Sum[]; outside: readonly Sum[] } {
  const filled = [...byPore(pores)].map(([pore, backgrounds]) =>
    grid.map((voltage) => {
      const own = voltage - (shifts.get(pore) ?? 0);
      return overBackgrounds(ownTurn(backgrounds).map((one) => guestsAt(one, own, temperature)));
    }),
  );
  return {
    pores: grid.map((_, k) => ({
      value: filled.reduce((sum, pore) => sum + pore[k]!.value, 0),
      error: Math.hypot(...filled.map((pore) => pore[k]!.error)),
    })),
    outside: grid.map((voltage) => outsideAt(outside, voltage)),
  };
}

/** Mean over backgrounds or branches; half of what they differ in is an error of its own. */
function overBackgrounds(values: readonly Sum[]): Sum {
  const value = mean(values.map((x) => x.value));
  const spread = values.length > 1 ? standardError(values.map((x) => x.value)) : 0;
  return { value, error: Math.hypot(spread, Math.hypot(...values.map((x) => x.error)) / values.length) };
}

/** Guests outside at a voltage: a straight line between ladder voltages on each branch, branches averaged. */
function outsideAt(outside: readonly OutsideCount[], voltage: number): Sum {
  if (outside.length === 0) return { value: 0, error: 0 };
  const branches = (['discharge', 'charge'] as const).flatMap((branch) => {
    const own = outside.filter((point) => point.branch === branch).sort((a, b) => a.voltage - b.voltage);
    if (own.length === 0) return [];
    const estimates = own.map(({ counts }) => ({
      value: mean(counts),
      error: counts.length > 1 ? standardError(counts) : 0,
    }));
    const above = own.findIndex((point) => point.voltage >= voltage);
    if (above < 0) return [estimates.at(-1)!];
    if (above === 0) return [estimates[0]!];
    const [a, b] = [own[above - 1]!, own[above]!];
    const t = (voltage - a.voltage) / (b.voltage - a.voltage);
    const [x, y] = [estimates[above - 1]!, estimates[above]!];
    return [{ value: (1 - t) * x.value + t * y.value, error: Math.hypot((1 - t) * x.error, t * y.error) }];
  });
  return overBackgrounds(branches);
}

function filledPores(
  filling: PoreFilling,
  replica: number,
  lowest: number,
  shifts: ReadonlyMap<number, number>,
  temperature: number,
): FilledPore[] {
  const single = filling.pores.filter(({ pore }) => pore !== wholeHost);
  return [...byPore(single)].map(([pore, backgrounds]): FilledPore => {
    const [first] = backgrounds as [PoreMacrostates, ...PoreMacrostates[]];
    const own = ownTurn(backgrounds);
    const guests = overBackgrounds(own.map((one) => guestsAt(one, lowest, temperature)));
    const filled = overBackgrounds(own.map((one) => halfFull(one, lowest, temperature)));
    const among = (branch: Branch): Quantity => {
      const one = backgrounds.find(({ background }) => background === branch);
      if (!one) return unavailable('V', 'no other pore');
      const { value } = halfFull(one, lowest, temperature);
      return { value, error: null, unit: 'V' };
    };
    const barriers = own.flatMap(({ blocks }) => barrierOf(blocks) ?? []);
    return {
      replica,
      diameter: first.diameter,
      volume: first.volume,
      fillingVoltage: measured(filled.value + (shifts.get(pore) ?? 0), filled.error, 'V'),
      othersEmpty: among('discharge'),
      othersFull: among('charge'),
      guests: measured(guests.value, guests.error, '1'),
      barrier:
        barriers.length > 0
          ? measured(mean(barriers), barriers.length > 1 ? standardError(barriers) : null, 'kT')
          : unavailable('kT', 'fills without a transition'),
      roundTrips: own.reduce((sum, one) => sum + one.roundTrips, 0),
    };
  });
}

function barrierOf(blocks: readonly ExchangeSums[]): number | null {
  const { lnPi, least } = knownMacrostates(addSums(blocks));
  return lnPi.length > 4 ? (coexistence(lnPi, least)?.barrier ?? null) : null;
}
