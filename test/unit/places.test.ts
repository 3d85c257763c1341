import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import { base64, bytes, packPlaces, unpackPlaces } from '../../src/report/places.ts';

describe('positions of a page', () => {
  it('come back within what sixteen bits can hold, both ends exactly', () => {
    const random = new RandomStream('places');
    const rows = Float64Array.from({ length: 4 * 500 }, (_, k) => (k % 4 === 3 ? 7 : 200 * random.uniform() - 50));
    const packed = packPlaces(rows);
    expect(packed.data.length).toBe(4 * Math.ceil((6 * 500) / 3));
    const back = unpackPlaces(packed);
    let worst = 0;
    for (let i = 0; i < 500; i++)
      for (let d = 0; d < 3; d++) worst = Math.max(worst, Math.abs(back[3 * i + d]! - rows[4 * i + d]!));
    expect(worst).toBeLessThan(0.0016);
    expect(worst).toBeGreaterThan(0.0005);
    expect(Math.min(...back.filter((_, k) => k % 3 === 1))).toBeCloseTo(packed.low[1]!, 4);
  });

  it('may be none, one, or all in a plane', () => {
    expect(unpackPlaces(packPlaces(new Float64Array(0)))).toHaveLength(0);
    expect([...unpackPlaces(packPlaces(Float64Array.of(1.5, 2, -3, 0)))]).toEqual([1.5, 2, -3]);
    const flat = unpackPlaces(packPlaces(Float64Array.of(0, 4, 1, 0, 10, 4, 2, 0)));
    expect([...flat]).toEqual([0, 4, 1, 10, 4, 2]);
  });

  it('are bytes that survive base64', () => {
    const all = Uint8Array.from({ length: 256 }, (_, k) => k);
    expect([...new Uint8Array(bytes(base64(all)))]).toEqual([...all]);
    expect(new TextDecoder().decode(bytes(base64('Å und 5 σ')))).toBe('Å und 5 σ');
  });
});
