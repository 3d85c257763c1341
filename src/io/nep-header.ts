/** The lines of words at the head of a NEP file (nep-file.ts). */
import { ModelError } from '../core/errors.ts';
import { atomicNumber } from './nep-elements.ts';
import { commaHint, readInteger, readNumber } from './number-text.ts';

/** Sizes of a potential. */
export interface NepHeader {
  readonly version: 3 | 4;
  readonly species: readonly string[];
  /** by species, Å; a pair of species has the mean of its two */
  readonly cutoffs: readonly { readonly radial: number; readonly angular: number }[];
  /** largest index n of the radial functions of pairs and of triples */
  readonly nMax: readonly [number, number];
  /** largest degree of the Chebyshev polynomials in them */
  readonly basisSize: readonly [number, number];
  /** largest l of triples, 0 … 4 */
  readonly lMax: number;
  readonly fourBody: boolean;
  readonly fiveBody: boolean;
  readonly neurons: number;
  /** number of descriptors: nMax + 1 of pairs, then nMax + 1 for each l, four-body and five-body */
  readonly descriptors: number;
  /** Å; both 0 where the file holds the repulsion of each pair */
  readonly zbl: { readonly inner: number; readonly outer: number } | null;
}

/** One header line: its number, and its words behind the first. */
interface Line {
  readonly fail: (wanted: string) => never;
  readonly values: readonly string[];
}

/**
 * Reads the header.
 *
 * @returns  the sizes, and the index of the line behind the header
 * @throws ModelError  a line is missing, misnamed or holds something else than wanted, with its number
 */
export function nepHeader(lines: readonly string[], name: string): { header: NepHeader; next: number } {
  let next = 0;
  const line = (keyword: string): Line => {
    while (next < lines.length && lines[next]!.trim() === '') next++;
    const number = Math.min(next + 1, lines.length);
    const got = next < lines.length ? `"${lines[next]!.trim().slice(0, 60)}"` : 'the end of the file';
    const fail = (wanted: string): never => {
      throw new ModelError(`${name}, line ${number}: wanted ${wanted}, got ${got}${commaHint(got)}`);
    };
    const words = (lines[next++] ?? '').trim().split(/\s+/);
    if (keyword !== '' && words[0] !== keyword) fail(`"${keyword} …"`);
    return { fail, values: keyword === '' ? words : words.slice(1) };
  };

  const { version, species, zbl: hasZbl } = firstLine(line(''));
  const zbl = hasZbl ? zblLine(line('zbl'), species) : null;
  const cutoffs = cutoffLine(line('cutoff'), species.length, zbl?.outer ?? 0);
  const nMax = two(line('n_max'), 'n_max radial angular');
  const basisSize = two(line('basis_size'), 'basis_size radial angular');
  const { lMax, fourBody, fiveBody } = bodies(line('l_max'));
  const ann = line('ANN');
  const neurons = readInteger(ann.values[0] ?? '');
  if (!(neurons >= 1 && neurons <= 1000) || ann.values[1] !== '0' || ann.values.length !== 2) {
    ann.fail('"ANN neurons 0" (one hidden layer of 1 to 1000 neurons)');
  }
  const descriptors = nMax[0] + 1 + (nMax[1] + 1) * (lMax + Number(fourBody) + Number(fiveBody));
  const header = { version, species, cutoffs, nMax, basisSize, lMax, fourBody, fiveBody, neurons, descriptors, zbl };
  return { header, next };
}

function firstLine({ values, fail }: Line): Pick<NepHeader, 'version' | 'species'> & { zbl: boolean } {
  const variant = /^nep(\d+)(.*)$/.exec(values[0]!);
  if (!variant) return fail('"nep3 S names …" or "nep4 S names …"');
  const version = Number(variant[1]);
  if ((version !== 3 && version !== 4) || (variant[2] !== '' && variant[2] !== '_zbl')) {
    return fail(`nep3, nep3_zbl, nep4 or nep4_zbl: potentials of the variant ${values[0]} are not read`);
  }
  const species = values.slice(2);
  if (readInteger(values[1] ?? '') !== species.length || species.length === 0) {
    fail('the number of species and as many names');
  }
  const unknown = species.find((symbol, s) => atomicNumber(symbol) === 0 || species.indexOf(symbol) < s);
  if (unknown !== undefined) fail(`chemical symbols, each once (${unknown} is not)`);
  return { version, species, zbl: variant[2] !== '' };
}

function zblLine({ values, fail }: Line, species: readonly string[]): { inner: number; outer: number } {
  const [inner, outer] = values.map(readNumber) as [number, number];
  // Programs disagree on where such a repulsion begins to fade: at 0 or at half the outer cutoff.
  if (values.length === 3) fail(`"zbl inner outer": cutoffs by covalent radius are not read`);
  const none = inner === 0 && outer === 0;
  if (values.length !== 2 || !(none || (inner >= 0 && inner < outer))) {
    fail(`"zbl inner outer" with 0 ≤ inner < outer, Å, or "zbl 0 0" for parameters by pair of ${species.join(', ')}`);
  }
  return { inner, outer };
}

function cutoffLine({ values, fail }: Line, species: number, repulsion: number): NepHeader['cutoffs'] {
  const wanted = `"cutoff radial angular MN_radial MN_angular"${species > 1 ? ` (or ${species} times radial angular)` : ''}`;
  if (values.length !== 4 && values.length !== 2 * species + 2) fail(wanted);
  const numbers = values.map(readNumber);
  const cutoffs = Array.from({ length: species }, (_, s) => {
    const at = values.length === 4 ? 0 : 2 * s;
    return { radial: numbers[at]!, angular: numbers[at + 1]! };
  });
  for (const { radial, angular } of cutoffs) {
    if (!(radial > 0 && radial <= 100 && angular > 0 && angular <= radial)) {
      fail(`${wanted}, 0 < angular ≤ radial ≤ 100 Å`);
    }
    if (repulsion > angular) fail(`an angular cutoff not below the repulsion's outer cutoff of ${repulsion} Å`);
  }
  if (!numbers.slice(-2).every((count) => Number.isInteger(count) && count >= 0)) fail(wanted);
  return cutoffs;
}

/** Two sizes, each small enough that a slip of the pen does not ask for gigabytes. */
function two({ values, fail }: Line, wanted: string): [number, number] {
  const sizes = values.map(readInteger);
  if (sizes.length !== 2 || !sizes.every((size) => size >= 0 && size <= 30)) fail(`"${wanted}", each 0 to 30`);
  return sizes as [number, number];
}

function bodies({ values, fail }: Line): Pick<NepHeader, 'lMax' | 'fourBody' | 'fiveBody'> {
  const numbers = values.map(readInteger);
  const [lMax, four = 0, five = 0, ...more] = numbers as [number, ...number[]];
  if (values.length === 0 || !(lMax >= 0 && lMax <= 4) || ![0, 1, 2].includes(four) || ![0, 1].includes(five)) {
    fail('"l_max 0…4 [0 or 2 [0 or 1]]" (three-, four- and five-body)');
  }
  // newer files list further invariants, which are 0 where they are not used
  if (more.some((flag) => flag !== 0)) fail('no descriptors beyond "l_max 4 2 1"');
  if ((four > 0 && lMax < 2) || (five > 0 && lMax < 1)) fail('l_max ≥ 2 with four-body, ≥ 1 with five-body terms');
  return { lMax, fourBody: four > 0, fiveBody: five > 0 };
}
