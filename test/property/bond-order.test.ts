/** The bond-order form against itself, alone, with non-bonded terms that leave bonded pairs out, and in sums with guests. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { parseTersoff } from '../../src/io/tersoff-file.ts';
import { combineModels } from '../../src/model/combine.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { modelFromTersoff } from '../../src/model/load-tersoff.ts';
import type { BondExclusion, Model } from '../../src/model/model.ts';
import { shippedModel } from '../conformance/models.ts';
import { keepsItsSymmetries } from './symmetries.ts';

const fromFile = (name: string): Model =>
  modelFromTersoff(parseTersoff(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8'), name), name);

const carbon = shippedModel('carbon');
const excluding = (exclusion: BondExclusion): Model => ({
  ...carbon,
  terms: carbon.terms.map((term) => (term.form === 'pair' ? { ...term, exclusion } : term)),
});

interface Case {
  readonly name: string;
  readonly model: Model;
  /** species to draw from */
  readonly species: readonly string[];
  /** Å, least distance and edge of the cell */
  readonly apart: number;
  readonly edge: number;
  readonly atoms: number;
  /** Å, where second derivatives, or what counts as bonded, jump */
  readonly kinks: readonly number[];
  readonly runs: number;
}

const tersoffKinks = [1.8, 2.1];
const cases: readonly Case[] = [
  {
    ...{ name: 'every parameter different, λ3 and both m', model: fromFile('toy.tersoff'), species: ['Na', 'C'] },
    ...{ apart: 1.8, edge: 5.5, atoms: 10, runs: 30 },
    kinks: [3.1, 3.2, 3.4, 3.5, 3.7, 4.1, 4.2, 4.3, 4.4, 4.5, 4.6, 4.7, 2.9],
  },
  {
    ...{ name: 'silicon and carbon', model: fromFile('sic.tersoff'), species: ['C', 'Si'] },
    ...{ apart: 1.4, edge: 5, atoms: 12, runs: 30 },
    kinks: [...tersoffKinks, 2.357261 - 0.152721, 2.357261 + 0.152721, 2.7, 3],
  },
  {
    ...{ name: 'carbon, three bonds left out', model: carbon, species: ['C'] },
    ...{ apart: 1.2, edge: 5, atoms: 12, kinks: [...tersoffKinks, 1.95, 2.2, 2.7, 9, 10], runs: 12 },
  },
  {
    ...{ name: 'carbon, fragments', model: excluding({ bonds: 'fragment', length: 1.7 }), species: ['C'] },
    ...{ apart: 1.3, edge: 6, atoms: 10, kinks: [...tersoffKinks, 1.7, 2.2, 2.7, 9, 10], runs: 12 },
  },
  {
    ...{ name: 'carbon and sodium', model: combineModels([carbon, shippedModel('na-carbon')]) },
    species: ['C', 'C:zigzag', 'C:basal', 'Na'],
    ...{ apart: 1.75, edge: 7, atoms: 14, kinks: [...tersoffKinks, 1.95, 2.2, 2.7, 9, 10], runs: 12 },
  },
];

/** Atoms at random, in a skewed or an open cell of some size. */
function randomFrame({ species, apart, edge, atoms }: Case, periodic: boolean, seed: number): Frame {
  const random = new RandomStream(`bond order ${seed}`);
  const length = edge * (0.9 + 0.5 * random.uniform());
  const skew = (): number => 0.3 * length * (random.uniform() - 0.5);
  const cell = cellFromMatrix(
    [length, skew(), skew(), skew(), length, skew(), skew(), skew(), length],
    [periodic, periodic, periodic],
  );
  const rows: number[] = [];
  for (let attempt = 0; attempt < 40 * atoms && rows.length < 4 * atoms; attempt++) {
    const point = [0, 1, 2].map(() => length * random.uniform());
    const trial: Frame = {
      cell,
      species,
      rows: Float64Array.from([...rows, ...point, random.integer(species.length)]),
    };
    const list = neighborList(trial, apart);
    if (list.index.length === 0) rows.push(...trial.rows.subarray(rows.length));
  }
  return { cell, species, rows: Float64Array.from(rows) };
}

describe.each(cases)('$name', (one) => {
  const { model, kinks } = one;
  const reach = Math.max(...kinks) + 0.01;
  const isSmooth = (frame: Frame): boolean => {
    const { rows } = neighborList(frame, reach);
    return rows.every((r, k) => k % 4 < 3 || kinks.every((kink) => Math.abs(r - kink) > 1e-3));
  };
  const given = fc.record({ periodic: fc.boolean(), seed: fc.integer({ min: 0, max: 1e6 }) });
  const each = (property: (frame: Frame, random: RandomStream) => void): void =>
    fc.assert(
      fc.property(given, ({ periodic, seed }) => {
        const frame = randomFrame(one, periodic, seed);
        fc.pre(isSmooth(frame));
        property(frame, new RandomStream(`directions ${seed}`));
      }),
      { seed: 20261121, numRuns: one.runs },
    );

  it('is tried on frames with bonds of all orders', () => {
    let bonded = 0;
    let frames = 0;
    each((frame) => {
      expect(frame.rows.length).toBeGreaterThan(16);
      frames++;
      if (evaluate(model, frame).energy < -2) bonded++;
    });
    expect(frames).toBe(one.runs);
    if (one.name !== cases[0]!.name) expect(bonded).toBeGreaterThan(frames / 4);
  });

  keepsItsSymmetries(model, each, 2e-5);
});

describe('known energies', () => {
  const dimer = (model: Model, r: number): number =>
    evaluate(model, {
      cell: cellFromMatrix([30, 0, 0, 0, 30, 0, 0, 0, 30]),
      species: ['C'],
      rows: Float64Array.of(5, 5, 5, 0, 5 + r, 5, 5, 0),
    }).energy;

  it('two atoms: b = 1, repulsion less attraction, and nothing beyond R + D', () => {
    const model = fromFile('carbon.tersoff');
    const morse = (r: number): number => 1393.6 * Math.exp(-3.5333 * r) - 430 * Math.exp(-2.2407 * r);
    expect(dimer(model, 1.4)).toBeCloseTo(morse(1.4), 12);
    expect(dimer(model, 1.8)).toBeCloseTo(morse(1.8), 12);
    expect(dimer(model, 1.95)).toBeCloseTo(0.5 * morse(1.95), 12);
    expect(dimer(model, 2.1)).toBe(0);
  });

  it('large powers do not overflow: b → (βζ)^(−½)', () => {
    const [entry] = parseTersoff('C C C 3 1 0 1 1 0 60 1e9 1 100 2 0.1 2 0', 'steep').triples;
    const model = modelFromTersoff({ elements: ['C'], triples: [entry!] }, 'steep');
    const rows = Float64Array.of(5, 5, 5, 0, 6, 5, 5, 0, 5, 6, 5, 0);
    const { energy, forces } = evaluate(model, {
      cell: cellFromMatrix([30, 0, 0, 0, 30, 0, 0, 0, 30]),
      species: ['C'],
      rows,
    });
    // at the corner ζ = g(0) = 1, at the two ends g(cos 45°) = 1 + ½/(1 + ½); the pair of the ends is √2 Å long
    const b = (zeta: number): number => (1e9 * zeta) ** -0.5;
    const end = 1 + 0.5 / 1.5;
    const short = -50 * Math.exp(-1) * 2 * (b(1) + b(end));
    const long = -50 * Math.exp(-Math.SQRT2) * 2 * b(end);
    expect(energy / (short + long)).toBeCloseTo(1, 12);
    expect(forces.every(Number.isFinite)).toBe(true);
  });
});
