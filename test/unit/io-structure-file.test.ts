import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { SpecError } from '../../src/core/errors.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { formatExtxyz } from '../../src/io/extxyz.ts';
import { formatLammpsData } from '../../src/io/lammps-data-writer.ts';
import { formatStructure, parseStructure, structureFormatOf, structureWriter } from '../../src/io/structure-file.ts';

const data = (file: string) => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
const frame: Frame = { cell: cubicCell(9), species: ['C'], rows: Float64Array.of(1, 2, 3, 0, 4, 5, 6, 0) };

describe('structureFormatOf', () => {
  it.each([
    ['a/b.c/carbon.XYZ', 'xyz'],
    ['x.extxyz', 'xyz'],
    ['x.data', 'lammps'],
    ['x.lmp', 'lammps'],
    ['x.cif', 'cif'],
    ['dir\\POSCAR', 'poscar'],
    ['CONTCAR_relaxed', 'poscar'],
    ['POSCAR.cif', 'cif'],
    ['x.vasp', 'poscar'],
    ['1abc.ent', 'pdb'],
    ['POSCAR/readme', undefined],
    ['x.txt', undefined],
    ['x.constructor', undefined],
    ['', undefined],
  ])('%s is %s', (name, format) => {
    expect(structureFormatOf(name)).toBe(format);
  });
});

describe('parseStructure', () => {
  it.each([
    ['structures/graphite.cif', 4],
    ['structures/graphene.poscar', 2],
    ['structures/benzene.pdb', 12],
    ['toy.data', 16],
    ['written-by-lammps.data', 16],
  ])('tells the format of %s by name and by content', (file, atoms) => {
    const text = data(file);
    expect(atomCount(parseStructure(text, file))).toBe(atoms);
    expect(parseStructure(text, 'unknown')).toEqual(parseStructure(text, file));
    expect(parseStructure(`\uFEFF${text}`, 'unknown')).toEqual(parseStructure(text, file));
  });

  it('reads the first frame of XYZ', () => {
    const text = `\n${formatExtxyz([frame, { ...frame, cell: cubicCell(8) }])}`;
    expect(parseStructure(text, 'x').cell.volume).toBe(729);
  });

  const xyz = (lines: string) => `2\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3\n${lines}\n`;
  const faults: readonly (readonly [string, string, string, RegExp])[] = [
    ['nothing', '', 'x', /^x: neither name nor content tells the format; read are extended XYZ .*CIF .*POSCAR .*PDB/],
    ['prose', 'Dear reader,\n\nyours', 'x.txt', /^x\.txt: neither name nor content/],
    ['bytes', '\x89PNG\r\n\0\0', 'x.cif', /^x\.cif: this is no text/],
    ['UTF-16', '2\0\n\0', 'x.xyz', /UTF-16/],
    ['two on one point', xyz('C 0 0 0\nC 8.95 9 0'), 'x.xyz', /^x\.xyz, line 4: .* stands on that of line 3/],
    ['far away', xyz('C 0 0 0\nC 8 1e9 0'), 'x.xyz', /^x\.xyz, line 4: coordinate y is 1000000000 Å/],
    [
      'a thin cell',
      xyz('C 0 0 0\nC 4 0 0').replace('9 0 0 0 9', '9 0 0 0 .1'),
      'x.xyz',
      /line 2: the cell is 0\.0999\d* Å thick across b/,
    ],
    [
      'two on one point of LAMMPS',
      formatLammpsData({ ...frame, rows: Float64Array.of(1, 2, 3, 0, 1, 2, 3.05, 0) }),
      'x.data',
      /^x\.data, atom 2 in the order of ids: this atom stands on that of atom 1/,
    ],
    [
      'an endless box of LAMMPS',
      formatLammpsData(frame).replaceAll('0 9 ', '0 1e200 '),
      'x.data',
      /^x\.data, line \d+: cell/,
    ],
  ];
  it.each(faults)('refuses: %s', (_what, text, name, message) => {
    expect(() => parseStructure(text, name)).toThrow(SpecError);
    expect(() => parseStructure(text, name)).toThrow(message);
  });
});

describe('formatStructure', () => {
  it('writes what the name says', () => {
    expect(formatStructure(frame, 'a.xyz')).toBe(formatExtxyz(frame));
    expect(formatStructure(frame, 'a.data')).toBe(formatLammpsData(frame));
    expect(formatStructure(frame, 'POSCAR')).toContain('Cartesian');
  });

  it.each([
    ['a.cif', /^a\.cif is CIF, which is read only; written are extended XYZ/],
    ['a.pdb', /^a\.pdb is PDB, which is read only/],
    ['a', /^a does not tell the format; written are/],
  ])('refuses %s', (name, message) => {
    expect(() => structureWriter(name)).toThrow(SpecError);
    expect(() => formatStructure(frame, name)).toThrow(message);
  });
});

