import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { boltzmann } from '../../src/core/units.ts';
import { harmonicLnZ, lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { loadModel } from '../../src/model/load.ts';
import type { Model } from '../../src/model/model.ts';
import { shippedModel } from '../conformance/models.ts';

const beta = 1 / (boltzmann * 300);

/** A Morse metal ended at `to` Å. */
function morseMetal(
  parameters: { depth: number; alpha: number; re: number },
  cutoff: Record<string, unknown>,
  lattice: 'bcc' | 'fcc',
): Model {
  return loadModel({
    format: 'cardhouse/model/1',
    name: 'toy metal',
    about: 'for tests',
    citation: ['tests'],
    licence: 'MIT',
    validity: 'tests',
    provenance: 'tests',
    species: ['M'],
    host: [],
    overlap: { 'M-M': 1.8 },
    cavity: {},
    terms: [{ form: 'pair', pair: { 'M-M': { radial: 'morse', ...parameters, cutoff } } }],
    reference: { M: { lattice, anharmonicLnZ: -0.2, temperature: 250 } },
  });
}

/** ln det of a symmetric positive matrix by Cholesky. */
function lnDeterminant(matrix: Float64Array, n: number): number {
  const l = matrix.slice();
  let sum = 0;
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      const factor = l[j * n + k]!;
      for (let i = j; i < n; i++) l[i * n + j]! -= factor * l[i * n + k]!;
    }
    const root = Math.sqrt(l[j * n + j]!);
    expect(root).toBeGreaterThan(0);
    for (let i = j; i < n; i++) l[i * n + j]! /= root;
    sum += 2 * Math.log(root);
  }
  return sum;
}

/**
 * ½ ln det(βH/2π)/(N − 1) of a finite periodic crystal from its full 3N × 3N Hessian: the three translations are lifted to
 * the eigenvalue c and taken out again, det' H = det(H + c P)/c³.
 */
function finiteCrystal(model: Model, species: string, lattice: 'bcc' | 'fcc', a: number, cells: number): number {
  const crystal = cubicCrystal(species, lattice, a, cells);
  const atoms = crystal.rows.length / 4;
  const n = 3 * atoms;
  const h = 1e-3;
  const hessian = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    const forces = [1, -1].map((sign) => {
      const rows = crystal.rows.slice();
      rows[4 * Math.floor(column / 3) + (column % 3)]! += sign * h;
      return evaluate(model, { ...crystal, rows }).forces;
    }) as [Float64Array, Float64Array];
    for (let row = 0; row < n; row++) {
      const k = 4 * Math.floor(row / 3) + (row % 3);
      hessian[row * n + column] = -(forces[0][k]! - forces[1][k]!) / (2 * h);
    }
  }
  const lifted = hessian.map((value, k) => {
    const [row, column] = [Math.floor(k / n), k % n];
    const symmetric = 0.5 * (value + hessian[column * n + row]!);
    return symmetric + (row % 3 === column % 3 ? 1 / atoms : 0);
  });
  return (0.5 * lnDeterminant(lifted, n)) / (atoms - 1) + 1.5 * Math.log(beta / (2 * Math.PI));
}

describe('harmonic ln z₀', () => {
  it('of springs between nearest neighbours of fcc: D(q) = Σ k (1 − cos q·R) R̂R̂ᵀ, k = 2Dα²', () => {
    const [depth, alpha, re] = [0.15, 1.3, 3.7];
    const model = morseMetal({ depth, alpha, re }, { kind: 'shift', to: 1.2 * re }, 'fcc');
    const a = re * Math.SQRT2;
    const bonds = [-1, 0, 1]
      .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z] as const)))
      .filter((b) => Math.hypot(...b) > 1.2 && Math.hypot(...b) < 1.6);
    expect(bonds.length).toBe(12);
    const mesh = 8;
    let sum = 0;
    for (let p = 0; p < mesh ** 3; p++) {
      const q = [p % mesh, Math.floor(p / mesh) % mesh, Math.floor(p / mesh ** 2)].map(
        (m) => ((4 * Math.PI) / a) * ((m + 0.5) / mesh),
      );
      const d = new Float64Array(9);
      for (const b of bonds) {
        const phase = b.reduce((s, x, k) => s + 0.5 * a * x * q[k]!, 0);
        for (let k = 0; k < 9; k++)
          d[k]! += depth * 2 * alpha ** 2 * (1 - Math.cos(phase)) * 0.5 * b[Math.floor(k / 3)]! * b[k % 3]!;
      }
      sum += lnDeterminant(d, 3);
    }
    const exact = (0.5 * sum) / mesh ** 3 + 1.5 * Math.log(beta / (2 * Math.PI));
    // differences of forces over 1e-3 Å: the next order is 7α²h²/6 of k
    expect(Math.abs(harmonicLnZ(model, 'M', 'fcc', a, beta, { mesh, shift: 0.5 }) - exact)).toBeLessThan(1e-5);
  });

  it.each([
    {
      name: 'bcc, embedded lithium',
      lattice: 'bcc' as const,
      cells: 2,
      model: shippedModel('li-carbon'),
      species: 'Li',
    },
    { name: 'fcc, Morse', lattice: 'fcc' as const, cells: 2, model: shippedModel('na-carbon-pair'), species: 'Na' },
    {
      name: 'bcc, embedded sodium',
      lattice: 'bcc' as const,
      cells: 3,
      model: shippedModel('na-carbon'),
      species: 'Na',
    },
  ])(
    'of a finite crystal ($name) is the determinant of its whole Hessian without the centre of mass',
    ({ lattice, cells, model, species }) => {
      const a = metalState(model, species, 300).latticeConstant;
      const direct = finiteCrystal(model, species, lattice, a, cells);
      // a mesh through q = 0 with 2n points per 4π/a holds the waves of n × n × n cells, each several times
      const waves = harmonicLnZ(model, species, lattice, a, beta, { mesh: 2 * cells, shift: 0 });
      expect(Math.abs(waves - direct)).toBeLessThan(1e-6);
    },
  );
});

