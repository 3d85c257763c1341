/**
 * The field of one host atom as a smooth part, which a grid can follow, and the rest, which ends at a short distance.
 *
 *   V(r) = S(r) + D(r),   S = V for r ≥ r_c and a₀ + a₁r² + a₂r⁴ + a₃r⁶ below,   D = 0 for r ≥ r_c
 *
 * S has the value and three derivatives of V at r_c, and no cusp at the atom. r_c is the smallest distance at which a cubic spline on
 * the grid's knots follows S within the tolerance: h⁴ |S⁗| / 384.
 *
 * @cite the split itself: Hockney & Eastwood, Computer Simulation Using Particles, ch. 8 (particle–mesh with short-range correction)
 */
import { type TwinTable, twin } from '../guest-tables.ts';

type Pair = readonly [number, number];

/** A twin function of r as the sum of the smooth part and what is left below `reach`. */
export interface Split {
  /** r_c, Å; 0: nothing is left over */
  readonly reach: number;
  /** S for any r ≥ 0; [0, 0] from the cutoff on */
  readonly smooth: (r: number) => Pair;
}

/** How well a spline must follow. */
export interface SplitDemand {
  /** of the knots, Å */
  readonly spacing: number;
  /** eV per host atom and coordinate */
  readonly tolerance: number;
  /** above this the function is a wall, eV, which is bent over before it meets the spline; Infinity: walls count too */
  readonly wall: number;
}

/** Distances between candidates of r_c, and between the points where S is asked for its fourth difference, Å. */
const stride = 0.1;

/**
 * @param value  (V_ion, V_met) at r, defined from `from` on
 * @param from   Å; nearer is an overlap
 * @param to     cutoff, Å
 * @param least  r_c is at least this, Å; 0: no split unless the tolerance asks for one
 */
export function splitField(
  value: (r: number) => Pair,
  { from, to }: { readonly from: number; readonly to: number },
  demand: SplitDemand,
  least = 0,
): Split {
  if (least === 0 && follows(value, from, to, demand)) return { reach: 0, smooth: value };
  for (let reach = Math.max(least, from + 0.2); reach < to - 0.2; reach += stride) {
    const smooth = continued(value, reach);
    if (follows(smooth, 0, to, demand)) return { reach, smooth };
  }
  return { reach: to, smooth: () => [0, 0] };
}

/** The value of a twin table, as a function; held at its first knot below. */
export function tableFunction(table: TwinTable): (r: number) => Pair {
  return (r) => twin(table, Math.max(r, table.from));
}

/** Largest h⁴|V⁗|/384 on the way, from fourth differences, against the tolerance. */
function follows(value: (r: number) => Pair, from: number, to: number, demand: SplitDemand): boolean {
  const { spacing: h, tolerance, wall } = demand;
  for (let r = from + 2 * h; r < to + 2 * h; r += Math.min(stride, h / 2)) {
    const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((k) => value(r + k * h)) as [Pair, Pair, Pair, Pair, Pair];
    for (const q of [0, 1] as const) {
      if (c[q] >= wall) continue;
      if (Math.abs(a[q] - 4 * b[q] + 6 * c[q] - 4 * d[q] + e[q]) / 384 > tolerance) return false;
    }
  }
  return true;
}

/** V from `reach` on, continued inwards by the even polynomial that has its value and first three derivatives there. */
function continued(value: (r: number) => Pair, reach: number): (r: number) => Pair {
  const delta = 0.02;
  const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((k) => value(reach + k * delta)) as [Pair, Pair, Pair, Pair, Pair];
  const polynomials = ([0, 1] as const).map((q) => {
    const first = (a[q] - 8 * b[q] + 8 * d[q] - e[q]) / (12 * delta);
    const second = (-a[q] + 16 * b[q] - 30 * c[q] + 16 * d[q] - e[q]) / (12 * delta ** 2);
    const third = (e[q] - 2 * d[q] + 2 * b[q] - a[q]) / (2 * delta ** 3);
    return evenPolynomial(reach, c[q], first, second, third);
  }) as [number[], number[]];
  const at = (p: number[], s: number): number => p[0]! + s * (p[1]! + s * (p[2]! + s * p[3]!));
  return (r) => (r >= reach ? value(r) : [at(polynomials[0], r * r), at(polynomials[1], r * r)]);
}

/** Coefficients of a₀ + a₁s + a₂s² + a₃s³, s = r², with given value and derivatives by r at one distance. */
function evenPolynomial(r: number, f: number, f1: number, f2: number, f3: number): number[] {
  // derivatives by s: d/ds = (1/2r) d/dr
  const g1 = f1 / (2 * r);
  const g2 = (f2 - f1 / r) / (4 * r * r);
  const g3 = (f3 - (3 * f2) / r + (3 * f1) / (r * r)) / (8 * r ** 3);
  const s = r * r;
  return [
    f - g1 * s + (g2 * s * s) / 2 - (g3 * s ** 3) / 6,
    g1 - g2 * s + (g3 * s * s) / 2,
    g2 / 2 - (g3 * s) / 2,
    g3 / 6,
  ];
}
