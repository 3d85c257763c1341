// Radial descriptors of one atom: q_n = Σ_j g_n(r_ij). Neighbours stand in buckets by species, and are taken two at a time.
//
// g_n = Σ_k a_nk T_k(x) · fade(r), so the sums over neighbours are of fade · T_k, whatever n is; and the slope of U along a
// displacement is one Chebyshev series more: dU/dr = fade' Σ_k P_k T_k + fade x' Σ_k D_k T_k, P_k = Σ_n (dU/dq_n) a_nk,
// Σ D_k T_k the derivative of Σ P_k T_k.
import { add, both, cosine, fma, laneSum, mul, sine, sub } from './neural-simd';
import { dq, lawBytes, laws, pairBasis, pairCoefficients, pairFunctions, q, series, species, sums } from './neural-sizes';
import { forces, rows } from './system';

// bytes of a record of two neighbours: dx, dy, dz, 2x, fade x'/r, fade'/r; rows j, j
export const pairBytes: usize = 112;

// Cutoff function, argument of the polynomials and their slopes at two distances; to `out`: fade, fade', x, x'.
// @ts-ignore: decorator
@inline
export function fadeAndArgument(r: v128, reach: f64, out: usize): void {
  const inverse = both(1 / reach);
  const t = mul(r, inverse);
  const u = mul(sub(t, both(0.5)), both(Math.PI));
  const u2 = mul(u, u);
  const back = sub(t, both(1));
  v128.store(out, mul(both(0.5), sub(both(1), sine(u, u2))));
  v128.store(out, mul(mul(both(-0.5 * Math.PI), inverse), cosine(u2)), 16);
  v128.store(out, sub(mul(both(2), mul(back, back)), both(1)), 32);
  v128.store(out, mul(mul(both(4), inverse), back), 48);
}

// Adds the neighbours of species b in records [from, to) to q. A record's rows are given; an idle lane names atom i itself.
// `nearer` gets (dx, dy, dz, r, row) of those within the cutoff of triples; returns the end of what it wrote.
export function addPairs(i: usize, a: i32, b: i32, from: usize, to: usize, scrap: usize, nearer: usize): usize {
  const law = laws + <usize>(a * species + b) * lawBytes;
  const reach = load<f64>(law);
  const closer = load<f64>(law, 8);
  const centre = rows + (i << 5);
  const cx = v128.load_splat<f64>(centre);
  const cy = v128.load_splat<f64>(centre, 8);
  const cz = v128.load_splat<f64>(centre, 16);
  const last = sums + (<usize>pairBasis << 4);
  memory.fill(sums, 0, <usize>pairBasis << 4);
  for (let record = from; record < to; record += pairBytes) {
    const j0 = load<i32>(record, 96);
    const j1 = load<i32>(record, 100);
    const row0 = rows + (<usize>j0 << 5);
    const row1 = rows + (<usize>j1 << 5);
    const low0 = v128.load(row0);
    const low1 = v128.load(row1);
    const dx = sub(v128.shuffle<f64>(low0, low1, 0, 2), cx);
    const dy = sub(v128.shuffle<f64>(low0, low1, 1, 3), cy);
    const dz = sub(v128.load64_lane(row1, v128.load_splat<f64>(row0, 16), 1, 16), cz);
    let r = f64x2.sqrt(fma(dx, dx, fma(dy, dy, mul(dz, dz))));
    // the idle lane stands at the cutoff
    r = v128.bitselect(both(reach), r, f64x2.eq(r, both(0)));
    fadeAndArgument(r, reach, scrap);
    const fade = v128.load(scrap);
    const x2 = add(v128.load(scrap, 32), v128.load(scrap, 32));
    const inverse = f64x2.div(both(1), r);
    v128.store(record, dx);
    v128.store(record, dy, 16);
    v128.store(record, dz, 32);
    v128.store(record, x2, 48);
    v128.store(record, mul(mul(fade, v128.load(scrap, 48)), inverse), 64);
    v128.store(record, mul(v128.load(scrap, 16), inverse), 80);

    v128.store64_lane(nearer, dx, 0);
    v128.store64_lane(nearer, dy, 0, 8);
    v128.store64_lane(nearer, dz, 0, 16);
    v128.store64_lane(nearer, r, 0, 24);
    store<i32>(nearer, j0, 32);
    nearer += <usize>(f64x2.extract_lane(r, 0) < closer) * 40;
    v128.store64_lane(nearer, dx, 1);
    v128.store64_lane(nearer, dy, 1, 8);
    v128.store64_lane(nearer, dz, 1, 16);
    v128.store64_lane(nearer, r, 1, 24);
    store<i32>(nearer, j1, 32);
    // an idle lane stands at or beyond the cutoff of triples
    nearer += <usize>(f64x2.extract_lane(r, 1) < closer) * 40;

    // fade T_k by T_k+1 = 2x T_k − T_k−1; T_−1 = T_1 = x
    let t = fade;
    let before = mul(both(0.5), mul(x2, fade));
    for (let sum = sums; sum < last; sum += 16) {
      v128.store(sum, add(v128.load(sum), t));
      const next = sub(mul(x2, t), before);
      before = t;
      t = next;
    }
  }
  let c = pairCoefficients + ((<usize>(a * species + b) * pairBasis * pairFunctions) << 3);
  const row = <usize>pairFunctions << 3;
  for (let sum = sums; sum < last; sum += 16, c += row) {
    const s = both(laneSum(v128.load(sum)));
    for (let n: usize = 0; n < row; n += 16) v128.store(q + n, fma(s, v128.load(c + n), v128.load(q + n)));
  }
  return nearer;
}

