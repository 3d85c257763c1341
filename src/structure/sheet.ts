/**
 * One graphene flake: a disc cut from the honeycomb, and the pruning that keeps a cut flake chemically sound.
 */

/** C–C bond of graphene, Å. */
export const bondLength = 1.42;
/** Carbon atoms per area of graphene, 4/(3√3 r²) = 0.3818 Å⁻². */
export const arealDensity = 4 / (3 * Math.sqrt(3) * bondLength ** 2);
/** Two carbons nearer than this are bonded, Å (half way between bond and second neighbour would be 1.94). */
export const bondReach = 1.85;

/** A planar piece of graphene with its bonds. */
export interface Flake {
  /** [N, 2] positions in the plane, Å */
  readonly xy: Float64Array;
  /** [N, 3] bonded atoms, −1 where a bond is missing */
  readonly bonds: Int32Array;
}

/** Diameter of the disc with the area of n graphene carbons, 2√(n/πσ), Å. */
export function equivalentDiameter(n: number): number {
  return 2 * Math.sqrt(n / (Math.PI * arealDensity));
}

/**
 * Disc of graphene, pruned so that every carbon keeps at least two bonds.
 *
 * @param diameter  Å; a disc under about 6 Å may be empty
 * @param offset    centre of the disc in the unit cell, fractional, each in [0, 1)
 * @oracle test/unit/structure-sheet.test.ts (areal density, edge fraction 0.426 nm / La)
 */
export function grapheneDisc(diameter: number, offset: readonly [number, number] = [0, 0]): Flake {
  const a = bondLength * Math.sqrt(3);
  const radius = diameter / 2;
  const cx = a * (offset[0] + 0.5 * offset[1]);
  const cy = a * 0.5 * Math.sqrt(3) * offset[1];
  const reach = Math.ceil(radius / (a * 0.5 * Math.sqrt(3))) + 2;
  const width = 2 * reach + 1;
  // site (i, j, s) of the lattice → atom, −1 outside the disc
  const atomAt = new Int32Array(2 * width * width).fill(-1);
  const siteOf: number[] = [];
  const xy: number[] = [];
  for (let site = 0; site < atomAt.length; site++) {
    const cell = site >> 1;
    const i = Math.floor(cell / width) - reach;
    const j = (cell % width) - reach;
    const x = a * (i + 0.5 * j + 0.5 * (site & 1)) - cx;
    const y = a * Math.sqrt(3) * (0.5 * j + (site & 1) / 6) - cy;
    if (x * x + y * y > radius * radius) continue;
    atomAt[site] = siteOf.push(site) - 1;
    xy.push(x, y);
  }
  const bonds = new Int32Array(3 * siteOf.length);
  siteOf.forEach((site, atom) => {
    // an A site (even) bonds to the B of its own cell, of the cell before along i and of the cell before along j
    const step = site & 1 ? -1 : 1;
    const partner = site + step;
    bonds[3 * atom] = atomAt[partner] ?? -1;
    bonds[3 * atom + 1] = atomAt[partner - step * 2 * width] ?? -1;
    bonds[3 * atom + 2] = atomAt[partner - step * 2] ?? -1;
  });
  const alive = new Uint8Array(siteOf.length).fill(1);
  pruneFlakes(bonds, new Int32Array(siteOf.length), alive);
  return compactFlake(xy, bonds, alive);
}

/**
 * Makes cut flakes sound, in place: carbons with fewer than two bonds go, again and again, and of each sheet only the
 * largest connected piece stays, with others that are large enough. What is left has rings only: no chains, no loose fragments.
 *
 * @param bonds  [N, 3] bonded atoms, −1 where none; bonds to dead atoms count as missing
 * @param sheet  [N] sheet of each atom, 0 … S−1
 * @param alive  [N] 1 for atoms that are there; changed
 * @param least  atoms of a smaller piece that stays beside the largest; none does when not given
 * @returns [N] piece of each atom, named by its first atom; −1 for those that were dead before
 */
export function pruneFlakes(
  bonds: Int32Array,
  sheet: Int32Array,
  alive: Uint8Array,
  least = Number.POSITIVE_INFINITY,
): Int32Array {
  const n = alive.length;
  const queue = new Int32Array(n);
  const bondCount = (i: number) => {
    let count = 0;
    for (let k = 3 * i; k < 3 * i + 3; k++) if (bonds[k]! >= 0 && alive[bonds[k]!]) count++;
    return count;
  };
  for (let i = 0; i < n; i++) {
    if (!alive[i] || bondCount(i) > 1) continue;
    let top = 0;
    queue[top++] = i;
    alive[i] = 0;
    while (top > 0) {
      const gone = queue[--top]!;
      for (let k = 3 * gone; k < 3 * gone + 3; k++) {
        const j = bonds[k]!;
        if (j < 0 || !alive[j] || bondCount(j) > 1) continue;
        alive[j] = 0;
        queue[top++] = j;
      }
    }
  }
  // breadth-first pieces; the first atom of a piece names it
  const piece = new Int32Array(n).fill(-1);
  const size = new Int32Array(n);
  const largest = new Map<number, number>();
  for (let seed = 0; seed < n; seed++) {
    if (!alive[seed] || piece[seed]! >= 0) continue;
    let tail = 0;
    queue[tail++] = seed;
    piece[seed] = seed;
    for (let head = 0; head < tail; head++) {
      for (let k = 3 * queue[head]!; k < 3 * queue[head]! + 3; k++) {
        const j = bonds[k]!;
        if (j < 0 || !alive[j] || piece[j]! >= 0) continue;
        piece[j] = seed;
        queue[tail++] = j;
      }
    }
    size[seed] = tail;
    const best = largest.get(sheet[seed]!);
    if (best === undefined || tail > size[best]!) largest.set(sheet[seed]!, seed);
  }
  for (let i = 0; i < n; i++) {
    if (alive[i] && largest.get(sheet[i]!) !== piece[i] && size[piece[i]!]! < least) alive[i] = 0;
  }
  return piece;
}

/** New index of every living atom, −1 for the dead; the last entry of the pair is how many live. */
export function renumber(alive: Uint8Array): { readonly index: Int32Array; readonly count: number } {
  const index = new Int32Array(alive.length);
  let count = 0;
  for (let i = 0; i < alive.length; i++) index[i] = alive[i] ? count++ : -1;
  return { index, count };
}

/** Bonds of the living atoms in their new numbering. */
export function renumberBonds(bonds: Int32Array, alive: Uint8Array, index: Int32Array): Int32Array {
  const kept = new Int32Array(bonds.length);
  let count = 0;
  for (let i = 0; i < alive.length; i++) {
    if (!alive[i]) continue;
    for (let k = 3 * i; k < 3 * i + 3; k++) kept[count++] = bonds[k]! < 0 ? -1 : index[bonds[k]!]!;
  }
  return kept.slice(0, count);
}

function compactFlake(xy: readonly number[], bonds: Int32Array, alive: Uint8Array): Flake {
  const { index } = renumber(alive);
  return {
    xy: Float64Array.from(xy.filter((_, k) => alive[k >> 1])),
    bonds: renumberBonds(bonds, alive, index),
  };
}
