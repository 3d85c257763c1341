import { describe, expect, it } from 'vitest';
import { cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import type { StrainKind } from '../../src/engine/dynamics/strain.ts';
import { type ForceField, referenceForceField } from '../../src/engine/force-field.ts';
import { Landscape } from '../../src/engine/relax/landscape.ts';
import { type RelaxMethod, type RelaxSetup, relax } from '../../src/engine/relax.ts';
import { metalState } from '../../src/engine/reservoir.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { lennardJonesModel, shippedModel } from '../conformance/models.ts';
import { einsteinField, fieldOf } from './dynamics-fields.ts';

const sodium = shippedModel('na-carbon');
const methods: readonly RelaxMethod[] = ['fire', 'l-bfgs'];
const kinds: readonly StrainKind[] = [{ kind: 'isotropic' }, { kind: 'anisotropic' }, { kind: 'flexible' }];

function rattled(crystal: Frame, amplitude: number): Frame {
  const random = new RandomStream('rattle');
  return { ...crystal, rows: crystal.rows.map((x, k) => (k % 4 === 3 ? x : x + amplitude * random.normal())) };
}

function relaxed(frame: Frame, change: Partial<RelaxSetup>, model = sodium) {
  const forceField = referenceForceField(model, frame);
  const result = relax({
    forceField,
    cell: frame.cell,
    method: 'l-bfgs',
    forceTolerance: 1e-5,
    maxSteps: 500,
    ...change,
  });
  return { forceField, result };
}

describe.each(methods)('%s', (method) => {
  it('brings rattled crystals back', () => {
    for (const [model, crystal] of [
      [sodium, cubicCrystal('Na', 'bcc', 4.23, 3)],
      [
        lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'force-shift', to: 7.5 }, 2),
        cubicCrystal('Ar', 'fcc', 5.2, 2),
      ],
    ] as const) {
      const frame = rattled(crystal, 0.15);
      const { forceField, result } = relaxed(frame, { method, forceTolerance: 1e-6 }, model);
      expect(result.stopped).toBe('converged');
      expect(result.maxForce).toBeLessThanOrEqual(1e-6);
      expect(result.energy).toBeCloseTo(evaluate(model, crystal).energy, 7);
      // forces sum to zero, so where all atoms have one mass the centre stays, and displacements from sites are all one vector
      const shift = [0, 1, 2].map((a) => forceField.positions[a]! - crystal.rows[a]!);
      for (let k = 0; k < frame.rows.length; k++) {
        if (k % 4 !== 3)
          expect(Math.abs(forceField.positions[k]! - crystal.rows[k]! - shift[k % 4]!)).toBeLessThan(1e-4);
        else expect(forceField.positions[k]).toBe(frame.rows[k]);
      }
    }
  });

  it.each(kinds)('finds the lattice constant that the reservoir finds ($kind)', (strain) => {
    const known = metalState(sodium, 'Na', 300);
    const { forceField, result } = relaxed(rattled(cubicCrystal('Na', 'bcc', 4.4, 2), 0.05), {
      ...{ method, strain, forceTolerance: 1e-5, stressTolerance: 1e-7 },
    });
    expect(result.converged).toBe(true);
    expect(result.energy / 16).toBeCloseTo(known.latticeEnergy, 7);
    for (let k = 0; k < 9; k++) {
      const a = result.cell.matrix[k]! / 2;
      expect(Math.abs(a - (k % 4 === 0 ? known.latticeConstant : 0)), `component ${k}`).toBeLessThan(1e-4);
    }
    // what is reported is what the force field holds
    const again = evaluate(sodium, { cell: result.cell, species: ['Na'], rows: forceField.positions });
    expect(again.energy).toBe(result.energy);
    expect([...again.forces]).toEqual([...forceField.forces]);
  });

  it('reaches a pressure', () => {
    const pressure = 0.005;
    const { forceField, result } = relaxed(cubicCrystal('Na', 'bcc', 4.3, 2), {
      ...{ method, strain: { kind: 'flexible' }, pressure, stressTolerance: 1e-7 },
    });
    expect(result.converged).toBe(true);
    for (let k = 0; k < 9; k++) {
      expect(Math.abs(forceField.virial[k]! / result.cell.volume - (k % 4 === 0 ? pressure : 0))).toBeLessThan(2e-7);
    }
    // −dE/dV = P: the energy of the crystal at two lattice constants around
    const a = Math.cbrt(result.cell.volume) / 2;
    const at = (x: number): number => evaluate(sodium, cubicCrystal('Na', 'bcc', x, 2)).energy;
    const slope = (at(a * 1.001) - at(a * 0.999)) / (8 * a ** 3 * (1.001 ** 3 - 0.999 ** 3));
    expect(Math.abs(-slope / pressure - 1)).toBeLessThan(1e-3);
    expect(a).toBeLessThan(4.2);
    expect(result.enthalpy).toBeCloseTo(result.energy + pressure * result.cell.volume, 10);
  });

  it('stretches along the chosen axes only', () => {
    const frame = cubicCrystal('Na', 'bcc', 4.4, 2);
    const strain = { kind: 'anisotropic', axes: [true, true, false] } as const;
    const { forceField, result } = relaxed(frame, { method, strain, stressTolerance: 1e-7 });
    expect(result.converged).toBe(true);
    expect(result.cell.matrix[8]).toBe(frame.cell.matrix[8]);
    expect(result.cell.matrix[0]).not.toBe(frame.cell.matrix[0]);
    // pulled along z still (bcc sodium is soft that way), at rest across
    expect(forceField.virial[8]! / result.cell.volume).toBeLessThan(-1e-4);
    expect(Math.abs(forceField.virial[0]! / result.cell.volume)).toBeLessThan(1e-7);
  });

  it('frozen atoms stay, and their forces do not count', () => {
    const frame = rattled(cubicCrystal('Na', 'bcc', 4.23, 2), 0.15);
    const frozen = Uint8Array.from({ length: 16 }, (_, i) => Number(i < 4));
    const { forceField, result } = relaxed(frame, { method, frozen });
    expect(result.converged).toBe(true);
    expect(forceField.positions.slice(0, 16)).toEqual(frame.rows.slice(0, 16));
    expect(Math.hypot(...forceField.forces.subarray(0, 3))).toBeGreaterThan(1e-3);
    expect(forceField.positions[16]).not.toBe(frame.rows[16]);
  });

  it('a spring of any stiffness', () => {
    for (const stiffness of [0.01, 1, 100]) {
      const sites = Float64Array.from({ length: 32 }, (_, k) => k);
      const field = einsteinField(sites, stiffness);
      for (let k = 0; k < 32; k++) if (k % 4 !== 3) field.positions[k]! += 0.3 * Math.sin(k);
      const result = relax({ forceField: field, cell: cubicCell(50), method, forceTolerance: 1e-9, maxSteps: 2000 });
      expect(result.converged).toBe(true);
      for (let k = 0; k < 32; k++)
        expect(Math.abs(field.positions[k]! - sites[k]!)).toBeLessThan(1e-9 / stiffness + 1e-14);
    }
  });

  it('atoms far too close end in a minimum, not in space', () => {
    const model = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'force-shift', to: 7.5 }, 1.5);
    const random = new RandomStream('crowd');
    const points: number[] = [];
    while (points.length < 80) {
      const point = [10 * random.uniform(), 10 * random.uniform(), 10 * random.uniform(), 0];
      const trial: Frame = { cell: cubicCell(10), species: ['Ar'], rows: Float64Array.from([...points, ...point]) };
      if (neighborList(trial, 1.6).index.length === 0) points.push(...point);
    }
    const frame: Frame = { cell: cubicCell(10), species: ['Ar'], rows: Float64Array.from(points) };
    const start = evaluate(model, frame).energy;
    const { result } = relaxed(frame, { method, forceTolerance: 1e-4, maxSteps: 2000 }, model);
    expect(start).toBeGreaterThan(1e2);
    expect(result.converged).toBe(true);
    expect(result.energy).toBeLessThan(0);
  });
});

