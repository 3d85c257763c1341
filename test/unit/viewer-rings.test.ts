import { describe, expect, it } from 'vitest';
import { smallRings } from '../../src/report/viewer-rings.ts';

/** Bonds around a ring of these atoms. */
const around = (...atoms: readonly number[]): number[] => atoms.flatMap((a, k) => [a, atoms[(k + 1) % atoms.length]!]);

describe('rings of the three-dimensional view', () => {
  it('finds a six-ring once, in the order of going round', () => {
    expect(smallRings(Uint32Array.from(around(3, 0, 5, 1, 4, 2)), 6)).toEqual([[0, 3, 2, 4, 1, 5]]);
  });

  it('finds both rings that share a bond, and not the one around them', () => {
    const naphthalene = [...around(0, 1, 2, 3, 4, 5), ...[4, 6, 6, 7, 7, 8, 8, 9, 9, 3]];
    const rings = smallRings(Uint32Array.from(naphthalene), 10);
    expect(rings.map((ring) => ring.length)).toEqual([6, 6]);
    expect(new Set(rings.flat()).size).toBe(10);
  });

  it('leaves out what is no ring or too large a one', () => {
    expect(smallRings(Uint32Array.from([0, 1, 1, 2, 2, 3]), 4)).toEqual([]);
    expect(smallRings(Uint32Array.from(around(0, 1, 2, 3, 4, 5, 6, 7)), 8)).toHaveLength(1);
    expect(smallRings(Uint32Array.from(around(0, 1, 2, 3, 4, 5, 6, 7, 8)), 9)).toEqual([]);
  });
});
