/**
 * Atoms sorted by bin and surrounded by their periodic images, so that kernels need no cell: a neighbour is a row at a
 * plain distance, in any cell, also one smaller than the cutoff.
 */
import type { Cell } from '../../core/cell.ts';

/** Atoms 0 … n−1 in the order of their bins, then ghosts (images) in the order of theirs. */
export interface SortedAtoms {
  /** atoms, and atoms with ghosts */
  readonly n: number;
  readonly all: number;
  /** [all, 4] lattice vector (a, b, c) to add to the input position, place in the input */
  readonly images: Int32Array;
  /** [all] sorted index of the atom a row is an image of */
  readonly owner: Int32Array;
  /** [all] lattice vector relative to the owner as a·2²⁰ + b·2¹⁰ + c: its sign picks one of two opposite images */
  readonly code: Int32Array;
  /** [n + 1], [all − n] ghosts grouped by owner */
  readonly ghostFirst: Int32Array;
  readonly ghosts: Int32Array;
  /** bins along a, b, c; [bins + 1] first atom and first ghost; [n] bin of each atom */
  readonly shape: readonly [number, number, number];
  readonly atomStart: Int32Array;
  readonly ghostStart: Int32Array;
  readonly binOf: Int32Array;
  /** distance between opposite faces of a bin, Å */
  readonly widths: readonly [number, number, number];
}

/**
 * Sorts atoms and makes every image within `reach` of the cell.
 *
 * @param positions  [N, 4], anywhere; Å
 * @param reach      longest list cutoff, skin included, Å
 * @param width      least width of a bin, Å
 */
export function sortAtoms(positions: Float64Array, cell: Cell, reach: number, width: number): SortedAtoms {
  const n = positions.length / 4;
  const { fractional, wraps, low, high } = reduce(positions, cell, reach);
  const shape: [number, number, number] = [1, 1, 1];
  const widths: [number, number, number] = [0, 0, 0];
  const perUnit = [0, 0, 0];
  const most = Math.max(1, Math.ceil(2 * Math.cbrt(n + 1)) + 8);
  for (let k = 0; k < 3; k++) {
    const span = Math.max(high[k]! - low[k]!, 1e-9);
    shape[k] = Math.max(1, Math.min(most, Math.floor((span * cell.heights[k]!) / width)));
    widths[k] = (span * cell.heights[k]!) / shape[k]!;
    perUnit[k] = shape[k]! / span;
  }
  const [nx, ny, nz] = shape;
  const binAt = (x: number, y: number, z: number): number => {
    const i = Math.max(0, Math.min(nx - 1, Math.floor((x - low[0]!) * perUnit[0]!)));
    const j = Math.max(0, Math.min(ny - 1, Math.floor((y - low[1]!) * perUnit[1]!)));
    const k = Math.max(0, Math.min(nz - 1, Math.floor((z - low[2]!) * perUnit[2]!)));
    return (i * ny + j) * nz + k;
  };

  const bins = nx * ny * nz;
  const binInput = new Int32Array(n);
  for (let i = 0; i < n; i++) binInput[i] = binAt(fractional[3 * i]!, fractional[3 * i + 1]!, fractional[3 * i + 2]!);
  const atoms = sortByBin(binInput, n, bins);
  const { order } = atoms;

  // ghosts in order of their owners, then sorted by bin
  let room = n + 1024;
  let made = 0;
  let from = new Int32Array(room);
  let vector = new Int32Array(3 * room);
  let binGhost = new Int32Array(room);
  const margin = cell.heights.map((height, k) => (cell.periodic[k] ? reach / height : 0)) as [number, number, number];
  const first = (s: number, k: number): number => (cell.periodic[k] ? Math.ceil(-margin[k]! - s) : 0);
  const last = (s: number, k: number): number => (cell.periodic[k] ? Math.floor(1 + margin[k]! - s) : 0);
  for (let p = 0; p < n; p++) {
    const i = 3 * order[p]!;
    const x = fractional[i]!;
    const y = fractional[i + 1]!;
    const z = fractional[i + 2]!;
    const [b0, b1, c0, c1] = [first(y, 1), last(y, 1), first(z, 2), last(z, 2)];
    for (let a = first(x, 0); a <= last(x, 0); a++) {
      for (let b = b0; b <= b1; b++) {
        for (let c = c0; c <= c1; c++) {
          if (a === 0 && b === 0 && c === 0) continue;
          if (made === room) {
            room *= 2;
            from = enlarged(from, room);
            vector = enlarged(vector, 3 * room);
            binGhost = enlarged(binGhost, room);
          }
          from[made] = p;
          vector[3 * made] = a;
          vector[3 * made + 1] = b;
          vector[3 * made + 2] = c;
          binGhost[made] = binAt(x + a, y + b, z + c);
          made++;
        }
      }
    }
  }
  const images = sortByBin(binGhost, made, bins);

  const all = n + made;
  const rows = new Int32Array(4 * all);
  const owner = new Int32Array(all);
  const code = new Int32Array(all);
  const binOf = new Int32Array(n);
  for (let p = 0; p < n; p++) {
    const i = order[p]!;
    rows[4 * p] = wraps[3 * i]!;
    rows[4 * p + 1] = wraps[3 * i + 1]!;
    rows[4 * p + 2] = wraps[3 * i + 2]!;
    rows[4 * p + 3] = i;
    owner[p] = p;
    binOf[p] = binInput[i]!;
  }
  const ghostFirst = new Int32Array(n + 1);
  for (let g = 0; g < made; g++) ghostFirst[from[g]! + 1]!++;
  for (let p = 0; p < n; p++) ghostFirst[p + 1]! += ghostFirst[p]!;
  // behind the last stands one more word, which kernels may read
  const ghosts = new Int32Array(made + 1);
  for (let q = 0; q < made; q++) {
    const g = images.order[q]!;
    const p = from[g]!;
    const row = n + q;
    const [a, b, c] = [vector[3 * g]!, vector[3 * g + 1]!, vector[3 * g + 2]!];
    rows[4 * row] = rows[4 * p]! + a;
    rows[4 * row + 1] = rows[4 * p + 1]! + b;
    rows[4 * row + 2] = rows[4 * p + 2]! + c;
    rows[4 * row + 3] = rows[4 * p + 3]!;
    owner[row] = p;
    code[row] = a * 2 ** 20 + b * 2 ** 10 + c;
    // ghosts were made in the order of their owners: those of p stand at ghostFirst[p] …
    ghosts[g] = row;
  }
  const ghostStart = images.start.map((at) => at + n);
  return {
    n,
    all,
    images: rows,
    owner,
    code,
    ghostFirst,
    ghosts,
    shape,
    atomStart: atoms.start,
    ghostStart,
    binOf,
    widths,
  };
}

