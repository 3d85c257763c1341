/**
 * Clusters of guests: which atoms hang together, how large the pieces are, and whether one spans the box.
 */
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { neighborList } from '../core/neighbors.ts';
import { clusterShapes } from './cluster-shape.ts';
import { averageSnapshots, type Quantity } from './replicas.ts';

/** Lattice constants of the bcc guest metals near 0 K, Å. */
const bccLattice: Readonly<Record<string, number>> = { Li: 3.48, Na: 4.23, K: 5.22 };

/**
 * Default bonding cutoff: 1.35 times the nearest-neighbour distance of the bulk metal, √3/2·a for bcc.
 * It takes in both first shells of bcc (8 at 1, 6 at 1.155), and ends before the third (12 at 1.633).
 * Guests in a dense gallery (NaC₆: 4.26 Å apart) hang together by it as well: a cluster here is a fact of geometry, not metal.
 *
 * @returns  Å (Li 4.07, Na 4.95, K 6.10)
 * @throws SpecError  guest is none of Li, Na, K
 */
export function bondingCutoff(guest: string): number {
  const a = bccLattice[guest];
  if (a === undefined) {
    throw new SpecError(`clusters: no bulk metal known for guest "${guest}" (Li, Na, K are); give a cutoff in Å`);
  }
  return 1.35 * (Math.sqrt(3) / 2) * a;
}

/** Volume of an atom in the bulk metal near 0 K, a³/2, Å³; undefined for other guests than Li, Na, K. */
export function bccAtomVolume(guest: string): number | undefined {
  const a = bccLattice[guest];
  return a === undefined ? undefined : a ** 3 / 2;
}

export interface Clustering {
  /** [N] number of the cluster of each atom; 0 is the largest */
  readonly label: Int32Array;
  /** [C] atoms per cluster, falling */
  readonly sizes: readonly number[];
  /** [C] along which of a, b, c the cluster is connected to its own periodic image */
  readonly percolates: readonly (readonly [boolean, boolean, boolean])[];
  /** [N] neighbours within the cutoff */
  readonly coordination: Int32Array;
  /** [N, 3] cells to move each atom by, so that its cluster hangs together in space (one that percolates cannot) */
  readonly images: Int32Array;
}

/**
 * Connected pieces of one frame under periodic boundaries, by union–find. Every atom remembers how many whole cells it
 * lies away from the root of its piece; a bond that closes a loop with a rest of whole cells proves percolation.
 *
 * @param cutoff  Å; atoms nearer than this hang together
 * @oracle test/unit/analysis-clusters.test.ts
 */
export function findClusters(frame: Frame, cutoff: number): Clustering {
  const n = atomCount(frame);
  const list = neighborList(frame, cutoff);
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  // cells between an atom and its parent: image(atom) = image(parent) + offset
  const offset = new Int32Array(3 * n);
  const crossing = new Uint8Array(3 * n);
  const coordination = new Int32Array(n);

  const moved = new Int32Array(3);

  /** Root of i; flattens the path, so that offset[i] afterwards is relative to the root. */
  const find = (i: number): number => {
    if (parent[i] === i || parent[parent[i]!] === parent[i]) return parent[i]!;
    const path: number[] = [];
    let root = i;
    while (parent[root] !== root) {
      path.push(root);
      root = parent[root]!;
    }
    for (let k = path.length - 2; k >= 0; k--) {
      const node = path[k]!;
      const up = path[k + 1]!;
      for (let d = 0; d < 3; d++) offset[3 * node + d]! += offset[3 * up + d]!;
      parent[node] = root;
    }
    return root;
  };

  for (let i = 0; i < n; i++) {
    coordination[i] = list.start[i + 1]! - list.start[i]!;
    for (let p = list.start[i]!; p < list.start[i + 1]!; p++) {
      const j = list.index[p]!;
      const ri = find(i);
      const rj = find(j);
      // the bond puts j in image(i) + shift; where the tree says otherwise, the loop winds around the box
      for (let d = 0; d < 3; d++) {
        const rest = offset[3 * i + d]! + imageShift(frame, i, j, list.rows, p, d) - offset[3 * j + d]!;
        if (ri !== rj) {
          moved[d] = rest;
          crossing[3 * ri + d]! |= crossing[3 * rj + d]!;
        } else if (rest !== 0) crossing[3 * ri + d] = 1;
      }
      if (ri === rj) continue;
      parent[rj] = ri;
      for (let d = 0; d < 3; d++) offset[3 * rj + d] = moved[d]!;
    }
  }

  const count = new Map<number, number>();
  for (let i = 0; i < n; i++) count.set(find(i), (count.get(find(i)) ?? 0) + 1);
  const roots = [...count].sort(([ra, a], [rb, b]) => b - a || ra - rb);
  const number = new Map(roots.map(([root], k) => [root, k]));
  return {
    label: Int32Array.from({ length: n }, (_, i) => number.get(find(i))!),
    sizes: roots.map(([, size]) => size),
    percolates: roots.map(([r]) => [crossing[3 * r] === 1, crossing[3 * r + 1] === 1, crossing[3 * r + 2] === 1]),
    coordination,
    images: offset,
  };
}

