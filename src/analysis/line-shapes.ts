/**
 * What perfect turbostratic stacks scatter, averaged over all directions: the shapes that diffraction lines are fitted with.
 */

/** Atoms per area of graphene, Å⁻²; a = 2.46 Å. */
export const sheetDensity = 4 / (Math.sqrt(3) * 2.46 ** 2);

/** How far a pair may be apart and still be counted in full (1), in part, or not at all (0). */
export type Window = (r: number) => number;

/**
 * The (00l) lines of stacks, times q² and in units of what one endless sheet gives: 1 for single sheets, N at the top of
 * a line of N wide ones.
 *
 *   y(q) = q² S(q) / 2πσ = g₀ + 2 Σ_m (1 − m/N) e^(−q²s²m/2) g_m,   g_m = cos(q z) − (4/πD) ∫₀ᴰ √(1−t²/D²) cos(q √(t²+z²)) dt,  z = m d
 *
 * g_m is exact for two discs of uniform density one above the other. Without the integral this is the interference
 * function sin²(Nqd/2) / (N sin²(qd/2)); with it, lines of small discs lean to higher q. N between whole numbers is a
 * mixture of the two.
 */
export interface StackShape {
  /** mean number of sheets, ≥ 1 */
  readonly layers: number;
  /** Å */
  readonly spacing: number;
  /** standard deviation of a gap, independent from gap to gap, Å */
  readonly spread: number;
}

/**
 * Prepares y(q) of stacks of discs of one diameter.
 *
 * @param q         [Q] Å⁻¹
 * @param diameter  of the discs, Å
 * @returns  [Q] y(q) of a shape; cheap when only `layers` or `spread` changes
 * @oracle test/unit/analysis-scattering-lines.test.ts (interference function, Debye sum of atoms)
 */
export function stackLine(
  q: readonly number[],
  diameter: number,
  window: Window = () => 1,
): (shape: StackShape) => Float64Array {
  const terms = new Map<number, Float64Array[]>();
  const termsOf = (spacing: number, count: number): Float64Array[] => {
    if (terms.size > 8) terms.clear();
    const known = terms.get(spacing) ?? [];
    for (let m = known.length; m < count; m++) known.push(discPair(q, m * spacing, diameter));
    terms.set(spacing, known);
    return known;
  };
  return ({ layers, spacing, spread }) => {
    const whole = Math.floor(layers);
    const more = layers - whole;
    const y = new Float64Array(q.length);
    const g = termsOf(spacing, whole + 1);
    for (let m = 0; m <= whole; m++) {
      const share = (1 - more) * Math.max(0, 1 - m / whole) + more * (1 - m / (whole + 1));
      const weight = (m === 0 ? 1 : 2) * share * window(m * spacing);
      if (weight === 0) continue;
      for (let k = 0; k < y.length; k++) y[k]! += weight * Math.exp(-0.5 * m * (q[k]! * spread) ** 2) * g[m]![k]!;
    }
    return y;
  };
}

/** g_m(q), by as many angles t = D sin θ as the phase turns. */
function discPair(q: readonly number[], z: number, diameter: number): Float64Array {
  const angles = 48 + Math.ceil(((q.at(-1) ?? 0) * diameter) / 4);
  const theta = Float64Array.from({ length: angles }, (_, k) => ((k + 0.5) / angles) * (Math.PI / 2));
  const distances = theta.map((t) => Math.sqrt((diameter * Math.sin(t)) ** 2 + z * z));
  const weights = theta.map((t) => (Math.cos(t) ** 2 * 2) / angles);
  return Float64Array.from(q, (one) => {
    let sum = 0;
    for (let k = 0; k < angles; k++) sum += weights[k]! * Math.cos(one * distances[k]!);
    return Math.cos(one * z) - sum;
  });
}

const step = 0.1;

