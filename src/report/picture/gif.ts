/** Filling and emptying as a moving picture: one frame per ladder voltage, the box and the view held still. */
import * as bundle from 'gifenc';
import type { Picture } from './shade.ts';

/** Node has all of a CommonJS module on its default, bundlers have it by name. */
const gifenc = 'GIFEncoder' in bundle ? bundle : (bundle as unknown as { default: typeof bundle }).default;

/** Colours of the palette; one more stands for what does not change. */
const colours = 255;

/**
 * Pictures of one size as an animated GIF that repeats for ever, with one palette for all. Points that do not change from one picture
 * to the next are transparent, so that a host that stands still costs next to nothing.
 *
 * @param delays  of each, ms
 * @oracle test/unit/picture-files.test.ts
 */
export function encodeGif(pictures: readonly Picture[], delays: readonly number[]): Uint8Array {
  const { width, height } = pictures[0]!;
  const { GIFEncoder, quantize, applyPalette } = gifenc;
  const encoder = GIFEncoder();
  const palette = quantize(sample(pictures), colours);
  const transparent = palette.length;
  const table = [...palette, [255, 255, 255]];
  let before: Uint8Array | undefined;
  for (const [k, picture] of pictures.entries()) {
    const points = applyPalette(picture.pixels, palette);
    const shown = points.slice();
    if (before) for (let p = 0; p < points.length; p++) if (points[p] === before[p]) shown[p] = transparent;
    encoder.writeFrame(shown, width, height, {
      ...(k === 0 && { palette: table, repeat: 0 }),
      delay: delays[k]!,
      ...(k > 0 && { transparent: true, transparentIndex: transparent, dispose: 1 }),
    });
    before = points;
  }
  encoder.finish();
  return encoder.bytes();
}

/** Every few points of every picture: enough to choose colours by. */
function sample(pictures: readonly Picture[]): Uint8ClampedArray {
  const every = Math.max(1, Math.floor((pictures.length * pictures[0]!.pixels.length) / 4 / 400_000));
  const points: number[] = [];
  for (const { pixels } of pictures) {
    for (let at = 0; at < pixels.length; at += 4 * every)
      points.push(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!, 255);
  }
  return Uint8ClampedArray.from(points);
}
