/**
 * Random numbers. Everything random in Cardhouse is a function of (seed, stream, counter), so that a result depends
 * neither on the number of workers nor on where a run was stopped and resumed.
 *
 * @cite Salmon, Moraes, Dror, Shaw, SC11 (2011) doi:10.1145/2063384.2063405
 * @oracle test/unit/random.test.ts (known-answer vectors of Random123)
 */
import seedrandom from 'seedrandom';

const m0 = 0xd2511f53;
const m1 = 0xcd9e8d57;
const w0 = 0x9e3779b9;
const w1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const low = al * bl;
  const mid = ah * bl + (low >>> 16);
  const mid2 = al * bh + (mid & 0xffff);
  return (ah * bh + Math.floor(mid / 65536) + Math.floor(mid2 / 65536)) >>> 0;
}

/**
 * Philox4x32-10: ten rounds of a bijection on 128 bits of counter, keyed by 64 bits.
 *
 * @param out  [4] receives four independent uniform u32
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const h0 = mulHigh(m0, c0);
    const l0 = Math.imul(m0, c0) >>> 0;
    const h1 = mulHigh(m1, c2);
    const l1 = Math.imul(m1, c2) >>> 0;
    c0 = (h1 ^ c1 ^ k0) >>> 0;
    c1 = l1;
    c2 = (h0 ^ c3 ^ k1) >>> 0;
    c3 = l0;
    k0 = (k0 + w0) >>> 0;
    k1 = (k1 + w1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** 64-bit key of a seed. Text and numbers alike go through `seedrandom`, so "7" and 7 give the same stream. */
export function keyFromSeed(seed: string | number): readonly [number, number] {
  const generator = seedrandom(String(seed));
  return [generator.int32() >>> 0, generator.int32() >>> 0];
}

/** Uniform in (0, 1) from one u32: (w + ½)·2⁻³², never 0 nor 1. */
export function uniformFromWord(word: number): number {
  return (word + 0.5) * 2.3283064365386963e-10;
}

/** Uniform in [0, 1) from two u32, for choices among more than 2³² chances: k·2⁻⁵³ with the upper 27 and 26 bits. */
export function uniformFromWords(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) * 1.1102230246251565e-16;
}

/**
 * A sequential stream for builders and analysis: `stream(seed, label)` differs from label to label.
 */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #lane: number;
  readonly #words = new Uint32Array(4);
  #counter = 0;
  #left = 0;

  constructor(seed: string | number, lane = 0) {
    this.#key = keyFromSeed(seed);
    this.#lane = lane;
  }

  /** uniform in (0, 1) */
  uniform(): number {
    if (this.#left === 0) {
      philox4x32(
        this.#counter >>> 0,
        Math.floor(this.#counter / 4294967296),
        this.#lane,
        0x5eed,
        this.#key[0],
        this.#key[1],
        this.#words,
      );
      this.#counter++;
      this.#left = 4;
    }
    return uniformFromWord(this.#words[4 - this.#left--]!);
  }

  /** integer in [0, n) */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** standard normal (Box–Muller) */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** unit vector, uniform on the sphere */
  direction(): [number, number, number] {
    const z = 2 * this.uniform() - 1;
    const phi = 2 * Math.PI * this.uniform();
    const s = Math.sqrt(1 - z * z);
    return [s * Math.cos(phi), s * Math.sin(phi), z];
  }

  /** uniform rotation as a unit quaternion (w, x, y, z) */
  quaternion(): [number, number, number, number] {
    const u = this.uniform();
    const a = 2 * Math.PI * this.uniform();
    const b = 2 * Math.PI * this.uniform();
    const p = Math.sqrt(1 - u);
    const q = Math.sqrt(u);
    return [q * Math.cos(b), p * Math.sin(a), p * Math.cos(a), q * Math.sin(b)];
  }

  /** in-place Fisher–Yates shuffle */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
