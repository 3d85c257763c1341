// The embedded form without its charge switch: U = Σ φ + Σ F(ρ_i), ρ_i = Σ f, over a half list, in three passes:
// densities (each worker its own), F and F' of the totals, forces with φ' + F'_i f'_ij + F'_j f'_ji.
import { takeI, takeP } from '../block';
import {
  atTables,
  inverseSteps,
  knotOf,
  maskOf,
  place0,
  place1,
  rowsAt,
  shiftOf,
  size,
  slopeAt,
  stepsTo,
  valueAt,
  within,
} from './lookup';
import { atJ, atPair, atR2, atX, atY, atZ, near } from './near';
import { lanes, pull, push } from './push';
import { spread, total } from './step';
import { all, forces, openTerm, rows, scratch } from './system';

// tables: φ, f_ab, f_ba
const atPhi: usize = atTables;
const atOwn: usize = atTables + 4;
const atOther: usize = atTables + 8;

// [all] of this worker: ρ; [all] of all workers: F'
let density: usize = 0;
let slopes: usize = 0;
let densityStride: usize = 0;
let every: usize = 0;
let species: i32 = 0;
let pairs: usize = 0;
// of the tables by r²; 0: tables by distance
let bits: i32 = 0;
// [species] descriptors of F, 32 bytes: kind (0 none, 1 log, 2 linear) i32, segment bits or last row i32, rows i32, –, then
// smallest argument or 1/step f64, largest argument or – f64
let embeddings: usize = 0;

function setup(block: usize, worker: i32): void {
  openTerm(block);
  species = takeI();
  pairs = takeP();
  bits = takeI();
  embeddings = takeP();
  every = takeP();
  densityStride = takeP();
  slopes = takeP();
  density = every + <usize>worker * densityStride;
}

// ρ of this worker's pairs
export function densities(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  if (bits == 0) addDensities(begin, end, false);
  else addDensities(begin, end, true);
}

