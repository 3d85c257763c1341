/** Rings of a bond graph, to be filled in the three-dimensional view. */

/** Larger rings are holes. */
const largestFilled = 8;

/**
 * Rings of three to eight atoms, each once, in the order of going round. For every two neighbours of an atom the shortest way
 * from one to the other past it closes a ring; only the atom with the lowest number closes it.
 *
 * @param bonds  [B, 2] pairs of atoms
 * @param count  of atoms
 * @oracle test/unit/viewer-rings.test.ts (a six-ring, two that share a bond, a chain)
 */
export function smallRings(bonds: Uint32Array, count: number): number[][] {
  const neighbours: number[][] = Array.from({ length: count }, () => []);
  for (let k = 0; k < bonds.length; k += 2) {
    neighbours[bonds[k]!]!.push(bonds[k + 1]!);
    neighbours[bonds[k + 1]!]!.push(bonds[k]!);
  }
  const rings: number[][] = [];
  for (let i = 0; i < count; i++) {
    const higher = neighbours[i]!.filter((j) => j > i);
    for (const [k, a] of higher.entries()) {
      for (const b of higher.slice(k + 1)) {
        const way = shortestWay(neighbours, a, b, i);
        if (way) rings.push([i, ...way]);
      }
    }
  }
  return rings;
}

/** From a to b over atoms above i only, in few enough steps; breadth first. */
function shortestWay(neighbours: readonly number[][], a: number, b: number, i: number): number[] | undefined {
  const before = new Map([[a, a]]);
  let front = [a];
  for (let steps = 1; steps < largestFilled - 1; steps++) {
    const next: number[] = [];
    for (const x of front) {
      for (const y of neighbours[x]!) {
        if (y <= i || before.has(y)) continue;
        before.set(y, x);
        if (y === b) return wayBack(before, a, b);
        next.push(y);
      }
    }
    front = next;
  }
  return undefined;
}

function wayBack(before: ReadonlyMap<number, number>, a: number, b: number): number[] {
  const way = [b];
  while (way[0] !== a) way.unshift(before.get(way[0]!)!);
  return way;
}
