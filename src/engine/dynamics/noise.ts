/**
 * Random numbers of dynamics: each is a function of (key, stream, step, index, purpose) and of nothing else, so a run that
 * was stopped and resumed draws the same ones.
 */
import { philox4x32, uniformFromWord } from '../../core/random.ts';

/** What a number is for; keeps counters of different uses (and those of Monte Carlo chains, which use 0) apart. */
export const purposes = { velocity: 1, langevin: 2, rescale: 3, barostat: 4 } as const;
export type Purpose = (typeof purposes)[keyof typeof purposes];

/** Second word of a counter, beside step mod 2³². */
export const counterHigh = (purpose: Purpose, step: number): number => Math.floor(step / 4294967296) + purpose * 65536;

export class Noise {
  /** [3] standard normals of the last `gaussians` */
  readonly normal = new Float64Array(3);
  readonly #key: readonly [number, number];
  readonly #stream: number;
  readonly #words = new Uint32Array(4);

  constructor(key: readonly [number, number], stream: number) {
    this.#key = key;
    this.#stream = stream;
  }

  /** Fills `normal` with three standard normals (Box–Muller on one Philox block). */
  gaussians(purpose: Purpose, step: number, index: number): void {
    const { normal } = this;
    const words = this.#words;
    this.#draw(purpose, step, index);
    const r = Math.sqrt(-2 * Math.log(uniformFromWord(words[0]!)));
    const a = 2 * Math.PI * uniformFromWord(words[1]!);
    normal[0] = r * Math.cos(a);
    normal[1] = r * Math.sin(a);
    const s = Math.sqrt(-2 * Math.log(uniformFromWord(words[2]!)));
    normal[2] = s * Math.cos(2 * Math.PI * uniformFromWord(words[3]!));
  }

  /**
   * Sum of the squares of `count` standard normals, i.e. twice a Gamma(count/2) variate, by rejection: its cost does not
   * depend on the count.
   *
   * @param from  index of the first block it may use; it uses as many as its rejections need
   * @cite Marsaglia & Tsang, ACM Trans. Math. Softw. 26, 363 (2000) doi:10.1145/358407.358414
   */
  squares(count: number, purpose: Purpose, step: number, from: number): number {
    if (count <= 0) return 0;
    if (count === 1) {
      this.gaussians(purpose, step, from);
      return this.normal[0]! ** 2;
    }
    const d = count / 2 - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (let block = from; ; block++) {
      // third word of the same block as the normal, so one block is one attempt
      this.gaussians(purpose, step, block);
      const x = this.normal[0]!;
      const u = uniformFromWord(this.#words[2]!);
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return 2 * d * v;
    }
  }

  #draw(purpose: Purpose, step: number, index: number): void {
    const high = counterHigh(purpose, step);
    philox4x32(step >>> 0, high, index, this.#stream, this.#key[0], this.#key[1], this.#words);
  }
}
