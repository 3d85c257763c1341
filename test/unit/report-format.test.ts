import { describe, expect, it } from 'vitest';
import { formatValue, formatVoltage, formatWithError } from '../../src/report/format.ts';
import { formatJson } from '../../src/report/json.ts';

const measured = (value: number | null, error: number | null) => ({ value, error, unit: '1' });

describe('numbers for people', () => {
  it('keep as many digits as the error allows', () => {
    expect(formatWithError(measured(268.43, 6.04))).toBe('268 ± 6');
    expect(formatWithError(measured(41.923, 2.4846))).toBe('41.9 ± 2.5');
    expect(formatWithError(measured(-0.14412, 0.00889))).toBe('−0.144 ± 0.009');
    expect(formatWithError(measured(14316, 812))).toBe('14\u202f300 ± 800');
    expect(formatWithError(measured(0.1, 0.0131))).toBe('0.100 ± 0.013');
  });

  it('show digits, not zeros, where all is small, and no error that is only rounding', () => {
    expect(formatWithError(measured(1.967e-4, 1.7e-6))).toBe('(1.967 ± 0.017) × 10⁻⁴');
    expect(formatWithError(measured(0, 4.9e-7))).toBe('(0 ± 5) × 10⁻⁷');
    expect(formatWithError(measured(3.8999999999999995, 1.2e-16))).toBe('3.9');
  });

  it('say when there is nothing to say', () => {
    expect(formatWithError(measured(null, null))).toBe('–');
    expect(formatWithError(measured(4.28931, null))).toBe('4.289');
    expect(formatWithError(measured(12, 0))).toBe('12');
  });

  it('group thousands and write small numbers with a power of ten', () => {
    expect(formatValue(270_000_000)).toBe('270\u202f000\u202f000');
    expect(formatValue(15890.42)).toBe('15\u202f890');
    expect(formatValue(1323)).toBe('1323');
    expect(formatValue(0.0000123)).toBe('1.23 × 10⁻⁵');
    expect(formatValue(0)).toBe('0');
    expect(formatValue(-42.184)).toBe('−42.18');
  });

  it('give voltages a sign, and zero none', () => {
    expect([0.1, -0.4, 0, -0, 0.025, 2].map(formatVoltage)).toEqual([
      '+0.10',
      '−0.40',
      '0.00',
      '0.00',
      '+0.025',
      '+2.00',
    ]);
  });
});

describe('formatJson', () => {
  it('is JSON, with null for what is not a number', () => {
    const data = {
      a: [1, 2, Number.NaN],
      b: { value: 1, error: Number.POSITIVE_INFINITY },
      c: [],
      d: {},
      e: undefined,
      f: 'x"y',
    };
    expect(JSON.parse(formatJson(data))).toEqual({
      a: [1, 2, null],
      b: { value: 1, error: null },
      c: [],
      d: {},
      f: 'x"y',
    });
  });

  it('keeps the order of keys and puts quantities and series on one line', () => {
    expect(formatJson({ z: { value: 1, error: null, unit: 'V' }, a: { r: [1, 2, 3] }, list: ['x', 'y'] })).toBe(
      '{\n "z": {"value":1,"error":null,"unit":"V"},\n "a": {\n  "r": [1,2,3]\n },\n "list": [\n  "x",\n  "y"\n ]\n}\n',
    );
  });
});
