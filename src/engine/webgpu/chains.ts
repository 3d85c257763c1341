/**
 * Chains of an ensemble as chains of their own: each is advanced by whoever owns it, and all that wait for the same number of trials run in one
 * dispatch while the others stand still. What a chain does hangs neither on the others nor on when they ask.
 */
import {
  addCounts,
  type ChainSetup,
  type ChainState,
  countsByMove,
  type LadderChain,
  moveNames,
  requireConsistent,
  savedGuest,
  savedRows,
} from '../chain.ts';
import type { Gpu } from './device.ts';
import { createGpuEnsemble, type EnsembleOptions, type GpuEnsemble } from './ensemble.ts';

/** Chains that share a device, and where they can the dispatches. */
export interface GpuChains {
  /**
   * A chain of this member, new or as `setup.state` left it. Resolves when all members have asked or left.
   *
   * @throws BackendError  the device cannot hold the ensemble
   */
  open(member: number, setup: ChainSetup): Promise<LadderChain>;
  /** A member asks for nothing any more. */
  leave(member: number): void;
  destroy(): void;
}

interface Member {
  readonly setup: ChainSetup;
  readonly resolve: (chain: LadderChain) => void;
  readonly reject: (error: unknown) => void;
}

interface Request {
  readonly trials: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const fixedOf = ({ fixed }: ChainSetup): number => (fixed?.length ?? 0) / 4;

/** Guests that a chain has room for, by host atoms: several times what a full carbon holds. */
const roomFor = (setup: ChainSetup): number => 256 + Math.ceil(0.6 * (setup.host.rows.length / 4)) + fixedOf(setup);

/**
 * Chains in one ensemble, all in the same host with the same tables.
 *
 * @param members  how many will ask
 */
export function createGpuChains(gpu: Gpu, members: number, options: EnsembleOptions = {}): GpuChains {
  const waiting = new Map<number, Member>();
  const seats = new Map<number, number>();
  const gone = new Set<number>();
  let lockstep: Lockstep | undefined;
  const begin = async (): Promise<void> => {
    const order = [...waiting.keys()].sort((a, b) => a - b);
    const asking = order.map((member) => waiting.get(member)!);
    waiting.clear();
    if (asking.length === 0) return;
    try {
      const first = asking[0]!.setup;
      const ensemble = await createGpuEnsemble(
        gpu,
        first,
        asking.map(({ setup }) => ({
          stream: setup.stream,
          lnActivity: setup.state?.lnActivity ?? Number.NEGATIVE_INFINITY,
          displacement: setup.state?.displacement,
          guests: setup.state ? savedRows(setup.state.guests, fixedOf(setup)) : setup.guests,
          trial: setup.state?.trial,
        })),
        { capacity: roomFor(first), ...options },
      );
      lockstep = new Lockstep(ensemble, asking.length, fixedOf(first));
      await lockstep.read();
      order.forEach((member, c) => {
        if (gone.has(member)) lockstep!.leave(c);
        seats.set(member, c);
      });
      asking.forEach(({ setup, resolve }, c) => {
        resolve(new GpuChain(lockstep!, c, setup.state));
      });
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  };
  return {
    open(member, setup) {
      requireConsistent(setup, 'webgpu');
      return new Promise((resolve, reject) => {
        waiting.set(member, { setup, resolve, reject });
        if (waiting.size + gone.size === members) void begin();
      });
    },
    leave(member) {
      if (gone.has(member)) return;
      gone.add(member);
      const seat = seats.get(member);
      if (seat !== undefined) lockstep!.leave(seat);
      else if (!lockstep && waiting.size > 0 && waiting.size + gone.size === members) void begin();
    },
    destroy: () => lockstep?.ensemble.destroy(),
  };
}

/** What a chain shows of itself between its trials. */
interface Shown {
  readonly energy: number;
  /** |running − recomputed|, eV */
  readonly drift: number;
  readonly fields: Float64Array;
}

/** Runs requests of equal length together once everyone who is still there has asked. */
class Lockstep {
  readonly ensemble: GpuEnsemble;
  readonly fixedGuests: number;
  readonly shown: Shown[] = [];
  /** [chains][8] attempts, then acceptances */
  readonly counts: Float64Array[];
  readonly #requests = new Map<number, Request>();
  readonly #live: Set<number>;
  #busy = false;

  constructor(ensemble: GpuEnsemble, chains: number, fixedGuests: number) {
    this.ensemble = ensemble;
    this.fixedGuests = fixedGuests;
    this.counts = Array.from({ length: chains }, () => new Float64Array(2 * moveNames.length));
    this.#live = new Set(this.counts.keys());
  }

  request(chain: number, trials: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#requests.set(chain, { trials, resolve, reject });
      this.#start();
    });
  }

