/** Files people name on the command line or in a study: found, read, and their absence told in one line. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CrystalSpec,
  combineModels,
  crystalIn,
  type DynamicsSpec,
  didYouMean,
  type Frame,
  type Model,
  modelFromText,
  parseDynamicsYaml,
  parseRecipe,
  parseStructure,
  parseStudyYaml,
  quickDynamics,
  quickStudy,
  referenceOf,
  SpecError,
  type StudySpec,
  structureFormatOf,
} from '../index.ts';
import { backendOf, type Flags, seedOf } from './flags.ts';

/** The folder `models` of the package, beside src in a checkout and beside dist when installed. */
const shipped = fileURLToPath(new URL('../../models', import.meta.url));

/** Everything a study needs from files. */
export interface StudyInputs {
  readonly spec: StudySpec;
  /** parsed JSON of the model file */
  readonly model: unknown;
  /** parsed JSON of the model's posterior samples, when the study asks for them */
  readonly posterior?: unknown;
  /** given when the study names a structure file */
  readonly host?: Frame;
  /** given when the study prepares its hosts */
  readonly prepareModel?: Model;
  /** text of the models that prepare the host; empty when none does */
  readonly prepareText: string;
  /** folder of the study: files it names are looked for there first */
  readonly folder: string;
}

/**
 * Text of a file.
 *
 * @param what  what the file is, for the message
 * @throws SpecError  it is not there, or is a folder, or may not be read; with the nearest name beside it
 */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new SpecError(`${what} "${path}" is a folder`);
    if (code === 'EACCES') throw new SpecError(`${what} "${path}" may not be read`);
    if (code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new SpecError(`${what} "${path}" is too large to be read (more than half a gigabyte)`);
    }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw new SpecError(`${what} "${path}" does not exist${didYouMean(basename(path), namesIn(dirname(path)))}`);
  }
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpecError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/** Path of a file given by path, or by the name it has in a folder of models/. */
function locate(given: string, folder: string, extension: string, what: string, beside = '.'): string {
  // POSCAR has no extension and is a file all the same
  const named = !/[\\/]/.test(given) && extname(given) === '' && structureFormatOf(given) === undefined;
  if (!named) {
    const path = isAbsolute(given) ? given : join(beside, given);
    return existsSync(path) || !existsSync(given) ? path : given;
  }
  const names = shippedNames(folder, extension);
  if (names.includes(given)) return shownPath(join(shipped, folder, given + extension));
  throw new SpecError(
    `there is no ${what} "${given}" in models/${folder}${didYouMean(given, names) || ` (there are ${names.join(', ')})`}`,
  );
}

/** Names of the files shipped in a folder of models/, without extension. */
export function shippedNames(folder: string, extension: string): string[] {
  return namesIn(join(shipped, folder))
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort();
}

/** Text of a file shipped in a folder of models/. */
export function shippedText(folder: string, name: string): string {
  return readText(join(shipped, folder, name), folder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // only used for hints
  }
}

