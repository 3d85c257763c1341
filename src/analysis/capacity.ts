/**
 * The numbers people quote from a voltage curve. The two branches are the two sides of a bracket: capacities that are
 * safe come from the branch that is safe for them, and the plateau voltage is given as an interval.
 */

import { mean, measured } from '../core/statistics.ts';
import {
  type Answer,
  capacityAt,
  meanVoltage,
  type Path,
  voltageAt,
  whenBothKnown,
  whenKnown,
  widestGap,
} from './path.ts';
import { combineReplicas, type Estimate, type Quantity, unavailable } from './replicas.ts';
import type { CurvePoint, DifferentialPoint, VoltageCurve } from './voltage.ts';

export interface CapacityOptions {
  /** V; capacity stored above it is the slope */
  readonly slopeCut: number;
  /** V; capacity stored above it does not come back: first-cycle loss */
  readonly irreversibleAbove: number;
}

export interface Capacities extends CapacityOptions {
  /** charge branch at 0 V, mAh/g */
  readonly total: Quantity;
  /** discharge branch at `slopeCut`, mAh/g; includes `irreversible` */
  readonly slope: Quantity;
  /** total − slope, mAh/g */
  readonly plateau: Quantity;
  /** discharge branch at `irreversibleAbove`, mAh/g */
  readonly irreversible: Quantity;
  /** voltages at which the branches pass slope + plateau/2, V: the plateau lies between them */
  readonly plateauBracket: { readonly discharge: Quantity; readonly charge: Quantity };
  /** largest voltage between the branches at equal capacity, inside the middle 80 % of the plateau, V */
  readonly voltageHysteresis: Quantity;
  /** charge minus discharge branch at 0 V, mAh/g */
  readonly capacityHysteresis: Quantity;
  /** ∫V dq / ∫dq from `irreversibleAbove` to the total capacity, per branch, V */
  readonly meanVoltage: { readonly discharge: Quantity; readonly charge: Quantity };
}

interface Answers {
  readonly total: Answer;
  readonly slope: Answer;
  readonly plateau: Answer;
  readonly irreversible: Answer;
  readonly bracketDischarge: Answer;
  readonly bracketCharge: Answer;
  readonly voltageHysteresis: Answer;
  readonly capacityHysteresis: Answer;
  readonly meanDischarge: Answer;
  readonly meanCharge: Answer;
}

/**
 * Slope, plateau and total capacity, first-cycle loss, hysteresis, and the bracket of the plateau voltage.
 *
 *   slope = q_dis(V_cut)     total = q_chg(0)     plateau = total − slope     irreversible = q_dis(V_irr)
 *
 * Between ladder voltages the curve is a straight line. Every number is made per replica and then combined
 * (`combineReplicas`); a replica's own error is the propagated block error of its points,
 * σ² = Σ (∂f/∂q_i)² σ_i², with derivatives by finite differences of one σ. A voltage is not known better than the ladder:
 * the two sides of the bracket carry step/√12 of the ladder step they fall in as well, the hysteresis that of both.
 * Points that still drift (`unsettled`) would all go on in the same direction: what that would change is added in quadrature.
 * What cannot be computed for one of the replicas is null with a note, never a mean over the others.
 *
 * @returns capacities in mAh/g, voltages in V
 * @oracle test/unit/analysis-capacity.test.ts
 */
export function capacities(curve: VoltageCurve, options: CapacityOptions): Capacities {
  const replicas = curve.replicas.map((replica) => replicaNumbers(curve, replica, options));
  const combined = (key: keyof Answers, unit: string): Quantity => {
    const estimates: Estimate[] = [];
    const settled: number[] = [];
    for (const [i, { numbers, goingOn }] of replicas.entries()) {
      const answer = numbers[key];
      const later = goingOn[key];
      if ('value' in answer && typeof later === 'number') settled.push(later - answer.value);
      if ('note' in answer) {
        return unavailable(
          unit,
          replicas.length > 1 ? `replica ${curve.replicas[i]! + 1}: ${answer.note}` : answer.note,
        );
      }
      estimates.push(answer);
    }
    const { value, error } = combineReplicas(estimates, unit);
    const drift = settled.length > 0 ? mean(settled) : 0;
    return measured(value, error === null ? null : Math.hypot(error, drift), unit);
  };
  const { discharge, charge } = curve.differential;
  const low = combined('bracketDischarge', 'V');
  const high = combined('bracketCharge', 'V');
  const lowStep = ladderError(low.value, discharge);
  const highStep = ladderError(high.value, charge);
  return {
    slopeCut: options.slopeCut,
    irreversibleAbove: options.irreversibleAbove,
    total: combined('total', 'mAh/g'),
    slope: combined('slope', 'mAh/g'),
    plateau: combined('plateau', 'mAh/g'),
    irreversible: combined('irreversible', 'mAh/g'),
    plateauBracket: { discharge: widened(low, lowStep), charge: widened(high, highStep) },
    voltageHysteresis: widened(combined('voltageHysteresis', 'V'), Math.hypot(lowStep, highStep)),
    capacityHysteresis: combined('capacityHysteresis', 'mAh/g'),
    meanVoltage: { discharge: combined('meanDischarge', 'V'), charge: combined('meanCharge', 'V') },
  };
}

