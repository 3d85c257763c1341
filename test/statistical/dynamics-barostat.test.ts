/** The constant-pressure ensemble where it is known exactly: an ideal gas, boxes with springs in their walls; and a real crystal. */
import { describe, expect, it } from 'vitest';
import { type Cell, cubicCell } from '../../src/core/cell.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { keyFromSeed } from '../../src/core/random.ts';
import { boltzmann } from '../../src/core/units.ts';
import { inner, product, transposed } from '../../src/engine/dynamics/strain.ts';
import { type Barostat, createDynamics, type Thermostat, thermalVelocities } from '../../src/engine/dynamics.ts';
import { type ForceField, referenceForceField } from '../../src/engine/force-field.ts';
import { shippedModel } from '../conformance/models.ts';
import { fieldOf, freeField } from '../unit/dynamics-fields.ts';
import { expectMean } from './sampling.ts';

const key = keyFromSeed('constant pressure');
const temperature = 300;
const kT = boltzmann * temperature;

function start(forceField: ForceField, edge: number, thermostat: Thermostat, barostat: Barostat) {
  const masses = new Float64Array(forceField.count).fill(20);
  const velocities = thermalVelocities(masses, temperature, key, 0);
  const cell = cubicCell(edge);
  return createDynamics({ forceField, cell, masses, timestep: 2, thermostat, barostat, velocities, key, stream: 0 });
}

describe('an ideal gas at constant pressure', () => {
  const n = 20;
  const pressure = 1e-4;
  const barostat: Barostat = { kind: 'isotropic', pressure, time: 250, compressibility: 1 / pressure, interval: 1 };

  // p(V) ∝ V^f e^(−PV/kT): f = N with all momenta free, one less where the centre of mass has none
  it.each([
    { thermostat: { kind: 'langevin', temperature, time: 40 }, f: n },
    { thermostat: { kind: 'bussi', temperature, time: 40 }, f: n - 1 },
  ] as const)('$thermostat.kind: ⟨V⟩ = ($f + 1) kT/P, Var V = ($f + 1)(kT/P)²', ({ thermostat, f }) => {
    const dynamics = start(freeField(n), Math.cbrt((n * kT) / pressure), thermostat, barostat);
    dynamics.advance(2000);
    const samples = 1 << 14;
    const volume = new Float64Array(samples);
    const internal = new Float64Array(samples);
    for (let s = 0; s < samples; s++) {
      dynamics.advance(10);
      volume[s] = (dynamics.cell.volume * pressure) / kT;
      internal[s] = dynamics.pressure() / pressure;
    }
    // an error of a quarter of what one degree of freedom of the gas changes
    expectMean(volume, f + 1, 0.25 / (f + 1));
    expectMean(
      volume.map((v) => (v - f - 1) ** 2),
      f + 1,
      0.1,
    );
    expectMean(internal, 1, 0.02);
    // shape unchanged
    const [ax, , , , by, , , , cz] = dynamics.cell.matrix;
    expect(by! / ax!).toBeCloseTo(1, 10);
    expect(cz! / ax!).toBeCloseTo(1, 10);
  });

  it('what detailed balance lacks falls faster than the interval', () => {
    // K + U + PV − heat wanders by less the shorter the interval, over one and the same time
    const wander = (interval: number): number => {
      const thermostat: Thermostat = { kind: 'langevin', temperature, time: 40 };
      const dynamics = start(freeField(n), Math.cbrt((n * kT) / pressure), thermostat, {
        ...barostat,
        time: 1600,
        interval,
      });
      let sum = 0;
      for (let block = 0; block < 200; block++) {
        const before = dynamics.conserved();
        dynamics.advance(64);
        sum += (dynamics.conserved() - before) ** 2;
      }
      return Math.sqrt(sum / 200) / kT;
    };
    const [coarse, fine] = [wander(8), wander(2)];
    // each of 4 times as many moves is 4^1.5 = 8 times better: 8/√4 = 4
    expect(coarse / fine).toBeGreaterThan(3);
    expect(coarse / fine).toBeLessThan(5.3);
    expect(fine).toBeLessThan(0.1);
  });
});

/** Hencky strain ½ ln(F Fᵀ) of a cell that was a cube of this edge, [9]. */
function strainOf(cell: Cell, edge: number): Float64Array {
  const f = transposed(cell.matrix).map((x) => x / edge);
  const x = product(f, transposed(f)).map((b, k) => b - (k % 4 === 0 ? 1 : 0));
  if (f[1] === 0 && f[2] === 0 && f[5] === 0 && f[3] === 0 && f[6] === 0 && f[7] === 0) {
    return f.map((stretch, k) => (k % 4 === 0 ? Math.log(stretch) : 0));
  }
  const log = new Float64Array(9);
  let power: Float64Array = x;
  for (let m = 1; m <= 60 && inner(power, power) > 1e-30; m++) {
    for (let k = 0; k < 9; k++) log[k]! += ((m % 2 ? 0.5 : -0.5) * power[k]!) / m;
    power = product(power, x);
  }
  return log;
}

