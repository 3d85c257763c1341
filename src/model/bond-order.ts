/**
 * The bond-order form (Tersoff), by its plain formulas.
 *
 *   U = ½ Σ_i Σ_{j≠i} f_C(r_ij) [A e^(−λ1 r_ij) − b_ij B e^(−λ2 r_ij)]
 *   b_ij = (1 + (β ζ_ij)ⁿ)^(−1/(2n))
 *   ζ_ij = Σ_{k≠i,j} f_C(r_ik) g(cos θ_ijk) exp([λ3 (r_ij − r_ik)]^m)
 *   g(x) = γ (1 + c²/d² − c²/(d² + (cos θ₀ − x)²))
 *   f_C(r) = 1 below R − D,  ½ − ½ sin(π (r − R)/(2D)),  0 above R + D
 *
 * θ_ijk is the angle at i. A, B, λ1, λ2, β, n and the f_C of the bond are those of the entry (i, j, j); γ, λ3, m, c, d, cos θ₀ and
 * the f_C inside ζ those of (i, j, k). A pair is seen from both ends, each with half of it; where the entries of the two ends have
 * different A, λ1, R or D, the repulsion is the mean of the two. The energy of an end is shared in halves by i and j, as LAMMPS does.
 *
 * @cite Tersoff, Phys. Rev. B 37, 6991 (1988) doi:10.1103/PhysRevB.37.6991
 * @cite Tersoff, Phys. Rev. B 39, 5566 (1989) doi:10.1103/PhysRevB.39.5566 (several elements)
 * @oracle test/oracle/tersoff.test.ts (LAMMPS), test/property/bond-order.test.ts
 */
import type { NeighborList } from '../core/neighbors.ts';
import type { TersoffParameters } from '../io/tersoff-file.ts';
import { type Accumulator, addEntryForce } from './evaluate.ts';
import type { BondOrderTerm } from './model.ts';

/** Adds energy, forces and virial of a bond-order term. */
export function addBondOrder(term: BondOrderTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  const width = term.elements.length;
  const reach = Math.max(...term.triples.map(({ middle, halfWidth }) => middle + halfWidth));
  for (let i = 0; i < kind.length; i++) {
    const element = term.kind[kind[i]!]!;
    if (element < 0) continue;
    const near: Neighbor[] = [];
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const r = list.rows[4 * e + 3]!;
      const other = term.kind[kind[list.index[e]!]!]!;
      if (r >= reach || other < 0) continue;
      const [x, y, z] = [0, 1, 2].map((k) => list.rows[4 * e + k]! / r) as [number, number, number];
      near.push({ entry: e, element: other, r, x, y, z, gx: 0, gy: 0, gz: 0 });
    }
    for (const j of near) {
      const row = (element * width + j.element) * width;
      const energy = bondEnergy(term.triples, row, j, near);
      sum.forces[4 * i + 3]! += 0.5 * energy;
      sum.forces[4 * list.index[j.entry]! + 3]! += 0.5 * energy;
    }
    for (const { entry, gx, gy, gz } of near) addEntryForce(sum, list, entry, i, gx, gy, gz);
  }
}

/** One neighbour of atom i: unit vector (x, y, z) to it, and what has been gathered of ∂U/∂d, eV/Å. */
interface Neighbor {
  readonly entry: number;
  readonly element: number;
  /** Å */
  readonly r: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  gx: number;
  gy: number;
  gz: number;
}

/**
 * Energy of the bond i–j as seen from i, eV; its derivatives are added to the neighbours' (gx, gy, gz).
 *
 * @param row  of the entries (i, j, ·) in `triples`
 */
function bondEnergy(
  triples: readonly TersoffParameters[],
  row: number,
  j: Neighbor,
  near: readonly Neighbor[],
): number {
  const p = triples[row + j.element]!;
  const { r } = j;
  if (r >= p.middle + p.halfWidth) return 0;
  let zeta = 0;
  for (const k of near) if (k !== j) zeta += zetaTerm(triples[row + k.element]!, j, k, 0);
  const fc = cutoffValue(p, r);
  const fcSlope = cutoffSlope(p, r);
  const repulsion = 0.5 * p.a * Math.exp(-p.lambda1 * r);
  const attraction = -0.5 * p.b * Math.exp(-p.lambda2 * r);
  const order = bondOrder(p, zeta);
  const slope =
    fcSlope * (repulsion + order * attraction) - fc * (p.lambda1 * repulsion + p.lambda2 * order * attraction);
  j.gx += slope * j.x;
  j.gy += slope * j.y;
  j.gz += slope * j.z;
  const perZeta = fc * attraction * bondOrderSlope(p, zeta);
  if (perZeta !== 0) for (const k of near) if (k !== j) zetaTerm(triples[row + k.element]!, j, k, perZeta);
  return fc * (repulsion + order * attraction);
}

