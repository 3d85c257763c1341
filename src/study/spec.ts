/** A study as a person writes it (YAML), parsed into base units. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { SpecError } from '../core/errors.ts';
import { carbonDensity } from '../structure/check-recipe.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { sheetCount } from '../structure/stacks.ts';
import { firstProblem, type Problem } from './fields.ts';
import { quickStage, type StageSpec } from './stage-spec.ts';
import {
  type backends,
  type equilibriumParts,
  type hostFields,
  type poreRoutes,
  type protocols,
  studyFields,
  type uncertainties,
} from './study-fields.ts';
import { isProblem, looksLikeDynamics, named, readYaml, withRecipe } from './yaml-text.ts';

/** Whether all replicas have one host and one model; else each builds, prepares or parametrises its own. */
export function sharesHost({ host, uncertainty }: Pick<StudySpec, 'host' | 'uncertainty'>): boolean {
  return 'file' in host && !host.prepare && uncertainty !== 'calibration';
}

export interface StudySpec {
  readonly name: string;
  readonly about?: string;
  readonly seed: string | number;
  /** either a recipe (every replica builds its own structure from seed and replica number) or a structure file */
  readonly host: ({ readonly recipe: Omit<HardCarbonRecipe, 'seed'> } | { readonly file: string }) & {
    /** run on every host before guests come */
    readonly prepare?: { readonly model: readonly string[]; readonly stages: readonly StageSpec[] };
  };
  readonly guest: {
    readonly species: string;
    /** name of a file in models/potentials without .json, or a path to one */
    readonly model: string;
    /** radius of the channels that lead guests in, Å: closed pores stay empty */
    readonly access: 'everywhere' | number;
  };
  /** K */
  readonly temperature: number;
  readonly ladder: {
    /** V, strictly descending; the last is the floor that fills the pores */
    readonly discharge: readonly number[];
    /** V, strictly ascending; may be empty (then no plateau is reported) */
    readonly charge: readonly number[];
    /** trials per voltage before sampling starts */
    readonly equilibration: number;
    /** trials per voltage that are sampled */
    readonly production: number;
    /** samples of N and U per voltage */
    readonly samples: number;
    /** guest snapshots kept per voltage and production */
    readonly snapshots: number;
    /** mAh/g: production is repeated until the block error of a voltage is below, at most `longest` times */
    readonly error?: number;
    readonly longest: number;
  };
  readonly protocol: (typeof protocols)[number];
  /** states of charge, for the protocol of that name */
  readonly galvanostatic: {
    /** mAh/g */
    readonly step: number;
    /** guests in the gauge cell */
    readonly gauge: number;
    /** trials per state of charge */
    readonly equilibration: number;
    readonly production: number;
  };
  /** sampling of pores, for the protocol of that name */
  readonly equilibrium: {
    /** Å */
    readonly probe: number;
    readonly by: (typeof poreRoutes)[number];
    readonly over: (typeof equilibriumParts)[number];
    /** V, descending */
    readonly voltages: readonly number[];
    /** trials for every guest that a pore takes */
    readonly perStep: number;
    /** most N at which a pore is cooled */
    readonly cooled: number;
    readonly loops: number;
  };
  /** calibration: replica k has the parameters of sample k of the model's posterior */
  readonly uncertainty: (typeof uncertainties)[number];
  /** what runs the chains; a study that is run has one of reference, wasm, webgpu */
  readonly backend: (typeof backends)[number];
  /** relative frequency of the moves */
  readonly moves: { readonly displace: number; readonly exchange: number; readonly teleport: number };
  readonly sampling: {
    /** field of the host: sums over its atoms, or a map made once */
    readonly host: (typeof hostFields)[number];
    /** most a map may take, GiB */
    readonly mapMemory: number;
    /** slabs of a box that are sampled at the same time; 1: none */
    readonly domains: number;
  };
  /** independent structures (recipe) or independent chains (file) */
  readonly replicas: number;
  readonly analysis: {
    /** V: capacity above it is the slope, below it the plateau */
    readonly slopeCut: number;
    /** V: capacity above it is counted as first-cycle loss */
    readonly irreversibleAbove: number;
  };
}

/** What a study needs from outside its own text. */
export interface SpecOptions {
  /** name of a study that does not give one, e.g. the stem of its file */
  readonly name?: string;
  /** contents of the recipe called `name` in models/structures; throws or returns undefined when there is none */
  readonly loadRecipe?: (name: string) => unknown;
}

/**
 * Reads a study: every value checked, units converted, defaults filled in for all but host and guest.
 *
 * @param data  parsed YAML or JSON
 * @throws SpecError  one line for the first problem, with the path of its key
 */
