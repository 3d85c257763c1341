import { describe, expect, it } from 'vitest';
import { cellFromMatrix, cubicCell } from '../../src/core/cell.ts';
import { voidShare } from '../../src/structure/voids.ts';

const oneAtom = (edge: number) => ({ cell: cubicCell(edge), species: ['C'], rows: Float64Array.of(0.3, 9.9, 4, 0) });

describe('void share', () => {
  it('is the rest of a box with one sphere in it: 1 − 4πr³/3a³', () => {
    for (const radius of [2, 3.2, 4.9]) {
      const exact = 1 - (4 * Math.PI * radius ** 3) / (3 * 10 ** 3);
      const { value, error, unit } = voidShare(oneAtom(10), radius);
      expect(unit).toBe('1');
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(value - exact)).toBeLessThan(4 * error!);
      expect(Math.abs(value - exact)).toBeLessThan(0.005);
    }
  });

  it('is 1 without atoms, 0 when spheres cover the box, and counts overlaps once', () => {
    expect(voidShare({ cell: cubicCell(10), species: ['C'], rows: new Float64Array(0) }, 3).value).toBe(1);
    expect(voidShare(oneAtom(4), 4).value).toBe(0);
    const twice = { ...oneAtom(10), rows: Float64Array.of(0.3, 9.9, 4, 0, 0.3, 9.9, 4, 0) };
    expect(voidShare(twice, 3).value).toBe(voidShare(oneAtom(10), 3).value);
  });

  it('refuses a tilted cell', () => {
    const tilted = { ...oneAtom(10), cell: cellFromMatrix([10, 0, 0, 3, 10, 0, 0, 0, 10]) };
    expect(() => voidShare(tilted, 3)).toThrow('orthorhombic');
  });
});