// Adds the forces that follow from dU/dq of radial descriptors on the neighbours of species b in records [from, to), and to
// `own` (fx, fy), (fz, –) what atom i gets.
export function pushPairs(a: i32, b: i32, from: usize, to: usize, own: usize): void {
  const size = pairBasis;
  const row = <usize>pairFunctions << 3;
  const c = pairCoefficients + <usize>(a * species + b) * size * row;
  // (P_k, D_k) side by side
  for (let k = size - 1; k >= 0; --k) {
    let p = both(0);
    for (let n: usize = 0; n < row; n += 16) p = fma(v128.load(dq + n), v128.load(c + <usize>k * row + n), p);
    const at = series + (<usize>k << 4);
    store<f64>(at, laneSum(p));
    // D_k = D_k+2 + 2(k + 1) P_k+1, half of it for k = 0
    let d: f64 = 0;
    if (k + 1 < size) d = 2 * <f64>(k + 1) * load<f64>(at, 16);
    if (k + 2 < size) d += load<f64>(at, 40);
    store<f64>(at, k == 0 ? 0.5 * d : d, 8);
  }
  const last = series + (<usize>size << 4);
  let fxy = v128.load(own);
  let fz = v128.load(own, 16);
  for (let record = from; record < to; record += pairBytes) {
    const x2 = v128.load(record, 48);
    let t = both(1);
    let before = mul(both(0.5), x2);
    let value = both(0);
    let slope = both(0);
    for (let at = series; at < last; at += 16) {
      value = fma(v128.load_splat<f64>(at), t, value);
      slope = fma(v128.load_splat<f64>(at, 8), t, slope);
      const next = sub(mul(x2, t), before);
      before = t;
      t = next;
    }
    const g = fma(v128.load(record, 64), slope, mul(v128.load(record, 80), value));
    const gx = mul(g, v128.load(record));
    const gy = mul(g, v128.load(record, 16));
    const gz = mul(g, v128.load(record, 32));
    const force0 = forces + (<usize>load<i32>(record, 96) << 5);
    const low0 = v128.shuffle<f64>(gx, gy, 0, 2);
    const high0 = v128.shuffle<f64>(gz, both(0), 0, 2);
    v128.store(force0, sub(v128.load(force0), low0));
    v128.store(force0, sub(v128.load(force0, 16), high0), 16);
    const force1 = forces + (<usize>load<i32>(record, 100) << 5);
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
