import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { type CutoffKind, withCutoff } from '../../src/model/radial/cutoffs.ts';
import { lennardJones, lennardJonesTail } from '../../src/model/radial/lennard-jones.ts';

/**
 * NIST Standard Reference Simulation Website, Lennard-Jones reference calculations (four configurations, reduced units,
 * published to five digits): https://www.nist.gov/mml/csd/chemical-informatics-group/lennard-jones-fluid-reference-calculations-cuboid-cell
 */
const published = [
  { atoms: 800, truncated3: -4351.5, truncated4: -4467.5, forceShifted3: -3870.9, tail3: -198.49 },
  { atoms: 200, truncated3: -690.0, truncated4: -704.6, forceShifted3: -620.12, tail3: -24.23 },
  { atoms: 400, truncated3: -1146.7, truncated4: -1175.4, forceShifted3: -1021.0, tail3: -49.622 },
  { atoms: 30, truncated3: -16.79, truncated4: -17.06, forceShifted3: -15.001, tail3: -0.54517 },
] as const;

const unit = { epsilon: 1, sigma: 1 };
const folder = '../shared/reference/nist';

function readConfiguration(text: string): Frame {
  const [box, , ...atoms] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return {
    cell: orthorhombicCell(box![0]!, box![1]!, box![2]!),
    species: ['A'],
    rows: Float64Array.from(atoms.flatMap(([, x, y, z]) => [x!, y!, z!, 0])),
  };
}

function pairEnergy(frame: Frame, kind: CutoffKind, cutoff: number): number {
  const radial = withCutoff(lennardJones(unit), { kind, to: cutoff });
  const { rows } = neighborList(frame, cutoff);
  let sum = 0;
  for (let p = 3; p < rows.length; p += 4) sum += radial.value(rows[p]!);
  return sum / 2;
}

describe('NIST Lennard-Jones configurations', () => {
  published.forEach((row, k) => {
    const file = `${folder}/lj_sample_config_periodic${k + 1}.txt`;
    it(`${k + 1}: ${row.atoms} atoms, to five digits`, ({ skip }) => {
      if (!existsSync(file)) skip(`${file} is not there`);
      const frame = readConfiguration(readFileSync(file, 'utf8'));
      const n = atomCount(frame);
      expect(n).toBe(row.atoms);
      const digits = (x: number) => Number(x.toPrecision(5));
      expect({
        truncated3: digits(pairEnergy(frame, 'truncate', 3)),
        truncated4: digits(pairEnergy(frame, 'truncate', 4)),
        forceShifted3: digits(pairEnergy(frame, 'force-shift', 3)),
        tail3: digits(n * lennardJonesTail(unit, 3, n / frame.cell.volume)),
        atoms: n,
      }).toEqual(row);
    });
  });
});