it('both methods agree, and L-BFGS needs fewer evaluations', () => {
  const frame = rattled(cubicCrystal('Na', 'bcc', 4.35, 2), 0.1);
  const [fire, lbfgs] = methods.map(
    (method) => relaxed(frame, { method, strain: { kind: 'flexible' }, stressTolerance: 1e-6 }).result,
  ) as [ReturnType<typeof relax>, ReturnType<typeof relax>];
  expect(Math.abs(fire.energy - lbfgs.energy)).toBeLessThan(1e-6);
  expect(Math.abs(fire.cell.volume / lbfgs.cell.volume - 1)).toBeLessThan(1e-4);
  expect(lbfgs.evaluations).toBeLessThan(fire.evaluations / 2);
});

describe('the landscape', () => {
  it('has the gradient that differences find, cell and atoms alike, in a skewed and strained cell', () => {
    const base = rattled(cubicCrystal('Na', 'bcc', 4.1, 2), 0.1);
    const frozen = Uint8Array.from({ length: 16 }, (_, i) => Number(i === 2));
    for (const strain of kinds) {
      const forceField = referenceForceField(sodium, base);
      const land = new Landscape({ forceField, cell: base.cell, strain, pressure: 0.01, frozen });
      const random = new RandomStream('direction');
      const x = land.coordinates;
      const direction = new Float64Array(x.length);
      // a few steps into a strained cell along the forces first
      for (let n = 0; n < 3; n++) {
        land.evaluate();
        for (let k = 0; k < x.length; k++) x[k]! += 0.05 * land.forces[k]!;
      }
      land.evaluate();
      const start = x.slice();
      const force = land.forces.slice();
      expect(Math.max(...force.slice(64).map(Math.abs))).toBeGreaterThan(1e-3);
      for (let k = 0; k < x.length; k++) {
        if (k < 64 && k % 4 !== 3 && k >> 2 !== 2) direction[k] = random.normal();
      }
      const onCell = [random.normal(), random.normal(), random.normal(), random.normal()] as const;
      for (let a = 0; a < 3; a++) direction[64 + 5 * a] = onCell[strain.kind === 'isotropic' ? 0 : a]!;
      if (strain.kind === 'flexible') direction[65] = direction[68] = onCell[3];
      const at = (h: number): number => {
        for (let k = 0; k < x.length; k++) x[k] = start[k]! + h * direction[k]!;
        land.evaluate();
        return land.enthalpy;
      };
      const h = 1e-4;
      const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      const expected = -force.reduce((sum, f, k) => sum + f * direction[k]!, 0);
      expect(Math.abs(slope - expected) / Math.abs(expected)).toBeLessThan(1e-7);
    }
  });
});

