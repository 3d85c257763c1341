import { describe, expect, it } from 'vitest';
import { countRings, type Graph, ringSlots } from '../../src/analysis/rings.ts';
import { RandomStream } from '../../src/core/random.ts';

function graphOf(neighbors: readonly ReadonlySet<number>[]): Graph {
  const start = [0];
  const index: number[] = [];
  for (const own of neighbors) {
    index.push(...own);
    start.push(index.length);
  }
  return { start: Int32Array.from(start), index: Int32Array.from(index) };
}

/** A random graph in which no atom has more than `most` bonds. */
function randomGraph(seed: number, atoms: number, edges: number, most: number): Set<number>[] {
  const random = new RandomStream(seed);
  const neighbors = Array.from({ length: atoms }, () => new Set<number>());
  for (let k = 0; k < edges; k++) {
    const i = Math.floor(atoms * random.uniform());
    const j = Math.floor(atoms * random.uniform());
    if (i === j || neighbors[i]!.size >= most || neighbors[j]!.size >= most) continue;
    neighbors[i]!.add(j);
    neighbors[j]!.add(i);
  }
  return neighbors;
}

/** By the definition: every cycle of up to 9 atoms whose distances along it are those of the graph. */
function byDefinition(neighbors: readonly ReadonlySet<number>[]) {
  const n = neighbors.length;
  const distance = neighbors.map((_, from) => {
    const row = new Array<number>(n).fill(Number.POSITIVE_INFINITY);
    row[from] = 0;
    for (let queue = [from]; queue.length > 0; ) {
      const v = queue.shift()!;
      for (const w of neighbors[v]!) {
        if (row[w]! < Number.POSITIVE_INFINITY) continue;
        row[w] = row[v]! + 1;
        queue.push(w);
      }
    }
    return row;
  });
  const count = new Array<number>(ringSlots).fill(0);
  const walk = (path: readonly number[]): void => {
    const last = path.at(-1)!;
    for (const next of neighbors[last]!) {
      if (next === path[0] && path.length > 2 && path[1]! < last) {
        const size = path.length;
        const sound = path.every((v, a) =>
          path.every((w, b) => distance[v]![w] === Math.min(Math.abs(a - b), size - Math.abs(a - b))),
        );
        if (sound) count[size]!++;
      }
      if (next > path[0]! && !path.includes(next) && path.length < 9) walk([...path, next]);
    }
  };
  for (let root = 0; root < n; root++) walk([root]);
  return count;
}

describe('shortest-path rings', () => {
  it.each([
    [12, 16, 3],
    [16, 40, 3],
    [16, 60, 4],
    [14, 80, 6],
    [24, 60, 3],
  ])('are those of the definition on random graphs of %i atoms', (atoms, edges, most) => {
    for (let seed = 1; seed <= 12; seed++) {
      const neighbors = randomGraph(seed, atoms, edges, most);
      const { count, through } = countRings(graphOf(neighbors));
      expect([...count]).toEqual(byDefinition(neighbors));
      for (let size = 3; size < ringSlots; size++) {
        let met = 0;
        for (let i = 0; i < atoms; i++) met += through[ringSlots * i + size]!;
        expect(met).toBe(size * count[size]!);
      }
    }
  });

  it('of single cycles are the cycles, up to nine atoms', () => {
    for (let size = 3; size <= 10; size++) {
      const cycle = Array.from({ length: size }, (_, i) => new Set([(i + 1) % size, (i + size - 1) % size]));
      const { count } = countRings(graphOf(cycle));
      expect(count.reduce((a, b) => a + b, 0)).toBe(size < 10 ? 1 : 0);
      if (size < 10) expect(count[size]).toBe(1);
    }
  });

  it('leave out atoms with more than six bonds, and say how many', () => {
    const wheel = [
      new Set([1, 2, 3, 4, 5, 6, 7]),
      ...Array.from({ length: 7 }, (_, i) => new Set([0, ((i + 1) % 7) + 1, ((i + 6) % 7) + 1])),
    ];
    const { count, crowded } = countRings(graphOf(wheel));
    expect(crowded).toBe(1);
    expect([...count]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
  });
});
