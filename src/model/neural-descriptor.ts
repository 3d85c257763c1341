/**
 * What a neural potential sees of an atom's neighbourhood.
 *
 * Radial functions of a pair of species, cut off at r_c:
 *
 *   g_n(r) = Σ_k c_nk f_k(r),   f_k = ½ [T_k(2(r/r_c − 1)² − 1) + 1] · ½ [1 + cos(π r/r_c)]
 *
 * Directions enter through real, orthonormal spherical harmonics of l = 1 … 4, A_nlm = Σ_j g_n(r_ij) Y_lm(r̂_ij), and their
 * invariants
 *
 *   three-body  Σ_m A_nlm²
 *   four-body   −√(2/35) [A₀³ + 3/2 A₀ (A₁² + A₋₁²) − 3 A₀ (A₂² + A₋₂²) + (3√3/2) A₂ (A₁² − A₋₁²) + 3√3 A₁ A₋₁ A₋₂],  l = 2:
 *               the bispectrum Σ (3j-symbol of 2 2 2) A A A
 *   five-body   7/15 (Σ_m A_n1m²)²
 *
 * @cite Fan, J. Phys.: Condens. Matter 34, 125902 (2022) doi:10.1088/1361-648X/ac462b
 * @cite Fan et al., J. Chem. Phys. 157, 114801 (2022) doi:10.1063/5.0106617
 */
import type { NepPotential } from '../io/nep-file.ts';

/** Values and slopes (Å⁻¹) of functions of a distance. */
export interface RadialFunctions {
  readonly value: Float64Array;
  readonly slope: Float64Array;
}

/**
 * The functions g_n of a pair of species at a distance.
 *
 * @param coefficients  [nMax + 1, K] c_nk
 * @param r             Å, below `cutoff`
 */
export function radialFunctions(coefficients: Float64Array, K: number, r: number, cutoff: number): RadialFunctions {
  const f = radialBasis(K, r, cutoff);
  const N = coefficients.length / K;
  const value = new Float64Array(N);
  const slope = new Float64Array(N);
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      value[n]! += coefficients[n * K + k]! * f.value[k]!;
      slope[n]! += coefficients[n * K + k]! * f.slope[k]!;
    }
  }
  return { value, slope };
}

/** The basis functions f_0 … f_K−1. */
function radialBasis(K: number, r: number, cutoff: number): RadialFunctions {
  const u = r / cutoff;
  const fade = 0.5 * (1 + Math.cos(Math.PI * u));
  const fadeSlope = (-0.5 * Math.PI * Math.sin(Math.PI * u)) / cutoff;
  const x = 2 * (u - 1) * (u - 1) - 1;
  const dx = (4 * (u - 1)) / cutoff;
  // T_k and dT_k/dx by T_k+1 = 2x T_k − T_k−1
  const T = new Float64Array(K);
  const dT = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    T[k] = k === 0 ? 1 : k === 1 ? x : 2 * x * T[k - 1]! - T[k - 2]!;
    dT[k] = k === 0 ? 0 : k === 1 ? 1 : 2 * T[k - 1]! + 2 * x * dT[k - 1]! - dT[k - 2]!;
  }
  return {
    value: T.map((t) => 0.5 * (t + 1) * fade),
    slope: T.map((t, k) => 0.5 * (dT[k]! * dx * fade + (t + 1) * fadeSlope)),
  };
}

const pi = Math.PI;

/** Prefactors of the polynomials in `harmonics`: l = 1 (m = 0, 1, −1), l = 2 (0, 1, −1, 2, −2), … */
const norm = [
  [3 / (4 * pi), 3 / (4 * pi), 3 / (4 * pi)],
  [5 / (16 * pi), 15 / (4 * pi), 15 / (4 * pi), 15 / (16 * pi), 15 / (16 * pi)],
  [7, 21 / 2, 21 / 2, 105, 105, 35 / 2, 35 / 2].map((x) => x / (16 * pi)),
  [9 / 8, 45, 45, 45 / 2, 45 / 2, 315, 315, 315 / 8, 315 / 8].map((x) => x / (32 * pi)),
].map((squares) => squares.map(Math.sqrt));

