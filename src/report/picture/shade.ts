/** From buffers to colours: light, depth cue, and the average of many points for each of the picture. */
import type { Bodies, View } from './bodies.ts';
import { nearShadow, skyLight } from './light.ts';
import type { Drawn } from './raster.ts';

/** A picture in memory: rows from the top, RGBA. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] */
  readonly pixels: Uint8ClampedArray;
}

export interface Look {
  /** #rrggbb */
  readonly paper: string;
  /** #rrggbb of the lines of the box */
  readonly line: string;
  /** share of paper in what lies farthest, 0 … 1 */
  readonly haze: number;
}

export const defaultLook: Look = { paper: '#ffffff', line: '#7d8894', haze: 0.42 };

/** Shares of the light: sky all around, and a lamp over the left shoulder. */
const sky = 0.78;
const lamp = 0.42;
const lampFrom = [-0.42, 0.58, 0.7] as const;
/** Å */
const shadowRadius = 1.6;
const shadowThick = 5;

/** Red, green and blue of #rrggbb, 0 … 255. */
export function rgb(color: string): readonly [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Lights what was drawn and averages `times` × `times` points into one.
 *
 *   colour = ink · [sky · E(n) · (1 − shadow) + lamp · (n·l)₊] + shine · (n·h)⁴⁰, then towards paper by depth.
 *
 * @param view  the fine one that was drawn
 */
export function shade(bodies: Bodies, view: View, drawn: Drawn, times: number, look: Look = defaultLook): Picture {
  const { body, depth, normal, firstStick, firstFace, firstLine } = drawn;
  const { sticks, faces, inks } = bodies;
  const balls = bodies.balls.length / 4;
  const wanted = new Uint8Array(balls);
  let [near, far] = [-Infinity, Infinity];
  for (let p = 0; p < body.length; p++) {
    const b = body[p]!;
    if (b === 0 || b >= firstLine) continue;
    const z = depth[p]!;
    if (z > near) near = z;
    if (z < far) far = z;
    if (b < firstStick) wanted[b - 1] = 1;
    else if (b < firstFace) for (let e = 0; e < 2; e++) wanted[sticks[2 * (b - firstStick) + e]!] = 1;
    else for (let e = 0; e < 3; e++) wanted[faces[3 * (b - firstFace) + e]!] = 1;
  }
  const light = inPicture(skyLight(bodies, wanted), view);
  const shadow = nearShadow(depth, drawn.width, drawn.height, shadowRadius * view.scale, shadowThick);
  const shadowWidth = Math.ceil(drawn.width / 2);
  // [ink, 4] red, green, blue, shine
  const colors = Float64Array.from(inks.flatMap(({ color, shine }) => [...linear(color), shine]));
  const [paperR, paperG, paperB] = linear(look.paper);
  const [lineR, lineG, lineB] = linear(look.line);
  const size = Math.hypot(...lampFrom);
  const [lx, ly, lz] = lampFrom.map((x) => x / size) as [number, number, number];
  // half way between lamp and eye
  const halfSize = Math.hypot(lx, ly, lz + 1);
  const [hx, hy, hz] = [lx / halfSize, ly / halfSize, (lz + 1) / halfSize];
  const [width, height] = [Math.floor(drawn.width / times), Math.floor(drawn.height / times)];
  const pixels = new Uint8ClampedArray(4 * width * height);
  const toScreen = gammaTable();
  const hazeSteps = 512;
  const perHaze = hazeSteps / (near - far);
  const hazes = Float64Array.from({ length: hazeSteps + 1 }, (_, k) => haziness(k / hazeSteps, 1, look.haze));
  const [ballInk, stickInk, faceInk] = [bodies.ballInk, bodies.stickInk, bodies.faceInk];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let r = 0;
      let g = 0;
      let b = 0;
      // where one body fills the whole point, one of its points stands for all
      const corner = row * times * drawn.width + column * times;
      const alone =
        body[corner]! === body[corner + times - 1]! &&
        body[corner]! === body[corner + (times - 1) * drawn.width]! &&
        body[corner]! === body[corner + (times - 1) * (drawn.width + 1)]!;
      const count = alone ? 1 : times * times;
      for (let sub = 0; sub < count; sub++) {
        const x = column * times + (sub % times);
        const y = row * times + ((sub / times) | 0);
        const p = y * drawn.width + x;
        const one = body[p]!;
        if (one === 0) {
          r += paperR;
          g += paperG;
          b += paperB;
          continue;
        }
        const haze = hazes[Math.max(0, Math.min(hazeSteps, Math.round((near - depth[p]!) * perHaze)))]!;
        if (one >= firstLine) {
          r += lineR + haze * (paperR - lineR);
          g += lineG + haze * (paperG - lineG);
          b += lineB + haze * (paperB - lineB);
          continue;
        }
        const nx = normal[2 * p]! / 127;
        const ny = normal[2 * p + 1]! / 127;
        const nz = Math.sqrt(Math.max(0, 1 - nx * nx - ny * ny));
        let ink: number;
        let first: number;
        let second: number;
        let third: number;
        if (one < firstStick) {
          ink = ballInk[one - 1]!;
          first = second = third = 4 * (one - 1);
        } else if (one < firstFace) {
          const k = one - firstStick;
          ink = stickInk[k]!;
          first = 4 * sticks[2 * k]!;
          second = third = 4 * sticks[2 * k + 1]!;
        } else {
          const k = one - firstFace;
          ink = faceInk[k]!;
          first = 4 * faces[3 * k]!;
          second = 4 * faces[3 * k + 1]!;
          third = 4 * faces[3 * k + 2]!;
        }
        const sum =
          light[first]! +
          light[second]! +
          light[third]! +
          (light[first + 1]! + light[second + 1]! + light[third + 1]!) * nx +
          (light[first + 2]! + light[second + 2]! + light[third + 2]!) * ny +
          (light[first + 3]! + light[second + 3]! + light[third + 3]!) * nz;
        const open = Math.max(0.06, sum / 3);
        const kept = 1 - 0.75 * shadow[(y >> 1) * shadowWidth + (x >> 1)]!;
        // deep inside there is no lamp either
        const bright = (sky * open + lamp * Math.max(0, nx * lx + ny * ly + nz * lz) * (0.25 + 0.75 * open)) * kept;
        const toHalf = nx * hx + ny * hy + nz * hz;
        const gloss = toHalf > 0.8 ? colors[4 * ink + 3]! * open * kept * fortieth(toHalf) : 0;
        const clear = 1 - haze;
        r += clear * (colors[4 * ink]! * bright + gloss) + haze * paperR;
        g += clear * (colors[4 * ink + 1]! * bright + gloss) + haze * paperG;
        b += clear * (colors[4 * ink + 2]! * bright + gloss) + haze * paperB;
      }
      const perPoint = 1 / count;
      const at = 4 * (row * width + column);
      pixels[at] = toScreen[screenAt(r * perPoint)]!;
      pixels[at + 1] = toScreen[screenAt(g * perPoint)]!;
      pixels[at + 2] = toScreen[screenAt(b * perPoint)]!;
      pixels[at + 3] = 255;
    }
  }
  return { width, height, pixels };
}

