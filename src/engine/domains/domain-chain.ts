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
import { BackendError, PhysicsError } from '../../core/errors.ts';
import { philox4x32, uniformFromWord } from '../../core/random.ts';
import type { MoveCount } from '../../trajectory/series.ts';
import {
  type ChainSetup,
  type ChainState,
  type LadderChain,
  type MoveName,
  moveNames,
  savedGuest,
  savedRows,
} from '../chain.ts';
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

class DomainChainObject implements DomainChain {
  trial = 0;
  energy = 0;
  lnActivity = Number.NEGATIVE_INFINITY;
  displacement = 0.5;
  readonly #setup: ChainSetup;
  readonly #partition: Partition;
  readonly #sides: readonly Side[];
  readonly #fixed: number;
  /** [fixed + N, 10] */
  #words: Float64Array;
  #counts = new Float64Array(2 * moveNames.length);
  /** largest difference of a running energy and the sum at the next round's start since it was asked for */
  #drift = 0;
  /** whether `energy` is that of the guests as they stand */
  #known = false;

  constructor(setup: ChainSetup, partition: Partition, sides: readonly Side[]) {
    this.#setup = setup;
    this.#partition = partition;
    this.#sides = sides;
    this.#fixed = (setup.fixed?.length ?? 0) / 4;
    this.#words = wordsOf(setup.fixed ?? new Float64Array());
  }

  get count(): number {
    return this.#words.length / savedGuest.words - this.#fixed;
  }

  async advance(n: number): Promise<void> {
    if (n <= 0) return;
    const { domains } = this.#partition;
    const trials = Math.ceil(n / domains);
    const slabs = slabsOf(this.#partition, this.#shift());
    const owner = this.#owners(slabs);
    const begun = this.trial / domains;
    const results = await Promise.all(
      this.#sides.map((side, d) => {
        const round: Round = {
          domain: slabs[d]!,
          fixed: this.#rowsWhere(owner, (of) => of !== d),
          guests: this.#rowsWhere(owner, (of) => of === d),
          lnActivity: this.lnActivity,
          displacement: this.displacement,
          trial: begun,
          trials,
        };
        return side.ask({ type: 'round', round }) as Promise<RoundResult>;
      }),
    );
    this.#merge(owner, results);
    this.trial += trials * domains;
  }

  /** Where the slabs of the next round begin. */
  #shift(): number {
    const words = new Uint32Array(4);
    const { key, stream } = this.#setup;
    philox4x32(this.trial >>> 0, Math.floor(this.trial / 4294967296), placing, stream, key[0], key[1], words);
    return uniformFromWord(words[0]!);
  }

  /** [fixed + N] slab of every guest, −1: none. */
  #owners(slabs: readonly (readonly [number, number])[]): Int32Array {
    return Int32Array.from({ length: this.#fixed + this.count }, (_, i) =>
      i < this.#fixed ? -1 : slabAt(this.#partition, slabs, this.#words[savedGuest.words * i]!),
    );
  }

  #rowsWhere(owner: Int32Array, wanted: (of: number) => boolean): Float64Array {
    const rows = new Float64Array(4 * owner.reduce((count, of) => count + Number(wanted(of)), 0));
    let at = 0;
    for (const [i, of] of owner.entries()) {
      if (!wanted(of)) continue;
      rows.set(this.#words.subarray(savedGuest.words * i, savedGuest.words * i + 3), at);
      at += 4;
    }
    return rows;
  }

  /** What stood between slabs stays as it was, then come the guests of each slab. */
  #merge(owner: Int32Array, results: readonly RoundResult[]): void {
    const { before } = results[0]!;
    const apart = Math.max(...results.map((one) => Math.abs(one.before - before)));
    if (!(apart < same)) {
      throw new PhysicsError(
        Number.isFinite(before)
          ? `domains differ by ${apart.toExponential(1)} eV in the energy of the same guests`
          : 'guests given to start from overlap one another or the host',
      );
    }
    if (this.#known) this.#drift = Math.max(this.#drift, Math.abs(before - this.energy));
    this.#known = true;
    this.energy = results.reduce((sum, one) => sum + (one.after - one.before), before);
    const size = savedGuest.words;
    const parts = [this.#restOf(owner, results[0]!)];
    results.forEach(({ words, counts }, d) => {
      const still = owner.reduce((count, of) => count + Number(of !== d), 0);
      parts.push(words.subarray(size * still));
      moveNames.forEach((name, k) => {
        this.#counts[k]! += counts[name].attempted;
        this.#counts[k + moveNames.length]! += counts[name].accepted;
      });
    });
    const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#words = whole;
  }

  /** Words of the guests in no slab, as the first slab's worker knows them. */
  #restOf(owner: Int32Array, first: RoundResult): Float64Array {
    const size = savedGuest.words;
    const rest = new Float64Array(size * owner.reduce((count, of) => count + Number(of < 0), 0));
    let at = 0;
    let place = 0;
    for (const of of owner) {
      // slab 0 was given all but its own, in this order
      if (of === 0) continue;
      if (of < 0) {
        rest.set(first.words.subarray(size * place, size * (place + 1)), at);
        at += size;
      }
      place++;
    }
    return rest;
  }

  refresh(): number {
    const drift = this.#drift;
    this.#drift = 0;
    return drift;
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const counts = this.#counts;
    this.#counts = new Float64Array(counts.length);
    return Object.fromEntries(
      moveNames.map((name, k) => [name, { attempted: counts[k]!, accepted: counts[k + moveNames.length]! }]),
    ) as Record<MoveName, MoveCount>;
  }

  guestRows(): Float64Array {
    return savedRows(this.#words, this.#fixed);
  }

  /** Their energy is known after the next round. */
  setGuests(rows: Float64Array): void {
    const fixed = wordsOf(this.#setup.fixed ?? new Float64Array());
    const own = wordsOf(rows);
    this.#words = new Float64Array(fixed.length + own.length);
    this.#words.set(fixed);
    this.#words.set(own, fixed.length);
    this.#known = false;
  }

  save(): ChainState {
    return {
      backend: 'domains',
      trial: this.trial,
      lnActivity: Number.isFinite(this.lnActivity) ? this.lnActivity : null,
      displacement: this.displacement,
      energy: this.energy,
      guests: this.#words.slice(),
      members: new Int32Array(),
      counts: this.#counts.slice(),
      drive: null,
      transitions: null,
    };
  }

  /** @throws BackendError  the state is another backend's */
  restore(state: ChainState): void {
    if (state.backend !== 'domains') {
      throw new BackendError(`the saved chain is one of backend ${state.backend}, not of a box in domains`);
    }
    this.trial = state.trial;
    this.lnActivity = state.lnActivity ?? Number.NEGATIVE_INFINITY;
    this.displacement = state.displacement;
    this.energy = state.energy;
    this.#words = state.guests.slice();
    this.#counts = state.counts.slice();
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
    return new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent): void => {
        if (data.type === 'event') return;
        settle();
        if (data.type === 'result') resolve(data.result);
        else reject(new BackendError(`a domain's worker: ${data.message}`));
      };
      const fail = (event: ErrorEvent): void => {
        settle();
        reject(new BackendError(`a domain's worker failed: ${event.message ?? 'it could not be started'}`));
      };
      const settle = (): void => {
        this.#worker.removeEventListener('message', hear);
        this.#worker.removeEventListener('error', fail);
      };
      this.#worker.addEventListener('message', hear);
      this.#worker.addEventListener('error', fail);
      this.#worker.postMessage({ type: 'task', task });
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}
