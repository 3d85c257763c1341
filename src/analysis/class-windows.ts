/** What each kind of site stores, and between which voltages: the regions of a voltage curve told by where its guests are. */

import type { LadderTrajectory } from '../trajectory/series.ts';
import { type Described, described } from './described.ts';
import { combineReplicas, type Estimate, type Quantity } from './replicas.ts';
import {
  classifySnapshots,
  type SiteClass,
  type SiteRule,
  type SnapshotClasses,
  siteClasses,
  siteCounts,
} from './sites.ts';
import type { CurvePoint } from './voltage.ts';

/** One class of sites. Numbers that a run cannot give are missing. */
export interface ClassWindow {
  readonly site: SiteClass;
  readonly values: Readonly<Partial<Record<ClassNumber, Described>>>;
}

export const classNumbers = ['capacity', 'highest', 'windowFrom', 'windowTo', 'meanVoltage'] as const;
export type ClassNumber = (typeof classNumbers)[number];

const definitions: Readonly<Record<ClassNumber, string>> = {
  capacity:
    'Capacity in guests of this class on the charge branch at the ladder voltage nearest 0 V; the classes add up to the total capacity within errors.',
  highest: 'Largest capacity in guests of this class on the discharge branch, at whatever voltage.',
  windowFrom:
    'Voltage at which the discharge branch first holds 10 % of the largest capacity of this class; straight lines between ladder voltages.',
  windowTo:
    'Voltage at which the discharge branch first holds 90 % of the largest capacity of this class; on this branch pores fill late, below 0 V.',
  meanVoltage:
    'Mean voltage at which guests of this class are stored on discharge, ∫V dq / ∫dq up to the largest capacity of the class.',
};

/**
 * Capacity and voltage window of every class of sites, replica by replica. Guests change class as the carbon fills (an edge guest in a
 * full pore counts as pore), so capacity of a class may fall again: windows go up to its largest. A window is not known better than the
 * ladder: its error carries step/√12 of the ladder step it falls in.
 *
 * @param discharge  points of the curve, for the order they were run in
 * @param classes    where they are known already
 * @oracle test/unit/analysis-guests.test.ts (a class that fills linearly between two voltages)
 */
export function classWindows(
  trajectories: readonly LadderTrajectory[],
  rule: SiteRule,
  discharge: readonly Pick<CurvePoint, 'voltage'>[],
  classes: SnapshotClasses = classifySnapshots(trajectories, rule),
): ClassWindow[] {
  const replicas = trajectories.map((one, r) => siteCounts([one], rule, [classes[r]!]));
  return siteClasses.map((site) => {
    const found: Record<ClassNumber, Estimate[]> = {
      capacity: [],
      highest: [],
      windowFrom: [],
      windowTo: [],
      meanVoltage: [],
    };
    for (const points of replicas) {
      const down = discharge.flatMap(({ voltage }) => {
        const point = points.find((p) => p.branch === 'discharge' && p.voltage === voltage);
        return point ? [{ voltage, ...point.capacities[site] }] : [];
      });
      const charge = points.filter((p) => p.branch === 'charge');
      const atZero = charge.toSorted((a, b) => Math.abs(a.voltage) - Math.abs(b.voltage))[0];
      if (atZero) found.capacity.push(atZero.capacities[site]);
      if (down.length < 2) continue;
      const top = down.reduce((best, p) => (p.value > best.value ? p : best));
      found.highest.push(top);
      if (!(top.value > 0)) continue;
      const rise = down.slice(0, down.indexOf(top) + 1);
      found.windowFrom.push(crossing(rise, 0.1 * top.value));
      found.windowTo.push(crossing(rise, 0.9 * top.value));
      found.meanVoltage.push({ value: meanVoltage(rise), error: null });
    }
    const entries = classNumbers.flatMap((key): [ClassNumber, Described][] => {
      if (found[key].length === 0) return [];
      const unit = key === 'capacity' || key === 'highest' ? 'mAh/g' : 'V';
      const { value, error } = combineReplicas(found[key], unit);
      return [[key, described(value, error, unit, definitions[key])]];
    });
    return { site, values: Object.fromEntries(entries) };
  });
}

/** Voltage at which a rising series first passes a capacity; the first voltage where it begins above it. */
function crossing(rise: readonly { voltage: number; value: number }[], capacity: number): Estimate {
  const at = rise.findIndex((p) => p.value >= capacity);
  if (at <= 0) return { value: rise[0]!.voltage, error: rise.length > 1 ? step(rise, 1) : null };
  const [a, b] = [rise[at - 1]!, rise[at]!];
  const share = (capacity - a.value) / (b.value - a.value);
  return { value: a.voltage + share * (b.voltage - a.voltage), error: step(rise, at) };
}

function step(rise: readonly { voltage: number }[], at: number): number {
  return Math.abs(rise[at]!.voltage - rise[at - 1]!.voltage) / Math.sqrt(12);
}

/** ∫V dq / ∫dq; what was there at the first voltage counts at that voltage. */
function meanVoltage(rise: readonly { voltage: number; value: number }[]): number {
  let sum = rise[0]!.voltage * rise[0]!.value;
  for (let k = 1; k < rise.length; k++) {
    sum += 0.5 * (rise[k]!.voltage + rise[k - 1]!.voltage) * (rise[k]!.value - rise[k - 1]!.value);
  }
  return sum / rise.at(-1)!.value;
}

/** A described number as a quantity that may be missing. */
export function quantityOf(value: Described | undefined, unit: string, note: string): Quantity {
  return value
    ? { value: value.value, error: value.error, unit: value.unit }
    : { value: null, error: null, unit, note };
}
