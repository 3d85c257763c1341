/**
 * The report: everything a study found, as one plain object. It is `results.json`, and all that figures and pages are made of.
 */
import { z } from 'zod';
import type { Analysis, GuestAnalysis } from '../analysis/analyse.ts';
import { shiftDefinition } from '../analysis/nmr.ts';
import { fillingDefinition } from '../analysis/pore-bins.ts';
import type { Rdf } from '../analysis/rdf.ts';
import { combineReplicas, type Quantity } from '../analysis/replicas.ts';
import { estimateDefinition } from '../analysis/thermodynamic-estimate.ts';
import { atomCount, densityOf, massOfFrame } from '../core/frame.ts';
import { measured } from '../core/statistics.ts';
import type { LadderTrajectory } from '../trajectory/series.ts';
import { reportContents } from './contents.ts';
import { plainData } from './json.ts';
import { reportSchema } from './schema.ts';
import { collectWarnings } from './warnings.ts';

export type Report = z.infer<typeof reportSchema>;

/** What a report needs besides trajectories and analysis: plain facts about the study. */
export interface ReportMetadata {
  /** of Cardhouse */
  readonly version: string;
  readonly study: {
    readonly name: string;
    readonly about?: string;
    readonly seed: string | number;
    /** structures asked for; fewer trajectories make the report incomplete */
    readonly replicas: number;
  };
  readonly model: {
    readonly name: string;
    readonly citation: readonly string[];
    readonly validity?: string;
    readonly licence?: string;
  };
  readonly structure: {
    /** recipe as written, or where the structure came from */
    readonly asked: Readonly<Record<string, Quantity | string>>;
    /** one per trajectory, in the same order */
    readonly replicas: readonly {
      readonly measured: Readonly<Record<string, Quantity>>;
      readonly warnings: readonly string[];
    }[];
  };
  /** the bulk metal behind the voltage scale */
  readonly reservoir: Readonly<Record<string, Quantity>>;
  /** trials and samples per voltage and the like */
  readonly sampling: Readonly<Record<string, number>>;
  /** false when the study was stopped before its end */
  readonly complete: boolean;
  readonly warnings?: readonly string[];
  /** what ran the chains; absent: WebAssembly, as asked */
  readonly backend?: { readonly asked: string; readonly used: string; readonly device: string | null };
  /** the only part that differs between two runs of the same seed */
  readonly performance: {
    readonly wallSeconds: number;
    readonly trials: number;
    readonly trialsPerSecond: number;
    readonly workers: number;
    /** why that backend */
    readonly backend?: string;
    readonly hostName: string;
    readonly runtime: string;
    /** ISO 8601 */
    readonly date: string;
  };
}

/**
 * Puts a report together. Numbers that are not finite become null.
 *
 * @param trajectories  the same that were analysed, one per replica
 * @throws z.ZodError  a part does not fit `reportSchema`: a fault of the caller
 */
