// Guests: cells, cached fields, and the energy of a trial. The equations stand in src/engine/state.ts:
//
//   U = ½ Σ φ + Σ F(ρ_i) + Σ [V_met + s² (V_ion − V_met)] + ½ Σ s_i h_i,   h_i = Σ_j s_j Y_ij
//
// Every particle keeps its fields in one record; a cell keeps the coordinates of its members side by side, so that two are
// tried per SIMD instruction. A trial first lists its neighbours, then works on the list.
import { takeF, takeI, takeP } from './block';
import { axisCell, distance2, floorDiv, gap, lx, ly, lz } from './box';
import { hostField, ion, metal } from './host';
import { single, twin } from './table';

// record of one guest, f64 words
const X = 0;
const Y = 8;
const Z = 16;
const RHO = 24;
const N = 32;
const S = 40;
const ION = 48;
const METAL = 56;
const H = 64;
/** F(ρ) + V_met + s²(V_ion − V_met) */
const OWN = 72;
const CELL = 80;
const SIZE: usize = 96;

let pairRows: usize = 0;
let densityRows: usize = 0;
let first: f64 = 0;
let from2: f64 = 0;
let cutoff2: f64 = 0;
let inverseStep: f64 = 0;
let last: i32 = 0;
let embedKind: i32 = 0;
let embedRows: usize = 0;
let embedA: f64 = 0;
let embedB: f64 = 0;
let embedC: i32 = 0;
let inverseSwitch: f64 = 0;
let repulsive: bool = false;

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

// scratch of one trial
let nearIndex: usize = 0;
let nearS: usize = 0;
let nearCount: i32 = 0;
let touchIndex: usize = 0;
let touchRho: usize = 0;
let touchN: usize = 0;
let touchNewS: usize = 0;
let touchOwn: usize = 0;
let touchStamp: usize = 0;
let touchCount: i32 = 0;
let changedIndex: usize = 0;
let changedDs: usize = 0;
let changedCount: i32 = 0;
let outList: usize = 0;

export let count: i32 = 0;
export let energy: f64 = 0;

// the coming guest of the last trial
let inX: f64 = 0;
let inY: f64 = 0;
let inZ: f64 = 0;
let inRho: f64 = 0;
let inN: f64 = 0;
let inS: f64 = 0;
let inIon: f64 = 0;
let inMetal: f64 = 0;
let inH: f64 = 0;
let inOwn: f64 = 0;

export function setupGuests(): void {
  pairRows = takeP();
  densityRows = takeP();
  first = takeF();
  const to = takeF();
  inverseStep = takeF();
  last = takeI() - 1;
  from2 = first * first;
  cutoff2 = to * to;
  embedKind = takeI();
  embedRows = takeP();
  embedA = takeF();
  embedB = takeF();
  embedC = takeI();
  inverseSwitch = 1 / takeF();
  repulsive = takeI() != 0;
  nx = takeI();
  ny = takeI();
  nz = takeI();
  reachX = <i32>Math.ceil((to * nx) / lx);
  reachY = <i32>Math.ceil((to * ny) / ly);
  reachZ = <i32>Math.ceil((to * nz) / lz);
  slots = takeI();
  cellCounts = takeP();
  cellData = takeP();
  // x, y, z as f64 and the index as i32, `slots` of each
  cellBytes = <usize>slots * 32;
  capacity = takeI();
  guests = takeP();
  nearIndex = takeP();
  nearS = takeP();
  touchIndex = takeP();
  touchRho = takeP();
  touchN = takeP();
  touchNewS = takeP();
  touchOwn = takeP();
  touchStamp = takeP();
  changedIndex = takeP();
  changedDs = takeP();
  count = 0;
  energy = 0;
  memory.fill(cellCounts, 0, <usize>(nx * ny * nz) << 2);
  memory.fill(touchStamp, 0xff, <usize>capacity << 2);
}

