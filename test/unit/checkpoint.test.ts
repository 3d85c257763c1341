import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, decodeCheckpoint, encodeCheckpoint } from '../../src/io/checkpoint.ts';

const sample = {
  header: { step: 12, heat: -0.1, note: 'Ångström', nested: [1, null, { deep: true }] },
  arrays: {
    positions: Float64Array.of(1, -0, Number.NaN, 1e-308),
    kinds: Int32Array.of(-5, 2 ** 31 - 1, 0),
    flags: Uint8Array.of(1, 255, 0),
    none: new Float64Array(0),
  },
};

describe('checkpoint', () => {
  it('returns header and arrays to the bit', () => {
    const bytes = encodeCheckpoint(sample);
    expect(new TextDecoder().decode(bytes.subarray(0, 23))).toBe('CARDHOUSE checkpoint 1\n');
    // also from the middle of a larger buffer, at an odd offset
    const larger = new Uint8Array(bytes.length + 9);
    larger.set(bytes, 3);
    for (const read of [bytes, larger.subarray(3, 3 + bytes.length)]) {
      const back = decodeCheckpoint(read, 'a');
      expect(back.header).toEqual(sample.header);
      expect(Object.keys(back.arrays)).toEqual(Object.keys(sample.arrays));
      expect(back.arrays).toEqual(sample.arrays);
      expect(Object.is(back.arrays['positions']![1], -0)).toBe(true);
    }
  });

  it('round-trips any arrays under any names', () => {
    const entry = fc.tuple(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.oneof(fc.float64Array(), fc.int32Array(), fc.uint8Array()),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(entry, { maxLength: 5 }), (json, entries) => {
        const header: unknown = JSON.parse(JSON.stringify(json));
        const arrays = Object.fromEntries(entries);
        const back = decodeCheckpoint(encodeCheckpoint({ header, arrays }), 'any');
        expect(back.header).toEqual(header);
        expect(back.arrays).toEqual(arrays);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('says what is wrong with a file', () => {
    const bytes = encodeCheckpoint(sample);
    const failing = (change: Uint8Array) => () => decodeCheckpoint(change, 'run/checkpoint');
    expect(failing(new TextEncoder().encode('ITEM: TIMESTEP\n0\n'))).toThrow(
      'run/checkpoint: not a checkpoint (must begin with "CARDHOUSE checkpoint")',
    );
    const other = bytes.slice();
    other[21] = '7'.charCodeAt(0);
    expect(failing(other)).toThrow('run/checkpoint: checkpoint must be of version 1, got version "7"');
    for (const length of [0, 5, 21, 30, 100, bytes.length - 1]) {
      expect(failing(bytes.slice(0, length))).toThrow(`run/checkpoint: checkpoint is truncated (${length}`);
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(failing(longer)).toThrow('run/checkpoint: checkpoint is damaged (checksum does not match)');
    expect(() => encodeCheckpoint({ header: { heat: Number.NaN }, arrays: {} })).toThrow(
      'checkpoint header: "heat" must be a finite number, got NaN',
    );
  });

  it('every flipped bit is noticed', () => {
    const bytes = encodeCheckpoint(sample);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeCheckpoint(damaged, 'x')).toThrow(/^x: /);
    }
  });

  it('its checksum is CRC-32', () => {
    const text = new TextEncoder().encode('123456789');
    expect(crc32(text)).toBe(0xcbf43926);
    if (typeof zlibCrc32 === 'function')
      expect(crc32(encodeCheckpoint(sample))).toBe(zlibCrc32(encodeCheckpoint(sample)));
  });
});
