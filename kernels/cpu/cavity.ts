// The cavity list of src/engine/cavity.ts, word for word: same order of pushes and drops, so that the same random number
// names the same voxel. Voxels have levels 1 … 8 with weights 1, 2, 4 …, and the free ones of a level stand together.
import { takeF, takeI, takeP } from './block';
import { lx, ly, lz } from './box';

let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let hx: f64 = 0;
let hy: f64 = 0;
let hz: f64 = 0;
let counts: usize = 0;
let levels: usize = 0;
let free: usize = 0;
let slots: usize = 0;
// what a guest blocks, column by column: offsets along x and y (i32) and how far it reaches along z to either side
let columns: usize = 0;
let columnCount: i32 = 0;
// [2 span + 1]² half lengths by offset along x and y, −1 where no column is
let halves: usize = 0;
let span: i32 = 0;
/** voxels one guest blocks, and the most they can weigh */
export let offsetCount: i32 = 0;
export let heaviestSphere: f64 = 0;
let radius2: f64 = 0;

export let voxelVolume: f64 = 0;
/** sum of the weights of all free voxels */
export let weight: f64 = 0;

const highestLevel = 8;
/** per level, i32: where it begins in `free`, and how many of its voxels are free */
let base: usize = 0;
export let lengths: usize = 0;

const hostBlock: i16 = 1 << 14;

export function setupCavity(): void {
  nx = takeI();
  ny = takeI();
  nz = takeI();
  hx = lx / nx;
  hy = ly / ny;
  hz = lz / nz;
  voxelVolume = hx * hy * hz;
  levels = takeP();
  counts = takeP();
  free = takeP();
  slots = takeP();
  columns = takeP();
  columnCount = takeI();
  halves = takeP();
  span = takeI();
  offsetCount = takeI();
  radius2 = takeF();
  base = takeP();
  lengths = takeP();
  const n = nx * ny * nz;
  memory.fill(base, 0, (highestLevel + 2) << 2);
  memory.fill(lengths, 0, (highestLevel + 1) << 2);
  for (let v = 0; v < n; ++v) {
    const next = base + (<usize>(load<u8>(levels + <usize>v) + 1) << 2);
    store<i32>(next, load<i32>(next) + 1);
  }
  store<i32>(base, 0, 4);
  for (let level = 1; level <= highestLevel; ++level) {
    const at = base + (<usize>level << 2);
    store<i32>(at, load<i32>(at) + load<i32>(at, 4), 4);
  }
  for (let v = 0; v < n; ++v) {
    const open = load<u8>(levels + <usize>v) > 0;
    store<i16>(counts + (<usize>v << 1), open ? 0 : hostBlock);
    if (open) push(v);
  }
  measure();
  heaviestSphere = <f64>offsetCount * weightOf(highestLevel);
}

// Adds the weights up; after `lengths` was written from outside as well.
export function measure(): void {
  weight = 0;
  for (let level = 1; level <= highestLevel; ++level) {
    weight += <f64>load<i32>(lengths + (<usize>level << 2)) * weightOf(level);
  }
}

// @ts-ignore: decorator
@inline
function weightOf(level: i32): f64 {
  return <f64>(1 << (level - 1));
}

export function weightAt(v: i32): f64 {
  return weightOf(load<u8>(levels + <usize>v));
}

// `weight` is added up anew when a guest has moved: `measure`
// @ts-ignore: decorator
@inline
function push(v: i32): void {
  const level = <usize>load<u8>(levels + <usize>v) << 2;
  const length = load<i32>(lengths + level);
  const slot = load<i32>(base + level) + length;
  store<i32>(slots + (<usize>v << 2), slot);
  store<i32>(free + (<usize>slot << 2), v);
  store<i32>(lengths + level, length + 1);
}

// @ts-ignore: decorator
@inline
function drop(v: i32): void {
  const level = <usize>load<u8>(levels + <usize>v) << 2;
  const length = load<i32>(lengths + level) - 1;
  store<i32>(lengths + level, length);
  const slot = load<i32>(slots + (<usize>v << 2));
  const moved = load<i32>(free + (<usize>(load<i32>(base + level) + length) << 2));
  store<i32>(free + (<usize>slot << 2), moved);
  store<i32>(slots + (<usize>moved << 2), slot);
}

