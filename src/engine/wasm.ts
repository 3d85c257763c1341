/**
 * The chain in WebAssembly (kernels/cpu): this file compiles it, hands it a memory (wasm-layout.ts) and speaks for it.
 *
 * @oracle test/conformance/chain.test.ts: the same decisions as the reference chain, trial by trial
 */
import { BackendError, PhysicsError } from '../core/errors.ts';
import { chainWasm } from '../generated/chain-wasm.ts';
import type { MoveCount } from '../trajectory/series.ts';
import { type Chain, type ChainSetup, type MoveName, moveNames, requireApart, type TrialProbe } from './chain.ts';
import { layOut } from './wasm-layout.ts';

interface Kernel {
  setup(pointer: number): void;
  place(x: number, y: number, z: number): number;
  refresh(): void;
  count(): number;
  energy(): number;
  guestX(i: number): number;
  guestY(i: number): number;
  guestZ(i: number): number;
  fieldIon(x: number, y: number, z: number): number;
  fieldMetal(): number;
  trialEnergy(out: number, comes: number, x: number, y: number, z: number): number;
  advance(n: number): number;
  setLnActivity(value: number): void;
  setDisplacement(value: number): void;
  restoreCavity(): void;
}

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  if (compiled) return compiled;
  try {
    compiled = new WebAssembly.Module(Uint8Array.from(atob(chainWasm), (c) => c.charCodeAt(0)));
  } catch (error) {
    throw new BackendError(
      `this JavaScript engine cannot run WebAssembly with SIMD (${(error as Error).message}); use a newer one, or backend "reference"`,
    );
  }
  return compiled;
}

/** A chain in WebAssembly that also tells the host's field. */
export interface WasmChain extends Chain, TrialProbe {
  /** (V_ion, V_met) of the host at a point, eV; null on overlap */
  hostField(x: number, y: number, z: number): [number, number] | null;
}

/**
 * @throws SpecError  the host's cell is not orthorhombic or narrower than twice the cutoff; given guests overlap
 * @throws BackendError  WebAssembly or its SIMD instructions are missing
 */
export function createWasmChain(setup: ChainSetup): WasmChain {
  return new WasmChainObject(setup);
}

class WasmChainObject implements WasmChain {
  readonly #setup: ChainSetup;
  #kernel!: Kernel;
  #tally!: Float64Array;
  #cavity!: readonly Uint8Array[];
  #slots = 48;
  #capacity: number;
  #lnActivity = Number.NEGATIVE_INFINITY;
  #displacement = 0.5;
  #trial = 0;
  #earlier = new Float64Array(8);

  constructor(setup: ChainSetup) {
    this.#setup = setup;
    this.#capacity = Math.max(1024, Math.ceil((setup.guests?.length ?? 0) / 2));
    this.#open(setup.guests ?? new Float64Array());
    requireApart(this);
  }

  /** Lays out a fresh memory and places the guests; the arrays grow until they fit. */
  #open(guests: Float64Array): void {
    for (;;) {
      const memory = layOut(this.#setup, this.#capacity, this.#slots, this.#trial);
      const instance = new WebAssembly.Instance(compile(), { env: { memory: memory.memory, seed: () => 0 } });
      this.#kernel = instance.exports as unknown as Kernel;
      this.#kernel.setup(memory.block);
      this.#tally = memory.tally;
      this.#cavity = memory.cavity;
      let placed = true;
      for (let a = 0; a < guests.length && placed; a += 4) {
        placed = this.#kernel.place(guests[a]!, guests[a + 1]!, guests[a + 2]!) === 1;
      }
      if (placed) break;
      this.#grow();
    }
    this.#kernel.refresh();
    this.#kernel.setLnActivity(this.#lnActivity);
    this.#kernel.setDisplacement(this.#displacement);
  }

  #grow(): void {
    if (this.#slots >= 1024) {
      throw new PhysicsError(
        `more than ${this.#slots} guests crowd into one cell of the neighbour grid: the model lets the guests collapse`,
      );
    }
    this.#slots *= 2;
    this.#capacity *= 2;
  }

  get trial(): number {
    return this.#trial;
  }
  get count(): number {
    return this.#kernel.count();
  }
  get energy(): number {
    return this.#kernel.energy();
  }
  get lnActivity(): number {
    return this.#lnActivity;
  }
  set lnActivity(value: number) {
    this.#lnActivity = value;
    this.#kernel.setLnActivity(value);
  }
  get displacement(): number {
    return this.#displacement;
  }
  set displacement(value: number) {
    this.#displacement = value;
    this.#kernel.setDisplacement(value);
  }

  advance(n: number): void {
    for (let left = n; left > 0; ) {
      const done = this.#kernel.advance(Math.min(left, 1 << 30));
      this.#trial += done;
      left -= done;
      if (left > 0) {
        // an array is full: the same guests in a larger memory, and the trial that found it full is run again
        const guests = this.guestRows();
        const cavity = this.#cavity;
        this.#earlier = this.#earlier.map((x, i) => x + this.#tally[i]!);
        this.#grow();
        this.#open(guests);
        for (const [k, bytes] of cavity.entries()) this.#cavity[k]!.set(bytes);
        this.#kernel.restoreCavity();
      }
    }
  }

  refresh(): number {
    const running = this.#kernel.energy();
    this.#kernel.refresh();
    return Math.abs(running - this.#kernel.energy());
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const total = this.#earlier.map((x, i) => x + this.#tally[i]!);
    this.#earlier.fill(0);
    this.#tally.fill(0);
    return Object.fromEntries(
      moveNames.map((name, i) => [name, { attempted: total[i]!, accepted: total[i + 4]! }]),
    ) as Record<MoveName, MoveCount>;
  }

  guestRows(): Float64Array {
    const rows = new Float64Array(4 * this.count);
    for (let i = 0; i < this.count; i++) {
      rows[4 * i] = this.#kernel.guestX(i);
      rows[4 * i + 1] = this.#kernel.guestY(i);
      rows[4 * i + 2] = this.#kernel.guestZ(i);
    }
    return rows;
  }

  trialEnergy(out: number, x: number, y: number, z: number): number {
    return this.#kernel.trialEnergy(out, Number.isNaN(x) ? 0 : 1, x || 0, y || 0, z || 0);
  }

  hostField(x: number, y: number, z: number): [number, number] | null {
    const ion = this.#kernel.fieldIon(x, y, z);
    return ion === Number.POSITIVE_INFINITY ? null : [ion, this.#kernel.fieldMetal()];
  }
}
