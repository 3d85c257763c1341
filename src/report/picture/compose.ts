/** The finished picture: the scene with its title, a scale bar and a legend. */
import { inks } from '../theme.ts';
import { finer, type View, viewOf } from './bodies.ts';
import { drawBox, drawDisc, drawText, textWidth } from './letters.ts';
import { rasterize } from './raster.ts';
import { defaultLook, type Look, type Picture, shade } from './shade.ts';
import { type DrawnSnapshot, type LegendEntry, type Snapshot, type SnapshotLook, snapshotBodies } from './snapshot.ts';

export interface PictureOptions extends SnapshotLook {
  /** width of the picture, points */
  readonly width: number;
  /** title above; without one there is no room for it */
  readonly title?: string;
  /** second line, smaller */
  readonly subtitle?: string;
  /** scale bar and legend; true when not given */
  readonly labels?: boolean;
  readonly paper?: Look['paper'];
}

/** Where everything stands in a picture, points. */
export interface Layout {
  readonly view: View;
  readonly unit: number;
  readonly titleHeight: number;
  readonly footHeight: number;
  readonly legend: readonly (LegendEntry & { readonly x: number; readonly y: number })[];
  /** length of the scale bar, Å and points, and what is written at it */
  readonly bar: { readonly length: number; readonly points: number; readonly text: string };
}

/**
 * Draws a snapshot: what `cardhouse snapshot` writes as PNG. Cost: 2 s for 8 000 carbons, under 5 s for 250 000, at 1600 points.
 *
 * @oracle test/unit/picture.test.ts
 */
export function drawSnapshot(snapshot: Snapshot, options: PictureOptions): Picture {
  const drawn = snapshotBodies(snapshot, options);
  return paint(drawn, layoutOf(drawn, options), options);
}

/** Places view, title, legend and scale bar. */
export function layoutOf({ outline, legend }: DrawnSnapshot, options: PictureOptions): Layout {
  const { width, title, subtitle } = options;
  const labels = options.labels ?? true;
  const unit = width / 800;
  const view = viewOf(options.toward, options.up, outline, width, 26 * unit, 1.25 * width);
  const titleHeight = Math.ceil(((title === undefined ? 0 : 40) + (subtitle === undefined ? 0 : 22)) * unit);
  const placed: (LegendEntry & { x: number; y: number })[] = [];
  const bar = barOf(view);
  let [x, y] = [26 * unit + Math.max(bar.points, textWidth(bar.text, { size: 15 * unit })) + 34 * unit, 0];
  const start = x;
  for (const entry of labels ? legend : []) {
    const size = textWidth(entry.text, { size: 15 * unit }) + (entry.color === '' ? 0 : 22 * unit);
    if (x + size > width - 20 * unit && x > start) [x, y] = [start, y + 26 * unit];
    placed.push({ ...entry, x, y });
    x += size + 22 * unit;
  }
  const footHeight = labels ? Math.ceil(y + 52 * unit) : 0;
  return { view, unit, titleHeight, footHeight, legend: placed, bar };
}

/** A round length of a fifth to a third of what is seen. */
function barOf(view: View): Layout['bar'] {
  const seen = (view.width - 2 * 26 * (view.width / 800)) / view.scale;
  const length = [100, 50, 20, 10, 5, 2, 1].find((nm) => nm * 10 <= seen / 3) ?? 0.5;
  return { length: 10 * length, points: 10 * length * view.scale, text: `${length} nm` };
}

/** Paints bodies and labels of a layout. Lines, letters and shapes have the same size relative to the picture at any width. */
export function paint({ bodies }: DrawnSnapshot, layout: Layout, options: PictureOptions): Picture {
  const { view, unit, titleHeight, footHeight, legend, bar } = layout;
  const look = { ...defaultLook, ...(options.paper && { paper: options.paper }) };
  // three by three points where that is affordable: thin sticks are then smooth
  const times = view.width * view.height <= 700_000 ? 3 : 2;
  const fine = finer(view, times);
  const scene = shade(bodies, fine, rasterize(bodies, fine, times * unit), times, look);
  const height = scene.height + titleHeight + footHeight;
  const pixels = new Uint8ClampedArray(4 * scene.width * height);
  const blank = new Uint32Array(pixels.buffer);
  blank.fill(new Uint32Array(scene.pixels.buffer)[0]!);
  pixels.set(scene.pixels, 4 * scene.width * titleHeight);
  const picture: Picture = { width: scene.width, height, pixels };
  if (options.title !== undefined) {
    drawText(picture, options.title, 26 * unit, 36 * unit, { size: 23 * unit, color: inks.text, bold: true });
  }
  if (options.subtitle !== undefined) {
    const y = (options.title === undefined ? 26 : 59) * unit;
    drawText(picture, options.subtitle, 26 * unit, y, { size: 15.5 * unit, color: inks.soft });
  }
  if (footHeight === 0) return picture;
  const foot = titleHeight + scene.height + 20 * unit;
  drawBox(picture, 26 * unit, foot - 5 * unit, bar.points, 3 * unit, inks.text);
  const middle = 26 * unit + bar.points / 2;
  drawText(picture, bar.text, middle - textWidth(bar.text, { size: 15 * unit }) / 2, foot + 17 * unit, {
    size: 15 * unit,
    color: inks.text,
  });
  for (const { x, y, color, text, bond } of legend) {
    const base = foot + y + 4 * unit;
    if (color !== '') {
      if (bond) drawBox(picture, x, base - 7 * unit, 15 * unit, 4 * unit, color);
      else drawDisc(picture, x + 7 * unit, base - 5 * unit, 6.5 * unit, color);
    }
    drawText(picture, text, x + (color === '' ? 0 : 22 * unit), base, { size: 15 * unit, color: inks.text });
  }
  return picture;
}
