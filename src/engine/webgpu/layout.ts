/**
 * What the GPU kernels read: the parameter block of kernels/gpu/tables.wgsl, tables, carbons in cells, voxels by weight.
 */
import { BackendError } from '../../core/errors.ts';
import { boltzmann } from '../../core/units.ts';
import { highestLevel } from '../cavity.ts';
import { type ChainSetup, moveThresholds } from '../chain.ts';
import { type TwinTable, twin } from '../guest-tables.ts';
import { hostInCells, type SortedHost } from '../host-cells.ts';

/** f32 words of one guest on the GPU, and of one chain's record; state.wgsl */
export const gpuGuestWords = 10;
export const gpuChainWords = 24;

/** Bytes of `Params` and where its words stand that change between dispatches. */
export const parameterBytes = 272;
export const parameterAt = { mapAxis: 35, trials: 43 } as const;

/** eV; what a map then is wrong by stands in docs/gpu.md */
const narrowError = 2.5e-3;

export interface GpuLayout {
  readonly parameters: ArrayBuffer;
  readonly tables: Float32Array;
  readonly atoms: Float32Array;
  readonly atomStart: Uint32Array;
  readonly sites: Uint32Array;
  /** knots of the host map along x, y, z */
  readonly map: readonly [number, number, number];
}

export interface GpuLayoutOptions {
  /** guests a chain has room for */
  readonly capacity: number;
  /** distance of the knots of the host map, Å; null: exact sums, no map */
  readonly spacing: number | null;
  readonly driven: boolean;
  /** false: levels of voxels alone, without lists of the voxels of each level */
  readonly lists?: boolean;
}

/** @throws BackendError  an embedding function on an axis that the kernel does not know */
export function layOutGpu(setup: ChainSetup, options: GpuLayoutOptions): GpuLayout {
  const { tables, host, grid } = setup;
  const { table: hostTable, grid: cells, sorted } = hostInCells(setup);
  const narrow = tables.host.map((table) => options.spacing !== null && isNarrow(table, options.spacing));
  const { atoms, atomStart } = cellsOf(sorted, narrow);

  const rows: number[] = [];
  const append = (data: Float64Array): number => {
    const at = rows.length / 4;
    for (const value of data) rows.push(value);
    return at;
  };
  const pairRows = append(tables.pair.rows);
  const densityRows = append(tables.density.rows);
  const hosts = tables.host.length > 0 ? tables.host.map((table) => append(table.rows)) : [append(hostTable.rows)];
  const { embedding } = tables;
  if (embedding && embedding.axis !== 'log') {
    throw new BackendError('webgpu: an embedding function on a linear axis (a published table) runs on the CPU only');
  }
  const embedRows = embedding ? append(embedding.rows) : 0;

  const { voxelLists, packed, lengths, bases, weight } = siteLists(setup, options.lists ?? true);
  const sites = new Uint32Array(voxelLists.length + packed.length);
  sites.set(voxelLists);
  sites.set(packed, voxelLists.length);

  const lengthsOfBox = [0, 4, 8].map((k) => host.cell.matrix[k]!) as [number, number, number];
  const map = lengthsOfBox.map((l) => (options.spacing ? Math.max(4, Math.ceil(l / options.spacing)) : 4)) as [
    number,
    number,
    number,
  ];
  const voxelVolume = lengthsOfBox.reduce((v, l, k) => (v * l) / grid.shape[k]!, 1);
  const parameters = new ArrayBuffer(parameterBytes);
  const view = new DataView(parameters);
  let at = 0;
  const f = (...values: number[]) => {
    for (const value of values) view.setFloat32(4 * at++, value, true);
  };
  const u = (...values: number[]) => {
    for (const value of values) view.setUint32(4 * at++, value, true);
  };
  const knots = (table: { rows: Float64Array }): number => table.rows.length / 8 - 1;
  f(...lengthsOfBox, 1 / (boltzmann * setup.temperature));
  u(pairRows, densityRows, knots(tables.pair), options.capacity);
  f(tables.pair.from, tables.pair.to, 1 / tables.pair.step);
  u(tables.repulsive ? 1 : 0);
  u(embedding ? 1 : 0, embedRows, embedding?.segmentBits ?? 0, tables.bareIons ? 1 : 0);
  f(embedding ? 2 ** embedding.minExponent : 0, embedding ? 2 ** embedding.maxExponent * (1 - 2 ** -23) : 0);
  // no switch: s = 1 always
  f(tables.nSwitch === Number.POSITIVE_INFINITY ? 1e30 : tables.nStart, Math.min(tables.nSwitch, 2e30));
  u(...cells.shape, hosts[0]!);
  f(hostTable.from, hostTable.to, 1 / hostTable.step);
  u(knots(hostTable));
  f(tables.saturation?.from ?? 1e30, tables.saturation?.width ?? 1);
  u(tables.switchShape === 'smooth' ? 1 : 0, options.spacing ? 0 : 1);
  u(...map, 0);
  u(...grid.shape, voxelLists.length);
  f(weight, voxelVolume);
  u(setup.fixed ? setup.fixed.length / 4 : 0, 0);
  f(...moveThresholds(setup));
  u(0);
  u(...setup.key, options.driven ? 1 : 0, 0);
  u(...lengths, ...bases);
  return { parameters, tables: Float32Array.from(rows), atoms, atomStart, sites, map };
}

