import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix, orthorhombicCell } from '../../src/core/cell.ts';
import { SpecError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { formatLammpsData } from '../../src/io/lammps-data-writer.ts';

const data = (file: string) => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');

describe('parseLammpsData', () => {
  it('reads what LAMMPS wrote: elements from masses, image flags, velocities skipped', () => {
    const theirs = parseLammpsData(data('written-by-lammps.data'), 'written-by-lammps.data').frame;
    const ours = parseLammpsData(data('toy.data'), 'toy.data').frame;
    expect(theirs.species).toEqual(['Na', 'C']);
    expect(ours.species).toEqual(['Na', 'C:basal']);
    expect(theirs.cell).toEqual(ours.cell);
    // LAMMPS wrapped one atom and flagged it (0 1 0); unwrapping undoes that to rounding
    for (let i = 0; i < ours.rows.length; i++) expect(theirs.rows[i]).toBeCloseTo(ours.rows[i]!, 12);
    expect(theirs.info).toEqual({ title: 'LAMMPS data file via write_data, version 29 Sep 2021, timestep = 0' });
  });

  it('reads charges, sorts by id, and tells the style by its width', () => {
    const text = (style: string) =>
      `t\n2 atoms\n1 atom types\n0 10 xlo xhi\n-5 5 ylo yhi\n0 10 zlo zhi\n\nMasses\n\n1 6.9\n\nAtoms${style}\n\n2 1 -0.5 4 5 6\n1 1 0.5 1 2 3\n`;
    for (const style of ['', ' # charge']) {
      const { frame, charges } = parseLammpsData(text(style));
      expect([...charges!]).toEqual([0.5, -0.5]);
      expect(frame.species).toEqual(['Li']);
      expect([...frame.rows]).toEqual([1, 2, 3, 0, 4, 5, 6, 0]);
      expect([...frame.cell.matrix]).toEqual([10, 0, 0, 0, 10, 0, 0, 0, 10]);
    }
  });

  it('reads an empty box and takes the periodic directions from the caller', () => {
    const text = 't\n0 atoms\n0 atom types\n0 bonds\n0 1 xlo xhi\n0 2 ylo yhi\n0 3 zlo zhi\n';
    const { frame } = parseLammpsData(text, 'x', [true, false, true]);
    expect(frame.rows).toHaveLength(0);
    expect(frame.cell).toEqual(orthorhombicCell(1, 2, 3, [true, false, true]));
  });

  const good = [
    ...['title', '1 atoms', '1 atom types', '0 10 xlo xhi', '0 10 ylo yhi', '0 10 zlo zhi', 'Masses', '1 12.011 # C'],
    ...['Atoms # atomic', '1 1 1 2 3'],
  ];
  /** the good file with some of its lines (counted from 1) replaced */
  const broken = (lines: Record<number, string>) => good.map((line, i) => lines[i + 1] ?? line).join('\n');
  it('reads the file that the faults are made from', () => {
    expect([...parseLammpsData(broken({})).frame.rows]).toEqual([1, 2, 3, 0]);
  });

  const faults: readonly (readonly [string, Record<number, string>, RegExp])[] = [
    ['unknown header', { 2: '1 atom' }, /^a\.data, line 2: unknown header "atom"; did you mean "atoms"\?/],
    ['count is no integer', { 2: '1.5 atoms' }, /line 2: atoms must be an integer, got "1\.5"/],
    ['no types', { 3: '' }, /line 6: the header has no "atom types"/],
    ['flat box', { 4: '3 3 xlo xhi' }, /line 4: box must have xlo < xhi, got 3 and 3/],
    ['one bound', { 5: '10 ylo yhi' }, /line 5: wanted 2 number\(s\) before "ylo yhi"/],
    ['twice', { 6: '0 10 ylo yhi' }, /line 6: "ylo yhi" comes twice/],
    ['unknown section', { 7: 'Mases' }, /line 7: unknown section "Mases"; did you mean "Masses"\?/],
    ['no Masses', { 7: '', 8: '' }, /there is no Masses section/],
    ['too few masses', { 3: '2 atom types' }, /line 8: section Masses has 1 lines, the header says 2/],
    ['unknown mass', { 8: '1 3.3' }, /line 8: no element has mass 3\.3; add its species, e\.g\. # C/],
    ['comment against mass', { 8: '1 22.99 # C' }, /line 8: "C" has mass 12\.011 amu here, the file says 22\.99/],
    ['comment is no element', { 8: '1 12.011 # carbon' }, /line 8: "carbon" has mass 1 amu here.*e\.g\. # C/],
    ['type out of range', { 8: '2 12.011' }, /line 8: type must be an integer from 1 to 1, got "2"/],
    ['other style', { 9: 'Atoms # full' }, /line 9: atom_style "full" is not read; wanted atomic or charge/],
    ['columns', { 10: '1 1 1 2' }, /line 10: atom_style atomic wants 5 columns, or 8 with image flags, got 4/],
    ['coordinate', { 10: '1 1 1 2 3,5' }, /line 10: coordinate z must be a number, got "3,5" \(decimal comma\?\)/],
    ['atom type', { 10: '1 2 1 2 3' }, /line 10: type must be an integer from 1 to 1, got "2"/],
    ['image flag', { 10: '1 1 1 2 3 0 0.5 0' }, /line 10: image flag must be an integer, got "0\.5"/],
    ['atom id', { 10: '0 1 1 2 3' }, /line 10: atom id must be an integer/],
    ['missing atoms', { 2: '2 atoms' }, /line 10: section Atoms has 1 lines, the header says 2/],
    ['extra atoms', { 10: '1 1 1 2 3\n2 1 1 2 3' }, /line 11: section Atoms has 2 lines, the header says 1/],
    ['same id', { 2: '2 atoms', 10: '7 1 1 2 3\n7 1 4 5 6' }, /line 11: atom id 7 comes twice/],
    ['charge or type?', { 9: 'Atoms', 10: '1 1 1 1 2 3' }, /line 9: third columns may be charges or types/],
    ['section twice', { 10: '1 1 1 2 3\nAtoms' }, /line 11: section Atoms comes twice/],
  ];
  for (const [what, lines, message] of faults) {
    it(`refuses: ${what}`, () => {
      expect(() => parseLammpsData(broken(lines), 'a.data')).toThrow(SpecError);
      expect(() => parseLammpsData(broken(lines), 'a.data')).toThrow(message);
    });
  }
});

describe('formatLammpsData', () => {
  const frame: Frame = {
    cell: cellFromMatrix([8.5, 0, 0, 1.7, 8, 0, -1.1, 0.9, 9]),
    species: ['Na', 'C:basal'],
    rows: Float64Array.of(0.1 + 0.2, -3, 4, 1, 1, 2, 3, 0),
  };

  it('writes what it says', () => {
    expect(formatLammpsData(frame, [0, -0.25])).toBe(
      [
        ...['written by Cardhouse', '', '2 atoms', '2 atom types', '', '0 8.5 xlo xhi', '0 8 ylo yhi', '0 9 zlo zhi'],
        ...['1.7 -1.1 0.9 xy xz yz', '', 'Masses', '', '1 22.98976928 # Na', '2 12.011 # C:basal', ''],
        ...['Atoms # charge', '', '1 2 0 0.30000000000000004 -3 4', '2 1 -0.25 1 2 3', ''],
      ].join('\n'),
    );
  });

  it('moves a non-periodic edge to where the atoms are', () => {
    const slab = { ...frame, cell: orthorhombicCell(5, 5, 20, [true, true, false]) };
    slab.rows[2] = -8;
    const text = formatLammpsData(slab);
    expect(text).toContain('0 5 ylo yhi');
    // atoms from z = −8 to 3: centre −2.5, edge 20
    expect(text).toContain('-12.5 7.5 zlo zhi');
    expect([...parseLammpsData(text).frame.rows]).toEqual([...slab.rows]);
  });

  it('refuses what LAMMPS would refuse or lose', () => {
    const left = cellFromMatrix([1, 0, 0, 0, 0, 1, 0, 1, 0]);
    expect(() => formatLammpsData({ ...frame, cell: left })).toThrow(/right-handed/);
    const narrow = orthorhombicCell(5, 1, 5, [true, false, true]);
    expect(() => formatLammpsData({ ...frame, cell: narrow })).toThrow(/span 5\.000 edges .* vector b/);
    expect(() => formatLammpsData(frame, [1])).toThrow(/wants 2 charges, got 1/);
    expect(() => formatLammpsData(frame, [1, Number.NaN])).toThrow(/charge of atom 1 is NaN/);
    expect(() => formatLammpsData({ ...frame, species: ['Na', 'C #2'] })).toThrow(/species "C #2"/);
  });
});
