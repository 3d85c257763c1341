import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { parseTersoff } from '../../src/io/tersoff-file.ts';
import { loadModel } from '../../src/model/load.ts';

const data = (file: string): string => readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8');
const toy = data('toy.tersoff');

describe('parseTersoff', () => {
  it('two elements: order of the file, entries over two lines, comments, every column at its place', () => {
    const { elements, triples } = parseTersoff(toy);
    expect(elements).toEqual(['Na', 'C']);
    expect(triples.length).toBe(8);
    // Na C C, written on two lines
    expect(triples[3]).toEqual({
      ...{ m: 1, gamma: 1.2, lambda3: -0.2, c: 6, d: 1.7, cosTheta0: 0.1, n: 0.65, beta: 0.08 },
      ...{ lambda2: 1.05, b: 75, middle: 3.8, halfWidth: 0.4, lambda1: 1.9, a: 1100 },
    });
    // Na C Na comes behind Na C C in the file, and before it by index
    expect(triples[2]!.gamma).toBe(0.7);
    expect(triples[1]!.gamma).toBe(0.9);
    expect(triples[4]!.gamma).toBe(0.8);
  });

  it('takes the elements asked for, in their order, and skips the rest', () => {
    const { elements, triples } = parseTersoff(toy, 'toy', ['C', 'Na']);
    expect(elements).toEqual(['C', 'Na']);
    expect(triples.map(({ gamma }) => gamma)).toEqual([1, 1.3, 0.6, 0.8, 1.2, 0.7, 0.9, 1.1]);
    expect(parseTersoff(toy, 'toy', ['C']).triples.map(({ a }) => a)).toEqual([1500]);
  });

  it('reads the files of LAMMPS', ({ skip }) => {
    const folder = ['/usr/share/lammps/potentials', process.env['LAMMPS_POTENTIALS']].find(
      (one) => one && existsSync(one),
    );
    if (folder === undefined)
      skip('no potentials folder of LAMMPS (Debian package lammps-data, or set LAMMPS_POTENTIALS)');
    const files = readdirSync(folder!).filter((name) => name.endsWith('.tersoff'));
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) {
      // this one has no entries for carbon with germanium
      const elements = name === 'SiCGe.tersoff' ? ['Si(D)', 'Ge'] : undefined;
      const file = parseTersoff(readFileSync(`${folder}/${name}`, 'utf8'), name, elements);
      expect(file.triples.length).toBe(file.elements.length ** 3);
    }
  });

  const lines = toy.split('\n');
  const edited = (line: number, from: string, to: string): string => {
    expect(lines[line - 1]).toContain(from);
    return lines.map((text, k) => (k === line - 1 ? text.replace(from, to) : text)).join('\n');
  };
  const faults: readonly (readonly [string, () => string, RegExp])[] = [
    ['empty', () => '# nothing\n', /^bad\.tersoff, line 2: no entry found$/],
    [
      'cut inside an entry',
      () => lines.slice(0, 5).join('\n'),
      /^bad\.tersoff, line 5: the file ends inside the entry of line 5, after 11 of 17 words$/,
    ],
    [
      'cut between entries',
      () => lines.slice(0, 11).join('\n'),
      /^bad\.tersoff, line 11: the file ends without the entry C Na C$/,
    ],
    [
      'a decimal comma',
      () => edited(3, '0.25', '0,25'),
      /line 3: entry Na Na Na: wanted the number lambda3, got "0,25" \(decimal comma\?\)/,
    ],
    ['a word', () => edited(6, '1.90', 'x'), /line 6: entry Na C C: wanted the number lambda1, got "x"/],
    [
      'a number too few',
      () => edited(3, '4.1', ''),
      /line 4: wanted 17 words per entry, got 33 by the end of this line/,
    ],
    [
      'a number too many',
      () => edited(6, '75.0', '75.0 1'),
      /line 6: wanted 17 words per entry, got 18 by the end of this line/,
    ],
    ['a number for an element', () => edited(3, 'Na Na Na', 'Na Na 3 '), /line 3: wanted an element, got "3"/],
    ['twice', () => `${toy}${lines[2]}\n`, /line 13: entry Na Na Na comes twice, first on line 3$/],
    ['m', () => edited(3, 'Na  3 ', 'Na  2 '), /line 3: entry Na Na Na: m must be 1 or 3, got 2/],
    ['a negative A', () => edited(6, '1100.0', '-1'), /line 6: entry Na C C: A must be ≥ 0, got -1/],
    ['D > R', () => edited(3, '4.1 0.6', '0.6 4.1'), /line 3: entry Na Na Na: D must be at most R = 0.6, got 4.1/],
    ['c over d = 0', () => edited(3, '9.0 2.1', '9.0 0'), /entry Na Na Na: d must be > 0 where c is not 0, got 0/],
    ['n = 0 of a bond', () => edited(3, '0.80 0.05', '0 0.05'), /entry Na Na Na: n must be > 0 in the entry of a bond/],
  ];
  it.each(faults)('refuses %s with one line that says where', (_, text, message) => {
    const attempt = () => parseTersoff(text(), 'bad.tersoff');
    expect(attempt).toThrow(ModelError);
    expect(attempt).toThrow(message);
  });

  it('every truncation of a file is refused where the elements are known', () => {
    for (let length = 0; length < toy.trimEnd().length - 4; length++) {
      expect(() => parseTersoff(toy.slice(0, length), 'cut', ['Na', 'C'])).toThrow(/^cut, line \d+: /);
    }
  });
});

