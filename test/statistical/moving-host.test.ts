/** A host that moves, in limits with exact answers: sheets on springs and guests that feel nothing. */
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { boltzmann } from '../../src/core/units.ts';
import type { ForceField } from '../../src/engine/force-field.ts';
import { MovingHost, type MovingHostSetup } from '../../src/engine/moving-host.ts';
import { sheetsAlongZ } from '../../src/engine/sheet-stack.ts';
import { graphite } from '../../src/structure/crystal.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { fieldOf } from '../unit/dynamics-fields.ts';
import { expectMean } from './sampling.ts';

const temperature = 400;
const kT = boltzmann * temperature;
const spacing = 4;
const host = graphite(2, 2, 2, spacing);
const sheets = sheetsAlongZ(host);
const area = host.cell.matrix[0]! * host.cell.matrix[4]!;
/** springs between the mean heights of sheets, eV/Å², and the depth of their registry, eV, with its period, Å */
const [stiffness, depth, period] = [0.9, 0.06, 2.5];
const z = 0.02;

const free = lennardJonesModel({ 'Na-Na': [0, 1], 'Na-C': [0, 1] }, { kind: 'truncate', to: 4 }, 0.5);

/** U = ½k Σ (w − w₀)² − ε Σ cos(2π Δx/λ) over the two gaps between the two sheets; guests feel nothing. */
function springs(frame: Frame): ForceField {
  const m = sheets.length / 2;
  return fieldOf(frame.rows, ({ positions, forces }, cell) => {
    const { x, w } = gaps(positions, cell);
    forces.fill(0);
    const angle = (2 * Math.PI * x) / period;
    const bend = w.map((one) => one - spacing);
    const fz = -stiffness * (bend[0]! - bend[1]!);
    const fx = (-2 * depth * Math.sin(angle) * 2 * Math.PI) / period;
    sheets.forEach((sheet, i) => {
      const sign = sheet === 1 ? 1 : -1;
      forces[4 * i] = (sign * fx) / m;
      forces[4 * i + 2] = (sign * fz) / m;
    });
    return 0.5 * stiffness * bend.reduce((sum, b) => sum + b * b, 0) - 2 * depth * Math.cos(angle);
  });
}

/** U = ½κ Σ r² of guests from the middle of the box; carbons feel nothing. */
function well(frame: Frame, kappa: number): ForceField {
  return fieldOf(frame.rows, ({ positions, forces }, { matrix }) => {
    let energy = 0;
    for (let a = host.rows.length; a < positions.length; a += 4) {
      for (let k = 0; k < 3; k++) {
        const r = positions[a + k]! - 0.5 * matrix[4 * k]!;
        forces[a + k] = -kappa * r;
        energy += 0.5 * kappa * r * r;
      }
    }
    return energy;
  });
}

/** Mean x of the upper sheet against the lower, and the two gaps. */
function gaps(rows: Float64Array, cell: Cell): { x: number; w: [number, number] } {
  const mean = (sheet: number, k: number): number => {
    let sum = 0;
    sheets.forEach((one, i) => {
      if (one === sheet) sum += rows[4 * i + k]!;
    });
    return sum / (sheets.length / 2);
  };
  const first = mean(1, 2) - mean(0, 2);
  return { x: mean(1, 0) - mean(0, 0), w: [first, cell.matrix[8]! - first] };
}

const setup: MovingHostSetup = {
  forceFieldOf: springs,
  model: free,
  guest: 'Na',
  host,
  temperature,
  moves: { displace: 1, exchange: 2, teleport: 0 },
  seed: 'moving host',
  segment: { steps: 12, timestep: 12 },
  sheets,
};

describe('guests without energy between sheets on springs', () => {
  it('galleries: each gap has the weight e^(zAw − βk(w − w₀)²/2), and N follows the volume', async () => {
    const chain = new MovingHost(setup);
    chain.lnActivity = Math.log(z);
    const series: Record<'w' | 'w2' | 'n', number[]> = { w: [], w2: [], n: [] };
    for (let k = 0; k < 6000; k++) {
      chain.exchange(6);
      for (let g = 0; g < 4; g++) await chain.gallery(0.5);
      const [w] = gaps(chain.frame.rows, chain.frame.cell).w;
      series.w.push(w);
      series.w2.push(w * w);
      series.n.push(chain.count);
    }
    const mean = spacing + (z * area * kT) / stiffness;
    expectMean(series.w, mean, 0.002);
    expectMean(series.w2, mean * mean + kT / stiffness, 0.004);
    expectMean(series.n, 2 * z * area * mean, 0.02);
    // the guests do push
    expect(mean - spacing).toBeGreaterThan(0.03);
  });

  it('segments: in a box that keeps its height the first gap has variance kT/2k', async () => {
    const chain = new MovingHost(setup);
    chain.lnActivity = Math.log(z);
    const series: Record<'w' | 'w2' | 'n', number[]> = { w: [], w2: [], n: [] };
    for (let k = 0; k < 4000; k++) {
      chain.exchange(6);
      await chain.segment();
      const [w] = gaps(chain.frame.rows, chain.frame.cell).w;
      series.w.push(w);
      series.w2.push((w - spacing) ** 2);
      series.n.push(chain.count);
    }
    expectMean(series.w, spacing, 0.003);
    expectMean(series.w2, kT / (2 * stiffness), 0.1);
    expectMean(series.n, z * area * 2 * spacing, 0.02);
    // the time step is long enough for the test of acceptance to matter
    const { tried, accepted } = chain.counts.segment;
    expect(accepted / tried).toBeGreaterThan(0.5);
    expect(accepted / tried).toBeLessThan(0.999);
  });

  it('slides: ⟨cos⟩ of the registry is I₁/I₀', async () => {
    const chain = new MovingHost(setup);
    const series: number[] = [];
    for (let k = 0; k < 20000; k++) {
      await chain.slide(1.2);
      series.push(Math.cos((2 * Math.PI * gaps(chain.frame.rows, chain.frame.cell).x) / period));
    }
    const bessel = (order: number): number => {
      let sum = 0;
      for (let k = 0; k < 1000; k++) {
        const t = (Math.PI * (k + 0.5)) / 1000;
        sum += Math.exp(((2 * depth) / kT) * Math.cos(t)) * Math.cos(order * t);
      }
      return sum / 1000;
    };
    expectMean(series, bessel(1) / bessel(0), 0.02);
  });

  it('relaxed exchange counts basins by their whole volume: guests in a well are an ideal gas in the box', async () => {
    // strict: ⟨N⟩ = z ∫ e^(−βU) = z (2πkT/κ)^(3/2), more than a hundred times less
    const kappa = 3;
    const chain = new MovingHost({ ...setup, sheets: undefined, forceFieldOf: (frame) => well(frame, kappa) });
    chain.lnActivity = Math.log(z);
    const series: Record<'n' | 'n2', number[]> = { n: [], n2: [] };
    const volume = area * 2 * spacing;
    const expected = z * volume;
    for (let k = 0; k < 6000; k++) {
      await chain.relaxedExchange(200);
      series.n.push(chain.count);
      series.n2.push((chain.count - expected) ** 2);
    }
    // at rest to 0.02 eV/Å each guest is within 2e-5 eV of the bottom
    expectMean(series.n, expected, 0.05);
    expectMean(series.n2, expected, 0.1);
    expect(volume / ((2 * Math.PI * kT) / kappa) ** 1.5).toBeGreaterThan(100);
  });
});
