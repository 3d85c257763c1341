import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import { ModelError } from '../../src/core/errors.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { lammpsSpline } from '../../src/io/lammps-spline.ts';
import { parseSetfl, type Setfl } from '../../src/io/setfl.ts';
import type { Radial } from '../../src/model/radial/radial.ts';
import { tabulated } from '../../src/model/radial/tabulated.ts';

const data = (file: string) => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');

function splined(values: Float64Array, step: number): Radial {
  const { value, slope } = lammpsSpline(values, step);
  return tabulated({ from: 0, step, values: value, slopes: slope });
}

/** [N] rows (energy, fx, fy, fz) of U = Σ F(ρᵢ) + ½ Σ φ, straight from its definition; species index = element index */
function evaluate(setfl: Setfl, frame: Frame): number[][] {
  const embedding = setfl.embedding.map((values) => splined(values, setfl.drho));
  const density = setfl.density.map((row) => row.map((values) => splined(values, setfl.dr)));
  const pair = setfl.pair.map((row) => row.map((values) => splined(values, setfl.dr)));
  const list = neighborList(frame, setfl.cutoff);
  const kind = (i: number) => frame.rows[4 * i + 3]!;
  const rho = new Float64Array(atomCount(frame));
  const atoms = Array.from(rho, () => [0, 0, 0, 0]);
  const eachPair = (visit: (i: number, j: number, r: number, p: number) => void) => {
    for (let i = 0; i < rho.length; i++) {
      for (let p = list.start[i]!; p < list.start[i + 1]!; p++) visit(i, list.index[p]!, list.rows[4 * p + 3]!, p);
    }
  };
  eachPair((i, j, r) => {
    rho[i]! += density[kind(i)]![kind(j)]!.value(r);
    atoms[i]![0]! += pair[kind(i)]![kind(j)]!.value(r) / (2 * r);
  });
  expect(Math.max(...rho)).toBeLessThan((setfl.nrho - 1) * setfl.drho);
  atoms.forEach((atom, i) => {
    atom[0]! += embedding[kind(i)]!.value(rho[i]!);
  });
  eachPair((i, j, r, p) => {
    const [a, b] = [kind(i), kind(j)];
    const z = pair[a]![b]!;
    const slope =
      z.slope(r) / r -
      z.value(r) / (r * r) +
      embedding[a]!.slope(rho[i]!) * density[a]![b]!.slope(r) +
      embedding[b]!.slope(rho[j]!) * density[b]![a]!.slope(r);
    for (let k = 0; k < 3; k++) atoms[i]![1 + k]! += (slope * list.rows[4 * p + k]!) / r;
  });
  return atoms;
}

describe('setfl against LAMMPS', () => {
  const oracle = JSON.parse(data('toy-eam.json')) as Record<'fs' | 'alloy', { energy: number; atoms: number[][] }>;
  const { frame } = parseLammpsData(data('toy.data'));
  for (const flavour of ['fs', 'alloy'] as const) {
    it(`eam/${flavour}: energies and forces of 16 atoms of two elements`, () => {
      const setfl = parseSetfl(data(`toy.eam.${flavour}`), `toy.eam.${flavour}`);
      expect(setfl.flavour).toBe(flavour);
      const atoms = evaluate(setfl, frame);
      expect(atoms.reduce((sum, [u]) => sum + u!, 0)).toBeCloseTo(oracle[flavour].energy, 10);
      atoms.forEach((atom, i) => {
        atom.forEach((x, k) => {
          expect(x, `atom ${i + 1}, column ${k}`).toBeCloseTo(oracle[flavour].atoms[i]![k]!, 10);
        });
      });
    });
  }

  it('eam/fs: the numbers tell which atom is the site (the other reading is off by more than 0.1 eV)', () => {
    const setfl = parseSetfl(data('toy.eam.fs'));
    const swapped = { ...setfl, density: setfl.density.map((row, a) => row.map((_, b) => setfl.density[b]![a]!)) };
    const energy = evaluate(swapped, frame).reduce((sum, [u]) => sum + u!, 0);
    expect(Math.abs(energy - oracle.fs.energy)).toBeGreaterThan(0.1);
  });
});

