import { describe, expect, it } from 'vitest';
import { cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { keyFromSeed, RandomStream } from '../../src/core/random.ts';
import { boltzmann } from '../../src/core/units.ts';
import { kineticEnergy, momentum } from '../../src/engine/dynamics/velocities.ts';
import {
  createDynamics,
  type Dynamics,
  type DynamicsSetup,
  type DynamicsState,
  packState,
  thermalVelocities,
  unpackState,
} from '../../src/engine/dynamics.ts';
import { referenceForceField } from '../../src/engine/force-field.ts';
import { wasmForceField } from '../../src/engine/wasm-forces.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/io/checkpoint.ts';
import { shippedModel } from '../conformance/models.ts';
import { einsteinField, fieldOf, freeField, listedField } from './dynamics-fields.ts';

const key = keyFromSeed('dynamics');
const sodium = shippedModel('na-carbon');

/** 16 sodium atoms, hot enough that neighbours are listed anew within a few steps. */
function metal(): Frame {
  const crystal = cubicCrystal('Na', 'bcc', 4.3, 2);
  const random = new RandomStream('metal');
  return { ...crystal, rows: crystal.rows.map((x, k) => (k % 4 === 3 ? x : x + 0.1 * random.normal())) };
}

const masses = (n: number): Float64Array => new Float64Array(n).fill(22.99);
const someFrozen = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => Number(i % 5 === 0));

const langevin = { kind: 'langevin', temperature: 700, time: 50 } as const;
const bussi = { kind: 'bussi', temperature: 700, time: 50 } as const;
const press = { pressure: 0.001, time: 200, compressibility: 20, interval: 4 } as const;

const ensembles: readonly (readonly [string, Partial<DynamicsSetup>])[] = [
  ['NVE', {}],
  ['Langevin', { thermostat: langevin }],
  ['velocity rescaling, ramp', { thermostat: bussi, ramp: { to: 300, steps: 17 } }],
  ['Langevin, isotropic pressure', { thermostat: langevin, barostat: { kind: 'isotropic', ...press } }],
  ['rescaling, anisotropic pressure', { thermostat: bussi, barostat: { kind: 'anisotropic', ...press } }],
  [
    'rescaling, flexible cell, frozen',
    { thermostat: bussi, barostat: { kind: 'flexible', ...press }, frozen: someFrozen(16) },
  ],
];

function start(change: Partial<DynamicsSetup>, state?: DynamicsState): Dynamics {
  const frame = metal();
  const m = masses(16);
  return createDynamics(
    {
      forceField: referenceForceField(sodium, frame),
      cell: frame.cell,
      masses: m,
      timestep: 2,
      thermostat: { kind: 'none' },
      key,
      stream: 3,
      velocities: thermalVelocities(m, 700, key, 3, change.frozen),
      ...change,
    },
    state,
  );
}

const bytesOf = (dynamics: Dynamics): Uint8Array => encodeCheckpoint(packState(dynamics.state()));
const reread = (bytes: Uint8Array): DynamicsState => unpackState(decodeCheckpoint(bytes, 'test'));

