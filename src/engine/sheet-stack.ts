/** Sheets stacked along z, and the galleries between them. */
import { atomCount, type Frame } from '../core/frame.ts';

export interface SheetStack {
  /** [sheets] mean height, Å */
  readonly heights: Float64Array;
  /** [atoms] gallery of a guest: the number of the sheet below it; of a carbon its own sheet's number */
  readonly galleryOf: Int32Array;
  /** [atoms] height; of guests that in the period that begins at the lowest sheet, Å */
  readonly z: Float64Array;
}

/**
 * Which guest is in which gallery.
 *
 * @param frame   host atoms first, then guests
 * @param sheets  [host atoms] number of the sheet, from 0 at the bottom
 */
export function sheetStack(frame: Frame, sheets: Int32Array): SheetStack {
  const count = sheets.reduce((most, sheet) => Math.max(most, sheet), -1) + 1;
  const heights = new Float64Array(count);
  const members = new Float64Array(count);
  sheets.forEach((sheet, i) => {
    heights[sheet]! += frame.rows[4 * i + 2]!;
    members[sheet]!++;
  });
  for (let k = 0; k < count; k++) heights[k]! /= members[k]!;
  const l = frame.cell.matrix[8]!;
  const n = atomCount(frame);
  const galleryOf = new Int32Array(n);
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    z[i] = frame.rows[4 * i + 2]!;
    if (i < sheets.length) {
      galleryOf[i] = sheets[i]!;
      continue;
    }
    z[i] = z[i]! - l * Math.floor((z[i]! - heights[0]!) / l);
    let k = count - 1;
    while (k > 0 && heights[k]! > z[i]!) k--;
    galleryOf[i] = k;
  }
  return { heights, galleryOf, z };
}

/**
 * Sheets of a stack along z by the gaps between them, for `MovingHostSetup.sheets`.
 *
 * @param gap  carbons farther apart in z than this are in different sheets, Å
 * @returns [atoms] numbers from 0 at the bottom
 */
export function sheetsAlongZ({ rows }: Frame, gap = 1.5): Int32Array {
  const order = Array.from({ length: rows.length / 4 }, (_, i) => i).sort(
    (i, j) => rows[4 * i + 2]! - rows[4 * j + 2]!,
  );
  const sheets = new Int32Array(order.length);
  let sheet = 0;
  order.forEach((i, k) => {
    const below = order[k - 1];
    if (below !== undefined && rows[4 * i + 2]! - rows[4 * below + 2]! > gap) sheet++;
    sheets[i] = sheet;
  });
  return sheets;
}
