/**
 * How fast chains run on this machine's GPU, beside the WebAssembly chain on one core of the same machine, in turn.
 */
import type { Frame } from '../core/frame.ts';
import type { ChainSetup } from '../engine/chain.ts';
import { prepareChain } from '../engine/prepare.ts';
import { lnActivityAt, metalState } from '../engine/reservoir.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { openGpu } from '../engine/webgpu/device.ts';
import { createGpuEnsemble } from '../engine/webgpu/ensemble.ts';
import { loadModel } from '../model/load.ts';
import type { BenchOptions, ChainRate } from './bench-chains.ts';
import { benchCarbon, growingRate, kernelShare, ratesInTurn, trialRate } from './bench-host.ts';

export interface EnsembleBenchOptions extends BenchOptions {
  /** chains in one dispatch */
  readonly chains?: number;
  /** lanes per chain to try */
  readonly lanes?: readonly number[];
  /** seconds each measurement lasts, about */
  readonly seconds?: number;
}

/** A Lennard-Jones guest in carbon, cut at 10 Å: no embedding, no switch. */
const truncated = { kind: 'truncate', to: 10 };
const lennardJones = {
  format: 'cardhouse/model/1',
  name: 'lennard-jones',
  about: 'a guest without many-body terms',
  citation: ['J. E. Jones, Proc. R. Soc. A 106, 463 (1924)'],
  licence: 'MIT',
  validity: 'benchmarks',
  provenance: 'chosen',
  species: ['Na', 'C'],
  host: ['C'],
  overlap: { 'Na-Na': 1.7, 'Na-C': 1.7, 'C-C': 1 },
  cavity: { Na: { guest: 2.2, host: 2.2 } },
  terms: [
    {
      form: 'pair',
      pair: {
        'Na-Na': { radial: 'lennard-jones', epsilon: 0.01, sigma: 3.3, cutoff: truncated },
        'Na-C': { radial: 'lennard-jones', epsilon: 0.003, sigma: 3.2, cutoff: truncated },
      },
    },
  ],
  reference: {},
};

/** A guest whose chains are timed. */
export interface BenchGuest {
  readonly name: string;
  readonly make: (typedHost: Frame) => ChainSetup;
  readonly lnActivity: number;
  readonly displacement: number;
}

/** An embedded guest of a model file, and a Lennard-Jones one. */
export function benchGuests(data: unknown): BenchGuest[] {
  const embedded = loadModel(data, 'bench');
  const guest = Object.keys(embedded.references)[0]!;
  const metal = metalState(embedded, guest, 300);
  const common = { temperature: 300, seed: 'bench', stream: 0, moves: { displace: 0.5, exchange: 0.5, teleport: 0 } };
  return [
    {
      name: `embedded ${guest}`,
      make: (host) => prepareChain({ ...common, model: embedded, guest, host, metalEnergy: metal.latticeEnergy }),
      lnActivity: lnActivityAt(metal, -0.1),
      displacement: 0.4,
    },
    {
      name: 'LJ guest',
      make: (host) => {
        const plain = { ...host, species: ['C'], rows: host.rows.map((x, i) => (i % 4 === 3 ? 0 : x)) };
        return prepareChain({ ...common, model: loadModel(lennardJones, 'bench'), guest: 'Na', host: plain });
      },
      lnActivity: Math.log(0.015),
      displacement: 1,
    },
  ];
}

/**
 * Trials per second of all chains together and of one WebAssembly chain, and their ratio from interleaved rounds.
 *
 * @throws BackendError  no GPU
 */
export async function* benchEnsembles({
  model: data,
  atoms = 8000,
  filter = '',
  rounds = 3,
  chains = 2048,
  lanes = [32],
  seconds = 2,
}: EnsembleBenchOptions): AsyncGenerator<ChainRate> {
  const gpu = await openGpu();
  const typed = benchCarbon(atoms);
  for (const { name, make, lnActivity, displacement } of benchGuests(data)) {
    if (!name.includes(filter)) continue;
    const setup = make(typed);
    const wasm = createWasmChain(setup);
    wasm.lnActivity = lnActivity;
    wasm.displacement = displacement;
    wasm.advance(400_000);
    const guests = wasm.guestRows();
    const start = Array.from({ length: chains }, (_, stream) => ({ stream, lnActivity, displacement, guests }));
    for (const width of lanes) {
      const what = `${name}, ${chains} chains of ${atoms} C, ${guests.length / 4} guests, ${width} lanes`;
      const capacity = Math.ceil((1.3 * guests.length) / 4);
      const ensemble = await createGpuEnsemble(gpu, setup, start, { lanes: width, capacity });
      const gpuRate = growingRate(64 * chains, seconds, async (n) => {
        const each = Math.round(n / chains);
        await ensemble.advance(each);
        return each * chains;
      });
      await gpuRate();
      await gpuRate();
      await ensemble.takeCounts();
      yield* await ratesInTurn(
        rounds,
        [gpuRate, () => trialRate(wasm, 20_000)],
        [`${gpu.name}, ${what}`, `WebAssembly, one core, ${name}`, `GPU over one core, ${what}`],
        'trials/s',
      );
      yield* kernelShare(gpu, what, gpuRate);
      const counts = await ensemble.takeCounts();
      const tried = counts.reduce((sum, count) => sum + count.insert.attempted + count.delete.attempted, 0);
      const accepted = counts.reduce((sum, count) => sum + count.insert.accepted + count.delete.accepted, 0);
      yield { name: `exchanges accepted, ${what}`, rate: (100 * accepted) / tried, unit: '%' };
      ensemble.destroy();
    }
  }
  gpu.close();
}
