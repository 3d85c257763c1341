/**
 * Rings of a bond graph: the shortest-path rings, those that no shortcut through the network divides.
 */

/** A graph as a half-open list, every edge from both ends; no edge twice. */
export interface Graph {
  /** [N+1] */
  readonly start: Int32Array;
  readonly index: Int32Array;
}

export interface Rings {
  /** [10] rings of each size; 0 below 3 */
  readonly count: Float64Array;
  /** [N, 10] rings of each size through each atom */
  readonly through: Uint16Array;
  /** atoms left out because they have more than `mostBonds` */
  readonly crowded: number;
}

/** Largest ring looked for. */
export const largestRing = 9;
/** Atoms with more bonds than this belong to no ring: the number of paths through them explodes, and no carbon has so many. */
export const mostBonds = 6;
/** Slots per atom in `through`. */
export const ringSlots = largestRing + 1;

const halfway = largestRing >> 1;
/** Ways of 1 to 4 bonds without turning back, where every atom has `mostBonds`. */
const mostPaths = mostBonds * (1 + 5 + 25 + 125);

/**
 * Counts the shortest-path rings of 3 to 9 atoms, each once.
 *
 * A ring belongs to these when the way between any two of its atoms along the ring is as short as any in the graph; it is
 * enough to ask that of opposite atoms. From every atom the shortest paths up to four bonds are listed; two that meet in one
 * atom (even rings) or in two bonded atoms (odd) and share nothing else close a ring, counted at its lowest atom. O(N).
 *
 * @param onProgress  called now and then with the share of atoms done
 * @cite Franzblau, Phys. Rev. B 44, 4925 (1991) doi:10.1103/PhysRevB.44.4925
 * @oracle test/unit/analysis-rings.test.ts (graphene, diamond, C60, Stone–Wales, and by brute force on random graphs)
 */
export function countRings(graph: Graph, onProgress?: (share: number) => void): Rings {
  const n = graph.start.length - 1;
  const { start, index, crowded } = withoutCrowds(graph);
  const count = new Float64Array(ringSlots);
  const through = new Uint16Array(ringSlots * n);
  const distance = new Int8Array(n).fill(-1);
  const firstPath = new Int32Array(n);
  const lastPath = new Int32Array(n);
  const queue = new Int32Array(n);
  // path p is paths[halfway·p …]: the atoms after the root, as many as the distance of its end
  const paths = new Int32Array(halfway * mostPaths);
  const ring = new Int32Array(ringSlots);

  /** Whether there is a way of fewer than k bonds between two atoms, k = 2, 3 or 4. */
  const isNearer = (x: number, y: number, k: number): boolean => {
    for (let p = start[x]!; p < start[x + 1]!; p++) {
      const a = index[p]!;
      if (a === y) return true;
      if (k < 3) continue;
      for (let q = start[a]!; q < start[a + 1]!; q++) {
        const b = index[q]!;
        if (b === y) return true;
        if (k < 4) continue;
        for (let s = start[b]!; s < start[b + 1]!; s++) if (index[s] === y) return true;
      }
    }
    return false;
  };

  /** Closes two paths of `k` bonds from `root` to a ring; `shared` = 1 when both end in the same atom. */
  const close = (root: number, p: number, q: number, k: number, shared: number): void => {
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k - shared; b++) if (paths[halfway * p + a] === paths[halfway * q + b]) return;
    }
    const size = 2 * k + 1 - shared;
    ring[0] = root;
    for (let a = 0; a < k; a++) ring[1 + a] = paths[halfway * p + a]!;
    for (let b = 0; b < k - shared; b++) ring[size - 1 - b] = paths[halfway * q + b]!;
    // opposite the root nothing is nearer: the paths are shortest ones
    for (let a = 1; a < (shared ? k : size); a++) {
      const b = (a + k) % size;
      if (k > 1 && b !== 0 && isNearer(ring[a]!, ring[b]!, k)) return;
    }
    count[size]!++;
    for (let a = 0; a < size; a++) through[ringSlots * ring[a]! + size]!++;
  };

  for (let root = 0; root < n; root++) {
    if (onProgress && root % 8192 === 0) onProgress(root / n);
    let used = 0;
    let tail = 0;
    queue[tail++] = root;
    distance[root] = 0;
    for (let head = 0; head < tail; head++) {
      const v = queue[head]!;
      const d = distance[v]!;
      if (d < halfway) {
        for (let p = start[v]!; p < start[v + 1]!; p++) {
          const w = index[p]!;
          if (distance[w]! >= 0) continue;
          distance[w] = d + 1;
          queue[tail++] = w;
        }
      }
      // paths through lower atoms are left out: their rings are counted there
      firstPath[v] = used;
      if (v > root) {
        for (let p = start[v]!; p < start[v + 1]!; p++) {
          const w = index[p]!;
          if (distance[w] !== d - 1) continue;
          if (d === 1) paths[halfway * used++] = v;
          for (let s = d === 1 ? 0 : firstPath[w]!; s < (d === 1 ? 0 : lastPath[w]!); s++) {
            for (let a = 0; a < d - 1; a++) paths[halfway * used + a] = paths[halfway * s + a]!;
            paths[halfway * used++ + d - 1] = v;
          }
        }
      }
      lastPath[v] = used;
    }
    for (let head = 1; head < tail; head++) {
      const v = queue[head]!;
      const k = distance[v]!;
      for (let p = firstPath[v]!; p < lastPath[v]!; p++) {
        if (k > 1) for (let q = p + 1; q < lastPath[v]!; q++) close(root, p, q, k, 1);
        for (let e = start[v]!; e < start[v + 1]!; e++) {
          const w = index[e]!;
          if (w < v || distance[w] !== k) continue;
          for (let q = firstPath[w]!; q < lastPath[w]!; q++) close(root, p, q, k, 0);
        }
      }
    }
    for (let head = 0; head < tail; head++) distance[queue[head]!] = -1;
  }
  return { count, through, crowded };
}

/** The same graph without the edges of atoms that have too many. */
function withoutCrowds({ start, index }: Graph): Graph & { readonly crowded: number } {
  const n = start.length - 1;
  const isCrowded = (i: number): boolean => start[i + 1]! - start[i]! > mostBonds;
  let crowded = 0;
  for (let i = 0; i < n; i++) if (isCrowded(i)) crowded++;
  if (crowded === 0) return { start, index, crowded };
  const kept: number[] = [];
  const from = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let p = start[i]!; p < start[i + 1]!; p++) if (!isCrowded(i) && !isCrowded(index[p]!)) kept.push(index[p]!);
    from[i + 1] = kept.length;
  }
  return { start: from, index: Int32Array.from(kept), crowded };
}