  leave(chain: number): void {
    this.#live.delete(chain);
    this.#start();
  }

  #start(): void {
    if (this.#busy || this.#requests.size === 0 || this.#requests.size < this.#live.size) return;
    this.#busy = true;
    void this.#run().finally(() => {
      this.#busy = false;
      this.#start();
    });
  }

  async #run(): Promise<void> {
    const trials = Math.min(...[...this.#requests.values()].map((request) => request.trials));
    const now = [...this.#requests].filter(([, request]) => request.trials === trials);
    for (const [chain] of now) this.#requests.delete(chain);
    const active = this.counts.map((_, c) => now.some(([chain]) => chain === c));
    try {
      const samples = await this.ensemble.advance(trials, active);
      await this.read(active, samples);
      for (const [, { resolve }] of now) resolve();
    } catch (error) {
      for (const [, { reject }] of now) reject(error);
    }
  }

  /** Fields and energies from the positions, and what was counted. */
  async read(active?: readonly boolean[], samples?: readonly { readonly energy: number }[]): Promise<void> {
    const anew = await this.ensemble.refresh();
    const fields = await this.ensemble.guestFields();
    const counts = await this.ensemble.takeCounts();
    this.counts.forEach((sum, c) => {
      addCounts(sum, counts[c]!);
      if (active?.[c] === false) return;
      const drift = samples ? Math.abs(samples[c]!.energy - anew[c]!) : 0;
      this.shown[c] = { energy: anew[c]!, drift, fields: fields[c]! };
    });
  }
}

class GpuChain implements LadderChain {
  readonly #group: Lockstep;
  readonly #index: number;
  readonly #fixed: number;
  #trial: number;
  #lnActivity: number;
  #displacement: number;

  constructor(group: Lockstep, index: number, state: ChainState | undefined) {
    this.#group = group;
    this.#index = index;
    this.#trial = state?.trial ?? 0;
    this.#lnActivity = state?.lnActivity ?? Number.NEGATIVE_INFINITY;
    this.#displacement = state?.displacement ?? 0.5;
    this.#fixed = group.fixedGuests;
    if (state) group.counts[index]!.set(state.counts);
  }

  get trial(): number {
    return this.#trial;
  }
  get count(): number {
    return this.#shown.fields.length / savedGuest.words - this.#fixed;
  }
  get energy(): number {
    return this.#shown.energy;
  }
  get lnActivity(): number {
    return this.#lnActivity;
  }
  set lnActivity(value: number) {
    this.#lnActivity = value;
    this.#group.ensemble.setLnActivity(this.#index, value);
  }
  get displacement(): number {
    return this.#displacement;
  }
  set displacement(value: number) {
    this.#displacement = value;
    this.#group.ensemble.setDisplacement(this.#index, value);
  }
  get #shown(): Shown {
    return this.#group.shown[this.#index]!;
  }

  async advance(n: number): Promise<void> {
    if (n === 0) return;
    await this.#group.request(this.#index, n);
    this.#trial += n;
  }

  /** The device has done it at the end of the last trials. */
  refresh(): number {
    return this.#shown.drift;
  }

  takeCounts() {
    const own = this.#group.counts[this.#index]!;
    const taken = countsByMove(own);
    own.fill(0);
    return taken;
  }

  guestRows(): Float64Array {
    return savedRows(this.#shown.fields, this.#fixed);
  }

  save(): ChainState {
    return {
      backend: 'webgpu',
      trial: this.#trial,
      lnActivity: Number.isFinite(this.#lnActivity) ? this.#lnActivity : null,
      displacement: this.#displacement,
      energy: this.energy,
      guests: this.#shown.fields.slice(),
      // the kernel keeps no cells
      members: new Int32Array(),
      counts: this.#group.counts[this.#index]!.slice(),
      drive: null,
      transitions: null,
    };
  }
}
