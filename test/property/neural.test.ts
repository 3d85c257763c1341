/** The neural form against itself, over invented potentials that hold all the form can be (test/data/nep/README.md). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { parseNep } from '../../src/io/nep-file.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { modelFromNep } from '../../src/model/load-nep.ts';
import type { Model, NeuralTerm } from '../../src/model/model.ts';
import { keepsItsSymmetries } from './symmetries.ts';

const fromFile = (name: string): Model =>
  modelFromNep(parseNep(readFileSync(new URL(`../data/nep/${name}`, import.meta.url), 'utf8'), name), name);

/** kinks: Å, where second derivatives jump */
const cases = [
  { name: 'one-nep4.txt', kinks: [3, 4] },
  { name: 'one-nep3-zbl.txt', kinks: [0.7, 1.4, 3.5] },
  { name: 'two-nep3.txt', kinks: [3, 4] },
  { name: 'two-nep4-zbl.txt', kinks: [0.8, 1.6, 2.6, 3, 3.4, 3.6, 4, 4.4] },
  { name: 'two-nep4-flexible.txt', kinks: [0.5, 1.5, 0.6, 1.8, 0.7, 2.1, 3, 4] },
];

/** Atoms at random, none nearer than 0.6 Å, in a skewed or an open cell, also one smaller than the cutoff. */
function randomFrame(species: readonly string[], periodic: boolean, seed: number): Frame {
  const random = new RandomStream(`neural ${seed}`);
  const edge = 3 + 2 * random.uniform();
  const skew = (): number => 0.3 * edge * (random.uniform() - 0.5);
  const cell = cellFromMatrix(
    [edge, skew(), skew(), skew(), edge, skew(), skew(), skew(), edge],
    [periodic, periodic, periodic],
  );
  const rows: number[] = [];
  const wanted = 2 + random.integer(6);
  for (let attempt = 0; attempt < 200 && rows.length < 4 * wanted; attempt++) {
    const point = [edge * random.uniform(), edge * random.uniform(), edge * random.uniform()];
    const trial = { cell, species, rows: Float64Array.from([...rows, ...point, random.integer(species.length)]) };
    if (neighborList(trial, 0.6).index.length === 0) rows.push(...trial.rows.subarray(rows.length));
  }
  return { cell, species, rows: Float64Array.from(rows) };
}

describe.each(cases)('$name', ({ name, kinks }) => {
  const model = fromFile(name);
  const given = fc.record({ periodic: fc.boolean(), seed: fc.integer({ min: 0, max: 1e6 }) });
  keepsItsSymmetries(model, (property) =>
    fc.assert(
      fc.property(given, ({ periodic, seed }) => {
        const frame = randomFrame(model.species, periodic, seed);
        const { rows } = neighborList(frame, model.cutoff + 0.1);
        for (let k = 3; k < rows.length; k += 4) fc.pre(kinks.every((at) => Math.abs(rows[k]! - at) > 1.5e-3));
        property(frame, new RandomStream(`directions ${seed}`));
      }),
      { seed: 20261120, numRuns: 40 },
    ),
  );
});

it('species that the term ignores feel nothing and change nothing', () => {
  const model = fromFile('two-nep4-zbl.txt');
  const [term] = model.terms as [NeuralTerm];
  const withArgon: Model = { ...model, species: ['Ar', ...model.species], terms: [{ ...term, kind: [-1, 0, 1] }] };
  const frame = randomFrame(['Ar', 'C', 'Na'], true, 7);
  const isArgon = (i: number): boolean => frame.rows[4 * i + 3] === 0;
  const keep = (rows: Float64Array): Float64Array => rows.filter((_, k) => !isArgon(Math.floor(k / 4)));
  const argons = frame.rows.filter((s, k) => k % 4 === 3 && s === 0).length;
  expect(argons).toBeGreaterThan(0);
  expect(argons).toBeLessThan(frame.rows.length / 4);
  const whole = evaluate(withArgon, frame);
  const rest = evaluate(model, { ...frame, rows: keep(frame.rows), species: ['C', 'C', 'Na'] });
  expect([...keep(whole.forces)]).toEqual([...rest.forces]);
  whole.forces.forEach((f, k) => {
    if (isArgon(Math.floor(k / 4))) expect(f).toBe(0);
  });
});