/** [(lMax + 1)² − 1] norms of the harmonics in their order: Y = norm · polynomial with whole coefficients, 3z² − 1 for example. */
export function harmonicNorms(lMax: number): readonly number[] {
  return norm.slice(0, lMax).flat();
}

/** Polynomials of a unit vector and their gradients: [P, ∂P/∂x, ∂P/∂y, ∂P/∂z], by l and m as in `norm`. */
type Polynomial = (x: number, y: number, z: number) => readonly [number, number, number, number];

const polynomials: readonly (readonly Polynomial[])[] = [
  [(_x, _y, z) => [z, 0, 0, 1], (x) => [x, 1, 0, 0], (_x, y) => [y, 0, 1, 0]],
  [
    (_x, _y, z) => [3 * z * z - 1, 0, 0, 6 * z],
    (x, _y, z) => [x * z, z, 0, x],
    (_x, y, z) => [y * z, 0, z, y],
    (x, y) => [x * x - y * y, 2 * x, -2 * y, 0],
    (x, y) => [2 * x * y, 2 * y, 2 * x, 0],
  ],
  [
    (_x, _y, z) => [(5 * z * z - 3) * z, 0, 0, 15 * z * z - 3],
    (x, _y, z) => [(5 * z * z - 1) * x, 5 * z * z - 1, 0, 10 * z * x],
    (_x, y, z) => [(5 * z * z - 1) * y, 0, 5 * z * z - 1, 10 * z * y],
    (x, y, z) => [(x * x - y * y) * z, 2 * x * z, -2 * y * z, x * x - y * y],
    (x, y, z) => [2 * x * y * z, 2 * y * z, 2 * x * z, 2 * x * y],
    (x, y) => [(x * x - 3 * y * y) * x, 3 * (x * x - y * y), -6 * x * y, 0],
    (x, y) => [(3 * x * x - y * y) * y, 6 * x * y, 3 * (x * x - y * y), 0],
  ],
  [
    (_x, _y, z) => [(35 * z * z - 30) * z * z + 3, 0, 0, (140 * z * z - 60) * z],
    (x, _y, z) => [(7 * z * z - 3) * x * z, (7 * z * z - 3) * z, 0, (21 * z * z - 3) * x],
    (_x, y, z) => [(7 * z * z - 3) * y * z, 0, (7 * z * z - 3) * z, (21 * z * z - 3) * y],
    (x, y, z) => {
      const w = 7 * z * z - 1;
      return [w * (x * x - y * y), 2 * w * x, -2 * w * y, 14 * z * (x * x - y * y)];
    },
    (x, y, z) => {
      const w = 7 * z * z - 1;
      return [2 * w * x * y, 2 * w * y, 2 * w * x, 28 * x * y * z];
    },
    (x, y, z) => [(x * x - 3 * y * y) * x * z, 3 * (x * x - y * y) * z, -6 * x * y * z, (x * x - 3 * y * y) * x],
    (x, y, z) => [(3 * x * x - y * y) * y * z, 6 * x * y * z, 3 * (x * x - y * y) * z, (3 * x * x - y * y) * y],
    (x, y) => {
      const s = x * x - y * y;
      return [s * s - 4 * x * x * y * y, 4 * x * (s - 2 * y * y), -4 * y * (s + 2 * x * x), 0];
    },
    (x, y) => {
      const s = x * x - y * y;
      return [4 * x * y * s, 4 * y * (s + 2 * x * x), 4 * x * (s - 2 * y * y), 0];
    },
  ],
];

/**
 * Real, orthonormal spherical harmonics of l = 1 … lMax of a direction, and their gradients with respect to the displacement.
 *
 * @param d    unit vector
 * @param r    Å, length of the displacement
 * @returns    [(lMax + 1)² − 1, 4] rows (Y, ∂Y/∂x, ∂Y/∂y, ∂Y/∂z), Å⁻¹
 */
