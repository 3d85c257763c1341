/**
 * Workers that share one memory and walk through the same jobs, each over its own slice. The calling thread is worker 0. A job
 * ends for all before the next begins, so a result depends on the number of workers and on nothing else.
 */
import Worker from 'web-worker';
import { BackendError } from '../../core/errors.ts';
import { forcesWasm } from '../../generated/forces-wasm.ts';
import type { Arena } from './arena.ts';

/** What kernels/cpu/md/forces.ts exports. */
export interface ForceKernel {
  system(block: number): void;
  step(block: number): void;
  grid(block: number): void;
  gather(begin: number, end: number): number;
  list(block: number, begin: number, end: number, at: number, capacity: number): number;
  clear(): void;
  pair(block: number, begin: number, end: number): void;
  densities(block: number, worker: number, begin: number, end: number): void;
  embed(block: number, worker: number, begin: number, end: number): void;
  embedded(block: number, worker: number, begin: number, end: number): void;
  switchFields(block: number, worker: number, begin: number, end: number): void;
  switchCharges(block: number, worker: number, begin: number, end: number): void;
  switchRepulsion(block: number, worker: number, begin: number, end: number): void;
  switchSlopes(block: number, worker: number, begin: number, end: number): void;
  switched(block: number, worker: number, begin: number, end: number): void;
  bondOrder(block: number, begin: number, end: number): void;
  neural(block: number, begin: number, end: number): void;
  interlayer(block: number, begin: number, end: number): void;
  fold(begin: number, end: number, sums: number): void;
}

export type Operation = keyof ForceKernel;
const operations: readonly Operation[] = [
  'system',
  'step',
  'grid',
  'gather',
  'list',
  'clear',
  'pair',
  'densities',
  'embed',
  'embedded',
  'switchFields',
  'switchCharges',
  'switchRepulsion',
  'switchSlopes',
  'switched',
  'bondOrder',
  'neural',
  'interlayer',
  'fold',
];

/** One thing every worker does; `capacity` is the room of each in a list. */
export interface Job {
  readonly operation: Operation;
  readonly block?: number;
  readonly capacity?: number;
}

/** Slices of a worker: rows with ghosts for `gather`, atoms for the rest. */
export interface Slices {
  readonly rows: readonly [number, number];
  readonly atoms: readonly [number, number];
}

/** bytes of one worker's `system` block */
export const systemBytes = 64;
/** f64 that a worker may answer with */
const answers = 16;
const mostJobs = 64;
/** ms that a worker may take to start, and for its share of the jobs */
const startPatience = 10_000;
const jobPatience = 300_000;
/** control words (i32): generation, workers still busy, failures, jobs, then the jobs */
const generation = 0;
const busy = 1;
const failed = 2;
const jobCount = 3;
const firstJob = 4;

/** What a worker must know to take part. */
export interface TeamPlace {
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  readonly index: number;
  readonly workers: number;
}

let compiled: WebAssembly.Module | undefined;

/** One instance of the force kernels on a memory. */
export function instantiate(memory: WebAssembly.Memory): ForceKernel {
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(forcesWasm), (c) => c.charCodeAt(0)));
  } catch (error) {
    throw new BackendError(
      `this JavaScript engine cannot run WebAssembly with SIMD and threads (${(error as Error).message}); use a newer one, or backend "reference"`,
    );
  }
  const instance = new WebAssembly.Instance(compiled, { env: { memory, seed: () => 0 } });
  return instance.exports as unknown as ForceKernel;
}

/** Does the jobs that stand in the control words, as worker `index`. */
function perform(kernel: ForceKernel, { memory, control, index, workers }: TeamPlace): void {
  const words = new Int32Array(memory.buffer, control, firstJob + 3 * mostJobs);
  const [slicesAt, answersAt] = areas(control, workers);
  const slices = new Int32Array(memory.buffer, slicesAt + 16 * index, 4);
  const [rowBegin, rowEnd, begin, end] = slices as unknown as [number, number, number, number];
  const at = answersAt + 8 * answers * index;
  const answer = new Float64Array(memory.buffer, at, answers);
  const count = words[jobCount]!;
  for (let k = 0; k < count; k++) {
    const name = operations[words[firstJob + 3 * k]!]!;
    const block = words[firstJob + 3 * k + 1]! >>> 0;
    switch (name) {
      case 'system':
        kernel.system(block + systemBytes * index);
        break;
      case 'step':
      case 'grid':
        kernel[name](block);
        break;
      case 'gather':
        answer[0] = kernel.gather(rowBegin, rowEnd);
        break;
      case 'list': {
        const capacity = words[firstJob + 3 * k + 2]!;
        answer[0] = kernel.list(block, begin, end, capacity * index, capacity);
        break;
      }
      case 'clear':
        kernel.clear();
        break;
      case 'fold':
        kernel.fold(begin, end, at);
        break;
      case 'pair':
      case 'bondOrder':
      case 'neural':
      case 'interlayer':
        kernel[name](block, begin, end);
        break;
      default:
        kernel[name](block, index, begin, end);
    }
  }
}

function areas(control: number, workers: number): [number, number] {
  const slicesAt = control + 4 * (firstJob + 3 * mostJobs);
  const answersAt = Math.ceil((slicesAt + 16 * workers) / 64) * 64;
  return [slicesAt, answersAt];
}

