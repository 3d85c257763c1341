/** The canonical ensemble: what thermostats must give exactly, and the error of the time step where there is one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { keyFromSeed, RandomStream } from '../../src/core/random.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { amuAngstrom2PerFs2, boltzmann } from '../../src/core/units.ts';
import { Noise, purposes } from '../../src/engine/dynamics/noise.ts';
import { createDynamics, type DynamicsSetup, thermalVelocities } from '../../src/engine/dynamics.ts';
import { referenceForceField } from '../../src/engine/force-field.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { einsteinField, freeField } from '../unit/dynamics-fields.ts';
import { expectMean } from './sampling.ts';

const key = keyFromSeed('canonical');
const common = { cell: cubicCell(50), key, stream: 0 } as const;
/** lithium and potassium in turns */
const mixedMasses = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i % 2 ? 39.0983 : 6.94));

/** χ² of samples against a distribution, cut into `bins` equally likely ones by the distribution function. */
function chiSquare(samples: readonly number[], distribution: (x: number) => number, bins: number): number {
  const counts = new Float64Array(bins);
  for (const x of samples) counts[Math.min(bins - 1, Math.floor(bins * distribution(x)))]!++;
  const expected = samples.length / bins;
  return counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

/** Standard deviations of χ² above its mean, Wilson–Hilferty. */
const chiScore = (chi2: number, degrees: number): number =>
  (Math.cbrt(chi2 / degrees) - (1 - 2 / (9 * degrees))) / Math.sqrt(2 / (9 * degrees));

/** Standard normal distribution function by its series (|x| < 8). */
function normalDistribution(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17; k++) sum += term *= (x * x) / (2 * k + 1);
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** Distribution function of twice-Gamma: P(χ²_{2k} ≤ 2x) = 1 − e^(−x) Σ_{j<k} x^j/j!, whole k. */
function gammaDistribution(x: number, k: number): number {
  let term = 1;
  let sum = 1;
  for (let j = 1; j < k; j++) sum += term *= x / j;
  return 1 - Math.exp(-x) * sum;
}

describe('random numbers', () => {
  it('normals are normal, and sums of squares χ², for few and many', () => {
    const noise = new Noise(key, 5);
    const normals: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      noise.gaussians(purposes.langevin, 7, i);
      normals.push(...noise.normal);
    }
    expect(Math.abs(chiScore(chiSquare(normals, normalDistribution, 100), 99))).toBeLessThan(4);
    for (const half of [1, 2, 25]) {
      const squares = Array.from({ length: 20_000 }, (_, step) => noise.squares(2 * half, purposes.rescale, step, 1));
      const score = chiScore(
        chiSquare(squares, (x) => gammaDistribution(x / 2, half), 50),
        49,
      );
      expect(Math.abs(score), `${2 * half} squares`).toBeLessThan(4);
    }
    const one = Array.from({ length: 20_000 }, (_, step) => noise.squares(1, purposes.rescale, step, 1));
    const score = chiScore(
      chiSquare(one, (x) => 2 * normalDistribution(Math.sqrt(x)) - 1, 50),
      49,
    );
    expect(Math.abs(score)).toBeLessThan(4);
  });
});

describe('an Einstein crystal in a Langevin bath', () => {
  // ωΔt is 0.53 for lithium and 0.22 for potassium: a long step on purpose
  const n = 32;
  const stiffness = 2;
  const timestep = 10;
  const temperature = 300;
  const kT = boltzmann * temperature;
  const masses = mixedMasses(n);
  const rows = Float64Array.from({ length: 4 * n }, (_, k) => (k % 4 === 3 ? 0 : k));
  const field = einsteinField(rows, stiffness);
  const dynamics = createDynamics({
    ...{ ...common, forceField: field, masses, timestep, externalForces: true },
    thermostat: { kind: 'langevin', temperature, time: 40 },
    velocities: thermalVelocities(masses, temperature, key, 0),
  });
  dynamics.advance(500);
  const samples = 4096;
  const potential = new Float64Array(samples);
  /** [species][direction] Σ m v²/kT and Σ k u²/kT, mean over atoms */
  const motion = [0, 1].map(() => [0, 1, 2].map(() => new Float64Array(samples)));
  const spread = [0, 1].map(() => [0, 1, 2].map(() => new Float64Array(samples)));
  const scaled: number[][] = [[], []];
  const square = [6.94, 39.0983].map((m) => (stiffness * timestep ** 2) / (m * amuAngstrom2PerFs2));
  for (let s = 0; s < samples; s++) {
    dynamics.advance(10);
    potential[s] = field.energy;
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < 3; a++) {
        const v = dynamics.velocities[4 * i + a]!;
        const u = field.positions[4 * i + a]! - rows[4 * i + a]!;
        const twice = (masses[i]! * amuAngstrom2PerFs2 * v * v) / kT;
        motion[i % 2]![a]![s]! += twice / (n / 2);
        spread[i % 2]![a]![s]! += (stiffness * u * u) / kT / (n / 2);
        if (s % 8 === 0) scaled[i % 2]!.push(Math.sign(v) * Math.sqrt(twice / (1 - square[i % 2]! / 4)));
      }
    }
  }

  it('equipartition by species and direction: positions exact at any step, velocities but for the known (ωΔt)²/4', () => {
    for (const species of [0, 1]) {
      for (const a of [0, 1, 2]) {
        expectMean(spread[species]![a]!, 1, 0.01);
        expectMean(motion[species]![a]!, 1 - square[species]! / 4, 0.01);
      }
    }
    // the step is long enough for the test to tell
    expect(square[0]! / 4).toBeGreaterThan(0.05);
  });

  it('velocity components follow the Maxwell distribution', () => {
    for (const components of scaled) {
      expect(Math.abs(chiScore(chiSquare(components, normalDistribution, 60), 59))).toBeLessThan(4);
    }
  });

  it('fluctuations of the potential energy are the heat capacity: Var U = (3N/2)(kT)², C = 3Nk/2 of the springs', () => {
    const mean = blockAverage(potential).mean;
    expectMean(potential, 1.5 * n * kT, 0.01);
    expectMean(
      potential.map((u) => (u - mean) ** 2),
      1.5 * n * kT * kT,
      0.05,
    );
  });
});

