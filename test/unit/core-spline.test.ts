import { expect, it } from 'vitest';
import { naturalSpline } from '../../src/core/spline.ts';

it('a straight line stays one, through two points and through many', () => {
  for (const x of [
    [0, 3],
    [0, 1, 2.5, 4, 9],
  ]) {
    const line = naturalSpline(
      x,
      x.map((at) => 2 - 0.5 * at),
    );
    for (const at of [0, 0.3, 1.9, 3]) expect(line(at)).toBeCloseTo(2 - 0.5 * at, 12);
  }
});

it('meets its points, and follows a smooth function between them', () => {
  const x = Array.from({ length: 15 }, (_, k) => (k * Math.PI) / 14 + 0.02 * Math.sin(5 * k));
  // sin has no second derivative at 0 and π
  const spline = naturalSpline(x, x.map(Math.sin));
  for (const at of x) expect(spline(at)).toBeCloseTo(Math.sin(at), 12);
  for (let at = 0.05; at < 3; at += 0.05) expect(Math.abs(spline(at) - Math.sin(at))).toBeLessThan(1e-4);
});

it('its slope has no steps', () => {
  const spline = naturalSpline([0, 1, 2, 4], [0, 3, -1, 2]);
  const h = 1e-5;
  for (const at of [1, 2]) {
    const before = (spline(at) - spline(at - h)) / h;
    const after = (spline(at + h) - spline(at)) / h;
    expect(after).toBeCloseTo(before, 3);
  }
});
