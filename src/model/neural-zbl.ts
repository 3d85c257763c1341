/**
 * The screened nuclear repulsion of a neural potential, which keeps atoms apart where no data were:
 *
 *   φ(r) = (e²/4πε₀) Z₁Z₂/r · Σ_k w_k e^(−d_k r/a) · f(r),   a = 1 Å / [2.134563 (Z₁^0.23 + Z₂^0.23)]
 *   f = 1 up to the inner cutoff, ½ [1 + cos(π (r − inner)/(outer − inner))] up to the outer one
 *
 * The screening length is that of GPUMD, 0.46848 Å against 0.46850 Å elsewhere: the networks were trained on top of it.
 *
 * @cite Ziegler & Biersack, The Stopping and Range of Ions in Matter, in Treatise on Heavy-Ion Science 6 (1985) doi:10.1007/978-1-4615-8103-1_3
 * @cite Liu et al., Phys. Rev. B 108, 054312 (2023) doi:10.1103/PhysRevB.108.054312
 */
import type { NeighborList } from '../core/neighbors.ts';
import { atomicNumber } from '../io/nep-elements.ts';
import type { NepPotential } from '../io/nep-file.ts';
import { type Accumulator, addPairForce } from './evaluate.ts';
import type { NeuralTerm } from './model.ts';
import { coulombConstant } from './radial/zbl.ts';

/** Repulsion of one pair of species, numbers multiplied out. */
export interface Repulsion {
  /** Å */
  readonly inner: number;
  readonly outer: number;
  /** [4] eV·Å */
  readonly weight: readonly number[];
  /** [4] Å⁻¹ */
  readonly decay: readonly number[];
}

/** [S·S] repulsion by pair of species; empty where a potential has none. */
export function repulsions({ species, zbl }: Pick<NepPotential, 'species' | 'zbl'>): readonly Repulsion[] {
  const S = species.length;
  return (zbl ?? []).map(({ inner, outer, weight, decay }, pair) => {
    const [z1, z2] = [Math.floor(pair / S), pair % S].map((s) => atomicNumber(species[s]!)) as [number, number];
    const inverseLength = 2.134563 * (z1 ** 0.23 + z2 ** 0.23);
    return {
      inner,
      outer,
      weight: weight.map((w) => coulombConstant * z1 * z2 * w),
      decay: decay.map((d) => d * inverseLength),
    };
  });
}

/** Adds energy, forces and virial of the repulsion in a neural term. */
export function addRepulsion(term: NeuralTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  const pairs = repulsions(term.potential);
  const S = term.potential.species.length;
  if (pairs.length === 0) return;
  for (let i = 0; i < kind.length; i++) {
    const a = term.kind[kind[i]!]!;
    if (a < 0) continue;
    for (let e = list.start[i]!; e < list.start[i + 1]!; e++) {
      const b = term.kind[kind[list.index[e]!]!]!;
      const r = list.rows[4 * e + 3]!;
      if (b < 0 || r >= pairs[a * S + b]!.outer) continue;
      const { value, slope } = repulsionAt(pairs[a * S + b]!, r);
      sum.forces[4 * i + 3]! += 0.5 * value;
      addPairForce(sum, list, e, i, 0.5 * slope);
    }
  }
}

/** φ and dφ/dr below the outer cutoff, eV, eV/Å. */
function repulsionAt({ inner, outer, weight, decay }: Repulsion, r: number): { value: number; slope: number } {
  let bare = 0;
  let bareSlope = 0;
  for (let k = 0; k < 4; k++) {
    const part = (weight[k]! / r) * Math.exp(-decay[k]! * r);
    bare += part;
    bareSlope -= part * (decay[k]! + 1 / r);
  }
  if (r <= inner) return { value: bare, slope: bareSlope };
  const phase = Math.PI / (outer - inner);
  const fade = 0.5 * (1 + Math.cos(phase * (r - inner)));
  const fadeSlope = -0.5 * phase * Math.sin(phase * (r - inner));
  return { value: bare * fade, slope: bareSlope * fade + bare * fadeSlope };
}
