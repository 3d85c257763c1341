/**
 * Units. Inside Cardhouse: eV, Å, amu, K, e, V, fs (and g/cm³ for densities, which only live at the edges).
 * People may write `4.1 nm`, `41 A` or `41`; all three mean 41 Å where a length is asked.
 */
import { SpecError } from './errors.ts';

/** Boltzmann constant, eV/K (exact since 2019: 1.380649e-23 J/K over 1.602176634e-19 C). */
export const boltzmann = 1.380649e-23 / 1.602176634e-19;
/** Capacity of one guest per amu of host: F/(3.6 g/mol), mAh/g·amu (exact Faraday constant 96485.33212 C/mol). */
export const capacityPerGuest = 96485.33212 / 3.6;
/** 1 amu/Å³ in g/cm³. */
export const gramPerCm3 = 1.66053906892;
/** 1 eV/Å³ in GPa. */
export const gigapascal = 160.2176634;
/** 1 eV/Å² in J/m². */
export const joulePerM2 = 16.02176634;
/** Planck constant, eV·fs (for the thermal wavelength). */
export const planck = 6.62607015e-34 / 1.602176634e-19 / 1e-15;
/** 1 amu·Å²/fs² in eV. */
export const amuAngstrom2PerFs2 = (1.66053906892e-27 * 1e-20) / 1e-30 / 1.602176634e-19;

export type Dimension =
  | 'length'
  | 'energy'
  | 'temperature'
  | 'density'
  | 'voltage'
  | 'mass'
  | 'time'
  | 'capacity'
  | 'fraction'
  | 'force'
  | 'pressure'
  | 'compressibility'
  | 'duration';

const factors: Record<Dimension, Record<string, number>> = {
  length: { Å: 1, A: 1, angstrom: 1, nm: 10, pm: 0.01, um: 1e4 },
  energy: { eV: 1, meV: 1e-3, 'kJ/mol': 0.0103642697, 'kcal/mol': 0.0433641042, K: boltzmann },
  temperature: { K: 1 },
  density: { 'g/cm3': 1, 'g/cm^3': 1, 'g/cm³': 1, 'g/cc': 1, 'kg/m3': 1e-3, 'kg/m^3': 1e-3, 'kg/m³': 1e-3 },
  voltage: { V: 1, mV: 1e-3 },
  mass: { amu: 1, u: 1, 'g/mol': 1 },
  time: { fs: 1, ps: 1e3, ns: 1e6 },
  capacity: { 'mAh/g': 1, 'Ah/kg': 1 },
  fraction: { '%': 0.01 },
  force: { 'eV/Å': 1, 'eV/A': 1, 'meV/Å': 1e-3, 'meV/A': 1e-3 },
  pressure: {
    'eV/Å³': 1,
    'eV/Å3': 1,
    'eV/A3': 1,
    GPa: 1 / gigapascal,
    MPa: 1e-3 / gigapascal,
    bar: 1e-4 / gigapascal,
    atm: 1.01325e-4 / gigapascal,
  },
  compressibility: { 'Å³/eV': 1, 'Å3/eV': 1, 'A3/eV': 1, '1/GPa': gigapascal },
  duration: { s: 1, min: 60, h: 3600 },
};

/** The unit a bare number is read in, per dimension. */
export const baseUnit: Record<Dimension, string> = {
  length: 'Å',
  energy: 'eV',
  temperature: 'K',
  density: 'g/cm³',
  voltage: 'V',
  mass: 'amu',
  time: 'fs',
  capacity: 'mAh/g',
  fraction: '1',
  force: 'eV/Å',
  pressure: 'eV/Å³',
  compressibility: 'Å³/eV',
  duration: 's',
};

/**
 * Reads a number with an optional unit: `parseQuantity('4.1 nm', 'length')` is 41.
 *
 * @param where  path of the key, for the message
 * @throws SpecError  not a number, a decimal comma, or a unit of another dimension
 */
export function parseQuantity(value: unknown, dimension: Dimension, where = 'value'): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
  } else if (typeof value === 'string') {
    const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*?)?\s*$/.exec(value);
    if (match) {
      const unit = match[2];
      const known = new Map(Object.entries(factors[dimension]));
      const factor = unit === undefined ? 1 : known.get(unit);
      const number = Number(match[1]);
      if (factor !== undefined && Number.isFinite(number)) return cleanDecimal(number * factor);
      if (factor === undefined && !/^,\d/.test(unit!)) {
        const units = [...known.keys()].join(', ');
        throw new SpecError(`${where} must be a ${dimension} (${units}), got the unit "${unit}" in "${value}"`);
      }
    }
  }
  const comma = typeof value === 'string' && /\d,\d/.test(value) ? ' (decimal comma?)' : '';
  throw new SpecError(
    `${where} must be a number in ${baseUnit[dimension]}, or one with a unit, got ${JSON.stringify(value)}${comma}`,
  );
}

/** Removes the last-digit noise of a unit conversion (4.1 nm is 41 Å, not 40.99999999999999). */
export function cleanDecimal(x: number): number {
  return Number(x.toPrecision(14));
}
