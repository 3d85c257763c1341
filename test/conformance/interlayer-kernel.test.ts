/** The interlayer kernel against the reference: every law, with vacancies, edges and hydrogen, at and after listing. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import { parseLammpsData } from '../../src/io/lammps-data.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { interlayerTerm, interlayerTermOf } from '../../src/model/load-interlayer.ts';
import { type InterlayerTerm, largestCutoff, type Model } from '../../src/model/model.ts';
import { ilpOfHydrogen, shippedModel } from './models.ts';

function frameOf(file: string, rattle: number): Frame {
  const { frame } = parseLammpsData(readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8'));
  const random = new RandomStream(file);
  return {
    ...frame,
    species: frame.species.map((one) => one.replace(/:.*/, '')),
    rows: frame.rows.map((x, k) => (k % 4 === 3 ? x : x + rattle * random.normal())),
  };
}

function alone(name: string, species: readonly string[], pairs: object): Model {
  const shipped = shippedModel(name);
  const own = shipped.terms.find((term): term is InterlayerTerm => term.form === 'interlayer')!;
  const { kind: law, ...parameters } = own.laws[0]!;
  const spec = { form: 'interlayer', exclusion: own.exclusion, pairs: { 'C-C': { law, ...parameters }, ...pairs } };
  const terms = [interlayerTermOf(species, interlayerTerm.parse(spec), name)];
  return { ...shipped, species, terms, cutoff: largestCutoff(terms) };
}

const hydrogen = { law: 'ilp', ...ilpOfHydrogen };

const cases = [
  { what: 'kolmogorov-crespi', model: alone('carbon-kc', ['C'], {}), frame: frameOf('bilayer.data', 0) },
  { what: 'ilp', model: alone('carbon-ilp', ['C'], {}), frame: frameOf('bilayer.data', 0) },
  {
    what: 'ilp with hydrogen',
    model: alone('carbon-ilp', ['C', 'H'], { 'C-H': hydrogen }),
    frame: frameOf('coronene.data', 0.05),
  },
  {
    what: 'kolmogorov-crespi, hydrogen left out',
    model: alone('carbon-kc', ['C', 'H'], {}),
    frame: frameOf('coronene.data', 0.05),
  },
];

describe.each(cases)('$what', ({ model, frame }) => {
  it('energies of atoms, forces and virial, also once atoms have moved', async () => {
    const field = await wasmForceField(model, frame);
    const random = new RandomStream('moved');
    for (let k = 0; k < 3; k++) {
      field.compute(frame.cell);
      const wanted = evaluate(model, { ...frame, rows: field.positions });
      const largest = wanted.forces.reduce((most, f) => Math.max(most, Math.abs(f)), 0);
      expect(largest).toBeGreaterThan(0.03);
      wanted.forces.forEach((f, at) => {
        expect(Math.abs(field.forces[at]! - f) / largest).toBeLessThan(1e-11);
      });
      wanted.virial.forEach((x, at) => {
        expect(Math.abs(field.virial[at]! - x) / Math.abs(wanted.energy)).toBeLessThan(1e-10);
      });
      expect(Math.abs(field.energy / wanted.energy - 1)).toBeLessThan(1e-11);
      field.positions.forEach((x, at) => {
        if (at % 4 < 3) field.positions[at] = x + 0.03 * random.normal();
      });
    }
    expect(field.listings).toBe(1);
    field.dispose();
  });
});
