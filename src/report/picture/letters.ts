/** Text and plain shapes drawn onto a picture, from the outlines of letters in src/generated/font.ts. */
import { type Face, faces } from '../../generated/font.ts';
import { type Picture, rgb } from './shade.ts';

export interface TextStyle {
  /** height of the letters' em square, points */
  readonly size: number;
  /** #rrggbb */
  readonly color: string;
  readonly bold?: boolean;
}

/** Letters that are drawn as another where the typeface lacks them; narrow spaces as a third of an em. */
const substitutes: Readonly<Record<string, string>> = { '⁺': '+', '→': '–', '≥': '>', '₆': '6' };
/** Finer than a point by so much, in both directions. */
const fine = 4;

/** Width of a line of text, points. */
export function textWidth(text: string, { size, bold }: Pick<TextStyle, 'size' | 'bold'>): number {
  const face = faces[bold ? 'bold' : 'regular'];
  return [...text].reduce((sum, letter) => sum + (advance(face, letter) * size) / face.unitsPerEm, 0);
}

function advance(face: Face, letter: string): number {
  if (letter === '\u202f') return face.unitsPerEm / 5;
  return glyphOf(face, letter)[0];
}

function glyphOf(face: Face, letter: string): readonly [number, string] {
  return face.glyphs[letter] ?? face.glyphs[substitutes[letter] ?? '?']!;
}

/**
 * Draws one line of text.
 *
 * @param x  left end, points
 * @param y  base line, points
 */
export function drawText(picture: Picture, text: string, x: number, y: number, style: TextStyle): void {
  const face = faces[style.bold ? 'bold' : 'regular'];
  const scale = style.size / face.unitsPerEm;
  let at = x;
  for (const letter of text) {
    if (letter !== '\u202f') {
      const [, path] = glyphOf(face, letter);
      fill(
        picture,
        outlines(path).map((line) => line.map((value, k) => value * scale + (k % 2 === 0 ? at : y))),
        style.color,
      );
    }
    at += advance(face, letter) * scale;
  }
}

/** Draws a filled rectangle; fractions of points are honoured. */
export function drawBox(picture: Picture, x: number, y: number, width: number, height: number, color: string): void {
  fill(picture, [[x, y, x + width, y, x + width, y + height, x, y + height]], color);
}

/** Draws a filled circle. */
export function drawDisc(picture: Picture, x: number, y: number, radius: number, color: string): void {
  const corners = Array.from({ length: 48 }, (_, k) => [
    x + radius * Math.cos((2 * Math.PI * k) / 48),
    y + radius * Math.sin((2 * Math.PI * k) / 48),
  ]);
  fill(picture, [corners.flat()], color);
}

/** Outlines of an SVG path of M, L, H, V, Q, C and Z (capitals) as closed lines x, y, x, y …; curves in eight pieces. */
function outlines(path: string): number[][] {
  const lines: number[][] = [];
  let line: number[] = [];
  for (const [, command, rest] of path.matchAll(/([MLHVQCZ])([^MLHVQCZ]*)/g)) {
    const v = [...rest!.matchAll(/-?\d+(?:\.\d+)?/g)].map((one) => Number(one[0]));
    const [x, y] = [line.at(-2) ?? 0, line.at(-1) ?? 0];
    if (command === 'M') {
      line = [...v];
      lines.push(line);
    } else if (command === 'L') line.push(...v);
    else if (command === 'H') for (const one of v) line.push(one, y);
    else if (command === 'V') for (const one of v) line.push(x, one);
    else if (command === 'Q') {
      for (let k = 1; k <= 8; k++) {
        const [t, u] = [k / 8, 1 - k / 8];
        for (let d = 0; d < 2; d++) line.push(u * u * [x, y][d]! + 2 * u * t * v[d]! + t * t * v[2 + d]!);
      }
    } else if (command === 'C') {
      for (let k = 1; k <= 8; k++) {
        const [t, u] = [k / 8, 1 - k / 8];
        for (let d = 0; d < 2; d++) {
          line.push(u ** 3 * [x, y][d]! + 3 * u * u * t * v[d]! + 3 * u * t * t * v[2 + d]! + t ** 3 * v[4 + d]!);
        }
      }
    }
  }
  return lines;
}

/** Fills closed outlines by the non-zero rule; edges are smoothed by 4 × 4 points in one. */
function fill(picture: Picture, lines: readonly (readonly number[])[], color: string): void {
  const { width, height, pixels } = picture;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const line of lines) {
    for (let k = 0; k < line.length; k += 2) {
      left = Math.min(left, line[k]!);
      right = Math.max(right, line[k]!);
      top = Math.min(top, line[k + 1]!);
      bottom = Math.max(bottom, line[k + 1]!);
    }
  }
  const [x0, x1] = [Math.max(0, Math.floor(left)), Math.min(width - 1, Math.ceil(right))];
  const [y0, y1] = [Math.max(0, Math.floor(top)), Math.min(height - 1, Math.ceil(bottom))];
  if (!(x1 >= x0 && y1 >= y0)) return;
  const [r, g, b] = rgb(color);
  const columns = x1 - x0 + 1;
  const covered = new Float32Array(columns);
  for (let y = y0; y <= y1; y++) {
    covered.fill(0);
    for (let sub = 0; sub < fine; sub++) {
      const crossings: [number, number][] = [];
      const level = y + (sub + 0.5) / fine;
      for (const line of lines) {
        for (let k = 0; k < line.length; k += 2) {
          const n = (k + 2) % line.length;
          const [ya, yb] = [line[k + 1]!, line[n + 1]!];
          if (ya <= level === yb <= level) continue;
          crossings.push([line[k]! + ((level - ya) / (yb - ya)) * (line[n]! - line[k]!), yb > ya ? 1 : -1]);
        }
      }
      crossings.sort((p, q) => p[0] - q[0]);
      let winding = 0;
      for (let k = 0; k + 1 < crossings.length; k++) {
        winding += crossings[k]![1];
        if (winding !== 0) cover(covered, crossings[k]![0] - x0, crossings[k + 1]![0] - x0);
      }
    }
    for (let x = 0; x < columns; x++) {
      const share = Math.min(1, covered[x]! / fine);
      if (share === 0) continue;
      const at = 4 * (y * width + x0 + x);
      pixels[at] = pixels[at]! + share * (r - pixels[at]!);
      pixels[at + 1] = pixels[at + 1]! + share * (g - pixels[at + 1]!);
      pixels[at + 2] = pixels[at + 2]! + share * (b - pixels[at + 2]!);
    }
  }
}

/** Adds the exact share of every column that lies between two ends. */
function cover(covered: Float32Array, from: number, to: number): void {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(covered.length - 1, Math.floor(to));
  for (let x = first; x <= last; x++) covered[x]! += Math.max(0, Math.min(to, x + 1) - Math.max(from, x));
}