describe('bond-order terms of model files', () => {
  const file = JSON.parse(readFileSync('models/potentials/carbon.json', 'utf8'));
  const [term, pair] = file.terms;
  const entry = term.parameters[0];
  const load = (...terms: unknown[]) => loadModel({ ...file, terms }, 'a.json');
  const faults: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'a missing triple',
      () => load({ ...term, elements: ['C', 'H'] }),
      /^a\.json: terms\[0\]\.parameters: C C H is missing$/,
    ],
    [
      'a triple twice',
      () => load({ ...term, parameters: [entry, entry] }),
      /terms\[0\]\.parameters\[1\]: C C C comes twice/,
    ],
    [
      'a strange element',
      () => load({ ...term, parameters: [{ ...entry, elements: ['C', 'C', 'H'] }] }),
      /parameters\[0\]: H is not among the term's elements \(C\)/,
    ],
    [
      'a range',
      () => load({ ...term, parameters: [{ ...entry, beta: -1 }] }),
      /parameters\[0\]\.beta must be ≥ 0, got -1/,
    ],
    [
      'a missing number',
      () => load({ ...term, parameters: [{ ...entry, b: undefined }] }),
      /terms\.0\.parameters\.0\.b: /,
    ],
    [
      'long bonds',
      () => load({ ...pair, exclusion: { bonds: 3, length: 11 } }),
      /exclusion\.length must be within the term's 10 Å, got 11/,
    ],
    ['no bonds', () => load({ ...pair, exclusion: { bonds: 0, length: 2 } }), /terms\.0\.exclusion\.bonds/],
    [
      'a core inside out',
      () => load({ ...pair, pair: { 'C-C': { ...pair.pair['C-C'], core: { from: 3, to: 2 } } } }),
      /terms\[0\]\.pair\.C-C: core wants 0 ≤ from < to \(Å\), got from 3 to 2/,
    ],
  ];
  it.each(faults)('%s is refused', (_, attempt, message) => {
    expect(attempt).toThrow(ModelError);
    expect(attempt).toThrow(message);
  });

  it('an element applies to all sites of it, and to nothing else', () => {
    const model = loadModel({ ...file, species: ['C:basal', 'Na', 'C'], terms: [term] }, 'sites');
    expect(model.terms[0]).toMatchObject({ kind: [0, -1, 0] });
    expect(model.cutoff).toBeCloseTo(2.1, 12);
  });
});
