import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { atomicNumber } from '../../src/io/nep-elements.ts';
import { type NepPotential, nepCutoff, parseNep } from '../../src/io/nep-file.ts';

const folder = new URL('../data/nep/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** The file's lines with one of them replaced. */
function changed(name: string, line: number, by: string): string {
  const lines = text(name).split('\n');
  lines[line - 1] = by;
  return lines.join('\n');
}

/** The numbers of a file in its own order, from what was read. */
function numbersOf(potential: NepPotential): number[] {
  const { networks, version, threshold, radial, angular, scale, zbl, species } = potential;
  const S = species.length;
  const out = networks
    .slice(0, version === 3 ? 1 : S)
    .flatMap(({ weights, thresholds, output }) => [...weights, ...thresholds, ...output]);
  out.push(threshold);
  for (const coefficients of [radial, angular]) {
    const size = coefficients.length / (S * S);
    for (let k = 0; k < size; k++) for (let pair = 0; pair < S * S; pair++) out.push(coefficients[pair * size + k]!);
  }
  out.push(...scale);
  for (let a = 0; a < S && zbl && zbl[0]!.weight[0] !== 0.18175; a++) {
    for (let b = a; b < S; b++) {
      const { inner, outer, weight, decay } = zbl[a * S + b]!;
      out.push(inner, outer, ...weight.flatMap((w, k) => [w, decay[k]!]));
    }
  }
  return out;
}

describe('parseNep', () => {
  it.each(files)('%s: every number, in the order of the file', (name) => {
    const lines = text(name).trim().split('\n');
    const first = lines.findIndex((line) => line.startsWith('ANN')) + 1;
    expect(numbersOf(parseNep(text(name), name))).toEqual(lines.slice(first).map(Number));
  });

  it('header of version 4, two species, cutoffs of their own', () => {
    const potential = parseNep(text('two-nep4-zbl.txt'));
    expect(potential).toMatchObject({ version: 4, species: ['C', 'Na'], nMax: [2, 3], basisSize: [3, 2], lMax: 3 });
    expect(potential).toMatchObject({ fourBody: false, fiveBody: true, neurons: 3, descriptors: 3 + 4 * 4 });
    expect(potential.cutoffs).toEqual([
      { radial: 3.6, angular: 2.6 },
      { radial: 4.4, angular: 3.4 },
    ]);
    expect(nepCutoff(potential)).toBe(4.4);
    expect(potential.zbl).toHaveLength(4);
    expect(potential.zbl![1]).toMatchObject({ inner: 0.8, outer: 1.6 });
    expect(potential.networks[0]).not.toEqual(potential.networks[1]);
  });

  it('header of version 3: one network for all, absent l_max entries are none', () => {
    const two = parseNep(text('two-nep3.txt'));
    expect(two.networks[1]).toBe(two.networks[0]);
    expect(parseNep(text('one-nep3-zbl.txt'))).toMatchObject({ fourBody: true, fiveBody: false });
    expect(two.zbl).toBeNull();
  });

  it('a published file', ({ skip }) => {
    const path = '../shared/potentials/UNEP_v1_16metals_NEP4_zbl.txt';
    if (!existsSync(path)) skip(`${path} is not there`);
    const potential = parseNep(readFileSync(path, 'utf8'), path);
    expect(potential.species).toHaveLength(16);
    expect(potential.networks).toHaveLength(16);
    expect(potential.radial).toHaveLength(16 * 16 * 5 * 9);
  });

  it('Windows line ends and blank lines at the end are no matter', () => {
    const name = 'one-nep4.txt';
    expect(parseNep(`${text(name).replaceAll('\n', '\r\n')}\r\n\r\n`)).toEqual(parseNep(text(name)));
  });

  it('a file cut anywhere gives one ModelError with a line number', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.double({ min: 0, max: 0.999, noNaN: true }), (name, share) => {
        const lines = text(name).trim().split('\n');
        const kept = Math.floor(share * lines.length);
        const cut = lines.slice(0, kept).join('\n');
        const read = (): NepPotential => parseNep(cut, name);
        expect(read).toThrow(ModelError);
        expect(read).toThrow(
          new RegExp(`^${name}, line ${Math.max(kept, 1)}: .*(the file ends|the end of the file|got "")`),
        );
      }),
      { seed: 20261120, numRuns: 300 },
    );
  });

  it('a line that is dropped, doubled or no number is found out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.constantFrom('drop', 'double', 'x', '1,5', '1 2', 'nan', '1e999'),
        (name, share, fault) => {
          const lines = text(name).trim().split('\n');
          const at = Math.floor(share * lines.length);
          if (fault === 'drop') lines.splice(at, 1);
          else if (fault === 'double') lines.splice(at, 0, lines[at]!);
          else lines[at] = fault;
          expect(() => parseNep(lines.join('\n'), name)).toThrow(ModelError);
          expect(() => parseNep(lines.join('\n'), name)).toThrow(new RegExp(`^${name}, line \\d+: .*`));
        },
      ),
      { seed: 20261120, numRuns: 300 },
    );
  });

  it.each([
    [
      1,
      'nep5 1 C',
      'line 1: wanted nep3, nep3_zbl, nep4 or nep4_zbl: potentials of the variant nep5 are not read, got "nep5 1 C"',
    ],
    [1, 'nep4_dipole 1 C', 'variant nep4_dipole are not read'],
    [1, 'nep4_temperature 1 C', 'variant nep4_temperature are not read'],
    [1, 'nep4 2 C', 'line 1: wanted the number of species and as many names, got "nep4 2 C"'],
    [1, 'nep4 1 Xx', 'chemical symbols, each once (Xx is not)'],
    [1, 'pair_style nep', 'line 1: wanted "nep3 S names …" or "nep4 S names …"'],
    [1, 'nep4_zbl 1 C', 'line 2: wanted "zbl …", got "cutoff 4 3 60 30"'],
    [2, 'cutoff 4 3', 'line 2: wanted "cutoff radial angular MN_radial MN_angular", got "cutoff 4 3"'],
    [2, 'cutoff 3 4 60 30', '0 < angular ≤ radial ≤ 100 Å'],
    [2, 'cutoff 4,5 3 60 30', '"cutoff 4,5 3 60 30"'],
    [3, 'nmax 2 1', 'line 3: wanted "n_max …", got "nmax 2 1"'],
    [3, 'n_max 2', 'line 3: wanted "n_max radial angular", each 0 to 30, got "n_max 2"'],
    [3, 'n_max 20000000 1', 'each 0 to 30'],
    [5, 'l_max 8 2 1', 'line 5: wanted "l_max 0…4 [0 or 2 [0 or 1]]" (three-, four- and five-body), got "l_max 8 2 1"'],
    [5, 'l_max 4 2 1 1', 'no descriptors beyond "l_max 4 2 1"'],
    [5, 'l_max 1 2', 'l_max ≥ 2 with four-body'],
    [6, 'ANN 5 5', 'line 6: wanted "ANN neurons 0" (one hidden layer of 1 to 1000 neurons), got "ANN 5 5"'],
    [6, 'ANN 6 0', 'line 131: the file ends after 124 numbers, the header announces 141'],
    [6, 'ANN 4 0', 'line 114: the header announces 107 numbers, this is one more'],
    [9, '  1,5', 'line 9: wanted number 3 of 124, one on a line, got "1,5" (decimal comma?)'],
  ])('line %i as "%s"', (line, by, message) => {
    expect(() => parseNep(changed('one-nep4.txt', line, by), 'a.txt')).toThrow(message);
    expect(() => parseNep(changed('one-nep4.txt', line, by), 'a.txt')).toThrow(/^a\.txt, line \d+: /);
  });

  it.each([
    ['one-nep3-zbl.txt', 2, 'zbl 1.4 0.7', 'line 2: wanted "zbl inner outer" with 0 ≤ inner < outer'],
    ['one-nep3-zbl.txt', 2, 'zbl 0.7 1.4 0.65', 'cutoffs by covalent radius are not read'],
    [
      'one-nep3-zbl.txt',
      2,
      'zbl 0.7 3.6',
      "line 3: wanted an angular cutoff not below the repulsion's outer cutoff of 3.6 Å",
    ],
    [
      'two-nep4-flexible.txt',
      97,
      '3.5',
      'line 96: wanted 0 ≤ inner < outer ≤ 3 Å (the angular cutoff) of the repulsion of C–C, got 0.5, 3.5',
    ],
  ])('%s, line %i as "%s"', (name, line, by, message) => {
    expect(() => parseNep(changed(name, line, by), name)).toThrow(message);
  });
});

it('atomic numbers', () => {
  const known: Record<string, number> = {
    H: 1,
    C: 6,
    Na: 11,
    K: 19,
    Cu: 29,
    Ag: 47,
    Te: 52,
    Ta: 73,
    Au: 79,
    Pb: 82,
    U: 92,
    Pu: 94,
  };
  for (const [symbol, z] of Object.entries(known)) expect(atomicNumber(symbol)).toBe(z);
  expect(atomicNumber('c')).toBe(0);
});
