/**
 * Atoms with all of their periodic images that a point of the cell can feel, in cells as wide as that, and points among them. Coordinates
 * are relative to the middle of the cell they lie in: what is left for f32 to round is 1e-7 Å. No kernel knows of periodicity.
 */
import { SpecError } from '../../core/errors.ts';
import { atomCount, type Frame, wrapped } from '../../core/frame.ts';
import type { KernelConstants } from './device.ts';

type Three = [number, number, number];

export interface AtomCells {
  /** [cells, slots, 4] x, y, z from the middle of the cell, kind; −1: no more in this cell */
  readonly atoms: Float32Array;
  /** [N] place of every atom of the frame among `atoms`, its image in the wrapped cell */
  readonly places: Int32Array;
  readonly constants: KernelConstants;
  /** [n, 4] x, y, z from the middle of their cell, and that cell: of points [n, 4] in Å, wrapped first */
  place(points: Float64Array): Float32Array;
}

/**
 * @param kinds  by the species of the frame
 * @param reach  how far an atom is felt, Å
 */
export function atomsInCells(given: Frame, kinds: readonly number[], reach: number): AtomCells {
  const frame = wrapped(given);
  const { cell, rows } = frame;
  const n = atomCount(frame);
  const [low, high] = extent(frame);
  const inner = [0, 1, 2].map((k) => Math.max(1, Math.floor((high[k]! - low[k]!) / reach))) as Three;
  const width = inner.map((count, k) => Math.max(reach, (high[k]! - low[k]!) / count)) as Three;
  const shape = inner.map((count) => count + 2) as Three;
  const origin = low.map((x, k) => x - width[k]!) as Three;
  const axes = [0, 1, 2].map((k) => {
    const most = cell.periodic[k] ? Math.ceil((2 * Math.max(...width)) / cell.heights[k]!) + 1 : 0;
    return Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  });
  const indexOf = (p: readonly number[]): number => {
    const at = p.map((x, k) => Math.floor((x - origin[k]!) / width[k]!));
    if (at.some((i, k) => i < 0 || i >= shape[k]!)) return -1;
    return (at[0]! * shape[1] + at[1]!) * shape[2] + at[2]!;
  };
  const members = Array.from({ length: shape[0] * shape[1] * shape[2] }, (): number[] => []);
  const homes: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    for (const a of axes[0]!) {
      for (const b of axes[1]!) {
        for (const c of axes[2]!) {
          const p = [0, 1, 2].map(
            (k) => rows[4 * i + k]! + a * cell.matrix[k]! + b * cell.matrix[3 + k]! + c * cell.matrix[6 + k]!,
          );
          const index = indexOf(p);
          if (index < 0) continue;
          if (a === 0 && b === 0 && c === 0) homes[i] = [index, members[index]!.length / 4];
          members[index]!.push(...relative(p, index, origin, width, shape), kinds[rows[4 * i + 3]!]!);
        }
      }
    }
  }
  const slots = Math.max(1, ...members.map((list) => list.length / 4));
  const atoms = new Float32Array(4 * slots * members.length).fill(-1);
  members.forEach((list, index) => {
    atoms.set(list, 4 * slots * index);
  });
  return {
    atoms,
    places: Int32Array.from(homes, ([index, slot]) => slots * index + slot),
    constants: {
      whole: { slots, ny: shape[1], nz: shape[2] },
      real: { wx: width[0], wy: width[1], wz: width[2] },
    },
    place(points) {
      const inside = wrapped({ ...frame, rows: points }).rows;
      const placed = new Float32Array(inside.length);
      for (let a = 0; a < inside.length; a += 4) {
        const p = [inside[a]!, inside[a + 1]!, inside[a + 2]!];
        const index = indexOf(p.map((x, k) => Math.min(Math.max(x, low[k]!), high[k]! - 1e-9)));
        if (index < 0) throw new SpecError(`point ${a / 4 + 1} is not a place: ${p.join(', ')}`);
        placed.set([...relative(p, index, origin, width, shape), index], a);
      }
      return placed;
    },
  };
}

/** Coordinates from the middle of a cell. */
function relative(p: readonly number[], index: number, origin: Three, width: Three, shape: Three): Three {
  const at = [Math.floor(index / (shape[1] * shape[2])), Math.floor(index / shape[2]) % shape[1], index % shape[2]];
  return p.map((x, k) => x - origin[k]! - (at[k]! + 0.5) * width[k]!) as Three;
}

/** Corners of the box that holds the cell where it is periodic, and the atoms. */
function extent({ cell, rows }: Frame): [Three, Three] {
  const low: Three = [Infinity, Infinity, Infinity];
  const high: Three = [-Infinity, -Infinity, -Infinity];
  const see = (p: readonly number[], k: number): void => {
    low[k] = Math.min(low[k]!, p[k]!);
    high[k] = Math.max(high[k]!, p[k]!);
  };
  for (let a = 0; a < rows.length; a += 4) for (let k = 0; k < 3; k++) see([rows[a]!, rows[a + 1]!, rows[a + 2]!], k);
  for (let corner = 0; corner < 8; corner++) {
    const turns = [corner & 1, (corner >> 1) & 1, corner >> 2].map((t, k) => (cell.periodic[k] ? t : 0));
    const p = [0, 1, 2].map((k) => turns.reduce((sum, t, v) => sum + t * cell.matrix[3 * v + k]!, 0));
    for (let k = 0; k < 3; k++) if (cell.periodic.some(Boolean)) see(p, k);
  }
  return [low, high.map((x, k) => Math.max(x, low[k]!) + 1e-6) as Three];
}
