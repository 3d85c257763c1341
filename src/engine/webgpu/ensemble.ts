/**
 * Many grand-canonical chains in one rigid host, all advanced by one dispatch: kernels/gpu/chain.wgsl.
 *
 * Every chain has an activity, a displacement and a random stream of its own; voltages, replicas and seeds are chains. Energies
 * are f32: after a fixed number of trials all cached fields are worked out anew from the positions, in between the running sums are
 * compensated. Chain c does the same trials whatever other chains there are beside it and however long dispatches are, and the same again
 * on the same device.
 */
import { BackendError, SpecError } from '../../core/errors.ts';
import { wrapped } from '../../core/frame.ts';
import {
  chainWgsl,
  hostWgsl,
  philoxWgsl,
  proposalWgsl,
  refreshWgsl,
  stateWgsl,
  tablesWgsl,
} from '../../generated/wgsl.ts';
import type { MoveCount } from '../../trajectory/series.ts';
import { type ChainSetup, type MoveName, moveNames, savedRows } from '../chain.ts';
import { type Drive, emptyTransitions, requireDrive, type Transitions, transitionNames } from '../drive.ts';
import { driveColumns } from '../wasm-layout.ts';
import { dispatch, program, readBack, storage, uniform } from './buffers.ts';
import type { Gpu } from './device.ts';
import { buildHostMap } from './host-map.ts';
import { gpuChainWords, gpuGuestWords, layOutGpu, parameterAt } from './layout.ts';

/** One chain of an ensemble. */
export interface EnsembleChain {
  readonly stream: number;
  /** ln z, Å⁻³ */
  readonly lnActivity: number;
  /** half edge of the displacement cube, Å */
  readonly displacement?: number;
  /** [N, 4] guests to start from, Å */
  readonly guests?: Float64Array;
  /** trials done already: a chain that goes on, its guests exactly where they were left */
  readonly trial?: number;
  /** driven N; all chains of an ensemble or none */
  readonly drive?: Drive;
}

export interface EnsembleOptions {
  /** most guests a chain may hold; default from the largest start, at least 256 */
  readonly capacity?: number;
  /** distance of the knots of the host map, Å, 0.2 by default (1 meV rms; 0.16: 0.1 to 0.7); null: exact sums, no map */
  readonly spacing?: number | null;
  /** lanes that share a chain, a power of two up to 256 */
  readonly lanes?: number;
  /** trials after which fields are worked out anew, counted from the beginning of each `advance` */
  readonly refreshEvery?: number;
  /** trials of the first dispatch; later ones are as long as the device's speed allows */
  readonly firstDispatch?: number;
}

/** What a dispatch did to one chain. */
export interface ChainSample {
  /** guests at the end */
  readonly count: number;
  /** energy at the end, eV */
  readonly energy: number;
  /** means over the trials of the dispatch */
  readonly meanCount: number;
  readonly meanSquare: number;
  readonly meanEnergy: number;
}

export interface GpuEnsemble {
  readonly size: number;
  readonly capacity: number;
  /** trials of every chain so far */
  readonly trials: number;
  /**
   * Runs n trials of every chain, in as many dispatches as keep each below about half a second.
   *
   * @param active  [size] which chains run; the others stand still
   */
  advance(n: number, active?: readonly boolean[]): Promise<ChainSample[]>;
  setLnActivity(chain: number, value: number): void;
  setDisplacement(chain: number, value: number): void;
  /** Works out fields and energies anew; energies, eV. */
  refresh(): Promise<Float64Array>;
  /** Attempts and acceptances of every chain since the last call. */
  takeCounts(): Promise<Record<MoveName, MoveCount>[]>;
  /** [N, 4] rows of every chain, Å */
  guestRows(): Promise<Float64Array[]>;
  /** [N, 10] x, y, z, ρ, n, s, V_ion, V_met, h, own energy of every guest of every chain, fixed ones first, as a saved chain has them */
  guestFields(): Promise<Float64Array[]>;
  /** Sums of driven chains since the last call. */
  takeTransitions(): Transitions[];
  destroy(): void;
}

