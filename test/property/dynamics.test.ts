/** Mechanics that hold for every start: time runs back, momentum stays, symmetry is kept, and where a run is cut makes no difference. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { keyFromSeed, RandomStream } from '../../src/core/random.ts';
import { deformed, exponential, product, transposed, turnBack } from '../../src/engine/dynamics/strain.ts';
import { momentum } from '../../src/engine/dynamics/velocities.ts';
import { createDynamics, type Dynamics, type DynamicsSetup, thermalVelocities } from '../../src/engine/dynamics.ts';
import { referenceForceField } from '../../src/engine/force-field.ts';
import { lennardJonesModel, shippedModel } from '../conformance/models.ts';

const argon = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'force-shift', to: 7 }, 1.5);
const sodium = shippedModel('na-carbon');
const metals: readonly (readonly [string, typeof argon, Frame, number])[] = [
  ['argon', argon, cubicCrystal('Ar', 'fcc', 5.3, 2), 80],
  ['sodium', sodium, cubicCrystal('Na', 'bcc', 4.3, 2), 600],
];

function start(
  model: typeof argon,
  crystal: Frame,
  temperature: number,
  seed: number,
  change: Partial<DynamicsSetup>,
): Dynamics {
  const random = new RandomStream(`start ${seed}`);
  const rows = crystal.rows.map((x, k) => (k % 4 === 3 ? x : x + 0.1 * random.normal()));
  const n = rows.length / 4;
  const masses = Float64Array.from({ length: n }, () => 7 + 30 * random.uniform());
  const key = keyFromSeed(seed);
  return createDynamics({
    forceField: referenceForceField(model, { ...crystal, rows }),
    cell: crystal.cell,
    masses,
    timestep: 1 + 3 * random.uniform(),
    thermostat: { kind: 'none' },
    velocities: thermalVelocities(masses, temperature, key, 0),
    key,
    stream: 0,
    ...change,
  });
}

const seeds = fc.integer({ min: 0, max: 1e6 });

describe.each(metals)('%s', (_, model, crystal, temperature) => {
  it('comes back when all velocities are turned', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 60 }), (seed, steps) => {
        const run = start(model, crystal, temperature, seed, {});
        const before = run.state();
        run.advance(steps);
        for (let k = 0; k < run.velocities.length; k++) if (k % 4 !== 3) run.velocities[k]! *= -1;
        run.advance(steps);
        for (const [k, x] of before.positions.entries()) {
          // rounding grows with the divergence of trajectories
          expect(Math.abs(run.forceField.positions[k]! - x)).toBeLessThan(1e-10);
          if (k % 4 !== 3) expect(Math.abs(run.velocities[k]! + before.velocities[k]!)).toBeLessThan(1e-11);
        }
      }),
      { seed: 5, numRuns: 12 },
    );
  });

  it('keeps its momentum, also under velocity rescaling and a barostat', () => {
    const press = { kind: 'flexible', pressure: 1e-3, time: 300, compressibility: 20, interval: 5 } as const;
    const ensembles: Partial<DynamicsSetup>[] = [
      {},
      { thermostat: { kind: 'bussi', temperature, time: 40 } },
      { thermostat: { kind: 'bussi', temperature, time: 40 }, barostat: press },
    ];
    fc.assert(
      fc.property(seeds, fc.constantFrom(...ensembles), (seed, change) => {
        const run = start(model, crystal, temperature, seed, change);
        run.advance(40);
        let size = 0;
        for (let k = 0; k < run.velocities.length; k += 4) {
          size += run.velocities[k + 3]! * Math.hypot(...run.velocities.subarray(k, k + 3));
        }
        for (const p of momentum(run.velocities)) expect(Math.abs(p) / size).toBeLessThan(1e-13);
      }),
      { seed: 6, numRuns: 12 },
    );
  });

  it('does not care how often advance is called', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }), (seed, pieces) => {
        const change: Partial<DynamicsSetup> = {
          thermostat: { kind: 'langevin', temperature, time: 60 },
          barostat: { kind: 'anisotropic', pressure: 0, time: 300, compressibility: 20, interval: 3 },
          keepEvery: 4,
        };
        const whole = start(model, crystal, temperature, seed, change);
        whole.advance(pieces.reduce((sum, n) => sum + n, 0));
        const cut = start(model, crystal, temperature, seed, change);
        for (const n of pieces) cut.advance(n);
        expect(cut.state()).toEqual(whole.state());
        expect(whole.step - whole.lastGood.step).toBeLessThanOrEqual(4);
      }),
      { seed: 7, numRuns: 10 },
    );
  });
});

describe('deformations', () => {
  const component = fc.double({ min: -0.3, max: 0.3, noNaN: true });
  const symmetric = fc
    .tuple(component, component, component, component, component, component)
    .map(([a, b, c, d, e, f]) => [a, d, e, d, b, f, e, f, c]);

  it('exp(E) exp(−E) = 1 and det exp(E) = exp(tr E)', () => {
    fc.assert(
      fc.property(symmetric, (e) => {
        const f = exponential(e);
        const unit = product(f, exponential(e.map((x) => -x)));
        for (let k = 0; k < 9; k++) expect(Math.abs(unit[k]! - (k % 4 === 0 ? 1 : 0))).toBeLessThan(1e-14);
        expect(cellFromMatrix(f).volume).toBeCloseTo(Math.exp(e[0]! + e[4]! + e[8]!), 12);
      }),
      { seed: 8 },
    );
  });

  it('after turning back a points where it did and b lies in the old plane, whatever the cell', () => {
    const entry = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(symmetric, fc.array(entry, { minLength: 9, maxLength: 9 }), (e, skew) => {
        const before = cellFromMatrix(skew.map((x, k) => x + (k % 4 === 0 ? 7 : 0))).matrix;
        const stretched = deformed(before, exponential(e));
        const turn = turnBack(before, stretched);
        const after = deformed(stretched, turn);
        const cross = (m: ArrayLike<number>, v: ArrayLike<number>): number[] => [
          m[1]! * v[2]! - m[2]! * v[1]!,
          m[2]! * v[0]! - m[0]! * v[2]!,
          m[0]! * v[1]! - m[1]! * v[0]!,
        ];
        const normal = cross(before, before.subarray(3));
        for (const x of cross(before, after)) expect(Math.abs(x)).toBeLessThan(1e-11);
        const off = normal[0]! * after[3]! + normal[1]! * after[4]! + normal[2]! * after[5]!;
        expect(Math.abs(off)).toBeLessThan(1e-10);
        const unit = product(turn, transposed(turn));
        for (let k = 0; k < 9; k++) expect(unit[k]).toBeCloseTo(k % 4 === 0 ? 1 : 0, 13);
      }),
      { seed: 9 },
    );
  });
});
