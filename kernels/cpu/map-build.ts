// Builds the host map: the smooth part S of the host's fields at equal knots, as coefficients of a periodic cubic B-spline.
//
//   S = S_H + (S − S_H):  S_H, smoother still, is summed on knots twice as far apart; the rest reaches only a few Å.
//
// A cubic B-spline on the wide knots is one on the narrow knots too, with coefficients by subdivision (1 6 1)/8 and (4 4)/8, and both
// parts are linear, so coefficients simply add. The prefilter (Unser 1993) runs recursively along y and z within a plane and as a sum
// over twelve planes to either side along x, so that a part of the box can be built by itself.
import { open, takeF, takeI, takeP } from './block';
import { floorDiv, gap, lx, ly, lz, setupBox } from './box';
import { twin } from './table';

/** z = √3 − 2, and how many terms of its powers count: z²⁴ is below 1e-13 */
const pole: f64 = -0.2679491924311227;
const terms = 24;
/** blocks of four planes that the prefilter along x sees to either side, and those kept */
const halo = 3;
const kept = 2 * halo + 1;

let mx: i32 = 0;
let my: i32 = 0;
let mz: i32 = 0;
let fields: i32 = 0;

// carbons in cells, and the table of the present level
let nx: i32 = 0;
let ny: i32 = 0;
let nz: i32 = 0;
let start: usize = 0;
let xs: usize = 0;
let ys: usize = 0;
let zs: usize = 0;
let kinds: usize = 0;
let rows: usize = 0;
let stride: usize = 0;
let cutoff: f64 = 0;
let inverseStep: f64 = 0;
let last: i32 = 0;

let wideRows: usize = 0;
let wideTo: f64 = 0;
let wideInverse: f64 = 0;
let wideCount: i32 = 0;
let nearRows: usize = 0;
let nearTo: f64 = 0;
let nearInverse: f64 = 0;
let nearCount: i32 = 0;

let wallRadii: usize = 0;
let wide: usize = 0;
let closed: usize = 0;
let wanted: usize = 0;
let ring: usize = 0;
let out: usize = 0;
let listX: usize = 0;
let listY: usize = 0;
let listZ: usize = 0;
let listKind: usize = 0;
let listRoom: i32 = 0;
let listCount: i32 = 0;
let scratch: usize = 0;

export function setup(pointer: usize): void {
  open(pointer);
  setupBox();
  mx = takeI();
  my = takeI();
  mz = takeI();
  fields = takeI();
  nx = takeI();
  ny = takeI();
  nz = takeI();
  start = takeP();
  xs = takeP();
  ys = takeP();
  zs = takeP();
  kinds = takeP();
  wideRows = takeP();
  wideTo = takeF();
  wideInverse = takeF();
  wideCount = takeI();
  nearRows = takeP();
  nearTo = takeF();
  nearInverse = takeF();
  nearCount = takeI();
  wallRadii = takeP();
  wide = takeP();
  closed = takeP();
  wanted = takeP();
  ring = takeP();
  out = takeP();
  listRoom = takeI();
  listX = takeP();
  listY = takeP();
  listZ = takeP();
  listKind = takeP();
  scratch = takeP();
}

// @ts-ignore: decorator
@inline
function wrapped(i: i32, n: i32): i32 {
  return i < 0 ? i + n : i >= n ? i - n : i;
}

// Lists the carbons, images shifted to where they are near, that any knot of a box of the given half edges can feel.
function list(x: f64, y: f64, z: f64, hx: f64, hy: f64, hz: f64): bool {
  const wx = lx / nx;
  const wy = ly / ny;
  const wz = lz / nz;
  const c2 = cutoff * cutoff;
  listCount = 0;
  for (let i = <i32>Math.floor((x - hx - cutoff) / wx); i <= <i32>Math.floor((x + hx + cutoff) / wx); ++i) {
    const mi = floorDiv(i, nx);
    for (let j = <i32>Math.floor((y - hy - cutoff) / wy); j <= <i32>Math.floor((y + hy + cutoff) / wy); ++j) {
      const mj = floorDiv(j, ny);
      for (let k = <i32>Math.floor((z - hz - cutoff) / wz); k <= <i32>Math.floor((z + hz + cutoff) / wz); ++k) {
        const mk = floorDiv(k, nz);
        const cell = start + (<usize>(((i - mi * nx) * ny + (j - mj * ny)) * nz + (k - mk * nz)) << 2);
        for (let a = load<i32>(cell); a < load<i32>(cell, 4); ++a) {
          const at = <usize>a << 3;
          const ax = load<f64>(xs + at) + mi * lx;
          const ay = load<f64>(ys + at) + mj * ly;
          const az = load<f64>(zs + at) + mk * lz;
          const dx = gap(ax, x - hx, 2 * hx);
          const dy = gap(ay, y - hy, 2 * hy);
          const dz = gap(az, z - hz, 2 * hz);
          if (dx * dx + dy * dy + dz * dz >= c2) continue;
          if (listCount == listRoom) return false;
          const to = <usize>listCount << 3;
          store<f64>(listX + to, ax);
          store<f64>(listY + to, ay);
          store<f64>(listZ + to, az);
          store<i32>(listKind + (<usize>listCount << 2), load<i32>(kinds + (<usize>a << 2)));
          ++listCount;
        }
      }
    }
  }
  // SIMD reads in twos
  store<f64>(listX + (<usize>listCount << 3), Infinity);
  return true;
}

