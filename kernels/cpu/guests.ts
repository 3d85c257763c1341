// Guests: one record per particle, and cells that keep the coordinates of their members side by side, so that two are tried
// per SIMD instruction. `gather` lists the neighbours of a point; all sums over neighbours run over that list.
import { takeI, takeP } from './block';
import { axisCell, floorDiv, gap, lx, ly, lz } from './box';

// record of one guest, byte offsets of its f64 words
export const X = 0;
export const Y = 8;
export const Z = 16;
export const RHO = 24;
export const N = 32;
export const S = 40;
export const ION = 48;
export const METAL = 56;
/** Σ_j s_j Y_ij */
export const H = 64;
/** F(ρ) + V_met + s²(V_ion − V_met) */
export const OWN = 72;
const CELL = 80;
export const SIZE: usize = 96;

// of the radial tables, set by the trial's setup
let first: f64 = 0;
let cutoff2: f64 = 0;
let inverseStep: f64 = 0;

let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let reachX: i32 = 0;
let reachY: i32 = 0;
let reachZ: i32 = 0;
let slots: i32 = 0;
let cellCounts: usize = 0;
let cellData: usize = 0;
let cellBytes: usize = 0;
let guests: usize = 0;

export let capacity: i32 = 0;
export let count: i32 = 0;

/** neighbours found by `gather`: indices, and table arguments (r − from)/step */
export let nearIndex: usize = 0;
export let nearS: usize = 0;
export let nearCount: i32 = 0;

export function setupGuests(from: f64, to: f64, tableInverseStep: f64): void {
  first = from;
  inverseStep = tableInverseStep;
  cutoff2 = to * to;
  nx = takeI();
  ny = takeI();
  nz = takeI();
  reachX = <i32>Math.ceil((to * nx) / lx);
  reachY = <i32>Math.ceil((to * ny) / ly);
  reachZ = <i32>Math.ceil((to * nz) / lz);
  slots = takeI();
  cellCounts = takeP();
  cellData = takeP();
  // x, y, z and the index, `slots` f64 of each
  cellBytes = <usize>slots * 32;
  capacity = takeI();
  guests = takeP();
  nearIndex = takeP();
  nearS = takeP();
  count = 0;
  memory.fill(cellCounts, 0, <usize>(nx * ny * nz) << 2);
}

// records and cells were written from outside
export function restore(n: i32): void {
  count = n;
}

// @ts-ignore: decorator
@inline
export function record(i: i32): usize {
  return guests + <usize>i * SIZE;
}

export function guestX(i: i32): f64 {
  return load<f64>(record(i), X);
}
export function guestY(i: i32): f64 {
  return load<f64>(record(i), Y);
}
export function guestZ(i: i32): f64 {
  return load<f64>(record(i), Z);
}

function cellAt(x: f64, y: f64, z: f64): i32 {
  return (axisCell(x, lx, nx) * ny + axisCell(y, ly, ny)) * nz + axisCell(z, lz, nz);
}

// True when the cell of a point has room for one more.
export function cellHasRoom(x: f64, y: f64, z: f64): bool {
  return load<i32>(cellCounts + (<usize>cellAt(x, y, z) << 2)) < slots;
}

function enterCell(i: i32, cell: i32): void {
  const g = record(i);
  const n = load<i32>(cellCounts + (<usize>cell << 2));
  const data = cellData + <usize>cell * cellBytes + (<usize>n << 3);
  const column = <usize>slots << 3;
  store<f64>(data, load<f64>(g, X));
  store<f64>(data + column, load<f64>(g, Y));
  store<f64>(data + 2 * column, load<f64>(g, Z));
  store<f64>(data + 3 * column, <f64>i);
  store<i32>(cellCounts + (<usize>cell << 2), n + 1);
  store<i32>(g, cell, CELL);
}

function slotOf(i: i32, cell: i32): usize {
  const indices = cellData + <usize>cell * cellBytes + 3 * (<usize>slots << 3);
  let k: usize = 0;
  while (<i32>load<f64>(indices + (k << 3)) != i) ++k;
  return k;
}

export function leaveCell(i: i32): void {
  const cell = load<i32>(record(i), CELL);
  const n = load<i32>(cellCounts + (<usize>cell << 2)) - 1;
  store<i32>(cellCounts + (<usize>cell << 2), n);
  const data = cellData + <usize>cell * cellBytes;
  const column = <usize>slots << 3;
  const to = data + (slotOf(i, cell) << 3);
  const moved = data + (<usize>n << 3);
  for (let c: usize = 0; c < 4; ++c) store<f64>(to + c * column, load<f64>(moved + c * column));
}

