import { describe, expect, it } from 'vitest';
import { compareCurves } from '../../src/analysis/comparison.ts';
import { parseMeasuredCurve } from '../../src/io/measured-curve.ts';
import {
  compareWithMeasured,
  comparisonCsv,
  comparisonSection,
  withComparison,
} from '../../src/report/comparison-report.ts';
import { syntheticStudy } from './report-synthetic.ts';

const down = [
  { capacity: 10, voltage: 1.2 },
  { capacity: 100, voltage: 0.1 },
  { capacity: 250, voltage: 0.01 },
];

describe('a measured curve', () => {
  it.each([
    ['commas', 'capacity (mAh/g),voltage (V)\n10,1.2\n100,0.1\n250,0.01\n'],
    ['semicolons and decimal commas', 'Capacity [mAh g-1];E [V]\n10,0;1,2\n100;0,1\n250;0,01\n'],
    ['tabs, other units, other order', 'E / mV\tQ (Ah/g)\n1200\t0.01\n100\t0.1\n10\t0.25\n'],
    ['spaces, no header, a comment', '# cell 7\n10 1.2\n100 0.1\r\n250 0.01'],
    ['spaces and decimal commas', '10,0 1,2\n100,0 0,1\n250,0 0,01'],
    ['a branch', 'branch,capacity,voltage\nsodiation,10,1.2\nsodiation,100,0.1\nsodiation,250,0.01\n'],
    ['units with an electrode', 'Specific capacity (mAh g⁻¹),Voltage (V vs Na/Na+)\n10,1.2\n100,0.1\n250,0.01\n'],
  ])('with %s', (_what, text) => {
    expect(parseMeasuredCurve(text).discharge).toEqual(down);
    expect(parseMeasuredCurve(text).charge).toEqual([]);
  });

  it('of both branches in one file is parted at its lowest voltage; what was taken out is counted down', () => {
    const { discharge, charge, notes } = parseMeasuredCurve('0,1.5\n100,0.1\n250,0.01\n0,0.02\n150,0.12\n200,1.5\n');
    expect(discharge.map(({ voltage }) => voltage)).toEqual([1.5, 0.1, 0.01]);
    expect(charge).toEqual([
      { capacity: 250, voltage: 0.02 },
      { capacity: 100, voltage: 0.12 },
      { capacity: 50, voltage: 1.5 },
    ]);
    expect(notes.join()).toContain('counted down from 250 mAh/g, where discharge ends');
  });

  const many = Array.from({ length: 20 }, (_, k) => `${10 * k},${1 - k / 20}`);
  it('names lines that it leaves out', () => {
    const text = ['capacity,voltage', ...many, 'oops,0.01', '210,0.005'].join('\n');
    const { discharge, notes } = parseMeasuredCurve(text, 'm.csv');
    expect(discharge).toHaveLength(21);
    expect(notes[0]).toBe('m.csv, line 22: capacity must be a number, got "oops" in "oops,0.01": left out');
  });

  it.each([
    ['', 'm.csv is empty'],
    ['a,b\n1,2\n', 'm.csv, line 1: the header must name a capacity and a voltage, found no capacity'],
    [
      'capacity (mAh/g),voltage (kV)\n1,2\n',
      'm.csv, line 1: the unit of "voltage (kV)" must be one of v, mv, got "kV"',
    ],
    ['1,2\n2,1\n', 'm.csv must have at least three points, got 2'],
    ['1,2\n2,x\n3,0.5\n4,0.1\n', 'm.csv, line 2: voltage must be a number, got "x"'],
    ['0.1,200\n0.05,220\n0.01,250\n', 'm.csv, line 1: voltage must be within ±10 V, got 200'],
    ['-1,1\n1,0.5\n2,0.1\n', 'm.csv, line 1: capacity must be at least 0, got -1'],
    ['capacity,voltage,branch\n1,1,up\n2,0.5,up\n', 'branch must be discharge or charge, got "up"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseMeasuredCurve(text, 'm.csv')).toThrow(message);
  });
});

describe('a comparison', () => {
  const q = (value: number, unit = 'mAh/g') => ({ value, error: 2, unit });
  const options = {
    slopeCut: 0.1,
    ...{ slope: q(110), plateau: q(130), total: q(240) },
    plateauBracket: { discharge: q(-0.04, 'V'), charge: q(0.12, 'V') },
  };
  const ours = { discharge: down.map((p) => ({ ...p, capacity: p.capacity + 10 })), charge: [] };

  it('of a curve that is 10 mAh/g ahead says so, everywhere', () => {
    const numbers = compareCurves(ours, { discharge: down, charge: [] }, options);
    const by = Object.fromEntries(numbers.map((number) => [number.name, number]));
    expect(by['Slope']).toMatchObject({ measured: { value: 100 }, deviation: { value: 10, error: 2 } });
    expect(by['Total']).toMatchObject({ measured: { value: 250 }, deviation: { value: -10 } });
    expect(by['Plateau']).toMatchObject({ measured: { value: 150 }, deviation: { value: -20 } });
    // half plateau at 175: half of the way from 0.1 to 0.01 V
    expect(by['Voltage at half plateau, discharge']!.measured.value).toBeCloseTo(0.055, 10);
    expect(by['Voltage at half plateau, discharge']!.deviation.value).toBeCloseTo(-0.095, 10);
    expect(by['Voltage at half plateau, charge']!.deviation).toEqual({ value: null, error: null, unit: 'V' });
    for (const part of ['slope', 'plateau']) {
      const { deviation, definition } = by[`Mean capacity of the ${part}, discharge`]!;
      expect(deviation.value).toBeCloseTo(10, 6);
      expect(definition).toContain('root mean square distance 10 mAh/g');
    }
  });

  it('says what a curve that ends early does not have', () => {
    const numbers = compareCurves(ours, { discharge: down.slice(0, 2), charge: [] }, options);
    expect(numbers.find(({ name }) => name === 'Total')!.measured.note).toContain('does not come down to 0.02 V');
  });

  it('stands in the page of the study, once, however often it is made', async () => {
    const { report } = syntheticStudy(1);
    const measured = parseMeasuredCurve('10,1.2\n100,0.1\n250,0.01\n');
    const comparison = compareWithMeasured(report, measured, 'cell <7>.csv');
    const section = await comparisonSection(report, measured, comparison);
    expect(section).toContain('cell &#60;7&#62;.csv, as it was measured: nothing is fitted');
    const page = 'before<!--comparison--><!--/comparison-->after';
    const once = withComparison(page, section)!;
    expect(once.startsWith('before') && once.endsWith('after')).toBe(true);
    expect(withComparison(once, section)).toBe(once);
    expect(withComparison('no place', section)).toBeUndefined();
    expect(comparisonCsv(comparison).split('\n')[0]).toBe(
      'number,unit,computed,computed error,measured,deviation,definition',
    );
  });
});
