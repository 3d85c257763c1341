/**
 * What a box in domains has on a GPU: buffers, kernels, and the nine dispatches of a round (kernels/gpu/box-*.wgsl). All of a round is submitted
 * without waiting for anything; between rounds the guests of the box lie cell by cell in one of two lists.
 */
import { BackendError, SpecError } from '../../core/errors.ts';
import {
  boxFieldsWgsl,
  boxProposalWgsl,
  boxRoundWgsl,
  boxWgsl,
  chainWgsl,
  hostWgsl,
  philoxWgsl,
  stateWgsl,
  tablesWgsl,
} from '../../generated/wgsl.ts';
import { cellGrid } from '../cells.ts';
import type { ChainSetup } from '../chain.ts';
import { type Checkerboard, domainCount } from '../domains/checkerboard.ts';
import { beginPass, program, readBack, storage, uniform } from './buffers.ts';
import type { Gpu } from './device.ts';
import { buildHostMap } from './host-map.ts';
import { gpuChainWords, gpuGuestWords, layOutGpu, parameterAt } from './layout.ts';

export interface BoxSizes {
  /** guests the box has room for */
  readonly capacity: number;
  /** guests a domain has room for, those at rest around it included */
  readonly domainCapacity: number;
  /** distance of the knots of the host map, Å; null: exact sums */
  readonly spacing: number | null;
  readonly lanes: number;
  /** trials of every domain in a round */
  readonly trialsPerRound: number;
}

/** What a round is told. */
export interface BoxRound {
  /** first voxel of domain 0 */
  readonly first: readonly [number, number, number];
  /** counter of its first trial */
  readonly trial: number;
  readonly lnActivity: number;
  readonly displacement: number;
}

/** Where a box stands. */
export interface BoxTotals {
  readonly count: number;
  /** of all guests, anew, eV */
  readonly energy: number;
  /** largest |running − anew| of a round since the last time, eV */
  readonly drift: number;
  /** attempts and acceptances by move since the device was made, modulo 2³² */
  readonly counts: Uint32Array<ArrayBuffer>;
}

export interface BoxDevice {
  /** Submits a round. */
  round(round: BoxRound): void;
  /**
   * Puts guests in the place of all.
   *
   * @param rows  [n, 16] as box.wgsl has them; of each x, y, z, whether it is fixed, and when `felt` V_ion and V_met
   */
  place(rows: Float32Array<ArrayBuffer>, felt: boolean): void;
  /**
   * @throws SpecError     guests overlap
   * @throws BackendError  something had no room, or the device is lost
   */
  totals(): Promise<BoxTotals>;
  /** Rows of all guests, [n, 16]. */
  guests(count: number): Promise<Float32Array>;
  destroy(): void;
}

/** f32 words of a guest in the list of all */
export const boxGuestWords = 16;
const boardBytes = 96;
/** Å, cells of guests that hardly feel each other */
const narrowestCell = 4;
const overlap = 4;
/** bits of a status, domains' and the box's */
const statusText: readonly (readonly [number, string])[] = [
  [1, 'a domain is full: raise domainCapacity'],
  [2, 'more neighbours within the cutoff than the kernel lists: guests are closer than the model allows'],
  [overlap, 'guests overlap one another or the host'],
  [16, 'the box is full: raise the capacity'],
];

