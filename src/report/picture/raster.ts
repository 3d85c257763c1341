/**
 * Which body is seen at every point of a picture: analytic balls, sticks and faces against a depth buffer. No triangles are made
 * of anything round, so edges are exact at any size.
 */
import { type Bodies, dot, project, type Vector, type View } from './bodies.ts';
import { bodyBoxes, layersOf, Veil } from './veil.ts';

/** Buffers of a picture; a body is numbered 1 + ball, then sticks, then faces, then lines; 0 is paper. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  /** [P] Å towards the eye; −Infinity: paper */
  readonly depth: Float32Array;
  /** [P] number of the body */
  readonly body: Int32Array;
  /** [P, 2] normal to the right and up, times 127; towards the eye is what is missing to one */
  readonly normal: Int8Array;
  /** first number of sticks, faces, lines */
  readonly firstStick: number;
  readonly firstFace: number;
  readonly firstLine: number;
}

/** Lines of the box are so many points wide, times what the picture is finer. */
const lineWidth = 0.9;

/**
 * Draws bodies, near ones first: what lies behind a closed front is not drawn (veil.ts). Cost: a few nanoseconds a point of every body; 250 000 carbons with bonds on 10 million points in about a second.
 *
 * @param times  how much finer than the picture the view is, for the width of lines
 * @oracle test/unit/picture.test.ts (a ball before another, the depth of a ball and of a tilted stick)
 */
export function rasterize(bodies: Bodies, view: View, times = 1): Drawn {
  const { width, height, scale } = view;
  const { balls, sticks, faces, faceNormal, lines, stickRadius } = bodies;
  const n = balls.length / 4;
  const drawn: Drawn = {
    width,
    height,
    depth: new Float32Array(width * height).fill(-Infinity),
    body: new Int32Array(width * height),
    normal: new Int8Array(2 * width * height),
    firstStick: 1 + n,
    firstFace: 1 + n + sticks.length / 2,
    firstLine: 1 + n + sticks.length / 2 + faces.length / 3,
  };
  const at = project(balls, view);
  const draw = (one: number): void => {
    if (one < drawn.firstStick) {
      const i = one - 1;
      const r = balls[4 * i + 3]!;
      ball(drawn, one, at[3 * i]!, at[3 * i + 1]!, at[3 * i + 2]!, r * scale, r);
    } else if (one < drawn.firstFace) {
      const k = one - drawn.firstStick;
      const [i, j] = [3 * sticks[2 * k]!, 3 * sticks[2 * k + 1]!];
      const [x, y, z] = [at[i]!, at[i + 1]!, at[i + 2]!];
      stick(drawn, one, [x, y, z], [at[j]! - x, at[j + 1]! - y, at[j + 2]! - z], stickRadius, scale);
    } else {
      const k = one - drawn.firstFace;
      const across: Vector = [faceNormal[3 * k]!, faceNormal[3 * k + 1]!, faceNormal[3 * k + 2]!];
      const side = dot(across, view.toward) < 0 ? -127 : 127;
      const toRight = side * dot(across, view.right);
      const upwards = side * dot(across, view.up);
      const [a, b, c] = [3 * faces[3 * k]!, 3 * faces[3 * k + 1]!, 3 * faces[3 * k + 2]!];
      face(drawn, one, at, a, b, c, toRight, upwards);
    }
  };
  const boxes = bodyBoxes(bodies, at, scale, drawn);
  const veil = new Veil(drawn);
  for (const layer of layersOf(boxes, drawn.firstLine)) {
    for (const one of layer) if (!veil.hides(boxes, one)) draw(one);
    veil.renew();
  }
  const ends = new Float64Array((lines.length / 3) * 4);
  for (let k = 0; k < lines.length / 3; k++) ends.set(lines.subarray(3 * k, 3 * k + 3), 4 * k);
  const edge = project(ends, view);
  for (let k = 0; k < lines.length / 6; k++) {
    const [i, j] = [6 * k, 6 * k + 3];
    const across = [edge[j]! - edge[i]!, edge[j + 1]! - edge[i + 1]!, edge[j + 2]! - edge[i + 2]!] as const;
    const start = [edge[i]!, edge[i + 1]!, edge[i + 2]!] as const;
    stick(drawn, drawn.firstLine + k, start, across, (lineWidth * times) / scale, scale);
  }
  return drawn;
}

function ball(drawn: Drawn, body: number, x: number, y: number, z: number, radius: number, depthRadius: number): void {
  const { width, height, depth, body: bodies, normal } = drawn;
  const inverse = 1 / radius;
  const top = Math.max(0, Math.ceil(y - radius - 0.5));
  const bottom = Math.min(height - 1, Math.floor(y + radius - 0.5));
  for (let row = top; row <= bottom; row++) {
    const v = (row + 0.5 - y) * inverse;
    const room = 1 - v * v;
    if (room <= 0) continue;
    const half = Math.sqrt(room) * radius;
    const first = Math.max(0, Math.ceil(x - half - 0.5));
    const last = Math.min(width - 1, Math.floor(x + half - 0.5));
    for (let column = first, p = row * width + first; column <= last; column++, p++) {
      const u = (column + 0.5 - x) * inverse;
      const w2 = room - u * u;
      const here = z + depthRadius * Math.sqrt(w2 > 0 ? w2 : 0);
      if (here <= depth[p]!) continue;
      depth[p] = here;
      bodies[p] = body;
      normal[2 * p] = 127 * u;
      normal[2 * p + 1] = -127 * v;
    }
  }
}

