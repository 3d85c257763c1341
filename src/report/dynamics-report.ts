/** The report of a dynamics run: numbers, page, tables and figures. */
import type { DynamicsAnalysis } from '../analysis/dynamics.ts';
import type { Quantity } from '../analysis/replicas.ts';
import type { Motion } from '../trajectory/motion.ts';
import { dynamicsCsv } from './dynamics-csv.ts';
import { dynamicsHtml } from './dynamics-html.ts';
import { drawFigure } from './figures.ts';
import { dynamicsFigures } from './figures-dynamics.ts';
import { formatJson } from './json.ts';

/** What the report needs besides motion and analysis: plain facts about the run. */
export interface DynamicsFacts {
  /** of Cardhouse */
  readonly version: string;
  readonly name: string;
  readonly about?: string;
  readonly seed: string | number;
  /** false when the run was stopped before its end */
  readonly complete: boolean;
  readonly warnings?: readonly string[];
  readonly model: {
    readonly name: string;
    readonly citation: readonly string[];
    readonly validity?: string;
    readonly licence?: string;
  };
  /** what was simulated: atoms per species, density, where it came from */
  readonly structure: Readonly<Record<string, Quantity | string>>;
  /** how: stages, timestep, thermostat and its time, barostat, frozen atoms */
  readonly conditions: Readonly<Record<string, Quantity | string>>;
  /** text of the spec, shown as it is */
  readonly spec?: string;
  /** how random numbers were made */
  readonly random?: string;
  /** other files of the run directory: trajectory, final structure */
  readonly files?: readonly string[];
  /** the only part that differs between two runs of the same seed */
  readonly performance: {
    readonly wallSeconds: number;
    readonly steps: number;
    readonly stepsPerSecond: number;
    readonly atomStepsPerSecond: number;
    readonly workers: number;
    /** the GPU that computed forces of dynamics; null on the processor */
    readonly device?: string | null;
    readonly hostName: string;
    readonly runtime: string;
    /** ISO 8601 */
    readonly date: string;
  };
}

/** Everything that makes up a report. */
export interface DynamicsReportData {
  readonly motion: Motion;
  readonly analysis: DynamicsAnalysis;
  readonly facts: DynamicsFacts;
}

/**
 * All that was found as plain data: `results.json`. Curves are lists; the thermodynamic series are in `thermo.csv` only.
 *
 * @oracle test/unit/dynamics-report.test.ts
 */
export function dynamicsResults({ motion, analysis, facts }: DynamicsReportData): Record<string, unknown> {
  const { thermo, msd, diffusion, vacf, vdos, greenKubo, rdf, notes, options, frames } = analysis;
  const { version, model, warnings, performance, random, files, spec, structure, conditions, ...run } = facts;
  return listed({
    schema: 'cardhouse/dynamics/1',
    run: { ...run, model: model.name, atoms: motion.kinds.length, structure, conditions },
    analysis: { from: options.from ?? 0, reference: options.reference ?? [], frames },
    thermo,
    diffusion: diffusion.map((one, k) => ({
      ...one,
      greenKubo: greenKubo.find(({ species }) => species === one.species)?.coefficientCm2PerS,
      msd: msd[k] && {
        unit: { lag: 'fs', value: 'Å²' },
        reference: msd[k].reference,
        lag: msd[k].lag,
        value: msd[k].value,
        error: msd[k].error,
      },
    })),
    velocity: vacf.map(({ species, atoms, mass, lag, raw, normalised }) => ({
      species,
      atoms,
      mass,
      unit: { lag: 'fs', raw: 'Å²/fs²', normalised: '1' },
      lag,
      raw,
      normalised,
    })),
    vibrations: vdos && { unit: { frequency: 'THz', value: 'modes/THz' }, ...vdos },
    rdf: rdf.map((one) => ({ unit: { r: 'Å', g: '1' }, ...one })),
    warnings: warningsOf(analysis, facts),
    provenance: { program: 'cardhouse', version, model, random, spec, files },
    performance,
    notes,
  }) as Record<string, unknown>;
}

/** What a careful colleague would say before quoting the numbers. */
export function warningsOf({ notes }: DynamicsAnalysis, { complete, warnings }: DynamicsFacts): string[] {
  return [...(complete ? [] : ['The run was stopped before its end.']), ...(warnings ?? []), ...notes];
}

/**
 * Every file of the report by name: `results.json`, `report.html`, a CSV file and a picture of every curve.
 *
 * @oracle test/unit/dynamics-report.test.ts
 */
export async function dynamicsReport(data: DynamicsReportData): Promise<Map<string, string>> {
  const json = formatJson(dynamicsResults(data));
  const tables = dynamicsCsv(data);
  const figures = new Map<string, string>();
  for (const [name, figure] of dynamicsFigures(data)) figures.set(name, await drawFigure(figure, name));
  return new Map([
    ['results.json', json],
    ['report.html', dynamicsHtml(data, warningsOf(data.analysis, data.facts), { json, tables, figures })],
    ...[...tables].map(([name, text]) => [`${name}.csv`, text] as const),
    ...[...figures].map(([name, svg]) => [`${name}.svg`, svg] as const),
  ]);
}

/** Plain JSON data: typed arrays become lists, what is not finite becomes null, undefined keys go. */
function listed(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Float64Array) return Array.from(value, listed);
  if (Array.isArray(value)) return value.map(listed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, listed(entry)]),
  );
}
