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
let offsets: usize = 0;
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
  offsets = takeP();
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
    store<i32>(slots + (<usize>v << 2), -1);
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

function push(v: i32): void {
  const level = <usize>load<u8>(levels + <usize>v);
  const length = load<i32>(lengths + (level << 2));
  const slot = load<i32>(base + (level << 2)) + length;
  store<i32>(slots + (<usize>v << 2), slot);
  store<i32>(free + (<usize>slot << 2), v);
  store<i32>(lengths + (level << 2), length + 1);
  weight += weightOf(<i32>level);
}

function drop(v: i32): void {
  const level = <usize>load<u8>(levels + <usize>v);
  const length = load<i32>(lengths + (level << 2)) - 1;
  store<i32>(lengths + (level << 2), length);
  weight -= weightOf(<i32>level);
  const slot = load<i32>(slots + (<usize>v << 2));
  const moved = load<i32>(free + (<usize>(load<i32>(base + (level << 2)) + length) << 2));
  store<i32>(free + (<usize>slot << 2), moved);
  store<i32>(slots + (<usize>moved << 2), slot);
  store<i32>(slots + (<usize>v << 2), -1);
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

// voxel that is offset number o away from (i, j, k)
// @ts-ignore: decorator
@inline
function shifted(i: i32, j: i32, k: i32, o: i32): i32 {
  const offset = offsets + <usize>o * 12;
  let a = i + load<i32>(offset);
  let b = j + load<i32>(offset, 4);
  let c = k + load<i32>(offset, 8);
  if (a < 0) a += nx;
  else if (a >= nx) a -= nx;
  if (b < 0) b += ny;
  else if (b >= ny) b -= ny;
  if (c < 0) c += nz;
  else if (c >= nz) c -= nz;
  return (a * ny + b) * nz + c;
}

export function block(voxel: i32): void {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  for (let o = 0; o < offsetCount; ++o) {
    const v = shifted(i, j, k, o);
    const count = load<i16>(counts + (<usize>v << 1));
    if (count == 0) drop(v);
    store<i16>(counts + (<usize>v << 1), count + 1);
  }
}

export function unblock(voxel: i32): void {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  for (let o = 0; o < offsetCount; ++o) {
    const v = shifted(i, j, k, o);
    const count = <i16>(load<i16>(counts + (<usize>v << 1)) - 1);
    store<i16>(counts + (<usize>v << 1), count);
    if (count == 0) push(v);
  }
}

export function freedByLeaving(voxel: i32): bool {
  return load<i16>(counts + (<usize>voxel << 1)) == (offsetCount > 0 ? 1 : 0);
}

export function weightWithout(voxel: i32): f64 {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  let result = weight;
  for (let o = 0; o < offsetCount; ++o) {
    const v = shifted(i, j, k, o);
    if (load<i16>(counts + (<usize>v << 1)) == 1) result += weightAt(v);
  }
  return result;
}

export function weightMoved(from: i32, to: i32): f64 {
  let result = weightWithout(from);
  const i = to / (nz * ny);
  const j = (to / nz) % ny;
  const k = to % nz;
  for (let o = 0; o < offsetCount; ++o) {
    const v = shifted(i, j, k, o);
    const count = load<i16>(counts + (<usize>v << 1));
    if (count == 0 || (count == 1 && within(from, v))) result -= weightAt(v);
  }
  return result;
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
