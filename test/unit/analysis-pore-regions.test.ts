import { expect, it } from 'vitest';
import { poreRegions } from '../../src/analysis/pore-regions.ts';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';

/** A block of carbon on a fine lattice with two round holes. */
function block(edge: number, holes: readonly (readonly [number, number, number, number])[]): Frame {
  const rows: number[] = [];
  const step = 1.25;
  const n = Math.round(edge / step);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) {
        const [x, y, z] = [i * step, j * step, k * step];
        if (holes.every(([a, b, c, r]) => Math.hypot(x - a, y - b, z - c) > r)) rows.push(x, y, z, 0);
      }
    }
  }
  return { cell: cubicCell(edge), species: ['C'], rows: Float64Array.from(rows) };
}

it('two holes are two pores, larger first, each with its own points, and walls belong to none', () => {
  const frame = block(40, [
    [10, 10, 10, 7],
    [28, 28, 28, 9],
  ]);
  const { pores, poreAt } = poreRegions(frame, 2.4);
  expect(pores).toHaveLength(2);
  expect(pores[0]!.diameter).toBeGreaterThan(2 * (9 - 1.7) - 0.5);
  expect(pores[1]!.diameter).toBeGreaterThan(2 * (7 - 1.7) - 0.5);
  expect([poreAt(28, 28, 28), poreAt(10, 10, 10), poreAt(20, 5, 30)]).toEqual([0, 1, -1]);
  // up to the surface of the carbons, and through the faces of the box
  expect([poreAt(28 + 6.5, 28, 28), poreAt(28 + 10, 28, 28), poreAt(-12, 68, 28)]).toEqual([0, -1, 0]);
});

it('galleries belong to no pore', () => {
  const rows: number[] = [];
  for (let k = 0; k < 6; k++)
    for (let i = 0; i < 14; i++) for (let j = 0; j < 14; j++) rows.push(1.4 * i, 1.4 * j, 3.75 * k, 0);
  const frame: Frame = { cell: cubicCell(22.5), species: ['C'], rows: Float64Array.from(rows) };
  const { pores, poreAt } = poreRegions(frame, 2.4);
  expect(pores.every(({ diameter }) => diameter > 4.8)).toBe(true);
  expect(poreAt(9, 9, 1.9)).toBe(-1);
});