/** Spins for a moment, then sleeps until `words[index]` is no longer `value`; false when that takes longer than `patience` ms. */
function waitWhile(words: Int32Array, index: number, value: number, patience = Number.POSITIVE_INFINITY): boolean {
  for (let spin = 0; spin < 20_000; spin++) if (Atomics.load(words, index) !== value) return true;
  // a page's own thread may not sleep
  const maySleep = typeof (globalThis as { window?: unknown }).window === 'undefined';
  for (const begin = performance.now(); Atomics.load(words, index) === value; ) {
    if (performance.now() - begin > patience) return false;
    if (maySleep) Atomics.wait(words, index, value, 1000);
  }
  return true;
}

/** Takes part until the team is dissolved; runs in a worker. */
export function takePart(place: TeamPlace): void {
  const kernel = instantiate(place.memory);
  const words = new Int32Array(place.memory.buffer, place.control, firstJob + 3 * mostJobs);
  for (let seen = 0; ; ) {
    waitWhile(words, generation, seen);
    seen = Atomics.load(words, generation);
    if (words[jobCount]! < 0) return;
    try {
      perform(kernel, place);
    } catch {
      Atomics.add(words, failed, 1);
    }
    if (Atomics.sub(words, busy, 1) === 1) Atomics.notify(words, busy);
  }
}

/** A team and its calling thread. */
export class Team {
  readonly workers: number;
  /** all workers have begun */
  readonly ready: Promise<void>;
  readonly #place: TeamPlace;
  readonly #kernel: ForceKernel;
  readonly #words: Int32Array;
  readonly #answers: Float64Array;
  readonly #slices: Int32Array;
  readonly #threads: Worker[] = [];

  /**
   * @param workers  threads in all, this one included
   * @param url      module of the worker, where a bundler has moved it
   */
  constructor(arena: Arena, workers: number, url: URL) {
    this.workers = workers;
    const control = arena.take(4 * (firstJob + 3 * mostJobs) + 16 * workers + 8 * answers * workers + 128);
    const { memory } = arena;
    this.#place = { memory, control, index: 0, workers };
    this.#kernel = instantiate(memory);
    const [slicesAt, answersAt] = areas(control, workers);
    this.#words = arena.i32(control, firstJob + 3 * mostJobs);
    this.#slices = arena.i32(slicesAt, 4 * workers);
    this.#answers = arena.f64(answersAt, answers * workers);
    const begun = Array.from({ length: workers - 1 }, (_, k) => {
      const thread = new Worker(url, { type: 'module' });
      this.#threads.push(thread);
      return new Promise<void>((resolve, reject) => {
        thread.addEventListener('message', () => resolve());
        thread.addEventListener('error', (event: ErrorEvent) => {
          Atomics.add(this.#words, failed, 1);
          reject(new BackendError(`a force worker failed: ${event.message ?? 'it could not be started'}`));
        });
        const late = setTimeout(() => {
          reject(
            new BackendError(`a force worker could not be started within ${startPatience / 1000} s (${url.href})`),
          );
        }, startPatience);
        thread.addEventListener('message', () => clearTimeout(late));
        thread.postMessage({ ...this.#place, index: k + 1 } satisfies TeamPlace);
      });
    });
    this.ready = Promise.all(begun).then(
      () => {},
      (error: unknown) => {
        this.dispose();
        throw error;
      },
    );
  }

  /** Who does what from now on. */
  assign(slices: readonly Slices[]): void {
    for (const [w, { rows, atoms }] of slices.entries()) this.#slices.set([...rows, ...atoms], 4 * w);
  }

  /**
   * All workers do the jobs one after the other over their slices; returns when all are done.
   *
   * @throws BackendError  a worker failed
   */
  run(jobs: readonly Job[]): void {
    const words = this.#words;
    words[jobCount] = jobs.length;
    jobs.forEach(({ operation, block = 0, capacity = 0 }, k) => {
      words.set([operations.indexOf(operation), block | 0, capacity], firstJob + 3 * k);
    });
    if (this.workers > 1) {
      Atomics.store(words, busy, this.workers - 1);
      Atomics.add(words, generation, 1);
      Atomics.notify(words, generation);
    }
    perform(this.#kernel, this.#place);
    if (this.workers === 1) return;
    for (let left = Atomics.load(words, busy); left > 0; left = Atomics.load(words, busy)) {
      if (Atomics.load(words, failed) > 0) break;
      if (!waitWhile(words, busy, left, jobPatience)) {
        throw new BackendError(
          `a force worker has not answered for ${jobPatience / 1000} s: it has died, or waits for memory`,
        );
      }
    }
    if (Atomics.load(words, failed) > 0) throw new BackendError('a force worker failed or could not be started');
  }

  /** What each worker answered with. */
  answers(): Float64Array[] {
    return Array.from({ length: this.workers }, (_, w) => this.#answers.subarray(answers * w, answers * (w + 1)));
  }

  dispose(): void {
    if (this.#threads.length === 0) return;
    this.#words[jobCount] = -1;
    Atomics.add(this.#words, generation, 1);
    Atomics.notify(this.#words, generation);
    for (const thread of this.#threads.splice(0)) thread.terminate();
  }
}
