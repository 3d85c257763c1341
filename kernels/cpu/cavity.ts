// The cavity list of src/engine/cavity.ts: how many guests block a voxel, and the weights of the free ones summed up by column along
// z, by plane of columns and in all. A free voxel is found by walking down these sums, so that the list has no order to remember.
import { takeI, takeP } from './block';
import { lx, ly, lz } from './box';

let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let hx: f64 = 0;
let hy: f64 = 0;
let hz: f64 = 0;
// [voxels] u8, z fastest: the weight, 0 where the host sits; guests that block it. Both are read sixteen at a time.
let weights: usize = 0;
let counts: usize = 0;
// u32: [nx, ny] weight of the free voxels of a column, [nx] of a plane
let columnWeights: usize = 0;
let planeWeights: usize = 0;
// what a guest blocks, column by column, i32: offsets along x and y, and how far it reaches along z to either side
let columns: usize = 0;
let columnCount: i32 = 0;
// [2 span + 1]² half lengths by offset along x and y, −1 where no column is
let halves: usize = 0;
let span: i32 = 0;
// the farthest that a guest blocks along z
let height: i32 = 0;

// planes, counted on from the first and periodic, where voxels are proposed and guests may go: all of them, or a domain of the box
let domainLow: i32 = 0;
let domainCount: i32 = 0;

export let voxelVolume: f64 = 0;
/** sum of the weights of all free voxels of the domain */
export let weight: f64 = 0;
/** the most that the voxels which one guest blocks can weigh */
export let heaviestSphere: f64 = 0;
/** whether a guest blocks anything, its own voxel first of all */
export let blocks: bool = false;
/** true once 256 guests have blocked one voxel: the counts are no longer right */
export let overfull: bool = false;

export function setupCavity(): void {
  nx = takeI();
  ny = takeI();
  nz = takeI();
  hx = lx / nx;
  hy = ly / ny;
  hz = lz / nz;
  voxelVolume = hx * hy * hz;
  weights = takeP();
  counts = takeP();
  columnWeights = takeP();
  planeWeights = takeP();
  columns = takeP();
  columnCount = takeI();
  halves = takeP();
  span = takeI();
  heaviestSphere = 128.0 * <f64>takeI();
  domainLow = takeI();
  domainCount = takeI();
  overfull = false;
  blocks = columnCount > 0;
  height = 0;
  for (let c = 0; c < columnCount; ++c) height = max(height, load<i32>(columns + <usize>c * 12, 8));
  weight = 0;
  for (let i = 0; i < nx; ++i) {
    let plane: u32 = 0;
    for (let c = i * ny; c < (i + 1) * ny; ++c) {
      let sum: u32 = 0;
      const end = (c + 1) * nz;
      let v = c * nz;
      for (; v + 16 <= end; v += 16) sum += sumOf(v128.load(weights + <usize>v));
      for (; v < end; ++v) sum += load<u8>(weights + <usize>v);
      store<u32>(columnWeights + (<usize>c << 2), sum);
      plane += sum;
    }
    store<u32>(planeWeights + (<usize>i << 2), plane);
    if (inDomain(i)) weight += <f64>plane;
  }
  memory.fill(counts, 0, <usize>(nx * ny * nz));
}

// @ts-ignore: decorator
@inline
function inDomain(plane: i32): bool {
  const from = plane - domainLow;
  return (from < 0 ? from + nx : from) < domainCount;
}

/** Whether guests may be in a voxel as far as the domain goes. */
export function mayEnter(v: i32): bool {
  return domainCount == nx || inDomain(v / (nz * ny));
}

// @ts-ignore: decorator
@inline
export function weightAt(v: i32): f64 {
  return <f64>load<u8>(weights + <usize>v);
}

/** True where the host leaves room and no guest but the one in that voxel blocks: it is free when that one leaves. */
// @ts-ignore: decorator
@inline
export function aloneIn(v: i32): bool {
  return load<u8>(weights + <usize>v) != 0 && load<u8>(counts + <usize>v) == (blocks ? 1 : 0);
}

// sum of sixteen bytes
// @ts-ignore: decorator
@inline
function sumOf(bytes: v128): u32 {
  const four = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
  const two = i32x4.add(four, i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return <u32>(i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1));
}

