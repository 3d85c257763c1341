/**
 * One chain in a large box, its slabs sampled at the same time by workers (partition.ts says why that is allowed). Every call of `advance`
 * is a round: slabs are laid down at a random place, each gets its guests and an equal share of the trials, and all that happened is
 * put together again. A round begins from positions alone, so the chain's state is positions and a counter, and results depend on the
 * number of slabs but not on when or where each was done.
 *
 * Detailed balance: a round chooses its slabs by the random stream only. Within a round slab d goes through a chain that is reversible
 * with respect to the conditional ensemble of its guests given all others (insertions and deletions inside the slab, displacements that
 * leave it rejected). ΔU in d does not depend on guests in other slabs, so these conditional ensembles are independent and the product of
 * their chains leaves the whole ensemble invariant; so does the mixture over places.
 *
 * @cite Anderson, Irrgang, Glotzer, Comput. Phys. Commun. 204, 21 (2016) doi:10.1016/j.cpc.2016.02.024 (domains of a box in parallel)
 */
import Worker from 'web-worker';
import { concatenate } from '../../core/arrays.ts';
import { BackendError, PhysicsError } from '../../core/errors.ts';
import { philox4x32, uniformFromWord } from '../../core/random.ts';
import { runTask } from '../../parallel/pool.ts';
import { addCounts, type ChainSetup, type ChainState, type LadderChain, savedGuest, savedRows } from '../chain.ts';
import { BoxState } from './box-state.ts';
import { type DomainTask, openDomain, type Round, type RoundResult, wordsOf } from './domain.ts';
import { type Partition, partitionOf, slabAt, slabsOf } from './partition.ts';

export interface DomainOptions {
  /** slabs, each with a worker of its own */
  readonly domains: number;
  /** module of the worker, where a bundler has moved it */
  readonly workerUrl?: URL;
  /** one slab after the other in this thread, with the same results */
  readonly inThread?: boolean;
}

/** A chain over workers; ends them when it is disposed of. */
export interface DomainChain extends LadderChain {
  advance(n: number): Promise<void>;
  setGuests(rows: Float64Array): void;
  dispose(): void;
}

/** word of the random stream that only places slabs */
const placing = 0x706c6163;
/** eV that workers may differ by in the energy of the same guests */
const same = 1e-6;

/**
 * @throws SpecError     the box is too narrow for so many slabs; given guests overlap
 * @throws BackendError  workers cannot be started
 */
export async function createDomainChain(
  setup: ChainSetup,
  { domains, workerUrl, inThread }: DomainOptions,
): Promise<DomainChain> {
  const partition = partitionOf(setup, domains);
  const url = workerUrl ?? new URL('./domain-worker.js', import.meta.url);
  const { guests, state, ...bare } = setup;
  const sides = Array.from({ length: domains }, () => (inThread ? threadSide() : new WorkerSide(url)));
  const chain = new DomainChainObject(setup, partition, sides);
  try {
    await Promise.all(
      sides.map((side, d) => {
        // a stream of its own for every slab
        const key = [(setup.key[0] ^ Math.imul(d + 1, 0x9e3779b9)) >>> 0, setup.key[1]] as const;
        return side.ask({ type: 'open', setup: { ...bare, key } });
      }),
    );
  } catch (error) {
    chain.dispose();
    throw error;
  }
  if (state) chain.restore(state);
  else if (guests) chain.setGuests(guests);
  return chain;
}

class DomainChainObject extends BoxState implements DomainChain {
  readonly #setup: ChainSetup;
  readonly #partition: Partition;
  readonly #sides: readonly Side[];
  /** whether `energy` is that of the guests as they stand */
  #known = false;

  constructor(setup: ChainSetup, partition: Partition, sides: readonly Side[]) {
    super(setup, 'domains');
    this.#setup = setup;
    this.#partition = partition;
    this.#sides = sides;
    this.words = wordsOf(setup.fixed ?? new Float64Array());
  }

