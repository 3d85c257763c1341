import { describe, expect, it } from 'vitest';
import { cellFromMatrix, cubicCell, orthorhombicCell, wrapRows } from '../../src/core/cell.ts';
import { RandomStream } from '../../src/core/random.ts';

const triclinic = [10, 0.5, -0.3, 3.1, 8, 0.7, -2.2, 1.4, 6.5];

/** Fractional coordinates of atom i. */
function fractionals(inverse: Float64Array, rows: Float64Array, i: number): number[] {
  return [0, 1, 2].map(
    (k) => rows[4 * i]! * inverse[k]! + rows[4 * i + 1]! * inverse[3 + k]! + rows[4 * i + 2]! * inverse[6 + k]!,
  );
}

describe('cell', () => {
  it('inverse times matrix is one, volume is a · (b × c), heights are volume over face', () => {
    const { matrix: m, inverse: v, volume, heights, orthorhombic } = cellFromMatrix(triclinic);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const product = [0, 1, 2].reduce((sum, k) => sum + m[3 * i + k]! * v[3 * k + j]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 14);
      }
    }
    const cross = (a: number, b: number): number[] =>
      [0, 1, 2].map((k) => {
        const [p, q] = [(k + 1) % 3, (k + 2) % 3] as const;
        return m[3 * a + p]! * m[3 * b + q]! - m[3 * a + q]! * m[3 * b + p]!;
      });
    const bc = cross(1, 2);
    expect(volume).toBeCloseTo(
      bc.reduce((sum, x, k) => sum + x * m[k]!, 0),
      10,
    );
    const faces = [bc, cross(2, 0), cross(0, 1)].map((normal) => Math.hypot(...normal));
    heights.forEach((height, k) => {
      expect(height).toBeCloseTo(volume / faces[k]!, 12);
    });
    expect(orthorhombic).toBe(false);
  });

  it('a left-handed triple has the same volume and heights', () => {
    const [a, b, c] = [triclinic.slice(0, 3), triclinic.slice(3, 6), triclinic.slice(6)];
    const right = cellFromMatrix([...a, ...b, ...c]);
    const left = cellFromMatrix([...b, ...a, ...c]);
    expect(left.volume).toBeCloseTo(right.volume, 10);
    expect(left.heights[0]).toBeCloseTo(right.heights[1], 12);
    expect(left.heights[2]).toBeCloseTo(right.heights[2], 12);
  });

  it('boxes along the axes say so', () => {
    const box = orthorhombicCell(3, 4, 5, [true, false, true]);
    expect([box.volume, ...box.heights]).toEqual([60, 3, 4, 5]);
    expect([box.orthorhombic, box.periodic]).toEqual([true, [true, false, true]]);
    expect(cubicCell(4).volume).toBe(64);
  });

  it.each([
    ['flat', [1, 0, 0, 0, 1, 0, 1, 1, 0]],
    ['not finite', [1, 0, 0, 0, Number.NaN, 0, 0, 0, 1]],
  ])('refuses a %s cell', (_, matrix) => {
    expect(() => cellFromMatrix(matrix)).toThrow(/degenerate/);
  });
});

describe('wrapping', () => {
  const random = new RandomStream('wrap');
  const cloud = (): Float64Array =>
    Float64Array.from({ length: 400 }, (_, k) => (k % 4 === 3 ? k : 80 * (random.uniform() - 0.5)));

  it('brings every point into the cell by whole lattice vectors and keeps the fourth column', () => {
    const cell = cellFromMatrix(triclinic);
    const before = cloud();
    const after = before.slice();
    wrapRows(cell, after);
    for (let i = 0; i < before.length / 4; i++) {
      const s = fractionals(cell.inverse, after, i);
      const moved = fractionals(cell.inverse, before, i).map((x, k) => x - s[k]!);
      for (let k = 0; k < 3; k++) {
        expect(s[k]).toBeGreaterThan(-1e-12);
        expect(s[k]).toBeLessThan(1 + 1e-12);
        expect(Math.abs(moved[k]! - Math.round(moved[k]!))).toBeLessThan(1e-11);
      }
      expect(after[4 * i + 3]).toBe(before[4 * i + 3]);
    }
  });

  it('leaves open directions alone', () => {
    const cell = cellFromMatrix(triclinic, [true, false, true]);
    const before = cloud();
    const after = before.slice();
    wrapRows(cell, after);
    for (let i = 0; i < before.length / 4; i++) {
      expect(fractionals(cell.inverse, after, i)[1]).toBeCloseTo(fractionals(cell.inverse, before, i)[1]!, 11);
    }
  });

  it('a coordinate on the far face, or a hair below zero, ends inside [0, L)', () => {
    const rows = Float64Array.of(10, -1e-17, 20, 0);
    wrapRows(orthorhombicCell(10, 10, 10), rows);
    for (const x of rows.subarray(0, 3)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThan(10);
    }
  });
});
