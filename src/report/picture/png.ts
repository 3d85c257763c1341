/**
 * PNG, also with frames that move (APNG). What compresses is the runtime's own `CompressionStream`, in Node and browsers alike.
 *
 * @cite W3C, Portable Network Graphics (PNG) Specification, Third Edition, 2025
 */
import { crc32 } from '../../io/checkpoint.ts';
import type { Picture } from './shade.ts';

/** Dots per inch written into a picture are so many per metre. */
const inch = 0.0254;

export interface PngOptions {
  /** dots per inch that a printer should take it for; 300 when not given */
  readonly dpi?: number;
  /** texts by keyword (Latin-1), e.g. { Title: … } */
  readonly texts?: Readonly<Record<string, string>>;
}

/**
 * A picture as the bytes of a PNG file: eight bits, RGB, rows filtered by what costs least.
 *
 * @oracle test/unit/picture-files.test.ts (Chromium's decoder is asked in the browser test; here the bytes are inflated again)
 */
export async function encodePng(picture: Picture, options: PngOptions = {}): Promise<Uint8Array> {
  const rows = filtered(picture, 3);
  return joined([
    signature,
    header(picture, 2),
    physical(options.dpi ?? 300),
    ...texts(options.texts),
    chunk('IDAT', await deflated(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/**
 * Pictures of one size as an animated PNG that repeats for ever. Only what changes from one to the next is stored. Programs that
 * know no animation show the first.
 *
 * @param delays  of each, ms
 */
export async function encodeApng(
  pictures: readonly Picture[],
  delays: readonly number[],
  options: PngOptions = {},
): Promise<Uint8Array> {
  const first = pictures[0]!;
  const control = new Uint8Array(8);
  new DataView(control.buffer).setUint32(0, pictures.length);
  const parts: Uint8Array[] = [signature, header(first, 6), chunk('acTL', control), ...texts(options.texts)];
  let sequence = 0;
  for (const [k, picture] of pictures.entries()) {
    const part = k === 0 ? { x: 0, y: 0, picture } : changed(pictures[k - 1]!, picture);
    const frame = new Uint8Array(26);
    const view = new DataView(frame.buffer);
    view.setUint32(0, sequence++);
    view.setUint32(4, part.picture.width);
    view.setUint32(8, part.picture.height);
    view.setUint32(12, part.x);
    view.setUint32(16, part.y);
    view.setUint16(20, delays[k]!);
    view.setUint16(22, 1000);
    // laid over what is there: unchanged points are transparent
    view.setUint8(25, k === 0 ? 0 : 1);
    parts.push(chunk('fcTL', frame));
    const data = await deflated(filtered(part.picture, 4));
    if (k === 0) parts.push(chunk('IDAT', data));
    else {
      const numbered = new Uint8Array(4 + data.length);
      new DataView(numbered.buffer).setUint32(0, sequence++);
      numbered.set(data, 4);
      parts.push(chunk('fdAT', numbered));
    }
  }
  return joined([...parts, chunk('IEND', new Uint8Array(0))]);
}

/** The rectangle in which two pictures differ, with what is alike left transparent. */
function changed(before: Picture, after: Picture): { x: number; y: number; picture: Picture } {
  const { width, height } = after;
  const a = new Uint32Array(before.pixels.buffer);
  const b = new Uint32Array(after.pixels.buffer);
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (a[y * width + x] === b[y * width + x]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) [left, right, top, bottom] = [0, 0, 0, 0];
  const [w, h] = [right - left + 1, bottom - top + 1];
  const part = new Uint32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = (top + y) * width + left + x;
      part[y * w + x] = a[at] === b[at] ? 0 : b[at]!;
    }
  }
  return { x: left, y: top, picture: { width: w, height: h, pixels: new Uint8ClampedArray(part.buffer) } };
}

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

function header({ width, height }: Picture, colorType: number): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data.set([8, colorType, 0, 0, 0], 8);
  return chunk('IHDR', data);
}

function physical(dpi: number): Uint8Array {
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  view.setUint32(0, Math.round(dpi / inch));
  view.setUint32(4, Math.round(dpi / inch));
  data[8] = 1;
  return chunk('pHYs', data);
}

function texts(entries: Readonly<Record<string, string>> = {}): Uint8Array[] {
  return Object.entries(entries).map(([key, text]) => {
    // iTXt: UTF-8, not compressed
    const body = new TextEncoder().encode(text);
    const head = new TextEncoder().encode(key);
    const data = new Uint8Array(head.length + 5 + body.length);
    data.set(head);
    data.set(body, head.length + 5);
    return chunk('iTXt', data);
  });
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let k = 0; k < 4; k++) out[4 + k] = type.charCodeAt(k);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** Rows of bytes, each behind the number of its filter: the one of left, up and Paeth whose bytes are smallest in sum. */
function filtered({ width, height, pixels }: Picture, channels: 3 | 4): Uint8Array {
  const bytes = width * channels;
  const out = new Uint8Array(height * (bytes + 1));
  let above = new Uint8Array(bytes);
  let row = new Uint8Array(bytes);
  const [byLeft, byUp, byPaeth] = [new Uint8Array(bytes), new Uint8Array(bytes), new Uint8Array(bytes)];
  for (let y = 0; y < height; y++) {
    for (let x = 0, from = 4 * y * width, to = 0; x < width; x++, from += 4) {
      for (let c = 0; c < channels; c++) row[to++] = pixels[from + c]!;
    }
    // left, up and Paeth in one pass; |rest| as a signed byte is what it costs
    let [left, up, paeth] = [0, 0, 0];
    for (let k = 0; k < bytes; k++) {
      const value = row[k]!;
      const b = above[k]!;
      const a = k >= channels ? row[k - channels]! : 0;
      const c = k >= channels ? above[k - channels]! : 0;
      const p = a + b - c;
      const da = p > a ? p - a : a - p;
      const db = p > b ? p - b : b - p;
      const dc = p > c ? p - c : c - p;
      const guess = da <= db && da <= dc ? a : db <= dc ? b : c;
      const restLeft = (value - a) & 255;
      const restUp = (value - b) & 255;
      const restPaeth = (value - guess) & 255;
      byLeft[k] = restLeft;
      byUp[k] = restUp;
      byPaeth[k] = restPaeth;
      left += restLeft < 128 ? restLeft : 256 - restLeft;
      up += restUp < 128 ? restUp : 256 - restUp;
      paeth += restPaeth < 128 ? restPaeth : 256 - restPaeth;
    }
    const least = Math.min(left, up, paeth);
    const best =
      least === up
        ? { kind: 2, bytes: byUp }
        : least === left
          ? { kind: 1, bytes: byLeft }
          : { kind: 4, bytes: byPaeth };
    out[y * (bytes + 1)] = best.kind;
    out.set(best.bytes, y * (bytes + 1) + 1);
    [above, row] = [row, above];
  }
  return out;
}

async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