// Free voxel chosen by weight; −1 when none is free.
export function pick(u: f64): i32 {
  let rest = u * weight;
  for (let level = highestLevel; level >= 1; --level) {
    const own = <f64>load<i32>(lengths + (<usize>level << 2)) * weightOf(level);
    if (rest < own) {
      const slot = load<i32>(base + (<usize>level << 2)) + <i32>(rest / weightOf(level));
      return load<i32>(free + (<usize>slot << 2));
    }
    rest -= own;
  }
  return -1;
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

// voxel of cell (a, b) of the xy plane at z = 0, each at most one box away
// @ts-ignore: decorator
@inline
function columnAt(a: i32, b: i32): i32 {
  if (a < 0) a += nx;
  else if (a >= nx) a -= nx;
  if (b < 0) b += ny;
  else if (b >= ny) b -= ny;
  return (a * ny + b) * nz;
}

const lanes = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
/** what `along` does to the voxels of a run */
const BLOCK = 0;
const UNBLOCK = 1;
// adds the weight of voxels that count 1 to `tally`
const ALONE = 2;
// takes the weight of voxels off `tally` that would no longer be free: count 0, or 1 near the voxel `leaving`
const TAKEN = 3;
let tally: f64 = 0;
let leaving: i32 = 0;

// One column's voxels from `low` to `high`, periodic; counts eight at a time. Voxels come in ascending order.
// @ts-ignore: decorator
@inline
function along(column: i32, low: i32, high: i32, what: i32): void {
  while (low <= high) {
    const turned = low < 0 ? low + nz : low >= nz ? low - nz : low;
    const length = min(high - low + 1, nz - turned);
    for (let done = 0; done < length; done += 8) {
      const voxel = column + turned + done;
      const at = counts + (<usize>voxel << 1);
      const here = v128.load(at);
      // −1 in the lanes of this run
      const mask = i16x8.lt_s(lanes, i16x8.splat(<i16>min(8, length - done)));
      if (what == BLOCK) {
        let bits = i16x8.bitmask(v128.and(mask, i16x8.eq(here, i16x8.splat(0))));
        v128.store(at, i16x8.sub(here, mask));
        for (; bits != 0; bits &= bits - 1) drop(voxel + ctz(bits));
      } else if (what == UNBLOCK) {
        const fewer = i16x8.add(here, mask);
        let bits = i16x8.bitmask(v128.and(mask, i16x8.eq(fewer, i16x8.splat(0))));
        v128.store(at, fewer);
        for (; bits != 0; bits &= bits - 1) push(voxel + ctz(bits));
      } else {
        let bits = i16x8.bitmask(v128.and(mask, i16x8.eq(here, i16x8.splat(1))));
        for (; bits != 0; bits &= bits - 1) {
          const v = voxel + ctz(bits);
          if (what == ALONE) tally += weightAt(v);
          else if (within(leaving, v)) tally -= weightAt(v);
        }
        if (what == ALONE) continue;
        bits = i16x8.bitmask(v128.and(mask, i16x8.eq(here, i16x8.splat(0))));
        for (; bits != 0; bits &= bits - 1) tally -= weightAt(voxel + ctz(bits));
      }
    }
    low += length;
  }
}

// all that a guest in `voxel` blocks
function sphere(voxel: i32, what: i32): void {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  for (let c = 0; c < columnCount; ++c) {
    const column = columns + <usize>c * 12;
    const half = load<i32>(column, 8);
    along(columnAt(i + load<i32>(column), j + load<i32>(column, 4)), k - half, k + half, what);
  }
}

// what a guest in `voxel` blocks and one that is (di, dj, dk) further on does not
function crescent(voxel: i32, di: i32, dj: i32, dk: i32, what: i32): void {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  const width = 2 * span + 1;
  for (let c = 0; c < columnCount; ++c) {
    const column = columns + <usize>c * 12;
    const a = load<i32>(column);
    const b = load<i32>(column, 4);
    const half = load<i32>(column, 8);
    const at = columnAt(i + a, j + b);
    const p = a - di + span;
    const q = b - dj + span;
    const other = p < 0 || p >= width || q < 0 || q >= width ? -1 : load<i32>(halves + (<usize>(p * width + q) << 2));
    if (other < 0) {
      along(at, k - half, k + half, what);
    } else {
      along(at, k - half, k + min(half, dk - other - 1), what);
      along(at, k + max(-half, dk + other + 1), k + half, what);
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
  sphere(voxel, BLOCK);
  measure();
}

export function unblock(voxel: i32): void {
  sphere(voxel, UNBLOCK);
  measure();
}

/** A guest goes from one voxel to another: what it blocked and no longer does, then what it did not and now does. */
export function move(from: i32, to: i32): void {
  const di = nearest(to / (nz * ny) - from / (nz * ny), nx);
  const dj = nearest(((to / nz) % ny) - ((from / nz) % ny), ny);
  const dk = nearest((to % nz) - (from % nz), nz);
  crescent(from, di, dj, dk, UNBLOCK);
  crescent(to, -di, -dj, -dk, BLOCK);
  measure();
}

export function freedByLeaving(voxel: i32): bool {
  return load<i16>(counts + (<usize>voxel << 1)) == (offsetCount > 0 ? 1 : 0);
}

export function weightWithout(voxel: i32): f64 {
  tally = weight;
  sphere(voxel, ALONE);
  return tally;
}

export function weightMoved(from: i32, to: i32): f64 {
  tally = weight;
  leaving = from;
  sphere(from, ALONE);
  sphere(to, TAKEN);
  return tally;
}

function within(a: i32, b: i32): bool {
  let di = abs(a / (nz * ny) - b / (nz * ny));
  let dj = abs(((a / nz) % ny) - ((b / nz) % ny));
  let dk = abs((a % nz) - (b % nz));
  di = min(di, nx - di);
  dj = min(dj, ny - dj);
  dk = min(dk, nz - dk);
  return (di * hx) * (di * hx) + (dj * hy) * (dj * hy) + (dk * hz) * (dk * hz) <= radius2;
}