describe('XYZ of other programs', () => {
  it('plain: any comment, tabs, more columns', () => {
    const { cell, rows, info } = parseStructure(
      '2\r\n energy = -1.5 "x\r\nC\t0 0\t0 0.1\r\nH  1.09D0 0 0 0.2\r\n\r\n',
      'm.xyz',
    );
    expect(cell.periodic).toEqual([false, false, false]);
    expect([...rows]).toEqual([0, 0, 0, 0, 1.09, 0, 0, 1]);
    expect(info!['comment']).toBe('energy = -1.5 "x');
  });

  it('as ASE writes it', () => {
    const comment =
      'Lattice="2.46 0.0 0.0 -1.23 2.13 0.0 0.0 0.0 15.0" Properties=species:S:1:pos:R:3:tags:I:1:move_mask:L:3:magmoms:R:1:forces:R:3 ' +
      'relaxed=T config_type=bulk mace_dict="_JSON {\\"a\\": [1, 2]}" energy=-18.4 free_energy=-18.4 stress="0.1 0 0 0 0.1 0 0 0 0.1" pbc="T T F"';
    const { cell, rows, forces, info } = parseStructure(
      `2\n${comment}\nC       0.00000000       0.00000000       7.50000000        0    T T F  0.0   0.1 0.0 -0.1\nC 1.23 0.71 7.5 1 F F F 0.0 -0.1 0.0 0.1\n`,
      'ase.xyz',
    );
    expect(cell.periodic).toEqual([true, true, false]);
    expect(rows[5]).toBe(0.71);
    expect([...forces!.subarray(0, 3)]).toEqual([0.1, 0, -0.1]);
    expect(info).toMatchObject({ relaxed: true, energy: -18.4, config_type: 'bulk', mace_dict: '_JSON {"a": [1, 2]}' });
  });

  it('a molecule as ASE writes it', () => {
    const { cell } = parseStructure('1\nProperties=species:S:1:pos:R:3 pbc="F F F"\nC 0 0 0\n', 'ase.xyz');
    expect(cell.periodic).toEqual([false, false, false]);
  });

  it('a wire and a sheet as ASE writes them: no lattice vector where nothing repeats', () => {
    const text = (lattice: string, pbc: string) =>
      `2\nLattice="${lattice}" Properties=species:S:1:pos:R:3 pbc="${pbc}"\nC 0 0 0\nC 1 2 3\n`;
    const wire = parseStructure(text('0 0 0 0 0 0 0 0 4', 'F F T'), 'wire.xyz');
    expect([...wire.cell.matrix]).toEqual([21, 0, 0, 0, 22, 0, 0, 0, 4]);
    expect(wire.info!['cell']).toMatch(/atoms \+ 20 Å along directions that are not periodic/);
    const sheet = parseStructure(text('4 0 0 0 0 0 1 0 5', 'T F T'), 'sheet.xyz');
    expect([...sheet.cell.matrix]).toEqual([4, 0, 0, 0, 22, 0, 1, 0, 5]);
    const tilted = parseStructure(text('0 0 0 3 4 0 0 0 0', 'F T F'), 'wire.xyz').cell;
    expect(tilted.volume).toBeCloseTo(5 * tilted.heights[0] * tilted.heights[2], 9);
    expect(() => parseStructure(text('0 0 0 0 0 0 0 0 4', 'T F T'), 'wire.xyz')).toThrow(/line 2: cell is degenerate/);
  });

  it('as OVITO writes it', () => {
    const comment =
      'Lattice="10.0 0.0 0.0 0.0 10.0 0.0 0.0 0.0 10.0" Origin="-5.0 -5.0 -5.0" pbc="T T T" Properties=id:I:1:species:S:1:pos:R:3:velo:R:3 Timestep=100';
    const { rows, species } = parseStructure(`1\n${comment}\n1 Na -4.5 0 4.5 0 0 0\n`, 'ovito.xyz');
    expect(species).toEqual(['Na']);
    expect([...rows]).toEqual([-4.5, 0, 4.5, 0]);
  });

  it('with lists in brackets', () => {
    const comment = 'Lattice=[[5, 0, 0], [0, 6, 0], [0, 0, 7]] pbc=[T, T, F] Properties=species:S:1:pos:R:3';
    const { cell } = parseStructure(`1\n${comment}\nC 0 0 0\n`, 'quip.xyz');
    expect([...cell.matrix]).toEqual([5, 0, 0, 0, 6, 0, 0, 0, 7]);
    expect(cell.periodic).toEqual([true, true, false]);
  });
});
