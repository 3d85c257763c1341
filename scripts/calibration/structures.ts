/** The small structures whose energies are calibration targets. Lengths in Å; carbon bond 1.42 Å. */
import type { Cluster } from './guest-energy.ts';

type Vector = readonly [number, number, number];
const none: Vector = [0, 0, 0];
export const bond = 1.42;
/** of sheets in graphite, Å */
const closedSpacing = 3.35;
/** carbon atoms per Å² of sheet */
export const sheetDensity = 4 / (3 * Math.sqrt(3) * bond * bond);

/** Two atoms of bcc, strained: rows of the cell are a (1 + ε). */
export function bcc(a: number, strain: readonly Vector[] = [none, none, none], shift: Vector = none): Cluster {
  const rows = [0, 1, 2].map((i) =>
    [0, 1, 2].map((k) => a * ((i === k ? 1 : 0) + strain[i]![k]!)),
  ) as unknown as Vector[];
  const middle = [0, 1, 2].map((k) => 0.5 * (rows[0]![k]! + rows[1]![k]! + rows[2]![k]!) + shift[k]!);
  return { cell: rows, guests: [none, middle as unknown as Vector] };
}

/** Å² of (110) plane per atom. */
export const area110 = (a: number): number => (a * a * Math.SQRT2) / 2;

/**
 * `layers` planes of bcc (110) on top of each other along z, in vacuum. `periodic` repeats them along z as a crystal, odd planes moved by `shift`: a phonon of the zone boundary N.
 */
export function planes110(
  a: number,
  layers: number,
  { periodic = false, shift = none }: { periodic?: boolean; shift?: Vector } = {},
): Cluster {
  const d = a / Math.SQRT2;
  const guests: Vector[] = [];
  for (let k = 0; k < layers; k++) {
    const odd = k % 2;
    for (const u of [0, 0.5]) {
      guests.push([(u + 0.5 * odd) * a + odd * shift[0], u * a * Math.SQRT2 + odd * shift[1], k * d + odd * shift[2]]);
    }
  }
  return { cell: [[a, 0, 0], [0, a * Math.SQRT2, 0], periodic ? [0, 0, layers * d] : none], guests };
}

/** One hexagonal layer of neighbour distance d. */
export function hexagonalLayer(d: number): Cluster {
  return { cell: [hexagonal(d, 1, 0), hexagonal(d, 0, 1), none], guests: [none] };
}

/**
 * Guests in every gallery of AA-stacked graphite of spacing d, over hollows.
 *
 * @param kind  'C6' (√3 × √3, guests above each other), 'C6 staggered' (the same, over the next hexagon
 *   in every gallery), 'C4.5' (metal: a hexagonal layer at 3.69 Å), 'C8' (2 × 2, next gallery shifted), 'C12' (stage 2 of C6: every second gallery
 *   is empty, AB stacked and as wide as in graphite)
 */
export function intercalated(
  kind: 'C4.5' | 'C6' | 'C6 staggered' | 'C8' | 'C12',
  d: number,
): Cluster & { readonly carbonsPerGuest: number } {
  const a = bond * Math.sqrt(3);
  const sheet = (n: number): Vector[] => {
    // hexagonal cell n a × n a, hollow at the origin
    const atoms: Vector[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (const u of [1 / 3, 2 / 3]) atoms.push(hexagonal(a, i + u, j + u));
      }
    }
    return atoms;
  };
  if (kind === 'C8') {
    const n = 2;
    const above = hexagonal(a, 1, 0);
    const carbons = sheet(n).flatMap(([x, y]): Vector[] => [
      [x, y, 0],
      [x, y, d],
    ]);
    return {
      cell: [hexagonal(a, n, 0), hexagonal(a, 0, n), [0, 0, 2 * d]],
      guests: [
        [0, 0, 0.5 * d],
        [above[0], above[1], 1.5 * d],
      ],
      carbons,
      carbonsPerGuest: 8,
    };
  }
  if (kind === 'C4.5') {
    const guests = [0, 1].flatMap((i) => [0, 1].map((j): Vector => hexagonal(1.5 * a, i, j)));
    return {
      cell: [hexagonal(a, 3, 0), hexagonal(a, 0, 3), [0, 0, d]],
      guests: guests.map(([x, y]): Vector => [x, y, 0.5 * d]),
      carbons: sheet(3),
      carbonsPerGuest: 4.5,
    };
  }
  // √3 × √3: the cell of three hexagons
  const u = hexagonal(a, 1, 1);
  const v = hexagonal(a, -1, 2);
  const carbons: Vector[] = [];
  for (let i = -2; i < 3; i++) {
    for (let j = -2; j < 3; j++) {
      for (const w of [1 / 3, 2 / 3]) {
        const [x, y] = hexagonal(a, i + w, j + w);
        const [s, t] = inCell(u, v, x, y);
        if (s > -1e-6 && s < 1 - 1e-6 && t > -1e-6 && t < 1 - 1e-6) carbons.push([x, y, 0]);
      }
    }
  }
  const guests: Vector[] = [[0, 0, 0.5 * d]];
  if (kind === 'C6') return { cell: [u, v, [0, 0, d]], guests, carbons, carbonsPerGuest: carbons.length };
  if (kind === 'C6 staggered') {
    const [x, y] = hexagonal(a, 1, 0);
    return { cell: [u, v, [x, y, d]], guests, carbons, carbonsPerGuest: carbons.length };
  }
  const both = carbons.flatMap(([x, y]): Vector[] => [
    [x, y, 0],
    [x, y, d],
  ]);
  const [sx, sy] = hexagonal(a, 1 / 3, 1 / 3);
  return { cell: [u, v, [sx, sy, d + closedSpacing]], guests, carbons: both, carbonsPerGuest: both.length };
}

