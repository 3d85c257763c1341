// Reads the host map: the smooth part of V_ion and V_met at a point, from f32 coefficients of a cubic B-spline.
//
// A memory of its own, so that the chains of one host share it, also between workers; a chain calls `read` from its own instance.
// Blocks hold the coefficients for 4 × 4 × 8 cells: 4 × 4 columns of 8 + 3 knots, so that the four knots of a column that a point
// needs stand together. `table` says where a block is, or −1: no guest fits in there.
import { open, takeF, takeI, takeP } from './block';

let inverseX: f64 = 0;
let inverseY: f64 = 0;
let inverseZ: f64 = 0;
let mx: i32 = 0;
let my: i32 = 0;
let mz: i32 = 0;
let by: i32 = 0;
let bz: i32 = 0;
let twin: bool = false;
let table: usize = 0;
let data: usize = 0;
let blockBytes: usize = 0;

/** Knots of one column of a block. */
const column: usize = 11;

export function setup(pointer: usize): void {
  open(pointer);
  const lx = takeF();
  const ly = takeF();
  const lz = takeF();
  mx = takeI();
  my = takeI();
  mz = takeI();
  inverseX = mx / lx;
  inverseY = my / ly;
  inverseZ = mz / lz;
  by = my >> 2;
  bz = mz >> 3;
  twin = takeI() == 2;
  table = takeP();
  data = takeP();
  blockBytes = twin ? 16 * column * 8 : 16 * column * 4;
}

// @ts-ignore: decorator
@inline
function weight0(t: f64): f32 {
  return <f32>(((1 - t) * (1 - t) * (1 - t)) / 6);
}
// @ts-ignore: decorator
@inline
function weight1(t: f64): f32 {
  return <f32>((t * t * (3 * t - 6) + 4) / 6);
}
// @ts-ignore: decorator
@inline
function weight2(t: f64): f32 {
  return <f32>((t * (t * (3 - 3 * t) + 3) + 1) / 6);
}
// @ts-ignore: decorator
@inline
function weight3(t: f64): f32 {
  return <f32>((t * t * t) / 6);
}

// where the block of block-column (i, j) begins; −1: it is not stored
// @ts-ignore: decorator
@inline
function blockAt(i: i32, j: i32, k: i32): i32 {
  return load<i32>(table + (<usize>((i * by + j) * bz + k) << 2));
}

// Σ_b w_b c of the four columns along y that start at knot `j`, in one block of columns or two
// @ts-ignore: decorator
@inline
function columnOf(low: usize, high: usize, i: i32, j: i32, b: i32): usize {
  const y = (j & 3) + b;
  const block = y < 4 ? low : high;
  const c = <usize>(((i & 3) << 2) | (y & 3));
  return block + c * (twin ? column << 3 : column << 2);
}

/** (S_ion, S_met) at a wrapped point, eV; (+∞, +∞) where no block is. */
export function read(x: f64, y: f64, z: f64): v128 {
  const u = x * inverseX;
  const v = y * inverseY;
  const w = z * inverseZ;
  const ci = min(mx - 1, <i32>u);
  const cj = min(my - 1, <i32>v);
  const ck = min(mz - 1, <i32>w);
  // first knots of the stencil
  const i = ci == 0 ? mx - 1 : ci - 1;
  const j = cj == 0 ? my - 1 : cj - 1;
  const i0 = i >> 2;
  const j0 = j >> 2;
  const k0 = ck >> 3;
  const i1 = (i & 3) == 0 ? i0 : i0 + 1 == mx >> 2 ? 0 : i0 + 1;
  const j1 = (j & 3) == 0 ? j0 : j0 + 1 == by ? 0 : j0 + 1;
  const b00 = blockAt(i0, j0, k0);
  const b01 = blockAt(i0, j1, k0);
  const b10 = blockAt(i1, j0, k0);
  const b11 = blockAt(i1, j1, k0);
  if ((b00 | b01 | b10 | b11) < 0) return f64x2.splat(Infinity);
  const tx = u - ci;
  const ty = v - cj;
  const tz = w - ck;
  const wy0 = f32x4.splat(weight0(ty));
  const wy1 = f32x4.splat(weight1(ty));
  const wy2 = f32x4.splat(weight2(ty));
  const wy3 = f32x4.splat(weight3(ty));
  // a column's knots begin at k = 8·block − 1, so cell k of a block begins with its own number
  const shift = <usize>(ck & 7) << (twin ? 3 : 2);
  const at0 = data + shift + <usize>b00 * blockBytes;
  const at1 = data + shift + <usize>b01 * blockBytes;
  const at2 = data + shift + <usize>b10 * blockBytes;
  const at3 = data + shift + <usize>b11 * blockBytes;
  let low = f32x4.splat(0);
  let high = f32x4.splat(0);
  for (let a = 0; a < 4; ++a) {
    const first = (i & 3) + a < 4;
    const one = first ? at0 : at2;
    const two = first ? at1 : at3;
    const c0 = columnOf(one, two, i + a, j, 0);
    const c1 = columnOf(one, two, i + a, j, 1);
    const c2 = columnOf(one, two, i + a, j, 2);
    const c3 = columnOf(one, two, i + a, j, 3);
    const wx = f32x4.splat(a == 0 ? weight0(tx) : a == 1 ? weight1(tx) : a == 2 ? weight2(tx) : weight3(tx));
    let sum = f32x4.mul(wy0, v128.load(c0));
    sum = f32x4.add(sum, f32x4.mul(wy1, v128.load(c1)));
    sum = f32x4.add(sum, f32x4.mul(wy2, v128.load(c2)));
    sum = f32x4.add(sum, f32x4.mul(wy3, v128.load(c3)));
    low = f32x4.add(low, f32x4.mul(wx, sum));
    if (twin) {
      sum = f32x4.mul(wy0, v128.load(c0, 16));
      sum = f32x4.add(sum, f32x4.mul(wy1, v128.load(c1, 16)));
      sum = f32x4.add(sum, f32x4.mul(wy2, v128.load(c2, 16)));
      sum = f32x4.add(sum, f32x4.mul(wy3, v128.load(c3, 16)));
      high = f32x4.add(high, f32x4.mul(wx, sum));
    }
  }
  const z0 = <f64>weight0(tz);
  const z1 = <f64>weight1(tz);
  const z2 = <f64>weight2(tz);
  const z3 = <f64>weight3(tz);
  if (!twin) {
    const s =
      z0 * <f64>f32x4.extract_lane(low, 0) +
      z1 * <f64>f32x4.extract_lane(low, 1) +
      (z2 * <f64>f32x4.extract_lane(low, 2) + z3 * <f64>f32x4.extract_lane(low, 3));
    return f64x2.splat(s);
  }
  // lanes are (ion, metal) of two knots
  const ion =
    z0 * <f64>f32x4.extract_lane(low, 0) +
    z1 * <f64>f32x4.extract_lane(low, 2) +
    (z2 * <f64>f32x4.extract_lane(high, 0) + z3 * <f64>f32x4.extract_lane(high, 2));
  const metal =
    z0 * <f64>f32x4.extract_lane(low, 1) +
    z1 * <f64>f32x4.extract_lane(low, 3) +
    (z2 * <f64>f32x4.extract_lane(high, 1) + z3 * <f64>f32x4.extract_lane(high, 3));
  return f64x2.replace_lane(f64x2.splat(ion), 1, metal);
}
