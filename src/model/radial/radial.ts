/**
 * Functions of distance: what a file in this folder returns, and how a parameter file names and fills it.
 * Formulas are bare; `withCutoff` ends them, tables replace them before any kernel runs.
 *
 * @oracle test/property/radial.test.ts (slope = d value/dr for every name in the registry, under every cutoff)
 */
import { didYouMean, ModelError } from '../../core/errors.ts';
import { buckingham } from './buckingham.ts';
import { coulombDamped } from './coulomb-damped.ts';
import { cubicKnots } from './cubic-knots.ts';
import { exponentialDensity } from './exponential-density.ts';
import { lennardJones } from './lennard-jones.ts';
import { morse } from './morse.ts';
import { tabulated } from './tabulated.ts';
import { yukawa } from './yukawa.ts';
import { zbl } from './zbl.ts';

/** A function of distance r > 0 (Å) and its exact derivative, eV and eV/Å for energies. */
export interface Radial {
  value(r: number): number;
  slope(r: number): number;
  /** ascending, Å: where a derivative of any order jumps; smooth in between */
  readonly kinks?: readonly number[];
}

/** Numbers as a parameter file gives them. */
export type RadialParameters = Readonly<Record<string, number | readonly number[]>>;

/** What a parameter may be: any number, a number > 0, or a list of numbers. */
type Kind = 'number' | 'positive' | 'list';
type Checked<Schema extends Record<string, Kind>> = {
  readonly [Key in keyof Schema]: Schema[Key] extends 'list' ? readonly number[] : number;
};

/**
 * Every formula by the name that parameter files use; each entry checks its parameters.
 *
 * @throws ModelError  a parameter is missing, unknown, not finite, or out of range
 */
export const radials: Readonly<Record<string, (parameters: RadialParameters) => Radial>> = {
  'lennard-jones': checked('lennard-jones', { epsilon: 'number', sigma: 'positive' }, lennardJones),
  morse: checked('morse', { depth: 'number', alpha: 'positive', re: 'positive' }, morse),
  buckingham: checked('buckingham', { a: 'number', rho: 'positive', c: 'number' }, buckingham),
  zbl: checked('zbl', { z1: 'positive', z2: 'positive' }, zbl),
  yukawa: checked('yukawa', { q: 'number', lambda: 'positive' }, yukawa),
  'coulomb-damped': checked('coulomb-damped', { q1: 'number', q2: 'number', alpha: 'positive' }, coulombDamped),
  exponential: checked('exponential', { amplitude: 'number', k: 'positive', r0: 'positive' }, exponentialDensity),
  'cubic-knots': checked('cubic-knots', { coefficients: 'list', radii: 'list' }, cubicKnots),
  tabulated: checked('tabulated', { from: 'number', step: 'positive', values: 'list', slopes: 'list' }, tabulated),
};

/**
 * The radial function of that name.
 *
 * @throws ModelError  no such name, or as its registry entry
 */
export function radialNamed(name: string, parameters: RadialParameters): Radial {
  if (Object.hasOwn(radials, name)) return radials[name]!(parameters);
  const known = Object.keys(radials);
  throw new ModelError(`unknown radial function "${name}"${didYouMean(name, known)} (known: ${known.join(', ')})`);
}

function checked<Schema extends Record<string, Kind>>(
  name: string,
  schema: Schema,
  make: (parameters: Checked<Schema>) => Radial,
): (parameters: RadialParameters) => Radial {
  const keys = Object.keys(schema);
  return (parameters) => {
    for (const key of Object.keys(parameters)) {
      if (!keys.includes(key)) throw new ModelError(`${name}: unknown parameter "${key}"${didYouMean(key, keys)}`);
    }
    for (const key of keys) {
      if (!Object.hasOwn(parameters, key)) {
        throw new ModelError(`${name}: parameter "${key}" is missing (wants ${keys.join(', ')})`);
      }
      checkValue(`${name}.${key}`, schema[key]!, parameters[key]);
    }
    return make(parameters as Checked<Schema>);
  };
}

function checkValue(where: string, kind: Kind, value: unknown): void {
  const finite = (x: unknown) => typeof x === 'number' && Number.isFinite(x);
  const wanted = {
    number: ['a finite number', finite(value)],
    positive: ['a number > 0', finite(value) && (value as number) > 0],
    list: ['a list of finite numbers', Array.isArray(value) && value.length > 0 && value.every(finite)],
  } as const;
  const [what, good] = wanted[kind];
  if (!good) throw new ModelError(`${where} must be ${what}, got ${JSON.stringify(value)}`);
}