export function parseStudySpec(data: unknown, options: SpecOptions = {}): StudySpec {
  const result = readStudy(data, options);
  if (isProblem(result)) throw new SpecError(result.line);
  return result;
}

/**
 * Reads a study from the text of a YAML (or JSON) file.
 *
 * @param file  name of the file, for messages; its stem names a study that gives no name
 * @throws SpecError  one line with file, line and path of the first problem
 */
export function parseStudyYaml(source: string, file = 'study', options: SpecOptions = {}): StudySpec {
  return readYaml(source, file, (data, stem) => readStudy(data, { name: stem, ...options }));
}

/** The study as YAML in base units; `parseStudyYaml` reads it back to the same study. */
export function formatStudyYaml(spec: StudySpec): string {
  return `# Cardhouse study as run, every default written out: Å, K, V, g/cm³\n${stringify(spec)}`;
}

/** The study, or the first problem with it. */
function readStudy(data: unknown, options: SpecOptions): StudySpec | Problem {
  if (data === undefined || data === null) return { path: [], line: 'the study is empty: it needs a host and a guest' };
  if (looksLikeDynamics(data)) {
    return { path: [], line: 'this is a run of dynamics, not a study: cardhouse md takes it' };
  }
  const result = studyFields.safeParse(named(withRecipe(data, 'host', options.loadRecipe), options.name));
  if (!result.success) return firstProblem(result.error, 'the study');
  // what a sweep varies is no part of the study at one of its points
  const { sweep: _, ...study } = result.data;
  const { host } = study;
  const prepare = host.prepare && { prepare: host.prepare };
  if (host.file !== undefined) return { ...study, host: { file: host.file, ...prepare } };
  if (typeof host.recipe === 'string') {
    return { path: ['host', 'recipe'], line: `host.recipe names "${host.recipe}", but there is no such recipe` };
  }
  return { ...study, host: { recipe: host.recipe!, ...prepare } };
}

/**
 * The same study for a first look: 1 500 atoms (more where a domain needs them), two replicas, a twentieth of the trials and every other voltage, with
 * the first, the lowest, 0 V and the last always kept. Never more of anything than was asked. Its numbers show that
 * everything works; their errors are honest and large.
 */
export function quickStudy(spec: StudySpec): StudySpec {
  const { host, ladder } = spec;
  const few = (trials: number) => Math.ceil(trials / 20);
  const kept = (volts: readonly number[]) =>
    volts.filter((volt, i) => i % 2 === 0 || i === volts.length - 1 || volt === 0 || volt === Math.min(...volts));
  const samples = Math.min(ladder.samples, few(ladder.production));
  return {
    ...spec,
    name: `${spec.name}-quick`,
    host: quickPreparation(smallHost(host)),
    replicas: Math.min(2, spec.replicas),
    galvanostatic: {
      ...spec.galvanostatic,
      step: 4 * spec.galvanostatic.step,
      equilibration: few(spec.galvanostatic.equilibration),
      production: Math.max(8, few(spec.galvanostatic.production)),
    },
    equilibrium: {
      ...spec.equilibrium,
      perStep: Math.min(20, spec.equilibrium.perStep),
      cooled: Math.min(10, spec.equilibrium.cooled),
      loops: 2,
    },
    ladder: {
      discharge: kept(ladder.discharge),
      charge: kept(ladder.charge),
      equilibration: few(ladder.equilibration),
      production: few(ladder.production),
      samples,
      snapshots: Math.min(ladder.snapshots, samples),
      longest: 1,
    },
  };
}

/** A box of 1 500 atoms, or as many as make it a little wider than its domains; a file stays what it is. */
export function smallHost(host: StudySpec['host']): StudySpec['host'] {
  if (!('recipe' in host)) return host;
  const { la, lc, d002, density, atoms, pores } = host.recipe;
  const width = Math.max(la, (sheetCount(lc, d002) + 1) * d002, 2.5 * (pores?.diameter ?? 0));
  const needed = Math.ceil((1.05 * density * width ** 3) / carbonDensity);
  return { ...host, recipe: { ...host.recipe, atoms: Math.min(atoms, Math.max(1500, needed)) } };
}

/** The host with the stages of its preparation shortened. */
export function quickPreparation(host: StudySpec['host']): StudySpec['host'] {
  const { prepare } = host;
  return prepare ? { ...host, prepare: { ...prepare, stages: prepare.stages.map(quickStage) } } : host;
}

/** JSON schema (2020-12) of what `parseStudySpec` reads. */
export function studyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(studyFields, { io: 'input' });
  return {
    title: 'Cardhouse study',
    description: 'Lengths in Å, voltages in V, densities in g/cm³, or with a unit.',
    ...schema,
  };
}