/**
 * What neighbour k adds to ζ_ij.
 *
 * @param perZeta  ∂U/∂ζ, eV: the derivatives of this part, times it, are added to the (gx, gy, gz) of j and k
 */
function zetaTerm(p: TersoffParameters, j: Neighbor, k: Neighbor, perZeta: number): number {
  if (k.r >= p.middle + p.halfWidth) return 0;
  const fc = cutoffValue(p, k.r);
  const cosine = j.x * k.x + j.y * k.y + j.z * k.z;
  // γ (1 + c²/d² − c²/(d² + u²)) without the difference of two large numbers
  const u = p.cosTheta0 - cosine;
  const ratio = p.c === 0 ? 0 : (p.c / p.d) ** 2;
  const g = p.gamma * (1 + (ratio * u * u) / (p.d * p.d + u * u || 1));
  const delta = p.lambda3 * (j.r - k.r);
  const spread = Math.exp(delta ** p.m);
  const value = fc * g * spread;
  if (perZeta === 0) return value;
  const gSlope = p.c === 0 ? 0 : (-2 * p.gamma * p.c * p.c * u) / (p.d * p.d + u * u) ** 2;
  const perCosine = perZeta * fc * gSlope * spread;
  const perLength = perZeta * value * p.m * p.lambda3 * delta ** (p.m - 1);
  // ∂cos θ/∂d_ij = (k̂ − cos θ ĵ)/r_ij
  const [ofJ, ofK] = [perCosine / j.r, perCosine / k.r];
  const alongJ = perLength - cosine * ofJ;
  const alongK = perZeta * cutoffSlope(p, k.r) * g * spread - perLength - cosine * ofK;
  j.gx += ofJ * k.x + alongJ * j.x;
  j.gy += ofJ * k.y + alongJ * j.y;
  j.gz += ofJ * k.z + alongJ * j.z;
  k.gx += ofK * j.x + alongK * k.x;
  k.gy += ofK * j.y + alongK * k.y;
  k.gz += ofK * j.z + alongK * k.z;
  return value;
}

/** f_C(r) */
function cutoffValue({ middle, halfWidth }: TersoffParameters, r: number): number {
  if (r <= middle - halfWidth) return 1;
  if (r >= middle + halfWidth) return 0;
  return 0.5 - 0.5 * Math.sin((0.5 * Math.PI * (r - middle)) / halfWidth);
}

/** df_C/dr, Å⁻¹ */
function cutoffSlope({ middle, halfWidth }: TersoffParameters, r: number): number {
  if (r <= middle - halfWidth || r >= middle + halfWidth) return 0;
  return ((-0.25 * Math.PI) / halfWidth) * Math.cos((0.5 * Math.PI * (r - middle)) / halfWidth);
}

/** b(ζ). With t = βζ > 1 the same number is t^(−½) (1 + t⁻ⁿ)^(−1/(2n)), in which no power overflows. */
function bondOrder({ n, beta }: TersoffParameters, zeta: number): number {
  const t = beta * zeta;
  const exponent = -1 / (2 * n);
  return t > 1 ? (1 + t ** -n) ** exponent / Math.sqrt(t) : (1 + t ** n) ** exponent;
}

/** db/dζ = −½ β tⁿ⁻¹ (1 + tⁿ)^(−1/(2n) − 1); 0 at ζ = 0, where there is nothing whose motion could change it. */
function bondOrderSlope({ n, beta }: TersoffParameters, zeta: number): number {
  const t = beta * zeta;
  if (t === 0) return 0;
  const exponent = -1 / (2 * n) - 1;
  return -0.5 * beta * (t > 1 ? t ** -1.5 * (1 + t ** -n) ** exponent : t ** (n - 1) * (1 + t ** n) ** exponent);
}
