import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurePorosity } from '../../src/analysis/porosity.ts';
import { standardProbes } from '../../src/analysis/van-der-waals.ts';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';

const cell = cellFromMatrix([11, 0, 0, 3, 12, 0, -2, 1, 10]);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const triple = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);
const probes = [standardProbes[0]!];

function frameOf(places: readonly (readonly [number, number, number])[], shift: readonly number[]): Frame {
  const m = cell.matrix;
  const rows = places.flatMap((s) => {
    const f = s.map((x, k) => x + shift[k]!) as [number, number, number];
    return [...[0, 1, 2].map((q) => f[0] * m[q]! + f[1] * m[3 + q]! + f[2] * m[6 + q]!), 0];
  });
  return { cell, species: ['C'], rows: Float64Array.from(rows) };
}

describe('porosity', () => {
  it('does not depend on which images of the atoms are given', () => {
    fc.assert(
      fc.property(
        fc.array(triple(share), { minLength: 3, maxLength: 25 }),
        triple(fc.integer({ min: -2, max: 2 })),
        (places, cells) => {
          const here = measurePorosity(frameOf(places, [0, 0, 0]), { probes, spacing: 0.6 }).values;
          const there = measurePorosity(frameOf(places, cells), { probes, spacing: 0.6 }).values;
          for (const [key, { value }] of Object.entries(here)) {
            // rounding may move single points across a surface
            expect(Math.abs(there[key]!.value - value), key).toBeLessThanOrEqual(2e-3 * Math.abs(value) + 1e-9);
          }
        },
      ),
      { seed: 11, numRuns: 4 },
    );
  });

  it('does not depend on where the atoms lie on the grid, but for its errors', () => {
    fc.assert(
      fc.property(fc.array(triple(share), { minLength: 3, maxLength: 25 }), triple(share), (places, shift) => {
        const here = measurePorosity(frameOf(places, [0, 0, 0]), { probes }).values;
        const there = measurePorosity(frameOf(places, shift), { probes }).values;
        const apart = (key: string): number => Math.abs(here[key]!.value - there[key]!.value);
        // about 10 000 of 21 000 points are cut by a surface, each known to 0.18: 6 √2 σ
        expect(apart('porosity')).toBeLessThan((6 * Math.SQRT2 * 0.18 * 100) / 21_000);
        // an ascent ends within some hundredths of an ångström of the top
        expect(apart('largestSphere')).toBeLessThan(0.05);
        expect(apart('apparentDensity')).toBe(0);
      }),
      { seed: 12, numRuns: 4 },
    );
  });
});
