// Fields of the rigid host at a point: V_ion and V_met, summed over the carbons within the cutoff, or from a map.
//
// Carbons are sorted by cell, z fastest, so that the cells of one (x, y) column that the cutoff sphere cuts are one run of
// memory (two where the run crosses the periodic face). Images are visited with an explicit shift: a box is at least two
// cutoffs wide, so only one image of an atom can lie inside the sphere and nothing is counted twice.
//
// With a map V = S + Σ D: S is read from it, D reaches some 3 Å and is summed by the same loop over cells as narrow. Where the
// map has no block the exact sum takes its place.
import { takeF, takeI, takeP } from './block';
import { axisCell, gap, lx, ly, lz, singleMargin, turn } from './box';
import { pack } from './pack';
import { twin } from './table';

// @ts-ignore: decorator
@external('map', 'read')
declare function readMap(x: f64, y: f64, z: f64): v128;

/** Carbons in cells with the tables of one sum over them; its f64 words stand in the memory of this module. */
class Carbons {
  rows: usize = 0;
  stride: usize = 0;
  first: f64 = 0;
  from2: f64 = 0;
  cutoff2: f64 = 0;
  inverseStep: f64 = 0;
  last: i32 = 0;
  nx: i32 = 0;
  ny: i32 = 0;
  nz: i32 = 0;
  wx: f64 = 0;
  wy: f64 = 0;
  inverseWz: f64 = 0;
  reachX: i32 = 0;
  reachY: i32 = 0;
  start: usize = 0;
  xs: usize = 0;
  ys: usize = 0;
  zs: usize = 0;
  kinds: usize = 0;
  // x, y, z as f32, and the f32 cutoff² with its margin
  singleX: usize = 0;
  singleY: usize = 0;
  singleZ: usize = 0;
  cut: f32 = 0;
}

const all = new Carbons();
const near = new Carbons();
let mapped: bool = false;
let saturationFrom: f64 = 0;
let saturationWidth: f64 = 0;

// addresses in `xs` of carbons that may be within the cutoff
let candidates: usize = 0;
// (V_ion, V_met) summed so far
let total: v128 = f64x2.splat(0);

export let ion: f64 = 0;
export let metal: f64 = 0;

function take(c: Carbons): void {
  c.rows = takeP();
  c.first = takeF();
  const to = takeF();
  c.inverseStep = takeF();
  const count = takeI();
  c.last = count - 1;
  c.stride = (<usize>count) << 6;
  c.from2 = c.first * c.first;
  c.cutoff2 = to * to;
  c.nx = takeI();
  c.ny = takeI();
  c.nz = takeI();
  c.wx = lx / c.nx;
  c.wy = ly / c.ny;
  c.inverseWz = c.nz / lz;
  c.reachX = <i32>Math.ceil((to * c.nx) / lx);
  c.reachY = <i32>Math.ceil((to * c.ny) / ly);
  c.start = takeP();
  c.xs = takeP();
  c.ys = takeP();
  c.zs = takeP();
  c.kinds = takeP();
  c.singleX = takeP();
  c.singleY = takeP();
  c.singleZ = takeP();
  c.cut = <f32>(c.cutoff2 + singleMargin(to));
}

export function setupHost(): void {
  candidates = takeP();
  take(all);
  saturationFrom = takeF();
  saturationWidth = takeF();
  mapped = takeI() != 0;
  if (mapped) take(near);
}

