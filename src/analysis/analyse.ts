/**
 * All analyses of a finished (or half-finished) study in one call.
 */
import { atomCount, type Frame } from '../core/frame.ts';
import type { Branch, LadderTrajectory } from '../trajectory/series.ts';
import { type Capacities, type CapacityOptions, capacities } from './capacity.ts';
import type { ChargeRule } from './charge.ts';
import { type ClassWindow, classWindows } from './class-windows.ts';
import {
  bccAtomVolume,
  bondingCutoff,
  type Clustering,
  type ClusterStatistics,
  clusterStatistics,
  findClusters,
} from './clusters.ts';
import { type EquilibriumCurve, equilibriumCurve } from './equilibrium.ts';
import { type FilledHost, filledHost } from './filled-host.ts';
import { type GalvanostaticCurve, galvanostaticCurve } from './galvanostatic.ts';
import { type GuestStates, guestStates } from './guest-states.ts';
import { mostAnalysedAtoms } from './limits.ts';
import { type PoreBins, poreBins } from './pore-bins.ts';
import { guestGuestRdf, guestHostRdf, type Rdf, type RdfOptions, rdfDefaults } from './rdf.ts';
import {
  classifySnapshots,
  type SiteClass,
  type SiteCounts,
  type SiteRule,
  type SnapshotClasses,
  siteCounts,
  siteRule,
} from './sites.ts';
import { filledStates, type NamedState, namedStates, pointAt } from './states.ts';
import { type ThermodynamicEstimate, thermodynamicEstimate } from './thermodynamic-estimate.ts';
import { type VoltageCurve, voltageCurve } from './voltage.ts';

export interface AnalysisOptions extends CapacityOptions {
  /** Å; default `bondingCutoff(guest)` */
  readonly bondingCutoff?: number;
  readonly sites?: Partial<SiteRule>;
  readonly rdf?: RdfOptions;
  /** how guests turn from ions to metal in the model of the study; without one nothing is said about it */
  readonly charge?: ChargeRule;
  /** false: no pore sizes and no X-ray patterns of hosts, which cost some seconds a structure; true when not given */
  readonly hosts?: boolean;
  /** V, of the equilibrium curve of replicas whose fillings were sampled */
  readonly equilibriumVoltages?: readonly number[];
}

export interface PointClusters extends ClusterStatistics {
  readonly branch: Branch;
  readonly voltage: number;
}

export interface StateRdf {
  readonly state: NamedState['name'];
  /** undefined where no snapshot has enough guests */
  readonly guestGuest?: Rdf;
  readonly guestHost?: Rdf;
}

/** One snapshot of the first replica with what its guests are, for a picture. */
export interface StatePicture {
  readonly state: NamedState['name'];
  readonly guests: Frame;
  /** [N] */
  readonly classes: readonly SiteClass[];
  readonly clusters: Clustering;
}

export interface Analysis {
  readonly curve: VoltageCurve;
  readonly capacities: Capacities;
  readonly equilibrium?: EquilibriumCurve;
  readonly galvanostatic?: GalvanostaticCurve;
  /** without simulation, where the replicas looked at their empty hosts */
  readonly estimate?: ThermodynamicEstimate;
  readonly states: readonly NamedState[];
  readonly siteRule: SiteRule;
  /** per ladder point with snapshots */
  readonly sites: readonly SiteCounts[];
  readonly clusters: readonly PointClusters[];
  /** per named state */
  readonly rdf: readonly StateRdf[];
  readonly pictures: readonly StatePicture[];
  /** where there are snapshots */
  readonly guests?: GuestAnalysis;
}

/** What the guests are: by class of site, by how metallic they are, by the pores they fill. */
export interface GuestAnalysis {
  readonly classes: readonly ClassWindow[];
  /** there when the model has a charge switch */
  readonly states?: GuestStates;
  readonly pores?: PoreBins;
  readonly scattering?: FilledHost;
}

/**
 * Voltage curve, capacities, site classes and clusters at every ladder point, radial distributions at the named states.
 *
 * @param trajectories  one per replica, at least one
 * @throws SpecError  no trajectory, mixed guests or temperatures, or a guest without a known bonding cutoff
 */
