import { expect, it } from 'vitest';
import { minimum } from '../../src/core/minimum.ts';

it('finds the lower of two valleys, to the error asked for', () => {
  const f = (x: number): number => (x - 1) ** 2 * (x - 4) ** 2 - 0.3 * x;
  const { x, value } = minimum(f, 0, 5, 0.25, 1e-6);
  expect(x).toBeGreaterThan(3.9);
  expect(value).toBeLessThanOrEqual(Math.min(f(x - 1e-3), f(x + 1e-3)));
});

it('finds a minimum beside walls of infinity, and at an end', () => {
  const wall = (x: number): number => (x < 2 ? Number.POSITIVE_INFINITY : (x - 2.5) ** 2);
  expect(minimum(wall, 0, 5, 0.4).x).toBeCloseTo(2.5, 4);
  expect(minimum((x) => x, 1, 2).x).toBeCloseTo(1, 4);
});
