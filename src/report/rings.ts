/** Rings of a bond graph, to be filled so that sheets look like sheets: in pictures and in the three-dimensional view. */

/** Larger rings are holes. */
const largestFilled = 8;
/** Bonds of an atom that are looked at. */
const mostBonds = 4;

/** Rings one after the other, each in the order of going round. */
export interface FilledRings {
  /** [R + 1] where the atoms of each ring begin in `atoms` */
  readonly start: Uint32Array;
  readonly atoms: Uint32Array;
}

/**
 * Rings of three to eight atoms, each once. For every two neighbours of an atom the shortest way from one to the other past it
 * closes a ring; only the atom with the lowest number closes it. Cost: some tenths of a microsecond an atom of a sheet.
 *
 * @param bonds  [B, 2] pairs of atoms
 * @param count  of atoms
 * @oracle test/unit/rings.test.ts (a six-ring, two that share a bond, azulene, coronene, a chain)
 */
export function filledRings(bonds: Uint32Array, count: number): FilledRings {
  const beside = new Int32Array(mostBonds * count);
  const degree = new Uint8Array(count);
  for (let k = 0; k < bonds.length; k += 2) {
    const [i, j] = [bonds[k]!, bonds[k + 1]!];
    if (degree[i]! >= mostBonds || degree[j]! >= mostBonds) continue;
    beside[mostBonds * i + degree[i]!++] = j;
    beside[mostBonds * j + degree[j]!++] = i;
  }
  const way = new Ways(beside, degree);
  let atoms = new Uint32Array(4 * count + 64);
  const start: number[] = [0];
  let used = 0;
  for (let i = 0; i < count; i++) {
    const end = mostBonds * i + degree[i]!;
    for (let ka = mostBonds * i; ka < end; ka++) {
      if (beside[ka]! < i) continue;
      for (let kb = ka + 1; kb < end; kb++) {
        if (beside[kb]! < i) continue;
        const length = way.find(beside[ka]!, beside[kb]!, i);
        if (length === 0) continue;
        if (used + largestFilled > atoms.length) {
          const more = new Uint32Array(2 * atoms.length);
          more.set(atoms);
          atoms = more;
        }
        atoms[used++] = i;
        used = way.write(atoms, used, length);
        start.push(used);
      }
    }
  }
  return { start: Uint32Array.from(start), atoms: atoms.subarray(0, used) };
}

/** Shortest ways, breadth first; what was visited is marked with the number of the search, so that nothing is cleared. */
class Ways {
  readonly #beside: Int32Array;
  readonly #degree: Uint8Array;
  readonly #seen: Int32Array;
  /** atoms in the order of the search, and the place of the one that each came from */
  readonly #queue = new Int32Array(4 ** largestFilled);
  readonly #from = new Int32Array(4 ** largestFilled);
  #search = 0;
  #last = 0;

  constructor(beside: Int32Array, degree: Uint8Array) {
    this.#beside = beside;
    this.#degree = degree;
    this.#seen = new Int32Array(degree.length);
  }

  /** Atoms of the way from a to b over atoms above i, both ends included; 0: there is none that is short enough. */
  find(a: number, b: number, i: number): number {
    const [beside, degree, seen, queue, from] = [this.#beside, this.#degree, this.#seen, this.#queue, this.#from];
    const search = ++this.#search;
    seen[a] = search;
    queue[0] = a;
    from[0] = -1;
    let [at, end] = [0, 1];
    for (let length = 2; length < largestFilled; length++) {
      for (const level = end; at < level; at++) {
        const x = queue[at]!;
        for (let k = mostBonds * x; k < mostBonds * x + degree[x]!; k++) {
          const y = beside[k]!;
          if (y <= i || seen[y] === search) continue;
          seen[y] = search;
          queue[end] = y;
          from[end] = at;
          if (y === b) {
            this.#last = end;
            return length;
          }
          end++;
        }
      }
    }
    return 0;
  }

  /** Writes the way found last, and returns where it ends. */
  write(into: Uint32Array, begin: number, length: number): number {
    let at = this.#last;
    for (let k = begin + length - 1; k >= begin; k--) {
      into[k] = this.#queue[at]!;
      at = this.#from[at]!;
    }
    return begin + length;
  }
}
