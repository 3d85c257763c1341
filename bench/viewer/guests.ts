/** Sodium for the carbon of the benchmarks, as much as it holds: to be looked at, not to be measured. */
import { atomCount, type Frame } from '../../src/core/frame.ts';

/** Å: from a carbon, and from one another */
const fromCarbon = 2.4;
const apart = 3.7;

/** Sodium on every point of a body-centred lattice that is far enough from all carbons. */
export function discGuests(host: Frame): Frame {
  const edge = host.cell.matrix[0]!;
  const cells = Math.max(3, Math.floor(edge / fromCarbon));
  const wrap = (k: number): number => (k + cells) % cells;
  const cellOf = (x: number): number => wrap(Math.min(cells - 1, Math.floor((x / edge) * cells)));
  const inCell: number[][] = Array.from({ length: cells ** 3 }, () => []);
  const at = (i: number): readonly number[] => [host.rows[4 * i]!, host.rows[4 * i + 1]!, host.rows[4 * i + 2]!];
  const index = (x: number, y: number, z: number): number => (wrap(x) * cells + wrap(y)) * cells + wrap(z);
  for (let i = 0; i < atomCount(host); i++) inCell[index(...(at(i).map(cellOf) as [number, number, number]))]!.push(i);
  const gap = (a: number, b: number): number => a - b - edge * Math.round((a - b) / edge);
  const clear = (p: readonly number[]): boolean => {
    const [cx, cy, cz] = p.map(cellOf) as [number, number, number];
    for (let k = 0; k < 27; k++) {
      const near = inCell[index(cx + (k % 3) - 1, cy + (Math.floor(k / 3) % 3) - 1, cz + Math.floor(k / 9) - 1)]!;
      if (near.some((i) => Math.hypot(...at(i).map((x, d) => gap(x, p[d]!))) < fromCarbon)) return false;
    }
    return true;
  };
  const steps = Math.floor(edge / ((2 * apart) / Math.sqrt(3)));
  const rows: number[] = [];
  for (let k = 0; k < 2 * steps ** 3; k++) {
    const half = (k % 2) / 2;
    const place = [0, 1, 2].map((d) => ((Math.floor(k / 2 / steps ** d) % steps) + half) * (edge / steps));
    if (clear(place)) rows.push(...place, 0);
  }
  return { cell: host.cell, species: ['Na'], rows: Float64Array.from(rows) };
}
