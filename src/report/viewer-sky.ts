/** How open balls lie: the light that reaches each from all sides, and which of them can be seen from where. */

/** What very many balls are lit by, and which are worth drawing. */
export interface Sky {
  /** [N, 4] rows (c₀, c₁x, c₁y, c₁z): light on a surface with normal n is c₀ + c₁·n, 1 in the open */
  readonly light: Float32Array;
  /**
   * balls that are seen from each eighth of space, the most open first: eighth x + 2y + 4z, each 1 where the eye is on the positive
   * side
   */
  readonly seen: readonly Uint32Array[];
}

/** Å */
const narrowest = 2.2;
/** A ball of which less is seen than this from every direction of an eighth is left out there. */
const hidden = 0.02;
/** Steps of a sorted list: a factor of e^(1/16) in what is seen. */
const fine = 16;
const bins = Math.ceil(-Math.log(hidden) * fine) + 1;

/** The 26 directions to the neighbours of a cell; weights of Lebedev's rule, exact to third order for light that has none above. */
const directions = [-1, 0, 1]
  .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z] as const)))
  .filter((d) => d.some((x) => x !== 0));
const weights = [0, 1 / 21, 4 / 105, 9 / 280];

/**
 * Openness of balls to first order in the direction. Balls are poured into a grid, and what a cell lets through is carried from cell to
 * cell along 26 directions, in one pass each: cost does not depend on how far light comes.
 *
 * @param positions  [N, 3] Å
 * @param radii      [N] Å
 * @oracle test/unit/viewer-sky.test.ts (a ball alone, one beside a wall, one in a block)
 */
export function skyOver(positions: Float32Array, radii: Float32Array): Sky {
  const n = radii.length;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let k = 0; k < 3 * n; k++) {
    if (positions[k]! < low[k % 3]!) low[k % 3] = positions[k]!;
    if (positions[k]! > high[k % 3]!) high[k % 3] = positions[k]!;
  }
  const spans = low.map((x, d) => Math.max(0, high[d]! - x));
  const cell = Math.max(narrowest, Math.cbrt(spans.reduce((volume, x) => volume * (x + narrowest), 1) / (4 * n + 1)));
  // a layer of open cells around spares asking for edges
  const [nx, ny, nz] = spans.map((x) => Math.floor(x / cell) + 3) as [number, number, number];
  const at = new Int32Array(n);
  const depth = new Float32Array(nx * ny * nz);
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [0, 1, 2].map((d) => 1 + Math.floor((positions[3 * i + d]! - low[d]!) / cell)) as [
      number,
      number,
      number,
    ];
    at[i] = (x * ny + y) * nz + z;
    depth[at[i]!]! += (Math.PI * radii[i]! ** 2) / cell ** 2;
  }
  const through = [1, Math.SQRT2, Math.sqrt(3)].map((length) => depth.map((tau) => Math.exp(-length * tau)));
  const light = new Float32Array(4 * n);
  const open = Array.from({ length: 8 }, () => new Float32Array(n));
  const passed = new Float32Array(depth.length).fill(1);
  for (const d of directions) {
    const order = Math.abs(d[0]) + Math.abs(d[1]) + Math.abs(d[2]);
    carry(passed, through[order - 1]!, [nx, ny, nz], d);
    const [w, v] = [weights[order]!, (2 * weights[order]!) / Math.sqrt(order)];
    const eighths = open.filter((_, o) => d.every((x, k) => x === 0 || x > 0 === ((o >> k) & 1) > 0));
    for (let i = 0; i < n; i++) {
      const t = passed[at[i]!]!;
      light[4 * i]! += w * t;
      light[4 * i + 1]! += v * t * d[0];
      light[4 * i + 2]! += v * t * d[1];
      light[4 * i + 3]! += v * t * d[2];
      for (const eighth of eighths) if (t > eighth[i]!) eighth[i] = t;
    }
  }
  return { light, seen: open.map(sorted) };
}

/** What arrives in every cell from one direction: all in the outermost, else what passes the cell before. */
function carry(
  passed: Float32Array,
  through: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  [dx, dy, dz]: readonly [number, number, number],
): void {
  const before = (dx * ny + dy) * nz + dz;
  const [sx, sy, sz] = [dx > 0 ? -1 : 1, dy > 0 ? -1 : 1, dz > 0 ? -1 : 1];
  for (let x = dx > 0 ? nx - 2 : 1; x > 0 && x < nx - 1; x += sx) {
    for (let y = dy > 0 ? ny - 2 : 1; y > 0 && y < ny - 1; y += sy) {
      for (let z = dz > 0 ? nz - 2 : 1; z > 0 && z < nz - 1; z += sz) {
        const c = (x * ny + y) * nz + z;
        passed[c] = passed[c + before]! * through[c + before]!;
      }
    }
  }
}

/** Balls that are seen at all, by how open they are. */
function sorted(open: Float32Array): Uint32Array {
  const of = (t: number): number => Math.min(bins - 1, Math.floor(-Math.log(t) * fine));
  const start = new Uint32Array(bins + 1);
  const bin = new Int16Array(open.length).fill(-1);
  for (let i = 0; i < open.length; i++) {
    if (open[i]! < hidden) continue;
    bin[i] = of(Math.min(1, open[i]!));
    start[bin[i]! + 1]!++;
  }
  for (let k = 0; k < bins; k++) start[k + 1]! += start[k]!;
  const list = new Uint32Array(start[bins]!);
  for (let i = 0; i < open.length; i++) if (bin[i]! >= 0) list[start[bin[i]!]!++] = i;
  return list;
}
