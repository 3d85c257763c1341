/** Ions with a sheet between them, and without: what screening must be by hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { ModelError } from '../../src/core/errors.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { loadModel } from '../../src/model/load.ts';
import { graphene } from '../../src/structure/crystal.ts';

const [amplitude, range] = [1.7, 2.2];
const file = (screening?: { amplitude: number; range: number }) => {
  const spec = JSON.parse(readFileSync('models/potentials/li-carbon.json', 'utf8'));
  spec.terms[0].chargeSwitch.screening = screening;
  return spec;
};
const bare = loadModel(file(), 'bare');
const screened = loadModel(file({ amplitude, range }), 'screened');

/** Energy of two ions and a sheet at z = 15 Å, eV, over a hollow and `apart` Å from each other. */
function energies(z: readonly [number, number], apart: number): { bare: number; screened: number } {
  const sheet = graphene(10, 6, 30);
  const hollow = [5 * 1.42 * Math.sqrt(3), 3 * 4.26 + 1.42] as const;
  const ions = [hollow[0], hollow[1], z[0], 1, hollow[0] + apart, hollow[1], z[1], 1];
  const frame = {
    cell: orthorhombicCell(sheet.cell.matrix[0]!, sheet.cell.matrix[4]!, 30),
    species: ['C:basal', 'Li'],
    rows: Float64Array.from([...sheet.rows, ...ions]),
  };
  return { bare: evaluate(bare, frame).energy, screened: evaluate(screened, frame).energy };
}

describe('repulsion of ions', () => {
  it('above each other across a sheet: less by e^(−Θ), Θ from the six carbons of the hexagon', () => {
    const theta = 6 * amplitude * (1 - (1.42 / range) ** 2) ** 3;
    const { chargeSwitch } = file().terms[0];
    const { q, lambda } = chargeSwitch.repulsion['Li-Li'];
    const r = 3.8;
    const y = (q * Math.exp(-r / lambda)) / r;
    const found = energies([15 - r / 2, 15 + r / 2], 0);
    // 3.8 Å is where the coordination of the two has not begun to switch their charge
    expect(found.screened - found.bare).toBeCloseTo(y * (Math.exp(-theta) - 1), 6);
    expect(found.bare - found.screened).toBeGreaterThan(0.1);
  });

  it('on one side of it, farther than the range: untouched', () => {
    const found = energies([17.3, 17.3], 4.26);
    expect(found.screened).toBe(found.bare);
  });
});

it('a range that reaches beyond what an ion sees of the carbon is refused', () => {
  expect(() => loadModel(file({ amplitude: 1, range: 4.1 }), 'wide')).toThrow(ModelError);
  expect(() => loadModel(file({ amplitude: 1, range: 4.1 }), 'wide')).toThrow(/chargeSwitch\.screening\.range/);
});
