/** Ions without embedding, and a V_ion that saturates: what the energy must be by hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { ModelError } from '../../src/core/errors.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { loadModel } from '../../src/model/load.ts';
import { saturated, saturationSlope } from '../../src/model/saturation.ts';
import { bcc, graphene } from '../../src/structure/crystal.ts';

interface Switch {
  bareIons?: boolean;
  saturation?: Record<string, { from: number; width: number }>;
}
const lithium = (change: Switch) => {
  const file = JSON.parse(readFileSync('models/potentials/li-carbon.json', 'utf8'));
  const own = file.terms[0].chargeSwitch;
  file.terms[0].chargeSwitch = { ...own, bareIons: false, saturation: undefined, ...change };
  return { file, model: loadModel(file, 'li-carbon') };
};
const plain = lithium({});
const bare = lithium({ bareIons: true });

describe('bare ions', () => {
  it('two ions lose φ and F(ρ) each and nothing else: they know of each other by Y', () => {
    const r = 4.26;
    const rows = Float64Array.of(5, 5, 5, 0, 5 + r, 5, 5, 0);
    const frame = { cell: cubicCell(30), species: ['Li'], rows };
    const term = plain.file.terms[0];
    const { amplitude, k, r0 } = term.density['Li-Li'];
    const { xi, exponent } = term.embedding.Li;
    const f = -xi * (amplitude * Math.exp(-k * (r / r0 - 1))) ** exponent;
    const knots = ({ coefficients, radii }: { coefficients: number[]; radii: number[] }) =>
      coefficients.reduce((sum, c, i) => sum + c * Math.max(0, 1 - r / radii[i]!) ** 3, 0);
    const phi = knots(term.pair['Li-Li']);
    expect(f).toBeLessThan(-0.3);
    expect(Math.abs(phi)).toBeGreaterThan(0.01);
    expect(evaluate(bare.model, frame).energy - evaluate(plain.model, frame).energy).toBeCloseTo(-2 * f - phi, 6);
    expect(evaluate(bare.model, frame).energy).toBeCloseTo(knots(term.chargeSwitch.repulsion['Li-Li']), 6);
  });

  it('metal is not touched', () => {
    const metal = bcc('Li', 3.48, 4);
    expect(evaluate(bare.model, metal).energy).toBe(evaluate(plain.model, metal).energy);
  });
});

describe('saturation of V_ion', () => {
  const limits = { from: 0.6, width: 0.9 };

  it('begins with the value and slope of the plain sum, goes on by the logarithm', () => {
    expect(saturated(-0.6, limits)).toBe(-0.6);
    expect(saturationSlope(-0.6, limits)).toBe(1);
    expect(saturated(-1.5, limits)).toBeCloseTo(-0.6 - 0.9 * Math.log(2), 14);
    expect(saturationSlope(-1.5, limits)).toBeCloseTo(0.5, 14);
    expect(saturated(2, limits)).toBe(2);
  });

  it('an adatom has g of what it had', () => {
    const sheet = graphene(8, 5, 30);
    const adatom = Float64Array.from([...sheet.rows, 4 * 2.459512, 2 * 4.26 + 1.42, 16.8, 1]);
    const frame = { cell: sheet.cell, species: ['C:basal', 'Li'], rows: adatom };
    const { energy } = evaluate(plain.model, frame);
    expect(energy).toBeLessThan(-0.9);
    const { model } = lithium({ saturation: { Li: limits } });
    expect(evaluate(model, frame).energy).toBeCloseTo(saturated(energy, limits), 12);
  });

  it('a pair term between guest and host beside it is refused: a chain could not tell the two apart', () => {
    const { file } = lithium({ saturation: { Li: limits } });
    const pair = { radial: 'morse', depth: 0.01, alpha: 2, re: 2.5, cutoff: { kind: 'truncate', to: 6 } };
    file.terms.push({ form: 'pair', pair: { 'Li-C:basal': pair } });
    const model = loadModel(file, 'both');
    expect(() => compileGuest(model, 'Li', ['C:basal'])).toThrow(ModelError);
    expect(() => compileGuest(model, 'Li', ['C:basal'])).toThrow(/V_ion that saturates/);
  });
});
