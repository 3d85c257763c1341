// The pair form: U = Σ φ(r) over a half list.
import { takeI, takeP } from '../block';
import { inverseSteps, place0, place1, rowsOf, slopeAt, steps, valueAt } from './lookup';
import { atJ, atPair, atR2, atX, atY, atZ, near } from './near';
import { lanes, pull, push } from './push';
import { forces, openTerm, scratch } from './system';

// bytes of a descriptor: head, φ
const size: usize = 32;

export function pair(block: usize, begin: i32, end: i32): void {
  openTerm(block);
  const species = takeI();
  const pairs = takeP();
  const list = scratch;
  const out = forces;
  for (let i = begin; i < end; ++i) {
    const m = near(i, pairs, species, size);
    if (m == 0) continue;
    let fx = f64x2.splat(0);
    let fy = f64x2.splat(0);
    let fz = f64x2.splat(0);
    let fu = f64x2.splat(0);
    for (let k = 0; k < m; k += 2) {
      const at = list + ((<usize>k) << 3);
      const at4 = list + ((<usize>k) << 2);
      const p0 = <usize>load<i32>(at4, atPair);
      const p1 = <usize>load<i32>(at4, atPair + 4);
      const r = f64x2.sqrt(v128.load(at, atR2));
      const inverse = inverseSteps(p0, p1);
      const s = steps(r, inverse, p0, p1);
      const row = rowsOf(s, p0, p1);
      const t = f64x2.sub(s, f64x2.convert_low_i32x4_s(row));
      const row0 = place0(row, <usize>load<i32>(p0, 28));
      const row1 = place1(row, <usize>load<i32>(p1, 28));
      const w = lanes(k + 1 < m);
      const half = f64x2.mul(f64x2.mul(valueAt(row0, row1, t), f64x2.splat(0.5)), w);
      const g = f64x2.div(f64x2.mul(f64x2.mul(slopeAt(row0, row1, t), inverse), w), r);
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
