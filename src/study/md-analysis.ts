/** From what a run of dynamics has left to its numbers and files. */
import type { Diffusion } from '../analysis/diffusion.ts';
import type { Quantity } from '../analysis/replicas.ts';
import { cellFromMatrix } from '../core/cell.ts';
import { elementOf } from '../core/elements.ts';
import { composition, densityOf, type Frame } from '../core/frame.ts';
import { type Measured, measured } from '../core/statistics.ts';
import { version } from '../generated/version.ts';
import { formatExtxyz } from '../io/extxyz.ts';
import type { Model } from '../model/model.ts';
import { inLiquidUnits } from '../report/dynamics-html.ts';
import { type DynamicsFacts, dynamicsReport, dynamicsResults } from '../report/dynamics-report.ts';
import type { DynamicsPosition } from './md-checkpoint.ts';
import { type DynamicsSpec, formatDynamicsYaml } from './md-spec.ts';
import { stageText } from './md-text.ts';
import type { Recording } from './record.ts';
import { analyseStage, type StageMotion, startOf } from './stage-analysis.ts';
import { frameOf, massesOf, type RelaxSummary } from './stages.ts';

export interface DynamicsResult {
  /** what results.json holds */
  readonly results: Readonly<Record<string, unknown>>;
  readonly complete: boolean;
  /** the numbers to show first, by name */
  readonly headlines: readonly (readonly [string, Quantity | string])[];
  readonly final: Frame;
  /** text of every file of the run directory by name */
  readonly files: Map<string, string>;
}

export interface DynamicsCircumstances {
  readonly seconds: number;
  readonly workers: number;
  /** the GPU by the name of its driver; null on the processor */
  readonly device: string | null;
  readonly machine?: { readonly hostName: string; readonly runtime: string };
}

/**
 * Averages, observables, report. The report is that of the last stage of dynamics that observes something (or the last one at
 * all); other stages that observe have theirs in a folder of their own, `stage-2/results.json` and so on.
 */
export async function concludeDynamics(
  spec: DynamicsSpec,
  model: Model,
  position: DynamicsPosition,
  recording: Recording,
  circumstances: DynamicsCircumstances,
): Promise<DynamicsResult> {
  const { stages } = spec;
  const final = finalFrame(position);
  const complete = position.stage === stages.length;
  const begun = stages.flatMap((stage, k) => ('md' in stage && recording.rows('thermo', k).length > 0 ? [k] : []));
  const motions = new Map(begun.map((k) => [k, analyseStage(recording, stages, k, position.atoms)]));
  const observing = begun.filter((k) => observes(spec, k));
  const main = observing.at(-1) ?? begun.at(-1);
  const facts = factsOf(spec, model, position, motions, { ...circumstances, complete, final });
  const still: StageMotion = {
    motion: {
      species: final.species,
      kinds: Int32Array.from({ length: final.rows.length / 4 }, (_, i) => final.rows[4 * i + 3]!),
      masses: massesOf({ species: final.species, positions: final.rows }),
      periodic: final.cell.periodic,
      frames: [],
      thermo: noThermo(),
    },
    analysis: { options: {}, frames: 0, msd: [], diffusion: [], vacf: [], greenKubo: [], rdf: [], notes: [] },
  };
  const shown = main === undefined ? still : motions.get(main)!;
  const files = await dynamicsReport({ ...shown, facts });
  for (const k of observing.filter((k) => k !== main)) {
    const name = `${spec.name}, stage ${k + 1}`;
    const part = await dynamicsReport({ ...motions.get(k)!, facts: { ...facts, name } });
    for (const [file, text] of part) files.set(`stage-${k + 1}/${file}`, text);
  }
  files.set('final.xyz', formatExtxyz(final));
  return {
    results: dynamicsResults({ ...shown, facts }),
    complete,
    headlines: headlinesOf(facts, shown),
    final,
    files,
  };
}

function observes({ stages }: DynamicsSpec, index: number): boolean {
  const stage = stages[index]!;
  return 'md' in stage && stage.md.observe.length > 0;
}

/** The atoms where the run has ended or was stopped. */
function finalFrame({ atoms, state }: DynamicsPosition): Frame {
  if (!state) return frameOf(atoms);
  const cell = cellFromMatrix(state.cell, atoms.cell.periodic);
  return frameOf({ species: atoms.species, cell, positions: state.positions });
}

