/** Positions as a page keeps them: sixteen bits a coordinate, half the size of floats and finer than anything that can be seen. */

/** Positions between two corners. */
export interface Places {
  /** the corner of all least coordinates, Å */
  readonly low: readonly number[];
  /** from there to the corner of all largest ones, Å */
  readonly span: readonly number[];
  /** [N, 3] uint16 in base64 of little-endian: coordinate d is low[d] + span[d] · u / 65535 */
  readonly data: string;
}

/**
 * Packs the positions of rows of four. The error is at most span / 131070: 0.001 Å in a box of 200 Å.
 *
 * @param rows  [N, 4]
 * @oracle test/unit/places.test.ts (positions come back within their error)
 */
export function packPlaces(rows: Float64Array): Places {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let k = 0; k < rows.length; k += 4) {
    for (let d = 0; d < 3; d++) {
      if (rows[k + d]! < low[d]!) low[d] = rows[k + d]!;
      if (rows[k + d]! > high[d]!) high[d] = rows[k + d]!;
    }
  }
  if (rows.length === 0) return { low: [0, 0, 0], span: [0, 0, 0], data: '' };
  const span = low.map((x, d) => high[d]! - x);
  const packed = new Uint16Array((rows.length / 4) * 3);
  for (let k = 0; k < packed.length; k++) {
    const d = k % 3;
    const x = rows[4 * ((k - d) / 3) + d]! - low[d]!;
    packed[k] = span[d] === 0 ? 0 : Math.round((x / span[d]!) * 65535);
  }
  return { low, span, data: base64(packed) };
}

/** [N, 3] what was packed, Å. */
export function unpackPlaces({ low, span, data }: Places): Float32Array {
  return Float32Array.from(new Uint16Array(bytes(data)), (u, k) => low[k % 3]! + (span[k % 3]! * u) / 65535);
}

/** Base64 of the bytes of a typed array, or of text in UTF-8. */
export function base64(data: ArrayBufferView | string): string {
  const all =
    typeof data === 'string'
      ? new TextEncoder().encode(data)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = '';
  for (let i = 0; i < all.length; i += 8192) text += String.fromCharCode(...all.subarray(i, i + 8192));
  return btoa(text);
}

/** Bytes of base64. */
export function bytes(text: string): ArrayBuffer {
  const decoded = atob(text);
  const all = new Uint8Array(decoded.length);
  for (let k = 0; k < all.length; k++) all[k] = decoded.charCodeAt(k);
  return all.buffer;
}
