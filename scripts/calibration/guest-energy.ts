/**
 * The embedded form with a charge switch, straight from its formulas and without tables: what the calibration minimises, and a second
 * opinion on the engine (test/oracle/guest-models.test.ts computes the listed properties with the engine).
 *
 *   U = ½ Σ (1 − s_i s_j) φ(r_ij) + Σ (1 − S_i) F(ρ_i) + Σ [S_i g(V_ion,i) + (1 − S_i) V_met,i] + ½ Σ s_i s_j Y (1 − r/R)₊³
 *
 * with S = s² and g of src/model/saturation.ts: φ and F are of atoms that have their electron, ions repel by Y alone. Where ions are not bare φ and
 * F count in full and the last term is ½ Σ s_i s_j Q e^(−r/3.5)/r.
 */
import { taper } from '../../src/model/radial/cutoffs.ts';
import { type Saturation, saturated } from '../../src/model/saturation.ts';

/** Morse depth (eV), exponent (Å⁻¹), distance (Å). */
export type Morse = readonly [depth: number, alpha: number, re: number];

/** One guest: what is fitted, and what is held. Lengths Å, energies eV. */
export interface GuestParameters {
  readonly species: string;
  /** φ(r) = Σ c_k (1 − r/r_k)₊³ */
  readonly coefficients: readonly number[];
  readonly radii: readonly number[];
  /** F(ρ) = −ξ ρ^exponent */
  readonly xi: number;
  readonly exponent: number;
  /** ρ from e^(−2q(r/r₀ − 1)), tapered over `densityTaper` */
  readonly q: number;
  readonly r0: number;
  readonly densityTaper: readonly [number, number];
  /** basal carbon */
  readonly ion: Morse;
  readonly metal: Morse;
  /** coordinations at which the charge begins to go and is gone, in units of that of the crystal */
  readonly switchStart: number;
  readonly switchFraction: number;
  /** Y, eV, of bare ions, or Q, eV Å */
  readonly repulsion: number;
  /** R, Å, or where Q ends */
  readonly ionReach: number;
  readonly bareIons: boolean;
  /** how V_ion saturates; null: it is the plain sum */
  readonly saturation: Saturation | null;
  /** coordination in the crystal */
  readonly bulkCoordination: number;
}

/** Guests and basal carbons in a cell whose first two vectors, and the third if it is finite, repeat. */
export interface Cluster {
  /** rows a, b, c, Å; a row of zeros does not repeat */
  readonly cell: readonly (readonly [number, number, number])[];
  readonly guests: readonly (readonly [number, number, number])[];
  readonly carbons?: readonly (readonly [number, number, number])[];
}

export const hostTaper = [5.5, 7] as const;

export function morse([depth, alpha, re]: Morse, r: number): number {
  const e = Math.exp(-alpha * (r - re));
  return depth * e * (e - 2);
}

/** V of one basal carbon at distance r. */
export const hostPair = (m: Morse, r: number): number => morse(m, r) * taper(r, ...hostTaper);

export function pairEnergy({ coefficients, radii }: GuestParameters, r: number): number {
  let sum = 0;
  for (const [k, c] of coefficients.entries()) {
    const u = 1 - r / radii[k]!;
    if (u > 0) sum += c * u * u * u;
  }
  return sum;
}

export const density = ({ q, r0, densityTaper }: GuestParameters, r: number): number =>
  Math.exp(-2 * q * (r / r0 - 1)) * taper(r, ...densityTaper);

export const coordination = (r0: number, r: number): number =>
  Math.exp(-6 * (r / r0 - 1)) * taper(r, 1.2 * r0, 1.6 * r0);

/** Å, of the repulsion of ions that are not bare; it is tapered over the last two Å */
export const decay = 3.5;

/** What s_i s_j multiplies: of bare ions Y in place of φ. */
function ionPair(p: GuestParameters, r: number): number {
  if (p.bareIons) return p.repulsion * Math.max(0, 1 - r / p.ionReach) ** 3 - pairEnergy(p, r);
  return ((p.repulsion * Math.exp(-r / decay)) / r) * taper(r, p.ionReach - 2, p.ionReach);
}

/** Total energy of a cluster, eV. */
export function energyOf(p: GuestParameters, cluster: Cluster): number {
  return partsOf(p, cluster).energy;
}

