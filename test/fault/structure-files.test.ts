/**
 * Structure files that mean harm: an error of one line that names the place, soon, whatever they announce. Through the readers
 * for sizes, through the built program for exit codes.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.ts';
import { parseStructure } from '../../src/io/structure-file.ts';

const megabytes = (text: string, size = 50) => text.repeat(Math.ceil((size * 1e6) / text.length));
const cell = 'data_x\n_cell_length_a 10\n_cell_length_b 11\n_cell_length_c 12\n';
const sites = 'loop_ _atom_site_label _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z\n';
const names = ['a.xyz', 'a.data', 'a.cif', 'POSCAR', 'a.pdb', 'a'];

const hostile: readonly (readonly [string, () => string])[] = [
  ['one line of one word', () => megabytes('x')],
  ['one line of numbers', () => megabytes('1 ')],
  ['nothing but line ends', () => megabytes('\n')],
  ['quotes that never close', () => megabytes("' ")],
  ['quotes that close and open', () => `${cell}_x ${megabytes("'a'b")}`],
  ['values in quotes in one line', () => `${cell}loop_ _b ${megabytes("'a' ")}`],
  ['a loop of names', () => `${cell}loop_ ${megabytes('_a ')}`],
  ['a text field without end', () => `${cell}_x\n${megabytes(';')}`],
  [
    'operators without end',
    () => `${cell}loop_ _symmetry_equiv_pos_as_xyz\n${megabytes("'x, y, z' ")}\n${sites}C 0 0 0`,
  ],
  ['an operator without end', () => `${cell}_symmetry_equiv_pos_as_xyz "${megabytes('x+')}"\n${sites}C 0 0 0`],
  [
    'columns of XYZ',
    () => `1\nProperties=${Array.from({ length: 150_000 }, (_, i) => `a${i}:S:1`).join(':')}\nC 0 0 0`,
  ],
  ['one point, often', () => `300000\n\n${'C 0 0 0\n'.repeat(300_000)}`],
  ['a LAMMPS header without end', () => `t\n${megabytes('; \n')}`],
];

describe.each(hostile)('%s', (_what, make) => {
  it('is refused soon, in one line', () => {
    const text = make();
    for (const name of names) {
      const start = performance.now();
      let message = 'read';
      try {
        parseStructure(text, name);
      } catch (error) {
        expect(error).toBeInstanceOf(SpecError);
        message = (error as SpecError).message;
      }
      expect(message).toMatch(new RegExp(`^${name.replace('.', '\\.')}(, line \\d+)?: [^\\n]{1,500}$`));
      expect(performance.now() - start).toBeLessThan(20_000);
    }
  });
});

describe('counts that are not kept', () => {
  it.each([
    ['a.xyz', '1000000000000\n\nC 0 0 0\n', /line 4: the file ends inside frame 1: 1000000000000 atoms announced/],
    [
      'a.data',
      't\n1000000000000 atoms\n1 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\nMasses\n\n1 12.011\n\nAtoms # atomic\n\n1 1 1 2 3\n',
      /1 lines, the header says 1000000000000/,
    ],
    [
      'a.data',
      't\n1 atoms\n4000000000 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\nMasses\n\n1 12.011\n\nAtoms # atomic\n\n1 1 1 2 3\n',
      /1 lines, the header says 4000000000/,
    ],
    [
      'POSCAR',
      't\n1\n9 0 0\n0 9 0\n0 0 9\nC\n1000000000000\nDirect\n0 0 0\n',
      /1000000000000 atoms announced in line 7, 1 found/,
    ],
  ])('%s', (name, text, message) => {
    expect(() => parseStructure(text, name)).toThrow(SpecError);
    expect(() => parseStructure(text, name)).toThrow(message);
  });

  it('an operator list is held against its atoms before any room is made', () => {
    const operators = `loop_ _symmetry_equiv_pos_as_xyz\n${"'x, y, z'\n'-x, -y, -z'\n".repeat(500)}`;
    const atoms = Array.from({ length: 5000 }, (_, i) => `C ${i / 5000} 0 0`).join('\n');
    expect(() => parseStructure(`${cell}${operators}${sites}${atoms}`, 'a.cif')).toThrow(
      /5000 atoms under 1000 operators, wanted at most 4000000 images/,
    );
  });
});

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const data = (file: string) => fileURLToPath(new URL(`../data/structures/${file}`, import.meta.url));

describe.skipIf(!existsSync(program))('the built program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cardhouse-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function cardhouse(...given: string[]) {
    const environment = { ...process.env, CARDHOUSE_DEBUG: '', FORCE_COLOR: undefined, NO_COLOR: '1' };
    return spawnSync(process.execPath, [program, ...given], { cwd: folder, encoding: 'utf8', env: environment });
  }

  it('reads every format, and writes what the ending says', () => {
    for (const file of ['graphite.cif', 'graphene.poscar', 'benzene.pdb']) copyFileSync(data(file), join(folder, file));
    copyFileSync(data('graphene.poscar'), join(folder, 'POSCAR'));
    for (const [file, atoms] of [
      ['graphite.cif', 4],
      ['graphene.poscar', 2],
      ['POSCAR', 2],
    ] as const) {
      const { stdout, stderr, status } = cardhouse('energy', file, '--model', 'carbon', '--json');
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ file, atoms });
    }
    expect(
      cardhouse('relax', 'POSCAR', '--model', 'carbon', '--steps', '3', '--out', 'CONTCAR', '--quiet').status,
    ).toBe(0);
    expect(readFileSync(join(folder, 'CONTCAR'), 'utf8')).toMatch(/^graphene, two atoms\n1\n2\.46 0 0\n/);
  });

  it.each<[string, string | Buffer, RegExp]>([
    [
      'a.cif',
      `${cell}_symmetry_space_group_name_H-M 'P 63/m m c'\n${sites}C 0 0 0`,
      /^SpecError: a\.cif, line 5: space group/,
    ],
    ['b.cif', Buffer.from([0x89, 0x50, 0, 0xff, 0xfe, 0x0a]), /^SpecError: b\.cif: this is no text/],
    ['c.cif', `${cell}_x "\x1b[2Jnever\n`, /^SpecError: c\.cif, line 5: quote not closed .*"\?\[2Jnever"/],
    ['POSCAR', 't\n1\n9 0 0\n0 9 0\n9 9 0\nC\n1\nDirect\n0 0 0\n', /^SpecError: POSCAR, line 5: cell is degenerate/],
    ['d.pdb', 'ATOM      1  C   RES A   1       0.000   0.0', /^SpecError: d\.pdb, line 1: coordinate y must be/],
    ['e.txt', 'hello', /^SpecError: e\.txt: neither name nor content tells the format/],
  ])('refuses %s', (name, content, wanted) => {
    writeFileSync(join(folder, name), content);
    const { stdout, stderr, status } = cardhouse('energy', name, '--model', 'carbon');
    expect(stderr).toMatch(wanted);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('refuses to write what is read only, before it computes', () => {
    copyFileSync(data('graphite.cif'), join(folder, 'graphite.cif'));
    for (const [given, wanted] of [
      [['relax', 'graphite.cif', '--model', 'carbon', '--out', 'new.cif'], /new\.cif is CIF, which is read only/],
      [['build', 'hard-carbon', '--out', 'carbon.png'], /carbon\.png does not tell the format/],
      [['energy', 'graphite.cif', '--model', 'carbon', '--out', 'e.data'], /--out must be extended XYZ/],
    ] as const) {
      const { stderr, status } = cardhouse(...given);
      expect(stderr).toMatch(wanted);
      expect(status).toBe(2);
      expect(readdirSync(folder)).toEqual(['graphite.cif']);
    }
  });
});
