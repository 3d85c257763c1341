// Guests: one record per particle, and cells that keep the coordinates of their members side by side, so that two are tried
// per SIMD instruction. `gather` lists the neighbours of a point; all sums over neighbours run over that list.
import { takeI, takeP } from './block';
import { axisCell, gap, inverseLx, inverseLy, inverseLz, lx, ly, lz, singleMargin, turn, wrap } from './box';
import { pack } from './pack';

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
/** F(ρ) + V_met + s²(V_ion − V_met); where there are pairs alone V_ion + Σ_j φ_ij */
export const OWN = 72;
const CELL = 80;
export const SIZE: usize = 96;

// of the radial tables, set by the trial's setup
let first: f64 = 0;
let cutoff: f64 = 0;
let cutoff2: f64 = 0;
let inverseStep: f64 = 0;

let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let wx: f64 = 0;
let wy: f64 = 0;
let wz: f64 = 0;
// Å², see singleMargin
let margin: f64 = 0;
let slots: i32 = 0;
let cellCounts: usize = 0;
let cellData: usize = 0;
let cellBytes: usize = 0;
let cellSingles: usize = 0;
let guests: usize = 0;

export let capacity: i32 = 0;
export let count: i32 = 0;

/** neighbours found by `gather`: indices, and table arguments (r − from)/step */
export let nearIndex: usize = 0;
export let nearS: usize = 0;
export let nearCount: i32 = 0;
/** addresses of the slots of candidates in `cellData`, and where the last scan ended */
let nearSlots: usize = 0;
let listEnd: usize = 0;
// the box is two cutoffs wide
let tight: bool = false;
// half the longest step that one list serves, Å
let mostHalf: f64 = 0;

export function setupGuests(from: f64, to: f64, tableInverseStep: f64): void {
  first = from;
  inverseStep = tableInverseStep;
  cutoff = to;
  cutoff2 = to * to;
  nx = takeI();
  ny = takeI();
  nz = takeI();
  wx = lx / nx;
  wy = ly / ny;
  wz = lz / nz;
  margin = singleMargin(to);
  // beyond half the slack of the box a list for two points could hold two images; and longer lists stop to pay
  const slack = 0.5 * min(min(lx, ly), lz) - to;
  tight = slack < 1e-3;
  mostHalf = min(slack - 1e-3, 0.2 * to);
  slots = takeI();
  cellCounts = takeP();
  cellData = takeP();
  // x, y, z and the index, `slots` f64 of each; beside it x, y, z as f32
  cellBytes = <usize>slots * 32;
  cellSingles = takeP();
  capacity = takeI();
  guests = takeP();
  nearIndex = takeP();
  nearS = takeP();
  nearSlots = takeP();
  count = 0;
  memory.fill(cellCounts, 0, <usize>(nx * ny * nz) << 2);
}

// records and cells were written from outside
export function restore(n: i32): void {
  count = n;
  for (let cell = 0; cell < nx * ny * nz; ++cell) {
    for (let k = 0; k < load<i32>(cellCounts + (<usize>cell << 2)); ++k) single(cell, k);
  }
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
  single(cell, n);
  store<i32>(cellCounts + (<usize>cell << 2), n + 1);
  store<i32>(g, cell, CELL);
}

// writes the f32 coordinates of a slot from its f64 ones: x of four slots, y, z, then the next four
// @ts-ignore: decorator
@inline
function single(cell: i32, slot: i32): void {
  const from = cellData + <usize>cell * cellBytes + (<usize>slot << 3);
  const to = cellSingles + <usize>cell * (<usize>slots * 12) + <usize>(slot >> 2) * 48 + (<usize>(slot & 3) << 2);
  for (let c: usize = 0; c < 3; ++c) store<f32>(to + (c << 4), <f32>load<f64>(from + c * (<usize>slots << 3)));
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
  const slot = slotOf(i, cell);
  const to = data + (slot << 3);
  const moved = data + (<usize>n << 3);
  for (let c: usize = 0; c < 4; ++c) store<f64>(to + c * column, load<f64>(moved + c * column));
  single(cell, <i32>slot);
}

