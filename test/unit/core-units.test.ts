import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import {
  amuAngstrom2PerFs2,
  baseUnit,
  boltzmann,
  capacityPerGuest,
  type Dimension,
  gigapascal,
  gramPerCm3,
  joulePerM2,
  parseQuantity,
  planck,
} from '../../src/core/units.ts';

describe('constants (CODATA 2018)', () => {
  it.each([
    ['boltzmann', boltzmann, 8.617333262e-5],
    ['planck', planck, 4.135667696],
    ['capacityPerGuest', capacityPerGuest, 26801.48114],
    ['gramPerCm3', gramPerCm3, 1.66053907],
    ['gigapascal', gigapascal, 160.2176634],
    ['joulePerM2', joulePerM2, 16.02176634],
    ['amuAngstrom2PerFs2', amuAngstrom2PerFs2, 103.6426966],
  ])('%s', (_, value, published) => {
    expect(Math.abs(value / published - 1)).toBeLessThan(1e-8);
  });
});

describe('parseQuantity', () => {
  const table: readonly [string | number, Dimension, number][] = [
    [41, 'length', 41],
    ['41', 'length', 41],
    ['41 A', 'length', 41],
    ['41 Å', 'length', 41],
    ['4.1 nm', 'length', 41],
    ['4.1nm', 'length', 41],
    ['  4.1   nm  ', 'length', 41],
    ['+4.1e1', 'length', 41],
    ['.41e2 angstrom', 'length', 41],
    ['41.', 'length', 41],
    ['4100 pm', 'length', 41],
    ['-3 A', 'length', -3],
    ['2 um', 'length', 2e4],
    ['25 meV', 'energy', 0.025],
    ['1 kJ/mol', 'energy', 1e3 / 96485.33212],
    ['1 kcal/mol', 'energy', 4184 / 96485.33212],
    ['300 K', 'energy', 300 * boltzmann],
    ['300 K', 'temperature', 300],
    ['1.5 g/cm3', 'density', 1.5],
    ['1500 kg/m^3', 'density', 1.5],
    ['1.5 g/cm³', 'density', 1.5],
    ['50 mV', 'voltage', 0.05],
    ['12.011 g/mol', 'mass', 12.011],
    ['2 ps', 'time', 2000],
    ['0.5 ns', 'time', 5e5],
    ['300 mAh/g', 'capacity', 300],
    ['15 %', 'fraction', 0.15],
    ['0.15', 'fraction', 0.15],
  ];
  it.each(table)('%j as %s is %d', (text, dimension, value) => {
    expect(Math.abs(parseQuantity(text, dimension) - value)).toBeLessThanOrEqual(1e-8 * Math.abs(value));
  });

  it('removes the noise of a conversion', () => {
    expect(parseQuantity('4.1 nm', 'length')).toBe(41);
    expect(parseQuantity('35 %', 'fraction')).toBe(0.35);
  });

  it.each([
    ['4,1 nm', 'length', /la must be a number in Å.*got "4,1 nm" \(decimal comma\?\)/],
    ['0,05', 'voltage', /la must be a number in V.*got "0,05" \(decimal comma\?\)/],
    ['4.1 eV', 'length', /la must be a length \(.*nm.*\), got the unit "eV" in "4.1 eV"/],
    ['4.1 NM', 'length', /got the unit "NM"/],
    ['1.5 nm', 'density', /g\/cm3.*got the unit "nm"/],
    ['', 'length', /la must be a number in Å, or one with a unit, got ""/],
    ['nm', 'length', /got "nm"/],
    [null, 'length', /got null/],
    [[1], 'length', /got \[1\]/],
    [Number.NaN, 'length', /la must be a number/],
    [Number.POSITIVE_INFINITY, 'length', /la must be a number/],
    ['1e999', 'length', /la must be a number/],
    ['4 constructor', 'length', /got the unit "constructor"/],
  ] as const)('refuses %j as %s', (value, dimension, message) => {
    expect(() => parseQuantity(value, dimension, 'la')).toThrow(SpecError);
    expect(() => parseQuantity(value, dimension, 'la')).toThrow(message);
  });

  it('knows the unit of a bare number for every dimension', () => {
    for (const [dimension, unit] of Object.entries(baseUnit)) {
      const text = unit === '1' ? '2' : `2 ${unit}`;
      expect(parseQuantity(text, dimension as Dimension)).toBe(2);
    }
  });
});
