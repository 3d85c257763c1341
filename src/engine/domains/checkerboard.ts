/**
 * A box cut along all three axes into domains that are sampled at the same time, each by a workgroup of a GPU (webgpu/box.ts): the squares of one
 * colour. Between two of them lie guests at rest, as thick a layer as guests can feel each other through. The board has as many colours as
 * it takes for every point to have its turn; a sweep goes through them, and where the board begins is drawn anew for every sweep.
 *
 * Reach. U is a sum of φ_ij, of terms of one guest that know ρ_i and n_i, and of s_i s_j Y_ij. Two guests a and b that move at the same time add up,
 * ΔU(a and b) = ΔU(a) + ΔU(b), where no single term knows both:
 *
 *   φ_ab              d < r_φ
 *   F(ρ_i), s_i²V     d < 2 r_f, r_f + r_w, 2 r_w: both near a guest i between them
 *   s_i s_j Y_ij      d < 2 r_w + r_Y: a changes the charge of i, b that of j, and these two repel
 *
 * with r_f, r_w, r_Y the ranges of the density, of the coordination that the charge follows (0 without a charge switch) and of the repulsion. So the reach is
 * the largest of r_φ, 2 max(r_f, r_w) and 2 r_w + r_Y: 19.7 Å for the shipped sodium, the cutoff for a guest of pairs. A trial reads and changes
 * fields only of guests within one cutoff of its domain, and there no other domain of the colour changes what it reads.
 *
 * Stationarity. A round has its board from the random stream alone, without a look at the guests. Given all guests outside of the active domains,
 * the domains are independent by the choice of the reach. Within one, every trial obeys detailed balance for the guests in it at the box's activity:
 *
 *   displacement   to a point of the cube around the guest; rejected where it leaves the domain, so that the way back is open as far as the way there
 *   insertion      a voxel of the domain by its weight w of their sum W there, accepted with z W v/(w (n+1)) e^(−βΔU), n guests in the domain
 *   deletion       one of these n, accepted with w n/(z W v) e^(−βΔU); W does not depend on guests
 *   teleport       a deletion and an insertion in the same domain, w_old/w_new e^(−βΔU)
 *
 * The number of trials of a domain is fixed. So a round leaves the grand-canonical ensemble as it is, and so does any sequence of boards that does not
 * look at the guests; N of the box moves because that of every domain does.
 *
 * @cite Anderson, Irrgang, Glotzer, Comput. Phys. Commun. 204, 21 (2016) doi:10.1016/j.cpc.2016.02.024 (checkerboards on GPUs)
 */
import { SpecError } from '../../core/errors.ts';
import { philox4x32, uniformFromWord } from '../../core/random.ts';
import type { ChainSetup } from '../chain.ts';
import type { GuestTables, TwinTable } from '../guest-tables.ts';

type Three = readonly [number, number, number];

/** Domains of one colour; lengths in voxels of the grid where nothing else is said. */
export interface Checkerboard {
  /** of the box */
  readonly voxels: Three;
  /** domains along each axis; an axis that has no room for two is one domain from end to end */
  readonly domains: Three;
  /** from one domain to the next */
  readonly period: Three;
  /** of a domain */
  readonly width: Three;
  /** colours along each axis */
  readonly colours: Three;
  /** Å */
  readonly reach: number;
}

/** Å, a margin for coordinates in f32 */
const margin = 1e-3;
/** word of the random stream that only places boards */
const placing = 0x706c6163;

const product = ([a, b, c]: Three): number => a * b * c;
const along = (value: (axis: number) => number): Three => [value(0), value(1), value(2)];

/** Where one of the two functions of a table ends, Å; 0 where it is zero everywhere. */
function rangeOf({ from, step, rows }: TwinTable, which: 0 | 1): number {
  for (let k = rows.length / 8 - 1; k >= 0; k--) {
    for (const power of [0, 2, 4, 6]) if (rows[8 * k + power + which] !== 0) return from + (k + 1) * step;
  }
  return 0;
}

/** How far apart guests must be for their energies to add up, Å: derived above. */
export function checkerboardReach(tables: GuestTables): number {
  const pair = rangeOf(tables.pair, 0);
  const switched = Number.isFinite(tables.nSwitch);
  const coordination = switched ? rangeOf(tables.density, 1) : 0;
  const density = tables.embedding ? rangeOf(tables.density, 0) : 0;
  const repulsion = tables.repulsive ? 2 * coordination + rangeOf(tables.pair, 1) : 0;
  return Math.max(pair, 2 * Math.max(density, coordination), repulsion);
}

/**
 * As many domains as the box has room for.
 *
 * @param narrowest  Å, width that a domain has at least along an axis with more than one
 * @throws SpecError  no axis has room for two domains
 */
export function checkerboardOf({ host, grid, tables }: ChainSetup, narrowest: number): Checkerboard {
  const reach = checkerboardReach(tables);
  const voxels = grid.shape;
  const edges = along((k) => host.cell.matrix[4 * k]! / voxels[k]!);
  const gap = edges.map((edge) => Math.ceil((reach + margin) / edge));
  const domains = along((k) => Math.max(1, Math.floor(voxels[k]! / (gap[k]! + Math.ceil(narrowest / edges[k]!)))));
  if (product(domains) === 1) {
    const least = 2 * (reach + narrowest);
    throw new SpecError(
      `a box in domains needs an edge of ${least.toFixed(0)} Å or more: two domains of ${narrowest} Å, ${reach.toFixed(1)} Å apart`,
    );
  }
  const period = along((k) => Math.floor(voxels[k]! / domains[k]!));
  const width = along((k) => (domains[k]! > 1 ? period[k]! - gap[k]! : voxels[k]!));
  const colours = along((k) => (domains[k]! > 1 ? Math.ceil(period[k]! / width[k]!) : 1));
  return { voxels, domains, period, width, colours, reach };
}

/** Domains of one colour. */
export function domainCount({ domains }: Checkerboard): number {
  return product(domains);
}

/**
 * First voxel of the first domain of a round: colours in turn, from a place that every sweep draws anew.
 *
 * @param round  from the beginning of the chain
 * @param key    of the random stream
 */
export function boardAt(board: Checkerboard, round: number, key: readonly [number, number], stream: number): Three {
  const { voxels, colours, period, domains } = board;
  const all = product(colours);
  const sweep = Math.floor(round / all);
  const words = new Uint32Array(4);
  philox4x32(sweep >>> 0, Math.floor(sweep / 4294967296), placing, stream, key[0], key[1], words);
  const colour = round % all;
  const steps = [
    Math.floor(colour / (colours[1] * colours[2])),
    Math.floor(colour / colours[2]) % colours[1],
    colour % colours[2],
  ];
  return along((k) => {
    if (domains[k] === 1) return 0;
    const origin = Math.min(voxels[k]! - 1, Math.floor(uniformFromWord(words[k]!) * voxels[k]!));
    return (origin + Math.floor((steps[k]! * period[k]!) / colours[k]!)) % voxels[k]!;
  });
}