/** Whole cells along side k between j as stored and the image of j that the vector of pair p (from i) points to. */
function imageShift({ cell, rows }: Frame, i: number, j: number, pairs: Float64Array, p: number, k: number): number {
  let whole = 0;
  for (let d = 0; d < 3; d++) {
    whole += (pairs[4 * p + d]! - rows[4 * j + d]! + rows[4 * i + d]!) * cell.inverse[3 * d + k]!;
  }
  return Math.round(whole);
}

/** Clusters of `from` to `to` atoms. */
export interface SizeBin {
  readonly from: number;
  readonly to: number;
  /** share of all clusters (number-weighted) */
  readonly clusters: Quantity;
  /** share of all guests (mass-weighted) */
  readonly guests: Quantity;
}

export interface ClusterStatistics {
  /** Å */
  readonly cutoff: number;
  /** guests in the largest cluster */
  readonly largest: Quantity;
  /** guests per cluster, ⟨s⟩ over clusters */
  readonly meanSize: Quantity;
  /** guests in the cluster of a random guest, Σs²/Σs */
  readonly massMeanSize: Quantity;
  /** neighbours per guest */
  readonly coordination: Quantity;
  /** share of guests in clusters connected to their own image */
  readonly percolating: Quantity;
  /** directions of the box along which the largest cluster is connected to its own image, 0 … 3 */
  readonly directions: Quantity;
  /** radius of gyration, mass-weighted, of clusters of eight guests and more that do not percolate, Å */
  readonly gyration: Quantity;
  /** their relative shape anisotropy κ², mass-weighted: 0 sphere, 1/4 disc, 1 rod */
  readonly anisotropy: Quantity;
  /** sizes 1, 2, 3–4, 5–8, … */
  readonly sizes: readonly SizeBin[];
  /** [k] share of guests with k neighbours */
  readonly coordinations: readonly Quantity[];
}

/**
 * Cluster statistics averaged over snapshots, block errors per replica, combined over replicas.
 * Snapshots without guests say nothing about shares and means and are left out of them.
 *
 * @param snapshots  [replica][snapshot] guests only
 * @param cutoff  Å
 */
export function clusterStatistics(snapshots: readonly (readonly Frame[])[], cutoff: number): ClusterStatistics {
  const found = snapshots.map((frames) => frames.map((frame) => findClusters(frame, cutoff)));
  const shapes = snapshots.map((frames, r) => frames.map((frame, k) => clusterShapes(frame, found[r]![k]!)));
  const shaped = (unit: string, of: (shape: { gyration: number; anisotropy: number }) => number): Quantity =>
    averageSnapshots(
      shapes.map((replica) =>
        replica.map((all) => sum(all.map((one) => one.size * of(one))) / sum(all.map((one) => one.size))),
      ),
      unit,
      'no cluster of eight guests or more that ends within the box',
    );
  const average = (unit: string, f: (c: Clustering) => number): Quantity =>
    averageSnapshots(
      found.map((replica) => replica.map(f)),
      unit,
      'no guest in any snapshot',
    );
  const shareOfGuests = (c: Clustering, keep: (size: number, k: number) => boolean): number =>
    sum(c.sizes.filter(keep)) / c.label.length;
  const everything = found.flat();
  const largest = Math.max(1, ...everything.map((c) => c.sizes[0] ?? 0));
  const edges = Array.from({ length: Math.ceil(Math.log2(largest)) + 1 }, (_, k) => 2 ** k);
  const mostNeighbors = everything.reduce((most, c) => c.coordination.reduce((a, b) => Math.max(a, b), most), 0);
  return {
    cutoff,
    largest: average('1', (c) => c.sizes[0] ?? 0),
    meanSize: average('1', (c) => c.label.length / c.sizes.length),
    massMeanSize: average('1', (c) => sum(c.sizes.map((s) => s * s)) / c.label.length),
    coordination: average('1', (c) => sum(c.coordination) / c.label.length),
    percolating: average('1', (c) => shareOfGuests(c, (_, k) => c.percolates[k]!.includes(true))),
    directions: average('1', (c) => (c.percolates[0] ?? []).filter(Boolean).length),
    gyration: shaped('Å', ({ gyration }) => gyration),
    anisotropy: shaped('1', ({ anisotropy }) => anisotropy),
    sizes: edges.map((to) => {
      const from = Math.floor(to / 2) + 1;
      const within = (size: number): boolean => size >= from && size <= to;
      return {
        from,
        to,
        clusters: average('1', (c) => c.sizes.filter(within).length / c.sizes.length),
        guests: average('1', (c) => shareOfGuests(c, within)),
      };
    }),
    coordinations: Array.from({ length: mostNeighbors + 1 }, (_, k) =>
      average('1', (c) => c.coordination.filter((z) => z === k).length / c.label.length),
    ),
  };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
