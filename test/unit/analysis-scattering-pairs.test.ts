import { describe, expect, it } from 'vitest';
import { pairHistogram, pairIndex } from '../../src/analysis/pair-histogram.ts';
import { type Cell, cellFromMatrix, cubicCell, orthorhombicCell } from '../../src/core/cell.ts';
import { elementOf } from '../../src/core/elements.ts';
import { SpecError } from '../../src/core/errors.ts';
import { type Frame, speciesAt } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';

const species = ['C:basal', 'Na', 'C:zigzag-H'];

function randomFrame(cell: Cell, atoms: number, seed: string): Frame {
  const random = new RandomStream(seed);
  const rows = new Float64Array(4 * atoms);
  for (let i = 0; i < atoms; i++) {
    // a box wider than the cell, so that atoms lie outside it too
    const s = [0, 1, 2].map(() => 1.6 * random.uniform() - 0.3);
    for (let k = 0; k < 3; k++)
      rows[4 * i + k] = s[0]! * cell.matrix[k]! + s[1]! * cell.matrix[3 + k]! + s[2]! * cell.matrix[6 + k]!;
    rows[4 * i + 3] = Math.floor(3 * random.uniform());
  }
  return { cell, species, rows };
}

/** Histograms by the neighbour list: every pair from both ends. */
function byNeighbours(frame: Frame, rMax: number, width: number, elements: readonly string[]): Float64Array[] {
  const bins = Math.floor(rMax / width + 0.5) + 1;
  const counts = Array.from({ length: (elements.length * (elements.length + 1)) / 2 }, () => new Float64Array(bins));
  const list = neighborList(frame, rMax + width);
  for (let i = 0; i < frame.rows.length / 4; i++) {
    for (let p = list.start[i]!; p < list.start[i + 1]!; p++) {
      const kinds = [i, list.index[p]!].map((atom) => elements.indexOf(elementOf(speciesAt(frame, atom))));
      const bin = Math.floor(list.rows[4 * p + 3]! / width + 0.5);
      if (bin < bins) counts[pairIndex(kinds[0]!, kinds[1]!, elements.length)]![bin]! += 0.5;
    }
  }
  return counts;
}

/** Distances on the edge of a bin may fall on either side. */
function expectSame(found: readonly Float64Array[], wanted: readonly Float64Array[]): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((counts, pair) => {
    let running = 0;
    let off = 0;
    const last = counts.length - 1;
    expect(counts.length).toBe(wanted[pair]!.length);
    for (let k = 0; k < last; k++) {
      running += counts[k]! - wanted[pair]![k]!;
      if (running !== 0) off++;
    }
    expect(off).toBeLessThan(3);
  });
}

const cells: readonly [string, Cell, number, number][] = [
  ['a cube', cubicCell(21), 300, 15],
  ['a cube smaller than the reach', cubicCell(9), 40, 25],
  ['a long box', orthorhombicCell(8, 13, 40), 250, 18],
  ['a skewed cell', cellFromMatrix([14, 1, -2, 5, 12, 3, -4, 6, 17]), 200, 20],
  ['a very skewed cell', cellFromMatrix([10, 0, 0, 9, 7, 0, 8, -6, 9]), 60, 22],
  ['a left-handed cell', cellFromMatrix([5, 12, 3, 14, 1, -2, -4, 6, 17]), 120, 16],
  ['the cell of a crystal', cellFromMatrix([2.46, 0, 0, -1.23, 2.13042, 0, 0, 0, 6.708]), 4, 30],
];

describe('pair histogram', () => {
  it.each(cells)('counts what the neighbour list counts in %s', (name, cell, atoms, rMax) => {
    const frame = randomFrame(cell, atoms, name);
    const { elements, counts, atoms: ofElement, volume } = pairHistogram(frame, { rMax });
    expect(elements).toEqual(['C', 'Na']);
    expect(ofElement[0]! + ofElement[1]!).toBe(atoms);
    expect(volume).toBeCloseTo(cell.volume, 8);
    expectSame(counts, byNeighbours(frame, rMax, 0.01, elements));
  });

  it('counts all pairs of a cluster without being told how far', () => {
    const frame = randomFrame(orthorhombicCell(17, 31, 24, [false, false, false]), 400, 'cluster');
    const histogram = pairHistogram(frame);
    const total = histogram.counts.reduce((sum, counts) => sum + counts.reduce((a, b) => a + b, 0), 0);
    expect(total).toBe((400 * 399) / 2);
    expect(histogram.volume).toBeUndefined();
    expectSame(histogram.counts, byNeighbours(frame, histogram.rMax, 0.01, histogram.elements));
  });

  it('finds every distance of a few atoms', () => {
    const frame: Frame = {
      cell: orthorhombicCell(10, 10, 10, [false, false, false]),
      species: ['C'],
      rows: Float64Array.of(0, 0, 0, 0, 3, 0, 0, 0, 3, 4, 0, 0, 3, 4, 12, 0),
    };
    const { counts } = pairHistogram(frame);
    const found = [...counts[0]!].flatMap((n, k) => Array.from({ length: n }, () => k / 100));
    expect(found).toEqual([3, 4, 5, 12, Math.round(100 * Math.hypot(4, 12)) / 100, 13]);
  });

  it('reports progress up to the end', () => {
    const shares: number[] = [];
    pairHistogram(randomFrame(cubicCell(30), 50, 'progress'), { rMax: 12, onProgress: (share) => shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, k) => k === 0 || share > shares[k - 1]!)).toBe(true);
  });

  it('refuses slabs, and a box without a distance', () => {
    expect(() =>
      pairHistogram(randomFrame(orthorhombicCell(9, 9, 9, [true, true, false]), 5, 's'), { rMax: 5 }),
    ).toThrow(SpecError);
    expect(() => pairHistogram(randomFrame(cubicCell(9), 5, 's'))).toThrow(SpecError);
  });
});
