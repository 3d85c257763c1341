/**
 * Light that reaches a body from all sides. Bodies are poured into a grid of cells; from every ball that is seen rays go out, and
 * each cell on the way keeps back its share.
 */
import type { Bodies } from './bodies.ts';

/** [N, 4] rows (c₀, c₁x, c₁y, c₁z): light on a surface with normal n is c₀ + c₁·n, 1 in the open. */
export type SkyLight = Float32Array;

/** Å */
const cell = 1.7;
const farthest = 17;
const rays = 26;
/** What a cell full of matter lets through is e to the minus this. */
const density = 1.5;

/**
 * Sky light on balls, to first order in the direction: radiance is visible or not along each ray d,
 *
 *   c₀ = ⟨v(d)⟩,   c₁ = 2⟨v(d) d⟩,   so that E(n) = ∫ v (n·d)₊ dΩ / π ≈ c₀ + c₁·n.
 *
 * Bodies beyond the picture's edge count as open sky: a cut is lit.
 *
 * @param wanted  [N] 1 where the light is needed
 * @cite Ramamoorthi & Hanrahan, SIGGRAPH 2001 doi:10.1145/383259.383317
 * @oracle test/unit/picture.test.ts (a ball alone, one on a plane, one buried)
 */
export function skyLight({ balls, shade }: Pick<Bodies, 'balls' | 'shade'>, wanted: Uint8Array): SkyLight {
  const n = balls.length / 4;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < 3; k++) {
      low[k] = Math.min(low[k]!, balls[4 * i + k]!);
      high[k] = Math.max(high[k]!, balls[4 * i + k]!);
    }
  }
  const [nx, ny, nz] = [0, 1, 2].map((k) => Math.max(1, Math.ceil((high[k]! - low[k]!) / cell) + 1)) as [
    number,
    number,
    number,
  ];
  const matter = new Float32Array(n === 0 ? 0 : nx * ny * nz);
  const [x0, y0, z0] = [low[0]! - cell / 2, low[1]! - cell / 2, low[2]! - cell / 2];
  for (let i = 0; i < n; i++) {
    const x = Math.floor((balls[4 * i]! - x0) / cell);
    const y = Math.floor((balls[4 * i + 1]! - y0) / cell);
    const z = Math.floor((balls[4 * i + 2]! - z0) / cell);
    matter[(x * ny + y) * nz + z]! += shade[i]! / cell ** 3;
  }
  // what one step through a cell lets through
  for (let k = 0; k < matter.length; k++) matter[k] = Math.exp(-density * Math.min(1.5, matter[k]!));

  const light = new Float32Array(4 * n);
  const steps = Math.ceil(farthest / cell);
  const directions = sphere(rays);
  for (let i = 0; i < n; i++) {
    if (wanted[i] === 0) continue;
    const px = (balls[4 * i]! - x0) / cell;
    const py = (balls[4 * i + 1]! - y0) / cell;
    const pz = (balls[4 * i + 2]! - z0) / cell;
    // its own cell does not count, nor does the one it bulges into
    const first = 1 + Math.max(0.3, balls[4 * i + 3]! / cell - 0.4);
    let [c0, c1, c2, c3] = [0, 0, 0, 0];
    for (let d = 0; d < directions.length; d += 3) {
      const [dx, dy, dz] = [directions[d]!, directions[d + 1]!, directions[d + 2]!];
      let through = 1;
      for (let s = 0; s < steps && through > 0.02; s++) {
        const x = Math.floor(px + (first + s) * dx);
        const y = Math.floor(py + (first + s) * dy);
        const z = Math.floor(pz + (first + s) * dz);
        if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) break;
        through *= matter[(x * ny + y) * nz + z]!;
      }
      c0 += through;
      c1 += through * dx;
      c2 += through * dy;
      c3 += through * dz;
    }
    light[4 * i] = c0 / rays;
    light[4 * i + 1] = (2 * c1) / rays;
    light[4 * i + 2] = (2 * c2) / rays;
    light[4 * i + 3] = (2 * c3) / rays;
  }
  return light;
}

/** [D, 3] directions spread evenly over a sphere, in opposite pairs so that their sum is zero. */
function sphere(count: number): Float64Array {
  const out = new Float64Array(3 * count);
  const half = count / 2;
  for (let k = 0; k < half; k++) {
    const z = (k + 0.5) / half;
    const r = Math.sqrt(1 - z * z);
    const phi = k * Math.PI * (3 - Math.sqrt(5));
    const d = [r * Math.cos(phi), r * Math.sin(phi), z];
    for (let a = 0; a < 3; a++) {
      out[3 * k + a] = d[a]!;
      out[3 * (half + k) + a] = -d[a]!;
    }
  }
  return out;
}

/**
 * Nearby shadow from the depth buffer alone: where points around lie in front, less light gets in. Darkens clefts that the coarse
 * grid of `skyLight` does not see, and sets a thin shadow beside what stands before something else.
 *
 * @param radius  how far around, points
 * @param thick   depth that counts as fully in front, Å
 * @returns       [P/4] on every second point both ways: 0 … 1, how much light is kept back
 */
export function nearShadow(
  depth: Float32Array,
  width: number,
  height: number,
  radius: number,
  thick: number,
): Float32Array {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const z = new Float32Array(w * h);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) z[y * w + x] = depth[2 * y * width + 2 * x]!;
  const reaches = 8;
  const reach = Math.ceil(radius / 2);
  // four patterns of offsets in a checkerboard, smoothed over 2 × 2 afterwards
  const patterns = [0, 1, 2, 3].map((turn) => {
    const across = new Int32Array(2 * reaches);
    for (let k = 0; k < reaches; k++) {
      const angle = 2 * Math.PI * ((k * 5) / reaches + turn / (4 * reaches));
      const r = (radius / 2) * Math.sqrt((k + 0.25 + turn / 4) / reaches);
      across[2 * k] = Math.round(r * Math.cos(angle));
      across[2 * k + 1] = Math.round(r * Math.sin(angle));
    }
    return across;
  });
  const kept = new Float32Array(w * h);
  const perThick = 1 / thick;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const here = z[y * w + x]!;
      if (here === -Infinity) continue;
      const pattern = patterns[(x & 1) + 2 * (y & 1)]!;
      const within = x >= reach && y >= reach && x < w - reach && y < h - reach;
      let sum = 0;
      for (let k = 0; k < 2 * reaches; k += 2) {
        const [qx, qy] = [x + pattern[k]!, y + pattern[k + 1]!];
        if (!within && (qx < 0 || qy < 0 || qx >= w || qy >= h)) continue;
        const ahead = (z[qy * w + qx]! - here) * perThick;
        if (ahead > 0) sum += ahead > 1 ? 1 : ahead;
      }
      kept[y * w + x] = sum / reaches;
    }
  }
  // smoothed in place: a point needs itself and those to the right and below, which are still as they were
  for (let y = 0; y + 1 < h; y++) {
    for (let p = y * w; p < y * w + w - 1; p++) {
      kept[p] = 0.25 * (kept[p]! + kept[p + 1]! + kept[p + w]! + kept[p + w + 1]!);
    }
  }
  return kept;
}