// Sum over the listed carbons.
function sumAt(x: f64, y: f64, z: f64): v128 {
  let sum = f64x2.splat(0);
  const cut = f64x2.splat(cutoff * cutoff);
  const px = f64x2.splat(x);
  const py = f64x2.splat(y);
  const pz = f64x2.splat(z);
  for (let a = 0; a < listCount; a += 2) {
    const at = <usize>a << 3;
    const dx = f64x2.sub(v128.load(listX + at), px);
    const dy = f64x2.sub(v128.load(listY + at), py);
    const dz = f64x2.sub(v128.load(listZ + at), pz);
    const r2 = f64x2.add(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.mul(dz, dz));
    const inside = i64x2.bitmask(f64x2.lt(r2, cut));
    if (inside == 0) continue;
    const s = f64x2.mul(f64x2.sqrt(r2), f64x2.splat(inverseStep));
    const kind = listKind + (<usize>a << 2);
    if (inside & 1) sum = f64x2.add(sum, twin(rows + <usize>load<i32>(kind) * stride, f64x2.extract_lane(s, 0), last));
    if (inside & 2) sum = f64x2.add(sum, twin(rows + <usize>load<i32>(kind, 4) * stride, f64x2.extract_lane(s, 1), last));
  }
  return sum;
}

// Sums at the knots of four planes x = first … first + 3 of a grid; plane p of them stands at `to` + p·bytes. False: the list is full.
function sample(first: i32, gx: i32, gy: i32, gz: i32, to: usize, bytes: usize): bool {
  const hx = lx / gx;
  const hy = ly / gy;
  const hz = lz / gz;
  const planes = min(4, gx - first);
  for (let j = 0; j < gy; j += 4) {
    const rowsHere = min(4, gy - j);
    for (let k = 0; k < gz; k += 4) {
      const knots = min(4, gz - k);
      const ex = 0.5 * (planes - 1) * hx;
      const ey = 0.5 * (rowsHere - 1) * hy;
      const ez = 0.5 * (knots - 1) * hz;
      if (!list(first * hx + ex, j * hy + ey, k * hz + ez, ex, ey, ez)) return false;
      for (let a = 0; a < planes; ++a) {
        for (let b = 0; b < rowsHere; ++b) {
          const row = to + <usize>a * bytes + (<usize>((j + b) * gz + k) << 3);
          for (let c = 0; c < knots; ++c) {
            const v = sumAt((first + a) * hx, (j + b) * hy, (k + c) * hz);
            store<f32>(row + (<usize>c << 3), <f32>f64x2.extract_lane(v, 0));
            store<f32>(row + (<usize>c << 3), <f32>f64x2.extract_lane(v, 1), 4);
          }
        }
      }
    }
  }
  return true;
}

// The recursive prefilter along one periodic line of (ion, metal) pairs in place: `n` knots `step` bytes apart.
function filter(at: usize, n: i32, step: usize): void {
  let c = f64x2.splat(0);
  const p = f64x2.splat(pole);
  for (let k = terms; k > 0; --k) {
    const i = ((n - k) % n + n) % n;
    c = f64x2.mul(p, f64x2.add(c, pair(at + <usize>i * step)));
  }
  for (let i = 0; i < n; ++i) {
    c = f64x2.add(pair(at + <usize>i * step), c);
    v128.store(scratch + (<usize>i << 4), c);
    c = f64x2.mul(p, c);
  }
  // c⁻ of the last knot: −Σ_k z^(k+1) c⁺ of knot n − 1 + k
  let d = f64x2.splat(0);
  for (let k = terms; k >= 0; --k) {
    d = f64x2.mul(p, f64x2.sub(d, v128.load(scratch + (<usize>((n - 1 + k) % n) << 4))));
  }
  for (let i = n - 1; i >= 0; --i) {
    if (i < n - 1) d = f64x2.mul(p, f64x2.sub(d, v128.load(scratch + (<usize>i << 4))));
    const to = at + <usize>i * step;
    store<f32>(to, <f32>(6 * f64x2.extract_lane(d, 0)));
    store<f32>(to, <f32>(6 * f64x2.extract_lane(d, 1)), 4);
  }
}

