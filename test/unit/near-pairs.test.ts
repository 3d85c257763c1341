import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { nearPairs } from '../../src/report/near-pairs.ts';

describe('pairs near one another', () => {
  const random = new RandomStream('pairs');
  const n = 400;
  const rows = Float64Array.from({ length: 4 * n }, (_, k) => (k % 4 === 3 ? 0 : 12 * random.uniform() - 3));
  const shown = Uint8Array.from({ length: n }, () => (random.uniform() < 0.8 ? 1 : 0));
  const asked = (cutoff: number, at: ArrayLike<number>, stride: number): string[] => {
    const pairs: string[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const [x, y, z] = [0, 1, 2].map((d) => at[stride * i + d]! - at[stride * j + d]!) as [number, number, number];
        if (shown[i]! + shown[j]! === 2 && x * x + y * y + z * z < cutoff * cutoff) pairs.push(`${i} ${j}`);
      }
    }
    return pairs.sort();
  };
  const found = (pairs: Uint32Array): string[] =>
    Array.from({ length: pairs.length / 2 }, (_, k) => `${pairs[2 * k]} ${pairs[2 * k + 1]}`).sort();

  it('are all those by hand, each once, of rows of four and of three', () => {
    expect(found(nearPairs(rows, 4, shown, 1.75))).toEqual(asked(1.75, rows, 4));
    expect(asked(1.75, rows, 4).length).toBeGreaterThan(100);
    const threes = Float32Array.from(rows.filter((_, k) => k % 4 < 3));
    expect(found(nearPairs(threes, 3, shown, 2.5))).toEqual(asked(2.5, threes, 3));
  });

  it('need no memory for the space between far atoms, and none where there are none', () => {
    const far = Float64Array.of(0, 0, 0, 0, 1, 0, 0, 0, 90_000, 90_000, 90_000, 0);
    expect([...nearPairs(far, 4, Uint8Array.of(1, 1, 1), 1.5)]).toEqual([0, 1]);
    expect(nearPairs(far, 4, new Uint8Array(3), 1.5)).toHaveLength(0);
  });
});