/** @throws BackendError  the device cannot hold it, or the model has functions the kernels do not know */
export async function openBox(
  gpu: Gpu,
  setup: ChainSetup,
  board: Checkerboard,
  { capacity, domainCapacity, spacing, lanes, trialsPerRound }: BoxSizes,
): Promise<BoxDevice> {
  const many = domainCount(board);
  const layout = layOutGpu(setup, { capacity: domainCapacity, spacing, driven: false, lists: false });
  new DataView(layout.parameters).setUint32(4 * parameterAt.trials, trialsPerRound, true);
  const parameters = uniform(gpu, layout.parameters);
  const upload = (what: string, data: Float32Array | Uint32Array) =>
    storage(gpu, what, data.byteLength, data as Float32Array<ArrayBuffer>);
  const tables = await upload('the tables', layout.tables);
  const atoms = await upload('the carbons', layout.atoms);
  const atomStart = await upload('the cells', layout.atomStart);
  const columns = many * (board.width[0] * board.width[1] + 1);
  const sites = await storage(
    gpu,
    'the voxels',
    layout.sites.byteLength + 4 * columns,
    layout.sites as Uint32Array<ArrayBuffer>,
  );
  const map = spacing
    ? await buildHostMap(gpu, { parameters, tables, atoms, atomStart }, layout.map)
    : await storage(gpu, 'no map', 16);
  const { to } = setup.tables.pair;
  const cells = cellGrid(setup.host.cell, Math.max(to, narrowestCell), to).shape;
  const cellCount = cells[0] * cells[1] * cells[2];
  const chains = await storage(gpu, `${many} domains`, 4 * gpuChainWords * many);
  const local = await storage(gpu, `the guests of ${many} domains`, 4 * gpuGuestWords * domainCapacity * many);
  const nothing = await storage(gpu, 'nothing', 16);
  const lists = [
    await storage(gpu, `${capacity} guests`, 4 * boxGuestWords * capacity),
    await storage(gpu, `${capacity} guests`, 4 * boxGuestWords * capacity),
  ] as const;
  const cellBuffer = await storage(gpu, 'cells of guests', 4 * (2 * cellCount + 1 + capacity));
  const totals = await storage(gpu, 'totals', 32);
  const boardBuffer = uniform(gpu, new ArrayBuffer(boardBytes));

  const trials = await program(
    gpu,
    [philoxWgsl, tablesWgsl, hostWgsl, stateWgsl, boxWgsl, boxProposalWgsl, chainWgsl].join(''),
    ['uniform', 'read', 'read', 'read', 'read', 'read', 'write', 'write', 'write', 'uniform'],
  );
  const rounds = await program(gpu, [tablesWgsl, hostWgsl, stateWgsl, boxWgsl, boxRoundWgsl, boxFieldsWgsl].join(''), [
    'uniform',
    'read',
    'write',
    'write',
    'write',
    'write',
    'write',
    'write',
    'write',
    'uniform',
  ]);
  const [advance, feel, load, ...rest] = await Promise.all([
    trials.kernel('advance', { LANES: lanes }),
    trials.kernel('feel', { LANES: lanes }),
    rounds.kernel('load', { LANES: lanes, HELD: domainCapacity }),
    ...['tally', 'scan', 'scatter', 'order', 'fields', 'charges', 'total'].map((entry) => rounds.kernel(entry)),
  ]);
  const trialsBound = (last: GPUBuffer) =>
    trials.bind([parameters, tables, atoms, atomStart, map, sites, chains, local, last, boardBuffer]);
  const trialGroup = trialsBound(nothing);
  const feelGroups = lists.map(trialsBound);
  const roundGroups = [
    [lists[0], lists[1]],
    [lists[1], lists[0]],
  ].map(([before, after]) =>
    rounds.bind([parameters, tables, before!, after!, cellBuffer, sites, chains, local, totals, boardBuffer]),
  );
  const sources = Math.ceil((capacity + many * domainCapacity) / 64);
  if (sources > 65535)
    throw new BackendError(`webgpu: ${many} domains of ${domainCapacity} guests are more than a dispatch takes`);
  const guestGroups = Math.ceil(capacity / 64);
  const sizes = [sources, 1, sources, Math.ceil(cellCount / 64), guestGroups, guestGroups, 1];

  let now = 0;
  const tell = (round: BoxRound | null, newcomers = 0): void => {
    const bytes = new ArrayBuffer(boardBytes);
    const [words, numbers] = [new Uint32Array(bytes), new Float32Array(bytes)];
    words.set([...board.domains, round ? 1 : 0], 0);
    words.set([...(round?.first ?? [0, 0, 0]), layout.sites.length], 4);
    words.set([...board.period, setup.stream], 8);
    words.set([...board.width, capacity], 12);
    words.set([...cells, newcomers], 16);
    const trial = round?.trial ?? 0;
    words.set([trial >>> 0, Math.floor(trial / 2 ** 32)], 20);
    numbers.set([round?.lnActivity ?? 0, round?.displacement ?? 0], 22);
    gpu.device.queue.writeBuffer(boardBuffer, 0, bytes);
  };
  /** Kernels one after the other; each sees what those before it have done. */
  const submit = (steps: readonly (readonly [GPUComputePipeline, GPUBindGroup, number])[]): void => {
    const encoder = gpu.device.createCommandEncoder();
    const pass = beginPass(gpu, encoder);
    for (const [kernel, group, groups] of steps) {
      pass.setPipeline(kernel);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(groups);
    }
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
  };
  const gathered = () => rest.map((kernel, k) => [kernel, roundGroups[now]!, sizes[k]!] as const);
  return {
    round(round) {
      tell(round);
      submit([[load!, roundGroups[now]!, many], [advance!, trialGroup, many], ...gathered()]);
      now = 1 - now;
    },
    place(rows, felt) {
      const count = rows.length / boxGuestWords;
      tell(null, count);
      gpu.device.queue.writeBuffer(lists[now]!, 0, rows);
      gpu.device.queue.writeBuffer(totals, 0, new Uint32Array([count, 0, 0, 0, 0, 0, 0, 0]));
      const known = felt || count === 0;
      submit([...(known ? [] : [[feel!, feelGroups[now]!, Math.ceil(count / 64)] as const]), ...gathered()]);
      now = 1 - now;
    },
    async totals() {
      const bytes = await readBack(gpu, totals, 0, 32);
      const [words, numbers] = [new Uint32Array(bytes), new Float32Array(bytes)];
      const records = new Uint32Array(await readBack(gpu, chains, 0, 4 * gpuChainWords * many));
      let status = words[1]!;
      for (let d = 0; d < many; d++) status |= records[gpuChainWords * d + 1]!;
      const said = statusText.find(([bit]) => status & bit);
      if (said) {
        const text = `webgpu: a box of ${words[0]} guests in ${many} domains: ${said[1]}`;
        throw said[0] === overlap ? new SpecError(text) : new BackendError(text);
      }
      gpu.device.queue.writeBuffer(totals, 16, new Float32Array([0]));
      const counts = new Uint32Array(8);
      for (let d = 0; d < many; d++) for (let k = 0; k < 8; k++) counts[k]! += records[gpuChainWords * d + 16 + k]!;
      return { count: words[0]!, energy: numbers[2]! + numbers[3]!, drift: numbers[4]!, counts };
    },
    guests: async (count) => {
      const rows = await readBack(gpu, lists[now]!, 0, 4 * boxGuestWords * Math.max(1, count));
      return new Float32Array(rows, 0, boxGuestWords * count);
    },
    destroy() {
      const all = [
        parameters,
        tables,
        atoms,
        atomStart,
        sites,
        map,
        chains,
        local,
        nothing,
        ...lists,
        cellBuffer,
        totals,
        boardBuffer,
      ];
      for (const buffer of all) buffer.destroy();
    },
  };
}
