import { describe, expect, it } from 'vitest';
import { keyFromSeed, philox4x32, RandomStream, uniformFromWord } from '../../src/core/random.ts';

/** z of Pearson's χ² against equal cells: (χ² − f)/√(2f), f degrees of freedom. */
function chiSquareZ(counts: ArrayLike<number>): number {
  const cells = counts.length;
  let total = 0;
  for (let k = 0; k < cells; k++) total += counts[k]!;
  let chi2 = 0;
  for (let k = 0; k < cells; k++) chi2 += (counts[k]! - total / cells) ** 2 / (total / cells);
  return (chi2 - (cells - 1)) / Math.sqrt(2 * (cells - 1));
}

/** Correlation of two series in units of its standard error 1/√n under independence. */
function correlationZ(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - 0.5) * (b[i]! - 0.5);
  return (12 * sum) / Math.sqrt(a.length);
}

const draws = (stream: RandomStream, n: number) => Float64Array.from({ length: n }, () => stream.uniform());

describe('Philox4x32-10', () => {
  // known-answer vectors of Random123 1.14, kat_vectors: counter, key, result
  const vectors = [
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const;
  it.each(vectors)('of counter %s, key %s', (counter, key, result) => {
    const words = (text: string) => text.split(' ').map((word) => Number.parseInt(word, 16));
    const [c0, c1, c2, c3] = words(counter) as [number, number, number, number];
    const [k0, k1] = words(key) as [number, number];
    const out = new Uint32Array(4);
    philox4x32(c0, c1, c2, c3, k0, k1, out);
    expect([...out]).toEqual(words(result));
  });

  it('gives unrelated words for counters that differ in one bit: half of the bits flip', () => {
    const [a, b] = [new Uint32Array(4), new Uint32Array(4)];
    let flipped = 0;
    const trials = 4096;
    for (let t = 0; t < trials; t++) {
      const bit = t % 32;
      philox4x32(t, 7, 1, 0, 11, 26, a);
      philox4x32((t ^ (1 << bit)) >>> 0, 7, 1, 0, 11, 26, b);
      for (let k = 0; k < 4; k++) {
        for (let x = a[k]! ^ b[k]!; x !== 0; x &= x - 1) flipped++;
      }
    }
    // binomial with n = 128 per trial, p = 1/2
    expect(Math.abs(flipped - 64 * trials) / Math.sqrt(32 * trials)).toBeLessThan(4);
  });
});

describe('uniform numbers', () => {
  it('stay inside (0, 1) at both ends of the word', () => {
    expect(uniformFromWord(0)).toBe(2 ** -33);
    expect(uniformFromWord(0xffffffff)).toBe(1 - 2 ** -33);
  });

  it('fill 1024 cells evenly, and 32 × 32 cells in successive pairs', () => {
    const u = draws(new RandomStream('chi-square'), 1 << 18);
    const single = new Float64Array(1024);
    const pairs = new Float64Array(1024);
    for (const x of u) single[Math.floor(1024 * x)]!++;
    for (let i = 0; i < u.length; i += 2) pairs[32 * Math.floor(32 * u[i]!) + Math.floor(32 * u[i + 1]!)]!++;
    expect(Math.abs(chiSquareZ(single))).toBeLessThan(4);
    expect(Math.abs(chiSquareZ(pairs))).toBeLessThan(4);
  });

  it('of other seeds, other lanes and shifted times are uncorrelated', () => {
    const n = 1 << 16;
    const u = draws(new RandomStream(7), n);
    for (const other of [new RandomStream(8), new RandomStream(7, 1), new RandomStream('7 ')]) {
      expect(Math.abs(correlationZ(u, draws(other, n)))).toBeLessThan(4);
    }
    for (const lag of [1, 2, 3, 4, 8]) {
      expect(Math.abs(correlationZ(u.subarray(0, n - lag), u.subarray(lag)))).toBeLessThan(4);
    }
  });

  it('depend on seed and lane alone; 7 and "7" are one seed', () => {
    expect(draws(new RandomStream(7, 3), 9)).toEqual(draws(new RandomStream('7', 3), 9));
    expect(keyFromSeed('carbon')).toEqual(keyFromSeed('carbon'));
    expect(keyFromSeed('carbon')).not.toEqual(keyFromSeed('carbons'));
  });
});

describe('what is made of them', () => {
  const n = 40_000;

  it('integers are even over their range', () => {
    const random = new RandomStream('integers');
    const counts = new Float64Array(7);
    for (let i = 0; i < n; i++) counts[random.integer(7)]!++;
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(Math.abs(chiSquareZ(counts))).toBeLessThan(4);
  });

  it('normals have moments 0, 1, 0, 3', () => {
    const random = new RandomStream('normals');
    const moment = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      for (let k = 0; k < 4; k++) moment[k]! += x ** (k + 1) / n;
    }
    // variances of x, x², x³, x⁴ are 1, 2, 15, 96
    const exact = [0, 1, 0, 3];
    const spread = [1, 2, 15, 96];
    for (let k = 0; k < 4; k++) expect(Math.abs(moment[k]! - exact[k]!) / Math.sqrt(spread[k]! / n)).toBeLessThan(4);
  });

  it('directions cover the sphere: ⟨d⟩ = 0, ⟨d_a d_b⟩ = δ_ab/3, |d| = 1', () => {
    const random = new RandomStream('directions');
    const first = [0, 0, 0];
    const second = new Float64Array(9);
    for (let i = 0; i < n; i++) {
      const d = random.direction();
      expect(Math.abs(Math.hypot(...d) - 1)).toBeLessThan(1e-12);
      for (let a = 0; a < 3; a++) {
        first[a]! += d[a]! / n;
        for (let b = 0; b < 3; b++) second[3 * a + b]! += (d[a]! * d[b]!) / n;
      }
    }
    // Var d = 1/3, Var d² = 1/5 − 1/9, Var d_a d_b = 1/15
    for (const m of first) expect(Math.abs(m) / Math.sqrt(1 / (3 * n))).toBeLessThan(4);
    second.forEach((m, k) => {
      const diagonal = k % 4 === 0;
      const error = Math.sqrt((diagonal ? 4 / 45 : 1 / 15) / n);
      expect(Math.abs(m - (diagonal ? 1 / 3 : 0)) / error).toBeLessThan(4);
    });
  });

  it('quaternions are unit and turn an axis evenly over the sphere', () => {
    const random = new RandomStream('quaternions');
    // where x goes: column of the rotation matrix, by octant
    const octants = new Float64Array(8);
    for (let i = 0; i < n; i++) {
      const [w, x, y, z] = random.quaternion();
      expect(Math.abs(Math.hypot(w, x, y, z) - 1)).toBeLessThan(1e-12);
      const image = [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)];
      octants[image.reduce((octant, c, k) => octant + (c > 0 ? 2 ** k : 0), 0)]!++;
    }
    expect(Math.abs(chiSquareZ(octants))).toBeLessThan(4);
  });

  it('a shuffle reaches all orders equally often and keeps the items', () => {
    const random = new RandomStream('shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const order = random.shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(chiSquareZ([...counts.values()]))).toBeLessThan(4);
  });
});