export function harmonics(lMax: number, [x, y, z]: readonly [number, number, number], r: number): Float64Array {
  const out = new Float64Array(4 * ((lMax + 1) ** 2 - 1));
  let at = 0;
  for (let l = 1; l <= lMax; l++) {
    for (let m = 0; m < 2 * l + 1; m++) {
      const [p, px, py, pz] = polynomials[l - 1]![m]!(x, y, z);
      const scale = norm[l - 1]![m]!;
      // the length of d is r for every displacement: only what is across d counts
      const along = px * x + py * y + pz * z;
      out[at] = scale * p;
      out[at + 1] = (scale * (px - along * x)) / r;
      out[at + 2] = (scale * (py - along * y)) / r;
      out[at + 3] = (scale * (pz - along * z)) / r;
      at += 4;
    }
  }
  return out;
}

const bispectrum = -Math.sqrt(2 / 35);

/**
 * Invariants of the A_nlm of one atom.
 *
 * @param a  [nMax + 1, (lMax + 1)² − 1]
 * @param q  descriptors, out: those behind the radial ones, first index l (then four-body, five-body), second n
 */
export function angularInvariants(potential: NepPotential, a: Float64Array, q: Float64Array): void {
  const { lMax, fourBody, fiveBody } = potential;
  const N = potential.nMax[1] + 1;
  const M = (lMax + 1) ** 2 - 1;
  for (let n = 0; n < N; n++) {
    let at = potential.nMax[0] + 1 + n;
    for (let l = 1; l <= lMax; l++, at += N) {
      q[at] = 0;
      for (let k = l * l - 1; k < (l + 1) ** 2 - 1; k++) q[at]! += a[n * M + k]! ** 2;
    }
    if (fourBody) {
      const [a0, a1, b1, a2, b2] = a.subarray(n * M + 3) as unknown as [number, number, number, number, number];
      const first = 1.5 * a0 * (a1 * a1 + b1 * b1) - 3 * a0 * (a2 * a2 + b2 * b2);
      const second = 1.5 * Math.sqrt(3) * (a2 * (a1 * a1 - b1 * b1) + 2 * a1 * b1 * b2);
      q[at] = bispectrum * (a0 ** 3 + first + second);
      at += N;
    }
    if (fiveBody) q[at] = (7 / 15) * q[potential.nMax[0] + 1 + n]! ** 2;
  }
}

/**
 * ∂U/∂A_nlm from ∂U/∂q.
 *
 * @param a   [nMax + 1, (lMax + 1)² − 1] A_nlm
 * @param dq  ∂U/∂q by descriptor
 * @returns   [nMax + 1, (lMax + 1)² − 1]
 */
export function angularSlopes(potential: NepPotential, a: Float64Array, dq: Float64Array): Float64Array {
  const da = new Float64Array(a.length);
  const { lMax, fourBody, fiveBody } = potential;
  const N = potential.nMax[1] + 1;
  const M = (lMax + 1) ** 2 - 1;
  for (let n = 0; n < N; n++) {
    let at = potential.nMax[0] + 1 + n;
    for (let l = 1; l <= lMax; l++, at += N) {
      for (let k = l * l - 1; k < (l + 1) ** 2 - 1; k++) da[n * M + k] = 2 * dq[at]! * a[n * M + k]!;
    }
    if (fourBody) {
      const [a0, a1, b1, a2, b2] = a.subarray(n * M + 3) as unknown as [number, number, number, number, number];
      const g = bispectrum * dq[at]!;
      const w = 1.5 * Math.sqrt(3);
      da[n * M + 3]! += g * (3 * a0 * a0 + 1.5 * (a1 * a1 + b1 * b1) - 3 * (a2 * a2 + b2 * b2));
      da[n * M + 4]! += g * (3 * a0 * a1 + 2 * w * (a2 * a1 + b1 * b2));
      da[n * M + 5]! += g * (3 * a0 * b1 + 2 * w * (a1 * b2 - a2 * b1));
      da[n * M + 6]! += g * (w * (a1 * a1 - b1 * b1) - 6 * a0 * a2);
      da[n * M + 7]! += g * (2 * w * a1 * b1 - 6 * a0 * b2);
      at += N;
    }
    if (fiveBody) {
      const power = a[n * M]! ** 2 + a[n * M + 1]! ** 2 + a[n * M + 2]! ** 2;
      for (let k = 0; k < 3; k++) da[n * M + k]! += (28 / 15) * dq[at]! * power * a[n * M + k]!;
    }
  }
  return da;
}