/** PARKED of state.wgsl */
const parkedBit = 8;
/** seconds a dispatch should last: a desktop's driver gives up after two */
const dispatchTime = 0.4;
const statusText = [
  'a chain is full: raise the capacity',
  'more neighbours within the cutoff than the kernel lists: guests are closer than the model allows',
  'guests overlap one another or the host',
];

/**
 * @throws SpecError     a start overlaps, more guests than capacity, drives that make no sense
 * @throws BackendError  the device cannot hold it, or the model has functions the kernels do not know
 */
export async function createGpuEnsemble(
  gpu: Gpu,
  setup: ChainSetup,
  chains: readonly EnsembleChain[],
  { capacity: asked, spacing = 0.2, lanes = 32, refreshEvery = 4000, firstDispatch = 64 }: EnsembleOptions = {},
): Promise<GpuEnsemble> {
  const fixed = setup.fixed ?? new Float64Array(0);
  const starts = chains.map((chain) => Float64Array.of(...fixed, ...(chain.guests ?? [])));
  const most = Math.max(...starts.map((rows) => rows.length / 4), ...chains.map(({ drive }) => drive?.most ?? 0));
  const capacity = asked ?? Math.max(256, Math.ceil(most * 1.5));
  if (most > capacity) throw new SpecError(`an ensemble with room for ${capacity} guests was given ${most}`);
  const driven = chains.some((chain) => chain.drive);
  if (driven && !chains.every((chain) => chain.drive))
    throw new SpecError('all chains of an ensemble are driven or none');
  chains.forEach((chain, c) => {
    if (chain.drive) requireDrive(chain.drive, (starts[c]!.length - fixed.length) / 4);
  });

  const layout = layOutGpu(setup, { capacity, spacing, driven });
  const parameters = uniform(gpu, layout.parameters);
  const upload = (what: string, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) =>
    storage(gpu, what, data.byteLength, data);
  const tables = await upload('the tables', layout.tables as Float32Array<ArrayBuffer>);
  const atoms = await upload('the carbons', layout.atoms as Float32Array<ArrayBuffer>);
  const atomStart = await upload('the cells', layout.atomStart as Uint32Array<ArrayBuffer>);
  const sites = await upload('the voxels', layout.sites as Uint32Array<ArrayBuffer>);
  const map = spacing
    ? await buildHostMap(gpu, { parameters, tables, atoms, atomStart }, layout.map)
    : await storage(gpu, 'no map', 16);

  const records = new ArrayBuffer(4 * gpuChainWords * chains.length);
  const words = new Uint32Array(records);
  const numbers = new Float32Array(records);
  const rows = new Float32Array(chains.length * gpuGuestWords * capacity);
  const driveStride = capacity + 1;
  const driveRows = new Float32Array(driven ? chains.length * driveColumns * driveStride : 4);
  chains.forEach((chain, c) => {
    const start = chain.trial === undefined ? wrapped({ ...setup.host, rows: starts[c]! }).rows : starts[c]!;
    const n = start.length / 4;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < 3; k++) rows[(c * gpuGuestWords + k) * capacity + i] = start[4 * i + k]!;
    }
    const at = gpuChainWords * c;
    words[at] = n;
    words[at + 2] = (chain.trial ?? 0) >>> 0;
    words[at + 3] = Math.floor((chain.trial ?? 0) / 2 ** 32);
    words[at + 4] = chain.stream;
    numbers[at + 5] = chain.lnActivity;
    numbers[at + 6] = chain.displacement ?? 0.5;
    words[at + 7] = chain.drive?.most ?? capacity;
    words[at + 11] = chain.drive?.least ?? 0;
    if (chain.drive) driveRows.set(chain.drive.lnActivity, c * driveColumns * driveStride);
  });
  const chainBuffer = await storage(gpu, `${chains.length} chains`, records.byteLength, words);
  const guests = await storage(gpu, `the guests of ${chains.length} chains`, rows.byteLength, rows);
  const drive = await storage(gpu, 'driven sums', driveRows.byteLength, driveRows);

  const kernels = await program(
    gpu,
    [philoxWgsl, tablesWgsl, hostWgsl, stateWgsl, proposalWgsl, chainWgsl, refreshWgsl].join(''),
    ['uniform', ...(['read', 'read', 'read', 'read', 'read', 'write', 'write', 'write'] as const)],
  );
  const constants = { LANES: lanes };
  const [advanceKernel, refreshKernel] = await Promise.all([
    kernels.kernel('advance', constants),
    kernels.kernel('refresh', constants),
  ]);
  const group = kernels.bind([parameters, tables, atoms, atomStart, map, sites, chainBuffer, guests, drive]);

  let trials = 0;
  let perDispatch = firstDispatch;
  let transitions = emptySums(chains);
  const attempted = chains.map(() => new Float64Array(4));
  const accepted = chains.map(() => new Float64Array(4));

  const run = (kernel: GPUComputePipeline): void => {
    gpu.requireAlive();
    dispatch(gpu, kernel, group, chains.length);
  };
  const readChains = async (): Promise<{ words: Uint32Array; numbers: Float32Array }> => {
    const bytes = await readBack(gpu, chainBuffer, 0, records.byteLength);
    const result = { words: new Uint32Array(bytes), numbers: new Float32Array(bytes) };
    chains.forEach((_, c) => {
      const status = result.words[gpuChainWords * c + 1]!;
      const bit = statusText.findIndex((_text, k) => status & (1 << k));
      if (bit >= 0) {
        const n = result.words[gpuChainWords * c]!;
        const text = `webgpu: chain ${c} with ${n} guests: ${statusText[bit]}`;
        throw bit === 2 ? new SpecError(text) : new BackendError(text);
      }
    });
    return result;
  };
  const energyOf = (numbers: Float32Array, at: number) => numbers[at + 10]! + numbers[at + 8]! + numbers[at + 9]!;

  const parked = chains.map(() => false);
  const park = (active: readonly boolean[] | undefined): void => {
    parked.forEach((before, c) => {
      const now = active?.[c] === false;
      if (now === before) return;
      parked[c] = now;
      gpu.device.queue.writeBuffer(chainBuffer, 4 * (gpuChainWords * c + 1), Uint32Array.of(now ? parkedBit : 0));
    });
  };
  const advance = async (n: number, active?: readonly boolean[]): Promise<ChainSample[]> => {
    park(active);
    const sums = chains.map(() => ({ count: 0, energy: 0, meanCount: 0, meanSquare: 0, meanEnergy: 0 }));
    for (let left = n; left > 0; ) {
      // where fields are worked out anew is a matter of trials, never of how fast the device is
      if ((n - left) % refreshEvery === 0) run(refreshKernel);
      const now = Math.min(left, perDispatch, refreshEvery - ((n - left) % refreshEvery));
      const started = performance.now();
      gpu.device.queue.writeBuffer(parameters, 4 * parameterAt.trials, Uint32Array.of(now));
      run(advanceKernel);
      const { words: w, numbers: f } = await readChains();
      const seconds = (performance.now() - started) / 1000;
      sums.forEach((sum, c) => {
        const at = gpuChainWords * c;
        sum.count = w[at]! - fixed.length / 4;
        sum.energy = energyOf(f, at);
        if (parked[c]) return;
        sum.meanCount += w[at + 12]!;
        sum.meanSquare += f[at + 13]!;
        sum.meanEnergy += f[at + 10]! * now + f[at + 14]!;
      });
      if (driven) await collect(f);
      left -= now;
      trials += now;
      // n² in f32 and a watchdog's patience both bound a dispatch
      const scale = Math.min(4, Math.max(0.25, dispatchTime / Math.max(seconds, 1e-3)));
      if (now === perDispatch) perDispatch = Math.max(16, Math.min(20_000, Math.round(perDispatch * scale)));
    }
    return sums.map(({ meanCount, meanSquare, meanEnergy, ...last }) => {
      return { ...last, meanCount: meanCount / n, meanSquare: meanSquare / n, meanEnergy: meanEnergy / n };
    });
  };
  // f32 sums are kept for one dispatch only, with energies from its beginning on
  const collect = async (f: Float32Array): Promise<void> => {
    const data = new Float32Array(await readBack(gpu, drive, 0, driveRows.byteLength));
    transitions.forEach((sums, c) => {
      const row = c * driveColumns * driveStride;
      addDriven(sums, data.subarray(row, row + driveColumns * driveStride), driveStride, f[gpuChainWords * c + 10]!);
    });
    gpu.device.queue.writeBuffer(drive, 0, driveRows);
  };
  run(refreshKernel);
  await readChains();

  const guestFields = async (): Promise<Float64Array[]> => {
    const { words: w } = await readChains();
    const data = new Float32Array(await readBack(gpu, guests, 0, rows.byteLength));
    return chains.map((_, c) => {
      const n = w[gpuChainWords * c]!;
      return Float64Array.from(
        { length: gpuGuestWords * n },
        (_, k) => data[(c * gpuGuestWords + (k % gpuGuestWords)) * capacity + Math.floor(k / gpuGuestWords)]!,
      );
    });
  };
  const setWord = (chain: number, word: number, value: number): void => {
    gpu.device.queue.writeBuffer(chainBuffer, 4 * (gpuChainWords * chain + word), Float32Array.of(value));
  };
  return {
    size: chains.length,
    capacity,
    get trials() {
      return trials;
    },
    advance,
    setLnActivity: (chain, value) => setWord(chain, 5, value),
    setDisplacement: (chain, value) => setWord(chain, 6, value),
    async refresh() {
      run(refreshKernel);
      const { numbers: f } = await readChains();
      return Float64Array.from(chains, (_, c) => energyOf(f, gpuChainWords * c));
    },
    async takeCounts() {
      const { words: w } = await readChains();
      return chains.map((_, c) => {
        const at = gpuChainWords * c + 16;
        const counts = moveNames.map((name, k) => {
          const total = [w[at + k]!, w[at + 4 + k]!];
          const since = { attempted: total[0]! - attempted[c]![k]!, accepted: total[1]! - accepted[c]![k]! };
          attempted[c]![k] = total[0]!;
          accepted[c]![k] = total[1]!;
          return [name, since] as const;
        });
        return Object.fromEntries(counts) as Record<MoveName, MoveCount>;
      });
    },
    async guestRows() {
      return (await guestFields()).map((fields) => savedRows(fields, fixed.length / 4));
    },
    guestFields,
    takeTransitions() {
      const taken = transitions;
      transitions = emptySums(chains);
      return taken;
    },
    destroy() {
      for (const buffer of [parameters, tables, atoms, atomStart, sites, map, chainBuffer, guests, drive])
        buffer.destroy();
    },
  };
}

function emptySums(chains: readonly EnsembleChain[]): Transitions[] {
  return chains.flatMap(({ drive }) => (drive ? [emptyTransitions(drive.least, drive.most)] : []));
}

/** Adds what one dispatch left: energies there are counted from `base` on. */
function addDriven(sums: Transitions, data: Float32Array, stride: number, base: number): void {
  for (let k = 0; k < sums.visits.length; k++) {
    const [up, down, triedUp, triedDown, visits, energy, square] = transitionNames.map(
      (_, column) => data[(column + 1) * stride + k]!,
    ) as [number, number, number, number, number, number, number];
    sums.up[k]! += up;
    sums.down[k]! += down;
    sums.triedUp[k]! += triedUp;
    sums.triedDown[k]! += triedDown;
    sums.visits[k]! += visits;
    sums.energy[k]! += energy + visits * base;
    sums.square[k]! += square + 2 * base * energy + visits * base * base;
  }
}
