/**
 * Spherical pores of asked diameters in a packed carbon: where they cost the fewest atoms, that is where the packing left
 * room already.
 */
import { cubicCell } from '../core/cell.ts';
import { neighborList } from '../core/neighbors.ts';
import type { RandomStream } from '../core/random.ts';
import { nearest } from './contacts.ts';
import type { Packing } from './packing.ts';
import type { PoreRecipe } from './recipe.ts';

/** Van der Waals radius of carbon, Å: where a pore ends and the carbon begins. */
export const carbonRadius = 1.7;
/** Least thickness of the wall between two closed pores, surface to surface, Å: one sheet. */
export const wallThickness = 3.4;
/** Open pores may overlap: their centres keep this share of the mean diameter apart. */
const openApart = 0.75;
/** Grid of places for a pore, Å. */
const spacing = 1;
/** Drawn diameters are rounded to this, so that few different spheres have to be tried, Å. */
const rounding = 0.25;
const leastDiameter = 2;

export interface Pore {
  /** Å, in the cube */
  readonly centre: readonly [number, number, number];
  /** between carbon surfaces, Å */
  readonly diameter: number;
  /** atoms that were in its way when it was placed */
  readonly cost: number;
}

/** Volume of a sphere, Å³. */
export function sphereVolume(diameter: number): number {
  return (Math.PI / 6) * diameter ** 3;
}

/**
 * Places pores one after the other, in the order drawn, each where it meets the fewest atoms, until `enough` says so or there
 * is no place left.
 *
 * @param count   of pores drawn from the distribution of diameters, at most this many are placed
 * @param enough  asked after every pore
 */
export function placePores(
  p: Packing,
  { diameter, spread = 0, kind }: PoreRecipe,
  count: number,
  enough: (pores: readonly Pore[]) => boolean,
  random: RandomStream,
): Pore[] {
  const drawn = Array.from({ length: count }, () =>
    spread > 0
      ? Math.max(leastDiameter, rounding * Math.round((diameter + spread * random.normal()) / rounding))
      : diameter,
  );
  const pores: Pore[] = [];
  // not widest first: narrow ones would be left out when `enough` comes early
  const kinds = new Map<number, PlaceQueue>();
  for (const wide of drawn) {
    const queue = kinds.get(wide) ?? placesFor(p, wide / 2 + carbonRadius, random);
    kinds.set(wide, queue);
    for (;;) {
      const place = queue.next();
      if (!place) break;
      const pore = { centre: place.centre, diameter: wide, cost: place.cost };
      if (pores.some((other) => meets(pore, other, kind, diameter, p.pose.edge))) continue;
      pores.push(pore);
      break;
    }
    if (enough(pores)) break;
  }
  return pores;
}

/** Whether two pores are nearer than their kind allows. */
function meets(a: Pore, b: Pore, kind: PoreRecipe['kind'], mean: number, edge: number): boolean {
  const apart = kind === 'closed' ? (a.diameter + b.diameter) / 2 + wallThickness : openApart * mean;
  return distance2(a.centre, b.centre, edge) < apart * apart;
}

type Point = readonly [number, number, number];

function distance2(a: Point, b: Point, edge: number): number {
  return nearest(b[0] - a[0], edge) ** 2 + nearest(b[1] - a[1], edge) ** 2 + nearest(b[2] - a[2], edge) ** 2;
}

interface PlaceQueue {
  /** the next cheapest place, undefined when all were tried */
  next(): { readonly centre: Point; readonly cost: number } | undefined;
}

/** Places of a sphere of `radius` in ascending number of atoms within, equal ones in random order. */
function placesFor(p: Packing, radius: number, random: RandomStream): PlaceQueue {
  const { edge } = p.pose;
  const n = Math.max(1, Math.round(edge / spacing));
  const h = edge / n;
  const shift = [h * random.uniform(), h * random.uniform(), h * random.uniform()] as const;
  const inside = new Uint16Array(n * n * n);
  const reach = Math.ceil(radius / h);
  for (let k = 0; k < p.place.length; k += 3) {
    const x = (p.place[k]! - shift[0]) / h;
    const y = (p.place[k + 1]! - shift[1]) / h;
    const z = (p.place[k + 2]! - shift[2]) / h;
    const r2 = (radius / h) ** 2;
    for (let gx = Math.floor(x) - reach; gx <= x + reach; gx++) {
      const dx2 = (gx - x) ** 2;
      if (dx2 >= r2) continue;
      for (let gy = Math.ceil(y - Math.sqrt(r2 - dx2)); (gy - y) ** 2 + dx2 < r2; gy++) {
        const half = Math.sqrt(r2 - dx2 - (gy - y) ** 2);
        const row = (fold(gx, n) * n + fold(gy, n)) * n;
        for (let gz = Math.ceil(z - half); gz <= z + half; gz++) inside[row + fold(gz, n)]!++;
      }
    }
  }
  const order = sortedByCount(inside, random);
  let at = 0;
  return {
    next() {
      if (at >= order.length) return undefined;
      const g = order[at++]!;
      const centre: Point = [
        shift[0] + h * Math.floor(g / (n * n)),
        shift[1] + h * (Math.floor(g / n) % n),
        shift[2] + h * (g % n),
      ];
      return { centre, cost: inside[g]! };
    },
  };
}

