/**
 * The disordered carbon that the benchmarks of chains run in, the same for everyone who runs them: nothing is read, every
 * number comes from the seed. It is the carbon of published comparisons of grand-canonical programs in kind and density, not
 * atom by atom: stacks of three graphene discs at random places in random orientations, of which those atoms stay that keep
 * their distance from all earlier ones.
 */
import { cubicCell } from '../src/core/cell.ts';
import type { Frame } from '../src/core/frame.ts';
import { RandomStream } from '../src/core/random.ts';

/** g/cm³ */
export const carbonDensity = 1.3;
/** Å: no two atoms are nearer, across the periodic faces either */
export const leastDistance = 1.2;

const bond = 1.42;
const spacing = 3.6;
const radii = [10, 12.5] as const;
/** g/mol over Å³ to g/cm³ */
const perGram = 0.602214076;

/** Edge of the cube that holds so many carbons at `carbonDensity`, Å, to three decimals. */
export function carbonEdge(atoms: number): number {
  return Math.round(1000 * ((atoms * 12.011) / (carbonDensity * perGram)) ** (1 / 3)) / 1000;
}

/**
 * So many carbons, all of one species C, in a cubic box of `carbonDensity`.
 *
 * Stack after stack of three discs (radius 10 to 12.5 Å, sheets 3.6 Å apart, each shifted in its plane) is laid down at a
 * random place in a random orientation. An atom of it is kept when no earlier atom is nearer than `leastDistance`; the last
 * stack is cut off where the number is reached. Coordinates have three decimals, as a text file
 * would keep them, so that every engine reads the same carbon.
 */
export function discCarbon(atoms: number, seed: string | number = 'bench'): Frame {
  const edge = carbonEdge(atoms);
  const random = new RandomStream(seed);
  const kept = new KeptAtoms(edge, atoms);
  while (kept.count < atoms) kept.add(stack(random, edge));
  return { cell: cubicCell(edge), species: ['C'], rows: kept.rows };
}

/** One stack of discs, wrapped into the box: x, y, z of its atoms one after the other. */
function stack(random: RandomStream, edge: number): Float64Array {
  const radius = radii[0] + (radii[1] - radii[0]) * random.uniform();
  const centre = [edge * random.uniform(), edge * random.uniform(), edge * random.uniform()];
  const turn = rotation(random.quaternion());
  const found: number[] = [];
  for (const layer of [-1, 0, 1]) {
    for (const [u, v] of disc(radius, random)) {
      for (let k = 0; k < 3; k++) {
        const at = centre[k]! + turn[3 * k]! * u + turn[3 * k + 1]! * v + turn[3 * k + 2]! * spacing * layer;
        found.push(wrapped(Math.round(1000 * at) / 1000, edge));
      }
    }
  }
  return Float64Array.from(found);
}

function wrapped(x: number, edge: number): number {
  const inside = Math.round(1000 * (x - edge * Math.floor(x / edge))) / 1000;
  return inside >= edge ? 0 : inside;
}

/** Points of a honeycomb, shifted at random, within `radius`. */
function* disc(radius: number, random: RandomStream): Generator<readonly [number, number]> {
  const a = bond * Math.sqrt(3);
  const n = Math.floor((2 * radius) / a) + 4;
  const [x0, y0] = [a * random.uniform(), a * random.uniform()];
  for (let i = -n; i <= n; i++) {
    for (let j = -n; j <= n; j++) {
      for (const second of [0, bond]) {
        const x = x0 + a * (i + 0.5 * j);
        const y = y0 + (a * Math.sqrt(3) * j) / 2 + second;
        if (x * x + y * y < radius * radius) yield [x, y];
      }
    }
  }
}

/** Rotation matrix of a unit quaternion, row by row. */
function rotation([w, x, y, z]: readonly [number, number, number, number]): readonly number[] {
  return [
    ...[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    ...[2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    ...[2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}

/** Atoms laid down so far, in cells wider than `leastDistance`, each a chain of atoms. */
class KeptAtoms {
  readonly rows: Float64Array;
  count = 0;
  readonly #edge: number;
  readonly #cells: number;
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(edge: number, atoms: number) {
    this.rows = new Float64Array(4 * atoms);
    this.#edge = edge;
    this.#cells = Math.max(3, Math.floor(edge / 1.5));
    this.#first = new Int32Array(this.#cells ** 3).fill(-1);
    this.#next = new Int32Array(atoms);
  }

  /** Keeps those points of a stack that are far enough from all earlier atoms, as many as there is room for. */
  add(points: Float64Array): void {
    for (let p = 0; p < points.length && 4 * this.count < this.rows.length; p += 3) {
      if (!this.#isFree(points, p)) continue;
      const cell = this.#index(points, p);
      this.rows.set(points.subarray(p, p + 3), 4 * this.count);
      this.#next[this.count] = this.#first[cell]!;
      this.#first[cell] = this.count++;
    }
  }

  #index(points: Float64Array, p: number): number {
    const [i, j, k] = [0, 1, 2].map((axis) => this.#cell(points[p + axis]!)) as [number, number, number];
    return (i * this.#cells + j) * this.#cells + k;
  }

  #cell(x: number): number {
    return Math.min(this.#cells - 1, Math.floor((x / this.#edge) * this.#cells));
  }

  #isFree(points: Float64Array, p: number): boolean {
    const n = this.#cells;
    const [x, y, z] = [points[p]!, points[p + 1]!, points[p + 2]!];
    const [ci, cj, ck] = [this.#cell(x), this.#cell(y), this.#cell(z)];
    for (let i = ci + n - 1; i <= ci + n + 1; i++) {
      for (let j = cj + n - 1; j <= cj + n + 1; j++) {
        for (let k = ck + n - 1; k <= ck + n + 1; k++) {
          let a = this.#first[((i % n) * n + (j % n)) * n + (k % n)]!;
          for (; a >= 0; a = this.#next[a]!) {
            const [dx, dy, dz] = [this.#gap(x, 4 * a), this.#gap(y, 4 * a + 1), this.#gap(z, 4 * a + 2)];
            if (dx * dx + dy * dy + dz * dz < leastDistance * leastDistance) return false;
          }
        }
      }
    }
    return true;
  }

  #gap(x: number, at: number): number {
    const d = x - this.rows[at]!;
    return d - this.#edge * Math.round(d / this.#edge);
  }
}
