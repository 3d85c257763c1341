/** Sites of one guest in an empty host, from the energies that trial insertions meet. */
import { boltzmann } from '../core/units.ts';
import type { InsertionField } from '../trajectory/series.ts';

export interface InsertionSites {
  /** [S] voxel of the lowest energy of each site, sites in the order of that energy */
  readonly voxel: Int32Array;
  /** [S] lowest energy met in it, eV */
  readonly lowest: Float64Array;
  /** [S] ln ∫ exp(−βU) dV over the site, Å³ */
  readonly lnIntegral: Float64Array;
  /** volume in which a guest finds room, Å³ */
  readonly volume: number;
}

/**
 * Divides the room of a lone guest into sites that hold one guest each. The lowest energy not yet taken is the middle of the next site; to
 * it belongs all that lies within `distance` and belongs to none before:
 *
 *   K_s = Σ_(voxels of s) v exp(−βU),      Σ_s K_s = ∫ exp(−βU) dV   (Widom)
 *
 * No two middles are nearer than `distance`, and no place is counted twice, so ⟨N⟩ = z Σ K_s is exact where guests are few, whatever the
 * distance; what it decides is how many guests the host can hold at the most. One random point a voxel makes the sum an unbiased Monte Carlo integral.
 *
 * @param temperature  K
 * @param distance     Å
 * @throws RangeError  shape and energies do not fit each other
 * @cite Widom, J. Chem. Phys. 39, 2808 (1963) doi:10.1063/1.1734110
 * @oracle test/unit/thermodynamic-estimate.test.ts (an empty box, one harmonic well)
 */
export function insertionSites(field: InsertionField, temperature: number, distance: number): InsertionSites {
  const { lengths, shape, energies } = field;
  const [nx, ny, nz] = shape;
  if (energies.length !== nx * ny * nz) {
    throw new RangeError(
      `a field of ${shape.join(' × ')} voxels needs ${nx * ny * nz} energies, got ${energies.length}`,
    );
  }
  const beta = 1 / (boltzmann * temperature);
  const perVoxel = (lengths[0] * lengths[1] * lengths[2]) / energies.length;
  const offsets = offsetsWithin(lengths, shape, distance);
  const owner = new Int32Array(energies.length).fill(-1);
  const [voxel, lowest, sums]: [number[], number[], number[]] = [[], [], []];
  const order = byEnergy(energies);
  for (const v of order) {
    if (owner[v]! < 0) {
      claim(owner, voxel.length, v, shape, offsets);
      voxel.push(v);
      lowest.push(energies[v]!);
      sums.push(0);
    }
    const s = owner[v]!;
    sums[s]! += perVoxel * Math.exp(-beta * (energies[v]! - lowest[s]!));
  }
  return {
    voxel: Int32Array.from(voxel),
    lowest: Float64Array.from(lowest),
    lnIntegral: Float64Array.from(sums, (sum, s) => Math.log(sum) - beta * lowest[s]!),
    volume: order.length * perVoxel,
  };
}

/** Voxels with room, lowest energy first; equal ones in their order. */
function byEnergy(energies: Float64Array): Int32Array {
  const open: number[] = [];
  for (let v = 0; v < energies.length; v++) if (energies[v]! < Number.POSITIVE_INFINITY) open.push(v);
  return Int32Array.from(open).sort((a, b) => energies[a]! - energies[b]! || a - b);
}

/** Steps to all voxels within a distance, each voxel of the box once. */
function offsetsWithin(lengths: readonly number[], shape: readonly number[], distance: number): number[] {
  const size = shape.map((n, k) => lengths[k]! / n);
  // no farther than half the box: beyond it a voxel would be met from both sides
  const span = size.map((h, k) => Math.min(Math.floor(distance / h), Math.floor((shape[k]! - 1) / 2)));
  const steps: number[] = [];
  for (let a = -span[0]!; a <= span[0]!; a++) {
    for (let b = -span[1]!; b <= span[1]!; b++) {
      for (let c = -span[2]!; c <= span[2]!; c++) {
        if (Math.hypot(a * size[0]!, b * size[1]!, c * size[2]!) <= distance) steps.push(a, b, c);
      }
    }
  }
  return steps;
}

/** Gives a site all free voxels at the offsets from its middle. */
function claim(owner: Int32Array, site: number, middle: number, shape: readonly number[], offsets: number[]): void {
  const [nx, ny, nz] = shape as [number, number, number];
  const k = middle % nz;
  const j = Math.floor(middle / nz) % ny;
  const i = Math.floor(middle / (ny * nz));
  for (let o = 0; o < offsets.length; o += 3) {
    const a = (i + offsets[o]! + nx) % nx;
    const b = (j + offsets[o + 1]! + ny) % ny;
    const c = (k + offsets[o + 2]! + nz) % nz;
    const v = (a * ny + b) * nz + c;
    if (owner[v]! < 0) owner[v] = site;
  }
}
