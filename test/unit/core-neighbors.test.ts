import { describe, expect, it } from 'vitest';
import { type Cell, cellFromMatrix, orthorhombicCell } from '../../src/core/cell.ts';
import { atomCount, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';

/** Every ordered pair with its vector, by summing over all images that can matter. */
function bruteForce(frame: Frame, cutoff: number): string[] {
  const { cell, rows } = frame;
  const m = cell.matrix;
  const n = atomCount(frame);
  const fractional = (i: number, k: number): number =>
    rows[4 * i]! * cell.inverse[k]! + rows[4 * i + 1]! * cell.inverse[3 + k]! + rows[4 * i + 2]! * cell.inverse[6 + k]!;
  const spread = [0, 1, 2].map((k) => {
    const s = Array.from({ length: n }, (_, i) => fractional(i, k));
    return Math.max(...s) - Math.min(...s);
  });
  const images = [0, 1, 2].map((k) => (cell.periodic[k] ? Math.ceil(cutoff / cell.heights[k]! + spread[k]!) : 0)) as [
    number,
    number,
    number,
  ];
  const found: string[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let a = -images[0]; a <= images[0]; a++) {
        for (let b = -images[1]; b <= images[1]; b++) {
          for (let c = -images[2]; c <= images[2]; c++) {
            if (i === j && a === 0 && b === 0 && c === 0) continue;
            const d = [0, 1, 2].map(
              (k) => rows[4 * j + k]! - rows[4 * i + k]! + a * m[k]! + b * m[3 + k]! + c * m[6 + k]!,
            );
            if (Math.hypot(...d) < cutoff) found.push(line(i, j, d));
          }
        }
      }
    }
  }
  return found.sort();
}

const line = (i: number, j: number, d: readonly number[]): string =>
  `${i} ${j} ${d.map((x) => (Math.abs(x) < 5e-8 ? 0 : x).toFixed(7)).join(' ')}`;

/** The list as the same lines, its lengths checked on the way. */
function listed(frame: Frame, cutoff: number): string[] {
  const list = neighborList(frame, cutoff);
  const lines: string[] = [];
  expect(list.start.length).toBe(atomCount(frame) + 1);
  for (let i = 0; i < atomCount(frame); i++) {
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const d = [...list.rows.subarray(4 * e, 4 * e + 3)];
      expect(Math.abs(list.rows[4 * e + 3]! - Math.hypot(...d))).toBeLessThan(1e-12);
      lines.push(line(i, list.index[e]!, d));
    }
  }
  return lines.sort();
}

function cloud(cell: Cell, n: number, seed: string, scale = 1): Frame {
  const random = new RandomStream(seed);
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    const s = [0, 1, 2].map(() => scale * (random.uniform() - 0.5) + 0.5);
    const r = [0, 1, 2].map((k) => s.reduce((sum, x, a) => sum + x * cell.matrix[3 * a + k]!, 0));
    rows.push(...r, 0);
  }
  return { cell, species: ['A'], rows: Float64Array.from(rows) };
}

const skewed = [6.1, 0.4, -0.2, 2.3, 5.2, 0.6, -1.9, 1.1, 4.8];

describe('neighbour list against brute force over images', () => {
  it.each([
    ['a large box', cloud(orthorhombicCell(21, 17, 19), 60, 'a'), 6],
    ['a box narrower than the cutoff', cloud(orthorhombicCell(4, 5, 6), 9, 'b'), 8],
    ['a triclinic cell smaller than the cutoff', cloud(cellFromMatrix(skewed), 8, 'c'), 7.5],
    [
      'a left-handed triclinic cell',
      cloud(cellFromMatrix([...skewed.slice(3, 6), ...skewed.slice(0, 3), ...skewed.slice(6)]), 8, 'd'),
      6,
    ],
    ['one atom and its own images', cloud(cellFromMatrix(skewed), 1, 'e'), 9],
    ['atoms several cells away from home', cloud(cellFromMatrix(skewed), 10, 'f', 7), 5],
    [
      'no periodicity, atoms far outside the box',
      cloud(orthorhombicCell(5, 5, 5, [false, false, false]), 40, 'g', 6),
      6,
    ],
    ['one open direction', cloud(cellFromMatrix(skewed, [true, true, false]), 12, 'h', 3), 7],
    ['two open directions', cloud(cellFromMatrix(skewed, [false, true, false]), 12, 'i', 3), 7],
  ])('%s', (_, frame, cutoff) => {
    const pairs = listed(frame, cutoff);
    expect(pairs.length).toBeGreaterThan(0);
    expect(pairs).toEqual(bruteForce(frame, cutoff));
  });

  it('tiny negative coordinates, and points on the faces', () => {
    const cell = orthorhombicCell(12, 12, 12);
    const rows = Float64Array.of(
      -1e-17,
      6,
      6,
      0,
      11.5,
      6,
      6,
      0,
      1,
      -1e-18,
      12,
      0,
      1,
      11,
      0,
      0,
      12,
      12,
      12,
      0,
      0.5,
      0,
      -1e-16,
      0,
    );
    const frame: Frame = { cell, species: ['A'], rows };
    expect(listed(frame, 3)).toEqual(bruteForce(frame, 3));
  });

  it('an open flat sheet (no height in one direction)', () => {
    const flat = cloud(orthorhombicCell(9, 9, 9, [true, true, false]), 20, 'flat');
    for (let i = 2; i < flat.rows.length; i += 4) flat.rows[i] = 4.5;
    expect(listed(flat, 4)).toEqual(bruteForce(flat, 4));
  });

  it('empty frames have empty lists', () => {
    const list = neighborList({ cell: orthorhombicCell(5, 5, 5), species: [], rows: new Float64Array() }, 3);
    expect([list.index.length, list.rows.length, ...list.start]).toEqual([0, 0, 0]);
  });
});

describe('as documented', () => {
  it('every pair is listed from both ends with opposite vectors', () => {
    const lines = new Set(listed(cloud(cellFromMatrix(skewed), 10, 'ends'), 6));
    for (const entry of lines) {
      const [i, j, ...d] = entry.split(' ').map(Number) as [number, number, ...number[]];
      expect(lines).toContain(
        line(
          j,
          i,
          d.map((x) => -x),
        ),
      );
    }
  });

  it('lists two atoms on one point as a pair at distance zero', () => {
    const frame: Frame = {
      cell: orthorhombicCell(12, 12, 12),
      species: ['A'],
      rows: Float64Array.of(1, 1, 1, 0, 1, 1, 1, 0, 2, 1, 1, 0),
    };
    const { start, index, rows } = neighborList(frame, 3);
    expect([...index.subarray(0, start[1])].sort()).toEqual([1, 2]);
    expect([...rows].filter((_, k) => k % 4 === 3).filter((r) => r === 0)).toHaveLength(2);
  });
});
