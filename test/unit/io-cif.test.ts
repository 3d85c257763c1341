import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { atomCount, composition, densityOf, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { parseCif } from '../../src/io/cif.ts';
import { parseOperator } from '../../src/io/cif-symmetry.ts';

const data = (file: string) => readFileSync(new URL(`../data/structures/${file}`, import.meta.url), 'utf8');

/** Distances to all neighbours of each atom, sorted. */
function distances(frame: Frame, cutoff: number): number[][] {
  const { start, rows } = neighborList(frame, cutoff);
  return Array.from({ length: atomCount(frame) }, (_, i) =>
    Array.from(rows.subarray(4 * start[i]!, 4 * start[i + 1]!))
      .filter((_x, k) => k % 4 === 3)
      .sort((a, b) => a - b),
  );
}

describe('crystals that are known', () => {
  it('graphite: four atoms, three bonds of 1.42 Å each, sheets half an edge apart', () => {
    const frame = parseCif(data('graphite.cif'), 'graphite.cif');
    expect(atomCount(frame)).toBe(4);
    expect(frame.species).toEqual(['C']);
    expect(frame.info).toEqual({ title: 'graphite', spaceGroup: 'P 63/m m c' });
    for (const bonds of distances(frame, 2)) {
      expect(bonds).toHaveLength(3);
      for (const bond of bonds) expect(bond).toBeCloseTo(1.421, 3);
    }
    const heights = [...new Set([2, 6, 10, 14].map((i) => frame.rows[i]!.toFixed(6)))].map(Number).sort();
    expect(heights[1]! - heights[0]!).toBeCloseTo(6.709 / 2, 6);
    expect(densityOf(frame)).toBeCloseTo(2.267, 3);
  });

  it('LiC6: special positions are counted once, lithium has twelve carbons', () => {
    const frame = parseCif(data('lic6.cif'), 'lic6.cif');
    expect(composition(frame)).toEqual(
      new Map([
        ['Li', 1],
        ['C', 6],
      ]),
    );
    const [lithium, ...carbons] = distances(frame, 2.5);
    expect(lithium).toHaveLength(12);
    for (const r of lithium!) expect(r).toBeCloseTo(Math.hypot(4.305 / 3, 3.706 / 2), 3);
    for (const around of carbons) expect(around[0]).toBeCloseTo(1.435, 3);
  });

  it('NaCl: 192 operators on two atoms make eight, six neighbours each; save frames and dummies are no atoms', () => {
    const frame = parseCif(data('nacl.cif'), 'nacl.cif');
    expect(composition(frame)).toEqual(
      new Map([
        ['Na', 4],
        ['Cl', 4],
      ]),
    );
    for (const around of distances(frame, 3)) {
      expect(around).toHaveLength(6);
      for (const r of around) expect(r).toBeCloseTo(5.6402 / 2, 12);
    }
    expect(densityOf(frame)).toBeCloseTo(2.163, 3);
  });
});

const head = 'data_x\n_cell_length_a 10\n_cell_length_b 11\n_cell_length_c 12\n';
const loop = 'loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n';

describe('parseCif', () => {
  it('reads Cartesian coordinates, upper case, dots in names, DOS line ends', () => {
    const text =
      'DATA_x\n_cell.length_a 10\n_cell.length_b 10\n_cell.length_c 10\n_cell.angle_gamma .\nloop_\n_atom_site.type_symbol\n_atom_site.Cartn_x\n_atom_site.Cartn_y\n_atom_site.Cartn_z\nCL 1 2 3\nD -4 5.5(3) 6E0\n';
    const frame = parseCif(text.replaceAll('\n', '\r\n'));
    expect([...frame.rows]).toEqual([1, 2, 3, 0, -4, 5.5, 6, 1]);
    expect(frame.species).toEqual(['Cl', 'H']);
    expect(frame.info).toEqual({ title: 'x', symmetry: 'not in the file: taken as P 1' });
  });

  it('takes a molecule without a cell as a cluster, and the first of its models', () => {
    const names = ['type_symbol', 'Cartn_x', 'Cartn_y', 'Cartn_z', 'pdbx_PDB_model_num'].map((n) => `_atom_site.${n}`);
    const frame = parseCif(`data_m loop_ ${names.join(' ')} C 0 0 0 1 O 1.2 0 0 1 C 0 0 0 2`);
    expect(atomCount(frame)).toBe(2);
    expect(frame.cell.periodic).toEqual([false, false, false]);
    expect(frame.info!['cell']).toMatch(/no cell/);
  });

  it.each([
    ['C', 'C'],
    ['C12', 'C'],
    ['Na1', 'Na'],
    ['OW', 'O'],
    ['H1A', 'H'],
    ['Li+', 'Li'],
  ])('takes %s for the element %s', (label, element) => {
    expect(parseCif(`${head}${loop}${label} 0 0 0`).species).toEqual([element]);
  });

  it('leaves the atoms of the file where they are, and puts images into the cell', () => {
    const operators = "loop_ _symmetry_equiv_pos_as_xyz 'x,y,z' '-X+1/2 , .5-y,z-1/4'\n";
    const frame = parseCif(`${head}${operators}${loop}C1 -0.1 0 0`);
    expect([...frame.rows].map((x) => Number(x.toFixed(9)))).toEqual([-1, 0, 0, 0, 6, 5.5, 9, 0]);
  });

  it('reads quotes inside quotes, text fields, comments behind values', () => {
    const text = `${head}_a 'it's one value' # 'not "open\n_b "say "aah"'o'"\n_c\n;text\n;\n_d ;no_field\n${loop}C1 0 0 0`;
    expect(atomCount(parseCif(text))).toBe(1);
  });

  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /^a\.cif, line 1: no data block has atoms; wanted _atom_site_fract_x/],
    ['something else', '2\n\nC 0 0 0', /line 1: a CIF begins with data_ and a name, got "2"/],
    ['no cell', `data_x\n${loop}C1 0 0 0`, /line 1: data_"x" has no _cell_length_a/],
    ['half a cell', `${head.replace('_cell_length_b 11\n', '')}${loop}C1 0 0 0`, /has no _cell_length_b/],
    [
      'an unknown edge',
      `${head.replace('11', '?')}${loop}C1 0 0 0`,
      /line 3: _cell_length_b must be .* got "\?" \(unk/,
    ],
    ['a flat cell', `${head.replace('11', '0')}${loop}C1 0 0 0`, /line 2: edge b of the cell must be above 0/],
    ['a thin cell', `${head.replace('11', '1e-3')}${loop}C1 0 0 0`, /line 2: the cell is 0.001.* Å thick across b/],
    ['a huge cell', `${head.replace('11', '1e300')}${loop}C1 0 0 0`, /line 2: /],
    ['angles', `${head}_cell_angle_gamma 180\n${loop}C1 0 0 0`, /gamma must be between 0 and 180/],
    ['no corner', `${head}_cell_angle_alpha 10\n_cell_angle_beta 10\n${loop}C1 0 0 0`, /close no cell/],
    ['NaN', `${head}${loop}C1 0 NaN 0`, /line 10: _atom_site_fract_y must be a number, got "NaN"/],
    ['1e400', `${head}${loop}C1 0 0 1e400`, /line 10: _atom_site_fract_z must be a number/],
    ['far away', `${head}${loop}C1 0 0 1e300`, /line 10: this atom is more than 1000000 Å away/],
    ['a decimal comma', `${head}${loop}C1 0 0,5 0`, /got "0,5" \(decimal comma\?\)/],
    ['a row that is not whole', `${head}${loop}C1 0 0 0\nC2 0 0.5`, /line 5: this loop has 4 data names and 7 values/],
    ['no z', `${head}loop_ _atom_site_label _atom_site_fract_x _atom_site_fract_y C1 0 0`, /has no _atom_site_fract_z/],
    ['an unknown element', `${head}${loop}Xy1 0 0 0`, /line 10: "Xy1" is no element/],
    ['two readings', `${head}${loop}CA1 0 0 0`, /line 10: "CA1" is no element; .*_atom_site_type_symbol/],
    ['a heavy element', `${head}${loop}U1 0 0 0`, /line 10: element U is not known to Cardhouse/],
    ['two on one point', `${head}${loop}C1 0 0 0\nC2 0 .999 0`, /line 11: this atom stands on that of line 10/],
    [
      'an image on another atom',
      `${head}loop_ _symmetry_equiv_pos_as_xyz x,y,z -x,-y,-z\n${loop}C1 .1 0 0\nC2 .9 0 0`,
      /line 12: this atom stands on that of line 11/,
    ],
    [
      'a half-filled site',
      `${head}loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\nLi1 0 0 0 0.5(1)`,
      /line 11: site "Li1" has occupancy 0\.5, wanted 1/,
    ],
    [
      'a group alone',
      `${head}_space_group_IT_number 194\n${loop}C1 0 0 0`,
      /line 5: space group "194" without its oper/,
    ],
    [
      'a group alone',
      `${head}_symmetry_space_group_name_H-M 'F m -3 m'\n${loop}C 0 0 0`,
      /"F m -3 m" without its oper/,
    ],
    ['no identity', `${head}loop_ _symmetry_equiv_pos_as_xyz -x,-y,-z\n${loop}C1 0 0 0`, /lack x, y, z/],
    [
      'symmetry of another cell',
      `${head}loop_ _symmetry_equiv_pos_as_xyz x,y,z y,x,z\n${loop}C1 0 0 0`,
      /line 5: symmetry operator "y,x,z" does not fit the cell/,
    ],
    ['two parts', `${head}_symmetry_equiv_pos_as_xyz x,y\n${loop}C1 0 0 0`, /"x,y" has 2 parts, wanted 3/],
    ['an open quote', `${head}_x 'never ends\n${loop}C1 0 0 0`, /line 5: quote not closed by the end of the line/],
    ['an open text field', `${head}_x\n;never ends\n${loop}C1 0 0 0`, /line 6: this text field is never closed/],
    ['an open save frame', `${head}save_x _y 1`, /the file ends inside the save frame of line 5/],
    ['a stray value', `${head}7\n${loop}C1 0 0 0`, /line 5: value "7" without a data name/],
    ['no value', `${head}_x\nloop_ _y 1`, /line 5: data name "_x" has no value/],
    ['a name twice', `${head}_cell_length_a 4\n${loop}C1 0 0 0`, /line 5: data name "_cell_length_a" comes twice/],
    ['an empty loop', `${head}loop_ data_y`, /line 5: loop_ without data names/],
    ['a reserved word', `${head}_x stop_`, /line 5: CIF reserves the word "stop_"/],
  ];
  it.each(faults)('refuses: %s', (_what, text, message) => {
    expect(() => parseCif(text, 'a.cif')).toThrow(SpecError);
    expect(() => parseCif(text, 'a.cif')).toThrow(message);
  });
});

describe('parseOperator', () => {
  it.each([
    ['x,y,z', [1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]],
    ['-x+1/2, y, z-1/4', [-1, 0, 0, 0, 1, 0, 0, 0, 1], [0.5, 0, -0.25]],
    ['1/2+Y , X-Y, .75 - Z', [0, 1, 0, 1, -1, 0, 0, 0, -1], [0.5, 0, 0.75]],
    ['+z,+x,+y+2/4', [0, 0, 1, 1, 0, 0, 0, 1, 0], [0, 0, 0.5]],
  ])('reads %s', (text, rotation, translation) => {
    expect(parseOperator(text, 'here')).toEqual({ rotation, translation });
  });

  it.each(['', 'x,y', 'x,y,', 'x,y,w', 'x y,y,z', 'x,y,2x', 'x,x,z', 'x,y,z+1/0', 'x,y,z+', 'x,y,z/2', 'x+x,y,z'])(
    'refuses %s',
    (text) => {
      expect(() => parseOperator(text, 'here')).toThrow(/^here: symmetry operator/);
    },
  );
});
