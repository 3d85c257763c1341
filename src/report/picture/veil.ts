/**
 * What need not be drawn: bodies are taken in layers from the eye away, and after each layer a coarse map knows how deep every tile of
 * the picture is closed. In a box of 250 000 atoms nine bodies in ten lie behind such a front.
 */
import type { Bodies } from './bodies.ts';
import type { Drawn } from './raster.ts';

/** [body, 5] left, right, top, bottom (points) and nearest depth (Å) of every body; row 0 is none. */
export type BodyBoxes = Float32Array;

const tile = 16;
const layers = 14;
/** Fewer bodies than this are drawn in one go. */
const few = 20_000;

/** Where every ball, stick and face is at most seen. */
export function bodyBoxes(bodies: Bodies, at: Float64Array, scale: number, drawn: Drawn): BodyBoxes {
  const { balls, sticks, faces, stickRadius } = bodies;
  const { firstStick, firstFace, firstLine } = drawn;
  const boxes = new Float32Array(5 * firstLine);
  const set = (one: number, corners: readonly number[], r: number): void => {
    let [left, right, top, bottom, near] = [Infinity, -Infinity, Infinity, -Infinity, -Infinity];
    for (const i of corners) {
      left = Math.min(left, at[3 * i]!);
      right = Math.max(right, at[3 * i]!);
      top = Math.min(top, at[3 * i + 1]!);
      bottom = Math.max(bottom, at[3 * i + 1]!);
      near = Math.max(near, at[3 * i + 2]!);
    }
    const reach = r * scale;
    boxes[5 * one] = left - reach;
    boxes[5 * one + 1] = right + reach;
    boxes[5 * one + 2] = top - reach;
    boxes[5 * one + 3] = bottom + reach;
    boxes[5 * one + 4] = near + r;
  };
  for (let i = 0; i < balls.length / 4; i++) {
    const r = balls[4 * i + 3]!;
    set(1 + i, [i], r);
    // a ball without size is not there
    if (!(r > 0)) boxes[5 * (1 + i) + 4] = -Infinity;
  }
  for (let k = 0; k < firstFace - firstStick; k++)
    set(firstStick + k, [sticks[2 * k]!, sticks[2 * k + 1]!], stickRadius);
  for (let k = 0; k < firstLine - firstFace; k++) {
    set(firstFace + k, [faces[3 * k]!, faces[3 * k + 1]!, faces[3 * k + 2]!], 0);
  }
  return boxes;
}

/** Bodies in layers, nearest first; those that are not there in none. */
export function layersOf(boxes: BodyBoxes, count: number): Int32Array[] {
  let [near, far] = [-Infinity, Infinity];
  for (let one = 1; one < count; one++) {
    const z = boxes[5 * one + 4]!;
    if (z === -Infinity) continue;
    near = Math.max(near, z);
    far = Math.min(far, z);
  }
  const parts = count > few ? layers : 1;
  const of = (z: number): number => Math.min(parts - 1, Math.floor(((near - z) / (near - far || 1)) * parts));
  const sizes = new Int32Array(parts);
  for (let one = 1; one < count; one++) if (boxes[5 * one + 4]! !== -Infinity) sizes[of(boxes[5 * one + 4]!)]!++;
  const out = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(parts);
  for (let one = 1; one < count; one++) {
    const z = boxes[5 * one + 4]!;
    if (z === -Infinity) continue;
    const layer = of(z);
    out[layer]![filled[layer]!++] = one;
  }
  return out;
}

/** The map of how deep tiles are closed. */
export class Veil {
  readonly #drawn: Drawn;
  readonly #columns: number;
  readonly #rows: number;
  /** [tiles] least depth of any point of the tile; −Infinity while paper shows */
  readonly #closed: Float32Array;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#columns = Math.ceil(drawn.width / tile);
    this.#rows = Math.ceil(drawn.height / tile);
    this.#closed = new Float32Array(this.#columns * this.#rows).fill(-Infinity);
  }

  /** Whether a body lies behind closed tiles everywhere, or outside of the picture. */
  hides(boxes: BodyBoxes, one: number): boolean {
    const left = Math.max(0, Math.floor(boxes[5 * one]! / tile));
    const right = Math.min(this.#columns - 1, Math.floor(boxes[5 * one + 1]! / tile));
    const top = Math.max(0, Math.floor(boxes[5 * one + 2]! / tile));
    const bottom = Math.min(this.#rows - 1, Math.floor(boxes[5 * one + 3]! / tile));
    const near = boxes[5 * one + 4]!;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        if (near > this.#closed[row * this.#columns + column]!) return false;
      }
    }
    return true;
  }

  /** Reads the depth buffer again. */
  renew(): void {
    const { width, height, depth } = this.#drawn;
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++) {
        let least = Infinity;
        const [right, bottom] = [Math.min(width, (column + 1) * tile), Math.min(height, (row + 1) * tile)];
        for (let y = row * tile; y < bottom && least > -Infinity; y++) {
          for (let p = y * width + column * tile; p < y * width + right; p++) if (depth[p]! < least) least = depth[p]!;
        }
        this.#closed[row * this.#columns + column] = least;
      }
    }
  }
}
