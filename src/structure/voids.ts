/** How much of a box is empty. */
import { SpecError } from '../core/errors.ts';
import { atomCount, type Frame } from '../core/frame.ts';
import { RandomStream } from '../core/random.ts';
import { type Measured, mean, measured, standardError } from '../core/statistics.ts';

/** Randomly shifted grids whose spread is the error of the estimate. */
const grids = 8;

/**
 * Share of the volume farther than `clearance` from every atom: where the centre of a probe may be, if `clearance` is
 * the sum of the radii of probe and atom. Estimated on shifted grids; the error is the standard error over the shifts.
 *
 * @param clearance  Å, less than half the shortest edge
 * @param spacing    of the grid points, Å
 * @returns share 0 … 1
 * @throws SpecError  the cell is not orthorhombic
 * @oracle test/unit/structure-voids.test.ts (spheres on a cubic lattice)
 */
export function voidShare(frame: Frame, clearance: number, spacing = 0.8): Measured {
  const { cell, rows } = frame;
  if (!cell.orthorhombic) throw new SpecError('the void share is only known in orthorhombic cells, got a tilted cell');
  const edges = [cell.matrix[0]!, cell.matrix[4]!, cell.matrix[8]!] as const;
  const counts = edges.map((edge) => Math.ceil(edge / spacing));
  const [nx, ny, nz] = counts as [number, number, number];
  const step = edges.map((edge, k) => edge / counts[k]!);
  const [hx, hy, hz] = step as [number, number, number];
  const [rx, ry] = [Math.ceil(clearance / hx), Math.ceil(clearance / hy)] as const;
  const random = new RandomStream('voids');
  const full = new Uint8Array(nx * ny * nz);
  const shares = Array.from({ length: grids }, () => {
    full.fill(0);
    const sx = random.uniform();
    const sy = random.uniform();
    const sz = random.uniform();
    for (let i = 0; i < atomCount(frame); i++) {
      // in units of grid steps; grid point (gx, gy, gz) lies at its indices
      const x = rows[4 * i]! / hx + sx;
      const y = rows[4 * i + 1]! / hy + sy;
      const z = rows[4 * i + 2]! / hz + sz;
      for (let gx = Math.floor(x) - rx; gx <= Math.floor(x) + rx + 1; gx++) {
        for (let gy = Math.floor(y) - ry; gy <= Math.floor(y) + ry + 1; gy++) {
          const flat2 = ((gx - x) * hx) ** 2 + ((gy - y) * hy) ** 2;
          if (flat2 > clearance * clearance) continue;
          const line = (fold(gx, nx) * ny + fold(gy, ny)) * nz;
          const half = Math.sqrt(clearance * clearance - flat2) / hz;
          for (let gz = Math.ceil(z - half); gz <= z + half; gz++) full[line + fold(gz, nz)] = 1;
        }
      }
    }
    let empty = 0;
    for (let g = 0; g < full.length; g++) empty += 1 - full[g]!;
    return empty / full.length;
  });
  return measured(mean(shares), standardError(shares), '1');
}

function fold(g: number, n: number): number {
  const folded = g % n;
  return folded < 0 ? folded + n : folded;
}