function enlarged(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** Fractional coordinates in [0, 1) along periodic directions, the lattice vectors that took them there, and what bins must span. */
function reduce(positions: Float64Array, cell: Cell, reach: number) {
  const n = positions.length / 4;
  const v = cell.inverse;
  const fractional = new Float64Array(3 * n);
  const wraps = new Int32Array(3 * n);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let k = 0; k < 3; k++) {
    const [vx, vy, vz] = [v[k]!, v[3 + k]!, v[6 + k]!];
    const periodic = cell.periodic[k]!;
    for (let i = 0; i < n; i++) {
      let s = positions[4 * i]! * vx + positions[4 * i + 1]! * vy + positions[4 * i + 2]! * vz;
      if (periodic) {
        const whole = Math.floor(s);
        s -= whole;
        wraps[3 * i + k] = -whole;
      } else {
        if (s < low[k]!) low[k] = s;
        if (s > high[k]!) high[k] = s;
      }
      fractional[3 * i + k] = s;
    }
    if (!periodic) continue;
    low[k] = -reach / cell.heights[k]!;
    high[k] = 1 + reach / cell.heights[k]!;
  }
  return { fractional, wraps, low, high };
}

/** Stable counting sort: [bins + 1] first place of each bin, [n] what stands at each place. */
function sortByBin(bin: Int32Array, n: number, bins: number): { start: Int32Array; order: Int32Array } {
  const start = new Int32Array(bins + 1);
  for (let i = 0; i < n; i++) start[bin[i]! + 1]!++;
  for (let b = 0; b < bins; b++) start[b + 1]! += start[b]!;
  const next = start.slice();
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[next[bin[i]!]!++] = i;
  return { start, order };
}

/**
 * Columns of bins in which neighbours can stand: rows (Δi, Δj, least Δk, largest Δk).
 *
 * @param cutoff  Å, with skin
 */
export function columnsWithin(
  cutoff: number,
  { widths, shape }: Pick<SortedAtoms, 'widths' | 'shape'>,
  orthorhombic: boolean,
): Int32Array {
  const gap = (d: number, k: number): number => Math.max(0, Math.abs(d) - 1) * widths[k]!;
  // in a skewed cell only the distance between faces is a safe bound
  const distance = (i: number, j: number, k: number): number =>
    orthorhombic ? Math.hypot(gap(i, 0), gap(j, 1), gap(k, 2)) : Math.max(gap(i, 0), gap(j, 1), gap(k, 2));
  const reach = shape.map((count, k) => Math.min(count - 1, Math.ceil(cutoff / widths[k]!))) as [
    number,
    number,
    number,
  ];
  const rows: number[] = [];
  for (let i = -reach[0]; i <= reach[0]; i++) {
    for (let j = -reach[1]; j <= reach[1]; j++) {
      if (distance(i, j, 0) >= cutoff) continue;
      let k = reach[2];
      while (distance(i, j, k) >= cutoff) k--;
      rows.push(i, j, -k, k);
    }
  }
  return Int32Array.from(rows);
}