function factsOf(
  spec: DynamicsSpec,
  model: Model,
  position: DynamicsPosition,
  motions: ReadonlyMap<number, StageMotion>,
  { complete, final, seconds, workers, device, machine }: DynamicsCircumstances & { complete: boolean; final: Frame },
): DynamicsFacts {
  const { trajectory } = spec.output;
  const atoms = final.rows.length / 4;
  const [, stepsBefore] = startOf(spec.stages, position.stage);
  const relaxSteps = position.done.reduce<number>((sum, one) => sum + (isRelaxation(one) ? one.steps : 0), 0);
  const steps = stepsBefore + (position.state?.step ?? 0) + relaxSteps;
  const counts = new Map<string, number>();
  for (const [name, count] of composition(final))
    counts.set(elementOf(name), (counts.get(elementOf(name)) ?? 0) + count);
  return {
    version,
    name: spec.name,
    ...(spec.about !== undefined && { about: spec.about }),
    seed: spec.seed,
    complete,
    warnings: [...position.warnings, ...unconverged(position)],
    model: { name: model.name, citation: model.citation, validity: model.validity, licence: model.licence },
    structure: {
      source:
        'file' in spec.structure
          ? spec.structure.file
          : 'crystal' in spec.structure
            ? spec.structure.crystal.kind
            : 'recipe',
      ...Object.fromEntries([...counts].map(([name, count]) => [`atoms of ${name}`, measured(count, null, '1')])),
      finalDensity: measured(densityOf(final), null, 'g/cm³'),
      ...(spec.fill && { filledAt: measured(spec.fill.voltage, null, 'V'), filledWith: spec.fill.model }),
    },
    conditions: Object.fromEntries(
      spec.stages.flatMap((stage, k) => stageEntries(stageText(stage), k, position, motions, atoms)),
    ),
    spec: formatDynamicsYaml(spec),
    random:
      'Philox4x32-10 keyed by seed, counted by stage, step and atom (Salmon et al. 2011, doi:10.1145/2063384.2063405)',
    files: [
      ...(trajectory === 'h5md' || trajectory === 'both' ? ['trajectory.h5'] : []),
      ...(trajectory === 'extxyz' || trajectory === 'both' ? ['trajectory.xyz'] : []),
      'final.xyz',
    ],
    performance: {
      wallSeconds: seconds,
      steps,
      stepsPerSecond: steps / seconds,
      atomStepsPerSecond: (steps * atoms) / seconds,
      workers,
      device,
      hostName: machine?.hostName ?? '',
      runtime: machine?.runtime ?? '',
      date: new Date().toISOString(),
    },
  };
}

/** What a stage was asked and what it came to. */
function stageEntries(
  text: string,
  k: number,
  { done }: DynamicsPosition,
  motions: ReadonlyMap<number, StageMotion>,
  atoms: number,
): [string, Quantity | string][] {
  const name = `stage ${k + 1}`;
  const summary = done[k];
  if (isRelaxation(summary)) {
    const { steps, converged, energy, force, cell } = summary;
    const volume = (matrix: readonly number[]) => cellFromMatrix(matrix).volume;
    const grown = volume(cell.after) / volume(cell.before) - 1;
    return [
      [name, `${text}: ${steps} steps, ${converged ? 'converged' : 'NOT converged'}`],
      [`${name}, energy change`, measured((energy.after - energy.before) / atoms, null, 'eV/atom')],
      [`${name}, largest force before`, measured(force.before, null, 'eV/Å')],
      [`${name}, largest force after`, measured(force.after, null, 'eV/Å')],
      ...(grown !== 0 ? [[`${name}, volume change`, measured(100 * grown, null, '%')] as [string, Quantity]] : []),
    ];
  }
  const thermo = motions.get(k)?.analysis.thermo;
  return [
    [name, text],
    ...(thermo
      ? ([
          [`${name}, temperature`, thermo.temperature],
          [`${name}, pressure`, thermo.pressure],
          [`${name}, energy drift`, inMicro(thermo.drift)],
        ] as [string, Quantity][])
      : []),
  ];
}

function unconverged({ done }: DynamicsPosition): string[] {
  return done.flatMap((one, k) =>
    isRelaxation(one) && !one.converged
      ? [`Stage ${k + 1} did not converge: ${one.force.after.toPrecision(2)} eV/Å left after ${one.steps} steps.`]
      : [],
  );
}

function isRelaxation(summary: unknown): summary is RelaxSummary {
  return (summary as RelaxSummary | undefined)?.kind === 'relax';
}

/** eV/atom/ps in µeV/atom/ps. */
function inMicro({ value, error }: Measured): Measured {
  return measured(1e6 * value, error === null ? null : 1e6 * error, 'µeV/atom/ps');
}

/** Where the motion is slower than diffusion the coefficient is one of the fitted window alone, and is called apparent. */
function diffusionEntry({ species, coefficientCm2PerS, note }: Diffusion): [string, Quantity] {
  const total = inLiquidUnits(coefficientCm2PerS.total);
  if (note === undefined) return [`diffusion of ${species}`, total];
  if (note.startsWith('not diffusive')) return [`diffusion of ${species}, apparent`, { ...total, note }];
  return [`diffusion of ${species}`, { value: null, error: null, unit: total.unit, note }];
}

/** What the stages came to, then diffusion of all but a host at rest. */
function headlinesOf(
  { conditions, structure }: DynamicsFacts,
  { analysis }: StageMotion,
): [string, Quantity | string][] {
  const counts = Object.entries(structure).filter(([key]) => key.startsWith('atoms of '));
  const { reference = [] } = analysis.options;
  const moving = analysis.diffusion.filter(({ species }) => !reference.includes(species));
  return [
    ...counts,
    ...Object.entries(conditions),
    ...(moving.length > 0 ? moving : analysis.diffusion).map(diffusionEntry),
  ];
}

function noThermo(): StageMotion['motion']['thermo'] {
  const none = new Float64Array(0);
  const names = ['step', 'time', 'temperature', 'pressure', 'potential', 'kinetic', 'conserved', 'volume'] as const;
  return Object.fromEntries(names.map((name) => [name, none])) as unknown as StageMotion['motion']['thermo'];
}