describe('free particles in a Langevin bath', () => {
  it('diffuse with D = kT/(mγ)', () => {
    const n = 400;
    const masses = mixedMasses(n);
    const temperature = 500;
    const [time, timestep] = [50, 1];
    const field = freeField(n);
    const dynamics = createDynamics({
      ...{ ...common, forceField: field, masses, timestep },
      thermostat: { kind: 'langevin', temperature, time },
      velocities: thermalVelocities(masses, temperature, key, 0),
    });
    const window = 1000;
    const windows = 16;
    // ⟨Δx²⟩ = 2D [t − (1 − e^(−γt))/γ] of the Ornstein–Uhlenbeck process; BAOAB changes it by (γΔt)²/12 = 3e-5
    const length = 2 * (window - time * (1 - Math.exp(-window / time)));
    const reduced: number[][] = [[], []];
    for (let w = 0; w < windows; w++) {
      const from = field.positions.slice();
      dynamics.advance(window);
      for (let i = 0; i < n; i++) {
        const d = (boltzmann * temperature * time) / (masses[i]! * amuAngstrom2PerFs2);
        for (let a = 0; a < 3; a++) {
          reduced[i % 2]!.push((field.positions[4 * i + a]! - from[4 * i + a]!) ** 2 / (d * length));
        }
      }
    }
    for (const samples of reduced) expectMean(samples, 1, 0.02);
  });
});

describe('velocity rescaling', () => {
  /** kinetic energies of free particles: they change by the thermostat alone */
  function kinetic(n: number, ratio: number, samples: number, stride: number, change: Partial<DynamicsSetup> = {}) {
    const masses = mixedMasses(n);
    const dynamics = createDynamics({
      ...{ ...common, forceField: freeField(n), masses, timestep: 1 },
      thermostat: { kind: 'bussi', temperature: 300, time: 1 / ratio },
      velocities: thermalVelocities(masses, 40, key, 0),
      ...change,
    });
    dynamics.advance(Math.ceil(20 / ratio));
    const series = new Float64Array(samples);
    for (let s = 0; s < samples; s++) {
      dynamics.advance(stride);
      series[s] = dynamics.kineticEnergy() / (boltzmann * 300);
    }
    return { dynamics, series };
  }

  it.each([
    { n: 2, ratio: 3, externalForces: true, half: 3 },
    { n: 2, ratio: 0.5, externalForces: true, half: 3 },
    { n: 5, ratio: 3, externalForces: false, half: 6 },
    { n: 21, ratio: 1, externalForces: false, half: 30 },
  ])('K of $n atoms is Gamma($half) distributed, Δt/τ = $ratio', ({ n, ratio, externalForces, half }) => {
    // forget: e^(−stride·ratio) below 1e-3
    const stride = Math.ceil(7 / ratio);
    const { dynamics, series } = kinetic(n, ratio, 10_000, stride, { externalForces });
    expect(dynamics.degreesOfFreedom).toBe(2 * half);
    expect(
      Math.abs(
        chiScore(
          chiSquare([...series], (x) => gammaDistribution(x, half), 50),
          49,
        ),
      ),
    ).toBeLessThan(4);
    expectMean(series, half, 0.02);
  });

  it('K approaches its mean with the time given', () => {
    // ⟨K⟩(t) = K̄ + (K₀ − K̄) e^(−t/τ) over many streams
    const n = 11;
    const masses = mixedMasses(n);
    const velocities = thermalVelocities(masses, 3000, key, 0);
    const end: number[] = [];
    let start = 0;
    for (let stream = 0; stream < 1500; stream++) {
      const dynamics = createDynamics({
        ...{ ...common, stream, forceField: freeField(n), masses, timestep: 2, velocities },
        thermostat: { kind: 'bussi', temperature: 300, time: 60 },
      });
      start = dynamics.temperature();
      dynamics.advance(45);
      end.push(dynamics.temperature());
    }
    expectMean(end, 300 + (start - 300) * Math.exp(-1.5), 0.02);
  });

  it('heat is counted: K + U − heat is constant', () => {
    const { dynamics } = kinetic(10, 0.1, 1, 1);
    const before = dynamics.conserved();
    dynamics.advance(1000);
    expect(Math.abs(dynamics.conserved() - before)).toBeLessThan(1e-12);
    expect(Math.abs(dynamics.heat)).toBeGreaterThan(0.01);
  });
});