function hexagonal(a: number, i: number, j: number): Vector {
  return [a * (i + 0.5 * j), (a * j * Math.sqrt(3)) / 2, 0];
}

function inCell(u: Vector, v: Vector, x: number, y: number): [number, number] {
  const det = u[0] * v[1] - u[1] * v[0];
  return [(x * v[1] - y * v[0]) / det, (u[0] * y - u[1] * x) / det];
}

/** A typed carbon: place and site, `basal` or the site's name. */
export interface SiteCarbon {
  readonly at: Vector;
  readonly site: string;
}

/** Carbons of a sheet at z = 0 near the origin, which is a hollow; `x` runs across zigzag rows, `y` along armchair lines. */
function sheetPatch(reach: number): Vector[] {
  const a = bond * Math.sqrt(3);
  const atoms: Vector[] = [];
  const n = Math.ceil(reach / a) + 2;
  for (let i = -2 * n; i <= 2 * n; i++) {
    for (let j = -2 * n; j <= 2 * n; j++) {
      for (const u of [1 / 3, 2 / 3]) {
        const [x, y] = hexagonal(a, i + u, j + u);
        if (Math.abs(x) < reach && Math.abs(y) < reach) atoms.push([x, y, 0]);
      }
    }
  }
  return atoms;
}

/** Whole sheet, or what is left of it, or one with a bond turned by 90° (Stone and Wales). Edge carbons, those with fewer than three neighbours inside, get the site. */
export function sheetWith(
  what: 'basal' | 'armchair edge' | 'zigzag edge' | 'vacancy' | 'turned bond',
  site: string,
): readonly SiteCarbon[] {
  const reach = 16;
  let atoms = sheetPatch(reach);
  // rows along x are zigzag: cutting at a y between two bonds leaves a zigzag edge, cutting at an x an armchair edge
  if (what === 'zigzag edge') atoms = atoms.filter(([, y]) => y < 0.25 * bond + 1.5 * bond);
  if (what === 'armchair edge') atoms = atoms.filter(([x]) => x < (bond * Math.sqrt(3)) / 2 + 0.1);
  if (what === 'vacancy') {
    const first = atoms.reduce((p, q) => (Math.hypot(q[0], q[1]) < Math.hypot(p[0], p[1]) ? q : p));
    atoms = atoms.filter((atom) => atom !== first).map(([x, y]) => [x - first[0], y - first[1], 0]);
  }
  if (what === 'turned bond') {
    // the vertical bond to the right of the origin, about its middle, which becomes the origin
    const middle = (bond * Math.sqrt(3)) / 2;
    return atoms.map(([x, y]) => {
      const mine = Math.abs(x - middle) < 0.1 && Math.abs(y) < bond;
      return { at: mine ? [y, 0, 0] : [x - middle, y, 0], site: mine ? site : 'basal' };
    });
  }
  return atoms.map((at) => {
    const bonds = atoms.filter((o) => o !== at && Math.hypot(o[0] - at[0], o[1] - at[1]) < 1.2 * bond).length;
    const inside = Math.max(Math.abs(at[0]), Math.abs(at[1])) < reach - 3;
    return { at, site: bonds < 3 && inside ? site : 'basal' };
  });
}