/** A path as people read it: from where they stand when it is below that, else absolute. */
export function shownPath(path: string): string {
  const short = relative('.', path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** Parsed contents of a recipe file, by name or path. */
export function loadRecipeData(given: string, beside?: string): unknown {
  const path = locate(given, 'structures', '.json', 'recipe', beside);
  return parseJson(readText(path, 'recipe'), path);
}

/** Path and text of a model file, by name or path. */
export function loadModelText(given: string, beside?: string): { readonly path: string; readonly text: string } {
  const path = locate(given, 'potentials', '.json', 'model', beside);
  return { path, text: readText(path, 'model') };
}

/** A model by name or path, or several joined by `+`: JSON, NEP, Tersoff or setfl files. */
export function loadModelNamed(
  given: string | readonly string[],
  beside?: string,
  read?: (text: string) => void,
): Model {
  const names = typeof given === 'string' ? given.split('+').map((name) => name.trim()) : given;
  const models = names.map((name) => {
    const { path, text } = loadModelText(name, beside);
    read?.(text);
    return modelFromText(text, path, name);
  });
  return models.length === 1 ? models[0]! : combineModels(models);
}

/** Everything a run of dynamics needs from files. */
export interface DynamicsInputs {
  readonly spec: DynamicsSpec;
  readonly model: Model;
  readonly fillModel?: Model;
  readonly structure?: Frame;
  /** SHA-256 of all the texts a run depends on */
  readonly fingerprint: string;
}

/** Whether a spec is a run of dynamics: it has stages. */
export function isDynamics(given: string): boolean {
  return /^stages\s*:/m.test(readText(locate(given, 'studies', '.yaml', 'study'), 'study'));
}

/** Whether a study says what a sweep of it varies. */
export function hasSweep(given: string): boolean {
  return /^sweep\s*:/m.test(readText(studyPath(given), 'study'));
}

/** A run of dynamics with the flags that change it (--seed, --quick) applied, and all files it names. */
export function loadDynamics(given: string, flags: Flags): DynamicsInputs {
  const path = locate(given, 'studies', '.yaml', 'spec');
  const folder = dirname(path);
  const text = readText(path, 'spec');
  const parsed = parseDynamicsYaml(text, path, { loadRecipe: (name) => loadRecipeData(name, folder) });
  // the verb offers no other
  const backend = (flags.backend as DynamicsSpec['backend'] | undefined) ?? parsed.backend;
  const seed = flags.seed === undefined ? parsed.seed : seedOf(flags.seed);
  const asked = { ...parsed, backend, seed };
  const spec = flags.quick ? quickDynamics(asked) : asked;
  const hash = createHash('sha256');
  const model = loadModelNamed(spec.model, folder, (text) => hash.update(text));
  const fillModel = spec.fill && loadModelNamed([spec.fill.model], folder, (text) => hash.update(text));
  const { structure } = spec;
  const frame =
    'file' in structure ? loadFrame(locate(structure.file, 'structures', '.xyz', 'structure', folder)) : undefined;
  if (frame) hash.update(frame.rows).update(JSON.stringify([frame.species, [...frame.cell.matrix]]));
  return { spec, model, fillModel, structure: frame, fingerprint: hash.digest('hex') };
}

/** A structure from a file of any format that is read; of several frames the first. */
export function loadFrame(path: string): Frame {
  return parseStructure(readText(path, 'structure'), path);
}

/** Path of a study, given by path or by the name it has in models/studies. */
export function studyPath(given: string): string {
  return locate(given, 'studies', '.yaml', 'study');
}

/** A study with the flags that change it (--seed, --quick) applied, and all files it names. */
export function loadStudy(given: string, flags: Flags): StudyInputs {
  const path = studyPath(given);
  const text = readText(path, 'study');
  const parsed = parseStudyYaml(text, path, { loadRecipe: (name) => loadRecipeData(name, dirname(path)) });
  const asked = flags.backend === undefined ? parsed : { ...parsed, backend: backendOf(flags.backend) };
  const seeded = flags.seed === undefined ? asked : { ...asked, seed: seedOf(flags.seed) };
  return withFiles(flags.quick ? quickStudy(seeded) : seeded, dirname(path));
}

/** The files a parsed study names, looked for beside the study first. */
export function withFiles(spec: StudySpec, folder: string): StudyInputs {
  const { path, text } = loadModelText(spec.guest.model, folder);
  const model = parseJson(text, path);
  let prepareText = '';
  const read = (text: string): void => {
    prepareText += text;
  };
  const prepareModel = spec.host.prepare && loadModelNamed(spec.host.prepare.model, folder, read);
  const posterior = spec.uncertainty === 'calibration' ? loadPosterior(path) : undefined;
  const inputs = { spec, model, prepareModel, prepareText, folder, ...(posterior !== undefined && { posterior }) };
  if (!('file' in spec.host)) return inputs;
  return {
    ...inputs,
    host: loadFrame(locate(spec.host.file, 'structures', '.xyz', 'structure', folder)),
  };
}

/** Parsed posterior of a model file: NAME.posterior.json beside it, or the shipped one of a shipped model. */
function loadPosterior(modelPath: string): unknown {
  const stem = modelPath.replace(/\.json$/, '');
  const beside = `${stem}.posterior.json`;
  const own = join(dirname(dirname(modelPath)), 'posteriors', `${basename(stem)}.json`);
  const path = !existsSync(beside) && existsSync(own) ? own : beside;
  return parseJson(readText(path, 'posterior samples'), path);
}

/**
 * Refuses a directory that is taken, unless it holds results of the same kind and may be replaced.
 *
 * @param schema  how the schema of its results.json begins
 */
export function refuseOtherThan(schema: string, path: string, flag: string, force: boolean): void {
  if (!existsSync(path)) return;
  let own = false;
  try {
    if (readdirSync(path).length === 0) return;
    own = readFileSync(join(path, 'results.json'), 'utf8').includes(`"${schema}`);
  } catch {
    own = false;
  }
  if (!own) throw new SpecError(`${path} exists and holds something else: choose another ${flag}`);
  if (!force) throw new SpecError(`${path} exists: choose another ${flag}, or replace it with --force`);
}

/** A recipe and the published numbers that stand in its file. */
export interface RecipeInputs {
  readonly recipe: ReturnType<typeof parseRecipe> | { readonly crystal: CrystalSpec };
  readonly reference: ReturnType<typeof referenceOf>;
  readonly name: string;
  readonly about?: string;
}

/** A recipe from a file, from flags, or both. */
export function loadRecipe(given: string, flags: Flags): RecipeInputs {
  const base = given === '' ? {} : (loadRecipeData(given) as Record<string, unknown>);
  const { la, lc, d002, box, route, curvatureRadius, relax } = flags;
  // what is no number is kept as it was typed, for the message
  const number = (text: string | undefined): number | string | undefined =>
    text === undefined || Number.isNaN(Number(text)) ? text : Number(text);
  const told = present({
    ...{ la, lc, d002, box, route, curvatureRadius, relax },
    density: flags.density,
    poreVolume: number(flags.poreVolume),
    atoms: number(flags.atoms),
    crossLinks: flags.crossLinks,
    edges: merged(base['edges'], { strong: flags.strong, hydrogen: flags.hydrogen, oxygen: flags.oxygen }),
    defects: merged(base['defects'], { vacancies: flags.vacancies, stoneWales: flags.stoneWales }),
    pores: merged(base['pores'], { diameter: flags.poreDiameter, kind: flags.pores }),
  });
  // a flag that says the same in other words takes the place of what the file says
  const rivals = { atoms: 'box', box: 'atoms', density: 'poreVolume', poreVolume: 'density' } as const;
  const kept = Object.entries(base).filter(
    ([key]) => !(key in rivals && rivals[key as keyof typeof rivals] in told && !(told['pores'] ?? base['pores'])),
  );
  const data = { ...Object.fromEntries(kept), ...told };
  const crystal = crystalIn(base, given);
  if (crystal && Object.keys(told).length > 0) {
    throw new SpecError(
      `${given} is a crystal: it takes none of the flags that describe a carbon, got ${Object.keys(told)[0]}`,
    );
  }
  return {
    recipe: crystal ? { crystal } : parseRecipe(data, given || 'recipe'),
    reference: referenceOf(data),
    name: typeof base['name'] === 'string' ? base['name'] : 'hard-carbon',
    ...(typeof base['about'] === 'string' && { about: base['about'] }),
  };
}

/** The entries that are there. */
function present(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** A group of keys with flags laid over it; undefined where no flag was given. */
function merged(base: unknown, flags: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const told = present(flags);
  if (Object.keys(told).length === 0) return undefined;
  return typeof base === 'object' && base !== null ? { ...base, ...told } : told;
}
