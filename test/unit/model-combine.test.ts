import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { type Frame, mergeFrames } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { combineModels } from '../../src/model/combine.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { modelFromTersoff } from '../../src/model/load-tersoff.ts';
import type { InterlayerLaw, Model } from '../../src/model/model.ts';
import { graphene } from '../../src/structure/crystal.ts';
import { shippedModel } from '../conformance/models.ts';

const carbon = shippedModel('carbon');
const sodium = shippedModel('na-carbon');

/** A rattled sheet whose carbons are of several sites, and sodium above it. */
function filled(carbonSpecies: readonly string[]): Frame {
  const random = new RandomStream('combine');
  const sheet = graphene(4, 2, 20);
  const rows = sheet.rows.map((x, k) =>
    k % 4 === 3 ? random.integer(carbonSpecies.length) : x + 0.05 * random.normal(),
  );
  const host: Frame = { ...sheet, species: carbonSpecies, rows };
  const guests = Float64Array.of(2, 2, 12.5, 0, 5.4, 3, 12.4, 0, 4, 6, 13, 0);
  return mergeFrames(host, { cell: sheet.cell, species: ['Na'], rows: guests });
}

describe('carbon + na-carbon', () => {
  const both = combineModels([carbon, sodium]);

  it('is one model over the union of species, nothing held rigid', () => {
    expect(both.name).toBe('carbon+na-carbon');
    expect(both.species).toEqual([...new Set([...carbon.species, ...sodium.species])]);
    expect(both.hostSpecies).toEqual([]);
    expect(both.cutoff).toBe(Math.max(carbon.cutoff, sodium.cutoff));
    expect(both.references).toEqual(sodium.references);
    expect(both.cavity).toEqual(sodium.cavity);
    expect(both.citation).toEqual(expect.arrayContaining([...carbon.citation, ...sodium.citation]));
    expect(both.terms.map(({ form }) => form)).toEqual(['bond-order', 'pair', 'embedded']);
  });

  it.each([
    ['a plain C', ['C']],
    ['all sites', sodium.species.slice(1)],
    ['both', ['C', 'C:zigzag']],
  ])('energy, forces and virial are those of carbon among carbons plus those of the guests: %s', (_, sites) => {
    const frame = filled(sites);
    const sum = evaluate(both, frame);
    // what carbon.json does not know, it cannot be asked about: it sees the sheet alone
    const n = frame.rows.length / 4;
    const sheet: Frame = { ...frame, species: frame.species.map(() => 'C'), rows: frame.rows.slice(0, 4 * (n - 3)) };
    const ofCarbon = evaluate(carbon, sheet);
    const ofGuests = evaluate(sodium, frame);
    expect(Math.abs(ofGuests.energy)).toBeGreaterThan(0.1);
    expect(sum.energy).toBeCloseTo(ofCarbon.energy + ofGuests.energy, 9);
    sum.forces.forEach((f, k) => {
      expect(f).toBeCloseTo((ofCarbon.forces[k] ?? 0) + ofGuests.forces[k]!, 9);
    });
    sum.virial.forEach((w, k) => {
      expect(w).toBeCloseTo(ofCarbon.virial[k]! + ofGuests.virial[k]!, 8);
    });
  });

  it('does not depend on the order', () => {
    const frame = filled(['C:armchair', 'C']);
    const other = combineModels([sodium, carbon]);
    expect(other.name).toBe('na-carbon+carbon');
    expect(evaluate(other, frame).energy).toBeCloseTo(evaluate(both, frame).energy, 9);
  });
});

it('re-indexes bond-order, neural and interlayer terms', () => {
  const law = (c: number): InterlayerLaw => ({ kind: 'kolmogorov-crespi', c }) as InterlayerLaw;
  const interlayer: Model = {
    ...carbon,
    name: 'x',
    species: ['C', 'B'],
    terms: [
      { form: 'interlayer', law: [0, 1, 1, -1], laws: [law(1), law(2)], exclusion: { bonds: 'fragment', length: 1.9 } },
    ],
  };
  const guest = { ...carbon, name: 'y', species: ['N', 'C:basal'], terms: [] };
  const sum = combineModels([guest, interlayer]);
  expect(sum.species).toEqual(['N', 'C:basal', 'C', 'B']);
  expect(sum.terms[0]).toMatchObject({
    law: [-1, -1, -1, -1, ...[-1, 0, 0, 1], ...[-1, 0, 0, 1], ...[-1, 1, 1, -1]],
  });
  const bonds = combineModels([guest, modelFromTersoff({ elements: ['B', 'C'], triples: [] }, 'z')]);
  expect(bonds.species).toEqual(['N', 'C:basal', 'B', 'C']);
  expect(bonds.terms[0]).toMatchObject({ kind: [-1, 1, 0, 1] });
});

it('one model stays what it is; none, or two metals of one guest, are refused', () => {
  const alone = combineModels([sodium]);
  expect(alone.terms).toEqual(sodium.terms);
  expect(alone.species).toEqual(sodium.species);
  expect(() => combineModels([])).toThrow(ModelError);
  expect(() => combineModels([sodium, shippedModel('na-carbon-pair')])).toThrow(
    /na-carbon-pair: another model of the sum has a reference for Na already/,
  );
});