describe('ends that are not convergence', () => {
  const frame = rattled(cubicCrystal('Na', 'bcc', 4.23, 2), 0.1);

  it('says so: steps used up, callback, stuck', () => {
    const few = relaxed(frame, { maxSteps: 3 }).result;
    expect([few.converged, few.stopped, few.step]).toEqual([false, 'steps', 3]);
    const seen: number[] = [];
    const stopped = relaxed(frame, { onStep: ({ step, maxForce }) => seen.push(maxForce) < 3 || step < 2 }).result;
    expect([stopped.converged, stopped.stopped, stopped.step]).toEqual([false, 'callback', 2]);
    expect(seen.length).toBe(3);
    // forces that point uphill
    const wrong: ForceField = fieldOf(Float64Array.of(1, 0, 0, 0), ({ positions, forces }) => {
      forces[0] = positions[0]!;
      return 0.5 * positions[0]! ** 2;
    });
    const stuck = relax({
      forceField: wrong,
      cell: cubicCell(9),
      method: 'l-bfgs',
      forceTolerance: 1e-6,
      maxSteps: 100,
    });
    expect([stuck.converged, stuck.stopped]).toEqual([false, 'stuck']);
    expect(wrong.positions[0]).toBe(1);
  });

  it('zero steps only look', () => {
    const { forceField, result } = relaxed(frame, { maxSteps: 0 });
    expect(forceField.positions).toEqual(frame.rows);
    expect(result.evaluations).toBe(1);
  });

  it('refuses what makes no sense', () => {
    expect(() => relaxed(frame, { forceTolerance: 0 })).toThrow('relax: force tolerance must be above 0, got 0');
    expect(() => relaxed(frame, { pressure: 1 })).toThrow('relax: a pressure needs a cell that may change');
    expect(() => relaxed(frame, { maxSteps: 1.5 })).toThrow(
      'relax: most steps must be a whole number from 0 on, got 1.5',
    );
    expect(() => relaxed(frame, { frozen: new Uint8Array(3) })).toThrow('relax: frozen must have 16 entries, got 3');
    const cell = orthorhombicCell(9, 9, 9, [true, true, false]);
    expect(() => relaxed({ ...frame, cell }, { strain: { kind: 'isotropic' } })).toThrow(
      'relax: the cell must not change along z, along which it is not periodic',
    );
    const infinite = fieldOf(new Float64Array(4), () => Number.NaN);
    expect(() =>
      relax({ forceField: infinite, cell: cubicCell(9), method: 'fire', forceTolerance: 1, maxSteps: 1 }),
    ).toThrow('relaxation: energy must be finite, got NaN');
  });
});
