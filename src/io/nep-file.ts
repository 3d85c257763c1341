/**
 * NEP potential files of GPUMD (`nep.txt`, versions 3 and 4) → parameters.
 *
 *   nep4 S names …           version and species; `_zbl` behind the version announces the next line
 *   zbl inner outer          Å; both 0: the numbers of the repulsion stand at the end of the file
 *   cutoff r a … MNr MNa     radial and angular cutoff, Å (once, or per species), neighbour counts (not used)
 *   n_max r a                radial functions 0 … r of pairs, 0 … a of triples
 *   basis_size r a           Chebyshev polynomials 0 … r, 0 … a in each
 *   l_max 4 2 1              largest l of triples; 2 (or 1) = with four-body, 1 = with five-body descriptors, 0 = without
 *   ANN neurons 0            one hidden layer
 *
 * then one number per line, D descriptors, N neurons, S species:
 *   per network  weights [N, D] · thresholds [N] · output weights [N]   (nep3: one network; nep4: one per species)
 *   output threshold
 *   radial coefficients [n, k, S, S], angular coefficients [n, k, S, S]
 *   scale of each descriptor [D]
 *   flexible repulsion: per pair of species inner, outer, 4 × (weight, decay)
 *
 * @cite Fan et al., Phys. Rev. B 104, 104309 (2021) doi:10.1103/PhysRevB.104.104309
 * @cite Fan et al., J. Chem. Phys. 157, 114801 (2022) doi:10.1063/5.0106617
 * @oracle test/oracle/nep.test.ts
 */
import { ModelError } from '../core/errors.ts';
import { type NepHeader, nepHeader } from './nep-header.ts';
import { commaHint, readNumber } from './number-text.ts';

/** A neuroevolution potential as its file holds it. */
export interface NepPotential extends Omit<NepHeader, 'zbl'> {
  /** by species; in version 3 all are the same */
  readonly networks: readonly NepNetwork[];
  /** eV, subtracted from every atom's energy */
  readonly threshold: number;
  /** [S, S, n, k] coefficients of the radial functions of an atom of the first species around one of the second */
  readonly radial: Float64Array;
  /** [S, S, n, k] the same of triples */
  readonly angular: Float64Array;
  /** [D] what each descriptor is multiplied by */
  readonly scale: Float64Array;
  /** [S·S] by pair of species; null where there is no repulsion */
  readonly zbl: readonly NepRepulsion[] | null;
}

/** U = output · tanh(weights q − thresholds) */
export interface NepNetwork {
  /** [N, D] */
  readonly weights: Float64Array;
  /** [N] */
  readonly thresholds: Float64Array;
  /** [N] eV */
  readonly output: Float64Array;
}

/** Screened nuclear repulsion of one pair of species, cut off smoothly from `inner` to `outer`, Å. */
export interface NepRepulsion {
  readonly inner: number;
  readonly outer: number;
  /** [4] */
  readonly weight: readonly number[];
  /** [4] in units of the inverse screening length */
  readonly decay: readonly number[];
}

/** weight, decay, … of Ziegler, Biersack & Littmark */
const universal = [0.18175, 3.1998, 0.50986, 0.94229, 0.28022, 0.4029, 0.02817, 0.20162];

/**
 * Reads a NEP file.
 *
 * @param name  name of the file, for messages
 * @throws ModelError  any fault, with file name and line number: an unknown variant, a header line that is not as above, a
 *                     file that ends early, holds something that is no number, or has numbers left over
 * @oracle test/oracle/nep.test.ts, test/unit/io-nep.test.ts
 */
