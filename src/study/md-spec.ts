/** A run of dynamics as a person writes it (YAML), parsed into base units. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { SpecError } from '../core/errors.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { firstProblem, type Problem } from './fields.ts';
import { dynamicsFields } from './md-fields.ts';
import { type SpecOptions, smallHost } from './spec.ts';
import { quickStage, type StageSpec } from './stage-spec.ts';
import { isGroup, isProblem, named, readYaml, withRecipe } from './yaml-text.ts';

export interface CrystalSpec {
  readonly kind: 'graphene' | 'graphite';
  /** along x (zigzag) and y (armchair) */
  readonly cells: readonly [number, number];
  readonly layers: number;
  /** Å */
  readonly spacing: number;
  /** Å */
  readonly vacuum: number;
}

/** A short grand-canonical filling of the structure before the first stage. */
export interface FillSpec {
  readonly species: string;
  /** name of a file in models/potentials without .json, or a path to one */
  readonly model: string;
  /** V against the bulk metal of the species */
  readonly voltage: number;
  /** K */
  readonly temperature: number;
  readonly trials: number;
}

export interface DynamicsSpec {
  readonly name: string;
  readonly about?: string;
  readonly seed: string | number;
  readonly structure:
    | { readonly recipe: Omit<HardCarbonRecipe, 'seed'> }
    | { readonly file: string }
    | { readonly crystal: CrystalSpec };
  readonly fill?: FillSpec;
  /** names of files in models/potentials, or paths; several are added up */
  readonly model: readonly string[];
  /** who computes the forces of dynamics; a relaxation has those of wasm with webgpu */
  readonly backend: 'wasm' | 'reference' | 'webgpu';
  readonly stages: readonly StageSpec[];
  readonly output: {
    readonly trajectory: 'h5md' | 'extxyz' | 'both' | 'none';
    /** s of wall clock between checkpoints */
    readonly checkpoint: number;
  };
}

/**
 * Reads a run of dynamics: every value checked, units converted, defaults filled in for all but structure, model and stages.
 *
 * @param data  parsed YAML or JSON
 * @throws SpecError  one line for the first problem, with the path of its key
 */
export function parseDynamicsSpec(data: unknown, options: SpecOptions = {}): DynamicsSpec {
  const result = readDynamics(data, options);
  if (isProblem(result)) throw new SpecError(result.line);
  return result;
}

/**
 * Reads a run of dynamics from the text of a YAML (or JSON) file.
 *
 * @param file  name of the file, for messages; its stem names a run that gives no name
 * @throws SpecError  one line with file, line and path of the first problem
 */
export function parseDynamicsYaml(source: string, file = 'md', options: SpecOptions = {}): DynamicsSpec {
  return readYaml(source, file, (data, stem) => readDynamics(data, { name: stem, ...options }));
}

/** The run as YAML in base units; `parseDynamicsYaml` reads it back to the same run. */
export function formatDynamicsYaml(spec: DynamicsSpec): string {
  return `# Cardhouse dynamics as run, every default written out: Å, fs, K, eV, V, g/cm³\n${stringify(spec)}`;
}

function readDynamics(data: unknown, options: SpecOptions): DynamicsSpec | Problem {
  if (data === undefined || data === null) {
    return { path: [], line: 'the spec is empty: it needs a structure, a model and stages' };
  }
  if (isGroup(data) && ('guest' in data || 'ladder' in data)) {
    return { path: [], line: 'this is a study, not a run of dynamics: cardhouse run takes it' };
  }
  const result = dynamicsFields.safeParse(named(withRecipe(data, 'structure', options.loadRecipe), options.name));
  if (!result.success) return firstProblem(result.error, 'the spec');
  const { structure } = result.data;
  const { recipe, file, crystal } = structure;
  if (typeof recipe === 'string') {
    return { path: ['structure', 'recipe'], line: `structure.recipe names "${recipe}", but there is no such recipe` };
  }
  const chosen = recipe !== undefined ? { recipe } : file !== undefined ? { file } : { crystal: crystal! };
  return { ...result.data, structure: chosen };
}

/**
 * The same run for a first look: at most 1 500 atoms of a recipe (more where a domain needs them) or 200 of a crystal, at
 * most 400 steps per stage of dynamics, 100 of relaxation and 60 000 trials of filling. Never more of anything than was
 * asked. Its numbers show that everything works; their errors are honest and large.
 */
export function quickDynamics(spec: DynamicsSpec): DynamicsSpec {
  const { structure, fill } = spec;
  return {
    ...spec,
    name: `${spec.name}-quick`,
    structure: 'crystal' in structure ? { crystal: smallCrystal(structure.crystal) } : smallHost(structure),
    ...(fill && { fill: { ...fill, trials: Math.min(fill.trials, 60_000) } }),
    stages: spec.stages.map(quickStage),
  };
}

/** At most 200 atoms, the shape kept. */
function smallCrystal(crystal: CrystalSpec): CrystalSpec {
  const layers = crystal.kind === 'graphite' ? Math.min(crystal.layers, 4) : crystal.layers;
  const [x, y] = crystal.cells;
  const atoms = 4 * x * y * (crystal.kind === 'graphite' ? layers : 1);
  const shrink = Math.min(1, Math.sqrt(200 / atoms));
  const fewer = (cells: number) => Math.max(1, Math.floor(cells * shrink));
  return { ...crystal, layers, cells: [fewer(x), fewer(y)] };
}

/** JSON schema (2020-12) of what `parseDynamicsSpec` reads. */
export function dynamicsJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(dynamicsFields, { io: 'input' });
  return {
    title: 'Cardhouse dynamics',
    description: 'Lengths in Å, times in fs, temperatures in K, energies in eV, voltages in V, or with a unit.',
    ...schema,
  };
}