describe('a run that was stopped and restored has the bytes of one that was not', () => {
  it.each(ensembles)('%s, on the reference force field, split anywhere', (_, change) => {
    const whole = start(change);
    whole.advance(30);
    const expected = bytesOf(whole);
    for (const at of [1, 4, 11, 29]) {
      const first = start(change);
      first.advance(at);
      const second = start(change, reread(bytesOf(first)));
      second.advance(30 - at);
      expect(Buffer.compare(bytesOf(second), expected), `split at ${at}`).toBe(0);
      expect(second.conserved()).toBe(whole.conserved());
      expect(second.temperature()).toBe(whole.temperature());
      expect(second.pressureTensor()).toEqual(whole.pressureTensor());
    }
  });

  it.each(ensembles)('%s, where forces depend on when neighbours were listed', (_, change) => {
    const field = () => listedField(sodium, metal(), 0.5);
    const whole = field();
    const run = start({ ...change, forceField: whole });
    run.advance(60);
    expect(whole.listings).toBeGreaterThan(3);
    for (const at of [3, 37]) {
      const first = start({ ...change, forceField: field() });
      first.advance(at);
      // into a simulation that has gone elsewhere
      const second = start({ ...change, forceField: field(), stream: 3 });
      second.advance(8);
      second.restore(reread(bytesOf(first)));
      second.advance(60 - at);
      expect(Buffer.compare(bytesOf(second), bytesOf(run)), `split at ${at}`).toBe(0);
    }
  });

  it.each(ensembles)('%s, on the WebAssembly force field', async (_, change) => {
    const field = () => wasmForceField(sodium, metal(), { skin: 0.3 });
    const whole = await field();
    const first = await field();
    const second = await field();
    const run = start({ ...change, forceField: whole });
    run.advance(60);
    expect(whole.listings).toBeGreaterThan(3);
    const before = start({ ...change, forceField: first });
    before.advance(37);
    const after = start({ ...change, forceField: second }, reread(bytesOf(before)));
    after.advance(23);
    expect(Buffer.compare(bytesOf(after), bytesOf(run))).toBe(0);
    for (const one of [whole, first, second]) one.dispose();
  });

  it('without the list it would not: the test above can fail', () => {
    const run = start({ forceField: listedField(sodium, metal(), 0.5) });
    run.advance(60);
    const first = start({ forceField: listedField(sodium, metal(), 0.5) });
    first.advance(37);
    const second = start({ forceField: listedField(sodium, metal(), 0.5) }, { ...first.state(), list: null });
    second.advance(23);
    expect(Buffer.compare(bytesOf(second), bytesOf(run))).not.toBe(0);
  });

  it('a state is a copy, and of this system only', () => {
    const run = start({});
    const before = run.state();
    const kept = before.positions.slice();
    run.advance(5);
    expect(before.positions).toEqual(kept);
    const fewer = { ...before, positions: before.positions.slice(4), velocities: before.velocities.slice(4) };
    expect(() => run.restore(fewer)).toThrow('dynamics: state must be of 16 atoms, got 15');
    const heavy = { ...before, velocities: before.velocities.map((x, k) => (k === 3 ? 12 : x)) };
    expect(() => run.restore(heavy)).toThrow('dynamics: atom 1 of the state is of another species or mass');
    expect(() => unpackState({ header: {}, arrays: {} })).toThrow('checkpoint of dynamics must have a number "step"');
  });
});

describe('frozen atoms', () => {
  it('never move and carry no kinetic energy', () => {
    for (const thermostat of [{ kind: 'none' } as const, langevin, bussi]) {
      const frozen = someFrozen(16);
      const given = thermalVelocities(masses(16), 500, key, 1);
      const run = start({ thermostat, frozen, velocities: given });
      const before = run.state().positions;
      run.advance(20);
      let moved = 0;
      for (let i = 0; i < 16; i++) {
        const same = [0, 1, 2].every((a) => run.forceField.positions[4 * i + a] === before[4 * i + a]);
        expect(same).toBe(frozen[i] === 1);
        if (!same) moved++;
        if (frozen[i]) expect([...run.velocities.subarray(4 * i, 4 * i + 3)]).toEqual([0, 0, 0]);
      }
      expect(moved).toBe(12);
      expect(run.degreesOfFreedom).toBe(36);
    }
  });

  it('keep their fractional coordinates under a barostat', () => {
    const frozen = someFrozen(16);
    const run = start({ thermostat: bussi, frozen, barostat: { kind: 'flexible', ...press } });
    const fractional = (): number[] => {
      const v = run.cell.inverse;
      const x = run.forceField.positions;
      return Array.from(frozen.keys())
        .filter((i) => frozen[i])
        .flatMap((i) =>
          [0, 1, 2].map((k) => x[4 * i]! * v[k]! + x[4 * i + 1]! * v[3 + k]! + x[4 * i + 2]! * v[6 + k]!),
        );
    };
    const before = fractional();
    const volume = run.cell.volume;
    run.advance(40);
    expect(Math.abs(run.cell.volume / volume - 1)).toBeGreaterThan(1e-3);
    expect(run.cell.matrix[3]).not.toBe(0);
    expect([run.cell.matrix[1], run.cell.matrix[2], run.cell.matrix[5]]).toEqual([0, 0, 0]);
    for (const [k, s] of fractional().entries()) expect(Math.abs(s - before[k]!)).toBeLessThan(1e-12);
  });
});