// @ts-ignore: decorator
@inline
function record(i: i32): usize {
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

function leaveCell(i: i32): void {
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
function gather(x: f64, y: f64, z: f64, skip: i32): bool {
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
            if (f64x2.extract_lane(r2, 0) < from2) apart = false;
            push(<i32>load<f64>(at + 3 * column), f64x2.extract_lane(r, 0), skip);
          }
          if (inside & 2 && a + 1 < n) {
            if (f64x2.extract_lane(r2, 1) < from2) apart = false;
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

// @ts-ignore: decorator
@inline
function switchOf(n: f64): f64 {
  return max(0.0, 1.0 - n * inverseSwitch);
}

function embed(rho: f64): f64 {
  if (embedKind == 0) return 0;
  if (embedKind == 1) {
    // log axis: the top bits of the number are the row, the rest of the mantissa is t
    if (rho < embedA) return 0;
    const bits = reinterpret<u64>(min(rho, embedB));
    const shift = <u64>(52 - embedC);
    const row = <usize>((bits >> shift) - (reinterpret<u64>(embedA) >> shift));
    const mantissa = ((bits << <u64>embedC) & 0x000fffffffffffff) | 0x3ff0000000000000;
    return single(embedRows + (row << 5), reinterpret<f64>(mantissa) - 1);
  }
  // linear axis: embedA = 1/step, embedB = last argument, embedC = last row; straight on above it
  const s = rho * embedA;
  const k = min(<i32>max(s, 0.0), embedC);
  const t = s - k;
  const row = embedRows + (<usize>k << 5);
  if (t <= 1) return single(row, t);
  const slope = load<f64>(row, 8) + 2 * load<f64>(row, 16) + 3 * load<f64>(row, 24);
  return single(row, 1) + (t - 1) * slope;
}

// @ts-ignore: decorator
@inline
function ownEnergy(rho: f64, s: f64, ionField: f64, metalField: f64): f64 {
  return embed(rho) + metalField + s * s * (ionField - metalField);
}

// adds (sign·f, sign·w) to the change of a neighbour's ρ and n; returns the slot
// @ts-ignore: decorator
@inline
function touch(i: i32, sign: f64, fw: v128): void {
  let slot = load<i32>(touchStamp + (<usize>i << 2));
  if (slot < 0) {
    slot = touchCount++;
    store<i32>(touchStamp + (<usize>i << 2), slot);
    store<i32>(touchIndex + (<usize>slot << 2), i);
    store<f64>(touchRho + (<usize>slot << 3), 0);
    store<f64>(touchN + (<usize>slot << 3), 0);
  }
  const rho = touchRho + (<usize>slot << 3);
  store<f64>(rho, load<f64>(rho) + sign * f64x2.extract_lane(fw, 0));
  const n = touchN + (<usize>slot << 3);
  store<f64>(n, load<f64>(n) + sign * f64x2.extract_lane(fw, 1));
}

function clearTouched(): void {
  for (let k = 0; k < touchCount; ++k) {
    store<i32>(touchStamp + (<usize>load<i32>(touchIndex + (<usize>k << 2)) << 2), -1);
  }
  touchCount = 0;
}

// Energy of taking guest `out` away (−1: none) and, where `comes`, putting one at a wrapped point; +∞ on overlap.
export function propose(out: i32, comes: bool, x: f64, y: f64, z: f64): f64 {
  clearTouched();
  let delta: f64 = 0;
  if (comes) {
    if (!gather(x, y, z, out)) return Infinity;
    if (!hostField(x, y, z)) return Infinity;
    inX = x;
    inY = y;
    inZ = z;
    inIon = ion;
    inMetal = metal;
    inRho = 0;
    inN = 0;
    inH = 0;
    for (let k = 0; k < nearCount; ++k) {
      const i = load<i32>(nearIndex + (<usize>k << 2));
      const s = load<f64>(nearS + (<usize>k << 3));
      const phiY = twin(pairRows, s, last);
      const fw = twin(densityRows, s, last);
      delta += f64x2.extract_lane(phiY, 0);
      inH += load<f64>(record(i), S) * f64x2.extract_lane(phiY, 1);
      inRho += f64x2.extract_lane(fw, 0);
      inN += f64x2.extract_lane(fw, 1);
      touch(i, 1, fw);
    }
    inS = switchOf(inN);
    inOwn = ownEnergy(inRho, inS, inIon, inMetal);
    delta += inOwn;
  }
  const g = record(out);
  if (out >= 0) {
    delta -= load<f64>(g, OWN);
    gather(load<f64>(g, X), load<f64>(g, Y), load<f64>(g, Z), out);
    for (let k = 0; k < nearCount; ++k) {
      const s = load<f64>(nearS + (<usize>k << 3));
      delta -= f64x2.extract_lane(twin(pairRows, s, last), 0);
      touch(load<i32>(nearIndex + (<usize>k << 2)), -1, twin(densityRows, s, last));
    }
  }
  changedCount = 0;
  for (let k = 0; k < touchCount; ++k) {
    const i = load<i32>(touchIndex + (<usize>k << 2));
    const j = record(i);
    const rho = load<f64>(j, RHO) + load<f64>(touchRho + (<usize>k << 3));
    const dn = load<f64>(touchN + (<usize>k << 3));
    let s = load<f64>(j, S);
    if (dn != 0) {
      const old = s;
      s = switchOf(load<f64>(j, N) + dn);
      if (s != old) {
        store<i32>(changedIndex + (<usize>changedCount << 2), i);
        store<f64>(changedDs + (<usize>changedCount << 3), s - old);
        ++changedCount;
        delta += (s - old) * load<f64>(j, H);
      }
    }
    const own = ownEnergy(rho, s, load<f64>(j, ION), load<f64>(j, METAL));
    delta += own - load<f64>(j, OWN);
    store<f64>(touchNewS + (<usize>k << 3), s);
    store<f64>(touchOwn + (<usize>k << 3), own);
  }
  if (!repulsive) return delta;
  if (out >= 0) delta -= load<f64>(g, S) * load<f64>(g, H);
  if (comes) delta += inS * inH;
  // pairs among the guests whose s changes
  for (let a = 0; a < changedCount; ++a) {
    const p = record(load<i32>(changedIndex + (<usize>a << 2)));
    const ds = load<f64>(changedDs + (<usize>a << 3));
    const px = load<f64>(p, X);
    const py = load<f64>(p, Y);
    const pz = load<f64>(p, Z);
    let sum: f64 = 0;
    for (let b = 0; b < a; ++b) {
      const q = record(load<i32>(changedIndex + (<usize>b << 2)));
      sum += load<f64>(changedDs + (<usize>b << 3)) * repulsion(px - load<f64>(q, X), py - load<f64>(q, Y), pz - load<f64>(q, Z));
    }
    if (out >= 0) sum -= load<f64>(g, S) * repulsion(px - load<f64>(g, X), py - load<f64>(g, Y), pz - load<f64>(g, Z));
    if (comes) sum += inS * repulsion(px - inX, py - inY, pz - inZ);
    delta += ds * sum;
  }
  return delta;
}

function repulsion(dx: f64, dy: f64, dz: f64): f64 {
  const r2 = distance2(dx, dy, dz);
  if (r2 >= cutoff2) return 0;
  return f64x2.extract_lane(twin(pairRows, (Math.sqrt(r2) - first) * inverseStep, last), 1);
}

// a change ds of the s of a particle at a point reaches the h of its neighbours
function spread(x: f64, y: f64, z: f64, skip: i32, ds: f64): void {
  if (ds == 0 || !repulsive) return;
  gather(x, y, z, skip);
  for (let k = 0; k < nearCount; ++k) {
    const h = record(load<i32>(nearIndex + (<usize>k << 2))) + H;
    const s = load<f64>(nearS + (<usize>k << 3));
    store<f64>(h, load<f64>(h) + ds * f64x2.extract_lane(twin(pairRows, s, last), 1));
  }
}

// Makes the change that `propose` worked out last.
export function apply(out: i32, comes: bool, delta: f64): void {
  if (out >= 0) {
    const g = record(out);
    leaveCell(out);
    spread(load<f64>(g, X), load<f64>(g, Y), load<f64>(g, Z), out, -load<f64>(g, S));
  }
  for (let k = 0; k < touchCount; ++k) {
    const j = record(load<i32>(touchIndex + (<usize>k << 2)));
    store<f64>(j, load<f64>(j, RHO) + load<f64>(touchRho + (<usize>k << 3)), RHO);
    store<f64>(j, load<f64>(j, N) + load<f64>(touchN + (<usize>k << 3)), N);
    store<f64>(j, load<f64>(touchNewS + (<usize>k << 3)), S);
    store<f64>(j, load<f64>(touchOwn + (<usize>k << 3)), OWN);
  }
  if (repulsive) {
    for (let a = 0; a < changedCount; ++a) {
      const i = load<i32>(changedIndex + (<usize>a << 2));
      const ds = load<f64>(changedDs + (<usize>a << 3));
      const p = record(i);
      // the coming guest is in no cell yet; its h was summed over the old s
      if (comes) inH += ds * repulsion(load<f64>(p, X) - inX, load<f64>(p, Y) - inY, load<f64>(p, Z) - inZ);
      spread(load<f64>(p, X), load<f64>(p, Y), load<f64>(p, Z), i, ds);
    }
  }
  if (comes) {
    const i = out >= 0 ? out : count++;
    spread(inX, inY, inZ, -1, inS);
    const g = record(i);
    store<f64>(g, inX, X);
    store<f64>(g, inY, Y);
    store<f64>(g, inZ, Z);
    store<f64>(g, inRho, RHO);
    store<f64>(g, inN, N);
    store<f64>(g, inS, S);
    store<f64>(g, inIon, ION);
    store<f64>(g, inMetal, METAL);
    store<f64>(g, inH, H);
    store<f64>(g, inOwn, OWN);
    enterCell(i, cellAt(inX, inY, inZ));
  } else {
    // the last guest takes the number of the one that went
    clearTouched();
    --count;
    if (out != count) {
      const cell = load<i32>(record(count), CELL);
      const slot = slotOf(count, cell);
      store<f64>(cellData + <usize>cell * cellBytes + 3 * (<usize>slots << 3) + (slot << 3), <f64>out);
      memory.copy(record(out), record(count), SIZE);
    }
  }
  energy += delta;
}

// Puts a guest at a wrapped point without asking for its energy; `refresh` must follow. False when there is no room.
export function place(x: f64, y: f64, z: f64): bool {
  if (count == capacity || !cellHasRoom(x, y, z)) return false;
  const g = record(count);
  store<f64>(g, x, X);
  store<f64>(g, y, Y);
  store<f64>(g, z, Z);
  enterCell(count, cellAt(x, y, z));
  ++count;
  return true;
}

// Recomputes all fields and the energy from the positions alone.
export function refresh(): void {
  let sum: f64 = 0;
  for (let i = 0; i < count; ++i) {
    const g = record(i);
    const x = load<f64>(g, X);
    const y = load<f64>(g, Y);
    const z = load<f64>(g, Z);
    gather(x, y, z, i);
    let rho: f64 = 0;
    let n: f64 = 0;
    for (let k = 0; k < nearCount; ++k) {
      const s = load<f64>(nearS + (<usize>k << 3));
      sum += 0.5 * f64x2.extract_lane(twin(pairRows, s, last), 0);
      const fw = twin(densityRows, s, last);
      rho += f64x2.extract_lane(fw, 0);
      n += f64x2.extract_lane(fw, 1);
    }
    if (!hostField(x, y, z)) {
      sum = Infinity;
    }
    const s = switchOf(n);
    const own = ownEnergy(rho, s, ion, metal);
    store<f64>(g, rho, RHO);
    store<f64>(g, n, N);
    store<f64>(g, s, S);
    store<f64>(g, ion, ION);
    store<f64>(g, metal, METAL);
    store<f64>(g, own, OWN);
    store<f64>(g, 0, H);
    sum += own;
  }
  if (repulsive) {
    for (let i = 0; i < count; ++i) {
      const g = record(i);
      gather(load<f64>(g, X), load<f64>(g, Y), load<f64>(g, Z), i);
      let h: f64 = 0;
      for (let k = 0; k < nearCount; ++k) {
        const s = load<f64>(record(load<i32>(nearIndex + (<usize>k << 2))), S);
        h += s * f64x2.extract_lane(twin(pairRows, load<f64>(nearS + (<usize>k << 3)), last), 1);
      }
      store<f64>(g, h, H);
      sum += 0.5 * load<f64>(g, S) * h;
    }
  }
  energy = sum;
}
