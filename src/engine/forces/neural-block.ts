/**
 * The words of a neural term, in the order in which kernels/cpu/md/neural-sizes.ts reads them: a potential (io/nep-file.ts)
 * with everything that does not depend on positions multiplied out.
 */
import type { NeuralTerm } from '../../model/model.ts';
import { harmonicNorms } from '../../model/neural-descriptor.ts';
import { repulsions } from '../../model/neural-zbl.ts';

type NepPotential = NeuralTerm['potential'];

/**
 * Writes a neural term for the kernel.
 *
 * @param frameSpeciesToModel  the model's species by the frame's
 * @param place                puts an array into the kernel's memory, returns its byte offset (a multiple of 16)
 * @returns                    words to stand behind those of the neighbour list
 * @oracle test/conformance (kernel against the reference)
 */
export function neuralBlock(
  { potential, kind }: NeuralTerm,
  frameSpeciesToModel: readonly number[],
  place: (data: Float64Array | Int32Array) => number,
): number[] {
  const { species, nMax, basisSize, lMax, fourBody, fiveBody, threshold } = potential;
  const pairFunctions = padded(nMax[0] + 1, 2);
  const own = nMax[1] + 1;
  const functions = padded(own, 3);
  const norms = harmonicNorms(lMax).map((norm) => norm * norm);
  // radial descriptors up to an even number, all others behind them
  const columns = Array.from({ length: potential.descriptors }, (_, d) =>
    d <= nMax[0] ? d : d - (nMax[0] + 1) + pairFunctions,
  );
  const descriptors = padded(columns.at(-1)! + 1, 2);
  const neurons = padded(potential.neurons, 4);
  return [
    place(Int32Array.from(frameSpeciesToModel, (s) => kind[s] ?? -1)),
    species.length,
    pairFunctions,
    basisSize[0] + 1,
    functions,
    own,
    basisSize[1] + 1,
    lMax,
    // in polynomials instead of spherical harmonics: the norm of (3z² − 1) comes with each factor
    fourBody ? -Math.sqrt(2 / 35) * norms[3]! ** 1.5 : 0,
    fiveBody ? 1 : 0,
    place(Float64Array.of(...norms, 0)),
    descriptors,
    neurons,
    threshold,
    place(networks(potential, columns, neurons, descriptors)),
    place(laws(potential)),
    place(pairCoefficients(potential, pairFunctions)),
    place(tripleCoefficients(potential, functions)),
  ];
}

const padded = (n: number, multiple: number): number => multiple * Math.ceil(n / multiple);

/** By species: weights [neurons, descriptors] times the scale of each descriptor, thresholds, output weights. */
function networks(potential: NepPotential, columns: readonly number[], neurons: number, descriptors: number) {
  const size = neurons * (descriptors + 2);
  const out = new Float64Array(size * potential.networks.length);
  potential.networks.forEach(({ weights, thresholds, output }, s) => {
    const at = s * size;
    for (let n = 0; n < potential.neurons; n++) {
      columns.forEach((column, d) => {
        out[at + n * descriptors + column] = weights[n * columns.length + d]! * potential.scale[d]!;
      });
      out[at + neurons * descriptors + n] = thresholds[n]!;
      out[at + neurons * (descriptors + 1) + n] = output[n]!;
    }
  });
  return out;
}

/** By pair of species: cutoffs of pairs and triples, inner and outer cutoff of the repulsion, its weights and decays. */
function laws(potential: NepPotential): Float64Array {
  const { cutoffs } = potential;
  const S = cutoffs.length;
  const zbl = repulsions(potential);
  return Float64Array.from(
    Array.from({ length: S * S }, (_, pair) => {
      const [a, b] = [cutoffs[Math.floor(pair / S)]!, cutoffs[pair % S]!];
      const { inner, outer, weight, decay } = zbl[pair] ?? { inner: 0, outer: 0, weight: zeros, decay: zeros };
      return [(a.radial + b.radial) / 2, (a.angular + b.angular) / 2, inner, outer, ...weight, ...decay];
    }).flat(),
  );
}

const zeros = [0, 0, 0, 0];

/** By pair of species: [K, functions] a_nk with g_n = fade Σ_k a_nk T_k. */
function pairCoefficients({ radial, nMax, basisSize }: NepPotential, functions: number): Float64Array {
  const N = nMax[0] + 1;
  const K = basisSize[0] + 1;
  const pairs = radial.length / (N * K);
  const out = new Float64Array(pairs * K * functions);
  for (let pair = 0; pair < pairs; pair++) {
    for (let n = 0; n < N; n++) {
      const c = radial.subarray((pair * N + n) * K, (pair * N + n + 1) * K);
      for (const [k, a] of polynomialSeries(c).entries()) out[(pair * K + k) * functions + n] = a;
    }
  }
  return out;
}

/** By pair of species, by three functions: [K, 6] a_nk of these, and of their derivatives by the polynomials' argument. */
function tripleCoefficients({ angular, nMax, basisSize }: NepPotential, functions: number): Float64Array {
  const N = nMax[1] + 1;
  const K = basisSize[1] + 1;
  const pairs = angular.length / (N * K);
  const out = new Float64Array(pairs * K * functions * 2);
  for (let pair = 0; pair < pairs; pair++) {
    for (let n = 0; n < N; n++) {
      const series = polynomialSeries(angular.subarray((pair * N + n) * K, (pair * N + n + 1) * K));
      const slopes = derivativeSeries(series);
      const at = (pair * functions + n - (n % 3)) * K * 2 + (n % 3);
      for (let k = 0; k < K; k++) {
        out[at + 6 * k] = series[k]!;
        out[at + 6 * k + 3] = slopes[k]!;
      }
    }
  }
  return out;
}

/** a with Σ c_k ½ (T_k + 1) = Σ a_k T_k */
function polynomialSeries(c: Float64Array): Float64Array {
  const a = c.map((x) => 0.5 * x);
  for (const x of c) a[0]! += 0.5 * x;
  return a;
}

/** d with Σ d_k T_k the derivative of Σ a_k T_k */
function derivativeSeries(a: Float64Array): Float64Array {
  const d = new Float64Array(a.length + 1);
  for (let k = a.length - 2; k >= 0; k--) d[k] = (d[k + 2] ?? 0) + 2 * (k + 1) * a[k + 1]!;
  d[0]! *= 0.5;
  return d.subarray(0, a.length);
}
