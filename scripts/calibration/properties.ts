/** What a set of parameters predicts, by the names that targets use. Energies eV, lengths Å, moduli GPa, surfaces J/m², phonons THz. */
import { minimum } from '../../src/core/minimum.ts';
import { gigapascal, joulePerM2 } from '../../src/core/units.ts';
import { saturated } from '../../src/model/saturation.ts';
import {
  type Cluster,
  coordination,
  density,
  distancesFrom,
  energyOf,
  type GuestParameters,
  hostPair,
  hostTaper,
  type Morse,
  pairEnergy,
  partsOf,
} from './guest-energy.ts';
import { area110, bcc, bond, hexagonalLayer, intercalated, planes110, sheetDensity, sheetWith } from './structures.ts';

export type Properties = Readonly<Record<string, number>>;

/** What does not depend on the parameters: eV per carbon it costs to open graphite to AA stacking at a spacing of d. */
export type Opening = (d: number) => number;

/** Parameters with the coordination of the crystal at its own lattice constant, and that constant. */
export function atRest(free: Omit<GuestParameters, 'bulkCoordination'>): {
  p: GuestParameters;
  a: number;
  energy: number;
} {
  // in the crystal the switch is off, whatever its coordination
  const p = { ...free, bulkCoordination: 1 };
  const guess = (2 * free.r0) / Math.sqrt(3);
  const { x: a, value } = minimum((edge) => energyOf(p, bcc(edge)) / 2, 0.85 * guess, 1.15 * guess);
  const bulkCoordination = distancesFrom(bcc(a), 1.6 * p.r0).reduce((sum, r) => sum + coordination(p.r0, r), 0);
  return { p: { ...free, bulkCoordination }, a, energy: value };
}

export function propertiesOf(
  free: Omit<GuestParameters, 'bulkCoordination'>,
  mass: number,
  opening: Opening,
): Properties {
  const { p, a, energy } = atRest(free);
  const all: Record<string, number> = { a, E_coh: -energy };
  elastic(p, a, all);
  phonons(p, a, mass, all);
  const fcc = (edge: number): Cluster => ({
    cell: [
      [0, edge / 2, edge / 2],
      [edge / 2, 0, edge / 2],
      [edge / 2, edge / 2, 0],
    ],
    guests: [[0, 0, 0]],
  });
  all['fcc'] = minimum((edge) => energyOf(p, fcc(edge)), 1.2 * a, 1.35 * a).value - energy;
  all['E_vac'] = vacancy(p, a, energy);
  const area = 2 * area110(a);
  const slab = energyOf(p, planes110(a, 8)) - 16 * energy;
  all['gamma110'] = (slab / (2 * area)) * joulePerM2;
  films(p, a, energy, all);
  adatom(p, all);
  galleries(p, energy, opening, all);
  return all;
}

/** An atom goes, its neighbours stay: they lose a bond each and what it gave to their density. */
function vacancy(p: GuestParameters, a: number, energy: number): number {
  const r = distancesFrom(bcc(a), Math.max(...p.radii, p.densityTaper[1]));
  const rho = r.reduce((sum, one) => sum + density(p, one), 0);
  const embedding = (x: number): number => -p.xi * x ** p.exponent;
  const loss = r.reduce((sum, one) => sum + embedding(rho - density(p, one)) - embedding(rho) - pairEnergy(p, one), 0);
  return loss - embedding(rho) + energy;
}