// Sums (V_ion, V_met) of carbons at a wrapped point into `ion` and `metal`; false on overlap. Four carbons are looked at per SIMD
// instruction in f32, with a margin, and those near enough listed without a branch; `add` measures them in f64. One list holds carbons
// of one image of the box.
function sum(c: Carbons, x: f64, y: f64, z: f64): bool {
  const nx = c.nx;
  const ny = c.ny;
  const nz = c.nz;
  const wx = c.wx;
  const wy = c.wy;
  const cutoff2 = c.cutoff2;
  const xs = c.singleX;
  const ys = c.singleY;
  const zs = c.singleZ;
  const cut = f32x4.splat(c.cut);
  const ci = axisCell(x, lx, nx);
  const cj = axisCell(y, ly, ny);
  const reachX = c.reachX;
  const reachY = c.reachY;
  const inverseWz = c.inverseWz;
  const start = c.start;
  total = f64x2.splat(0);
  let list = candidates;
  let shiftX: i32 = 0;
  let shiftY: i32 = 0;
  let shiftZ: i32 = 0;
  for (let i = ci - reachX; i <= ci + reachX; ++i) {
    const gx = gap(x, i * wx, wx);
    const left = cutoff2 - gx * gx;
    if (left <= 0) continue;
    const ti = turn(i, nx);
    const px = f32x4.splat(<f32>(x - ti * lx));
    const line = (i - ti * nx) * ny;
    for (let j = cj - reachY; j <= cj + reachY; ++j) {
      const gy = gap(y, j * wy, wy);
      const rest = left - gy * gy;
      if (rest <= 0) continue;
      const tj = turn(j, ny);
      const py = f32x4.splat(<f32>(y - tj * ly));
      const column = (line + (j - tj * ny)) * nz;
      const half = Math.sqrt(rest);
      let k = <i32>Math.floor((z - half) * inverseWz);
      const top = <i32>Math.floor((z + half) * inverseWz);
      while (k <= top) {
        const tk = turn(k, nz);
        const end = min(top, tk * nz + nz - 1);
        if (ti != shiftX || tj != shiftY || tk != shiftZ) {
          if (!add(c, x - shiftX * lx, y - shiftY * ly, z - shiftZ * lz, list)) return false;
          list = candidates;
          shiftX = ti;
          shiftY = tj;
          shiftZ = tk;
        }
        const pz = f32x4.splat(<f32>(z - tk * lz));
        const cells = start + ((<usize>(column - tk * nz)) << 2);
        const stop = load<i32>(cells + ((<usize>(end + 1)) << 2));
        let a = load<i32>(cells + ((<usize>k) << 2));
        let four = i32x4.add(i32x4.splat(a << 3), i32x4(0, 8, 16, 24));
        for (; a < stop; a += 4) {
          const at = (<usize>a) << 2;
          const dx = f32x4.sub(v128.load(xs + at), px);
          const dy = f32x4.sub(v128.load(ys + at), py);
          const dz = f32x4.sub(v128.load(zs + at), pz);
          const r2 = f32x4.add(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)), f32x4.mul(dz, dz));
          list = pack(list, four, i32x4.bitmask(f32x4.lt(r2, cut)) & ((1 << min(4, stop - a)) - 1));
          four = i32x4.add(four, i32x4.splat(32));
        }
        k = end + 1;
      }
    }
  }
  if (!add(c, x - shiftX * lx, y - shiftY * ly, z - shiftZ * lz, list)) return false;
  ion = f64x2.extract_lane(total, 0);
  metal = f64x2.extract_lane(total, 1);
  return true;
}

// Adds the listed carbons to `total`, distances two at a time; false when one overlaps.
function add(c: Carbons, x: f64, y: f64, z: f64, end: usize): bool {
  const xs = c.xs;
  const ys = c.ys;
  const zs = c.zs;
  const kinds = c.kinds;
  const rows = c.rows;
  const stride = c.stride;
  const first = c.first;
  const from2 = c.from2;
  const cutoff2 = c.cutoff2;
  const inverseStep = c.inverseStep;
  const last = c.last;
  const px = f64x2.splat(x);
  const py = f64x2.splat(y);
  const pz = f64x2.splat(z);
  let sum = total;
  // an odd one is measured beside the first, and left out
  store<i32>(end, load<i32>(candidates));
  for (let list = candidates; list < end; list += 8) {
    const one = <usize>load<i32>(list);
    const two = <usize>load<i32>(list, 4);
    const dx = f64x2.sub(v128.load64_lane(xs + two, v128.load64_zero(xs + one), 1), px);
    const dy = f64x2.sub(v128.load64_lane(ys + two, v128.load64_zero(ys + one), 1), py);
    const dz = f64x2.sub(v128.load64_lane(zs + two, v128.load64_zero(zs + one), 1), pz);
    const r2 = f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz));
    const s = f64x2.mul(f64x2.sub(f64x2.sqrt(r2), f64x2.splat(first)), f64x2.splat(inverseStep));
    if (f64x2.extract_lane(r2, 0) < cutoff2) {
      if (f64x2.extract_lane(r2, 0) < from2) return false;
      sum = f64x2.add(sum, twin(rows + <usize>load<i32>(kinds + (one >> 1)) * stride, f64x2.extract_lane(s, 0), last));
    }
    if (f64x2.extract_lane(r2, 1) < cutoff2 && list + 4 < end) {
      if (f64x2.extract_lane(r2, 1) < from2) return false;
      sum = f64x2.add(sum, twin(rows + <usize>load<i32>(kinds + (two >> 1)) * stride, f64x2.extract_lane(s, 1), last));
    }
  }
  total = sum;
  return true;
}

// Sets `ion` and `metal` at a wrapped point; false on overlap.
export function hostField(x: f64, y: f64, z: f64): bool {
  if (mapped) {
    if (!sum(near, x, y, z)) return false;
    const smooth = readMap(x, y, z);
    if (f64x2.extract_lane(smooth, 0) < Infinity) {
      ion += f64x2.extract_lane(smooth, 0);
      metal += f64x2.extract_lane(smooth, 1);
      saturate();
      return true;
    }
  }
  if (!sum(all, x, y, z)) return false;
  saturate();
  return true;
}

// src/model/saturation.ts
function saturate(): void {
  const beyond = -ion - saturationFrom;
  if (beyond > 0) ion = -saturationFrom - saturationWidth * Math.log(1 + beyond / saturationWidth);
}
