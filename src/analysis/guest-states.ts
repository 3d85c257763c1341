/** How metallic guests are along the ladder, and what an NMR spectrum might make of it. */
import { mean } from '../core/statistics.ts';
import type { Branch, LadderTrajectory } from '../trajectory/series.ts';
import { type ChargeRule, type GuestCharges, guestCharges } from './charge.ts';
import { findClusters } from './clusters.ts';
import { mappedShifts, type ShiftMap, type ShiftPart, shiftMaps, shiftPart, shiftParts, shiftSpectrum } from './nmr.ts';
import { averageSnapshots, type Quantity } from './replicas.ts';
import type { SiteRule, SnapshotClasses } from './sites.ts';
import { ladderSteps, type NamedState, pointAt } from './states.ts';

/** Numbers of one ladder point. */
export interface GuestState {
  readonly branch: Branch;
  readonly voltage: number;
  /** ⟨s⟩ */
  readonly charge: Quantity;
  /** ⟨1 − s²⟩ */
  readonly metalShare: Quantity;
  /** ⟨ρ/ρ_bulk⟩ */
  readonly hostDensity: Quantity;
  /** share of guests in each part of the spectrum */
  readonly parts: Readonly<Record<ShiftPart, Quantity>>;
  /** mean of the mapped shift, ppm; there for Li and Na */
  readonly shift?: Quantity;
}

export interface MappedSpectrum {
  readonly state: NamedState['name'];
  /** ppm and 1/ppm */
  readonly shift: readonly number[];
  readonly intensity: readonly number[];
}

export interface GuestStates {
  readonly points: readonly GuestState[];
  /** there for guests whose shifts are known */
  readonly nmr?: { readonly nucleus: string; readonly spectra: readonly MappedSpectrum[] };
}

interface SnapshotFacts {
  readonly charges: GuestCharges;
  readonly shifts?: Float64Array;
}

/**
 * Charge, metal share and host density of the guests at every ladder point with snapshots, averaged over guests and snapshots, block
 * errors per replica, combined over replicas; and the mapped spectra of the named states.
 *
 * @param charge   of the study's model
 * @param classes  of all snapshots (`classifySnapshots`)
 */
export function guestStates(
  trajectories: readonly LadderTrajectory[],
  states: readonly NamedState[],
  rule: SiteRule,
  charge: ChargeRule,
  classes: SnapshotClasses,
): GuestStates {
  const map = shiftMaps[trajectories[0]!.guest];
  const facts = trajectories.map(({ points }, r) =>
    points.map(({ snapshots }, k) =>
      snapshots.map((guests, n): SnapshotFacts => {
        const charges = guestCharges(guests, charge);
        if (!map) return { charges };
        const { coordination } = findClusters(guests, rule.guestDistance);
        return { charges, shifts: mappedShifts(classes[r]![k]![n]!, coordination, charges, map) };
      }),
    ),
  );
  const none = 'no guest in any snapshot';
  const points = ladderSteps(trajectories, (_, r, k) => facts[r]![k]!).map(
    ({ branch, voltage, replicas }): GuestState => {
      const average = (unit: string, of: (facts: SnapshotFacts) => number): Quantity =>
        averageSnapshots(
          replicas.map((snapshots) => snapshots.map(of)),
          unit,
          none,
        );
      const part = (name: ShiftPart): Quantity =>
        average('1', ({ charges: { metal } }) => metal.filter((x) => shiftPart(x) === name).length / metal.length);
      return {
        branch,
        voltage,
        charge: average('1', ({ charges }) => mean(charges.charge)),
        metalShare: average('1', ({ charges }) => mean(charges.metal)),
        hostDensity: average('1', ({ charges }) => mean(charges.density)),
        parts: Object.fromEntries(shiftParts.map((name) => [name, part(name)])) as Record<ShiftPart, Quantity>,
        ...(map && { shift: average('ppm', ({ shifts }) => mean(shifts!)) }),
      };
    },
  );
  return { points, ...(map && { nmr: { nucleus: map.nucleus, spectra: spectraOf(map) } }) };

  function spectraOf(shiftMap: ShiftMap): MappedSpectrum[] {
    return states.flatMap((state) => {
      const all = trajectories.flatMap((trajectory, r) => {
        const point = pointAt(trajectory, state);
        return point ? facts[r]![trajectory.points.indexOf(point)]! : [];
      });
      const shifts = all.flatMap((one) => [...one.shifts!]);
      return shifts.length === 0 ? [] : [{ state: state.name, ...shiftSpectrum(shifts, shiftMap) }];
    });
  }
}
