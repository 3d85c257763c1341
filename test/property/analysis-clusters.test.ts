import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findClusters } from '../../src/analysis/clusters.ts';
import { cellFromMatrix, wrapRows } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';

const cell = cellFromMatrix([20, 0, 0, 5, 18, 0, -3, 2, 16]);

function randomFrame(seed: number, n: number): Frame {
  const random = new RandomStream(seed);
  const rows = Float64Array.from({ length: 4 * n }, (_, i) => (i % 4 === 3 ? 0 : 40 * random.uniform()));
  wrapRows(cell, rows);
  return { cell, species: ['Na'], rows };
}

/** What does not depend on names: sizes with their percolation, sorted, and the sorted coordination. */
function summary(frame: Frame): unknown {
  const { sizes, percolates, coordination } = findClusters(frame, 4.9);
  return [sizes.map((s, k) => `${s} ${percolates[k]}`).sort(), [...coordination].sort()];
}

const input = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 90 }));

describe('findClusters', () => {
  it('does not depend on the order of the atoms', () => {
    fc.assert(
      fc.property(input, ([seed, n]) => {
        const frame = randomFrame(seed, n);
        const order = new RandomStream(seed, 1).shuffle(Array.from({ length: n }, (_, i) => i));
        const rows = Float64Array.from(order.flatMap((i) => [...frame.rows.subarray(4 * i, 4 * i + 4)]));
        expect(summary({ ...frame, rows })).toEqual(summary(frame));
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('does not depend on the origin, nor on which image of an atom is stored', () => {
    fc.assert(
      fc.property(
        input,
        fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 300, maxLength: 300 }),
        ([seed, n], images) => {
          const frame = randomFrame(seed, n);
          const random = new RandomStream(seed, 2);
          const shift = [20 * random.uniform(), 20 * random.uniform(), 20 * random.uniform()];
          const moved = frame.rows.map((x, i) => (i % 4 === 3 ? x : x + shift[i % 4]!));
          wrapRows(cell, moved);
          expect(summary({ ...frame, rows: moved })).toEqual(summary(frame));
          const elsewhere = frame.rows.slice();
          for (let i = 0; i < n; i++)
            for (let k = 0; k < 3; k++)
              for (let d = 0; d < 3; d++) elsewhere[4 * i + d]! += images[3 * i + k]! * cell.matrix[3 * k + d]!;
          expect(summary({ ...frame, rows: elsewhere })).toEqual(summary(frame));
        },
      ),
      { seed: 4, numRuns: 60 },
    );
  });

  it('has sizes that add up to the atoms, and percolation exactly when doubling the box multiplies the atoms of a piece', () => {
    fc.assert(
      fc.property(input, ([seed, n]) => {
        const frame = randomFrame(seed, n);
        const { sizes, percolates, label } = findClusters(frame, 4.9);
        expect(sizes.reduce((s, x) => s + x, 0)).toBe(atomCount(frame));
        for (const [k, size] of sizes.entries()) expect(label.filter((l) => l === k).length).toBe(size);
        // in a box doubled along a, a piece that winds around a once becomes one piece of twice the size; the others split in two
        const doubledRows = new Float64Array(8 * n);
        doubledRows.set(frame.rows);
        doubledRows.set(
          frame.rows.map((x, i) => (i % 4 === 3 ? x : x + cell.matrix[i % 4]!)),
          4 * n,
        );
        const wide = cellFromMatrix(cell.matrix.map((x, i) => (i < 3 ? 2 * x : x)));
        const doubled = findClusters({ cell: wide, species: ['Na'], rows: doubledRows }, 4.9);
        for (const [k, size] of sizes.entries()) {
          const atom = label.indexOf(k);
          const joined = doubled.label[atom] === doubled.label[n + atom];
          if (joined) expect(percolates[k]![0]).toBe(true);
          if (!percolates[k]![0]) expect(doubled.sizes[doubled.label[atom]!]).toBe(size);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});
