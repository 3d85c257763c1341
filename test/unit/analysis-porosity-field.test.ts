import { describe, expect, it } from 'vitest';
import { atomSpheres } from '../../src/analysis/atom-spheres.ts';
import { distanceField } from '../../src/analysis/distance-field.ts';
import { inscribedSpheres } from '../../src/analysis/inscribed-spheres.ts';
import { voidGrid } from '../../src/analysis/void-grid.ts';
import { voidShares } from '../../src/analysis/void-shares.ts';
import { cellFromMatrix, cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';

const periodicities = [
  [true, true, true],
  [true, false, true],
  [false, false, false],
] as const;

/** Few atoms of unequal size in a leaning cell, some of them outside it. */
function leaning(periodic: readonly [boolean, boolean, boolean]): Frame {
  const random = new RandomStream('leaning');
  const rows = Array.from({ length: 9 }, (_, i) => [...[0, 1, 2].map(() => 14 * random.uniform() - 3), i % 3]).flat();
  return {
    cell: cellFromMatrix([7, 0, 0, 3, 8, 0, -2, 2.5, 9], periodic),
    species: ['C:basal', 'H', 'K'],
    rows: Float64Array.from(rows),
  };
}

/** Distance from the nearest surface by a loop over images. */
function bruteForce(frame: Frame, x: number, y: number, z: number): number {
  const { matrix: m, periodic } = frame.cell;
  const radii = [1.7, 1.1, 2.75];
  const images = (p: boolean): number[] => (p ? [-4, -3, -2, -1, 0, 1, 2, 3, 4] : [0]);
  let least = Infinity;
  for (let i = 0; i < frame.rows.length; i += 4)
    for (const a of images(periodic[0]))
      for (const b of images(periodic[1]))
        for (const c of images(periodic[2])) {
          const d = [x, y, z].map((p, q) => frame.rows[i + q]! + a * m[q]! + b * m[3 + q]! + c * m[6 + q]! - p);
          least = Math.min(least, Math.hypot(...d) - radii[frame.rows[i + 3]!]!);
        }
  return least;
}

describe('distance field', () => {
  it.each(periodicities)('is the brute-force distance in a leaning cell, periodic %s %s %s', (...periodic) => {
    const frame = leaning(periodic);
    const atoms = atomSpheres(frame);
    const grid = voidGrid(frame.cell, atoms, 0.7, 1e6, [0.2, 0.9, 0.5]);
    const field = distanceField(grid, atoms);
    const [, nb, nc] = grid.counts;
    for (let g = 0; g < grid.size; g += 7) {
      const row = Math.floor(g / nc);
      const at = [Math.floor(row / nb), row % nb, g % nc];
      const [x, y, z] = grid.origin.map(
        (o, q) => o + at[0]! * grid.steps[q]! + at[1]! * grid.steps[3 + q]! + at[2]! * grid.steps[6 + q]!,
      );
      // 32-bit rounding of distances up to 16 Å
      expect(Math.abs(field[g]! - bruteForce(frame, x!, y!, z!))).toBeLessThan(1e-6);
    }
  });

  it('is exact in a void much wider than its blocks', () => {
    const frame: Frame = { cell: cubicCell(60), species: ['C'], rows: Float64Array.of(1, 2, 3, 0) };
    const atoms = atomSpheres(frame);
    const grid = voidGrid(frame.cell, atoms, 2, 1e6, [0.5, 0.5, 0.5]);
    const field = distanceField(grid, atoms);
    expect(field.reduce((a, b) => Math.max(a, b))).toBeCloseTo(Math.hypot(30, 29, 30) - 1.7, 5);
  });
});

describe('grid', () => {
  it('grows coarser where points would be too many, and keeps the volume', () => {
    const frame: Frame = { cell: cubicCell(40), species: ['C'], rows: Float64Array.of(1, 2, 3, 0) };
    const grid = voidGrid(frame.cell, atomSpheres(frame), 0.4, 50_000, [0, 0, 0]);
    expect(grid.size).toBeLessThanOrEqual(50_000);
    expect(grid.size).toBeGreaterThan(40_000);
    expect(grid.size * grid.pointVolume).toBeCloseTo(64_000, 6);
  });
});

describe('shares of grid points', () => {
  it('add up to the volume outside a sphere without bias, within 4 binomial errors', () => {
    const frame: Frame = { cell: cubicCell(9), species: ['C'], rows: Float64Array.of(1.1, 2, 3, 0) };
    const atoms = atomSpheres(frame);
    const radii = [0, 1.3, 2.4];
    const grid = voidGrid(frame.cell, atoms, 0.5, 1e6, [0.1, 0.6, 0.3]);
    const shares = voidShares(grid, atoms, distanceField(grid, atoms), radii, 1);
    radii.forEach((radius, r) => {
      let [sum, variance] = [0, 0];
      for (const n of shares[r]!) {
        sum += n / 8;
        variance += (n / 8) * (1 - n / 8);
      }
      const exact = 729 - (4 / 3) * Math.PI * (1.7 + radius) ** 3;
      const error = grid.pointVolume * Math.sqrt(variance / 8);
      expect(error).toBeLessThan(0.6);
      expect(Math.abs(sum * grid.pointVolume - exact)).toBeLessThan(4 * error);
    });
  });
});

describe('inscribed spheres', () => {
  it('overlap no atom, and the largest sits where four atoms or more are equally far', () => {
    const frame = leaning([true, true, true]);
    const atoms = atomSpheres(frame);
    const grid = voidGrid(frame.cell, atoms, 0.4, 1e6, [0.5, 0.5, 0.5]);
    const { spheres, raised } = inscribedSpheres(grid, atoms, distanceField(grid, atoms));
    expect(spheres.count).toBeGreaterThan(100);
    let best = 0;
    for (let b = 0; b < spheres.count; b++) {
      const [x, y, z, r] = spheres.rows.subarray(4 * b, 4 * b + 4) as unknown as [number, number, number, number];
      if (b % 20 === 0) expect(Math.abs(bruteForce(frame, x, y, z) - r)).toBeLessThan(1e-9);
      if (r > spheres.rows[4 * best + 3]!) best = b;
    }
    const [x, y, z, r] = Array.from(spheres.rows.subarray(4 * best, 4 * best + 4)) as [number, number, number, number];
    expect(raised.reduce((a, b) => Math.max(a, b))).toBeCloseTo(r, 5);
    // nowhere around is there more room
    const random = new RandomStream('around');
    for (let k = 0; k < 200; k++) {
      const [u, v, w] = random.direction();
      const step = 0.3 * random.uniform();
      expect(bruteForce(frame, x + step * u, y + step * v, z + step * w)).toBeLessThan(r + 0.01);
    }
  });
});
