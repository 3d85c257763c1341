/**
 * The neural form (NEP): the energy of an atom is a small network's answer to a description of its neighbourhood.
 *
 *   U = Σ_i U_i + ½ Σ_ij φ_ZBL(r_ij),   U_i = Σ_μ v_μ tanh(Σ_d w_μd q_d − b_μ) − b
 *   q = scale · (Σ_j g_n(r_ij), n = 0 …;  invariants of the A_nlm)        equations in neural-descriptor.ts
 *
 * U_i depends on the displacements d_ij only, which is where forces and virial come from:
 *
 *   ∂U_i/∂d = Σ_n (∂U_i/∂q_n) g_n' r̂ + Σ_nlm (∂U_i/∂A_nlm) (g_n' Y_lm r̂ + g_n ∇Y_lm)
 *
 * The network of version 3 is the same for all species, version 4 has one for each.
 *
 * @cite Fan et al., Phys. Rev. B 104, 104309 (2021) doi:10.1103/PhysRevB.104.104309
 * @cite Fan et al., J. Chem. Phys. 157, 114801 (2022) doi:10.1063/5.0106617
 * @cite Song et al., Nat. Commun. 15, 10208 (2024) doi:10.1038/s41467-024-54554-x
 */
import type { NeighborList } from '../core/neighbors.ts';
import type { NepNetwork } from '../io/nep-file.ts';
import { type Accumulator, addEntryForce } from './evaluate.ts';
import type { NeuralTerm } from './model.ts';
import {
  angularInvariants,
  angularSlopes,
  harmonics,
  type RadialFunctions,
  radialFunctions,
} from './neural-descriptor.ts';
import { addRepulsion } from './neural-zbl.ts';

/** What atom i sees in one entry of the neighbour list. */
interface Neighbor {
  readonly entry: number;
  readonly direction: readonly [number, number, number];
  /** g_n of pairs; null beyond their cutoff */
  readonly pairs: RadialFunctions | null;
  /** g_n of triples; null beyond their cutoff */
  readonly triples: RadialFunctions | null;
  /** [(lMax + 1)² − 1, 4] rows (Y, ∇Y) */
  readonly harmonics: Float64Array;
}

/**
 * Adds energy, forces and virial of a neural term.
 *
 * @param kind  [N] the model's species of each atom
 * @oracle test/oracle/nep.test.ts, test/property/neural.test.ts
 */
export function addNeural(term: NeuralTerm, kind: Int32Array, list: NeighborList, sum: Accumulator): void {
  const { nMax, lMax, networks, scale, threshold, descriptors } = term.potential;
  const M = (lMax + 1) ** 2 - 1;
  const N = nMax[1] + 1;
  for (let i = 0; i < kind.length; i++) {
    const a = term.kind[kind[i]!]!;
    if (a < 0) continue;
    const neighbors = neighborsOf(term, kind, list, i);

    const q = new Float64Array(descriptors);
    const A = new Float64Array(N * M);
    for (const { pairs, triples, harmonics } of neighbors) {
      if (pairs) for (let n = 0; n <= nMax[0]; n++) q[n]! += pairs.value[n]!;
      if (triples) for (let k = 0; k < N * M; k++) A[k]! += triples.value[Math.floor(k / M)]! * harmonics[4 * (k % M)]!;
    }
    angularInvariants(term.potential, A, q);
    const { energy, slopes } = network(
      networks[a]!,
      q.map((x, d) => x * scale[d]!),
    );
    sum.forces[4 * i + 3]! += energy - threshold;

    const dq = slopes.map((slope, d) => slope * scale[d]!);
    const dA = angularSlopes(term.potential, A, dq);
    for (const { entry, direction, pairs, triples, harmonics } of neighbors) {
      let along = 0;
      const g = [0, 0, 0];
      if (pairs) for (let n = 0; n <= nMax[0]; n++) along += dq[n]! * pairs.slope[n]!;
      if (triples) {
        for (let k = 0; k < N * M; k++) {
          const n = Math.floor(k / M);
          const row = 4 * (k % M);
          along += dA[k]! * triples.slope[n]! * harmonics[row]!;
          for (let c = 0; c < 3; c++) g[c]! += dA[k]! * triples.value[n]! * harmonics[row + 1 + c]!;
        }
      }
      const [gx, gy, gz] = g.map((across, c) => across + along * direction[c]!) as [number, number, number];
      addEntryForce(sum, list, entry, i, gx, gy, gz);
    }
  }
  addRepulsion(term, kind, list, sum);
}

/** What atom i sees within the radial or the angular cutoff. */
function neighborsOf(
  { potential, kind: own }: NeuralTerm,
  kind: Int32Array,
  list: NeighborList,
  i: number,
): Neighbor[] {
  const { cutoffs, nMax, basisSize, lMax, species } = potential;
  const a = own[kind[i]!]!;
  const found: Neighbor[] = [];
  for (let entry = list.start[i]!; entry < list.start[i + 1]!; entry++) {
    const b = own[kind[list.index[entry]!]!]!;
    if (b < 0) continue;
    const [dx, dy, dz, r] = list.rows.subarray(4 * entry, 4 * entry + 4) as unknown as [number, number, number, number];
    const functions = (which: 0 | 1, reach: number): RadialFunctions | null => {
      if (r >= reach) return null;
      const size = (nMax[which] + 1) * (basisSize[which] + 1);
      const pair = (a * species.length + b) * size;
      const coefficients = (which === 0 ? potential.radial : potential.angular).subarray(pair, pair + size);
      return radialFunctions(coefficients, basisSize[which] + 1, r, reach);
    };
    const pairs = functions(0, (cutoffs[a]!.radial + cutoffs[b]!.radial) / 2);
    const triples = functions(1, (cutoffs[a]!.angular + cutoffs[b]!.angular) / 2);
    if (!pairs && !triples) continue;
    const direction = [dx / r, dy / r, dz / r] as const;
    found.push({
      entry,
      direction,
      pairs,
      triples,
      harmonics: triples ? harmonics(lMax, direction, r) : noHarmonics,
    });
  }
  return found;
}

const noHarmonics = new Float64Array(0);

/** Energy of one atom, and its slopes by the (scaled) descriptors. */
function network(
  { weights, thresholds, output }: NepNetwork,
  q: Float64Array,
): { energy: number; slopes: Float64Array } {
  let energy = 0;
  const slopes = new Float64Array(q.length);
  for (let neuron = 0; neuron < output.length; neuron++) {
    const row = weights.subarray(neuron * q.length, (neuron + 1) * q.length);
    let input = -thresholds[neuron]!;
    for (let d = 0; d < q.length; d++) input += row[d]! * q[d]!;
    const answer = Math.tanh(input);
    energy += output[neuron]! * answer;
    const slope = output[neuron]! * (1 - answer * answer);
    for (let d = 0; d < q.length; d++) slopes[d]! += slope * row[d]!;
  }
  return { energy, slopes };
}
