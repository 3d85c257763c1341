/** One large box in two slabs over two workers against the same box in one piece, in turn. */
import { createDomainChain } from '../../src/engine/domains/domain-chain.ts';
import { buildHostMap } from '../../src/engine/host-map/build.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { chainOf } from '../chain-systems.ts';
import { coresOf, figuresOf, inTurnAwaited, type Outcome, type Timed } from '../peers/compare.ts';
import { workerModule } from '../peers/worker-module.ts';

const wanted = 1.6;
const atoms = 250_000;
const trials = 1_500_000;

interface Run extends Timed {
  readonly trials: number;
}

/** Lennard-Jones guests, host from a map that both workers share. */
export async function boxOutcome(rounds: number, progress: (text: string) => void): Promise<Outcome> {
  progress('box-lj-250k is made');
  const { setup: bare, guests, lnActivity, displacement, about } = chainOf({ guest: 'lj', atoms, stream: 0 });
  const setup = { ...bare, guests, map: buildHostMap(bare) };
  const workerUrl = await workerModule('src/engine/domains/domain-worker.ts');
  const slabs = await createDomainChain(setup, { domains: 2, workerUrl });
  try {
    const chains = [slabs, createWasmChain(setup)] as const;
    for (const chain of chains) {
      chain.lnActivity = lnActivity;
      chain.displacement = displacement;
    }
    const run = async (k: number): Promise<Run> => {
      const cpu = process.cpuUsage();
      const began = performance.now();
      await chains[k]!.advance(trials);
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      return { trials, seconds, cpuSeconds: (user + system) / 1e6 };
    };
    const found = await inTurnAwaited(2, rounds, run, (round) => progress(`box-lj-250k, round ${round} of ${rounds}`));
    const figures = figuresOf([{ name: 'two slabs' }, { name: 'one piece' }], found, (each) => each.trials);
    const cores = [coresOf(found[0]!), coresOf(found[1]!)] as const;
    const { median } = figures.ratios['one piece']!.clock;
    return {
      ...{ name: 'box-lj-250k', kind: 'pair of chains', about: `${about}, one box in two slabs`, atoms },
      ...{ steps: trials, rounds, unit: 'trials', ...figures },
      figures: { 'cores used by two': cores[0], 'cores used by one': cores[1] },
      target: `≥ ${wanted} × one`,
      met: median >= wanted ? true : cores[1] < 0.95 ? null : false,
    };
  } finally {
    slabs.dispose();
  }
}
