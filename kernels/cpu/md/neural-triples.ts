// Angular descriptors of one atom: S_nP = Σ_j g_n(r_ij) P(r̂_ij) over the polynomials P of neural-harmonics.ts, and the forces
// that follow from dU/dS. Neighbours are taken two at a time; sums over them are products of small matrices in blocks of 3 × 3.
import { gradient, harmonics } from './neural-harmonics';
import { fadeAndArgument } from './neural-pairs';
import { add, both, fma, laneSum, mul, sub } from './neural-simd';
import { basis, coefficients, functions, lawBytes, laws, lMax, moments, polynomials, species, work } from './neural-sizes';
import { forces } from './system';

// Bytes of a record of two neighbours: rows j, j; unit vector x, y, z; 1/r; g_n; g_n'; P.
export function tripleBytes(): usize {
  return <usize>(5 + 2 * functions + polynomials) << 4;
}

// Makes the record of two neighbours of species b from their lines (dx, dy, dz, r, row) as neural-pairs.ts leaves them.
export function makeTriple(a: i32, b: i32, line0: usize, line1: usize, record: usize): void {
  const pair = <usize>(a * species + b);
  const reach = load<f64>(laws + pair * lawBytes, 8);
  const r = v128.load64_lane(line1, v128.load_splat<f64>(line0, 24), 1, 24);
  const inverse = f64x2.div(both(1), r);
  const x = mul(inverse, v128.load64_lane(line1, v128.load_splat<f64>(line0), 1));
  const y = mul(inverse, v128.load64_lane(line1, v128.load_splat<f64>(line0, 8), 1, 8));
  const z = mul(inverse, v128.load64_lane(line1, v128.load_splat<f64>(line0, 16), 1, 16));
  store<i32>(record, load<i32>(line0, 32));
  store<i32>(record, load<i32>(line1, 32), 4);
  v128.store(record, x, 16);
  v128.store(record, y, 32);
  v128.store(record, z, 48);
  v128.store(record, inverse, 64);

  fadeAndArgument(r, reach, work);
  const fade = v128.load(work);
  const fadeSlope = v128.load(work, 16);
  const argument = v128.load(work, 32);
  const pull = mul(v128.load(work, 48), fade);
  const x2 = add(argument, argument);
  const last = work + (<usize>basis << 4);
  let t = both(1);
  let before = argument;
  for (let at = work; at < last; at += 16) {
    v128.store(at, t);
    const next = sub(mul(x2, t), before);
    before = t;
    t = next;
  }
  let c = coefficients + pair * <usize>(functions * basis) * 16;
  const size = <usize>functions << 4;
  for (let n: usize = 0; n < size; n += 48) {
    let h0 = both(0);
    let h1 = both(0);
    let h2 = both(0);
    let d0 = both(0);
    let d1 = both(0);
    let d2 = both(0);
    for (let at = work; at < last; at += 16, c += 48) {
      const p = v128.load(at);
      h0 = fma(p, v128.load_splat<f64>(c), h0);
      h1 = fma(p, v128.load_splat<f64>(c, 8), h1);
      h2 = fma(p, v128.load_splat<f64>(c, 16), h2);
      d0 = fma(p, v128.load_splat<f64>(c, 24), d0);
      d1 = fma(p, v128.load_splat<f64>(c, 32), d1);
      d2 = fma(p, v128.load_splat<f64>(c, 40), d2);
    }
    const g = record + 80 + n;
    v128.store(g, mul(h0, fade));
    v128.store(g, mul(h1, fade), 16);
    v128.store(g, mul(h2, fade), 32);
    v128.store(g + size, fma(h0, fadeSlope, mul(d0, pull)));
    v128.store(g + size, fma(h1, fadeSlope, mul(d1, pull)), 16);
    v128.store(g + size, fma(h2, fadeSlope, mul(d2, pull)), 32);
  }
  const out = record + 80 + 2 * size;
  harmonics(lMax, x, y, z, out);
  if (lMax == 2) v128.store(out, both(0), 128);
}