function elastic(p: GuestParameters, a: number, all: Record<string, number>): void {
  const h = 0.004;
  const volume = a ** 3 / 2;
  const second = (strained: (e: number) => Cluster): number => {
    const [minus, rest, plus] = [-h, 0, h].map((e) => energyOf(p, strained(e)) / 2) as [number, number, number];
    return (minus - 2 * rest + plus) / (h * h);
  };
  const diagonal = (x: number, y: number, z: number) =>
    second((e) =>
      bcc(a, [
        [x * e, 0, 0],
        [0, y * e, 0],
        [0, 0, z * e],
      ]),
    );
  all['B'] = (diagonal(1, 1, 1) / (9 * volume)) * gigapascal;
  // ε = (e, −e, e²/(1 − e²)) keeps the volume to third order
  all["C'"] =
    (second((e) =>
      bcc(a, [
        [e, 0, 0],
        [0, -e, 0],
        [0, 0, (e * e) / (1 - e * e)],
      ]),
    ) /
      (4 * volume)) *
    gigapascal;
  const shear = second((e) =>
    bcc(a, [
      [0, e / 2, 0],
      [e / 2, 0, 0],
      [0, 0, (e * e) / (4 - e * e)],
    ]),
  );
  all['C44'] = (shear / volume) * gigapascal;
}

/** ν of zone-boundary phonons: the two sublattices of bcc against each other (H), and (110) planes against each other (N). */
function phonons(p: GuestParameters, a: number, mass: number, all: Record<string, number>): void {
  const h = 0.01;
  // U = ½ M_eff ω² u² with both sublattices moving by u/2: M_eff = m/2 for a pair of atoms
  const frequency = (moved: (u: number) => Cluster): number => {
    const [minus, rest, plus] = [-h, 0, h].map((u) => energyOf(p, moved(u))) as [number, number, number];
    const { length } = moved(0).guests;
    // atoms of one sublattice move by u against the other: energy per pair of atoms ½ (m/2) ω² u²
    const k = (minus - 2 * rest + plus) / (h * h) / (length / 2);
    // eV/(Å² amu) → THz
    return (Math.sign(k) * Math.sqrt((Math.abs(k) * 2) / mass) * 98.2269478) / (2 * Math.PI);
  };
  all['H'] = frequency((u) => bcc(a, undefined, [u, 0, 0]));
  const plane = (x: number, y: number, z: number) =>
    frequency((u) => planes110(a, 2, { periodic: true, shift: [x * u, y * u, z * u] }));
  all['N_L'] = plane(0, 0, 1);
  all['N_T1'] = plane(0, 1, 0);
  all['N_T2'] = plane(1, 0, 0);
}

/** Films of n (110) planes between uniform sheets, against the capillary law −2(W − γ)A/n of the thickest. */
function films(p: GuestParameters, a: number, energy: number, all: Record<string, number>): void {
  const area = area110(a);
  const film = (layers: number): number => filmOf(planes110(a, layers), ((layers - 1) * a) / Math.SQRT2);
  const filmOf = (cluster: Cluster, top: number): number => {
    // uniform sheets do not change the charges, so the metal is summed once
    const { energy: metal, s } = partsOf(p, cluster);
    const atGap = (gap: number): number =>
      cluster.guests.reduce((sum, [, , z], i) => {
        const share = s[i]! * s[i]!;
        const field = (m: Morse) => sheetField(m, z + gap) + sheetField(m, top - z + gap);
        return sum + (share > 0 ? share * field(p.ion) : 0) + (1 - share) * field(p.metal);
      }, metal) /
        cluster.guests.length -
      energy;
    return minimum(atGap, 1.8, 4.6, 0.2).value;
  };
  const thick = film(8);
  const excess = (-8 * thick) / (2 * area);
  all['W-gamma'] = excess * joulePerM2;
  // a single layer is hexagonal and finds its own spacing
  const hexagonal = (d: number) => filmOf(hexagonalLayer(d), 0);
  all['film1'] = minimum(hexagonal, 0.82 * a, 0.94 * a, 0.03 * a, 1e-3).value + 2 * excess * area;
  // two layers find their distance
  const bilayer = (d: number): number => {
    const [first, ...rest] = planes110(a, 2).guests;
    const guests = [first!, ...rest].map(([x, y, z]): [number, number, number] => [x, y, z > 0 ? d : 0]);
    return filmOf({ ...planes110(a, 2), guests }, d);
  };
  const plane = a / Math.SQRT2;
  all['film2'] = minimum(bilayer, 0.92 * plane, 1.06 * plane, 0.02 * plane, 1e-3).value + excess * area;
  for (const n of [3, 4]) all[`film${n}`] = film(n) + (2 * excess * area) / n;
}

