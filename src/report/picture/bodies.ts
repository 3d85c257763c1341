/** What a picture is made of: balls, sticks between them, filled faces, and the edges of the box. */

/** One colour of a picture and how it takes the light. */
export interface Ink {
  /** #rrggbb */
  readonly color: string;
  /** strength of the highlight, 0 (chalk) … 1 */
  readonly shine: number;
}

/** Bodies in space. Colours are numbers of an ink; at most 255 inks. */
export interface Bodies {
  readonly inks: readonly Ink[];
  /** [N, 4] rows (x, y, z, radius as drawn), Å */
  readonly balls: Float64Array;
  /** [N] ink */
  readonly ballInk: Uint8Array;
  /** [N] volume that keeps light from others, Å³ */
  readonly shade: Float32Array;
  /** [S, 2] balls that a stick joins */
  readonly sticks: Uint32Array;
  /** [S] ink */
  readonly stickInk: Uint8Array;
  /** Å */
  readonly stickRadius: number;
  /** [F, 3] balls that a face spans */
  readonly faces: Uint32Array;
  /** [F, 3] unit vector across each, to either side: faces of one ring share theirs, and look flat */
  readonly faceNormal: Float32Array;
  /** [F] ink */
  readonly faceInk: Uint8Array;
  /** [E, 6] ends of the lines of the box, Å */
  readonly lines: Float64Array;
}

/** An orthographic view: what is a length anywhere in the picture is the same length everywhere. */
export interface View {
  /** unit vectors of the picture in space: to the right, up, towards the eye */
  readonly right: Vector;
  readonly up: Vector;
  readonly toward: Vector;
  /** picture points per Å */
  readonly scale: number;
  /** where the origin of space falls, points from the left and from the top */
  readonly origin: readonly [number, number];
  /** points */
  readonly width: number;
  readonly height: number;
}

export type Vector = readonly [number, number, number];

/** Scalar product. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Vector product. */
export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The vector of length one along `a`. */
export function unit(a: Vector): Vector {
  const length = Math.sqrt(dot(a, a));
  return [a[0] / length, a[1] / length, a[2] / length];
}

/**
 * View of a set of points that fills a width.
 *
 * @param toward  from the points to the eye; need not be of length one
 * @param up      what is upright in the picture, not parallel to `toward`
 * @param points  [P, 3] what must be seen, Å
 * @param width   of the picture, points
 * @param margin  around it, points
 * @param most    height at most, points; the scale gives way to it
 */
export function viewOf(
  toward: Vector,
  up: Vector,
  points: Float64Array,
  width: number,
  margin: number,
  most: number,
): View {
  const t = unit(toward);
  const right = unit(cross(up, t));
  const upright = cross(t, right);
  let [left, far, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k < points.length; k += 3) {
    const p: Vector = [points[k]!, points[k + 1]!, points[k + 2]!];
    left = Math.min(left, dot(p, right));
    far = Math.max(far, dot(p, right));
    low = Math.min(low, dot(p, upright));
    high = Math.max(high, dot(p, upright));
  }
  const scale = Math.min((width - 2 * margin) / (far - left), (most - 2 * margin) / (high - low));
  const height = Math.ceil(scale * (high - low) + 2 * margin);
  return {
    right,
    up: upright,
    toward: t,
    scale,
    origin: [width / 2 - (scale * (left + far)) / 2, height / 2 + (scale * (low + high)) / 2],
    width,
    height,
  };
}

/** The same view drawn `times` as fine. */
export function finer(view: View, times: number): View {
  const { scale, origin, width, height } = view;
  return {
    ...view,
    scale: scale * times,
    origin: [origin[0] * times, origin[1] * times],
    width: width * times,
    height: height * times,
  };
}

/** [N, 3] balls in the picture: points from the left and from the top, and Å towards the eye. */
export function project(balls: Float64Array, { right, up, toward, scale, origin }: View): Float64Array {
  const n = balls.length / 4;
  const seen = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const x = balls[4 * i]!;
    const y = balls[4 * i + 1]!;
    const z = balls[4 * i + 2]!;
    seen[3 * i] = origin[0] + scale * (x * right[0] + y * right[1] + z * right[2]);
    seen[3 * i + 1] = origin[1] - scale * (x * up[0] + y * up[1] + z * up[2]);
    seen[3 * i + 2] = x * toward[0] + y * toward[1] + z * toward[2];
  }
  return seen;
}