/** Total energy of a cluster, eV, and the charge s of each guest. */
export function partsOf(
  p: GuestParameters,
  { cell, guests, carbons = [] }: Cluster,
): { energy: number; s: Float64Array } {
  const reachOfIons = Math.max(p.ionReach, ...(p.bareIons ? p.radii : []));
  const reach = Math.max(...p.radii, reachOfIons, p.densityTaper[1], 1.6 * p.r0);
  const shifts = images(cell, reach);
  const n = guests.length;
  const rho = new Float64Array(n);
  const x = new Float64Array(n);
  const close: [number, number, number][] = [];
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (const shift of shifts) {
        const r = distance(guests[i]!, guests[j]!, shift);
        if (r < 1e-9 || r >= reach) continue;
        total += 0.5 * pairEnergy(p, r);
        rho[i]! += density(p, r);
        x[i]! += coordination(p.r0, r);
        if (r < reachOfIons) close.push([i, j, r]);
      }
    }
  }
  const s = x.map((count) => {
    const u = (p.switchFraction - count / p.bulkCoordination) / (p.switchFraction - p.switchStart);
    const v = Math.min(1, Math.max(0, u));
    return v * v * (3 - 2 * v);
  });
  // images of carbons that any guest can feel
  const near = carbons.flatMap(([x, y, z]): Vector[] =>
    shifts
      .map((t): Vector => [x + t[0], y + t[1], z + t[2]])
      .filter((at) => guests.some((guest) => distance(guest, at, none) < hostTaper[1])),
  );
  for (let i = 0; i < n; i++) {
    const share = s[i]! * s[i]!;
    if (rho[i]! > 0) total -= (p.bareIons ? 1 - share : 1) * p.xi * rho[i]! ** p.exponent;
    let [ion, metal] = [0, 0];
    for (const carbon of near) {
      const r = distance(guests[i]!, carbon, none);
      if (r >= hostTaper[1]) continue;
      ion += hostPair(p.ion, r);
      metal += hostPair(p.metal, r);
    }
    total += share * saturated(ion, p.saturation) + (1 - share) * metal;
  }
  for (const [i, j, r] of close) if (s[i]! > 0 && s[j]! > 0) total += 0.5 * s[i]! * s[j]! * ionPair(p, r);
  return { energy: total, s };
}

/** Distances from the first guest to every other within reach, Å. */
export function distancesFrom(cluster: Cluster, reach: number): number[] {
  const { cell, guests } = cluster;
  return images(cell, reach).flatMap((shift) =>
    guests.map((other) => distance(guests[0]!, other, shift)).filter((r) => r > 1e-9 && r < reach),
  );
}

type Vector = readonly [number, number, number];
const none: Vector = [0, 0, 0];

/** From a to the image of b; by hand, because Math.hypot takes several times as long and a fit spends its time here. */
function distance(a: Vector, b: Vector, t: Vector): number {
  const [x, y, z] = [b[0] + t[0] - a[0], b[1] + t[1] - a[1], b[2] + t[2] - a[2]];
  return Math.sqrt(x * x + y * y + z * z);
}

/** Translations that can bring any two atoms of a cell within reach; atoms may lie anywhere within one cell of each other. */
function images(cell: Cluster['cell'], reach: number): Vector[] {
  const [a, b, c] = cell as readonly [Vector, Vector, Vector];
  const count = (v: Vector, u: Vector, w: Vector): number => {
    const length = Math.hypot(...v);
    if (length === 0) return 0;
    // distance between the planes spanned by the other two, or of a line where one of those does not repeat
    const normal = cross(u, w);
    const size = Math.hypot(...normal);
    const height = size > 0 ? Math.abs(dot(v, normal)) / size : length;
    return Math.ceil(reach / height) + 1;
  };
  const [na, nb, nc] = [count(a, b, c), count(b, c, a), count(c, a, b)];
  const shifts: Vector[] = [];
  for (let i = -na; i <= na; i++) {
    for (let j = -nb; j <= nb; j++) {
      for (let k = -nc; k <= nc; k++) {
        shifts.push([i * a[0] + j * b[0] + k * c[0], i * a[1] + j * b[1] + k * c[1], i * a[2] + j * b[2] + k * c[2]]);
      }
    }
  }
  return shifts;
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