/** Free atoms in a box whose walls cost ½κ Σ ε_ab²; its virial is −κ ε. */
function springyBox(n: number, edge: number, stiffness: number): ForceField {
  return fieldOf(new Float64Array(4 * n), ({ virial }, cell) => {
    const strain = strainOf(cell, edge);
    for (let k = 0; k < 9; k++) virial[k] = -stiffness * strain[k]!;
    return 0.5 * stiffness * strain.reduce((sum, e) => sum + e * e, 0);
  });
}

describe('a box with springs in its walls', () => {
  const n = 4;
  const edge = 10;
  const sigma = 0.02;
  const stiffness = kT / sigma ** 2;
  const time = 100;
  // chosen so that strains relax as e^(−t/time)
  const common = { pressure: 0, time, compressibility: (3 * edge ** 3) / stiffness, interval: 1 } as const;
  const thermostat: Thermostat = { kind: 'langevin', temperature, time: 40 };
  // a linear stochastic equation in steps of Δt has its variance too large by 1/(1 − Δt/2τ)
  const exact = 1 / (1 - 2 / (2 * time));

  function strains(barostat: Barostat): Float64Array[] {
    const dynamics = start(springyBox(n, edge, stiffness), edge, thermostat, barostat);
    dynamics.advance(1000);
    return Array.from({ length: 1 << 13 }, () => {
      dynamics.advance(10);
      return strainOf(dynamics.cell, edge).map((e) => e / sigma);
    });
  }

  it('anisotropic: every axis has ⟨ε⟩ = (N + 1) kT/κ and ⟨δε²⟩ = kT/κ, and no shear', () => {
    const series = strains({ kind: 'anisotropic', ...common });
    for (const a of [0, 4, 8]) {
      const e = Float64Array.from(series, (s) => s[a]!);
      const mean = (n + 1) * sigma;
      expectMean(e, mean, 0.6);
      expectMean(
        e.map((x) => (x - mean) ** 2),
        exact,
        0.06,
      );
    }
    expect(series.every((s) => s[1] === 0 && s[2] === 0 && s[5] === 0)).toBe(true);
  });

  it('flexible: five shears and the volume each with their kT', () => {
    const series = strains({ kind: 'flexible', ...common });
    const trace = Float64Array.from(series, (s) => s[0]! + s[4]! + s[8]!);
    const mean = 3 * (n + 1) * sigma;
    expectMean(trace, mean, 0.4);
    expectMean(
      trace.map((t) => (t - mean) ** 2),
      3 * exact,
      0.06,
    );
    const shears = Float64Array.from(series, (s, k) => s.reduce((sum, e) => sum + e * e, 0) - trace[k]! ** 2 / 3);
    expectMean(shears, 5 * exact, 0.03);
    for (const k of [1, 2, 5]) {
      expectMean(
        Float64Array.from(series, (s) => s[k]! ** 2),
        0.5 * exact,
        0.06,
      );
    }
  });
});

describe('a sodium crystal at 300 K', () => {
  it.each(['isotropic', 'flexible'] as const)('%s: ⟨P⟩ is the target, and energy less heat is kept', (kind) => {
    const crystal = cubicCrystal('Na', 'bcc', 4.2, 2);
    const pressure = 0.005;
    const dynamics = start(
      referenceForceField(shippedModel('na-carbon'), crystal),
      2 * 4.2,
      { kind: 'bussi', temperature, time: 60 },
      { kind, pressure, time: 300, compressibility: 25, interval: 5 },
    );
    dynamics.advance(1000);
    const samples = 2048;
    const diagonal = [0, 4, 8].map(() => new Float64Array(samples));
    const before = dynamics.conserved();
    const heat = dynamics.heat;
    let exchanged = 0;
    for (let s = 0; s < samples; s++) {
      dynamics.advance(5);
      exchanged = Math.max(exchanged, Math.abs(dynamics.heat - heat));
      const p = dynamics.pressureTensor();
      for (const [a, k] of [0, 4, 8].entries()) diagonal[a]![s] = p[k]!;
    }
    const mean = diagonal[0]!.map((x, s) => (x + diagonal[1]![s]! + diagonal[2]![s]!) / 3);
    expectMean(mean, pressure, 0.1);
    if (kind !== 'isotropic') for (const series of diagonal) expectMean(series, pressure, 0.2);
    // 2048 · 5 steps of 2 fs: 16 atoms
    const perAtomAndPs = (dynamics.conserved() - before) / 16 / 20.48;
    expect(Math.abs(perAtomAndPs)).toBeLessThan(2e-4);
    expect(exchanged).toBeGreaterThan(0.1);
  });
});
