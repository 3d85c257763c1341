// One atom's network: U = Σ_μ v_μ tanh(Σ_d w_μd q_d − b_μ). Descriptors come in twos, neurons in fours (padded with zeros);
// scales of the descriptors are multiplied into the weights. Energy and slopes of four neurons are made in one visit, while
// their weights are in the nearest cache.
import { add, both, fma, hyperbolicTangent, laneSum, mul, sub } from './neural-simd';

// Adds dU/dq to `slopes`, returns U.
// `net` holds weights [neurons, size], thresholds [neurons], output [neurons].
export function answer(net: usize, neurons: i32, size: i32, q: usize, slopes: usize): f64 {
  const row = <usize>size << 3;
  const thresholds = net + <usize>neurons * row;
  const output = thresholds + (<usize>neurons << 3);
  let energy = both(0);
  for (let mu: usize = 0; mu < <usize>neurons; mu += 4) {
    const w0 = net + mu * row;
    const w1 = w0 + row;
    const w2 = w1 + row;
    const w3 = w2 + row;
    let a0 = both(0);
    let a1 = both(0);
    let a2 = both(0);
    let a3 = both(0);
    for (let d: usize = 0; d < row; d += 16) {
      const x = v128.load(q + d);
      a0 = fma(v128.load(w0 + d), x, a0);
      a1 = fma(v128.load(w1 + d), x, a1);
      a2 = fma(v128.load(w2 + d), x, a2);
      a3 = fma(v128.load(w3 + d), x, a3);
    }
    const at = mu << 3;
    const in01 = add(v128.shuffle<f64>(a0, a1, 0, 2), v128.shuffle<f64>(a0, a1, 1, 3));
    const in23 = add(v128.shuffle<f64>(a2, a3, 0, 2), v128.shuffle<f64>(a2, a3, 1, 3));
    const t01 = hyperbolicTangent(sub(in01, v128.load(thresholds + at)));
    const t23 = hyperbolicTangent(sub(in23, v128.load(thresholds + at, 16)));
    const v01 = v128.load(output + at);
    const v23 = v128.load(output + at, 16);
    energy = fma(v01, t01, fma(v23, t23, energy));
    const s01 = mul(v01, sub(both(1), mul(t01, t01)));
    const s23 = mul(v23, sub(both(1), mul(t23, t23)));
    const s0 = v128.shuffle<f64>(s01, s01, 0, 2);
    const s1 = v128.shuffle<f64>(s01, s01, 1, 3);
    const s2 = v128.shuffle<f64>(s23, s23, 0, 2);
    const s3 = v128.shuffle<f64>(s23, s23, 1, 3);
    for (let d: usize = 0; d < row; d += 16) {
      const low = fma(s0, v128.load(w0 + d), mul(s1, v128.load(w1 + d)));
      const high = fma(s2, v128.load(w2 + d), mul(s3, v128.load(w3 + d)));
      v128.store(slopes + d, add(v128.load(slopes + d), add(low, high)));
    }
  }
  return laneSum(energy);
}