// Lists the guests other than `skip` within the cutoff of a wrapped point; false when one is nearer than the first knot.
export function gather(x: f64, y: f64, z: f64, skip: i32): bool {
  scan(x, y, z, 0);
  return measure(x, y, z, skip);
}

// Lists candidates for the surroundings of a wrapped point and of one that is (dx, dy, dz) from it; false where the box is so narrow
// that two images of a guest could be in the list.
export function scanBoth(x: f64, y: f64, z: f64, dx: f64, dy: f64, dz: f64): bool {
  const half = 0.5 * Math.sqrt(dx * dx + dy * dy + dz * dz);
  if (half > mostHalf) return false;
  scan(wrap(x + 0.5 * dx, lx), wrap(y + 0.5 * dy, ly), wrap(z + 0.5 * dz, lz), half);
  return true;
}

// Lists the slots of all guests within the cutoff and `more` of a wrapped point, and a few beyond: four are looked at per SIMD
// instruction in f32, with a margin, and those near enough packed into the list without a branch.
function scan(x: f64, y: f64, z: f64, more: f64): void {
  const reach2 = (cutoff + more) * (cutoff + more);
  const cut = f32x4.splat(<f32>(reach2 + margin));
  const lowX = <i32>Math.floor((x - cutoff - more) / wx);
  const lowY = <i32>Math.floor((y - cutoff - more) / wy);
  const highX = <i32>Math.floor((x + cutoff + more) / wx);
  const highY = <i32>Math.floor((y + cutoff + more) / wy);
  const endZ = alongZ(z, cutoff + more);
  const bytes = <usize>slots * 12;
  let list = nearSlots;
  for (let i = lowX; i <= highX; ++i) {
    const gx = gap(x, i * wx, wx);
    const left = reach2 - gx * gx;
    if (left <= 0) continue;
    const ti = turn(i, nx);
    const fx = f32x4.splat(<f32>(x - ti * lx));
    for (let j = lowY; j <= highY; ++j) {
      const gy = gap(y, j * wy, wy);
      const rest = left - gy * gy;
      if (rest <= 0) continue;
      const tj = turn(j, ny);
      const fy = f32x4.splat(<f32>(y - tj * ly));
      const line = ((i - ti * nx) * ny + (j - tj * ny)) * nz;
      for (let at = cellsOfZ; at < endZ; at += 16) {
        if (rest <= load<f64>(at)) continue;
        const cell = line + load<i32>(at, 8);
        const n = load<i32>(cellCounts + (<usize>cell << 2));
        if (n == 0) continue;
        const fz = v128.load32_splat(at, 12);
        let slot = i32x4.add(i32x4.splat(<i32>(cellData + <usize>cell * cellBytes)), i32x4(0, 8, 16, 24));
        let from = cellSingles + <usize>cell * bytes;
        for (let a = n; a > 0; a -= 4) {
          const dx = f32x4.sub(v128.load(from), fx);
          const dy = f32x4.sub(v128.load(from, 16), fy);
          const dz = f32x4.sub(v128.load(from, 32), fz);
          const s = f32x4.add(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)), f32x4.mul(dz, dz));
          list = pack(list, slot, i32x4.bitmask(f32x4.lt(s, cut)) & ((1 << min(4, a)) - 1));
          slot = i32x4.add(slot, i32x4.splat(32));
          from += 48;
        }
      }
    }
  }
  listEnd = list;
}

// the cells of a column that a scan looks at: squared gap along z (f64), place in the column (i32), z as seen from there (f32); cells are
// at least a cutoff wide, so they are four at most
const cellsOfZ: usize = memory.data(16 * 8);

// Lists them for all columns of a scan; returns where the list ends.
// @ts-ignore: decorator
@inline
function alongZ(z: f64, reach: f64): usize {
  const high = <i32>Math.floor((z + reach) / wz);
  let end = cellsOfZ;
  for (let k = <i32>Math.floor((z - reach) / wz); k <= high; ++k) {
    const gz = gap(z, k * wz, wz);
    const tk = turn(k, nz);
    store<f64>(end, gz * gz);
    store<i32>(end, k - tk * nz, 8);
    store<f32>(end, <f32>(z - tk * lz), 12);
    end += 16;
  }
  return end;
}