export function analyse(trajectories: readonly LadderTrajectory[], options: AnalysisOptions): Analysis {
  const curve = voltageCurve(trajectories);
  const numbers = capacities(curve, options);
  const cutoff = options.bondingCutoff ?? bondingCutoff(curve.guest);
  const rule = { ...siteRule(cutoff), ...options.sites };
  const classes = classifySnapshots(trajectories, rule);
  const sites = siteCounts(trajectories, rule, classes);
  const states = namedStates(curve, numbers, sites);
  const snapshotsAt = (point: { branch: Branch; voltage: number }) =>
    trajectories.map((t) => pointAt(t, point)?.snapshots ?? []);
  const equilibrium = equilibriumCurve(trajectories, options.equilibriumVoltages ?? [], options);
  const galvanostatic = galvanostaticCurve(trajectories, options.slopeCut);
  const voltages = [...curve.discharge, ...curve.charge].map(({ voltage }) => voltage);
  const range = [Math.max(...voltages), Math.min(...voltages)] as const;
  const estimate = thermodynamicEstimate(trajectories, options.slopeCut, range);
  return {
    curve,
    capacities: numbers,
    ...(equilibrium && { equilibrium }),
    ...(galvanostatic && { galvanostatic }),
    ...(estimate && { estimate }),
    states,
    siteRule: rule,
    sites,
    clusters: [...curve.discharge, ...curve.charge].flatMap((point) => {
      const snapshots = snapshotsAt(point);
      if (snapshots.every((frames) => frames.length === 0)) return [];
      return [{ branch: point.branch, voltage: point.voltage, ...clusterStatistics(snapshots, cutoff) }];
    }),
    // the first guest or two have no distribution
    rdf: filledStates(states).map((state) => {
      const replicas = snapshotsAt(state).map((snapshots, i) => ({ host: trajectories[i]!.host, snapshots }));
      const rdfOptions = options.rdf ?? rdfDefaults;
      return {
        state: state.name,
        guestGuest: guestGuestRdf(replicas, rdfOptions),
        guestHost: guestHostRdf(replicas, rdfOptions),
      };
    }),
    pictures: picturesOf(trajectories[0]!, states, cutoff, classes[0]!),
    ...(sites.length > 0 && { guests: guestsOf(trajectories, curve, states, { ...options, rule, classes }) }),
  };
}

function guestsOf(
  trajectories: readonly LadderTrajectory[],
  curve: VoltageCurve,
  states: readonly NamedState[],
  {
    charge,
    hosts = true,
    rule,
    classes,
  }: AnalysisOptions & { readonly rule: SiteRule; readonly classes: SnapshotClasses },
): GuestAnalysis {
  const full = states.find(({ name }) => name === 'zero-volt') ?? states.at(-1);
  const scattering = hosts && full ? filledHost(trajectories, full) : undefined;
  const small = trajectories.every(({ host }) => atomCount(host) <= mostAnalysedAtoms);
  const volume = bccAtomVolume(curve.guest);
  return {
    classes: classWindows(trajectories, rule, curve.discharge, classes),
    ...(charge && { states: guestStates(trajectories, filledStates(states), rule, charge, classes) }),
    ...(hosts && small && volume !== undefined && { pores: poreBins(trajectories, volume) }),
    ...(scattering && { scattering }),
  };
}

/** The last snapshot of the first replica at every named state. */
function picturesOf(
  trajectory: LadderTrajectory,
  states: readonly NamedState[],
  cutoff: number,
  classes: SnapshotClasses[number],
): StatePicture[] {
  return states.flatMap((state) => {
    const point = pointAt(trajectory, state);
    const guests = point?.snapshots.at(-1);
    if (point === undefined || guests === undefined) return [];
    const own = classes[trajectory.points.indexOf(point)]!.at(-1)!;
    return [{ state: state.name, guests, classes: own, clusters: findClusters(guests, cutoff) }];
  });
}
