/** Force fields with exact answers, and one whose forces depend on when neighbours were listed. */

import { cellFromMatrix } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { type NeighborList, neighborList } from '../../src/core/neighbors.ts';
import type { ForceField, ListReference } from '../../src/engine/force-field.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import type { Model } from '../../src/model/model.ts';

type Compute = (
  field: { positions: Float64Array; forces: Float64Array; virial: Float64Array },
  cell: Frame['cell'],
) => number;

/** A force field from a function that fills forces and virial and returns the energy. */
export function fieldOf(rows: Float64Array, compute: Compute): ForceField {
  const arrays = { positions: rows.slice(), forces: new Float64Array(rows.length), virial: new Float64Array(9) };
  let energy = 0;
  return {
    ...arrays,
    count: rows.length / 4,
    get energy() {
      return energy;
    },
    compute: (cell) => {
      energy = compute(arrays, cell);
    },
    listedAt: () => null,
    relist: () => {},
    dispose: () => {},
  };
}

/** Atoms that feel nothing. */
export const freeField = (n: number): ForceField => fieldOf(new Float64Array(4 * n), () => 0);

/** Every atom tied to where it is in `rows` by a spring, U = ½k u². */
export function einsteinField(rows: Float64Array, stiffness: number): ForceField {
  const sites = rows.slice();
  return fieldOf(rows, ({ positions, forces }) => {
    let energy = 0;
    for (let i = 0; i < rows.length; i += 4) {
      forces[i + 3] = 0;
      for (let a = 0; a < 3; a++) {
        const u = positions[i + a]! - sites[i + a]!;
        forces[i + a] = -stiffness * u;
        forces[i + 3]! += 0.5 * stiffness * u * u;
      }
      energy += forces[i + 3]!;
    }
    return energy;
  });
}

/**
 * The reference evaluator on a neighbour list with a skin: the order of its sums, and so the last bit of every force, depends on
 * where the atoms were when the list was made. Right for molecular dynamics in any cell.
 */
export function listedField(model: Model, frame: Frame, skin: number): ForceField & { listings: number } {
  const reach = model.cutoff + skin;
  let reference: ListReference | null = null;
  let list: NeighborList | null = null;
  /** [P, 3] whole cells between an atom and the image of its neighbour */
  let images = new Int32Array(0);

  const relist = ({ positions, cell: matrix }: ListReference): void => {
    reference = { positions: positions.slice(), cell: matrix.slice() };
    const cell = cellFromMatrix(matrix, frame.cell.periodic);
    const found = neighborList({ cell, species: frame.species, rows: positions }, reach);
    list = found;
    images = new Int32Array(3 * found.index.length);
    each(found, (i, e) => {
      const j = found.index[e]!;
      const d = [0, 1, 2].map((a) => found.rows[4 * e + a]! - positions[4 * j + a]! + positions[4 * i + a]!);
      const v = cell.inverse;
      for (let a = 0; a < 3; a++) images[3 * e + a] = Math.round(d[0]! * v[a]! + d[1]! * v[3 + a]! + d[2]! * v[6 + a]!);
    });
    field.listings++;
  };
  const field = Object.assign(
    fieldOf(frame.rows, ({ positions, forces, virial }, cell) => {
      const moved = reference ? farthest(positions, reference.positions) : Number.POSITIVE_INFINITY;
      if (moved > skin / 2 || reference!.cell.some((x, k) => x !== cell.matrix[k]))
        relist({ positions, cell: cell.matrix });
      const now = list!;
      const m = cell.matrix;
      each(now, (i, e) => {
        const j = now.index[e]!;
        let r2 = 0;
        for (let a = 0; a < 3; a++) {
          const shift = images[3 * e]! * m[a]! + images[3 * e + 1]! * m[3 + a]! + images[3 * e + 2]! * m[6 + a]!;
          const d = positions[4 * j + a]! - positions[4 * i + a]! + shift;
          now.rows[4 * e + a] = d;
          r2 += d * d;
        }
        now.rows[4 * e + 3] = Math.sqrt(r2);
      });
      const result = evaluate(model, { cell, species: frame.species, rows: positions }, now);
      forces.set(result.forces);
      virial.set(result.virial);
      return result.energy;
    }),
    { listings: 0, relist, listedAt: () => reference },
  );
  return field;
}

function each(list: NeighborList, visit: (i: number, entry: number) => void): void {
  for (let i = 0; i < list.start.length - 1; i++) {
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) visit(i, e);
  }
}

function farthest(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let k = 0; k < a.length; k += 4) {
    most = Math.max(most, Math.hypot(a[k]! - b[k]!, a[k + 1]! - b[k + 1]!, a[k + 2]! - b[k + 2]!));
  }
  return most;
}
