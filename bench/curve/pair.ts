/** Two independent chains on two workers against one of them alone. */
import { Worker } from 'node:worker_threads';
import type { WorkerChain } from '../chain-systems.ts';
import { coresOf, figuresOf, type Outcome, type Timed } from '../peers/compare.ts';
import { workerModule } from '../peers/worker-module.ts';

interface Case extends Omit<WorkerChain, 'stream'> {
  readonly name: string;
  readonly about: string;
}

const cases: readonly Case[] = [
  { name: 'pair-lj-5k', guest: 'lj', atoms: 5000, about: 'Lennard-Jones guest' },
  { name: 'pair-na-20k', guest: 'na', atoms: 20_000, about: 'na-carbon, Na at half plateau' },
];
const large: Case = { name: 'pair-lj-250k', guest: 'lj', atoms: 250_000, about: 'Lennard-Jones guest' };

const wanted = 1.9;
/** s of each measurement, about */
const roundSeconds = 1.5;

interface Run extends Timed {
  readonly trials: number;
}

/** One outcome for every kind of chain. */
export async function pairOutcomes(
  rounds: number,
  withLarge: boolean,
  progress: (text: string) => void,
): Promise<Outcome[]> {
  const url = await workerModule('bench/curve/pair-worker.ts');
  const outcomes: Outcome[] = [];
  for (const one of withLarge ? [...cases, large] : cases) outcomes.push(await pairOutcome(one, url, rounds, progress));
  return outcomes;
}

async function pairOutcome(
  { name, about, guest, atoms }: Case,
  url: URL,
  rounds: number,
  progress: (text: string) => void,
): Promise<Outcome> {
  progress(`${name}, two chains are made`);
  const workers = [0, 1].map((stream) => new ChainWorker(url, { guest, atoms, stream }));
  try {
    await Promise.all(workers.map((worker) => worker.ready));
    let trials = 20_000;
    const run = async (count: number): Promise<Run> => {
      const cpu = process.cpuUsage();
      // each worker has a clock of its own: what they do together is the sum of their rates
      const seconds = await Promise.all(workers.slice(0, count).map((worker) => worker.advance(trials)));
      const { user, system } = process.cpuUsage(cpu);
      const rate = seconds.reduce((sum, s) => sum + trials / s, 0);
      const done = count * trials;
      return { trials: done, seconds: done / rate, cpuSeconds: (user + system) / 1e6 };
    };
    // warm up, and find out how many trials last a round
    await run(2);
    trials = Math.max(10_000, Math.round((trials * roundSeconds) / (await run(1)).seconds));
    const [two, alone]: [Run[], Run[]] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      progress(`${name}, round ${round} of ${rounds}`);
      for (const count of round % 2 === 1 ? [2, 1] : [1, 2]) (count === 2 ? two : alone).push(await run(count));
    }
    const found = figuresOf([{ name: 'two workers' }, { name: 'one worker' }], [two, alone], (each) => each.trials);
    const cores = [coresOf(two), coresOf(alone)] as const;
    const { median } = found.ratios['one worker']!.clock;
    return {
      ...{ name, kind: 'pair of chains', about, atoms, steps: trials, rounds, unit: 'trials', ...found },
      figures: { 'cores used by two': cores[0], 'cores used by one': cores[1] },
      target: `≥ ${wanted} × one`,
      // two chains cannot show what they can where even one has to wait for a core
      met: median >= wanted ? true : cores[1] < 0.95 ? null : false,
    };
  } finally {
    for (const worker of workers) await worker.end();
  }
}

/** A chain in a thread of its own. */
class ChainWorker {
  readonly ready: Promise<void>;
  readonly #worker: Worker;

  constructor(url: URL, chain: WorkerChain) {
    this.#worker = new Worker(url, { workerData: chain });
    this.ready = this.#answer().then(() => undefined);
  }

  /** Runs trials; how long they took on the worker's clock, s. */
  async advance(trials: number): Promise<number> {
    const answer = this.#answer();
    this.#worker.postMessage(trials);
    return (await answer) as number;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => reject(error);
      this.#worker.once('error', failed);
      this.#worker.once('message', (message) => {
        this.#worker.off('error', failed);
        resolve(message);
      });
    });
  }
}