/**
 * Whether the wells of V_ion around a kind of carbon are too narrow for a spline on knots `spacing` apart: h⁴ V⁗/384, its error in one
 * coordinate, at its largest below 0.3 eV, which is on the wall and not where guests sit.
 */
function isNarrow(table: TwinTable, spacing: number): boolean {
  for (let r = table.from + 2 * spacing; r < table.to - 2 * spacing; r += 0.1 * spacing) {
    const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((k) => twin(table, r + k * spacing)[0]) as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (c < 0.3 && Math.abs(a - 4 * b + 6 * c - 4 * d + e) / 384 > narrowError) return true;
  }
  return false;
}

/** Carbons in their cells, narrow ones first, and per cell where it begins and where these end. */
function cellsOf({ start, x, y, z, kind }: SortedHost, narrow: readonly boolean[]) {
  const cells = start.length - 1;
  const atoms = new Float32Array(4 * Math.max(1, start[cells]!));
  const atomStart = new Uint32Array(2 * cells + 1);
  for (let c = 0; c < cells; c++) {
    const here = Array.from({ length: start[c + 1]! - start[c]! }, (_, i) => start[c]! + i);
    const first = here.filter((i) => narrow[kind[i]!]);
    const order = [...first, ...here.filter((i) => !narrow[kind[i]!])];
    order.forEach((i, k) => {
      const mark = narrow[kind[i]!] ? -1 - kind[i]! : kind[i]!;
      atoms.set([x[i]!, y[i]!, z[i]!, mark], 4 * (start[c]! + k));
    });
    atomStart[2 * c] = start[c]!;
    atomStart[2 * c + 1] = start[c]! + first.length;
  }
  atomStart[2 * cells] = start[cells]!;
  return { atoms, atomStart };
}

/** Open voxels level by level when they are wanted, and for every voxel a byte: its level, and bit 7 where guests may be. */
function siteLists({ grid, region }: ChainSetup, wanted: boolean) {
  const voxels = grid.levels.length;
  const lengths = new Array<number>(highestLevel).fill(0);
  for (const level of grid.levels) if (level > 0) lengths[level - 1]!++;
  const bases = lengths.map((_, k) => lengths.slice(0, k).reduce((sum, n) => sum + n, 0));
  const next = [...bases];
  const voxelLists = new Uint32Array(wanted ? Math.max(1, voxels) : 0);
  const packed = new Uint32Array(Math.ceil(voxels / 4));
  for (let v = 0; v < voxels; v++) {
    const level = grid.levels[v]!;
    if (level > 0) voxelLists[next[level - 1]!++] = v;
    const open = region?.[v] !== 0 ? 128 : 0;
    packed[v >> 2]! |= (level | open) << (8 * (v & 3));
  }
  const weight = lengths.reduce((sum, n, k) => sum + n * 2 ** k, 0);
  return { voxelLists, packed, lengths, bases, weight };
}
