/** The carbon of the benchmarks: the same for everyone, as dense and as spread out as it says. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { carbonDensity, carbonEdge, discCarbon, leastDistance } from '../../bench/carbon.ts';
import { neighborList } from '../../src/core/neighbors.ts';

const digest = (rows: Float64Array): string => createHash('sha256').update(rows).digest('hex').slice(0, 16);

describe('discCarbon', () => {
  it('is the same to the last bit from run to run, and another one with another seed', () => {
    expect(digest(discCarbon(1200).rows)).toBe(digest(discCarbon(1200).rows));
    expect(digest(discCarbon(1200, 'other').rows)).not.toBe(digest(discCarbon(1200).rows));
    // changes with the generator: results of the history are then of another carbon
    expect(digest(discCarbon(1200).rows)).toBe('ae64ae809105df4c');
  });

  // the smallest box is narrower than its discs, which then meet their own images
  it.each([400, 5000])('%i atoms: number, density, and no two too near', (atoms) => {
    const { cell, rows, species } = discCarbon(atoms);
    expect(rows.length).toBe(4 * atoms);
    expect(species).toEqual(['C']);
    const density = (atoms * 12.011) / (cell.volume * 0.602214076);
    expect(Math.abs(density / carbonDensity - 1)).toBeLessThan(2e-4);
    const { rows: near } = neighborList({ cell, species, rows }, 1.5);
    let nearest = Number.POSITIVE_INFINITY;
    for (let p = 3; p < near.length; p += 4) nearest = Math.min(nearest, near[p]!);
    expect(nearest).toBeGreaterThanOrEqual(leastDistance - 1e-9);
    // bonds of the honeycomb are there, so something was kept whole
    expect(near.length / 4).toBeGreaterThan(1.5 * atoms);
    for (let i = 0; i < rows.length; i++) {
      if (i % 4 === 3) continue;
      expect(rows[i]! >= 0 && rows[i]! < cell.matrix[0]!).toBe(true);
      expect(Math.abs(1000 * rows[i]! - Math.round(1000 * rows[i]!))).toBeLessThan(1e-6);
    }
  });

  it('has the box of the published case', () => {
    expect(carbonEdge(5000)).toBe(42.49);
  });
});
