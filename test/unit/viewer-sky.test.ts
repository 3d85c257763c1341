import { describe, expect, it } from 'vitest';
import { skyOver } from '../../src/report/viewer-sky.ts';

/** A block of balls that keeps everything off: so many along each side, 1.5 Å apart. */
const block = (side: number): Float32Array =>
  Float32Array.from({ length: 3 * side ** 3 }, (_, k) => {
    const i = Math.floor(k / 3);
    return 1.5 * [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)][k % 3]!;
  });

describe('light and sight in the three-dimensional view', () => {
  it('is one for a ball alone, from everywhere', () => {
    const { light, seen } = skyOver(Float32Array.of(3, 4, 5), Float32Array.of(1));
    expect(light[0]).toBeCloseTo(1, 6);
    for (let k = 1; k < 4; k++) expect(light[k]).toBeCloseTo(0, 6);
    for (const list of seen) expect([...list]).toEqual([0]);
  });

  it('is half on a face, from its side, and nothing inside', () => {
    const side = 16;
    const { light, seen } = skyOver(block(side), new Float32Array(side ** 3).fill(1));
    const at = (x: number, y: number, z: number): number => (z * side + y) * side + x;
    const face = at(side - 1, 8, 8);
    expect(light[4 * face]).toBeGreaterThan(0.3);
    expect(light[4 * face]).toBeLessThan(0.6);
    expect(light[4 * face + 1]).toBeGreaterThan(0.3);
    expect(Math.abs(light[4 * face + 2]!)).toBeLessThan(0.1);
    expect(light[4 * at(8, 8, 8)]).toBeLessThan(0.01);
    // eighth 0 is seen by an eye where x, y and z are small, eighth 7 where all are large
    const [small, large] = [new Set(seen[0]), new Set(seen[7])];
    expect(large.has(face)).toBe(true);
    expect(small.has(face)).toBe(false);
    expect(small.has(at(0, 0, 0))).toBe(true);
    for (const list of seen) expect(list.includes(at(8, 8, 8))).toBe(false);
    // on the borders of an eighth both sides know of what is seen
    expect(seen[1]!.includes(face) && seen[5]!.includes(face)).toBe(true);
  });

  it('lists the most open first, each once', () => {
    const { seen } = skyOver(block(12), new Float32Array(12 ** 3).fill(1));
    const list = seen[7]!;
    expect(new Set(list).size).toBe(list.length);
    expect(list.length).toBeLessThan(0.8 * 12 ** 3);
    // the corner is in the first half, what lies three deep under all three faces behind it
    const at = (d: number): number => list.indexOf(d * (144 + 12 + 1));
    expect(at(11)).toBeGreaterThanOrEqual(0);
    expect(at(11)).toBeLessThan(list.length / 2);
    expect(at(9)).toBeGreaterThan(at(11));
  });
});
