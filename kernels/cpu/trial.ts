// The energy of a trial and what it changes. The equations stand in src/engine/state.ts:
//
//   U = ½ Σ φ + Σ F(ρ_i) + Σ [V_met + s² (V_ion − V_met)] + ½ Σ s_i h_i,   h_i = Σ_j s_j Y_ij
import { takeF, takeI, takeP } from './block';
import { distance2, lx, ly, lz, shortest } from './box';
import { embed, setupEmbedding } from './embedding';
import {
  capacity, count, enter, forget, gather, H, ION, leaveCell, measure, METAL, N, nearCount, nearIndex, nearS, OWN, RHO, record, S, scanBoth, setupGuests, X, Y, Z,
} from './guests';
import { hostField, ion, metal } from './host';
import { twin } from './table';

let pairRows: usize = 0;
let densityRows: usize = 0;
let first: f64 = 0;
let cutoff2: f64 = 0;
let inverseStep: f64 = 0;
let last: i32 = 0;
// s falls from 1 at nStart to 0 at nSwitch; without a switch that is infinite and never reached
let nSwitch: f64 = 0;
let nStart: f64 = 0;
let switchWidth: f64 = 0;
let smooth: bool = false;
let repulsive: bool = false;
// F belongs to the metallic share
let bareIons: bool = false;
// neither embedding nor switch: nothing of a neighbour changes but its pair energy
let pairsOnly: bool = false;

// neighbours touched by a trial: change of ρ and n, then new s and own energy; `stamp` finds a guest's slot
let touchIndex: usize = 0;
let touchRho: usize = 0;
let touchN: usize = 0;
let touchNewS: usize = 0;
let touchOwn: usize = 0;
let touchStamp: usize = 0;
let touchCount: i32 = 0;
// those of them whose s changes
let changedIndex: usize = 0;
let changedDs: usize = 0;
let changedCount: i32 = 0;

export let energy: f64 = 0;

// the candidates listed are those of both ends of the trial's step
let listsBoth: bool = false;

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

export function setupTrial(): void {
  pairRows = takeP();
  densityRows = takeP();
  first = takeF();
  const to = takeF();
  inverseStep = takeF();
  last = takeI() - 1;
  cutoff2 = to * to;
  const embedded = setupEmbedding();
  nSwitch = takeF();
  nStart = takeF();
  switchWidth = nSwitch - nStart;
  smooth = takeI() != 0;
  repulsive = takeI() != 0;
  bareIons = takeI() != 0;
  pairsOnly = !embedded && nSwitch == Infinity && !repulsive;
  setupGuests(first, to, inverseStep);
  touchIndex = takeP();
  touchRho = takeP();
  touchN = takeP();
  touchNewS = takeP();
  touchOwn = takeP();
  touchStamp = takeP();
  changedIndex = takeP();
  changedDs = takeP();
  touchCount = 0;
  changedCount = 0;
  energy = 0;
  memory.fill(touchStamp, 0xff, <usize>capacity << 2);
}

// @ts-ignore: decorator
@inline
function switchOf(n: f64): f64 {
  if (n <= nStart || nSwitch == Infinity) return 1;
  const u = max(0.0, (nSwitch - n) / switchWidth);
  return smooth ? u * u * (3 - 2 * u) : u;
}

// @ts-ignore: decorator
@inline
function ownEnergy(rho: f64, s: f64, ionField: f64, metalField: f64): f64 {
  const f = embed(rho);
  return f + metalField + s * s * (ionField - metalField - (bareIons ? f : 0));
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

export function restore(sum: f64): void {
  energy = sum;
}

function clearTouched(): void {
  for (let k = 0; k < touchCount; ++k) {
    store<i32>(touchStamp + (<usize>load<i32>(touchIndex + (<usize>k << 2)) << 2), -1);
  }
  touchCount = 0;
}

// Σ φ over the gathered neighbours; each φ stays in the place of the table argument
function pairSum(): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < nearCount; ++k) {
    const at = nearS + (<usize>k << 3);
    const phi = f64x2.extract_lane(twin(pairRows, load<f64>(at), last), 0);
    store<f64>(at, phi);
    sum += phi;
  }
  return sum;
}

