/** Constant energy: how well it is kept, the dt² law, and what happens to momentum and heat. */
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { keyFromSeed } from '../../src/core/random.ts';
import { momentum } from '../../src/engine/dynamics/velocities.ts';
import { createDynamics, type Dynamics, thermalVelocities } from '../../src/engine/dynamics.ts';
import { referenceForceField } from '../../src/engine/force-field.ts';
import type { Model } from '../../src/model/model.ts';
import { lennardJonesModel, shippedModel } from '../conformance/models.ts';

const key = keyFromSeed('constant energy');
// tapered: two continuous derivatives, so that what is measured is the integrator and not the cutoff
const argon = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'taper', from: 6, to: 8 }, 2);
const systems: readonly {
  name: string;
  model: Model;
  crystal: Frame;
  mass: number;
  temperature: number;
  dt: number;
}[] = [
  {
    name: 'argon crystal',
    model: argon,
    crystal: cubicCrystal('Ar', 'fcc', 5.3, 3),
    mass: 39.95,
    temperature: 60,
    dt: 8,
  },
  {
    name: 'argon liquid',
    model: argon,
    crystal: cubicCrystal('Ar', 'fcc', 5.8, 3),
    mass: 39.95,
    temperature: 300,
    dt: 4,
  },
  {
    name: 'sodium crystal',
    model: shippedModel('na-carbon'),
    crystal: cubicCrystal('Na', 'bcc', 4.25, 3),
    mass: 22.98976928,
    temperature: 400,
    dt: 4,
  },
];

function run({ model, crystal, mass, temperature }: (typeof systems)[number], timestep: number): Dynamics {
  const masses = new Float64Array(crystal.rows.length / 4).fill(mass);
  return createDynamics({
    forceField: referenceForceField(model, crystal),
    cell: crystal.cell,
    masses,
    timestep,
    thermostat: { kind: 'none' },
    velocities: thermalVelocities(masses, temperature, key, 0),
    key,
    stream: 0,
  });
}

/** Standard deviation of E about its mean, eV. */
function wobble(dynamics: Dynamics, time: number): number {
  const energies: number[] = [];
  while (dynamics.time < time) {
    dynamics.advance(1);
    energies.push(dynamics.conserved());
  }
  const mean = energies.reduce((sum, e) => sum + e) / energies.length;
  return Math.sqrt(energies.reduce((sum, e) => sum + (e - mean) ** 2, 0) / energies.length);
}

describe.each(systems)('$name at constant energy', (system) => {
  it('the energy error falls as the square of the time step', () => {
    // velocity Verlet conserves a shadow energy E + Δt² G(x, v): the same stretch of trajectory at Δt, ½Δt, ¼Δt
    const time = 400;
    const [a, b, c] = [1, 2, 4].map((k) => wobble(run(system, system.dt / k), time)) as [number, number, number];
    expect(a / b).toBeGreaterThan(3.8);
    expect(a / b).toBeLessThan(4.2);
    expect(b / c).toBeGreaterThan(3.95);
    expect(b / c).toBeLessThan(4.05);
  });
});

describe('sodium for 8 ps at 2 fs', () => {
  const dynamics = run(systems[2]!, 2);
  const n = dynamics.forceField.count;
  const samples: number[] = [];
  const temperatures: number[] = [];
  for (let k = 0; k < 400; k++) {
    dynamics.advance(10);
    samples.push(dynamics.conserved());
    temperatures.push(dynamics.temperature());
  }

  it('drifts less than 1e-5 eV per atom and ps', () => {
    // least squares slope, per 20 fs
    const middle = (samples.length - 1) / 2;
    let above = 0;
    let below = 0;
    for (const [k, e] of samples.entries()) {
      above += (k - middle) * (e - samples[0]!);
      below += (k - middle) ** 2;
    }
    const perAtomAndPs = ((above / below) * 50) / n;
    expect(Math.abs(perAtomAndPs)).toBeLessThan(1e-6);
  });

  it('keeps its momentum at zero and shares its heat between motion and springs', () => {
    const speed = Math.sqrt(dynamics.velocities.reduce((sum, v, k) => sum + (k % 4 === 3 ? 0 : v * v), 0) / (3 * n));
    for (const p of momentum(dynamics.velocities)) expect(Math.abs(p) / (n * 22.99 * speed)).toBeLessThan(1e-12);
    // all the energy was kinetic at the start of a perfect crystal: half of it stays so, to a few percent of anharmonicity
    const late = temperatures.slice(50);
    const mean = late.reduce((sum, t) => sum + t) / late.length;
    const start = run(systems[2]!, 2).temperature();
    expect(mean / start).toBeGreaterThan(0.45);
    expect(mean / start).toBeLessThan(0.55);
  });
});