describe('parseSetfl', () => {
  it('reads header, comments and arrays where they stand', () => {
    const setfl = parseSetfl(data('toy.eam.fs'));
    expect(setfl.comments[0]).toMatch(/^Toy potential/);
    const { elements, masses, nrho, drho, nr, dr, cutoff } = setfl;
    expect({ elements, masses, nrho, drho, nr, dr, cutoff }).toEqual({
      ...{ elements: ['Na', 'C'], masses: [22.98976928, 12.011], nrho: 40, drho: 0.25, nr: 60, dr: 0.085, cutoff: 5 },
    });
    // formulas of test/data/README.md at knot 30, r = 2.55 Å
    const shape = (c: number, k: number) => c * Math.exp(-k * 0.05) * (1 - 2.55 / 5) ** 2;
    expect(setfl.density.map((row) => row.map((f) => f[30]!))).toEqual(
      [
        [shape(2, 0.6), shape(3.1, 0.9)],
        [shape(1.1, 0.5), shape(1.7, 0.7)],
      ].map((row) => row.map((x) => expect.closeTo(x, 8))),
    );
    expect(setfl.embedding.map((f) => f[4])).toEqual([expect.closeTo(-1.2, 8), expect.closeTo(-0.88, 8)]);
    expect(setfl.pair[0]![1]![30]).toBeCloseTo(2.55 * shape(0.5, 1.6), 8);
    expect(setfl.pair[0]![1]).toBe(setfl.pair[1]![0]);
    expect(parseSetfl(data('toy.eam.alloy')).density[1]![0]![30]).toBeCloseTo(shape(2, 0.6), 8);
  });

  const lines = data('toy.eam.fs').split('\n');
  const broken = (n: number, line: string) => lines.map((old, i) => (i + 1 === n ? line : old)).join('\n');
  const faults: readonly (readonly [string, string, 'alloy' | 'fs' | undefined, RegExp])[] = [
    [
      'truncated, flavour unknown',
      lines.slice(0, 60).join('\n'),
      undefined,
      /^a, line 60: \d+ words behind line 5, wanted 388 \(eam\/alloy\) or 508 \(eam\/fs\)/,
    ],
    [
      'truncated, flavour known',
      lines.slice(0, 60).join('\n'),
      'fs',
      /^a, line 60: the file ends inside the density of C at C, 5 of 60 values/,
    ],
    ['truncated header', lines.slice(0, 4).join('\n'), 'fs', /^a, line 4: the file ends inside the header/],
    ['an empty file', '', undefined, /^a, line 3: the file ends inside the header/],
    [
      'wrong flavour: alloy',
      lines.join('\n'),
      'alloy',
      /^a, line 27: wanted the line "atomic-number mass lattice-constant lattice" of C/,
    ],
    ['wrong flavour: fs', data('toy.eam.alloy'), 'fs', /line 27: wanted a number in the density of Na at C, got "bcc"/],
    ['names', broken(4, '3 Na C'), undefined, /line 4: 3 elements announced, 2 named/],
    ['same name', broken(4, '2 Na Na'), undefined, /line 4: element Na comes twice/],
    ['no count', broken(4, 'Na C'), undefined, /line 4: wanted the number of elements, got "Na"/],
    ['grid', broken(5, '40 0.25 60 0.085'), undefined, /line 5: wanted "nrho drho nr dr cutoff", got 4 words/],
    ['grid numbers', broken(5, '40 0.25 60.5 0.085 5'), undefined, /line 5: wanted nrho, nr ≥ 5/],
    ['no number', broken(8, '1 2 3 4 x5'), 'fs', /line 8: wanted a number in the embedding function of Na, got "x5"/],
    ['decimal comma', broken(8, '1 2 3 4 1,5'), 'fs', /got "1,5" \(decimal comma\?\)/],
    [
      'too many in a line',
      broken(14, '1 2 3 4 5 6'),
      'fs',
      /line 14: the embedding function of Na has more than 40 values/,
    ],
    ['left over', `${lines.join('\n')}1 2 3\n`, 'fs', /line 108: text is left over behind the last array of eam\/fs/],
  ];
  for (const [what, text, flavour, message] of faults) {
    it(`refuses: ${what}`, () => {
      expect(() => parseSetfl(text, 'a', flavour)).toThrow(ModelError);
      expect(() => parseSetfl(text, 'a', flavour)).toThrow(message);
    });
  }
});

describe('lammpsSpline', () => {
  it('has the exact derivative of a quartic at interior knots, differences at the ends', () => {
    const f = (x: number) => x ** 4 - 3 * x ** 3 + x;
    const values = Float64Array.from({ length: 9 }, (_, k) => f(0.5 * k));
    const { value, slope } = lammpsSpline(values, 0.5);
    expect(value).toEqual(values);
    for (let k = 2; k < 7; k++) expect(slope[k]).toBeCloseTo(4 * (0.5 * k) ** 3 - 9 * (0.5 * k) ** 2 + 1, 12);
    expect([slope[0], slope[1], slope[7], slope[8]]).toEqual([
      (f(0.5) - f(0)) / 0.5,
      f(1) - f(0),
      f(4) - f(3),
      (f(4) - f(3.5)) / 0.5,
    ]);
  });

  it('refuses fewer than five values', () => {
    expect(() => lammpsSpline(new Float64Array(4), 1)).toThrow(/at least 5 values and a step > 0, got 4 and 1/);
  });
});

describe('published files', () => {
  // lattice constant from the file's own header; cohesive energy of the bcc crystal as the tables give it
  const files = [
    ['K_v2.eam.fs', 'K', 39, 6.9264, 5.328, 0.923],
    ['Li_v2.eam.fs', 'Li', 7, 4.563, 3.51, 1.648],
    ['Na_MendelevM_2014.eam.fs', 'Na', 22.98977, 9.2, 4.22787, 1.111],
  ] as const;
  for (const [file, element, mass, cutoff, a0, cohesion] of files) {
    const path = `../shared/potentials/${file}`;
    it(`${file}: the bcc lattice has its minimum at the lattice constant of the header`, ({ skip }) => {
      if (!existsSync(path)) skip(`${path} is not there`);
      const setfl = parseSetfl(readFileSync(path, 'utf8'), file, 'fs');
      expect(setfl.elements).toEqual([element]);
      expect(setfl.masses).toEqual([mass]);
      expect(setfl.cutoff).toBeCloseTo(cutoff, 10);
      const energy = (a: number) => {
        const h = a / 2;
        const cell = cellFromMatrix([-h, h, h, h, -h, h, h, h, -h]);
        return evaluate(setfl, { cell, species: [element], rows: new Float64Array(4) })[0]![0]!;
      };
      expect(energy(a0)).toBeCloseTo(-cohesion, 3);
      const d = 0.01;
      const [low, mid, high] = [energy(a0 - d), energy(a0), energy(a0 + d)];
      const minimum = a0 + (d * (low - high)) / (2 * (low - 2 * mid + high));
      expect(Math.abs(minimum - a0)).toBeLessThan(1e-3);
    });
  }
});
