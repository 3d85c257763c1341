/**
 * The periodic box. Rows of `matrix` are the lattice vectors a, b, c (Å); r = s·matrix for fractional s.
 */
export interface Cell {
  /** [9] rows a, b, c, Å */
  readonly matrix: Float64Array;
  /** [9] inverse of `matrix`, Å⁻¹ */
  readonly inverse: Float64Array;
  /** Å³ */
  readonly volume: number;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** [3] distances between opposite faces, Å */
  readonly heights: readonly [number, number, number];
  /** true when a, b, c lie along x, y, z */
  readonly orthorhombic: boolean;
}

/**
 * Builds a cell from its three lattice vectors.
 *
 * @param matrix  [9] rows a, b, c, Å, right- or left-handed, not degenerate
 * @throws RangeError  volume zero or not finite
 */
export function cellFromMatrix(
  matrix: ArrayLike<number>,
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): Cell {
  const m = Float64Array.from(matrix);
  const [ax, ay, az] = [m[0]!, m[1]!, m[2]!];
  const [bx, by, bz] = [m[3]!, m[4]!, m[5]!];
  const [cx, cy, cz] = [m[6]!, m[7]!, m[8]!];
  const bcx = by * cz - bz * cy;
  const bcy = bz * cx - bx * cz;
  const bcz = bx * cy - by * cx;
  const determinant = ax * bcx + ay * bcy + az * bcz;
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-9) {
    throw new RangeError(`cell is degenerate: volume ${determinant} Å³`);
  }
  const cax = cy * az - cz * ay;
  const cay = cz * ax - cx * az;
  const caz = cx * ay - cy * ax;
  const abx = ay * bz - az * by;
  const aby = az * bx - ax * bz;
  const abz = ax * by - ay * bx;
  const inverse = Float64Array.of(bcx, cax, abx, bcy, cay, aby, bcz, caz, abz).map((x) => x / determinant);
  const volume = Math.abs(determinant);
  const orthorhombic = ay === 0 && az === 0 && bx === 0 && bz === 0 && cx === 0 && cy === 0;
  return {
    matrix: m,
    inverse,
    volume,
    periodic,
    heights: [
      volume / Math.hypot(bcx, bcy, bcz),
      volume / Math.hypot(cax, cay, caz),
      volume / Math.hypot(abx, aby, abz),
    ],
    orthorhombic,
  };
}

/** Box with edges along x, y, z (Å). */
export function orthorhombicCell(
  lx: number,
  ly: number,
  lz: number,
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): Cell {
  return cellFromMatrix([lx, 0, 0, 0, ly, 0, 0, 0, lz], periodic);
}

/** Cube of edge `l` (Å), periodic in all directions. */
export function cubicCell(l: number): Cell {
  return orthorhombicCell(l, l, l);
}

/**
 * Wraps every row (x, y, z, ·) of `rows` into the cell along its periodic directions, in place: fractional coordinates end in
 * [0, 1), also where a tiny negative one rounds up to the far face.
 */
export function wrapRows(cell: Cell, rows: Float64Array): void {
  const { matrix: m, inverse: v, periodic } = cell;
  for (let i = 0; i < rows.length; i += 4) {
    for (let pass = 0; pass < 2; pass++) {
      const x = rows[i]!;
      const y = rows[i + 1]!;
      const z = rows[i + 2]!;
      const s0 = periodic[0] ? -Math.floor(x * v[0]! + y * v[3]! + z * v[6]!) : 0;
      const s1 = periodic[1] ? -Math.floor(x * v[1]! + y * v[4]! + z * v[7]!) : 0;
      const s2 = periodic[2] ? -Math.floor(x * v[2]! + y * v[5]! + z * v[8]!) : 0;
      if (s0 === 0 && s1 === 0 && s2 === 0) break;
      rows[i] = x + s0 * m[0]! + s1 * m[3]! + s2 * m[6]!;
      rows[i + 1] = y + s0 * m[1]! + s1 * m[4]! + s2 * m[7]!;
      rows[i + 2] = z + s0 * m[2]! + s1 * m[5]! + s2 * m[8]!;
    }
  }
}