describe('degrees of freedom and temperature', () => {
  it('three fewer where the total momentum is conserved', () => {
    expect(start({}).degreesOfFreedom).toBe(45);
    expect(start({ thermostat: bussi }).degreesOfFreedom).toBe(45);
    expect(start({ thermostat: langevin }).degreesOfFreedom).toBe(48);
    expect(start({ externalForces: true }).degreesOfFreedom).toBe(48);
    expect(start({ frozen: someFrozen(16) }).degreesOfFreedom).toBe(36);
  });

  it('follows from the kinetic energy, and pressure from virial and kinetic tensor', () => {
    const run = start({});
    expect(run.temperature()).toBeCloseTo((2 * run.kineticEnergy()) / (45 * boltzmann), 10);
    const { virial } = run.forceField;
    const trace = virial[0]! + virial[4]! + virial[8]! + 2 * run.kineticEnergy();
    expect(run.pressure()).toBeCloseTo(trace / (3 * run.cell.volume), 12);
    const p = run.pressureTensor();
    expect(p[1]).toBeCloseTo(p[3]!, 12);
  });

  it('a ramp is linear in the step and can be set and reset on the way', () => {
    const run = start({ thermostat: bussi, ramp: { to: 300, steps: 20 } });
    expect(run.targetTemperature).toBe(700);
    run.advance(5);
    expect(run.targetTemperature).toBe(600);
    run.setTemperature(450);
    expect(run.targetTemperature).toBe(450);
    run.ramp(650, 4);
    run.advance(3);
    expect(run.targetTemperature).toBe(600);
    run.advance(3);
    expect(run.targetTemperature).toBe(650);
    expect(start({}).targetTemperature).toBeNull();
    expect(() => start({}).setTemperature(3)).toThrow('a target temperature needs a thermostat');
  });
});

describe('thermal velocities', () => {
  it('have no total momentum, are a function of key and stream, and spare the frozen', () => {
    const m = Float64Array.from({ length: 50 }, (_, i) => 1 + i);
    const v = thermalVelocities(m, 300, key, 0);
    const scale = Math.sqrt(m.reduce((sum, x) => sum + x) * kineticEnergy(v));
    for (const p of momentum(v)) expect(Math.abs(p) / scale).toBeLessThan(1e-14);
    expect(thermalVelocities(m, 300, key, 0)).toEqual(v);
    expect(thermalVelocities(m, 300, key, 1)).not.toEqual(v);
    const cold = thermalVelocities(m, 300, key, 0, someFrozen(50));
    expect([...cold.subarray(20, 24)]).toEqual([0, 0, 0, 6]);
    expect(cold[4]).not.toBe(0);
    expect(() => thermalVelocities(m, -1, key, 0)).toThrow('temperature of initial velocities');
    expect(() => thermalVelocities(Float64Array.of(1, 0), 300, key, 0)).toThrow('mass of atom 2 must be above 0 amu');
  });
});

