import { describe, expect, it } from 'vitest';
import { bondingCutoff, clusterStatistics, findClusters } from '../../src/analysis/clusters.ts';
import { type Cell, cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';

const frameOf = (cell: Cell, xyz: number[][]): Frame => ({
  cell,
  species: ['Na'],
  rows: Float64Array.from(xyz.flatMap(([x, y, z]) => [x!, y!, z!, 0])),
});

const chain = (n: number, step: number): number[][] => Array.from({ length: n }, (_, i) => [i * step, 1, 1]);

describe('bondingCutoff', () => {
  it('lies between the second and third shell of bcc', () => {
    for (const [guest, a] of [
      ['Li', 3.48],
      ['Na', 4.23],
      ['K', 5.22],
    ] as const) {
      expect(bondingCutoff(guest)).toBeGreaterThan(a);
      expect(bondingCutoff(guest)).toBeLessThan(Math.SQRT2 * a);
    }
    expect(() => bondingCutoff('He')).toThrow('no bulk metal known for guest "He"');
  });
});

describe('findClusters', () => {
  it('joins a pair across the boundary, which does not percolate', () => {
    const found = findClusters(
      frameOf(cubicCell(20), [
        [0.5, 5, 5],
        [19, 5, 5],
        [10, 5, 5],
      ]),
      3,
    );
    expect(found.sizes).toEqual([2, 1]);
    expect([...found.label]).toEqual([0, 0, 1]);
    expect([...found.coordination]).toEqual([1, 1, 0]);
    expect(found.percolates[0]).toEqual([false, false, false]);
  });

  it('sees a chain that closes on itself through the boundary, and one with a gap', () => {
    const closed = findClusters(frameOf(cubicCell(20), chain(10, 2)), 2.5);
    expect(closed.sizes).toEqual([10]);
    expect(closed.percolates).toEqual([[true, false, false]]);
    const open = findClusters(frameOf(cubicCell(20), chain(9, 2)), 2.5);
    expect(open.sizes).toEqual([9]);
    expect(open.percolates).toEqual([[false, false, false]]);
  });

  it('does not take a ring inside the box for percolation', () => {
    const ring = Array.from({ length: 12 }, (_, i) => [
      10 + 4 * Math.cos(i * (Math.PI / 6)),
      10 + 4 * Math.sin(i * (Math.PI / 6)),
      10,
    ]);
    const found = findClusters(frameOf(cubicCell(20), ring), 2.5);
    expect(found.sizes).toEqual([12]);
    expect(found.percolates).toEqual([[false, false, false]]);
  });

  it('sees percolation along a diagonal in two directions, also in a skewed cell', () => {
    const diagonal = Array.from({ length: 20 }, (_, i) => [i, i, 3]);
    expect(findClusters(frameOf(cubicCell(20), diagonal), 1.5).percolates).toEqual([[true, true, false]]);
    const skewed = cellFromMatrix([20, 0, 0, 7, 20, 0, 0, 0, 20]);
    const alongB = Array.from({ length: 20 }, (_, i) => [(7 * i) / 20, i, 3]);
    expect(findClusters(frameOf(skewed, alongB), 1.2).percolates).toEqual([[false, true, false]]);
  });

  it('connects a lone atom to its own image in a thin box only where the box is periodic', () => {
    const thin = findClusters(frameOf(orthorhombicCell(3, 30, 30), [[1, 1, 1]]), 4);
    expect(thin.percolates).toEqual([[true, false, false]]);
    expect(thin.coordination[0]).toBe(2);
    const open = orthorhombicCell(3, 30, 30, [false, true, true]);
    expect(findClusters(frameOf(open, [[1, 1, 1]]), 4).percolates).toEqual([[false, false, false]]);
  });

  it('answers an empty frame with nothing', () => {
    expect(findClusters(frameOf(cubicCell(20), []), 4).sizes).toEqual([]);
  });
});

describe('clusterStatistics', () => {
  it('weighs by number and by mass', () => {
    // one chain of 6, a pair and two lone atoms: 4 clusters, 10 guests
    const frame = frameOf(cubicCell(40), [...chain(6, 2), [20, 20, 20], [22, 20, 20], [30, 30, 30], [5, 35, 20]]);
    const s = clusterStatistics([[frame]], 2.5);
    expect(s.largest.value).toBe(6);
    expect(s.meanSize.value).toBe(2.5);
    expect(s.massMeanSize.value).toBe((36 + 4 + 1 + 1) / 10);
    expect(s.coordination.value).toBeCloseTo((10 + 2) / 10, 12);
    expect(s.percolating.value).toBe(0);
    expect(s.sizes.map((b) => [b.from, b.to, b.clusters.value, b.guests.value])).toEqual([
      [1, 1, 0.5, 0.2],
      [2, 2, 0.25, 0.2],
      [3, 4, 0, 0],
      [5, 8, 0.25, 0.6],
    ]);
    expect(s.coordinations.map((q) => q.value)).toEqual([0.2, 0.4, 0.4]);
  });

  it('averages snapshots and replicas, with the error between replicas', () => {
    const cell = cubicCell(40);
    const [two, four] = [frameOf(cell, chain(2, 2)), frameOf(cell, chain(4, 2))];
    const s = clusterStatistics(
      [
        [two, two],
        [four, four],
      ],
      2.5,
    );
    expect(s.largest).toEqual({ value: 3, error: 1, unit: '1' });
  });

  it('has no mean size without guests', () => {
    const s = clusterStatistics([[frameOf(cubicCell(20), [])]], 4);
    expect(s.largest.value).toBe(0);
    expect(s.meanSize).toMatchObject({ value: null, note: 'no guest in any snapshot' });
  });
});
