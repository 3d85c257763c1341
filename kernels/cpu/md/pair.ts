// The pair form: U = Σ φ(r) over a half list.
import { takeI, takeP } from '../block';
import { atTables, inverseSteps, knotOf, maskOf, place0, place1, rowsAt, shiftOf, size, stepsTo, within } from './lookup';
import { atJ, atPair, atR2, atX, atY, atZ, near } from './near';
import { pull, push } from './push';
import { forces, openTerm, scratch } from './system';

export function pair(block: usize, begin: i32, end: i32): void {
  openTerm(block);
  const species = takeI();
  const pairs = takeP();
  // 0: tables by distance
  const bits = takeI();
  if (bits == 0) walk(begin, end, pairs, species, 0, false, false);
  else if (species == 1) walk(begin, end, pairs, 1, bits, true, true);
  else walk(begin, end, pairs, species, bits, false, true);
}

// `one` and `bySquare` are constants where this is inlined: with one species there is one table, held in a register
// @ts-ignore: decorator
@inline
function walk(begin: i32, end: i32, pairs: usize, species: i32, bits: i32, one: bool, bySquare: bool): void {
  const mask = maskOf(bits);
  const shift = shiftOf(bits);
  const list = scratch;
  const out = forces;
  let p0 = pairs;
  let p1 = pairs;
  let table0 = <usize>load<i32>(pairs, atTables);
  let table1 = table0;
  for (let i = begin; i < end; ++i) {
    const m = near(i, pairs, species, size, one);
    if (m == 0) continue;
    let fx = f64x2.splat(0);
    let fy = f64x2.splat(0);
    let fz = f64x2.splat(0);
    let fu = f64x2.splat(0);
    for (let k = 0; k < m; k += 2) {
      const at = list + ((<usize>k) << 3);
      const at4 = list + ((<usize>k) << 2);
      if (!one) {
        p0 = <usize>load<i32>(at4, atPair);
        p1 = <usize>load<i32>(at4, atPair + 4);
        table0 = <usize>load<i32>(p0, atTables);
        table1 = <usize>load<i32>(p1, atTables);
      }
      const r2 = v128.load(at, atR2);
      let x: v128;
      let offsets: v128;
      let scale: v128;
      if (bySquare) {
        const knot = knotOf(r2, mask);
        x = f64x2.sub(r2, knot);
        offsets = i64x2.shr_u(knot, shift);
        scale = f64x2.splat(2);
      } else {
        const r = f64x2.sqrt(r2);
        const inverse = inverseSteps(p0, p1);
        const s = stepsTo(r, inverse, p0, p1);
        const row = rowsAt(s);
        x = within(s, row);
        offsets = i64x2.shl(row, 5);
        scale = f64x2.div(inverse, r);
      }
      const row0 = place0(offsets, table0);
      const row1 = place1(offsets, table1);
      const a0 = v128.load(row0);
      const b0 = v128.load(row0, 16);
      const a1 = v128.load(row1);
      const b1 = v128.load(row1, 16);
      const c1 = v128.shuffle<f64>(a0, a1, 1, 3);
      const c = f64x2.mul(x, v128.shuffle<f64>(b0, b1, 1, 3));
      const h = f64x2.add(v128.shuffle<f64>(b0, b1, 0, 2), c);
      const u = f64x2.add(v128.shuffle<f64>(a0, a1, 0, 2), f64x2.mul(x, f64x2.add(c1, f64x2.mul(x, h))));
      const slope = f64x2.add(c1, f64x2.mul(x, f64x2.add(f64x2.add(h, h), c)));
      let half = f64x2.mul(u, f64x2.splat(0.5));
      // the entry behind the last has d = 0, hence no force; its energy is left out here
      if (k + 1 == m) half = f64x2.replace_lane(half, 1, 0);
      const g = f64x2.mul(slope, scale);
      const gx = f64x2.mul(g, v128.load(at, atX));
      const gy = f64x2.mul(g, v128.load(at, atY));
      const gz = f64x2.mul(g, v128.load(at, atZ));
      fx = f64x2.add(fx, gx);
      fy = f64x2.add(fy, gy);
      fz = f64x2.add(fz, gz);
      fu = f64x2.add(fu, half);
      push(out + ((<usize>load<i32>(at4, atJ)) << 5), out + ((<usize>load<i32>(at4, atJ + 4)) << 5), gx, gy, gz, half);
    }
    pull(out + ((<usize>i) << 5), fx, fy, fz, fu);
  }
}
