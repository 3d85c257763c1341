/** Systems that dynamics is compared on, one for every form the GPU has. */
import { repeated } from '../../src/analysis/supercell.ts';
import { massOf } from '../../src/core/elements.ts';
import { atomCount, type Frame, speciesAt } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { type DynamicsSetup, type Thermostat, thermalVelocities } from '../../src/engine/dynamics.ts';
import type { Model } from '../../src/model/model.ts';
import { buildHardCarbon } from '../../src/structure/hard-carbon.ts';
import { rattled } from './force-frames.ts';
import { lennardJonesModel, shippedModel } from './models.ts';

/** A system that moves. */
export interface MovingSystem {
  readonly name: string;
  readonly model: Model;
  readonly frame: Frame;
  /** fs */
  readonly timestep: number;
  /** K, of the first velocities */
  readonly temperature: number;
}

/** how far beyond the cutoff neighbours are listed, Å */
export const skin = 0.7;

/** The frame repeated until it is wide enough for a GPU; null where a side of it is open. */
export function wide(frame: Frame, model: Model): Frame | null {
  const { periodic, heights } = frame.cell;
  if (!periodic.every(Boolean)) return null;
  const copies = heights.map((height) => Math.ceil((2 * (model.cutoff + skin)) / height));
  return repeated(frame, copies as [number, number, number]);
}

/** The systems, pairs first. */
export function movingSystems(): MovingSystem[] {
  const argon = lennardJonesModel({ 'Ar-Ar': [0.0104, 3.4] }, { kind: 'taper', from: 6, to: 8 }, 2);
  const argonCrystal = rattled(cubicCrystal('Ar', 'fcc', 5.4, 4), 0.1, 'argon');
  const metal = shippedModel('na-carbon');
  const sodium = rattled(wide(cubicCrystal('Na', 'bcc', 4.25, 1), metal)!, 0.1, 'sodium');
  const recipe = { la: 12, lc: 7, d002: 3.6, density: 1.5, atoms: 400, seed: 'moving', edges: { strong: 0 } };
  const { frame: carbon } = buildHardCarbon(recipe);
  const disordered = { ...carbon, species: ['C'], rows: carbon.rows.map((x, k) => (k % 4 === 3 ? 0 : x)) };
  return [
    { name: 'argon', model: argon, frame: argonCrystal, timestep: 4, temperature: 100 },
    { name: 'sodium', model: metal, frame: sodium, timestep: 2, temperature: 500 },
    { name: 'carbon', model: shippedModel('carbon-tersoff-1989'), frame: disordered, timestep: 0.5, temperature: 600 },
  ];
}

/** What `createDynamics` and `createGpuDynamics` take besides their force field. */
export function setupOf(
  { frame, timestep, temperature }: MovingSystem,
  kind: Thermostat['kind'] = 'none',
): Omit<DynamicsSetup, 'forceField'> {
  const masses = Float64Array.from({ length: atomCount(frame) }, (_, i) => massOf(speciesAt(frame, i)));
  const key = [7, 11] as const;
  const thermostat: Thermostat = kind === 'none' ? { kind } : { kind, temperature, time: 100 };
  const velocities = thermalVelocities(masses, temperature, key, 0);
  return { cell: frame.cell, masses, timestep, thermostat, key, stream: 0, velocities };
}
