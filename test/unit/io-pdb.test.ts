import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { composition } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { parsePdb } from '../../src/io/pdb.ts';

const data = (file: string) => readFileSync(new URL(`../data/structures/${file}`, import.meta.url), 'utf8');

/** An atom line; `name` is the four characters of columns 13 to 16. */
const atom = (name: string, x: string, y = '0', z = '0', element = '', location = ' ') =>
  `ATOM      1 ${name.padEnd(4)}${location}RES A   1    ${x.padStart(8)}${y.padStart(8)}${z.padStart(8)}  1.00  0.00          ${element.padStart(2)}`;
const cryst = (a: number, b: number, c: number, gamma = 90, group = 'P 1') =>
  `CRYST1${[a, b, c].map((x) => x.toFixed(3).padStart(9)).join('')}  90.00  90.00${gamma.toFixed(2).padStart(7)} ${group.padEnd(11)}`;

describe('parsePdb', () => {
  it('benzene: the first model, a cluster, bonds of 1.39 and 1.09 Å', () => {
    const frame = parsePdb(data('benzene.pdb'), 'benzene.pdb');
    expect(composition(frame)).toEqual(
      new Map([
        ['C', 6],
        ['H', 6],
      ]),
    );
    expect(frame.cell.periodic).toEqual([false, false, false]);
    expect(frame.info!['title']).toBe('BENZENE, C-C 1.39 AND C-H 1.09');
    expect(frame.info!['cell']).toMatch(/no CRYST1/);
    const { start, rows } = neighborList(frame, 1.5);
    for (let i = 0; i < 12; i++) {
      const around = [...rows.subarray(4 * start[i]!, 4 * start[i + 1]!)].filter((_, k) => k % 4 === 3).sort();
      const wanted = i < 6 ? [1.09, 1.39, 1.39] : [1.09];
      expect(around).toHaveLength(wanted.length);
      around.forEach((r, k) => {
        expect(r).toBeCloseTo(wanted[k]!, 3);
      });
    }
  });

  it('reads the cell of CRYST1, and takes one that stands for none as none', () => {
    const { cell } = parsePdb(`${cryst(10, 12, 14, 120)}\n${atom(' C', '1')}`);
    expect(cell.periodic).toEqual([true, true, true]);
    expect(cell.matrix[3]).toBe(-6);
    expect(cell.volume).toBeCloseTo(10 * 12 * 14 * Math.sin((2 * Math.PI) / 3), 9);
    for (const edge of [0, 1]) {
      const frame = parsePdb(`${cryst(edge, edge, edge)}\n${atom(' C', '1')}`);
      expect(frame.cell.periodic).toEqual([false, false, false]);
      expect(frame.info!['cell']).toMatch(/CRYST1 in line 1 stands for no cell/);
    }
  });

  it.each([
    [' CA', '', 'C'],
    ['NA', '', 'Na'],
    ['HG11', '', 'H'],
    ['1HB', '', 'H'],
    ['CL1', '', 'Cl'],
    ['C1', '', 'C'],
    [' D', '', 'H'],
    ['XX', 'LI', 'Li'],
    [' C1', 'n', 'N'],
  ])('takes the name "%s" with element "%s" for %s', (name, element, wanted) => {
    expect(parsePdb(atom(name, '1', '2', '3', element)).species).toEqual([wanted]);
  });

  it('keeps the first alternate location of a residue, and stops at END', () => {
    const text = [
      atom(' C', '1', '0', '0', 'C', 'B'),
      atom(' C', '1.05', '0', '0', 'C', 'A'),
      atom(' O', '2', '0', '0', 'O', 'B'),
      atom(' N', '3', '0', '0', 'N'),
      'END',
      atom(' N', '3', '0', '0', 'N'),
    ].join('\r\n');
    expect([...parsePdb(text).rows]).toEqual([1, 0, 0, 0, 2, 0, 0, 1, 3, 0, 0, 2]);
  });

  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /^a\.pdb, line 1: there is no ATOM and no HETATM/],
    [
      'a line cut off',
      `${atom(' C', '1')}\n${atom(' C', '2').slice(0, 50)}`,
      /line 2: .* z .* and the end of the line/,
    ],
    [
      'shifted columns',
      atom(' C', '1.390', '0.000').replace('RES A   1 ', 'RES A   1  '),
      /line 1: coordinate . must be a number in columns/,
    ],
    ['NaN', atom(' C', '1', 'nan'), /line 1: coordinate y must be a number in columns 39 to 46, got "nan"/],
    ['an unknown element', atom('C', '1', '2', '3', 'Xx'), /line 1: "Xx" is no element/],
    ['a name of nothing', atom(' 12', '1'), /line 1: "12" is no element.* in columns 77 and 78/],
    ['a flat cell', `${cryst(10, 0, 10)}\n${atom(' C', '1')}`, /line 1: edge b of the cell must be above 0/],
    ['a broken cell', `CRYST1 ten\n${atom(' C', '1')}`, /line 1: edge a must be a number in columns 7 to 15/],
    [
      'symmetry',
      `${cryst(9, 9, 9, 90, 'P 21 21 21')}\n${atom(' C', '1')}`,
      /line 1: space group "P 21 21 21": the copies/,
    ],
    [
      'two on one point',
      [1, 2, 1.0].map((x) => atom(' C', x.toFixed(3))).join('\n'),
      /line 3: .* stands on that of line 1/,
    ],
  ];
  it.each(faults)('refuses: %s', (_what, text, message) => {
    expect(() => parsePdb(text, 'a.pdb')).toThrow(SpecError);
    expect(() => parsePdb(text, 'a.pdb')).toThrow(message);
  });
});