/** Indices in ascending count, shuffled within one count. */
function sortedByCount(counts: Uint16Array, random: RandomStream): Uint32Array {
  let most = 0;
  for (const count of counts) most = Math.max(most, count);
  const start = new Uint32Array(most + 2);
  for (const count of counts) start[count + 1]!++;
  for (let c = 0; c <= most; c++) start[c + 1]! += start[c]!;
  const order = new Uint32Array(counts.length);
  const fill = start.slice();
  for (let g = 0; g < counts.length; g++) order[fill[counts[g]!]!++] = g;
  for (let c = 0; c <= most; c++) {
    for (let i = start[c + 1]! - 1; i > start[c]!; i--) {
      const j = start[c]! + random.integer(i - start[c]! + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
  }
  return order;
}

function fold(g: number, n: number): number {
  const folded = g % n;
  return folded < 0 ? folded + n : folded;
}

/** A straight channel between two pores, or a pore's image: removes what is nearer than `diameter` / 2 + r_C to its axis. */
export interface Channel {
  readonly from: Point;
  /** the image of the other pore's centre that is nearest to `from`, Å */
  readonly to: Point;
  readonly diameter: number;
}

/**
 * Channels that join all pores to one network which leads through the box in all three directions: shortest links first
 * (Kruskal's tree), then the shortest that close a way round the box.
 */
export function channelsBetween(pores: readonly Pore[], diameter: number, edge: number): Channel[] {
  // a pore's own images, an edge away, close the ways round that no other pore does
  const farthest = Math.min(1.001, 3 * Math.cbrt(1 / pores.length)) * edge;
  const rows = Float64Array.from(pores.flatMap(({ centre }) => [...centre, 0]));
  const near = neighborList({ cell: cubicCell(edge), species: ['pore'], rows }, farthest);
  const links = pores.flatMap((_, a) =>
    Array.from({ length: near.start[a + 1]! - near.start[a]! }, (__, k) => {
      const p = near.start[a]! + k;
      const step: Point = [near.rows[4 * p]!, near.rows[4 * p + 1]!, near.rows[4 * p + 2]!];
      return { a, b: near.index[p]!, step, length: near.rows[4 * p + 3]! };
    }).filter(({ b }) => b >= a),
  );
  links.sort((p, q) => p.length - q.length || p.a - q.a || p.b - q.b);
  // each pore's position in its own piece, unwrapped; a link inside a piece whose ends do not fit goes round the box
  const piece = pores.map((_, i) => i);
  const offset = pores.map(({ centre }) => [...centre] as [number, number, number]);
  const ways = new Map<number, [number, number, number][]>();
  const channels: Channel[] = [];
  let pieces = pores.length;
  for (const { a, b, step } of links) {
    const jump = [0, 1, 2].map((k) => Math.round((offset[a]![k]! + step[k]! - offset[b]![k]!) / edge)) as [
      number,
      number,
      number,
    ];
    if (piece[a] === piece[b]) {
      const known = ways.get(piece[a]!) ?? [];
      if (rank([...known, jump]) === rank(known)) continue;
      ways.set(piece[a]!, [...known, jump]);
    } else {
      pieces--;
      const [keep, gone] = [piece[a]!, piece[b]!];
      ways.set(keep, [...(ways.get(keep) ?? []), ...(ways.get(gone) ?? [])]);
      for (let i = 0; i < piece.length; i++) {
        if (piece[i] !== gone) continue;
        piece[i] = keep;
        for (let k = 0; k < 3; k++) offset[i]![k]! += jump[k]! * edge;
      }
    }
    const from = pores[a]!.centre;
    channels.push({ from, to: [from[0] + step[0], from[1] + step[1], from[2] + step[2]], diameter });
    if (pieces === 1 && rank(ways.get(piece[a]!) ?? []) === 3) break;
  }
  return channels;
}

/** Rank of whole-number vectors, 0 … 3. */
function rank(vectors: readonly (readonly number[])[]): number {
  const rows = vectors.map((v) => [...v]);
  let found = 0;
  for (let column = 0; column < 3; column++) {
    const pivot = rows.findIndex((row, i) => i >= found && Math.abs(row[column]!) > 1e-9);
    if (pivot < 0) continue;
    [rows[found], rows[pivot]] = [rows[pivot]!, rows[found]!];
    for (let i = found + 1; i < rows.length; i++) {
      const factor = rows[i]![column]! / rows[found]![column]!;
      for (let k = 0; k < 3; k++) rows[i]![k]! -= factor * rows[found]![k]!;
    }
    found++;
  }
  return found;
}

/** [N] 1 for the atoms that lie in none of the pores and channels. */
export function outsideOf(p: Packing, pores: readonly Pore[], channels: readonly Channel[]): Uint8Array {
  const { place, pose } = p;
  const alive = new Uint8Array(place.length / 3).fill(1);
  const spheres = pores.map(({ centre, diameter }) => ({
    from: centre,
    along: [0, 0, 0] as Point,
    radius: diameter / 2 + carbonRadius,
  }));
  const tubes = channels.map(({ from, to, diameter }) => ({
    from,
    along: [to[0] - from[0], to[1] - from[1], to[2] - from[2]] as Point,
    radius: diameter / 2 + carbonRadius,
  }));
  for (const { from, along, radius } of [...spheres, ...tubes]) {
    const length2 = along[0] ** 2 + along[1] ** 2 + along[2] ** 2;
    const middle = [0, 1, 2].map((k) => from[k]! + along[k]! / 2);
    for (let a = 0; a < alive.length; a++) {
      if (!alive[a]) continue;
      const dx = nearest(place[3 * a]! - middle[0]!, pose.edge);
      const dy = nearest(place[3 * a + 1]! - middle[1]!, pose.edge);
      const dz = nearest(place[3 * a + 2]! - middle[2]!, pose.edge);
      const t =
        length2 > 0 ? Math.max(-0.5, Math.min(0.5, (dx * along[0] + dy * along[1] + dz * along[2]) / length2)) : 0;
      const ex = dx - t * along[0];
      const ey = dy - t * along[1];
      const ez = dz - t * along[2];
      if (ex * ex + ey * ey + ez * ez < radius * radius) alive[a] = 0;
    }
  }
  return alive;
}
