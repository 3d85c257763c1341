// Invariants of the sums S_nP of one atom (equations in src/model/neural-descriptor.ts; here the norms of the spherical
// harmonics are applied to the sums) and the way back.
import { dq, fiveBody, fourBody, lMax, moments, norms, ownFunctions, pairFunctions, polynomials, q } from './neural-sizes';

// Descriptors behind the radial ones from `moments`.
export function invariants(): void {
  const step = <usize>ownFunctions << 3;
  let out = q + (<usize>pairFunctions << 3);
  let s = moments;
  for (let n = 0; n < ownFunctions; ++n, out += 8, s += <usize>polynomials << 3) {
    let at = out;
    let p: usize = 0;
    for (let l = 1; l <= lMax; ++l, at += step) {
      let sum: f64 = 0;
      for (let m = 0; m < 2 * l + 1; ++m, p += 8) {
        const x = load<f64>(s + p);
        sum += load<f64>(norms + p) * x * x;
      }
      store<f64>(at, sum);
    }
    if (fourBody != 0) {
      const a0 = load<f64>(s, 24);
      const a1 = load<f64>(s, 32);
      const b1 = load<f64>(s, 40);
      const a2 = load<f64>(s, 48);
      const b2 = load<f64>(s, 56);
      const first = a0 * (a0 * a0 + 18 * (a1 * a1 + b1 * b1) - 9 * (a2 * a2 + b2 * b2));
      store<f64>(at, fourBody * (first + 54 * (a2 * (a1 * a1 - b1 * b1) + 2 * a1 * b1 * b2)));
      at += step;
    }
    if (fiveBody) {
      const power = load<f64>(out);
      store<f64>(at, (7.0 / 15.0) * power * power);
    }
  }
}

// dU/dS in place of S in `moments`, from dU/dq.
export function slopes(): void {
  const step = <usize>ownFunctions << 3;
  let out = dq + (<usize>pairFunctions << 3);
  let s = moments;
  for (let n = 0; n < ownFunctions; ++n, out += 8, s += <usize>polynomials << 3) {
    const many = out + <usize>lMax * step;
    const a0 = load<f64>(s, 24);
    const a1 = load<f64>(s, 32);
    const b1 = load<f64>(s, 40);
    const a2 = load<f64>(s, 48);
    const b2 = load<f64>(s, 56);
    // what the five-body descriptor adds to the slope by that of l = 1
    let first = load<f64>(out);
    if (fiveBody) {
      const fifth = many + (fourBody != 0 ? step : 0);
      first += (14.0 / 15.0) * load<f64>(fifth) * load<f64>(q + (out - dq));
    }
    let at = out;
    let p: usize = 0;
    for (let l = 1; l <= lMax; ++l, at += step) {
      const slope = 2 * (l == 1 ? first : load<f64>(at));
      for (let m = 0; m < 2 * l + 1; ++m, p += 8) store<f64>(s + p, slope * load<f64>(norms + p) * load<f64>(s + p));
    }
    if (fourBody != 0) {
      const g = fourBody * load<f64>(many);
      store<f64>(s, load<f64>(s, 24) + g * (3 * a0 * a0 + 18 * (a1 * a1 + b1 * b1) - 9 * (a2 * a2 + b2 * b2)), 24);
      store<f64>(s, load<f64>(s, 32) + g * (36 * a0 * a1 + 108 * (a2 * a1 + b1 * b2)), 32);
      store<f64>(s, load<f64>(s, 40) + g * (36 * a0 * b1 + 108 * (a1 * b2 - a2 * b1)), 40);
      store<f64>(s, load<f64>(s, 48) + g * (54 * (a1 * a1 - b1 * b1) - 18 * a0 * a2), 48);
      store<f64>(s, load<f64>(s, 56) + g * (108 * a1 * b1 - 18 * a0 * b2), 56);
    }
  }
}