/** A uniform sheet's V at height z: 2π σ ∫_z V(r) r dr, Gauss–Legendre. */
function sheetField(m: Morse, z: number): number {
  if (z >= hostTaper[1]) return 0;
  let sum = 0;
  const pieces = z < hostTaper[0] ? [z, Math.min(z + 1, hostTaper[0]), hostTaper[0], hostTaper[1]] : [z, hostTaper[1]];
  for (let k = 1; k < pieces.length; k++) {
    const [from, to] = [pieces[k - 1]!, pieces[k]!];
    for (const [x, w] of gauss) {
      const r = from + (to - from) * x;
      sum += w * (to - from) * hostPair(m, r) * r;
    }
  }
  return 2 * Math.PI * sheetDensity * sum;
}

/** Six Gauss–Legendre points on (0, 1). */
const gauss: readonly (readonly [number, number])[] = [
  [0.03376524289842399, 0.08566224618958516],
  [0.16939530676686773, 0.1803807865240693],
  [0.38069040695840156, 0.23395696728634552],
  [0.6193095930415985, 0.23395696728634552],
  [0.83060469323313224, 0.1803807865240693],
  [0.96623475710157603, 0.08566224618958516],
];

function adatom(p: GuestParameters, all: Record<string, number>): void {
  const [hollow, bridge] = [profile(p.ion, 0, 0), profile(p.ion, bond * Math.cos(Math.PI / 6), 0)];
  const h = minimum(hollow, 1.2, 4, 0.1);
  all['adatom'] = saturated(h.value, p.saturation);
  all['height'] = h.x;
  all['barrier'] = saturated(minimum(bridge, 1.2, 4, 0.1).value, p.saturation) - all['adatom']!;
}

/** V_ion over a point of a sheet, by height. */
function profile(m: Morse, x: number, y: number): (z: number) => number {
  const squares = patch.map(([u, v]) => (u - x) ** 2 + (v - y) ** 2).filter((s) => s < hostTaper[1] ** 2);
  return (z) => squares.reduce((sum, s) => sum + hostPair(m, Math.sqrt(s + z * z)), 0);
}

const patch = sheetWith('basal', 'basal')
  .map(({ at }) => at)
  .filter(([x, y]) => Math.hypot(x, y) < 10);

function galleries(p: GuestParameters, energy: number, opening: Opening, all: Record<string, number>): void {
  const hollow = profile(p.ion, 0, 0);
  // a lone guest in a gallery held open: it sits where it likes
  const dilute = (d: number): number =>
    saturated(minimum((z) => hollow(z) + hollow(d - z), 0.25 * d, 0.5 * d, 0.05 * d).value, p.saturation) - energy;
  for (const d of [3.7, 4.21, 4.58]) all[`dilute${d}`] = dilute(d);
  all['dilute_best'] = minimum(dilute, 3.2, 4.8, 0.1).x;
  for (const kind of ['C4.5', 'C6', 'C6 staggered', 'C8', 'C12'] as const) {
    const formation = (d: number): number => {
      const { carbonsPerGuest, ...cluster } = intercalated(kind, d);
      // half the galleries of stage 2 stay closed
      const opened = kind === 'C12' ? 0.5 * carbonsPerGuest : carbonsPerGuest;
      return energyOf(p, cluster) / cluster.guests.length - energy + opened * opening(d);
    };
    const best = minimum(formation, 3.4, 6, 0.2, 1e-3);
    all[kind] = best.value;
    all[`d_${kind}`] = best.x;
  }
  all['C12_C6'] = all['C12']! - all['C6']!;
  all['C6_stacking'] = all['C6 staggered']! - all['C6']!;
}
