/**
 * How fast the chains run here: reference and WebAssembly side by side, in turn, on the same filled carbon.
 */
import { prepareChain } from '../engine/prepare.ts';
import { createReferenceChain } from '../engine/reference.ts';
import { lnActivityAt, metalState } from '../engine/reservoir.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { loadModel } from '../model/load.ts';
import { benchCarbon, ratesInTurn, trialRate } from './bench-host.ts';

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
  const [wasm, reference] = chains as [(typeof chains)[number], (typeof chains)[number]];
  trialRate(wasm, 2000);
  trialRate(reference, 500);
  const where = `${guest}, ${atoms} C, ${guests.length / 4} guests`;
  const rates = await ratesInTurn(
    rounds,
    [() => trialRate(wasm, 10_000), () => trialRate(reference, 1000)],
    [`WebAssembly chain, ${where}`, `reference chain, ${where}`, `WebAssembly over reference, ${where}`],
    'trials/s',
  );
  for (const rate of rates) if (rate.name.includes(filter)) yield rate;
}
