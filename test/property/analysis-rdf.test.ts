import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guestGuestRdf, guestHostRdf, pairRdfs, rdfDefaults } from '../../src/analysis/rdf.ts';
import { cellFromMatrix, cubicCell, wrapRows } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';

const cell = cubicCell(24);

function gas(random: RandomStream, n: number): Frame {
  const rows = Float64Array.from({ length: 4 * n }, (_, i) => (i % 4 === 3 ? 0 : 24 * random.uniform()));
  return { cell, species: ['Na'], rows };
}

describe('radial distribution functions', () => {
  it('are 1 for an ideal gas, with errors that mean what they say', () => {
    const random = new RandomStream('ideal gas');
    const snapshots = Array.from({ length: 64 }, () => gas(random, 60 + random.integer(20)));
    const options = { rMax: 10, bins: 20 };
    const host = gas(random, 500);
    for (const { r, g, error } of [
      guestGuestRdf([{ host, snapshots }], options)!,
      guestHostRdf([{ host, snapshots }], options)!,
    ]) {
      const z = g.map((x, k) => (x - 1) / error[k]!).filter((_, k) => r[k]! > 1.5);
      expect(Math.max(...z.map(Math.abs))).toBeLessThan(4);
      // chi² per bin near 1 (block errors are conservative, so rather below)
      const chi2 = z.reduce((s, x) => s + x * x, 0) / z.length;
      expect(chi2).toBeGreaterThan(0.2);
      expect(chi2).toBeLessThan(2);
      expect(error.at(-1)!).toBeLessThan(0.05);
    }
  });

  it('are 1 for every pair of a mixture in an oblique cell that breathes', () => {
    const random = new RandomStream('mixture');
    const frames = Array.from({ length: 64 }, (): Frame => {
      const size = 1 + 0.05 * random.normal();
      const oblique = cellFromMatrix([18, 0, 0, 7, 16, 0, -5, 4, 15].map((x) => x * size));
      const rows = Float64Array.from({ length: 4 * 90 }, () => 0);
      for (let i = 0; i < 90; i++) {
        const s = [0, 1, 2].map(() => 3 * random.uniform() - 1);
        for (let d = 0; d < 3; d++) rows[4 * i + d] = s.reduce((sum, f, v) => sum + f * oblique.matrix[3 * v + d]!, 0);
        rows[4 * i + 3] = i % 3 === 0 ? 1 : 0;
      }
      return { cell: oblique, species: ['C', 'Na'], rows };
    });
    const rdfs = pairRdfs(frames, { rMax: 10, bins: 20 });
    expect(rdfs.map(({ pair }) => pair.join('-'))).toEqual(['C-C', 'C-Na', 'Na-Na']);
    for (const { g, error, r } of rdfs) {
      const z = g.map((x, k) => (x - 1) / error[k]!).filter((_, k) => r[k]! > 1.5);
      expect(Math.max(...z.map(Math.abs))).toBeLessThan(4);
      expect(error.at(-1)!).toBeLessThan(0.05);
    }
  });

  it('do not depend on origin or order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const random = new RandomStream(seed);
        const frame = gas(random, 30);
        const shift = [1, 2, 3].map(() => 24 * random.uniform());
        const rows = Float64Array.from({ length: 120 }, (_, i) => {
          const source = 4 * (29 - (i >> 2)) + (i % 4);
          return frame.rows[source]! + (i % 4 === 3 ? 0 : shift[i % 4]!);
        });
        wrapRows(cell, rows);
        const before = guestGuestRdf([{ host: frame, snapshots: [frame] }], rdfDefaults)!;
        const after = guestGuestRdf([{ host: frame, snapshots: [{ ...frame, rows }] }], rdfDefaults)!;
        // a pair within rounding of a shell boundary may change its shell
        const moved = before.g.filter((x, k) => Math.abs(x - after.g[k]!) > 1e-9).length;
        expect(moved).toBeLessThanOrEqual(2);
        expect(after.neighbors.at(-1)).toBeCloseTo(before.neighbors.at(-1)!, 9);
      }),
      { seed: 6, numRuns: 30 },
    );
  });
});