// @ts-ignore: decorator
@inline
function pair(at: usize): v128 {
  return f64x2.replace_lane(f64x2.splat(<f64>load<f32>(at)), 1, <f64>load<f32>(at, 4));
}

function choose(near: bool): void {
  rows = near ? nearRows : wideRows;
  cutoff = near ? nearTo : wideTo;
  inverseStep = near ? nearInverse : wideInverse;
  last = (near ? nearCount : wideCount) - 1;
  stride = (<usize>(last + 1)) << 6;
}

/** Sums the wide knots of four planes. 0: the list of carbons is full. */
export function sampleWide(first: i32): i32 {
  choose(false);
  const bytes = (<usize>((my >> 1) * (mz >> 1))) << 3;
  return sample(first, mx >> 1, my >> 1, mz >> 1, wide + <usize>first * bytes, bytes) ? 1 : 0;
}

/** Turns the sums on wide knots into coefficients. */
export function filterWide(): void {
  const gx = mx >> 1;
  const gy = my >> 1;
  const gz = mz >> 1;
  const row = <usize>gz << 3;
  const plane = <usize>gy * row;
  for (let i = 0; i < gx; ++i) {
    for (let j = 0; j < gy; ++j) filter(wide + <usize>i * plane + <usize>j * row, gz, 8);
    for (let k = 0; k < gz; ++k) filter(wide + <usize>i * plane + (<usize>k << 3), gy, row);
  }
  for (let j = 0; j < gy; ++j) {
    for (let k = 0; k < gz; ++k) filter(wide + <usize>j * row + (<usize>k << 3), gx, plane);
  }
}

/** Marks the blocks that a cell needs in which a guest finds room, of all the box; returns how many. */
export function mark(): i32 {
  const hx = lx / mx;
  const hy = ly / my;
  const hz = lz / mz;
  const cells = <usize>mx * <usize>my * <usize>mz;
  memory.fill(closed, 0, cells);
  const count = load<i32>(start + (<usize>(nx * ny * nz) << 2));
  for (let a = 0; a < count; ++a) {
    const radius = load<f64>(wallRadii + (<usize>load<i32>(kinds + (<usize>a << 2)) << 3));
    const x = load<f64>(xs + (<usize>a << 3)) / hx - 0.5;
    const y = load<f64>(ys + (<usize>a << 3)) / hy - 0.5;
    const z = load<f64>(zs + (<usize>a << 3)) / hz - 0.5;
    for (let i = <i32>Math.ceil(x - radius / hx); i <= <i32>Math.floor(x + radius / hx); ++i) {
      const dx = (i - x) * hx;
      for (let j = <i32>Math.ceil(y - radius / hy); j <= <i32>Math.floor(y + radius / hy); ++j) {
        const dy = (j - y) * hy;
        const rest = radius * radius - dx * dx - dy * dy;
        if (rest <= 0) continue;
        const half = Math.sqrt(rest) / hz;
        const row = closed + (<usize>wrapped(i, mx) * <usize>my + <usize>wrapped(j, my)) * <usize>mz;
        for (let k = <i32>Math.ceil(z - half); k <= <i32>Math.floor(z + half); ++k) {
          store<u8>(row + <usize>wrapped(k, mz), 1);
        }
      }
    }
  }
  const by = my >> 2;
  const bz = mz >> 3;
  memory.fill(wanted, 0, <usize>((mx >> 2) * by * bz));
  for (let i = 0; i < mx; ++i) {
    const i0 = wrapped(i - 1, mx) >> 2;
    const i1 = wrapped(i + 2, mx) >> 2;
    for (let j = 0; j < my; ++j) {
      const j0 = wrapped(j - 1, my) >> 2;
      const j1 = wrapped(j + 2, my) >> 2;
      const row = closed + (<usize>i * <usize>my + <usize>j) * <usize>mz;
      for (let b = 0; b < bz; ++b) {
        // eight cells in one look
        if (load<u64>(row + (<usize>b << 3)) == 0x0101010101010101) continue;
        store<u8>(wanted + <usize>((i0 * by + j0) * bz + b), 1);
        store<u8>(wanted + <usize>((i0 * by + j1) * bz + b), 1);
        store<u8>(wanted + <usize>((i1 * by + j0) * bz + b), 1);
        store<u8>(wanted + <usize>((i1 * by + j1) * bz + b), 1);
      }
    }
  }
  let blocks = 0;
  for (let b: usize = 0; b < <usize>((mx >> 2) * by * bz); ++b) blocks += load<u8>(wanted + b);
  return blocks;
}

