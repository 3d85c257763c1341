/**
 * What need not be drawn: bodies are taken in layers from the eye away, and after each layer a coarse map knows how deep every tile of
 * the picture is closed. In a box of 250 000 atoms nine bodies in ten lie behind such a front.
 */
import type { Bodies } from './bodies.ts';
import type { Drawn } from './raster.ts';

/** [body, 5] left, right, top, bottom (points) and nearest depth (Å) of every body; row 0 is none. */
export type BodyBoxes = Float32Array;

const tile = 16;
const layers = 64;
/** Fewer bodies than this are drawn in one go. */
const few = 20_000;

/** Where every ball, stick and face is at most seen. */
export function bodyBoxes(bodies: Bodies, at: Float64Array, scale: number, drawn: Drawn): BodyBoxes {
  const { balls, sticks, faces, stickRadius } = bodies;
  const { firstStick, firstFace, firstLine } = drawn;
  const boxes = new Float32Array(5 * firstLine);
  const corner = (at3: number, one: number): void => {
    const k = 5 * one;
    const [x, y, z] = [at[at3]!, at[at3 + 1]!, at[at3 + 2]!];
    if (x < boxes[k]!) boxes[k] = x;
    if (x > boxes[k + 1]!) boxes[k + 1] = x;
    if (y < boxes[k + 2]!) boxes[k + 2] = y;
    if (y > boxes[k + 3]!) boxes[k + 3] = y;
    if (z > boxes[k + 4]!) boxes[k + 4] = z;
  };
  const begin = (one: number): void => {
    boxes[5 * one] = boxes[5 * one + 2] = Infinity;
    boxes[5 * one + 1] = boxes[5 * one + 3] = boxes[5 * one + 4] = -Infinity;
  };
  const grow = (one: number, r: number): void => {
    boxes[5 * one]! -= r * scale;
    boxes[5 * one + 1]! += r * scale;
    boxes[5 * one + 2]! -= r * scale;
    boxes[5 * one + 3]! += r * scale;
    boxes[5 * one + 4]! += r;
  };
  for (let i = 0; i < balls.length / 4; i++) {
    const r = balls[4 * i + 3]!;
    begin(1 + i);
    corner(3 * i, 1 + i);
    grow(1 + i, r);
    // a ball without size is not there
    if (!(r > 0)) boxes[5 * (1 + i) + 4] = -Infinity;
  }
  for (let k = 0; k < firstFace - firstStick; k++) {
    begin(firstStick + k);
    for (let e = 0; e < 2; e++) corner(3 * sticks[2 * k + e]!, firstStick + k);
    grow(firstStick + k, stickRadius);
  }
  for (let k = 0; k < firstLine - firstFace; k++) {
    begin(firstFace + k);
    for (let e = 0; e < 3; e++) corner(3 * faces[3 * k + e]!, firstFace + k);
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
  /** [tiles] 1 where something was drawn since the map was made */
  readonly #touched: Uint8Array;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#columns = Math.ceil(drawn.width / tile);
    this.#rows = Math.ceil(drawn.height / tile);
    this.#closed = new Float32Array(this.#columns * this.#rows).fill(-Infinity);
    this.#touched = new Uint8Array(this.#columns * this.#rows);
  }

  /** Whether a body lies behind closed tiles everywhere, or outside of the picture. One that does not is taken to be drawn next. */
  hides(boxes: BodyBoxes, one: number): boolean {
    const left = Math.max(0, Math.floor(boxes[5 * one]! / tile));
    const right = Math.min(this.#columns - 1, Math.floor(boxes[5 * one + 1]! / tile));
    const top = Math.max(0, Math.floor(boxes[5 * one + 2]! / tile));
    const bottom = Math.min(this.#rows - 1, Math.floor(boxes[5 * one + 3]! / tile));
    const near = boxes[5 * one + 4]!;
    let hidden = true;
    for (let row = top; row <= bottom; row++) {
      for (let t = row * this.#columns + left; t <= row * this.#columns + right; t++) {
        if (near <= this.#closed[t]!) continue;
        this.#touched[t] = 1;
        hidden = false;
      }
    }
    return hidden;
  }

  /** Reads the depth buffer again where something was drawn. */
  renew(): void {
    const { width, height, depth } = this.#drawn;
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++) {
        if (this.#touched[row * this.#columns + column] === 0) continue;
        this.#touched[row * this.#columns + column] = 0;
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