// Lists the guests other than `skip` within the cutoff of a wrapped point; false when one is nearer than the first knot.
export function gather(x: f64, y: f64, z: f64, skip: i32): bool {
  nearCount = 0;
  let apart = true;
  const wx = lx / nx;
  const wy = ly / ny;
  const wz = lz / nz;
  const ci = axisCell(x, lx, nx);
  const cj = axisCell(y, ly, ny);
  const ck = axisCell(z, lz, nz);
  const cut = f64x2.splat(cutoff2);
  const column = <usize>slots << 3;
  for (let i = ci - reachX; i <= ci + reachX; ++i) {
    const gx = gap(x, i * wx, wx);
    const left = cutoff2 - gx * gx;
    if (left <= 0) continue;
    const mi = floorDiv(i, nx);
    const px = f64x2.splat(x - mi * lx);
    for (let j = cj - reachY; j <= cj + reachY; ++j) {
      const gy = gap(y, j * wy, wy);
      const rest = left - gy * gy;
      if (rest <= 0) continue;
      const mj = floorDiv(j, ny);
      const py = f64x2.splat(y - mj * ly);
      const line = ((i - mi * nx) * ny + (j - mj * ny)) * nz;
      for (let k = ck - reachZ; k <= ck + reachZ; ++k) {
        const mk = floorDiv(k, nz);
        const cell = line + (k - mk * nz);
        const n = load<i32>(cellCounts + (<usize>cell << 2));
        if (n == 0) continue;
        const gz = gap(z, k * wz, wz);
        if (rest <= gz * gz) continue;
        const pz = f64x2.splat(z - mk * lz);
        const data = cellData + <usize>cell * cellBytes;
        for (let a = 0; a < n; a += 2) {
          const at = data + (<usize>a << 3);
          const dx = f64x2.sub(v128.load(at), px);
          const dy = f64x2.sub(v128.load(at + column), py);
          const dz = f64x2.sub(v128.load(at + 2 * column), pz);
          const r2 = f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz));
          const inside = i64x2.bitmask(f64x2.lt(r2, cut));
          if (inside == 0) continue;
          const r = f64x2.sqrt(r2);
          if (inside & 1) {
            if (f64x2.extract_lane(r2, 0) < first * first) apart = false;
            push(<i32>load<f64>(at + 3 * column), f64x2.extract_lane(r, 0), skip);
          }
          if (inside & 2 && a + 1 < n) {
            if (f64x2.extract_lane(r2, 1) < first * first) apart = false;
            push(<i32>load<f64>(at + 3 * column, 8), f64x2.extract_lane(r, 1), skip);
          }
        }
      }
    }
  }
  return apart || onlySkipIsNear(skip);
}

// appends a neighbour with its table argument
// @ts-ignore: decorator
@inline
function push(i: i32, r: f64, skip: i32): void {
  if (i == skip) return;
  store<i32>(nearIndex + (<usize>nearCount << 2), i);
  store<f64>(nearS + (<usize>nearCount << 3), (r - first) * inverseStep);
  ++nearCount;
}

// the guest that is left out may have been the only near one
function onlySkipIsNear(skip: i32): bool {
  if (skip < 0) return false;
  for (let k = 0; k < nearCount; ++k) {
    if (load<f64>(nearS + (<usize>k << 3)) < 0) return false;
  }
  return true;
}

// Puts guest `i` (a new number where i = count) into its cell, at the coordinates of its record.
export function enter(i: i32): void {
  const g = record(i);
  if (i == count) ++count;
  enterCell(i, cellAt(load<f64>(g, X), load<f64>(g, Y), load<f64>(g, Z)));
}

// Forgets a guest that has left its cell; the last guest takes its number.
export function forget(i: i32): void {
  --count;
  if (i == count) return;
  const cell = load<i32>(record(count), CELL);
  const slot = slotOf(count, cell);
  store<f64>(cellData + <usize>cell * cellBytes + 3 * (<usize>slots << 3) + (slot << 3), <f64>i);
  memory.copy(record(i), record(count), SIZE);
}

// Puts a guest at a wrapped point without asking for its energy; a refresh must follow. False when there is no room.
export function place(x: f64, y: f64, z: f64): bool {
  if (count == capacity || !cellHasRoom(x, y, z)) return false;
  const g = record(count);
  store<f64>(g, x, X);
  store<f64>(g, y, Y);
  store<f64>(g, z, Z);
  enter(count);
  return true;
}
