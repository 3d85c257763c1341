/** The same picture as SVG: what is seen and nothing else, painted from far to near. */

import { SpecError } from '../../core/errors.ts';
import { inks as houseInks } from '../theme.ts';
import { dot, project, type Vector, type View } from './bodies.ts';
import { layoutOf, type PictureOptions } from './compose.ts';
import { skyLight } from './light.ts';
import { rasterize } from './raster.ts';
import { defaultLook, haziness, rgb } from './shade.ts';
import { type Snapshot, snapshotBodies } from './snapshot.ts';

/** An SVG of more bodies than this is slower to open than to draw anew as PNG. */
export const mostSvgBodies = 40_000;

/** Colours are rounded to so many steps, so that balls share gradients. */
const steps = 12;

/**
 * A snapshot as SVG text. Which bodies are seen is asked of the depth buffer of a picture 1 000 points wide; only these are written. A
 * ball is a circle with a radial gradient, a stick a line with a rim, a ring a polygon; light and haze are those of the PNG, one value
 * a body.
 *
 * @param most  bodies at most
 * @throws SpecError  more are seen
 * @oracle test/unit/picture.test.ts
 */
export function snapshotSvg(snapshot: Snapshot, options: PictureOptions, most = mostSvgBodies): string {
  const drawn = snapshotBodies(snapshot, options);
  const layout = layoutOf(drawn, options);
  const { view, unit, titleHeight, footHeight, legend, bar } = layout;
  const { bodies } = drawn;
  const coarse = scaled(view, 1000 / view.width);
  const { body, firstStick, firstFace, firstLine, depth } = rasterize(bodies, coarse);
  const seen = new Uint8Array(firstLine);
  let [near, far] = [-Infinity, Infinity];
  for (let p = 0; p < body.length; p++) {
    if (body[p] === 0 || body[p]! >= firstLine) continue;
    seen[body[p]!] = 1;
    near = Math.max(near, depth[p]!);
    far = Math.min(far, depth[p]!);
  }
  const count = seen.reduce((sum, one) => sum + one, 0);
  if (count > most) {
    throw new SpecError(
      `an SVG of this view would hold ${count} bodies, wanted at most ${most}: cut more away (--cut slab), or write a PNG`,
    );
  }
  const n = bodies.balls.length / 4;
  const wanted = new Uint8Array(n);
  const at = project(bodies.balls, view);
  type Item = { readonly z: number; readonly text: string };
  const items: Item[] = [];
  for (let i = 0; i < n; i++) wanted[i] = seen[1 + i]!;
  for (let k = firstStick; k < firstFace; k++) {
    if (seen[k]) for (const e of [0, 1]) wanted[bodies.sticks[2 * (k - firstStick) + e]!] = 1;
  }
  for (let k = firstFace; k < firstLine; k++) {
    if (seen[k]) for (const e of [0, 1, 2]) wanted[bodies.faces[3 * (k - firstFace) + e]!] = 1;
  }
  const light = skyLight(bodies, wanted);
  const paper = options.paper ?? defaultLook.paper;
  const brightness = (i: number, across: Vector): number =>
    light[4 * i]! + light[4 * i + 1]! * across[0] + light[4 * i + 2]! * across[1] + light[4 * i + 3]! * across[2];
  const colorOf = (ink: number, bright: number, z: number): string =>
    mixed(bodies.inks[ink]!.color, paper, bright, haziness(near - z, near - far, defaultLook.haze));
  const gradients = new Map<string, string>();
  const paint = (color: string): string => {
    if (!gradients.has(color)) gradients.set(color, `b${gradients.size}`);
    return `url(#${gradients.get(color)})`;
  };
  const f = (x: number): string => x.toFixed(1);
  for (let i = 0; i < n; i++) {
    if (!seen[1 + i]) continue;
    const r = bodies.balls[4 * i + 3]!;
    const color = colorOf(bodies.ballInk[i]!, 0.45 + 0.6 * brightness(i, view.toward), at[3 * i + 2]!);
    // joints of sticks are too small for a gradient
    const fill = r <= bodies.stickRadius ? color : paint(color);
    items.push({
      z: at[3 * i + 2]!,
      text: `<circle cx="${f(at[3 * i]!)}" cy="${f(at[3 * i + 1]!)}" r="${f(r * view.scale)}" fill="${fill}"/>`,
    });
  }
  const width = 2 * bodies.stickRadius * view.scale;
  for (let k = 0; k < firstFace - firstStick; k++) {
    if (!seen[firstStick + k]) continue;
    const [i, j] = [bodies.sticks[2 * k]!, bodies.sticks[2 * k + 1]!];
    const z = (at[3 * i + 2]! + at[3 * j + 2]!) / 2;
    const bright = 0.4 + 0.3 * (brightness(i, view.toward) + brightness(j, view.toward));
    items.push({
      z,
      text: `<path d="M${f(at[3 * i]!)} ${f(at[3 * i + 1]!)}L${f(at[3 * j]!)} ${f(at[3 * j + 1]!)}" stroke="${colorOf(bodies.stickInk[k]!, bright, z)}" stroke-width="${f(width)}"/>`,
    });
  }
  for (let k = 0; k < firstLine - firstFace; k++) {
    if (!seen[firstFace + k]) continue;
    const corners = [0, 1, 2].map((e) => bodies.faces[3 * k + e]!);
    const z = corners.reduce((sum, i) => sum + at[3 * i + 2]!, 0) / 3;
    const normal = [0, 1, 2].map((d) => bodies.faceNormal[3 * k + d]!) as unknown as Vector;
    const side = dot(normal, view.toward) < 0 ? -1 : 1;
    const across: Vector = [side * normal[0], side * normal[1], side * normal[2]];
    const bright =
      0.3 + 0.25 * corners.reduce((sum, i) => sum + brightness(i, across) / 3, 0) + 0.45 * dot(across, view.toward);
    const color = colorOf(bodies.faceInk[k]!, bright, z);
    const points = corners.map((i) => `${f(at[3 * i]!)} ${f(at[3 * i + 1]!)}`).join('L');
    // a thin rim of its own colour closes the seams between triangles
    items.push({ z: z - 0.7, text: `<path d="M${points}Z" fill="${color}" stroke="${color}" stroke-width=".5"/>` });
  }
  items.sort((a, b) => a.z - b.z);
  const height = Math.ceil(view.height) + titleHeight + footHeight;
  const stops = [...gradients].map(
    ([color, id]) =>
      `<radialGradient id="${id}" cx=".36" cy=".32" r=".75"><stop offset="0" stop-color="${mixed(color, '#ffffff', 1, 0.55)}"/><stop offset=".35" stop-color="${color}"/><stop offset="1" stop-color="${mixed(color, '#000000', 1, 0.38)}"/></radialGradient>`,
  );
  const edges = boxLines(bodies.lines, view, f);
  const foot = titleHeight + view.height + 20 * unit;
  const text = (x: number, y: number, size: number, fill: string, words: string, more = ''): string =>
    `<text x="${f(x)}" y="${f(y)}" font-size="${f(size)}" fill="${fill}"${more}>${escaped(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${view.width}" height="${height}" viewBox="0 0 ${view.width} ${height}" font-family="Inter, Helvetica Neue, Helvetica, Arial, sans-serif">`,
    `<rect width="100%" height="100%" fill="${paper}"/>`,
    `<defs>${stops.join('')}</defs>`,
    ...(options.title === undefined
      ? []
      : [text(26 * unit, 36 * unit, 23 * unit, houseInks.text, options.title, ' font-weight="600"')]),
    ...(options.subtitle === undefined
      ? []
      : [
          text(
            26 * unit,
            (options.title === undefined ? 26 : 59) * unit,
            15.5 * unit,
            houseInks.soft,
            options.subtitle,
          ),
        ]),
    `<g transform="translate(0 ${titleHeight})"><g stroke="${defaultLook.line}" stroke-width="${f(1.8 * unit)}" opacity=".6">${edges}</g>`,
    `<g fill="none" stroke-linecap="round" stroke-linejoin="round">`,
    ...items.map((item) => item.text),
    '</g></g>',
    ...(footHeight === 0
      ? []
      : [
          `<rect x="${f(26 * unit)}" y="${f(foot - 5 * unit)}" width="${f(bar.points)}" height="${f(3 * unit)}" fill="${houseInks.text}"/>`,
          text(
            26 * unit + bar.points / 2,
            foot + 17 * unit,
            15 * unit,
            houseInks.text,
            bar.text,
            ' text-anchor="middle"',
          ),
          ...legend.map(({ x, y, color, text: words, bond }) => {
            const base = foot + y + 4 * unit;
            const mark =
              color === ''
                ? ''
                : bond
                  ? `<rect x="${f(x)}" y="${f(base - 7 * unit)}" width="${f(15 * unit)}" height="${f(4 * unit)}" fill="${color}"/>`
                  : `<circle cx="${f(x + 7 * unit)}" cy="${f(base - 5 * unit)}" r="${f(6.5 * unit)}" fill="${color}"/>`;
            return mark + text(x + (color === '' ? 0 : 22 * unit), base, 15 * unit, houseInks.text, words);
          }),
        ]),
    '</svg>\n',
  ].join('\n');
}

