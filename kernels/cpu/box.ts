// The orthorhombic periodic box.
import { takeF } from './block';

export let lx: f64 = 0;
export let ly: f64 = 0;
export let lz: f64 = 0;
export let inverseLx: f64 = 0;
export let inverseLy: f64 = 0;
export let inverseLz: f64 = 0;

export function setupBox(): void {
  lx = takeF();
  ly = takeF();
  lz = takeF();
  inverseLx = 1 / lx;
  inverseLy = 1 / ly;
  inverseLz = 1 / lz;
}

// coordinate in [0, l)
// @ts-ignore: decorator
@inline
export function wrap(c: f64, l: f64): f64 {
  const w = c - l * Math.floor(c / l);
  return w < l ? w : 0;
}

// nearest image of a difference
// @ts-ignore: decorator
@inline
export function shortest(d: f64, l: f64): f64 {
  return d - l * nearest(d / l);
}

// minimum-image distance squared
export function distance2(dx: f64, dy: f64, dz: f64): f64 {
  dx = shortest(dx, lx);
  dy = shortest(dy, ly);
  dz = shortest(dz, lz);
  return dx * dx + dy * dy + dz * dz;
}

// cell of a wrapped coordinate on an axis of n cells
// @ts-ignore: decorator
@inline
export function axisCell(c: f64, l: f64, n: i32): i32 {
  return min(n - 1, <i32>((c / l) * n));
}

// distance from a coordinate to the interval [from, from + width], 0 inside
// @ts-ignore: decorator
@inline
export function gap(c: f64, from: f64, width: f64): f64 {
  return max(max(from - c, c - from - width), 0.0);
}

// floor(a / n) for n > 0
// @ts-ignore: decorator
@inline
export function floorDiv(a: i32, n: i32): i32 {
  const q = a / n;
  return q * n > a ? q - 1 : q;
}

// floor(i / n), by comparison where i is not more than a box away
// @ts-ignore: decorator
@inline
export function turn(i: i32, n: i32): i32 {
  return i >= 0 && i < n ? 0 : i >= -n && i < 0 ? -1 : i >= n && i < 2 * n ? 1 : floorDiv(i, n);
}

// Å², more than f32 can be wrong by in a square of distance near `to`: 10 ulp of the box edge times that
export function singleMargin(to: f64): f64 {
  return 2.0 * to * max(max(lx, ly), lz) * 1.2e-6;
}
