// The grand-canonical chain: n trials without leaving WebAssembly. Moves, random words and acceptance are those of
// src/engine/reference.ts and src/engine/moves; the conformance test compares them decision by decision.
import { open, takeF, takeI, takeP } from './block';
import { lx, ly, lz, setupBox, wrap } from './box';
import * as cavity from './cavity';
import { setupCavity } from './cavity';
import * as drive from './drive';
import { activity, driven, setupDrive, visit } from './drive';
import * as guests from './guests';
import { hostField, ion, metal, setupHost } from './host';
import { philox, uniform, uniform53, w0, w1, w2, w3 } from './philox';
import * as trials from './trial';
import { setupTrial } from './trial';

let beta: f64 = 0;
let thresholdDisplace: f64 = 0;
let thresholdInsert: f64 = 0;
let thresholdDelete: f64 = 0;
let key0: u32 = 0;
let key1: u32 = 0;
let stream: u32 = 0;
let trial: u64 = 0;
let tally: usize = 0;
// the first guests are fixed: they are felt, and never chosen
let fixed: i32 = 0;
// [voxels] 1 where guests may be; 0: everywhere
let region: usize = 0;

export let lnActivity: f64 = 0;
export let displacement: f64 = 0.5;

export function setLnActivity(value: f64): void {
  lnActivity = value;
}

/** 1/kT, 1/eV */
export function setBeta(value: f64): void {
  beta = value;
}

export function setDisplacement(value: f64): void {
  displacement = value;
}

/** Reads the parameter block and empties the box. */
export function setup(pointer: usize): void {
  open(pointer);
  setupBox();
  thresholdDisplace = takeF();
  thresholdInsert = takeF();
  thresholdDelete = takeF();
  key0 = <u32>takeF();
  key1 = <u32>takeF();
  stream = <u32>takeF();
  trial = <u64>takeF();
  tally = takeP();
  setupHost();
  setupTrial();
  setupCavity();
  setupDrive();
  fixed = takeI();
  region = takeP();
}

/** Adds a guest; 0 when there is no room for it. */
export function place(x: f64, y: f64, z: f64): i32 {
  const wx = wrap(x, lx);
  const wy = wrap(y, ly);
  const wz = wrap(z, lz);
  if (!guests.place(wx, wy, wz)) return 0;
  cavity.block(cavity.voxelOf(wx, wy, wz));
  return 1;
}

/** Guests and cells were written from outside, fields and all: their number, and the energy they sum up to. */
export function restore(n: i32, sum: f64): void {
  guests.restore(n);
  trials.restore(sum);
}

export function refresh(): void {
  trials.refresh();
}

export function setDrive(from: i32, to: i32): void {
  drive.setDrive(from, to);
}

export function overfull(): bool {
  return cavity.overfull;
}

export function count(): i32 {
  return guests.count;
}

export function energy(): f64 {
  return trials.energy;
}

export function fieldIon(x: f64, y: f64, z: f64): f64 {
  return hostField(wrap(x, lx), wrap(y, ly), wrap(z, lz)) ? ion : Infinity;
}

export function fieldMetal(): f64 {
  return metal;
}

export function trialEnergy(out: i32, comes: i32, x: f64, y: f64, z: f64): f64 {
  return trials.propose(out, comes != 0, wrap(x, lx), wrap(y, ly), wrap(z, lz));
}

// counters: 4 attempted, 4 accepted
// @ts-ignore: decorator
@inline
function count1(k: i32): void {
  const at = tally + (<usize>k << 3);
  store<f64>(at, load<f64>(at) + 1);
}

/** Runs up to n trials; returns how many were done: fewer when an array is full and must grow first. */
export function advance(n: i32): i32 {
  for (let done = 0; done < n; ++done) {
    if (!step()) return done;
    ++trial;
    if (driven) visit(guests.count - fixed, trials.energy);
  }
  return n;
}

