/** Homogeneous deformations of a periodic box: 3 × 3 matrices [9] in row order that act on columns, r ← F r. */

/** Which deformations are allowed: one length scale, the lengths along chosen axes, or all six components. */
export interface StrainKind {
  readonly kind: 'isotropic' | 'anisotropic' | 'flexible';
  /** `anisotropic` only: the axes x, y, z along which the cell may stretch; all when not given */
  readonly axes?: readonly [boolean, boolean, boolean];
}

/** The part of a tensor that is a deformation of this kind (symmetric: a rotation is none), an orthogonal projection. */
export function project(tensor: ArrayLike<number>, { kind, axes }: StrainKind): Float64Array {
  const out = new Float64Array(9);
  if (kind === 'isotropic') {
    out[0] = out[4] = out[8] = (tensor[0]! + tensor[4]! + tensor[8]!) / 3;
    return out;
  }
  for (let a = 0; a < 3; a++) {
    if (kind === 'flexible' || axes === undefined || axes[a]) out[4 * a] = tensor[4 * a]!;
    if (kind === 'anisotropic') continue;
    for (let b = 0; b < 3; b++) if (b !== a) out[3 * a + b] = 0.5 * (tensor[3 * a + b]! + tensor[3 * b + a]!);
  }
  return out;
}

/** [9] 1 on the diagonal where the cell may stretch: the projection of the unit tensor. */
export function stretching({ kind, axes }: StrainKind): Float64Array {
  const all = kind !== 'anisotropic' || axes === undefined;
  return Float64Array.of(+(all || axes[0]), 0, 0, 0, +(all || axes[1]), 0, 0, 0, +(all || axes[2]));
}

/** A·B. */
export function product(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[3 * i + j] = a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!;
    }
  }
  return out;
}

/** Transpose. */
export function transposed(a: ArrayLike<number>): Float64Array {
  return Float64Array.of(a[0]!, a[3]!, a[6]!, a[1]!, a[4]!, a[7]!, a[2]!, a[5]!, a[8]!);
}

/** Σ A_ab B_ab. */
export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < 9; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** exp(E) by its series, to the last digit for |E| below 1. */
export function exponential(e: ArrayLike<number>): Float64Array {
  const out = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  if (e[1] === 0 && e[2] === 0 && e[3] === 0 && e[5] === 0 && e[6] === 0 && e[7] === 0) {
    for (const k of [0, 4, 8]) out[k] = Math.exp(e[k]!);
    return out;
  }
  let term: Float64Array = out.slice();
  for (let n = 1, left = 1; left > 1e-18 && n < 40; n++) {
    term = product(term, e);
    left = 0;
    for (let k = 0; k < 9; k++) {
      out[k]! += term[k]! /= n;
      left += Math.abs(term[k]!);
    }
  }
  return out;
}

/** Cell matrix (rows a, b, c) after r ← F r. */
export function deformed(matrix: ArrayLike<number>, f: ArrayLike<number>): Float64Array {
  return product(matrix, transposed(f));
}

/** (x, y, z, ·) ← (F (x, y, z), ·) of every row. */
export function deformRows(rows: Float64Array, f: Float64Array): void {
  for (let k = 0; k < rows.length; k += 4) {
    const x = rows[k]!;
    const y = rows[k + 1]!;
    const z = rows[k + 2]!;
    rows[k] = f[0]! * x + f[1]! * y + f[2]! * z;
    rows[k + 1] = f[3]! * x + f[4]! * y + f[5]! * z;
    rows[k + 2] = f[6]! * x + f[7]! * y + f[8]! * z;
  }
}

/**
 * Rotation that turns the deformed cell back: a points where it did, and b lies in the half plane of the old a and b. A box
 * with a along x and b in xy stays one.
 */
export function turnBack(before: ArrayLike<number>, after: ArrayLike<number>): Float64Array {
  return product(transposed(axesOf(before)), axesOf(after));
}

/** Rows: unit vectors along a, along b square to a, and a × b. */
function axesOf(m: ArrayLike<number>): Float64Array {
  const la = Math.hypot(m[0]!, m[1]!, m[2]!);
  const a = [m[0]! / la, m[1]! / la, m[2]! / la] as const;
  const along = a[0] * m[3]! + a[1] * m[4]! + a[2] * m[5]!;
  const q = [m[3]! - along * a[0], m[4]! - along * a[1], m[5]! - along * a[2]] as const;
  const lb = Math.hypot(...q);
  const b = [q[0] / lb, q[1] / lb, q[2] / lb] as const;
  const c = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]] as const;
  return Float64Array.of(...a, ...b, ...c);
}