/** Share of paper at a depth behind what is nearest; nothing over the first tenth. */
export function haziness(behind: number, range: number, most: number): number {
  if (!(range > 0)) return 0;
  const t = Math.max(0, (behind / range - 0.1) / 0.9);
  return most * Math.min(1, t) ** 1.3;
}

/** The vectors of light turned into the axes of the picture. */
function inPicture(light: Float32Array, { right, up, toward }: View): Float32Array {
  for (let k = 0; k < light.length; k += 4) {
    const [x, y, z] = [light[k + 1]!, light[k + 2]!, light[k + 3]!];
    light[k + 1] = x * right[0] + y * right[1] + z * right[2];
    light[k + 2] = x * up[0] + y * up[1] + z * up[2];
    light[k + 3] = x * toward[0] + y * toward[1] + z * toward[2];
  }
  return light;
}

/** x⁴⁰ by squares, several times as fast as the power. */
function fortieth(x: number): number {
  const x8 = x * x * (x * x) * (x * x * (x * x));
  const x16 = x8 * x8;
  return x16 * x16 * x8;
}

const screenSteps = 4096;

/** Light to the bytes of a screen, x^(1/2.2), by table. */
function gammaTable(): Float32Array {
  return Float32Array.from({ length: screenSteps + 1 }, (_, k) => 255 * (k / screenSteps) ** (1 / 2.2));
}

function screenAt(light: number): number {
  return light >= 1 ? screenSteps : light <= 0 ? 0 : Math.round(light * screenSteps);
}

/** Red, green and blue of a colour as light, 0 … 1. */
function linear(color: string): [number, number, number] {
  return rgb(color).map((c) => (c / 255) ** 2.2) as [number, number, number];
}