function step(): bool {
  philox(<u32>trial, <u32>(trial >> 32), 0, stream, key0, key1);
  const move = uniform(w0);
  const which = uniform(w1);
  const ux = uniform(w2);
  const uy = uniform(w3);
  philox(<u32>trial, <u32>(trial >> 32), 1, stream, key0, key1);
  const uz = uniform(w0);
  const accept = uniform(w1);
  const where = uniform53(w2, w3);

  const n = guests.count - fixed;
  let kind = 0;
  let out = -1;
  let comes = true;
  let x: f64 = 0;
  let y: f64 = 0;
  let z: f64 = 0;
  let leaves = -1;
  let enters = -1;
  let bias: f64 = 0;
  let free: f64 = 0;
  if (move < thresholdDisplace) {
    if (n == 0) return reject(0);
    out = fixed + <i32>(which * n);
    const gx = guests.guestX(out);
    const gy = guests.guestY(out);
    const gz = guests.guestZ(out);
    x = wrap(gx + displacement * (2 * ux - 1), lx);
    y = wrap(gy + displacement * (2 * uy - 1), ly);
    z = wrap(gz + displacement * (2 * uz - 1), lz);
    leaves = cavity.voxelOf(gx, gy, gz);
    enters = cavity.voxelOf(x, y, z);
    if (region != 0 && load<u8>(region + <usize>enters) == 0) return reject(0);
    if (!cavity.mayEnter(enters)) return reject(0);
  } else if (move < thresholdInsert) {
    kind = 1;
    enters = cavity.pick(where);
    if (enters < 0) {
      if (driven) drive.triedUp(n, 0);
      return reject(1);
    }
    if (guests.count == guests.capacity && !(driven && n == drive.most)) return false;
    x = cavity.voxelX(enters, ux);
    y = cavity.voxelY(enters, uy);
    z = cavity.voxelZ(enters, uz);
    free = Math.log(((cavity.weight / cavity.weightAt(enters)) * cavity.voxelVolume) / <f64>(n + 1));
    bias = free + (driven ? (n < drive.most ? activity(n) : -Infinity) : lnActivity);
  } else if (move < thresholdDelete) {
    kind = 2;
    if (n == 0) {
      if (driven) drive.triedDown(n, 0);
      return reject(2);
    }
    comes = false;
    out = fixed + <i32>(which * n);
    leaves = cavity.voxelOf(guests.guestX(out), guests.guestY(out), guests.guestZ(out));
    if (!cavity.aloneIn(leaves)) {
      if (driven) drive.triedDown(n, 0);
      return reject(2);
    }
  } else {
    kind = 3;
    if (n == 0) return reject(3);
    out = fixed + <i32>(which * n);
    leaves = cavity.voxelOf(guests.guestX(out), guests.guestY(out), guests.guestZ(out));
    if (!cavity.aloneIn(leaves)) return reject(3);
    enters = cavity.pick(where);
    if (enters < 0) return reject(3);
    x = cavity.voxelX(enters, ux);
    y = cavity.voxelY(enters, uy);
    z = cavity.voxelZ(enters, uz);
  }
  const delta = trials.propose(out, comes, x, y, z);
  if (driven && kind == 1) {
    // a trial that finds an array full is run again: it counts then
    if (delta < Infinity && n < drive.most && !guests.cellHasRoom(x, y, z)) return false;
    drive.triedUp(n, delta < Infinity ? min(1.0, Math.exp(lnActivity + free - beta * delta)) : 0);
  }
  if (delta == Infinity) return reject(kind);
  const logU = Math.log(accept) + beta * delta;
  // What is free after a deletion or teleport is known once the cavity list has made the move; that costs as much as an energy, so it
  // waits until the energy allows the move. Leaving frees at least the guest's own voxel, coming blocks at most a sphere of the heaviest.
  if (kind == 2) {
    const own = cavity.weightAt(leaves);
    const freed = cavity.blocks ? own : 0;
    const perWeight = (<f64>n * own) / cavity.voxelVolume;
    if (!driven && logU >= -lnActivity + Math.log(perWeight / (cavity.weight + freed))) return reject(2);
    cavity.unblock(leaves);
    free = Math.log(perWeight / cavity.weight);
    bias = free - lnActivity;
    if (driven) {
      drive.triedDown(n, min(1.0, Math.exp(bias - beta * delta)));
      bias = n > drive.least ? free - activity(n - 1) : -Infinity;
    }
  } else if (kind == 3) {
    const ratio = (cavity.weightAt(leaves) * cavity.weight) / cavity.weightAt(enters);
    const least = cavity.weight + (cavity.blocks ? cavity.weightAt(leaves) : 0) - cavity.heaviestSphere;
    if (least > 0 && logU >= Math.log(ratio / least)) return reject(3);
    cavity.move(leaves, enters);
    bias = Math.log(ratio / cavity.weight);
  }
  const accepted = logU < bias;
  const roomy = !accepted || !comes || guests.cellHasRoom(x, y, z);
  if (!accepted || !roomy) {
    if (kind == 2) cavity.block(leaves);
    else if (kind == 3) cavity.move(enters, leaves);
    return roomy ? reject(kind) : false;
  }
  count1(kind);
  count1(kind + 4);
  if (kind == 0 && leaves != enters) cavity.move(leaves, enters);
  else if (kind == 1) cavity.block(enters);
  trials.apply(out, comes, delta);
  return true;
}

function reject(kind: i32): bool {
  count1(kind);
  return true;
}