type ReplicaNumbers = Readonly<Record<keyof Answers, Estimate | { readonly note: string }>>;

/** All numbers of one replica; each error from shifting one point at a time up and down by its own error. */
function replicaNumbers(
  curve: VoltageCurve,
  replica: number,
  options: CapacityOptions,
): { readonly numbers: ReplicaNumbers /** with every drift gone on */; readonly goingOn: Answers } {
  const points = [pathPoints(curve.discharge, replica), pathPoints(curve.charge, replica)] as const;
  const split = points[0].length;
  const v = points.flat().map((p) => p.voltage);
  const q = points.flat().map((p) => p.value);
  const errors = points.flat().map((p) => p.error);
  const evaluate = (shifted: readonly number[]): Answers =>
    answersOf(
      { v: v.slice(0, split), q: shifted.slice(0, split) },
      { v: v.slice(split), q: shifted.slice(split) },
      options,
    );
  const central = evaluate(q);
  const shifts = errors.map((error, i) =>
    error ? ([error, -error] as const).map((d) => evaluate(q.with(i, q[i]! + d))) : [],
  );
  const known = errors.every((error) => error !== null);
  const numbers = Object.entries(central).map(([key, answer]: [string, Answer]) => {
    if (typeof answer !== 'number') return [key, answer];
    let variance = 0;
    for (const shifted of shifts) {
      const changes = shifted.map((s) => s[key as keyof Answers]).filter((x) => typeof x === 'number');
      if (changes.length === 2) variance += ((changes[0]! - changes[1]!) / 2) ** 2;
      else if (changes.length === 1) variance += (changes[0]! - answer) ** 2;
    }
    return [key, { value: answer, error: known ? Math.sqrt(variance) : null }];
  });
  const goingOn = evaluate(points.flat().map((p) => p.value + p.unsettled));
  return { numbers: Object.fromEntries(numbers) as ReplicaNumbers, goingOn };
}

function pathPoints(points: readonly CurvePoint[], replica: number) {
  return points.flatMap(({ voltage, replicas, unsettled }) => {
    const own = replicas.find((r) => r.replica === replica);
    return own === undefined ? [] : [{ voltage, value: own.value, error: own.error, unsettled }];
  });
}

function answersOf(discharge: Path, charge: Path, { slopeCut, irreversibleAbove }: CapacityOptions): Answers {
  const slope = capacityAt(discharge, slopeCut, 'discharge');
  const irreversible = capacityAt(discharge, irreversibleAbove, 'discharge');
  const total = capacityAt(charge, 0, 'charge');
  const plateau = whenBothKnown(total, slope, (t, s) => t - s);
  const half = whenBothKnown(slope, plateau, (s, p) =>
    p > 0 ? s + p / 2 : { note: 'the plateau capacity is not above zero' },
  );
  return {
    total,
    slope,
    plateau,
    irreversible,
    bracketDischarge: whenKnown(half, (q) => voltageAt(discharge, q, 'discharge')),
    bracketCharge: whenKnown(half, (q) => voltageAt(charge, q, 'charge')),
    voltageHysteresis: whenBothKnown(slope, plateau, (s, p) =>
      p > 0
        ? widestGap(discharge, charge, s + 0.1 * p, s + 0.9 * p)
        : { note: 'the plateau capacity is not above zero' },
    ),
    capacityHysteresis: whenBothKnown(total, capacityAt(discharge, 0, 'discharge'), (t, d) => t - d),
    meanDischarge: whenKnown(total, (q) =>
      whenKnown(voltageAt(discharge, q, 'discharge'), (end) =>
        meanVoltage(discharge, irreversibleAbove, end, 'discharge'),
      ),
    ),
    meanCharge: whenKnown(total, () => meanVoltage(charge, 0, irreversibleAbove, 'charge')),
  };
}

/** A voltage read off a ladder is known to a fraction of its local step only: step/√12. */
function ladderError(voltage: number | null, steps: readonly DifferentialPoint[]): number {
  if (voltage === null) return 0;
  const around = steps.filter(({ from, to }) => (from - voltage) * (to - voltage) <= 0);
  return Math.max(0, ...around.map(({ from, to }) => Math.abs(to - from))) / Math.sqrt(12);
}

function widened(quantity: Quantity, error: number): Quantity {
  return quantity.error === null ? quantity : { ...quantity, error: Math.hypot(quantity.error, error) };
}
