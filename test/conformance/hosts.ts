/** Hosts for engine tests: small, with galleries, a pore and typed edges, made without the structure builder. */
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { RandomStream } from '../../src/core/random.ts';

export const hostSpecies = ['C:basal', 'C:armchair', 'C:zigzag', 'C:strong-armchair', 'C:strong-zigzag'] as const;

/**
 * Flat graphene sheets (orthorhombic 4-atom cell) at the heights `z`; when `typed`, every 20th carbon is of a random kind.
 *
 * @param z  heights of the sheets, Å
 * @param height  box edge along z, Å
 */
export function sheetsHost(
  nx: number,
  ny: number,
  z: readonly number[],
  height: number,
  { seed = 1, typed = true } = {},
): Frame {
  const a = 1.42 * Math.sqrt(3);
  const b = 1.42 * 3;
  const random = new RandomStream(seed);
  const rows: number[] = [];
  const basis = [
    [0, 0],
    [0.5, 1 / 6],
    [0.5, 0.5],
    [0, 2 / 3],
  ] as const;
  for (const h of z) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        for (const [u, v] of basis) {
          const kind = typed && random.uniform() < 0.05 ? 1 + random.integer(4) : 0;
          rows.push((i + u) * a, (j + v) * b, h, kind);
        }
      }
    }
  }
  return { cell: orthorhombicCell(nx * a, ny * b, height), species: [...hostSpecies], rows: Float64Array.from(rows) };
}
