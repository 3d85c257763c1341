/** L-BFGS with a limited step and a line search that never goes uphill. */
import { dot, type Landscape, longestRow } from './landscape.ts';

/** Longest move of an atom in one step, Å. */
const longestMove = 0.2;
/** Pairs (s, y) remembered. */
const memory = 12;
/** Inverse curvature before anything is known, Å²/eV. */
const firstScale = 0.02;
/** Tries along one direction. */
const tries = 8;

interface Pair {
  /** move */
  readonly s: Float64Array;
  /** change of the gradient */
  readonly y: Float64Array;
  /** s·y, > 0 */
  sy: number;
}

/**
 * Limited-memory BFGS. Along each direction the full (or limited) step is tried first and shortened until H falls enough
 * (Armijo), or, where the change of H drowns in rounding, until the slope along the direction has not grown.
 *
 * @param landscape  evaluated at its start
 * @returns makes one step, one evaluation or a few; false, with nothing moved, when no way downhill can be found
 * @cite Liu & Nocedal, Math. Program. 45, 503 (1989) doi:10.1007/BF01589116
 * @cite Hager & Zhang, SIAM J. Optim. 16, 170 (2005) doi:10.1137/030601880 (approximate Wolfe condition)
 */
export function lbfgs(landscape: Landscape): () => boolean {
  const { coordinates: x, forces: f } = landscape;
  const pairs: Pair[] = [];
  const direction = new Float64Array(x.length);
  const x0 = new Float64Array(x.length);
  const f0 = new Float64Array(x.length);

  const search = (): boolean => {
    newtonDirection(f, pairs, direction);
    const longest = longestRow(direction);
    let t = Math.min(1, longestMove / Math.max(longest, 1e-300));
    const slope = dot(f, direction);
    const h0 = landscape.enthalpy;
    x0.set(x);
    f0.set(f);
    const rounding = 1e-12 * Math.abs(h0);
    for (let n = 0; n < tries; n++) {
      for (let k = 0; k < x.length; k++) x[k] = x0[k]! + t * direction[k]!;
      landscape.evaluate();
      const change = landscape.enthalpy - h0;
      if (change <= -1e-4 * t * slope) return true;
      if (change <= rounding && Math.abs(dot(f, direction)) <= slope) return true;
      // minimum of the parabola through H, slope and the new H, within reason
      const parabola = (0.5 * t * t * slope) / (change + t * slope);
      t = Math.min(0.5 * t, Math.max(0.1 * t, parabola));
    }
    x.set(x0);
    landscape.evaluate();
    return false;
  };

  return () => {
    while (!search()) {
      if (pairs.length === 0) return false;
      pairs.length = 0;
    }
    remember(pairs, x, x0, f, f0);
    return true;
  };
}

/** Adds the last move; the oldest pair's arrays are used again. Moves along which the landscape is not convex teach nothing. */
function remember(pairs: Pair[], x: Float64Array, x0: Float64Array, f: Float64Array, f0: Float64Array): void {
  const old = pairs.length === memory ? pairs.shift()! : undefined;
  const pair = old ?? { s: new Float64Array(x.length), y: new Float64Array(x.length), sy: 0 };
  for (let k = 0; k < x.length; k++) {
    pair.s[k] = x[k]! - x0[k]!;
    pair.y[k] = f0[k]! - f[k]!;
  }
  pair.sy = dot(pair.s, pair.y);
  if (pair.sy > 1e-10 * Math.sqrt(dot(pair.s, pair.s) * dot(pair.y, pair.y))) pairs.push(pair);
}

/** direction ← (inverse Hessian) f by the two-loop recursion. */
function newtonDirection(f: Float64Array, pairs: readonly Pair[], direction: Float64Array): void {
  direction.set(f);
  const a = new Float64Array(pairs.length);
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { s, y, sy } = pairs[p]!;
    a[p] = dot(s, direction) / sy;
    add(direction, -a[p]!, y);
  }
  const last = pairs.at(-1);
  const scale = last ? last.sy / dot(last.y, last.y) : firstScale;
  for (let k = 0; k < direction.length; k++) direction[k]! *= scale;
  for (let p = 0; p < pairs.length; p++) {
    const { s, y, sy } = pairs[p]!;
    add(direction, a[p]! - dot(y, direction) / sy, s);
  }
}

/** a += factor·b. */
function add(a: Float64Array, factor: number, b: Float64Array): void {
  for (let k = 0; k < a.length; k++) a[k]! += factor * b[k]!;
}
