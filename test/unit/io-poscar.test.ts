import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { PhysicsError, SpecError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { parsePoscar } from '../../src/io/poscar.ts';
import { formatPoscar } from '../../src/io/poscar-writer.ts';

const data = (file: string) => readFileSync(new URL(`../data/structures/${file}`, import.meta.url), 'utf8');
const lines = (...list: string[]) => list.join('\n');
const cube = ['1 0 0', '0 1 0', '0 0 1'];

describe('parsePoscar', () => {
  it('graphene: bond 1.42 Å, flags and velocities read over', () => {
    const { cell, rows, species, info } = parsePoscar(data('graphene.poscar'), 'graphene.poscar');
    expect(species).toEqual(['C']);
    expect(rows).toHaveLength(8);
    expect(Math.hypot(rows[4]! - rows[0]!, rows[5]! - rows[1]!)).toBeCloseTo(2.46 / Math.sqrt(3), 12);
    expect([cell.matrix[0], cell.matrix[8], rows[2]]).toEqual([2.46, 14.76, 7.38]);
    expect(info).toEqual({ title: 'graphene, two atoms' });
  });

  it('scales by a factor, a volume, and three factors', () => {
    const text = (scale: string, mode: string) =>
      lines('t', scale, ...cube, 'C Na C', '1 1 1', mode, '.1 .2 .3', '.5 .5 .5', '.7 .7 .7');
    for (const mode of ['Direct', 'Kartesian', 'cart']) {
      for (const scale of ['10', '-1000', '10 10 10']) {
        const { cell, rows, species } = parsePoscar(text(scale, mode));
        expect(cell.volume).toBeCloseTo(1000, 9);
        expect([...rows].map((x) => Number(x.toFixed(9)))).toEqual([1, 2, 3, 0, 5, 5, 5, 1, 7, 7, 7, 0]);
        expect(species).toEqual(['C', 'Na']);
      }
      const { cell, rows } = parsePoscar(text('10 20 30', mode));
      expect([cell.matrix[0], cell.matrix[4], cell.matrix[8]]).toEqual([10, 20, 30]);
      expect([...rows.subarray(0, 3)].map((x) => Number(x.toFixed(9)))).toEqual([1, 4, 9]);
    }
  });

  it('reads names of VASP data, and VASP 4 whose comment names the elements', () => {
    const body = ['10', ...cube, '1 1', 'D', '0 0 0', '.5 .5 .5'];
    expect(parsePoscar(lines('C Na', ...body)).species).toEqual(['C', 'Na']);
    body.splice(4, 0, 'C/7f0ab Na_pv');
    expect(parsePoscar(lines('', ...body)).species).toEqual(['C', 'Na']);
  });

  const good = ['t', '10', ...cube, 'C Na', '1 1', 'Direct', '0 0 0', '.5 .5 .5'];
  const broken = (changes: Record<number, string>) => good.map((line, i) => changes[i + 1] ?? line).join('\n');
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /^p, line 1: the file ends where the scale factor should stand/],
    ['no scale', broken({ 2: 'one' }), /line 2: scale factor must be a number, got "one"/],
    ['scale 0', broken({ 2: '0' }), /line 2: wanted a scale factor that is not 0/],
    ['two scales', broken({ 2: '1 1' }), /line 2: wanted a scale factor/],
    ['a scale too large', broken({ 2: '1e308', 3: '100 0 0' }), /line 2: the scale factor makes the cell infinite/],
    ['a short vector', broken({ 4: '0 1' }), /line 4: wanted 3 numbers/],
    ['NaN', broken({ 4: '0 nan 0' }), /line 4: lattice vector b: y must be a number, got "nan"/],
    ['a flat cell', broken({ 5: '1 1 0' }), /line 5: cell is degenerate/],
    ['a flat cell by volume', broken({ 2: '-10', 5: '1 1 0' }), /line 5: cell is degenerate/],
    ['VASP 4', broken({ 6: '1 1', 7: 'Direct' }), /line 6: this is the form of VASP 4, without elements/],
    ['an unknown element', broken({ 6: 'C Xx' }), /line 6: "Xx" is no element/],
    ['too few counts', broken({ 7: '2' }), /line 7: 2 elements in the line above, 1 counts here/],
    ['a negative count', broken({ 7: '-1 3' }), /line 7: number of atoms must be an integer from 0, got "-1"/],
    ['no atoms', broken({ 7: '0 0' }), /line 7: there are no atoms/],
    ['a huge count', broken({ 7: '1 1000000000000' }), /line 10: 1000000000001 atoms announced in line 7, 2 found/],
    ['one atom too many', broken({ 7: '1 0' }), /line 10: 1 atoms announced in line 7, here is one more/],
    ['no mode', broken({ 8: '0 0 0' }), /line 8: wanted Direct or Cartesian, got "0"/],
    [
      'a decimal comma',
      broken({ 9: '0 0,5 0' }),
      /line 9: coordinate y must be a number, got "0,5" \(decimal comma\?\)/,
    ],
    ['far away', broken({ 9: '0 0 1e200' }), /line 9: coordinate z is/],
    ['two on one point', broken({ 10: '1 0 -1' }), /line 10: this atom stands on that of line 9/],
  ];
  it.each(faults)('refuses: %s', (_what, text, message) => {
    expect(() => parsePoscar(text, 'p')).toThrow(SpecError);
    expect(() => parsePoscar(text, 'p')).toThrow(message);
  });
});

describe('formatPoscar', () => {
  const frame: Frame = {
    cell: cellFromMatrix([8, 0, 0, 1, 9, 0, 0, 0.5, 10]),
    species: ['Na', 'C:basal', 'C'],
    rows: Float64Array.of(1, 2, 3, 1, 4, -5, 6, 0, 0.1 + 0.2, 2, 5, 2),
  };

  it('writes what it says', () => {
    expect(formatPoscar(frame)).toBe(
      lines(
        'written by Cardhouse',
        '1',
        '8 0 0',
        '1 9 0',
        '0 0.5 10',
        'C Na',
        '2 1',
        'Cartesian',
        '1 2 3',
        '0.30000000000000004 2 5',
        '4 -5 6',
        '',
      ),
    );
    expect(formatPoscar({ ...frame, info: { title: 'two\nlines' } })).toMatch(/^two lines\n1\n/);
  });

  it('refuses what VASP would refuse', () => {
    expect(() => formatPoscar({ ...frame, rows: new Float64Array(0) })).toThrow(/must have atoms/);
    expect(() => formatPoscar({ ...frame, cell: cellFromMatrix([1, 0, 0, 0, 0, 1, 0, 1, 0]) })).toThrow(/right-handed/);
    expect(() => formatPoscar({ ...frame, species: ['A', 'B:x', 'C'] })).toThrow(/species "A" .* no element/);
    const rows = frame.rows.slice();
    rows[4] = Number.NaN;
    expect(() => formatPoscar({ ...frame, rows, cell: cubicCell(9) })).toThrow(PhysicsError);
    expect(formatPoscar({ ...frame, cell: orthorhombicCell(9, 9, 9, [false, true, true]) })).toContain('9 0 0');
  });
});
