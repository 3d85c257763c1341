/** How fast points of a host are priced through gpu.js, beside the WebAssembly chain on one core, in turn. */
import { RandomStream } from '../core/random.ts';
import type { GpuJs } from '../engine/gpujs/device.ts';
import { gpuJsHost } from '../engine/gpujs/points.ts';
import { prepareChain } from '../engine/prepare.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { loadModel } from '../model/load.ts';
import type { BenchOptions, ChainRate } from './bench-chains.ts';
import { benchCarbon, ratesInTurn } from './bench-host.ts';

/** points in one round */
const points = 1 << 14;

/**
 * Points per second of V_ion and V_met in a hard carbon, by both, and their ratio from interleaved rounds.
 *
 * @param gpujs  open; it stays so
 */
export async function* benchPoints(
  gpujs: GpuJs,
  { model: data, atoms = 8000, filter = '', rounds = 3 }: BenchOptions,
): AsyncGenerator<ChainRate> {
  const model = loadModel(data, 'bench');
  const guest = Object.keys(model.references)[0]!;
  const host = benchCarbon(atoms);
  const moves = { displace: 1, exchange: 1, teleport: 0 };
  const chain = createWasmChain(
    prepareChain({ model, guest, host, temperature: 300, moves, seed: 'bench', stream: 0 }),
  );
  const random = new RandomStream('bench points');
  const rows = Float64Array.from({ length: 4 * points }, (_, k) =>
    k % 4 === 3 ? 0 : random.uniform() * host.cell.matrix[4 * (k % 4)]!,
  );
  const field = gpuJsHost(gpujs, model, guest, host);
  const perSecond = (begun: number): number => (1000 * points) / (performance.now() - begun);
  const ours = async (): Promise<number> => {
    const begun = performance.now();
    await field.fields(rows);
    return perSecond(begun);
  };
  const theirs = (): number => {
    const begun = performance.now();
    for (let a = 0; a < rows.length; a += 4) chain.hostField(rows[a]!, rows[a + 1]!, rows[a + 2]!);
    return perSecond(begun);
  };
  await ours();
  const where = `${guest} in ${atoms} C`;
  const rates = await ratesInTurn(
    rounds,
    [ours, theirs],
    [`gpu.js (${gpujs.mode}), ${where}`, `WebAssembly, one core, ${where}`, `gpu.js over WebAssembly, ${where}`],
    'points/s',
  );
  field.destroy();
  for (const rate of rates) if (rate.name.includes(filter)) yield rate;
}