// `bySquare` is a constant where this is inlined
// @ts-ignore: decorator
@inline
function addDensities(begin: i32, end: i32, bySquare: bool): void {
  memory.fill(density, 0, (<usize>all) << 3);
  const list = scratch;
  const out = density;
  const mask = maskOf(bits);
  const shift = shiftOf(bits);
  for (let i = begin; i < end; ++i) {
    const m = near(i, pairs, species, size, false);
    let sum = f64x2.splat(0);
    for (let k = 0; k < m; k += 2) {
      const at = list + ((<usize>k) << 3);
      const at4 = list + ((<usize>k) << 2);
      const p0 = <usize>load<i32>(at4, atPair);
      const p1 = <usize>load<i32>(at4, atPair + 4);
      const r2 = v128.load(at, atR2);
      let x: v128;
      let row: v128;
      if (bySquare) {
        const knot = knotOf(r2, mask);
        x = f64x2.sub(r2, knot);
        row = i64x2.shr_u(knot, shift);
      } else {
        const s = stepsTo(f64x2.sqrt(r2), inverseSteps(p0, p1), p0, p1);
        const number = rowsAt(s);
        x = within(s, number);
        row = i64x2.shl(number, 5);
      }
      const w = lanes(k + 1 < m);
      const own0 = <usize>load<i32>(p0, atOwn);
      const own1 = <usize>load<i32>(p1, atOwn);
      const other0 = <usize>load<i32>(p0, atOther);
      const other1 = <usize>load<i32>(p1, atOther);
      const own = f64x2.mul(valueAt(place0(row, own0), place1(row, own1), x), w);
      let other = own;
      if (own0 != other0 || own1 != other1) {
        other = f64x2.mul(valueAt(place0(row, other0), place1(row, other1), x), w);
      }
      sum = f64x2.add(sum, own);
      const j0 = out + ((<usize>load<i32>(at4, atJ)) << 3);
      store<f64>(j0, load<f64>(j0) + f64x2.extract_lane(other, 0));
      const j1 = out + ((<usize>load<i32>(at4, atJ + 4)) << 3);
      store<f64>(j1, load<f64>(j1) + f64x2.extract_lane(other, 1));
    }
    const mine = out + ((<usize>i) << 3);
    store<f64>(mine, load<f64>(mine) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

// F into the atom's energy, F' to the atom and its ghosts
export function embed(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  for (let i = begin; i < end; ++i) {
    const rho = total(every, densityStride, 1, 0, i);
    const kind = <usize>load<f64>(rows + ((<usize>i) << 5), 24);
    embedding(embeddings + kind * 32, rho);
    const u = forces + ((<usize>i) << 5);
    store<f64>(u, load<f64>(u, 24) + energy, 24);
    spread(slopes, 1, 0, i, rho > 0 ? derivative : 0);
  }
}

export let energy: f64 = 0;
export let derivative: f64 = 0;

// F and F' of the descriptor `at`, into `energy` and `derivative`
export function embedding(at: usize, rho: f64): void {
  energy = 0;
  derivative = 0;
  const kind = load<i32>(at);
  if (kind == 0) return;
  const table = <usize>load<i32>(at, 8);
  if (kind == 1) {
    // the top bits of the number are the row, the rest of the mantissa is t
    const lowest = load<f64>(at, 16);
    const highest = load<f64>(at, 24);
    const segmentBits = <u64>load<i32>(at, 4);
    if (rho < lowest) return;
    const bits = reinterpret<u64>(min(rho, highest));
    const shift = 52 - segmentBits;
    const row = table + ((<usize>((bits >> shift) - (reinterpret<u64>(lowest) >> shift))) << 5);
    const mantissa = ((bits << segmentBits) & 0x000fffffffffffff) | 0x3ff0000000000000;

    // 1/width of the row, a power of two made from its exponent
    const inverseWidth = reinterpret<f64>((2046 - ((bits >> 52) - segmentBits)) << 52);
    horner(row, reinterpret<f64>(mantissa) - 1, inverseWidth);
    if (rho > highest) derivative = 0;
    return;
  }
  const inv = load<f64>(at, 16);
  const last = load<i32>(at, 4);
  const s = rho * inv;
  const k = min(<i32>max(s, 0.0), last);
  const t = s - k;
  const row = table + ((<usize>k) << 5);
  if (t <= 1) {
    horner(row, t, inv);
    return;
  }
  // straight on above the last knot
  horner(row, 1, inv);
  energy += (t - 1) * (derivative / inv);
}

// @ts-ignore: decorator
@inline
function horner(row: usize, t: f64, inv: f64): void {
  const c1 = load<f64>(row, 8);
  const c2 = load<f64>(row, 16);
  const c3 = load<f64>(row, 24);
  energy = load<f64>(row) + t * (c1 + t * (c2 + t * c3));
  derivative = (c1 + t * (2 * c2 + 3 * t * c3)) * inv;
}

export function embedded(block: usize, worker: i32, begin: i32, end: i32): void {
  setup(block, worker);
  if (bits == 0) addForces(begin, end, false);
  else addForces(begin, end, true);
}

// `bySquare` is a constant where this is inlined
// @ts-ignore: decorator
@inline
function addForces(begin: i32, end: i32, bySquare: bool): void {
  const list = scratch;
  const out = forces;
  const fields = slopes;
  const mask = maskOf(bits);
  const shift = shiftOf(bits);
  for (let i = begin; i < end; ++i) {
    const m = near(i, pairs, species, size, false);
    if (m == 0) continue;
    let fx = f64x2.splat(0);
    let fy = f64x2.splat(0);
    let fz = f64x2.splat(0);
    let fu = f64x2.splat(0);
    const mine = f64x2.splat(load<f64>(fields + ((<usize>i) << 3)));
    for (let k = 0; k < m; k += 2) {
      const at = list + ((<usize>k) << 3);
      const at4 = list + ((<usize>k) << 2);
      const p0 = <usize>load<i32>(at4, atPair);
      const p1 = <usize>load<i32>(at4, atPair + 4);
      const j0 = <usize>load<i32>(at4, atJ);
      const j1 = <usize>load<i32>(at4, atJ + 4);
      const theirs = v128.load64_lane(fields + (j1 << 3), v128.load64_zero(fields + (j0 << 3)), 1);
      const r2 = v128.load(at, atR2);
      let x: v128;
      let row: v128;
      let scale: v128;
      if (bySquare) {
        const knot = knotOf(r2, mask);
        x = f64x2.sub(r2, knot);
        row = i64x2.shr_u(knot, shift);
        scale = f64x2.splat(2);
      } else {
        const r = f64x2.sqrt(r2);
        const inverse = inverseSteps(p0, p1);
        const s = stepsTo(r, inverse, p0, p1);
        const number = rowsAt(s);
        x = within(s, number);
        row = i64x2.shl(number, 5);
        scale = f64x2.div(inverse, r);
      }
      const phi0 = place0(row, <usize>load<i32>(p0, atPhi));
      const phi1 = place1(row, <usize>load<i32>(p1, atPhi));
      const own0 = <usize>load<i32>(p0, atOwn);
      const own1 = <usize>load<i32>(p1, atOwn);
      const other0 = <usize>load<i32>(p0, atOther);
      const other1 = <usize>load<i32>(p1, atOther);
      const own = slopeAt(place0(row, own0), place1(row, own1), x);
      let other = own;
      if (own0 != other0 || own1 != other1) other = slopeAt(place0(row, other0), place1(row, other1), x);
      const sum = f64x2.add(slopeAt(phi0, phi1, x), f64x2.add(f64x2.mul(mine, own), f64x2.mul(theirs, other)));
      let half = f64x2.mul(valueAt(phi0, phi1, x), f64x2.splat(0.5));
      // the entry behind the last has d = 0, hence no force; its energy is left out here
      if (k + 1 == m) half = f64x2.replace_lane(half, 1, 0);
      const g = f64x2.mul(sum, scale);
      const gx = f64x2.mul(g, v128.load(at, atX));
      const gy = f64x2.mul(g, v128.load(at, atY));
      const gz = f64x2.mul(g, v128.load(at, atZ));
      fx = f64x2.add(fx, gx);
      fy = f64x2.add(fy, gy);
      fz = f64x2.add(fz, gz);
      fu = f64x2.add(fu, half);
      push(out + (j0 << 5), out + (j1 << 5), gx, gy, gz, half);
    }
    pull(out + ((<usize>i) << 5), fx, fy, fz, fu);
  }
}
