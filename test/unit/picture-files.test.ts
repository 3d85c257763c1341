/** Files of pictures and snapshots: what was put in comes out again. */
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cubicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { crc32 } from '../../src/io/checkpoint.ts';
import { parseExtxyz, parseExtxyzWhere } from '../../src/io/extxyz.ts';
import { formatAtomTable } from '../../src/io/extxyz-columns.ts';
import { encodeGif } from '../../src/report/picture/gif.ts';
import { drawText, textWidth } from '../../src/report/picture/letters.ts';
import { encodeApng, encodePng } from '../../src/report/picture/png.ts';
import type { Picture } from '../../src/report/picture/shade.ts';

function picture(
  width: number,
  height: number,
  at: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let p = 0; p < width * height; p++) pixels.set([...at(p % width, Math.floor(p / width)), 255], 4 * p);
  return { width, height, pixels };
}

function chunksOf(bytes: Uint8Array): { type: string; data: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const chunks = [];
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    chunks.push({
      type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)),
      data: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

/** Undoes the filters of a PNG by the formulas of its specification. */
function unfiltered(raw: Uint8Array, width: number, height: number, channels: number): Uint8Array {
  const line = width * channels;
  const out = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) {
    const kind = raw[y * (line + 1)]!;
    for (let k = 0; k < line; k++) {
      const a = k >= channels ? out[y * line + k - channels]! : 0;
      const b = y > 0 ? out[(y - 1) * line + k]! : 0;
      const c = y > 0 && k >= channels ? out[(y - 1) * line + k - channels]! : 0;
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, one) => (Math.abs(p - one) < Math.abs(p - best) ? one : best));
      out[y * line + k] = raw[y * (line + 1) + 1 + k]! + [0, a, b, (a + b) >> 1, nearest][kind]!;
    }
  }
  return out;
}

const colourful = picture(37, 23, (x, y) => [(x * 7) & 255, (y * 11 + x) & 255, x > 20 ? 200 : 3]);

describe('PNG', () => {
  it('holds every point, its size and its texts', async () => {
    const chunks = chunksOf(await encodePng(colourful, { texts: { Title: 'Natrium in Å' } }));
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'pHYs', 'iTXt', 'IDAT', 'IEND']);
    const raw = inflateSync(chunks[3]!.data);
    const rgb = unfiltered(raw, 37, 23, 3);
    for (let p = 0; p < 37 * 23; p++) {
      expect([...rgb.subarray(3 * p, 3 * p + 3)]).toEqual([...colourful.pixels.subarray(4 * p, 4 * p + 3)]);
    }
    expect(new TextDecoder().decode(chunks[2]!.data)).toBe('Title\0\0\0\0\0Natrium in Å');
  });

  it('that moves stores what changes and nothing else', async () => {
    const second = picture(37, 23, (x, y) =>
      x === 5 && y === 6
        ? [255, 0, 0]
        : ([...colourful.pixels.subarray(4 * (y * 37 + x), 4 * (y * 37 + x) + 3)] as unknown as [
            number,
            number,
            number,
          ]),
    );
    const chunks = chunksOf(await encodeApng([colourful, second, second], [100, 200, 300]));
    expect(chunks.map(({ type }) => type)).toEqual([
      'IHDR',
      'acTL',
      'fcTL',
      'IDAT',
      'fcTL',
      'fdAT',
      'fcTL',
      'fdAT',
      'IEND',
    ]);
    const frame = new DataView(chunks[4]!.data.slice().buffer);
    expect([4, 8, 12, 16].map((k) => frame.getUint32(k))).toEqual([1, 1, 5, 6]);
    expect(frame.getUint16(20)).toBe(200);
    expect([...inflateSync(chunks[5]!.data.subarray(4))].slice(-4)).toEqual([255, 0, 0, 255]);
    // sequence numbers rise over both kinds of chunk
    const numbers = chunks
      .filter(({ type }) => type === 'fcTL' || type === 'fdAT')
      .map(({ data }) => new DataView(data.slice().buffer).getUint32(0));
    expect(numbers).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('GIF', () => {
  it('has its frames, repeats, and is small where nothing moves', () => {
    const one = picture(120, 80, (x, y) => [x, y, 90]);
    const still = encodeGif([one, one, one], [40, 40, 40]);
    const single = encodeGif([one], [40]);
    expect(String.fromCharCode(...still.subarray(0, 6))).toBe('GIF89a');
    expect([still[6]! + 256 * still[7]!, still[8]! + 256 * still[9]!]).toEqual([120, 80]);
    expect(String.fromCharCode(...still)).toContain('NETSCAPE2.0');
    expect(still.length - single.length).toBeLessThan(0.2 * single.length);
    expect(still.at(-1)).toBe(0x3b);
  });
});

describe('letters', () => {
  it('are as wide as they are told to be, and leave ink', () => {
    const paper = picture(200, 40, () => [255, 255, 255]);
    drawText(paper, 'Å 25', 10, 30, { size: 24, color: '#000000' });
    let [left, right] = [200, 0];
    for (let p = 0; p < 200 * 40; p++) {
      if (paper.pixels[4 * p]! > 128) continue;
      left = Math.min(left, p % 200);
      right = Math.max(right, p % 200);
    }
    const width = textWidth('Å 25', { size: 24 });
    expect(left).toBeGreaterThanOrEqual(10);
    expect(Math.abs(right - (10 + width))).toBeLessThan(4);
    expect(textWidth('ii', { size: 24 })).toBeLessThan(textWidth('WW', { size: 24 }));
  });
});

describe('files for other programs', () => {
  const frame: Frame = {
    cell: cubicCell(12),
    species: ['C:zigzag', 'Na'],
    rows: Float64Array.of(1, 2, 3, 0, 4, 5, 6.5, 1),
    info: { branch: 'charge', voltage: 0.05 },
  };

  it('have positions behind the element, then all that is known', () => {
    const text = formatAtomTable(frame, [
      { name: 'class', type: 'S', values: ['host', 'pore'] },
      { name: 'metal_share', type: 'R', values: [0, 0.25] },
    ]);
    const lines = text.split('\n');
    expect(lines[1]).toContain('Properties=species:S:1:pos:R:3:site:S:1:class:S:1:metal_share:R:1');
    expect(lines[3]).toBe('Na 4 5 6.5 - pore 0.25');
    const [back] = parseExtxyz(text);
    expect(back!.species).toEqual(frame.species);
    expect([...back!.rows]).toEqual([...frame.rows]);
    expect(back!.info).toMatchObject({ branch: 'charge', voltage: 0.05 });
    expect(() => formatAtomTable(frame, [{ name: 'class', type: 'S', values: ['one'] }])).toThrow(/1 values, wanted 2/);
    expect(() => formatAtomTable(frame, [{ name: 'pos', type: 'I', values: [1, 2] }])).toThrow(/cannot be written/);
  });

  it('are read only where they are wanted', () => {
    const text = [0, 1, 2].map((k) => formatAtomTable({ ...frame, info: { replica: k } }, [])).join('');
    const found = parseExtxyzWhere(text, 'three.xyz', (info) => info.get('replica') !== 1);
    expect(found.map(({ info }) => info!['replica'])).toEqual([0, 2]);
    expect(() => parseExtxyzWhere(text.slice(0, -30), 'three.xyz', () => true)).toThrow(/three\.xyz/);
  });
});
