/**
 * How fast the chains run here: reference and WebAssembly side by side, in turn, on the same filled carbon.
 */
import { prepareChain } from '../engine/prepare.ts';
import { createReferenceChain } from '../engine/reference.ts';
import { lnActivityAt, metalState } from '../engine/reservoir.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { loadModel } from '../model/load.ts';
import { benchCarbon, median } from './bench-host.ts';

export interface ChainRate {
  readonly name: string;
  /** value in `unit` */
  readonly rate: number;
  readonly unit: string;
}

export interface BenchOptions {
  /** parsed model file */
  readonly model: unknown;
  /** host atoms */
  readonly atoms?: number;
  /** only names that contain this */
  readonly filter?: string;
  /** interleaved pairs; the median is reported */
  readonly rounds?: number;
}

/**
 * Trials per second of both chains in a hard carbon whose pores are partly filled (0 V on the way down), and their ratio
 * from interleaved rounds.
 */
export async function* benchChains({
  model: data,
  atoms = 8000,
  filter = '',
  rounds = 7,
}: BenchOptions): AsyncGenerator<ChainRate> {
  const model = loadModel(data, 'bench');
  const guest = Object.keys(model.references)[0]!;
  const host = benchCarbon(atoms);
  const common = {
    model,
    guest,
    host,
    temperature: 300,
    seed: 'bench',
    stream: 0,
    moves: { displace: 0.4, exchange: 0.4, teleport: 0.2 },
  };
  const filling = createWasmChain(prepareChain(common));
  filling.lnActivity = lnActivityAt(metalState(model, guest, 300), -0.1);
  filling.displacement = 0.4;
  filling.advance(400_000);
  const guests = filling.guestRows();
  const chains = [createWasmChain, createReferenceChain].map((create) => {
    const chain = create(prepareChain({ ...common, guests }));
    chain.lnActivity = filling.lnActivity;
    chain.displacement = filling.displacement;
    return chain;
  });
  const time = (k: number, n: number): number => {
    const start = performance.now();
    chains[k]!.advance(n);
    return (1000 * n) / (performance.now() - start);
  };
  time(0, 2000);
  time(1, 500);
  const pairs = Array.from({ length: rounds }, () => [time(0, 10_000), time(1, 1000)] as const);
  const where = `${guest}, ${atoms} C, ${guests.length / 4} guests`;
  const rates: ChainRate[] = [
    { name: `WebAssembly chain, ${where}`, rate: median(pairs.map(([wasm]) => wasm)), unit: 'trials/s' },
    { name: `reference chain, ${where}`, rate: median(pairs.map(([, reference]) => reference)), unit: 'trials/s' },
    {
      name: `WebAssembly over reference, ${where}`,
      rate: median(pairs.map(([wasm, reference]) => wasm / reference)),
      unit: '×',
    },
  ];
  for (const rate of rates) if (rate.name.includes(filter)) yield rate;
}