function boxLines(lines: Float64Array, { right, up, scale, origin }: View, f: (x: number) => string): string {
  const at = (k: number): string => {
    const p: Vector = [lines[k]!, lines[k + 1]!, lines[k + 2]!];
    return `${f(origin[0] + scale * dot(p, right))} ${f(origin[1] - scale * dot(p, up))}`;
  };
  return Array.from({ length: lines.length / 6 }, (_, k) => `<path d="M${at(6 * k)}L${at(6 * k + 3)}"/>`).join('');
}

function scaled(view: View, by: number): View {
  return {
    ...view,
    scale: view.scale * by,
    origin: [view.origin[0] * by, view.origin[1] * by],
    width: Math.round(view.width * by),
    height: Math.round(view.height * by),
  };
}

/** A colour times a brightness, mixed with another; rounded, so that many bodies share it. */
function mixed(color: string, other: string, bright: number, share: number): string {
  const by = Math.min(1.08, Math.max(0.25, Math.round(bright * steps) / steps));
  const mix = Math.round(share * steps) / steps;
  const [a, b] = [rgb(color), rgb(other)];
  const channel = (k: number): string =>
    Math.round(Math.min(255, a[k]! * by) * (1 - mix) + b[k]! * mix)
      .toString(16)
      .padStart(2, '0');
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
