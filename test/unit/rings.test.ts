import { describe, expect, it } from 'vitest';
import { filledRings } from '../../src/report/rings.ts';

/** Bonds around a ring of these atoms. */
const around = (...atoms: readonly number[]): number[] => atoms.flatMap((a, k) => [a, atoms[(k + 1) % atoms.length]!]);

/** Rings as lists. */
const ringsOf = (bonds: readonly number[], count: number): number[][] => {
  const { start, atoms } = filledRings(Uint32Array.from(bonds), count);
  return Array.from({ length: start.length - 1 }, (_, r) => [...atoms.subarray(start[r]!, start[r + 1]!)]);
};

const sizes = (rings: readonly (readonly number[])[]): number[] => rings.map((ring) => ring.length).sort();

describe('rings that are filled', () => {
  it('are found once, in the order of going round', () => {
    expect(ringsOf(around(3, 0, 5, 1, 4, 2), 6)).toEqual([[0, 3, 2, 4, 1, 5]]);
  });

  it('are both of two that share a bond, and not the one around them', () => {
    const rings = ringsOf([...around(0, 1, 2, 3, 4, 5), ...[4, 6, 6, 7, 7, 8, 8, 9, 9, 3]], 10);
    expect(sizes(rings)).toEqual([6, 6]);
    expect(new Set(rings.flat()).size).toBe(10);
  });

  it('are a five and a seven in azulene, seven sixes in coronene', () => {
    expect(sizes(ringsOf([...around(0, 1, 2, 3, 4), ...around(3, 4, 5, 6, 7, 8, 9).slice(2)], 10))).toEqual([5, 7]);
    // the inner ring 0–5, spokes to 6–11, and between two spokes a bridge of two atoms from 12 on
    const spokes = [0, 1, 2, 3, 4, 5].flatMap((k) => [k, 6 + k]);
    const bridges = [0, 1, 2, 3, 4, 5].flatMap((k) => {
      const [p, q] = [12 + 2 * k, 13 + 2 * k];
      return [6 + k, p, p, q, q, 6 + ((k + 1) % 6)];
    });
    const coronene = ringsOf([...around(0, 1, 2, 3, 4, 5), ...spokes, ...bridges], 24);
    expect(sizes(coronene)).toEqual(Array(7).fill(6));
    expect(new Set(coronene.map((ring) => ring.toSorted((a, b) => a - b).join())).size).toBe(7);
  });

  it('are neither chains nor holes', () => {
    expect(ringsOf([0, 1, 1, 2, 2, 3], 4)).toEqual([]);
    expect(ringsOf(around(0, 1, 2, 3, 4, 5, 6, 7), 8)).toHaveLength(1);
    expect(ringsOf(around(0, 1, 2, 3, 4, 5, 6, 7, 8), 9)).toEqual([]);
  });
});