/**
 * Prepares S(q) of the two-dimensional line of single discs at a reciprocal vector of their lattice.
 *
 *   S(q) = (2πσ w / q) ∫₀ᴰ γ(s) J₀(Gs) sin(qs) ds,   γ(s) = (2/π) (arccos x − x √(1−x²)), x = s/D
 *
 * the saw tooth of Warren, exact for a disc: steep on the side of low q, its top about 2/D above G.
 *
 * @param q       [Q] Å⁻¹
 * @param weight  reciprocal vectors of that length times |F|² of the pair of atoms over 4: 1.5 for (10), 6 for (11)
 * @param reach   the largest diameter that will be asked for, Å
 * @returns  [Q] of a diameter and a G
 * @cite Warren, Phys. Rev. 59, 693 (1941) doi:10.1103/PhysRev.59.693
 * @oracle test/unit/analysis-scattering-lines.test.ts (Debye sum of atoms)
 */
export function sheetLine(
  q: readonly number[],
  weight: number,
  reach: number,
  window: Window = () => 1,
): (diameter: number, g: number) => Float64Array {
  const count = Math.ceil(reach / step);
  const table = q.map((one) => Float64Array.from({ length: count }, (_, k) => Math.sin(one * step * (k + 1))));
  const fade = Float64Array.from({ length: count }, (_, k) => window(step * (k + 1)));
  return (diameter, g) => {
    const factor = Float64Array.from({ length: Math.min(count, Math.floor(diameter / step)) }, (_, k) => {
      const s = step * (k + 1);
      const x = s / diameter;
      return fade[k]! * (2 / Math.PI) * (Math.acos(x) - x * Math.sqrt(1 - x * x)) * besselJ0(g * s);
    });
    return Float64Array.from(q, (one, i) => {
      let sum = 0;
      const row = table[i]!;
      for (let k = 0; k < factor.length; k++) sum += factor[k]! * row[k]!;
      return ((2 * Math.PI * sheetDensity * weight) / one) * sum * step;
    });
  };
}

/**
 * Bessel function J₀ for x ≥ 0, within 1e-7.
 *
 * @cite Abramowitz & Stegun, Handbook of Mathematical Functions, 9.4.1 and 9.4.3
 */
export function besselJ0(x: number): number {
  if (x < 3) {
    const t = (x / 3) ** 2;
    return 1 + t * (-2.2499997 + t * (1.2656208 + t * (-0.3163866 + t * (0.0444479 + t * (-0.0039444 + t * 0.00021)))));
  }
  const t = 3 / x;
  const f =
    0.79788456 +
    t * (-7.7e-7 + t * (-0.0055274 + t * (-9.512e-5 + t * (0.00137237 + t * (-7.2805e-4 + t * 1.4476e-4)))));
  const phase =
    x -
    0.78539816 +
    t * (-0.04166397 + t * (-3.954e-5 + t * (0.00262573 + t * (-5.4125e-4 + t * (-2.9333e-4 + t * 1.3558e-4)))));
  return (f * Math.cos(phase)) / Math.sqrt(x);
}

/** Where a curve has its top, and where it is half as high on both sides; the curve must fall to half within its ends. */
export interface HalfWidth {
  readonly top: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Top (by a parabola through the highest three points) and half-height positions of a smooth line on no background.
 *
 * @returns  undefined when the curve does not fall to half its height on either side
 */
export function halfWidth(q: readonly number[], y: ArrayLike<number>): HalfWidth | undefined {
  let at = 0;
  for (let k = 1; k < y.length; k++) if (y[k]! > y[at]!) at = k;
  if (at === 0 || at === y.length - 1) return undefined;
  const [a, b, c] = [y[at - 1]!, y[at]!, y[at + 1]!];
  const shift = (0.5 * (a - c)) / (a - 2 * b + c);
  const height = b - 0.25 * (a - c) * shift;
  const cross = (direction: 1 | -1): number | undefined => {
    for (let k = at; k + direction >= 0 && k + direction < y.length; k += direction) {
      const [above, below] = [y[k]!, y[k + direction]!];
      if (below <= height / 2) return q[k]! + ((above - height / 2) / (above - below)) * (q[k + direction]! - q[k]!);
    }
    return undefined;
  };
  const [left, right] = [cross(-1), cross(1)];
  if (left === undefined || right === undefined) return undefined;
  return { top: q[at]! + shift * (q[at + 1]! - q[at]!), left, right };
}