// Takes the distances of a wrapped point to the listed slots in f64, two at a time, and keeps those within the cutoff other than `skip`;
// false when one is nearer than the first knot. What is not kept is overwritten by the next.
export function measure(x: f64, y: f64, z: f64, skip: i32): bool {
  const end = listEnd;
  const column = <usize>slots << 3;
  const px = f64x2.splat(x);
  const py = f64x2.splat(y);
  const pz = f64x2.splat(z);
  const bx = f64x2.splat(lx);
  const by = f64x2.splat(ly);
  const bz = f64x2.splat(lz);
  const ix = f64x2.splat(inverseLx);
  const iy = f64x2.splat(inverseLy);
  const iz = f64x2.splat(inverseLz);
  const from = f64x2.splat(first);
  const inverse = f64x2.splat(inverseStep);
  let n: i32 = 0;
  let apart = true;
  // an odd one is measured beside itself
  store<i32>(end, load<i32>(max(nearSlots, end - 4)));
  for (let list = nearSlots; list < end; list += 8) {
    const one = <usize>load<i32>(list);
    const two = <usize>load<i32>(list, 4);
    let dx = f64x2.sub(v128.load64_lane(two, v128.load64_zero(one), 1), px);
    let dy = f64x2.sub(v128.load64_lane(two + column, v128.load64_zero(one + column), 1), py);
    let dz = f64x2.sub(v128.load64_lane(two + 2 * column, v128.load64_zero(one + 2 * column), 1), pz);
    dx = f64x2.sub(dx, f64x2.mul(bx, f64x2.nearest(f64x2.mul(dx, ix))));
    dy = f64x2.sub(dy, f64x2.mul(by, f64x2.nearest(f64x2.mul(dy, iy))));
    dz = f64x2.sub(dz, f64x2.mul(bz, f64x2.nearest(f64x2.mul(dz, iz))));
    const r2 = f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz));
    const s = f64x2.mul(f64x2.sub(f64x2.sqrt(r2), from), inverse);
    const i = <i32>load<f64>(one + 3 * column);
    const j = <i32>load<f64>(two + 3 * column);
    store<i32>(nearIndex + (<usize>n << 2), i);
    store<f64>(nearS + (<usize>n << 3), f64x2.extract_lane(s, 0));
    let keeps = i32(f64x2.extract_lane(r2, 0) < cutoff2) & i32(i != skip);
    apart = apart && !(keeps && f64x2.extract_lane(s, 0) < 0);
    n += keeps;
    store<i32>(nearIndex + (<usize>n << 2), j);
    store<f64>(nearS + (<usize>n << 3), f64x2.extract_lane(s, 1));
    keeps = i32(f64x2.extract_lane(r2, 1) < cutoff2) & i32(j != skip) & i32(list + 4 < end);
    apart = apart && !(keeps && f64x2.extract_lane(s, 1) < 0);
    n += keeps;
  }
  nearCount = n;
  if (tight) forgetTwins();
  return apart;
}

// In a box two cutoffs wide both images of a guest can be listed when it is at the cutoff to within the margin: one of them goes.
function forgetTwins(): void {
  const edge = (cutoff - first) * inverseStep - 1e-3;
  for (let a = 0; a < nearCount; ++a) {
    if (load<f64>(nearS + (<usize>a << 3)) < edge) continue;
    for (let b = a + 1; b < nearCount; ++b) {
      if (load<i32>(nearIndex + (<usize>b << 2)) != load<i32>(nearIndex + (<usize>a << 2))) continue;
      --nearCount;
      store<i32>(nearIndex + (<usize>b << 2), load<i32>(nearIndex + (<usize>nearCount << 2)));
      store<f64>(nearS + (<usize>b << 3), load<f64>(nearS + (<usize>nearCount << 3)));
    }
  }
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
