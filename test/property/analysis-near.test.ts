import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearby } from '../../src/analysis/near.ts';
import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';

const coordinate = fc.double({ min: -15, max: 15, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);

describe('nearby', () => {
  it('finds what a loop over all images finds, in skewed and half-open cells smaller than the cutoff', () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 12 }),
        point,
        fc.double({ min: 0.5, max: 9, noNaN: true }),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (atoms, [x, y, z], cutoff, periodic, skew) => {
          const cell = cellFromMatrix([6, 0, 0, skew, 7, 0, 0.5, skew, 8], periodic);
          const frame: Frame = { cell, species: ['C'], rows: Float64Array.from(atoms.flatMap((p) => [...p, 0])) };
          const found: string[] = [];
          nearby(frame, cutoff)(x, y, z, (j, dx, dy, dz) =>
            found.push(`${j} ${[dx, dy, dz].map((d) => d.toFixed(6))}`),
          );
          const expected: string[] = [];
          const images = (p: boolean): number[] => (p ? Array.from({ length: 25 }, (_, i) => i - 12) : [0]);
          const m = cell.matrix;
          for (const [j, p] of atoms.entries())
            for (const i of images(periodic[0]))
              for (const k of images(periodic[1]))
                for (const l of images(periodic[2])) {
                  const d = [0, 1, 2].map((c) => p[c]! + i * m[c]! + k * m[3 + c]! + l * m[6 + c]! - [x, y, z][c]!);
                  const r = Math.hypot(...d);
                  // a distance within rounding of the cutoff may go either way
                  if (Math.abs(r - cutoff) < 1e-9) return;
                  if (r < cutoff) expected.push(`${j} ${d.map((c) => (c + 0).toFixed(6))}`);
                }
          const clean = (list: string[]): string[] => list.map((s) => s.replaceAll('-0.000000', '0.000000')).sort();
          expect(clean(found)).toEqual(clean(expected));
        },
      ),
      { seed: 20, numRuns: 150 },
    );
  });
});