/** The free voxel in whose share of the summed weights a uniform number in [0, 1) falls; −1 when none is free. */
export function pick(u: f64): i32 {
  if (weight == 0) return -1;
  let rest = <u64>min(Math.floor(u * weight), weight - 1);
  let plane = domainLow;
  for (;;) {
    const own = <u64>load<u32>(planeWeights + (<usize>plane << 2));
    if (rest < own) break;
    rest -= own;
    plane = plane + 1 == nx ? 0 : plane + 1;
  }
  let c = plane * ny;
  let left = <u32>rest;
  for (let column = columnWeights + (<usize>c << 2); ; column += 4) {
    const own = load<u32>(column);
    if (left < own) break;
    left -= own;
    ++c;
  }
  let v = c * nz;
  for (; ; v += 16) {
    const free = v128.and(v128.load(weights + <usize>v), i8x16.eq(v128.load(counts + <usize>v), i8x16.splat(0)));
    const own = sumOf(free);
    if (left < own) break;
    left -= own;
  }
  for (; ; ++v) {
    const own: u32 = load<u8>(counts + <usize>v) == 0 ? load<u8>(weights + <usize>v) : 0;
    if (left < own) break;
    left -= own;
  }
  return v;
}

export function voxelOf(x: f64, y: f64, z: f64): i32 {
  const i = min(nx - 1, <i32>Math.floor(x / hx));
  const j = min(ny - 1, <i32>Math.floor(y / hy));
  const k = min(nz - 1, <i32>Math.floor(z / hz));
  return (i * ny + j) * nz + k;
}

export function voxelX(v: i32, u: f64): f64 {
  return (<f64>(v / (nz * ny)) + u) * hx;
}

export function voxelY(v: i32, u: f64): f64 {
  return (<f64>((v / nz) % ny) + u) * hy;
}

export function voxelZ(v: i32, u: f64): f64 {
  return (<f64>(v % nz) + u) * hz;
}

const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

// One guest more or less in a column's voxels from `low` to `high`, periodic, sixteen at a time; the weight that this frees (negative:
// blocks) goes into the sums.
// @ts-ignore: decorator
@inline
function along(i: i32, j: i32, low: i32, high: i32, comes: bool): void {
  const plane = i < 0 ? i + nx : i >= nx ? i - nx : i;
  const column = plane * ny + (j < 0 ? j + ny : j >= ny ? j - ny : j);
  let changed: u32 = 0;
  while (low <= high) {
    const turned = low < 0 ? low + nz : low >= nz ? low - nz : low;
    const length = min(high - low + 1, nz - turned);
    for (let done = 0; done < length; done += 16) {
      const voxel = <usize>(column * nz + turned + done);
      const here = v128.load(counts + voxel);
      // −1 in the lanes of this run
      const mask = i8x16.lt_u(lanes, i8x16.splat(<i8>min(16, length - done)));
      const after = comes ? i8x16.sub(here, mask) : i8x16.add(here, mask);
      v128.store(counts + voxel, after);
      const turning = v128.and(mask, i8x16.eq(comes ? here : after, i8x16.splat(0)));
      if (comes && v128.any_true(v128.and(mask, i8x16.eq(after, i8x16.splat(0))))) overfull = true;
      if (v128.any_true(turning)) changed += sumOf(v128.and(turning, v128.load(weights + voxel)));
    }
    low += length;
  }
  if (changed == 0) return;
  const signed = comes ? 0 - changed : changed;
  const ofColumn = columnWeights + (<usize>column << 2);
  const ofPlane = planeWeights + (<usize>plane << 2);
  store<u32>(ofColumn, load<u32>(ofColumn) + signed);
  store<u32>(ofPlane, load<u32>(ofPlane) + signed);
  if (inDomain(plane)) weight += comes ? -<f64>changed : <f64>changed;
}

// all that a guest in `voxel` blocks
// @ts-ignore: decorator
@inline
function sphere(voxel: i32, comes: bool): void {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  for (let c = 0; c < columnCount; ++c) {
    const column = columns + <usize>c * 12;
    const half = load<i32>(column, 8);
    along(i + load<i32>(column), j + load<i32>(column, 4), k - half, k + half, comes);
  }
}

