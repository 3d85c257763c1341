/** Fast Fourier transform for lengths that are powers of two, and what analysis makes of it. */

/** Smallest power of two ≥ n. */
export function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, n)));
}

/**
 * Discrete Fourier transform in place (radix 2, decimation in time).
 *
 *   X_k = Σ_j x_j e^{−2πi jk/n}
 *
 * @param re  [n] real parts, n a power of two
 * @param im  [n] imaginary parts
 * @throws RangeError  n is no power of two
 * @cite Cooley & Tukey, Math. Comp. 19, 297 (1965) doi:10.1090/S0025-5718-1965-0178586-1
 * @oracle test/unit/analysis-velocity.test.ts (direct sum)
 */
export function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  if (n === 0 || (n & (n - 1)) !== 0) throw new RangeError(`fourier: length must be a power of two, got ${n}`);
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  const { cosines, sines } = circle(n);
  for (let half = 1; half < n; half <<= 1) {
    const turn = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [c, s] = [cosines[k * turn]!, sines[k * turn]!];
        const a = start + k;
        const b = a + half;
        const x = re[b]! * c - im[b]! * s;
        const y = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

let lastCircle = { n: 0, cosines: new Float64Array(0), sines: new Float64Array(0) };

/** cos and −sin of 2πk/n for k < n/2; transforms come in long rows of one length. */
function circle(n: number): typeof lastCircle {
  if (lastCircle.n !== n) {
    const turn = (2 * Math.PI) / n;
    lastCircle = {
      n,
      cosines: Float64Array.from({ length: n >> 1 }, (_, k) => Math.cos(turn * k)),
      sines: Float64Array.from({ length: n >> 1 }, (_, k) => -Math.sin(turn * k)),
    };
  }
  return lastCircle;
}

/**
 * Correlation of a sum of real series with themselves over all origins, by the theorem of Wiener and Khinchin.
 *
 *   C(k) = 1/(n − k) Σ_j Σ_s x_s(j) x_s(j + k)
 *
 * @param series  called with a buffer to fill: real series go in pairs as real and imaginary parts, whose power spectra add
 * @param lags    number of lags, ≤ n
 * @returns       [lags]
 */
export function autocorrelation(
  n: number,
  lags: number,
  pairs: number,
  fill: (pair: number, first: Float64Array, second: Float64Array) => void,
): Float64Array {
  // zeros behind the data keep its end from meeting its beginning
  const size = powerOfTwo(n + lags);
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  const power = new Float64Array(size);
  for (let pair = 0; pair < pairs; pair++) {
    re.fill(0);
    im.fill(0);
    fill(pair, re, im);
    fourier(re, im);
    for (let k = 0; k < size; k++) power[k]! += re[k]! ** 2 + im[k]! ** 2;
  }
  im.fill(0);
  // the real part of the transform takes the even part of `power`: what the two series of a pair have in common is odd
  fourier(power, im);
  return Float64Array.from({ length: lags }, (_, k) => power[k]! / size / (n - k));
}
