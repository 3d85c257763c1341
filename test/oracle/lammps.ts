/** Records of LAMMPS runs (`../shared/oracles/README.md`) and their comparison with an evaluation. */
import { expect } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { gigapascal } from '../../src/core/units.ts';
import type { Evaluation } from '../../src/model/evaluate.ts';

export interface LammpsRecord {
  /** three edges, Å */
  readonly box: readonly [number, number, number];
  readonly species: readonly string[];
  readonly positions: readonly (readonly number[])[];
  /** eV */
  readonly energy: number;
  /** virial part only */
  readonly pressure_bar: Readonly<Record<'xx' | 'yy' | 'zz' | 'xy' | 'xz' | 'yz', number>>;
  readonly atom_energy: readonly number[];
  readonly forces: readonly (readonly number[])[];
  readonly insertions: {
    readonly species: string;
    readonly positions: readonly (readonly number[])[];
    readonly energy_with_insertion: readonly number[];
  };
}

export function frameOf({ box, species, positions }: LammpsRecord): Frame {
  const names = [...new Set(species)];
  return {
    cell: orthorhombicCell(...box),
    species: names,
    rows: Float64Array.from(positions.flatMap((p, i) => [p[0]!, p[1]!, p[2]!, names.indexOf(species[i]!)])),
  };
}

/**
 * @param tolerance  relative to 1 eV (or the total energy), 1 eV/Å; pressures to ten times that of the largest component
 */
export function compareWithLammps(found: Evaluation, record: LammpsRecord, tolerance: number): void {
  const n = record.species.length;
  expect(Math.abs(found.energy - record.energy)).toBeLessThan(tolerance * Math.max(10, Math.abs(record.energy)));
  let worstEnergy = 0;
  let worstForce = 0;
  for (let i = 0; i < n; i++) {
    worstEnergy = Math.max(worstEnergy, Math.abs(found.energies[i]! - record.atom_energy[i]!));
    for (let k = 0; k < 3; k++) {
      worstForce = Math.max(worstForce, Math.abs(found.forces[4 * i + k]! - record.forces[i]![k]!));
    }
  }
  expect(worstEnergy).toBeLessThan(tolerance);
  expect(worstForce).toBeLessThan(100 * tolerance);
  const volume = record.box[0] * record.box[1] * record.box[2];
  const toBar = (1e4 * gigapascal) / volume;
  const largest = Math.max(...Object.values(record.pressure_bar).map(Math.abs));
  const components = { xx: 0, yy: 4, zz: 8, xy: 1, xz: 2, yz: 5 } as const;
  for (const [name, k] of Object.entries(components)) {
    const expected = record.pressure_bar[name as keyof typeof components];
    expect(Math.abs(found.virial[k]! * toBar - expected)).toBeLessThan(1e-6 * largest + 1e-3);
  }
}