describe('metal state', () => {
  const toy = morseMetal({ depth: 0.15, alpha: 1.1, re: 4 }, { kind: 'taper', from: 6, to: 8 }, 'fcc');

  it('rests: no pressure at its lattice constant, more energy on either side', () => {
    for (const [model, species, lattice] of [
      [toy, 'M', 'fcc'],
      [shippedModel('na-carbon'), 'Na', 'bcc'],
    ] as const) {
      const { latticeConstant: a, latticeEnergy } = metalState(model, species, 300);
      const at = (scale: number) => evaluate(model, cubicCrystal(species, lattice, scale * a, 1));
      const atoms = lattice === 'bcc' ? 2 : 4;
      expect(at(1).energy / atoms).toBeCloseTo(latticeEnergy, 12);
      const { virial } = at(1);
      expect(Math.abs(virial[0]! + virial[4]! + virial[8]!) / atoms).toBeLessThan(1e-4);
      for (const scale of [0.99, 1.01]) expect(at(scale).energy / atoms).toBeGreaterThan(latticeEnergy);
    }
  });

  it('ln z is the sum of its parts, each with the temperature dependence of a classical crystal', () => {
    const [cold, warm] = [metalState(toy, 'M', 250), metalState(toy, 'M', 400)];
    for (const metal of [cold, warm]) {
      const b = 1 / (boltzmann * metal.temperature);
      expect(metal.lnActivity).toBeCloseTo(b * (metal.latticeEnergy + metal.vibrational + metal.anharmonic), 10);
    }
    const [b1, b2] = [250, 400].map((t) => 1 / (boltzmann * t)) as [number, number];
    expect(b1 * cold.anharmonic).toBeCloseTo(-0.2, 12);
    const expected = (b2 - b1) * cold.latticeEnergy + 1.5 * Math.log(b2 / b1) - 0.2 * (400 / 250 - 1);
    expect(warm.lnActivity - cold.lnActivity).toBeCloseTo(expected, 8);
  });

  it('ln z falls by 1/kT per volt, and is ln z₀ at 0 V', () => {
    const metal = metalState(toy, 'M', 300);
    expect(lnActivityAt(metal, 0)).toBe(metal.lnActivity);
    expect(lnActivityAt(metal, 0.7) - lnActivityAt(metal, 0.2)).toBeCloseTo(-0.5 / (boltzmann * 300), 10);
  });

  it('refuses a guest without metal, and a crystal that would fall apart', () => {
    expect(() => metalState(toy, 'X', 300)).toThrow(ModelError);
    // nearest neighbours alone do not hold bcc up against shear
    const soft = morseMetal({ depth: 0.15, alpha: 1.5, re: 3.7 }, { kind: 'taper', from: 4.2, to: 5 }, 'bcc');
    expect(() => metalState(soft, 'M', 300)).toThrow(/unstable phonon/);
    const repulsive = morseMetal({ depth: -0.15, alpha: 1.5, re: 3.7 }, { kind: 'taper', from: 4.2, to: 5 }, 'bcc');
    expect(() => metalState(repulsive, 'M', 300)).toThrow(ModelError);
  });

  it('refuses a crystal that only long waves along ⟨011⟩ shear apart (C′ < 0), between the points of a shifted mesh', () => {
    const sheared = morseMetal(
      { depth: 0.1036246, alpha: 0.824268, re: 4.381509 },
      { kind: 'taper', from: 8, to: 10 },
      'bcc',
    );
    const a = 4.23;
    const crystal = cubicCrystal('M', 'bcc', a, 6);
    const still = evaluate(sheared, crystal).energy;
    // a transverse wave q = (2π/6a)(0, 1, 1), displaced along (0, 1, −1): the energy falls
    const rows = crystal.rows.slice();
    for (let k = 0; k < rows.length; k += 4) {
      const u = 0.02 * Math.cos(((2 * Math.PI) / (6 * a)) * (rows[k + 1]! + rows[k + 2]!));
      rows[k + 1]! += u;
      rows[k + 2]! -= u;
    }
    expect(evaluate(sheared, { ...crystal, rows }).energy).toBeLessThan(still);
    expect(() => metalState(sheared, 'M', 300)).toThrow(/unstable phonon/);
  });
});

it('crystals hold the right number of atoms at the right distance', () => {
  for (const [lattice, perCell, nearest] of [
    ['bcc', 2, Math.sqrt(3) / 2],
    ['fcc', 4, Math.SQRT1_2],
  ] as const) {
    const { rows, cell } = cubicCrystal('M', lattice, 4, 3);
    expect(rows.length / 4).toBe(27 * perCell);
    expect(cell.volume).toBeCloseTo(12 ** 3, 9);
    let least = Number.POSITIVE_INFINITY;
    for (let a = 4; a < rows.length; a += 4)
      least = Math.min(least, Math.hypot(rows[a]! - rows[0]!, rows[a + 1]! - rows[1]!, rows[a + 2]! - rows[2]!));
    expect(least).toBeCloseTo(4 * nearest, 12);
  }
});