// S_nP of all records [from, to), to `moments` [functions, polynomials].
export function sumTriples(from: usize, to: usize): void {
  const bytes = tripleBytes();
  const size = <usize>functions << 4;
  const width = <usize>polynomials << 3;
  for (let n: usize = 0; n < size; n += 48) {
    for (let p: usize = 0; p < width; p += 24) {
      let s00 = both(0);
      let s01 = both(0);
      let s02 = both(0);
      let s10 = both(0);
      let s11 = both(0);
      let s12 = both(0);
      let s20 = both(0);
      let s21 = both(0);
      let s22 = both(0);
      let g = from + 80 + n;
      let y = from + 80 + 2 * size + 2 * p;
      for (; g < to; g += bytes, y += bytes) {
        const y0 = v128.load(y);
        const y1 = v128.load(y, 16);
        const y2 = v128.load(y, 32);
        let f = v128.load(g);
        s00 = fma(f, y0, s00);
        s01 = fma(f, y1, s01);
        s02 = fma(f, y2, s02);
        f = v128.load(g, 16);
        s10 = fma(f, y0, s10);
        s11 = fma(f, y1, s11);
        s12 = fma(f, y2, s12);
        f = v128.load(g, 32);
        s20 = fma(f, y0, s20);
        s21 = fma(f, y1, s21);
        s22 = fma(f, y2, s22);
      }
      let out = moments + (n >> 4) * width + p;
      store<f64>(out, laneSum(s00));
      store<f64>(out, laneSum(s01), 8);
      store<f64>(out, laneSum(s02), 16);
      out += width;
      store<f64>(out, laneSum(s10));
      store<f64>(out, laneSum(s11), 8);
      store<f64>(out, laneSum(s12), 16);
      out += width;
      store<f64>(out, laneSum(s20));
      store<f64>(out, laneSum(s21), 8);
      store<f64>(out, laneSum(s22), 16);
    }
  }
}

// Adds the forces that follow from dU/dS (in `moments`) on the neighbours in records [from, to), and to `own` what atom i gets.
export function pushTriples(from: usize, to: usize, own: usize): void {
  const bytes = tripleBytes();
  const size = <usize>functions << 4;
  const width = <usize>polynomials << 3;
  // Σ_n dU/dS_nP g_n by P; Σ_P dU/dS_nP P by n; the sum of gradients
  const h = work;
  const e = h + 2 * width;
  const g3 = e + size;
  let fxy = v128.load(own);
  let fz = v128.load(own, 16);
  for (let record = from; record < to; record += bytes) {
    const g = record + 80;
    const y = g + 2 * size;
    memory.fill(e, 0, size);
    for (let p: usize = 0; p < width; p += 24) {
      const y0 = v128.load(y + 2 * p);
      const y1 = v128.load(y + 2 * p, 16);
      const y2 = v128.load(y + 2 * p, 32);
      let h0 = both(0);
      let h1 = both(0);
      let h2 = both(0);
      let d = moments + p;
      for (let n: usize = 0; n < size; n += 16, d += width) {
        const f = v128.load(g + n);
        let c = v128.load_splat<f64>(d);
        h0 = fma(f, c, h0);
        let s = mul(c, y0);
        c = v128.load_splat<f64>(d, 8);
        h1 = fma(f, c, h1);
        s = fma(c, y1, s);
        c = v128.load_splat<f64>(d, 16);
        h2 = fma(f, c, h2);
        s = fma(c, y2, s);
        v128.store(e + n, add(v128.load(e + n), s));
      }
      v128.store(h + 2 * p, h0);
      v128.store(h + 2 * p, h1, 16);
      v128.store(h + 2 * p, h2, 32);
    }
    let along = both(0);
    for (let n: usize = 0; n < size; n += 16) along = fma(v128.load(g + size + n), v128.load(e + n), along);
    const ux = v128.load(record, 16);
    const uy = v128.load(record, 32);
    const uz = v128.load(record, 48);
    const inverse = v128.load(record, 64);
    gradient(lMax, ux, uy, uz, h, g3);
    let gx = v128.load(g3);
    let gy = v128.load(g3, 16);
    let gz = v128.load(g3, 32);
    // of the gradient only what is across the displacement counts
    const radial = sub(along, mul(inverse, fma(gx, ux, fma(gy, uy, mul(gz, uz)))));
    gx = fma(gx, inverse, mul(radial, ux));
    gy = fma(gy, inverse, mul(radial, uy));
    gz = fma(gz, inverse, mul(radial, uz));
    const force0 = forces + (<usize>load<i32>(record) << 5);
    const low0 = v128.shuffle<f64>(gx, gy, 0, 2);
    const high0 = v128.shuffle<f64>(gz, both(0), 0, 2);
    v128.store(force0, sub(v128.load(force0), low0));
    v128.store(force0, sub(v128.load(force0, 16), high0), 16);
    const force1 = forces + (<usize>load<i32>(record, 4) << 5);
    const low1 = v128.shuffle<f64>(gx, gy, 1, 3);
    const high1 = v128.shuffle<f64>(gz, both(0), 1, 2);
    v128.store(force1, sub(v128.load(force1), low1));
    v128.store(force1, sub(v128.load(force1, 16), high1), 16);
    fxy = add(fxy, add(low0, low1));
    fz = add(fz, add(high0, high1));
  }
  v128.store(own, fxy);
  v128.store(own, fz, 16);
}
