// Fields of the rigid host at a point: V_ion and V_met, summed over the carbons within the cutoff.
//
// Carbons are sorted by cell, z fastest, so that the cells of one (x, y) column that the cutoff sphere cuts are one run of
// memory (two where the run crosses the periodic face). Images are visited with an explicit shift: a box is at least two
// cutoffs wide, so only one image of an atom can lie inside the sphere and nothing is counted twice.
import { takeF, takeI, takeP } from './block';
import { axisCell, floorDiv, gap, lx, ly, lz } from './box';
import { twin } from './table';

let rows: usize = 0;
let stride: usize = 0;
let from2: f64 = 0;
let first: f64 = 0;
let cutoff2: f64 = 0;
let inverseStep: f64 = 0;
let last: i32 = 0;
let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let reachX: i32 = 0;
let reachY: i32 = 0;
let start: usize = 0;
let xs: usize = 0;
let ys: usize = 0;
let zs: usize = 0;
let kinds: usize = 0;
let saturationFrom: f64 = 0;
let saturationWidth: f64 = 0;

export let ion: f64 = 0;
export let metal: f64 = 0;

export function setupHost(): void {
  rows = takeP();
  first = takeF();
  const to = takeF();
  inverseStep = takeF();
  const count = takeI();
  last = count - 1;
  stride = (<usize>count) << 6;
  from2 = first * first;
  cutoff2 = to * to;
  nx = takeI();
  ny = takeI();
  nz = takeI();
  reachX = <i32>Math.ceil((to * nx) / lx);
  reachY = <i32>Math.ceil((to * ny) / ly);
  start = takeP();
  xs = takeP();
  ys = takeP();
  zs = takeP();
  kinds = takeP();
  saturationFrom = takeF();
  saturationWidth = takeF();
}

// Sets `ion` and `metal` at a wrapped point; false on overlap.
export function hostField(x: f64, y: f64, z: f64): bool {
  let sum = f64x2.splat(0);
  const wx = lx / nx;
  const wy = ly / ny;
  const wz = lz / nz;
  const ci = axisCell(x, lx, nx);
  const cj = axisCell(y, ly, ny);
  const cut = f64x2.splat(cutoff2);
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
      const column = ((i - mi * nx) * ny + (j - mj * ny)) * nz;
      const half = Math.sqrt(rest);
      let k = <i32>Math.floor((z - half) / wz);
      const top = <i32>Math.floor((z + half) / wz);
      while (k <= top) {
        const mk = floorDiv(k, nz);
        const end = min(top, mk * nz + nz - 1);
        const pz = f64x2.splat(z - mk * lz);
        const cells = start + ((<usize>(column - mk * nz)) << 2);
        const stop = load<i32>(cells + ((<usize>(end + 1)) << 2));
        for (let a = load<i32>(cells + ((<usize>k) << 2)); a < stop; a += 2) {
          const at = (<usize>a) << 3;
          const dx = f64x2.sub(v128.load(xs + at), px);
          const dy = f64x2.sub(v128.load(ys + at), py);
          const dz = f64x2.sub(v128.load(zs + at), pz);
          const r2 = f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz));
          const inside = i64x2.bitmask(f64x2.lt(r2, cut));
          if (inside == 0) continue;
          const r = f64x2.sqrt(r2);
          if (inside & 1) {
            if (f64x2.extract_lane(r2, 0) < from2) return false;
            const kind = <usize>load<i32>(kinds + ((<usize>a) << 2));
            sum = f64x2.add(sum, twin(rows + kind * stride, (f64x2.extract_lane(r, 0) - first) * inverseStep, last));
          }
          if (inside & 2 && a + 1 < stop) {
            if (f64x2.extract_lane(r2, 1) < from2) return false;
            const kind = <usize>load<i32>(kinds + ((<usize>(a + 1)) << 2));
            sum = f64x2.add(sum, twin(rows + kind * stride, (f64x2.extract_lane(r, 1) - first) * inverseStep, last));
          }
        }
        k = end + 1;
      }
    }
  }
  ion = f64x2.extract_lane(sum, 0);
  // src/model/saturation.ts
  const beyond = -ion - saturationFrom;
  if (beyond > 0) ion = -saturationFrom - saturationWidth * Math.log(1 + beyond / saturationWidth);
  metal = f64x2.extract_lane(sum, 1);
  return true;
}