// what a guest in `voxel` blocks and one that is (di, dj, dk) further on does not
// @ts-ignore: decorator
@inline
function crescent(voxel: i32, di: i32, dj: i32, dk: i32, comes: bool): void {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  for (let c = 0; c < columnCount; ++c) {
    const column = columns + <usize>c * 12;
    const a = load<i32>(column);
    const b = load<i32>(column, 4);
    const half = load<i32>(column, 8);
    const other = halfOf(a - di, b - dj);
    if (other < 0) {
      along(i + a, j + b, k - half, k + half, comes);
    } else {
      along(i + a, j + b, k - half, k + min(half, dk - other - 1), comes);
      along(i + a, j + b, k + max(-half, dk + other + 1), k + half, comes);
    }
  }
}

// difference of two cells on a periodic axis, the nearest image
// @ts-ignore: decorator
@inline
function nearest(d: i32, n: i32): i32 {
  return 2 * d > n ? d - n : 2 * d < -n ? d + n : d;
}

export function block(voxel: i32): void {
  sphere(voxel, true);
}

export function unblock(voxel: i32): void {
  sphere(voxel, false);
}

/** A guest goes from one voxel to another: only what one of the two blocks is changed. */
export function move(from: i32, to: i32): void {
  const i = from / (nz * ny);
  const j = (from / nz) % ny;
  const k = from % nz;
  const di = nearest(to / (nz * ny) - i, nx);
  const dj = nearest(((to / nz) % ny) - j, ny);
  const dk = nearest((to % nz) - k, nz);
  const low = k + min(0, dk) - height;
  if (2 * height + 1 + abs(dk) <= 16 && low >= 0 && low + 16 <= nz && abs(di) <= span && abs(dj) <= span) {
    step(i, j, di, dj, k - low, k + dk - low, low);
    return;
  }
  crescent(from, di, dj, dk, false);
  crescent(to, -di, -dj, -dk, true);
}

// A short way far from the faces that end z: sixteen voxels of each column hold the old and the new, and both change at once. Lane
// `old` is the middle of what was blocked, `fresh` that of what will be.
function step(i: i32, j: i32, di: i32, dj: i32, old: i32, fresh: i32, low: i32): void {
  const middle = i8x16.sub(lanes, i8x16.splat(<i8>old));
  const next = i8x16.sub(lanes, i8x16.splat(<i8>fresh));
  const distanceOld = i8x16.abs(middle);
  const distanceNew = i8x16.abs(next);
  for (let a = min(0, di) - span; a <= max(0, di) + span; ++a) {
    let plane = i + a;
    plane = plane < 0 ? plane + nx : plane >= nx ? plane - nx : plane;
    let changed: i32 = 0;
    for (let b = min(0, dj) - span; b <= max(0, dj) + span; ++b) {
      const was = halfOf(a, b);
      const is = halfOf(a - di, b - dj);
      if (was < 0 && is < 0) continue;
      if (was == is && old == fresh) continue;
      const row = j + b;
      const column = plane * ny + (row < 0 ? row + ny : row >= ny ? row - ny : row);
      const at = counts + <usize>(column * nz + low);
      const here = v128.load(at);
      // −1 in the lanes that are blocked
      const left = i8x16.le_s(distanceOld, i8x16.splat(<i8>was));
      const entered = i8x16.le_s(distanceNew, i8x16.splat(<i8>is));
      const after = i8x16.sub(i8x16.add(here, left), entered);
      v128.store(at, after);
      const free = i8x16.eq(after, i8x16.splat(0));
      const wasFree = i8x16.eq(here, i8x16.splat(0));
      if (!v128.any_true(v128.xor(free, wasFree))) continue;
      if (v128.any_true(v128.and(free, v128.andnot(entered, left)))) overfull = true;
      const weighed = v128.load(weights + <usize>(column * nz + low));
      const more = <i32>sumOf(v128.and(weighed, free)) - <i32>sumOf(v128.and(weighed, wasFree));
      const ofColumn = columnWeights + (<usize>column << 2);
      store<i32>(ofColumn, load<i32>(ofColumn) + more);
      changed += more;
    }
    const ofPlane = planeWeights + (<usize>plane << 2);
    store<i32>(ofPlane, load<i32>(ofPlane) + changed);
    if (inDomain(plane)) weight += <f64>changed;
  }
}

// how far a guest blocks along z at an offset along x and y; −1: not at all
// @ts-ignore: decorator
@inline
function halfOf(a: i32, b: i32): i32 {
  const width = 2 * span + 1;
  const p = a + span;
  const q = b + span;
  if (<u32>p >= <u32>width || <u32>q >= <u32>width) return -1;
  return load<i32>(halves + (<usize>(p * width + q) << 2));
}
