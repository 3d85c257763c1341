// The cavity list of src/engine/cavity.ts, word for word: same order of pushes and drops, so that the same random number
// names the same voxel.
import { takeF, takeI, takeP } from './block';
import { lx, ly, lz } from './box';

let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let hx: f64 = 0;
let hy: f64 = 0;
let hz: f64 = 0;
let counts: usize = 0;
let free: usize = 0;
let slots: usize = 0;
let offsets: usize = 0;
/** voxels one guest blocks */
export let offsetCount: i32 = 0;
let radius2: f64 = 0;

export let length: i32 = 0;
export let voxelVolume: f64 = 0;

const hostBlock: i16 = 1 << 14;

export function setupCavity(): void {
  nx = takeI();
  ny = takeI();
  nz = takeI();
  hx = lx / nx;
  hy = ly / ny;
  hz = lz / nz;
  voxelVolume = hx * hy * hz;
  const accessible = takeP();
  counts = takeP();
  free = takeP();
  slots = takeP();
  offsets = takeP();
  offsetCount = takeI();
  radius2 = takeF();
  length = 0;
  const n = nx * ny * nz;
  for (let v = 0; v < n; ++v) {
    const open = load<u8>(accessible + <usize>v);
    store<i16>(counts + (<usize>v << 1), open ? 0 : hostBlock);
    store<i32>(slots + (<usize>v << 2), -1);
    if (open) push(v);
  }
}

export function restore(n: i32): void {
  length = n;
}

function push(v: i32): void {
  store<i32>(slots + (<usize>v << 2), length);
  store<i32>(free + (<usize>length << 2), v);
  ++length;
}

function drop(v: i32): void {
  const slot = load<i32>(slots + (<usize>v << 2));
  --length;
  const moved = load<i32>(free + (<usize>length << 2));
  store<i32>(free + (<usize>slot << 2), moved);
  store<i32>(slots + (<usize>moved << 2), slot);
  store<i32>(slots + (<usize>v << 2), -1);
}

export function at(k: i32): i32 {
  return load<i32>(free + (<usize>k << 2));
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

export function lengthWithout(voxel: i32): i32 {
  const i = voxel / (nz * ny);
  const j = (voxel / nz) % ny;
  const k = voxel % nz;
  let gain = 0;
  for (let o = 0; o < offsetCount; ++o) {
    if (load<i16>(counts + (<usize>shifted(i, j, k, o) << 1)) == 1) ++gain;
  }
  return length + gain;
}

export function lengthMoved(from: i32, to: i32): i32 {
  let result = lengthWithout(from);
  const i = to / (nz * ny);
  const j = (to / nz) % ny;
  const k = to % nz;
  for (let o = 0; o < offsetCount; ++o) {
    const v = shifted(i, j, k, o);
    const count = load<i16>(counts + (<usize>v << 1));
    if (count == 0 || (count == 1 && within(from, v))) --result;
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