/** Sums four planes of knots, block plane `b` (any integer, periodic), and filters them along y and z. 0: the list is full. */
export function plane(b: i32): i32 {
  choose(true);
  const n = mx >> 2;
  const bytes = (<usize>(my * mz)) << 3;
  const slot = ((b % kept) + kept) % kept;
  const to = ring + <usize>(4 * slot) * bytes;
  if (!sample(4 * (((b % n) + n) % n), mx, my, mz, to, bytes)) return 0;
  const row = <usize>mz << 3;
  for (let a: usize = 0; a < 4; ++a) {
    for (let j = 0; j < my; ++j) filter(to + a * bytes + <usize>j * row, mz, 8);
    for (let k = 0; k < mz; ++k) filter(to + a * bytes + (<usize>k << 3), my, row);
  }
  return 1;
}

// Σ of the coefficients on wide knots that make up the one at knot (i, j, k)
function subdivided(i: i32, j: i32, k: i32): v128 {
  const gx = mx >> 1;
  const gy = my >> 1;
  const gz = mz >> 1;
  let sum = f64x2.splat(0);
  const ox = i & 1 ? 0 : -1;
  const oy = j & 1 ? 0 : -1;
  const oz = k & 1 ? 0 : -1;
  for (let a = ox; a <= 1; ++a) {
    const wx = i & 1 ? 0.5 : a == 0 ? 0.75 : 0.125;
    const plane = wide + <usize>wrapped((i >> 1) + a, gx) * (<usize>(gy * gz) << 3);
    for (let b = oy; b <= 1; ++b) {
      const wxy = wx * (j & 1 ? 0.5 : b == 0 ? 0.75 : 0.125);
      const row = plane + (<usize>(wrapped((j >> 1) + b, gy) * gz) << 3);
      for (let c = oz; c <= 1; ++c) {
        const w = wxy * (k & 1 ? 0.5 : c == 0 ? 0.75 : 0.125);
        sum = f64x2.add(sum, f64x2.mul(f64x2.splat(w), pair(row + (<usize>wrapped((k >> 1) + c, gz) << 3))));
      }
    }
  }
  return sum;
}

/** Writes the coefficients of the wanted blocks of block plane `b` to `out`, in their order; planes b − 3 … b + 3 are there. */
export function emit(b: i32): i32 {
  const by = my >> 2;
  const bz = mz >> 3;
  const bytes = (<usize>(my * mz)) << 3;
  let to = out;
  let blocks = 0;
  for (let j = 0; j < by; ++j) {
    for (let k = 0; k < bz; ++k) {
      if (load<u8>(wanted + <usize>((b * by + j) * bz + k)) == 0) continue;
      ++blocks;
      for (let a = 0; a < 4; ++a) {
        for (let c = 0; c < 4; ++c) {
          for (let d = -1; d < 10; ++d) {
            const kz = wrapped(8 * k + d, mz);
            const at = ring + (<usize>((4 * j + c) * mz + kz) << 3);
            let w = Math.sqrt(3);
            let sum = f64x2.mul(f64x2.splat(w), pair(at + planeSlot(4 * b + a) * bytes));
            for (let h = 1; h <= 4 * halo; ++h) {
              w *= pole;
              const both = f64x2.add(pair(at + planeSlot(4 * b + a - h) * bytes), pair(at + planeSlot(4 * b + a + h) * bytes));
              sum = f64x2.add(sum, f64x2.mul(f64x2.splat(w), both));
            }
            sum = f64x2.add(sum, subdivided(4 * b + a, 4 * j + c, kz));
            store<f32>(to, <f32>f64x2.extract_lane(sum, 0));
            to += 4;
            if (fields == 2) {
              store<f32>(to, <f32>f64x2.extract_lane(sum, 1));
              to += 4;
            }
          }
        }
      }
    }
  }
  return blocks;
}

// place in the ring of plane i, counted from block plane b's own numbers
// @ts-ignore: decorator
@inline
function planeSlot(i: i32): usize {
  const b = i >> 2;
  return <usize>((((b % kept) + kept) % kept) * 4 + (i & 3));
}
