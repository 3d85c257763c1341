/**
 * How fast one chain in one large box runs on this machine's GPU, in domains, beside the same box on one core, in turn.
 */
import { repeated } from '../analysis/supercell.ts';
import type { VoxelGrid } from '../engine/cavity.ts';
import type { ChainSetup } from '../engine/chain.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { createGpuBox } from '../engine/webgpu/box.ts';
import { openGpu } from '../engine/webgpu/device.ts';
import type { BenchOptions, ChainRate } from './bench-chains.ts';
import { benchGuests } from './bench-ensemble.ts';
import { benchCarbon, growingRate, kernelShare, ratesInTurn, trialRate } from './bench-host.ts';

export interface BoxBenchOptions extends BenchOptions {
  /** the box is so many of `atoms` along each axis; default 3 on hardware (250 000 carbons), 1 where a processor plays the GPU */
  readonly tiles?: number;
  /** lanes per domain to try */
  readonly lanes?: readonly number[];
  /** seconds each measurement lasts, about */
  readonly seconds?: number;
}

/** The same box `tiles` times along each axis, its voxels too. */
function tiled(setup: ChainSetup, guests: Float64Array, tiles: number): ChainSetup {
  const copies = [tiles, tiles, tiles] as const;
  const frame = { ...setup.host, species: ['guest'], rows: guests };
  const host = repeated(setup.host, copies);
  return { ...setup, host, grid: tiledGrid(setup.grid, tiles), guests: repeated(frame, copies).rows };
}

function tiledGrid({ shape: [nx, ny, nz], levels }: VoxelGrid, tiles: number): VoxelGrid {
  const shape = [nx * tiles, ny * tiles, nz * tiles] as const;
  const all = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let i = 0; i < shape[0]; i++) {
    for (let j = 0; j < shape[1]; j++) {
      const column = levels.subarray(((i % nx) * ny + (j % ny)) * nz, ((i % nx) * ny + (j % ny) + 1) * nz);
      for (let k = 0; k < tiles; k++) all.set(column, (i * shape[1] + j) * shape[2] + k * nz);
    }
  }
  return { shape, levels: all };
}

/**
 * Trials per second of the box in domains and of one WebAssembly chain in the same box, and their ratio from interleaved rounds. Both sum the
 * carbons one by one unless the GPU has room for a map; which is said in the name.
 *
 * @throws BackendError  no GPU
 */
export async function* benchBoxes({
  model,
  atoms = 9260,
  filter = '',
  rounds = 3,
  tiles: asked,
  lanes = [64],
  seconds = 2,
}: BoxBenchOptions): AsyncGenerator<ChainRate> {
  const gpu = await openGpu();
  const tiles = asked ?? (gpu.software ? 1 : 3);
  const guests = benchGuests(model).map((one) => ({ ...one, name: `one box, ${one.name}` }));
  const wanted = guests.filter(({ name }) => name.includes(filter));
  const typed = wanted.length > 0 ? benchCarbon(atoms) : undefined;
  for (const { name, make, lnActivity, displacement } of wanted) {
    const tile = make(typed!);
    const filling = createWasmChain(tile);
    filling.lnActivity = lnActivity;
    filling.displacement = displacement;
    filling.advance(400_000);
    const setup = tiled(tile, filling.guestRows(), tiles);
    const wasm = createWasmChain(setup);
    wasm.lnActivity = lnActivity;
    wasm.displacement = displacement;
    for (const width of lanes) {
      // a map takes software minutes
      const box = await createGpuBox(gpu, setup, { lanes: width, ...(gpu.software && { spacing: null }) });
      box.lnActivity = lnActivity;
      box.displacement = displacement;
      const field = box.mapped ? 'host map' : 'exact sums';
      const what = `${name}, ${setup.host.rows.length / 4} C, ${box.count} guests, ${box.domains} domains, ${width} lanes, ${field}`;
      const gpuRate = growingRate(box.roundTrials, seconds, async (n) => {
        const first = box.trial;
        await box.advance(n);
        return box.trial - first;
      });
      await gpuRate();
      await gpuRate();
      trialRate(wasm, 20_000);
      box.takeCounts();
      yield* await ratesInTurn(
        rounds,
        [gpuRate, () => trialRate(wasm, 20_000)],
        [`${gpu.name}, ${what}`, `WebAssembly, one core, ${name}, exact sums`, `GPU over one core, ${what}`],
        'trials/s',
      );
      yield* kernelShare(gpu, what, gpuRate);
      const { insert, delete: remove } = box.takeCounts();
      const accepted = (insert.accepted + remove.accepted) / (insert.attempted + remove.attempted);
      yield { name: `exchanges accepted, ${what}`, rate: 100 * accepted, unit: '%' };
      box.destroy();
    }
  }
  gpu.close();
}
