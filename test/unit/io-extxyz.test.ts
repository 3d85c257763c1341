import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { PhysicsError, SpecError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { formatExtxyz, parseExtxyz } from '../../src/io/extxyz.ts';

describe('parseExtxyz', () => {
  it('reads columns in any order, keeps forces and energies, ignores the rest', () => {
    const [frame] = parseExtxyz(
      [
        '2',
        'energy=-3.5 Properties=energies:R:1:tag:I:2:pos:R:3:site:S:1:forces:R:3:species:S:1 pbc="T F T" Lattice="10 0 0 1 9 0 0 0 8" label="two \\"words\\"" relaxed converged=F',
        '-1.5 7 7 1 2 3 zigzag .1 -.2 3d-1 C',
        '-2 7 7 4 5 6 - 0 0 0 Na',
      ].join('\r\n'),
    );
    expect(frame!.species).toEqual(['C:zigzag', 'Na']);
    expect([...frame!.rows]).toEqual([1, 2, 3, 0, 4, 5, 6, 1]);
    expect([...frame!.forces!]).toEqual([0.1, -0.2, 0.3, -1.5, 0, 0, 0, -2]);
    expect([...frame!.cell.matrix]).toEqual([10, 0, 0, 1, 9, 0, 0, 0, 8]);
    expect(frame!.cell.periodic).toEqual([true, false, true]);
    expect(frame!.info).toEqual({ energy: -3.5, label: 'two "words"', relaxed: true, converged: false });
  });

  it('reads plain XYZ into the bounding box + 20 Å, not periodic, and says so', () => {
    const frames = parseExtxyz('2\nwater = "maybe\nO 0 0 0 extra\nH 1 -2 3.5\n\n1\n\nHe 5 5 5\n\n');
    expect(frames).toHaveLength(2);
    const { cell, info, rows } = frames[0]!;
    expect([cell.matrix[0], cell.matrix[4], cell.matrix[8]]).toEqual([21, 22, 23.5]);
    expect(cell.periodic).toEqual([false, false, false]);
    expect(info).toEqual({ comment: 'water = "maybe', cell: expect.stringContaining('no Lattice') });
    expect([...rows]).toEqual([0, 0, 0, 0, 1, -2, 3.5, 1]);
    expect(frames[1]!.info).not.toHaveProperty('comment');
    expect(frames[1]!.cell.volume).toBe(8000);
  });

  it('takes a file with Lattice and no pbc as periodic', () => {
    const [frame] = parseExtxyz('0\nLattice="1 0 0 0 1 0 0 0 1" Properties=species:S:1:pos:R:3\n');
    expect(frame!.cell.periodic).toEqual([true, true, true]);
    expect(frame!.rows).toHaveLength(0);
  });

  it('marks what the file does not say about forces and energies as NaN', () => {
    const [frame] = parseExtxyz(
      '1\nLattice="1 0 0 0 1 0 0 0 1" Properties=species:S:1:pos:R:3:energies:R:1\nC 0 0 0 -7',
    );
    expect([...frame!.forces!]).toEqual([Number.NaN, Number.NaN, Number.NaN, -7]);
  });

  const head = 'Lattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3';
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['no frame', '\n\n', /^a\.xyz: the file is empty/],
    ['count', 'two\n', /^a\.xyz, line 1: wanted the number of atoms, got "two"/],
    ['negative count', '-1\n\n', /line 1: wanted the number of atoms/],
    [
      'a second frame that is none',
      `1\n${head}\nC 0 0 0\nC 1 1 1\n`,
      /line 4: wanted the number of atoms, got "C 1 1 1"/,
    ],
    ['truncated', `3\n${head}\nC 0 0 0\n`, /ends inside frame 1: 3 atoms announced in line 1, 1 found/],
    ['missing comment', '1', /ends inside frame 1: 1 atoms announced in line 1, 0 found/],
    ['few columns', `1\n${head}\nC 0 0\n`, /line 3: wanted 4 columns, got 3/],
    ['blank atom line', `1\n${head}\n\nC 0 0 0\n`, /line 3: wanted 4 columns, got 0/],
    [
      'decimal comma',
      `1\n${head}\nC 0 1,5 0\n`,
      /line 3: coordinate y must be a number, got "1,5" \(decimal comma\?\)/,
    ],
    ['NaN', `1\n${head}\nC 0 nan 0\n`, /coordinate y must be a number, got "nan"/],
    ['number as species', `1\n${head}\n6 0 0 0\n`, /line 3: the species must be a name such as C, got the number 6/],
    ['no pos', `0\nLattice="1 0 0 0 1 0 0 0 1" Properties=species:S:1:pso:R:3`, /line 2.*needs pos:R:3.*"pso"/],
    ['wrong type', `0\nProperties=species:S:1:pos:R:2`, /wants pos:R:3, got pos:R:2/],
    ['no triples', `0\nProperties=species:S:1:pos`, /triples/],
    ['unknown type', `0\nProperties=species:Q:1:pos:R:3`, /wants S, I, R or L/],
    ['twice', `0\nProperties=species:S:1:pos:R:3:pos:R:3`, /names "pos" twice/],
    ['short Lattice', `0\nLattice="1 2 3" Properties=species:S:1:pos:R:3`, /line 2: Lattice wants nine numbers/],
    ['flat Lattice', `0\nLattice="1 0 0 0 1 0 0 1 0" Properties=species:S:1:pos:R:3`, /line 2: cell is degenerate/],
    ['pbc', `0\n${head} pbc="T T"`, /pbc wants three of T and F, got "T T"/],
    ['a box without end', '2\n\nC -1e200 0 0\nC 1e200 1e200 0', /line 2: cell is degenerate/],
    ['no pbc at all', `0\n${head} pbc=""`, /pbc wants three of T and F, got ""/],
    ['pbc without Lattice', `0\npbc="T T T"`, /needs a Lattice/],
    ['open quote', `0\n${head} label="never ends`, /line 2: quote not closed/],
    ['open bracket', `0\n${head} stress=[[1, 2], [3`, /line 2: bracket not closed/],
    ['no value', `0\n${head} label=`, /label= wants a value/],
    ['no key', `0\n${head} =3`, /"=" without a key/],
    ['key twice', `0\n${head} a=1 a=2`, /key "a" comes twice/],
  ];
  for (const [what, text, message] of faults) {
    it(`refuses: ${what}`, () => {
      expect(() => parseExtxyz(text, 'a.xyz')).toThrow(SpecError);
      expect(() => parseExtxyz(text, 'a.xyz')).toThrow(message);
    });
  }
});