  async advance(n: number): Promise<void> {
    if (n <= 0) return;
    const { domains } = this.#partition;
    const trials = Math.ceil(n / domains);
    const slabs = slabsOf(this.#partition, this.#shift());
    const { rest, own } = this.#divide(slabs);
    const results = await Promise.all(
      this.#sides.map((side, d) => {
        const round: Round = {
          domain: slabs[d]!,
          fixed: concatenate([rest, ...own.filter((_, other) => other !== d)]),
          guests: own[d]!,
          lnActivity: this.lnActivity,
          displacement: this.displacement,
          trial: this.trial / domains,
          trials,
        };
        return side.ask({ type: 'round', round }) as Promise<RoundResult>;
      }),
    );
    this.#merge(rest.length / 4, results);
    this.trial += trials * domains;
  }

  /** Where the slabs of the next round begin. */
  #shift(): number {
    const words = new Uint32Array(4);
    const { key, stream } = this.#setup;
    philox4x32(this.trial >>> 0, Math.floor(this.trial / 4294967296), placing, stream, key[0], key[1], words);
    return uniformFromWord(words[0]!);
  }

  /** Rows of the guests in each slab, and of those in none, fixed ones first. */
  #divide(slabs: readonly (readonly [number, number])[]): {
    readonly rest: Float64Array;
    readonly own: readonly Float64Array[];
  } {
    const rest: number[] = [];
    const own = slabs.map((): number[] => []);
    const rows = savedRows(this.words, 0);
    for (let a = 0; a < rows.length; a += 4) {
      const slab = a < 4 * this.fixed ? -1 : slabAt(this.#partition, slabs, rows[a]!);
      (own[slab] ?? rest).push(rows[a]!, rows[a + 1]!, rows[a + 2]!, 0);
    }
    return { rest: Float64Array.from(rest), own: own.map((part) => Float64Array.from(part)) };
  }

  /** What stood between slabs, as the first slab's worker knows it, then the guests of each slab. */
  #merge(between: number, results: readonly RoundResult[]): void {
    const [first] = results as [RoundResult, ...RoundResult[]];
    const { before } = first;
    const apart = Math.max(...results.map((one) => Math.abs(one.before - before)));
    if (!(apart < same)) {
      throw new PhysicsError(
        Number.isFinite(before)
          ? `domains differ by ${apart.toExponential(1)} eV in the energy of the same guests`
          : 'guests given to start from overlap one another or the host',
      );
    }
    if (this.#known) this.drift = Math.max(this.drift, Math.abs(before - this.energy));
    this.#known = true;
    this.energy = results.reduce((sum, one) => sum + (one.after - one.before), before);
    for (const { counts } of results) addCounts(this.counts, counts);
    this.words = concatenate([
      first.words.subarray(0, savedGuest.words * between),
      ...results.map(({ words, fixed }) => words.subarray(savedGuest.words * fixed)),
    ]);
  }

  /** Their energy is known after the next round. */
  setGuests(rows: Float64Array): void {
    this.words = concatenate([wordsOf(this.#setup.fixed ?? new Float64Array()), wordsOf(rows)]);
    this.#known = false;
  }

  /** @throws BackendError  the state is another backend's */
  restore(state: ChainState): void {
    if (state.backend !== 'domains') {
      throw new BackendError(`the saved chain is one of backend ${state.backend}, not of a box in domains`);
    }
    this.resume(state);
    this.energy = state.energy;
    this.words = state.guests.slice();
    this.counts = state.counts.slice();
    this.#known = state.trial > 0;
  }

  dispose(): void {
    for (const side of this.#sides) side.end();
  }
}

/** Who samples a slab: one question at a time. */
interface Side {
  ask(task: DomainTask): Promise<unknown>;
  end(): void;
}

function threadSide(): Side {
  let domain: ReturnType<typeof openDomain> | undefined;
  return {
    async ask(task) {
      if (task.type === 'round') return domain!(task.round);
      domain = openDomain(task.setup);
      return null;
    },
    end: () => undefined,
  };
}

class WorkerSide implements Side {
  readonly #worker: Worker;

  constructor(url: URL) {
    this.#worker = new Worker(url, { type: 'module' });
  }

  ask(task: DomainTask): Promise<unknown> {
    return runTask(this.#worker, task, {
      onEvent: () => undefined,
      revive: (_, message) => new BackendError(`a domain's worker: ${message}`),
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}