export function assembleReport(
  trajectories: readonly LadderTrajectory[],
  analysis: Analysis,
  metadata: ReportMetadata,
): Report {
  const { study, model, structure, reservoir, sampling, performance, complete } = metadata;
  const { curve, capacities, states, siteRule, sites, clusters } = analysis;
  const replicas = trajectories.map(({ replica, host }, i) => ({
    replica,
    measured: {
      atoms: measured(atomCount(host), null, '1'),
      mass: measured(massOfFrame(host), null, 'amu'),
      density: measured(densityOf(host), null, 'g/cm³'),
      ...structure.replicas[i]?.measured,
    },
    warnings: structure.replicas[i]?.warnings ?? [],
  }));
  const draft = {
    schema: 'cardhouse/results/1',
    study: {
      name: study.name,
      about: study.about ?? '',
      seed: study.seed,
      guest: curve.guest,
      model: model.name,
      temperature: measured(curve.temperature, null, 'K'),
      replicas: study.replicas,
      complete,
    },
    capacities,
    ...(analysis.equilibrium && { equilibrium: analysis.equilibrium }),
    ...(analysis.galvanostatic && { galvanostatic: analysis.galvanostatic }),
    ...(analysis.estimate && { estimate: { definition: estimateDefinition, ...analysis.estimate } }),
    states: states.map((state) => ({
      ...state,
      capacity: curve[state.branch].find((p) => p.voltage === state.voltage)!.capacity,
    })),
    curve: { discharge: curve.discharge.map(withoutBranch), charge: curve.charge.map(withoutBranch) },
    differential: {
      discharge: curve.differential.discharge.map(withoutBranch),
      charge: curve.differential.charge.map(withoutBranch),
    },
    sites: { rule: siteRule, points: sites },
    clusters: { cutoff: measured(siteRule.guestDistance, null, 'Å'), points: clusters.map(withoutCutoff) },
    rdf: analysis.rdf.flatMap(({ state, guestGuest, guestHost }) => [
      ...(guestGuest ? [{ state, pair: 'guest–guest', ...describeRdf(guestGuest) }] : []),
      ...(guestHost ? [{ state, pair: 'guest–carbon', ...describeRdf(guestHost) }] : []),
    ]),
    ...(analysis.guests && { guests: describeGuests(analysis.guests, states) }),
    structure: { asked: structure.asked, measured: overReplicas(replicas.map((r) => r.measured)), replicas },
    reservoir,
    sampling,
    warnings: [] as string[],
    provenance: {
      program: 'cardhouse',
      version: metadata.version,
      model: {
        name: model.name,
        citation: model.citation,
        validity: model.validity ?? '',
        licence: model.licence ?? '',
      },
      random:
        'Philox4x32-10 keyed by seed and replica, counted by trial (Salmon et al. 2011, doi:10.1145/2063384.2063405)',
      backend: metadata.backend ?? { asked: 'wasm', used: 'wasm', device: null },
      files: [] as string[],
    },
    performance: { ...performance, backend: performance.backend ?? '' },
  };
  const report = reportSchema.parse(plainData(draft));
  report.warnings = [...(metadata.warnings ?? []), ...collectWarnings(report)];
  report.provenance.files = reportContents(report).files;
  return report;
}

/** The published JSON schema of `results.json`. */
export function reportJsonSchema(): unknown {
  return z.toJSONSchema(reportSchema);
}

function withoutBranch<T extends { readonly branch: unknown }>({ branch: _, ...rest }: T): Omit<T, 'branch'> {
  return rest;
}

function withoutCutoff<T extends { readonly cutoff: unknown }>({ cutoff: _, ...rest }: T): Omit<T, 'cutoff'> {
  return rest;
}

/** What guests are, with the sentences that say how it was found. */
function describeGuests({ classes, states, pores, scattering }: GuestAnalysis, named: Analysis['states']) {
  const full = named.find(({ name }) => name === 'zero-volt') ?? named.at(-1);
  return {
    classes,
    ...(states && {
      states: { points: states.points, ...(states.nmr && { nmr: { ...states.nmr, definition: shiftDefinition } }) },
    }),
    ...(pores && { pores: { definition: fillingDefinition, ...pores } }),
    ...(scattering && full && { scattering: { state: full.name, ...scattering } }),
  };
}

/** The highest shell stands for the curve in a line of text. */
function describeRdf(rdf: Rdf) {
  const k = rdf.g.indexOf(Math.max(...rdf.g));
  const peak = {
    distance: measured(rdf.r[k]!, (rdf.r[1]! - rdf.r[0]!) / 2, 'Å'),
    height: measured(rdf.g[k]!, rdf.error[k]!, '1'),
  };
  return { peak, unit: { r: 'Å', g: '1' }, ...rdf };
}

/** Mean and scatter between structures of every number that all of them have. */
function overReplicas(replicas: readonly Readonly<Record<string, Quantity>>[]): Record<string, Quantity> {
  const keys = Object.keys(replicas[0] ?? {}).filter((key) => replicas.every((r) => r[key]?.value != null));
  return Object.fromEntries(
    keys.map((key) => {
      const estimates = replicas.map((r) => ({ value: r[key]!.value!, error: r[key]!.error }));
      return [key, combineReplicas(estimates, replicas[0]![key]!.unit)];
    }),
  );
}