// a φ of `pairSum` comes to the own energy of each gathered neighbour, or goes
function spreadPairs(sign: f64): void {
  for (let k = 0; k < nearCount; ++k) {
    const own = record(load<i32>(nearIndex + (<usize>k << 2))) + OWN;
    store<f64>(own, load<f64>(own) + sign * load<f64>(nearS + (<usize>k << 3)));
  }
}

// Lists candidates around guest `out`, unless the list for where it goes to holds them.
// @ts-ignore: decorator
@inline
function gatherOld(out: i32): void {
  const g = record(out);
  const x = load<f64>(g, X);
  const y = load<f64>(g, Y);
  const z = load<f64>(g, Z);
  if (listsBoth) measure(x, y, z, out);
  else gather(x, y, z, out);
}

// what a guest at the gathered point feels, and what it changes in its neighbours
function priceComing(): f64 {
  let delta: f64 = 0;
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
  return delta + inOwn;
}

// Energy of taking guest `out` away (−1: none) and, where `comes`, putting one at a wrapped point; +∞ on overlap.
export function propose(out: i32, comes: bool, x: f64, y: f64, z: f64): f64 {
  clearTouched();
  const g = record(out);
  let delta: f64 = 0;
  listsBoth = false;
  if (comes) {
    // the host turns more points down than guests do, and with a map it is asked sooner
    if (!hostField(x, y, z)) return Infinity;
    if (out >= 0) {
      const dx = shortest(load<f64>(g, X) - x, lx);
      const dy = shortest(load<f64>(g, Y) - y, ly);
      const dz = shortest(load<f64>(g, Z) - z, lz);
      listsBoth = scanBoth(x, y, z, dx, dy, dz);
    }
    if (!(listsBoth ? measure(x, y, z, out) : gather(x, y, z, out))) return Infinity;
    inX = x;
    inY = y;
    inZ = z;
    inIon = ion;
    inMetal = metal;
    inRho = 0;
    inN = 0;
    inH = 0;
    if (pairsOnly) {
      inS = 1;
      inOwn = pairSum() + ion;
      delta = inOwn;
    } else {
      delta = priceComing();
    }
  }
  if (out >= 0) delta -= load<f64>(g, OWN);
  if (pairsOnly) return delta;
  if (out >= 0) {
    gatherOld(out);
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
  if (pairsOnly) {
    // the neighbours of where it comes are still listed
    if (comes) spreadPairs(1);
    if (out >= 0) {
      gatherOld(out);
      pairSum();
      spreadPairs(-1);
    }
  }
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
    const i = out >= 0 ? out : count;
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
    enter(i);
  } else {
    clearTouched();
    forget(out);
  }
  energy += delta;
}

// Recomputes all fields and the energy from the positions alone; +∞ when particles overlap.
export function refresh(): void {
  let sum: f64 = 0;
  let overlap = false;
  for (let i = 0; i < count; ++i) {
    const g = record(i);
    const x = load<f64>(g, X);
    const y = load<f64>(g, Y);
    const z = load<f64>(g, Z);
    if (!gather(x, y, z, i)) overlap = true;
    let rho: f64 = 0;
    let n: f64 = 0;
    let phi: f64 = 0;
    for (let k = 0; k < nearCount; ++k) {
      const s = load<f64>(nearS + (<usize>k << 3));
      phi += f64x2.extract_lane(twin(pairRows, s, last), 0);
      const fw = twin(densityRows, s, last);
      rho += f64x2.extract_lane(fw, 0);
      n += f64x2.extract_lane(fw, 1);
    }
    if (!hostField(x, y, z)) overlap = true;
    sum += 0.5 * phi;
    const s = switchOf(n);
    let own = ownEnergy(rho, s, ion, metal);
    sum += own;
    if (pairsOnly) own += phi;
    store<f64>(g, rho, RHO);
    store<f64>(g, n, N);
    store<f64>(g, s, S);
    store<f64>(g, ion, ION);
    store<f64>(g, metal, METAL);
    store<f64>(g, own, OWN);
    store<f64>(g, 0, H);
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
  energy = overlap ? Infinity : sum;
}