describe('a run that explodes', () => {
  it('names step and atom, and keeps the last good state', () => {
    const frame = metal();
    const rows = frame.rows.slice();
    // on a collision course, much faster than the time step allows
    const v = new Float64Array(64);
    v[4 * 7] = 0.3;
    const run = start({ forceField: referenceForceField(sodium, { ...frame, rows }), velocities: v, keepEvery: 1 });
    expect(() => run.advance(50)).toThrow(/^step 1: atom 8 moves 0\.\d+ Å at once \(limit 0\.5 Å\)/);
    expect(run.lastGood.step).toBe(0);
    expect(run.lastGood.positions).toEqual(rows);
    // it can go on from there with a shorter step
    start({ forceField: referenceForceField(sodium, frame), timestep: 0.5 }, run.lastGood).advance(2);
  });

  it('says which force is no number', () => {
    let calls = 0;
    const field = fieldOf(new Float64Array(40), ({ forces }) => {
      forces.fill(0);
      if (++calls > 3) forces[4 * 6 + 1] = Number.NaN;
      return 0;
    });
    const setup = { forceField: field, cell: cubicCell(10), masses: masses(10), timestep: 1, key, stream: 0 } as const;
    const run = createDynamics({ ...setup, thermostat: { kind: 'none' }, keepEvery: 2 });
    expect(() => run.advance(10)).toThrow('step 3: force of atom 7 must be finite, got NaN');
    expect(run.lastGood.step).toBe(2);
    const infinite = fieldOf(new Float64Array(40), () => Number.POSITIVE_INFINITY);
    expect(() => createDynamics({ ...setup, forceField: infinite, thermostat: langevin })).toThrow(
      'step 0: energy must be finite, got Infinity',
    );
  });

  it('a barostat that tears at the cell is refused', () => {
    const tight = { kind: 'isotropic', pressure: 0, time: 0.01, compressibility: 20, interval: 1 } as const;
    expect(() => start({ thermostat: bussi, barostat: tight }).advance(5)).toThrow(
      /the barostat would strain the cell by .* at once/,
    );
  });
});

describe('settings that make no sense', () => {
  it.each([
    [{ timestep: 0 }, 'dynamics: timestep must be above 0, got 0'],
    [{ masses: masses(3) }, 'dynamics: masses must have 16 entries, got 3'],
    [{ frozen: new Uint8Array(2) }, 'dynamics: frozen must have 16 entries, got 2'],
    [{ thermostat: { ...langevin, time: -1 } }, 'dynamics: time of the thermostat must be above 0, got -1'],
    [{ barostat: { kind: 'isotropic', ...press } }, 'dynamics: a barostat needs a thermostat, got none'],
    [{ ramp: { to: 3, steps: 1 } }, 'dynamics: a ramp needs a thermostat, got none'],
    [
      { thermostat: bussi, barostat: { kind: 'isotropic', ...press, interval: 0.5 } },
      'dynamics: interval of the barostat must be a whole number from 1 on, got 0.5',
    ],
    [
      {
        thermostat: bussi,
        barostat: { kind: 'isotropic', ...press },
        cell: orthorhombicCell(9, 9, 30, [true, true, false]),
      },
      'dynamics: the barostat scales z, along which the cell is not periodic',
    ],
  ] satisfies [Partial<DynamicsSetup>, string][])('%o', (change, message) => {
    expect(() => start(change)).toThrow(message);
  });

  it('a sheet may stretch in its plane alone', () => {
    const cell = orthorhombicCell(9, 9, 30, [true, true, false]);
    const barostat = { kind: 'anisotropic', axes: [true, true, false], ...press } as const;
    const run = createDynamics({
      forceField: freeField(10),
      ...{ cell, masses: masses(10), timestep: 1, thermostat: langevin, barostat, key, stream: 0 },
    });
    run.advance(40);
    expect(run.cell.matrix[8]).toBe(30);
    expect(run.cell.matrix[0]).not.toBe(9);
    expect(run.cell.matrix[4]).not.toBe(9);
  });
});

describe('one step of velocity Verlet', () => {
  it('is the textbook one for a spring', () => {
    const k = 2;
    const rows = Float64Array.of(0, 0, 0, 0);
    const field = einsteinField(rows, k);
    field.positions[0] = 0.1;
    const run = createDynamics({
      forceField: field,
      ...{ cell: cellFromMatrix([9, 0, 0, 0, 9, 0, 0, 0, 9]), masses: Float64Array.of(10), timestep: 1.5 },
      ...{ thermostat: { kind: 'none' }, externalForces: true, key, stream: 0 },
    });
    run.advance(1);
    // ω² = k/m in fs⁻²: 1 eV/(amu Å²) is 0.00964853 fs⁻²
    const w = (0.1 * 2 * 0.009648533 * 1.5) / 10;
    const x = 0.1 - 0.5 * 1.5 * w;
    expect(field.positions[0]).toBeCloseTo(x, 9);
    expect(run.velocities[0]).toBeCloseTo(-0.5 * w * (1 + x / 0.1), 9);
  });
});