describe('formatExtxyz', () => {
  const frame: Frame = {
    cell: orthorhombicCell(10, 11, 12.5, [true, true, false]),
    species: ['Na', 'C:basal'],
    rows: Float64Array.of(0.1 + 0.2, -0, 1e-300, 1, 1, 2, 3, 0),
    info: { voltage: 0.05, text: '0.05', note: 'a "b" \\ c\nd', done: true, word: 'T', empty: '', 'two words': -0 },
  };

  it('writes what it says', () => {
    expect(formatExtxyz({ ...frame, info: { voltage: 0.05, text: '0.05', done: true } })).toBe(
      [
        '2',
        'Lattice="10 0 0 0 11 0 0 0 12.5" pbc="T T F" Properties=species:S:1:site:S:1:pos:R:3 voltage=0.05 text="0.05" done=T',
        'C basal 0.30000000000000004 -0 1e-300',
        'Na - 1 2 3',
        '',
      ].join('\n'),
    );
  });

  it('is read back with every type of info as it was', () => {
    const [back] = parseExtxyz(formatExtxyz([frame, frame]));
    expect(back!.info).toEqual(frame.info);
    expect(back!.cell).toEqual(frame.cell);
    expect(back!.species).toEqual(['C:basal', 'Na']);
  });

  it('refuses what could not be read back', () => {
    expect(() => formatExtxyz({ ...frame, info: { pbc: 'T T T' } })).toThrow(/info key "pbc"/);
    expect(() => formatExtxyz({ ...frame, species: ['Na 1', 'C'] })).toThrow(/species "Na 1"/);
    const rows = frame.rows.slice();
    rows[5] = Number.NaN;
    expect(() => formatExtxyz({ ...frame, rows })).toThrow(PhysicsError);
    expect(() => formatExtxyz({ ...frame, rows })).toThrow(/position of atom 1 is NaN/);
  });
});