describe('a Lennard-Jones liquid of two masses', () => {
  const model = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'force-shift', to: 5 }, 1.5);
  const crystal = cubicCrystal('Ar', 'fcc', 5.7, 2);
  const n = crystal.rows.length / 4;
  const masses = Float64Array.from({ length: n }, (_, i) => (i % 2 ? 80 : 20));
  const temperature = 150;
  const kT = boltzmann * temperature;

  /** m⟨v²⟩/kT: without its centre of mass an atom of mass m has 1 − m/M of its kinetic energy */
  const total = masses.reduce((sum, m) => sum + m);
  const share = (species: number, bath: string): number => (bath === 'langevin' ? 1 : 1 - masses[species]! / total);

  function sampled(thermostat: DynamicsSetup['thermostat']) {
    const random = new RandomStream('liquid');
    const rows = crystal.rows.map((x, k) => (k % 4 === 3 ? x : x + 0.1 * random.normal()));
    const dynamics = createDynamics({
      ...{ forceField: referenceForceField(model, { ...crystal, rows }), cell: crystal.cell, masses, timestep: 4 },
      ...{ thermostat, velocities: thermalVelocities(masses, 250, key, 0), key, stream: 1 },
    });
    dynamics.advance(500);
    const start = dynamics.conserved();
    const samples = 4096;
    const potential = new Float64Array(samples);
    const kinetic = new Float64Array(samples);
    const motion = [0, 1].map(() => [0, 1, 2].map(() => new Float64Array(samples)));
    const components: number[] = [];
    for (let s = 0; s < samples; s++) {
      dynamics.advance(4);
      potential[s] = dynamics.forceField.energy;
      kinetic[s] = dynamics.kineticEnergy();
      for (let i = 0; i < n; i++) {
        for (let a = 0; a < 3; a++) {
          const v = dynamics.velocities[4 * i + a]!;
          const twice = (masses[i]! * amuAngstrom2PerFs2 * v * v) / kT;
          motion[i % 2]![a]![s]! += twice / (n / 2);
          if (s % 64 === 0) components.push(Math.sign(v) * Math.sqrt(twice / share(i % 2, thermostat.kind)));
        }
      }
    }
    return { dynamics, potential, kinetic, motion, components, drift: dynamics.conserved() - start };
  }

  let rescaled: ReturnType<typeof sampled>;
  let langevin: ReturnType<typeof sampled>;
  beforeAll(() => {
    rescaled = sampled({ kind: 'bussi', temperature, time: 100 });
    langevin = sampled({ kind: 'langevin', temperature, time: 200 });
  });

  it('both baths give equipartition by mass and direction, and the Maxwell distribution', () => {
    for (const [run, bath] of [
      [rescaled, 'bussi'],
      [langevin, 'langevin'],
    ] as const) {
      for (const species of [0, 1]) {
        for (const a of [0, 1, 2]) expectMean(run.motion[species]![a]!, share(species, bath), 0.04);
      }
      expect(Math.abs(chiScore(chiSquare(run.components, normalDistribution, 30), 29))).toBeLessThan(4);
    }
  });

  it('both sample one and the same potential energy, and K fluctuates as Gamma(N_f/2)', () => {
    const [a, b] = [blockAverage(rescaled.potential), blockAverage(langevin.potential)];
    expect(Math.abs(a.mean - b.mean) / Math.hypot(a.error, b.error)).toBeLessThan(4);
    expect(Math.hypot(a.error, b.error)).toBeLessThan(0.03 * n * kT);
    const half = rescaled.dynamics.degreesOfFreedom / 2;
    expectMean(rescaled.kinetic, half * kT, 0.02);
    expectMean(
      rescaled.kinetic.map((k) => (k - half * kT) ** 2),
      half * kT * kT,
      0.15,
    );
  });

  it('conserve energy less heat to a small part of the heat exchanged', () => {
    for (const { drift, kinetic } of [rescaled, langevin]) expect(Math.abs(drift)).toBeLessThan(0.01 * kinetic[0]!);
  });
});
