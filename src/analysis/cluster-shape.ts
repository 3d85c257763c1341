/** How large and how round clusters are, from their gyration tensors. */
import { atomCount, type Frame } from '../core/frame.ts';
import type { Clustering } from './clusters.ts';

/** A shape needs so many guests. */
const fewest = 8;

export interface ClusterShape {
  /** guests */
  readonly size: number;
  /** radius of gyration, Å */
  readonly gyration: number;
  /** relative shape anisotropy, 0 … 1 */
  readonly anisotropy: number;
}

/**
 * Shapes of the clusters of at least eight guests that end within the box. With λ the eigenvalues of the gyration tensor
 * S = ⟨(r − r̄)(r − r̄)ᵀ⟩,
 *
 *   R_g² = λ₁ + λ₂ + λ₃,   κ² = 1 − 3 (λ₁λ₂ + λ₂λ₃ + λ₃λ₁) / (λ₁ + λ₂ + λ₃)²
 *
 * κ² is 0 for a sphere and anything of cubic symmetry, 1/4 for a flat disc, 1 for a rod. Clusters across the periodic seam are put
 * together first; one that percolates has no shape.
 *
 * @cite Theodorou & Suter, Macromolecules 18, 1206 (1985) doi:10.1021/ma00148a028
 * @oracle test/unit/analysis-guests.test.ts (a ball, a disc, a rod, a ball across the seam)
 */
export function clusterShapes(frame: Frame, { label, sizes, percolates, images }: Clustering): ClusterShape[] {
  const { cell, rows } = frame;
  const m = cell.matrix;
  const counted = sizes.map((size, c) => size >= fewest && !percolates[c]!.includes(true));
  if (!counted.includes(true)) return [];
  // per cluster: sums of x, y, z, xx, yy, zz, xy, yz, zx; relative to its first atom, so that nothing is lost far from the origin
  const sums = new Float64Array(9 * sizes.length);
  const first = new Float64Array(3 * sizes.length).fill(Number.NaN);
  for (let i = 0; i < atomCount(frame); i++) {
    const c = label[i]!;
    if (!counted[c]) continue;
    const at = [0, 1, 2].map(
      (d) =>
        rows[4 * i + d]! + images[3 * i]! * m[d]! + images[3 * i + 1]! * m[3 + d]! + images[3 * i + 2]! * m[6 + d]!,
    );
    if (Number.isNaN(first[3 * c]!)) first.set(at, 3 * c);
    const [x, y, z] = [at[0]! - first[3 * c]!, at[1]! - first[3 * c + 1]!, at[2]! - first[3 * c + 2]!];
    for (const [k, value] of [x, y, z, x * x, y * y, z * z, x * y, y * z, z * x].entries()) sums[9 * c + k]! += value;
  }
  return sizes.flatMap((size, c) => {
    if (!counted[c]) return [];
    const mean = (k: number): number => sums[9 * c + k]! / size;
    const [x, y, z] = [mean(0), mean(1), mean(2)];
    const [xx, yy, zz] = [mean(3) - x * x, mean(4) - y * y, mean(5) - z * z];
    const [xy, yz, zx] = [mean(6) - x * y, mean(7) - y * z, mean(8) - z * x];
    const trace = xx + yy + zz;
    const minors = xx * yy + yy * zz + zz * xx - xy * xy - yz * yz - zx * zx;
    return [{ size, gyration: Math.sqrt(trace), anisotropy: 1 - (3 * minors) / (trace * trace) }];
  });
}
