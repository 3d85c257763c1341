// What happens around the terms at every step: positions to sorted rows and ghosts, forces of all workers and ghosts back to
// the order of the input. Both walk slices, so that workers share them.
import { open, takeF, takeI, takeP } from '../block';
import { all, n, rows } from './system';

// [N] rows of the input order: where atoms are, where they were when neighbours were listed, what forces come out
let positions: usize = 0;
let listed: usize = 0;
let output: usize = 0;
// [all] rows of four i32: lattice vector of the image, place in the input
let images: usize = 0;
// [n + 1] first ghost of an atom in `ghosts`: sorted indices grouped by owner
let ghostFirst: usize = 0;
let ghosts: usize = 0;
// force rows of all workers, one array after the other
let every: usize = 0;
let workers: i32 = 0;
// bytes from one worker's forces to the next
let stride: usize = 0;
// f64 words: cell matrix (9), map from the listed cell to this one (9)
let cell: usize = 0;
// f64 by species of the input: the kind that kernels know it by
let kinds: usize = 0;

export function step(block: usize): void {
  open(block);
  positions = takeP();
  listed = takeP();
  output = takeP();
  images = takeP();
  ghostFirst = takeP();
  ghosts = takeP();
  every = takeP();
  workers = takeI();
  stride = takeP();
  cell = takeP();
  kinds = takeP();
}

// Rows begin … end − 1 from positions; returns the largest squared displacement since listing, the cell's own change taken out.
export function gather(begin: i32, end: i32): f64 {
  let largest: f64 = 0;
  const ax = load<f64>(cell);
  const ay = load<f64>(cell, 8);
  const az = load<f64>(cell, 16);
  const bx = load<f64>(cell, 24);
  const by = load<f64>(cell, 32);
  const bz = load<f64>(cell, 40);
  const cx = load<f64>(cell, 48);
  const cy = load<f64>(cell, 56);
  const cz = load<f64>(cell, 64);
  for (let p = begin; p < end; ++p) {
    const image = images + ((<usize>p) << 4);
    const a = <f64>load<i32>(image);
    const b = <f64>load<i32>(image, 4);
    const c = <f64>load<i32>(image, 8);
    const from = (<usize>load<i32>(image, 12)) << 5;
    const x = load<f64>(positions + from);
    const y = load<f64>(positions + from, 8);
    const z = load<f64>(positions + from, 16);
    const row = rows + ((<usize>p) << 5);
    store<f64>(row, x + a * ax + b * bx + c * cx);
    store<f64>(row, y + a * ay + b * by + c * cy, 8);
    store<f64>(row, z + a * az + b * bz + c * cz, 16);
    store<f64>(row, load<f64>(kinds + ((<usize>load<f64>(positions + from, 24)) << 3)), 24);
    if (p < n) {
      const u = load<f64>(listed + from);
      const v = load<f64>(listed + from, 8);
      const w = load<f64>(listed + from, 16);
      const dx = x - (u * load<f64>(cell, 72) + v * load<f64>(cell, 96) + w * load<f64>(cell, 120));
      const dy = y - (u * load<f64>(cell, 80) + v * load<f64>(cell, 104) + w * load<f64>(cell, 128));
      const dz = z - (u * load<f64>(cell, 88) + v * load<f64>(cell, 112) + w * load<f64>(cell, 136));
      const d2 = dx * dx + dy * dy + dz * dz;
      // also true for a displacement that is not a number
      if (!(d2 <= largest)) largest = d2;
    }
  }
  return largest;
}

// Forces and energies of atoms begin … end − 1, ghosts folded in; `sums` takes the energy and the virial Σ f ⊗ r (10 f64).
export function fold(begin: i32, end: i32, sums: usize): void {
  let energy: f64 = 0;
  let xx: f64 = 0;
  let xy: f64 = 0;
  let xz: f64 = 0;
  let yx: f64 = 0;
  let yy: f64 = 0;
  let yz: f64 = 0;
  let zx: f64 = 0;
  let zy: f64 = 0;
  let zz: f64 = 0;
  for (let i = begin; i < end; ++i) {
    let f0: f64 = 0;
    let f1: f64 = 0;
    let f2: f64 = 0;
    let u: f64 = 0;
    const last = load<i32>(ghostFirst + ((<usize>(i + 1)) << 2));
    let g = load<i32>(ghostFirst + ((<usize>i) << 2));
    let p = i;
    for (;;) {
      const at = (<usize>p) << 5;
      let fx: f64 = 0;
      let fy: f64 = 0;
      let fz: f64 = 0;
      for (let w = 0; w < workers; ++w) {
        const force = every + (<usize>w) * stride + at;
        fx += load<f64>(force);
        fy += load<f64>(force, 8);
        fz += load<f64>(force, 16);
        u += load<f64>(force, 24);
      }
      const x = load<f64>(rows + at);
      const y = load<f64>(rows + at, 8);
      const z = load<f64>(rows + at, 16);
      xx += fx * x;
      xy += fx * y;
      xz += fx * z;
      yx += fy * x;
      yy += fy * y;
      yz += fy * z;
      zx += fz * x;
      zy += fz * y;
      zz += fz * z;
      f0 += fx;
      f1 += fy;
      f2 += fz;
      if (g == last) break;
      p = load<i32>(ghosts + ((<usize>g) << 2));
      ++g;
    }
    const row = output + ((<usize>load<i32>(images + ((<usize>i) << 4), 12)) << 5);
    store<f64>(row, f0);
    store<f64>(row, f1, 8);
    store<f64>(row, f2, 16);
    store<f64>(row, u, 24);
    energy += u;
  }
  store<f64>(sums, energy);
  store<f64>(sums, xx, 8);
  store<f64>(sums, xy, 16);
  store<f64>(sums, xz, 24);
  store<f64>(sums, yx, 32);
  store<f64>(sums, yy, 40);
  store<f64>(sums, yz, 48);
  store<f64>(sums, zx, 56);
  store<f64>(sums, zy, 64);
  store<f64>(sums, zz, 72);
}

// Adds up one f64 per row over workers and ghosts, in the same order as `fold`: field of `words` numbers per row, number `k`.
// @ts-ignore: decorator
@inline
export function total(field: usize, fieldStride: usize, words: usize, k: usize, i: i32): f64 {
  let sum: f64 = 0;
  const end = load<i32>(ghostFirst + ((<usize>(i + 1)) << 2));
  let p = i;
  for (let g = load<i32>(ghostFirst + ((<usize>i) << 2)); g <= end; ++g) {
    const at = field + (((<usize>p) * words + k) << 3);
    for (let w = 0; w < workers; ++w) sum += load<f64>(at + (<usize>w) * fieldStride);
    // the place behind the last ghost is the next atom's first, or padding
    p = load<i32>(ghosts + ((<usize>g) << 2));
  }
  return sum;
}

// Writes one f64 to an atom and all its ghosts.
// @ts-ignore: decorator
@inline
export function spread(field: usize, words: usize, k: usize, i: i32, value: f64): void {
  store<f64>(field + (((<usize>i) * words + k) << 3), value);
  const last = load<i32>(ghostFirst + ((<usize>(i + 1)) << 2));
  for (let g = load<i32>(ghostFirst + ((<usize>i) << 2)); g < last; ++g) {
    const p = <usize>load<i32>(ghosts + ((<usize>g) << 2));
    store<f64>(field + ((p * words + k) << 3), value);
  }
}
