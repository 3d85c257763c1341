/**
 * Checkpoints: a JSON header and named arrays in one block of bytes that knows its version, its length and its checksum.
 *
 *   "CARDHOUSE checkpoint 1\n" · u32 total length, low and high word · u32 length of the JSON · JSON · arrays, each at a multiple
 *   of 8 · u32 CRC-32 of all before.   Little endian.
 */
import { SpecError } from '../core/errors.ts';

export type CheckpointArray = Float64Array | Int32Array | Uint8Array;

export interface Checkpoint {
  /** anything JSON can say */
  readonly header: unknown;
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
}

const magic = 'CARDHOUSE checkpoint ';
const version = '1';
const types = { f64: Float64Array, i32: Int32Array, u8: Uint8Array } as const;

interface Entry {
  readonly name: string;
  readonly type: keyof typeof types;
  readonly length: number;
  /** from the start of the arrays, bytes */
  readonly at: number;
}

/**
 * Writes a checkpoint.
 *
 * @returns the bytes of a file
 * @throws SpecError  the header holds a number that JSON cannot say (NaN, infinity)
 * @oracle test/unit/checkpoint.test.ts
 */
export function encodeCheckpoint({ header, arrays }: Checkpoint): Uint8Array {
  const entries: Entry[] = [];
  let size = 0;
  for (const [name, array] of Object.entries(arrays)) {
    entries.push({ name, type: typeOf(array), length: array.length, at: size });
    size = aligned(size + array.byteLength);
  }
  const json = new TextEncoder().encode(
    JSON.stringify({ header, arrays: entries }, (key, value: unknown) => {
      if (typeof value !== 'number' || Number.isFinite(value)) return value;
      throw new SpecError(`checkpoint header: "${key}" must be a finite number, got ${value}`);
    }),
  );
  const first = new TextEncoder().encode(`${magic}${version}\n`);
  const start = aligned(first.length + 12 + json.length);
  const total = start + size + 4;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(first);
  view.setUint32(first.length, total >>> 0, true);
  view.setUint32(first.length + 4, Math.floor(total / 4294967296), true);
  view.setUint32(first.length + 8, json.length, true);
  bytes.set(json, first.length + 12);
  for (const { name, at } of entries) {
    const array = arrays[name]!;
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + at);
  }
  view.setUint32(total - 4, crc32(bytes.subarray(0, total - 4)), true);
  return bytes;
}

/**
 * Reads a checkpoint; arrays are copies.
 *
 * @param file  name for messages
 * @throws SpecError  not a checkpoint, one of another version, truncated, or damaged
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const firstLine = String.fromCharCode(...bytes.subarray(0, 64)).split('\n')[0]!;
  if (!firstLine.startsWith(magic)) {
    if (bytes.length < magic.length && magic.startsWith(firstLine)) throw truncated(file, bytes.length);
    throw new SpecError(`${file}: not a checkpoint (must begin with "${magic.trim()}")`);
  }
  const start = firstLine.length + 1;
  if (bytes.length < start + 12) throw truncated(file, bytes.length);
  const found = firstLine.slice(magic.length);
  if (found !== version) {
    throw new SpecError(`${file}: checkpoint must be of version ${version}, got version ${JSON.stringify(found)}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = view.getUint32(start, true) + 4294967296 * view.getUint32(start + 4, true);
  if (bytes.length < total) throw truncated(file, bytes.length, total);
  const end = bytes.length - 4;
  if (bytes.length > total || view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw new SpecError(`${file}: checkpoint is damaged (checksum does not match); use the one before it`);
  }
  const jsonLength = view.getUint32(start + 8, true);
  const text = new TextDecoder().decode(bytes.subarray(start + 12, start + 12 + jsonLength));
  const { header, arrays } = JSON.parse(text) as { readonly header: unknown; readonly arrays: readonly Entry[] };
  const base = aligned(start + 12 + jsonLength);
  return {
    header,
    arrays: Object.fromEntries(
      arrays.map(({ name, type, length, at }) => {
        const array = new types[type](length);
        new Uint8Array(array.buffer).set(bytes.subarray(base + at, base + at + array.byteLength));
        return [name, array];
      }),
    ),
  };
}

function truncated(file: string, got: number, wanted?: number): SpecError {
  const whole = wanted === undefined ? '' : ` of ${wanted}`;
  return new SpecError(`${file}: checkpoint is truncated (${got}${whole} bytes); use the one before it`);
}

function typeOf(array: CheckpointArray): Entry['type'] {
  if (array instanceof Float64Array) return 'f64';
  return array instanceof Int32Array ? 'i32' : 'u8';
}

/** The next multiple of 8. */
function aligned(n: number): number {
  return Math.ceil(n / 8) * 8;
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** CRC-32 of ISO-HDLC (zip, png): reflected polynomial 0xEDB88320. */
export function crc32(bytes: Uint8Array): number {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return (c ^ -1) >>> 0;
}