/**
 * A round stick without ends. With d its direction, e₁ across it in the picture and e₂ = e₁ × d towards the eye, the surface is
 * a + s d + u e₁ + w e₂, u² + w² = r²; a point of the picture gives u, hence w, hence s and the depth.
 */
function stick(
  drawn: Drawn,
  body: number,
  [x, y, z]: readonly [number, number, number],
  [px, py, dz]: readonly [number, number, number],
  r: number,
  scale: number,
): void {
  const { width, height, depth, body: bodies, normal } = drawn;
  const [dx, dy] = [px / scale, -py / scale];
  const flat = Math.hypot(dx, dy);
  const length = Math.hypot(flat, dz);
  if (flat < 1e-6 * length || length === 0) return;
  // along the stick in the picture, y up
  const [cx, cy] = [dx / flat, dy / flat];
  const cosine = flat / length;
  const sine = dz / length;
  const reach = r * scale;
  const [x2, y2] = [x + px, y + py];
  // the near side of a tilted stick is shifted along it
  const shift = reach * Math.abs(sine);
  const top = Math.max(0, Math.floor(Math.min(y, y2) - reach - shift));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y, y2) + reach + shift));
  const left = Math.max(0, Math.floor(Math.min(x, x2) - reach - shift));
  const right = Math.min(width - 1, Math.ceil(Math.max(x, x2) + reach + shift));
  const perÅ = 1 / scale;
  for (let row = top; row <= bottom; row++) {
    const v = -(row + 0.5 - y) * perÅ;
    // |across| = |u cy − v cx| < r bounds the columns of a steep or long stick
    let [first, last] = [left, right];
    if (Math.abs(cy) > 1e-3) {
      const middle = x + (scale * v * cx) / cy;
      const half = reach / Math.abs(cy);
      first = Math.max(first, Math.floor(middle - half - 1));
      last = Math.min(last, Math.ceil(middle + half + 1));
    }
    for (let column = first, p = row * width + first; column <= last; column++, p++) {
      const u = (column + 0.5 - x) * perÅ;
      const across = -u * cy + v * cx;
      const w2 = r * r - across * across;
      if (w2 <= 0) continue;
      const w = Math.sqrt(w2);
      const s = (u * cx + v * cy + w * sine) / cosine;
      if (s < 0 || s > length) continue;
      const here = z + s * sine + w * cosine;
      if (here <= depth[p]!) continue;
      depth[p] = here;
      bodies[p] = body;
      const [nu, nw] = [across / r, w / r];
      normal[2 * p] = 127 * (-nu * cy - nw * sine * cx);
      normal[2 * p + 1] = 127 * (nu * cx - nw * sine * cy);
    }
  }
}

/** A triangle, seen from either side, with a normal in the picture times 127. */
function face(
  drawn: Drawn,
  body: number,
  at: Float64Array,
  a: number,
  b: number,
  c: number,
  nx: number,
  ny: number,
): void {
  const { width, height, depth, body: bodies, normal } = drawn;
  const [ax, ay, az] = [at[a]!, at[a + 1]!, at[a + 2]!];
  const [bx, by, bz] = [at[b]! - ax, at[b + 1]! - ay, at[b + 2]! - az];
  const [cx, cy, cz] = [at[c]! - ax, at[c + 1]! - ay, at[c + 2]! - az];
  const area = bx * cy - by * cx;
  if (Math.abs(area) < 1e-9) return;
  // depth = az + gx·(x − ax) + gy·(y − ay)
  const gx = (bz * cy - cz * by) / area;
  const gy = (cz * bx - bz * cx) / area;
  const top = Math.max(0, Math.ceil(ay + Math.min(0, by, cy) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy) - 0.5));
  const left = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx) - 0.5));
  const right = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) - 0.5));
  for (let row = top; row <= bottom; row++) {
    const v = row + 0.5 - ay;
    for (let column = left, p = row * width + left; column <= right; column++, p++) {
      const u = column + 0.5 - ax;
      const along = (u * cy - v * cx) / area;
      const beside = (v * bx - u * by) / area;
      if (along < 0 || beside < 0 || along + beside > 1) continue;
      const here = az + gx * u + gy * v;
      if (here <= depth[p]!) continue;
      depth[p] = here;
      bodies[p] = body;
      normal[2 * p] = nx;
      normal[2 * p + 1] = ny;
    }
  }
}
