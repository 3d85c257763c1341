import { noChains, SpecError, type StudySpec } from '../index.ts';

/** Flags as commander hands them over: text, or true for a switch. Which verb takes which is said in main.ts. */
export interface Flags {
  readonly out?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly quick?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly force?: true;
  readonly progress?: true;
  readonly checkpoint?: string;
  readonly la?: string;
  readonly lc?: string;
  readonly d002?: string;
  readonly density?: string;
  readonly atoms?: string;
  readonly strong?: string;
  readonly box?: string;
  readonly route?: string;
  readonly poreVolume?: string;
  readonly poreDiameter?: string;
  readonly pores?: string;
  readonly curvatureRadius?: string;
  readonly vacancies?: string;
  readonly stoneWales?: string;
  readonly crossLinks?: string;
  readonly hydrogen?: string;
  readonly oxygen?: string;
  readonly relax?: boolean;
  readonly measure?: boolean;
  readonly refine?: true;
  readonly strict?: true;
  readonly report?: string;
  readonly model?: string;
  readonly grid?: readonly string[];
  readonly seeds?: string;
  readonly list?: readonly string[];
  readonly latin?: string;
  readonly latinSeed?: string;
  readonly range?: readonly string[];
  readonly keepRuns?: true;
  readonly engine?: 'local' | 'slurm';
  readonly sbatch?: string;
  readonly poll?: string;
  readonly retries?: string;
  readonly set?: readonly string[];
  readonly compare?: string;
  readonly filter?: string;
  readonly backend?: StudySpec['backend'];
  readonly chains?: string;
  readonly only?: string;
  readonly method?: 'fire' | 'l-bfgs';
  readonly cell?: 'none' | 'isotropic' | 'anisotropic' | 'full';
  readonly maxForce?: string;
  readonly pressure?: string;
  readonly steps?: string;
  readonly temperature?: string;
  readonly output?: string;
  readonly at?: string;
  readonly voltage?: string;
  readonly branch?: string;
  readonly along?: string;
  readonly replica?: string;
  readonly colour?: string;
  readonly cut?: string;
  readonly host?: string;
  readonly view?: string;
  readonly width?: string;
  readonly labels?: boolean;
}

/** A whole number from 1 up. */
export function countOf(text: string, flag: string): number {
  const n = Number(text);
  if (/^\d+$/.test(text) && n >= 1 && n <= 1e6) return n;
  throw new SpecError(`${flag} must be a whole number from 1 to 1000000, got "${text}"`);
}

/** A time in seconds, above zero. */
export function secondsOf(text: string, flag: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new SpecError(`${flag} must be a number of seconds above 0, got "${text}"`);
}

/** A seed that looks like a whole number is one, so that `--seed 7` and `seed: 7` are the same study. */
export function seedOf(text: string): string | number {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/**
 * A backend that has chains.
 *
 * @throws SpecError  gpujs, with what it is for
 */
export function backendOf(backend: StudySpec['backend']): StudySpec['backend'] {
  if (backend === 'gpujs') throw new SpecError(`--backend ${noChains}`);
  return backend;
}