export function parseNep(text: string, name = 'nep.txt'): NepPotential {
  const lines = text.split(/\r?\n/);
  const { header, next } = nepHeader(lines, name);
  const { species, neurons, descriptors } = header;
  const S = species.length;
  const networks = header.version === 3 ? 1 : S;
  const functions = [0, 1].map((k) => (header.nMax[k]! + 1) * (header.basisSize[k]! + 1));
  const flexible = header.zbl !== null && header.zbl.outer === 0;
  const total =
    networks * neurons * (descriptors + 2) +
    1 +
    S * S * (functions[0]! + functions[1]!) +
    descriptors +
    (flexible ? 5 * S * (S + 1) : 0);
  const { numbers, lineOf } = readNumbers(lines, next, total, name);

  let at = 0;
  const take = (length: number): Float64Array => numbers.slice(at, (at += length));
  const read = Array.from({ length: networks }, (): NepNetwork => {
    const weights = take(neurons * descriptors);
    return { weights, thresholds: take(neurons), output: take(neurons) };
  });
  const threshold = take(1)[0]!;
  const radial = pairsFirst(take(S * S * functions[0]!), S);
  const angular = pairsFirst(take(S * S * functions[1]!), S);
  const scale = take(descriptors);
  const repulsion = (inner: number, outer: number, terms: ArrayLike<number>): NepRepulsion => ({
    inner,
    outer,
    weight: [0, 2, 4, 6].map((k) => terms[k]!),
    decay: [1, 3, 5, 7].map((k) => terms[k]!),
  });
  let zbl: NepRepulsion[] | null = null;
  if (flexible) {
    zbl = new Array<NepRepulsion>(S * S);
    for (let a = 0; a < S; a++) {
      for (let b = a; b < S; b++) {
        const line = lineOf(at);
        const values = take(10);
        const [inner, outer] = values as unknown as [number, number];
        const reach = (header.cutoffs[a]!.angular + header.cutoffs[b]!.angular) / 2;
        if (!(inner >= 0 && inner < outer && outer <= reach)) {
          const wanted = `wanted 0 ≤ inner < outer ≤ ${reach} Å (the angular cutoff) of the repulsion`;
          throw new ModelError(
            `${name}, line ${line}: ${wanted} of ${species[a]}–${species[b]}, got ${inner}, ${outer}`,
          );
        }
        zbl[a * S + b] = zbl[b * S + a] = repulsion(inner, outer, values.subarray(2));
      }
    }
  } else if (header.zbl) {
    const { inner, outer } = header.zbl;
    zbl = Array.from({ length: S * S }, () => repulsion(inner, outer, universal));
  }
  const bySpecies = species.map((_, s) => read[networks === 1 ? 0 : s]!);
  return { ...header, networks: bySpecies, threshold, radial, angular, scale, zbl };
}

/** Where the longest function of a potential ends, Å. */
export function nepCutoff({ cutoffs }: Pick<NepPotential, 'cutoffs'>): number {
  return Math.max(...cutoffs.flatMap(({ radial, angular }) => [radial, angular]));
}

/** The numbers of a file, one per line, and the line on which each stands. */
function readNumbers(
  lines: readonly string[],
  next: number,
  total: number,
  name: string,
): { numbers: Float64Array; lineOf: (k: number) => number } {
  const numbers = new Float64Array(total);
  const where = new Int32Array(total);
  let count = 0;
  for (let i = next; i < lines.length; i++) {
    const token = lines[i]!.trim();
    if (token === '') continue;
    if (count === total) {
      throw new ModelError(
        `${name}, line ${i + 1}: the header announces ${total} numbers, this is one more: "${token}"`,
      );
    }
    const x = readNumber(token);
    if (Number.isNaN(x)) {
      const wanted = `wanted number ${count + 1} of ${total}, one on a line`;
      throw new ModelError(`${name}, line ${i + 1}: ${wanted}, got "${token.slice(0, 40)}"${commaHint(token)}`);
    }
    numbers[count] = x;
    where[count++] = i + 1;
  }
  if (count < total) {
    throw new ModelError(
      `${name}, line ${lines.length}: the file ends after ${count} numbers, the header announces ${total}`,
    );
  }
  return { numbers, lineOf: (k) => where[k]! };
}

/** [n·k, S·S] → [S·S, n·k] */
function pairsFirst(coefficients: Float64Array, species: number): Float64Array {
  const pairs = species * species;
  const functions = coefficients.length / pairs;
  return coefficients.map((_, at) => coefficients[(at % functions) * pairs + Math.floor(at / functions)]!);
}
