/**
 * The chain in WebAssembly (kernels/cpu): this file compiles it, hands it a memory (wasm-layout.ts) and speaks for it.
 *
 * @oracle test/conformance/chain.test.ts: the same decisions as the reference chain, trial by trial
 */
import { BackendError, PhysicsError } from '../core/errors.ts';
import { boltzmann } from '../core/units.ts';
import { chainWasm } from '../generated/chain-wasm.ts';
import type { MoveCount } from '../trajectory/series.ts';
import { throwOverfull } from './cavity.ts';
import {
  type Chain,
  type ChainSetup,
  type ChainState,
  countsByMove,
  type MoveName,
  requireApart,
  requireConsistent,
  savedGuest,
  savedRows,
  type TrialProbe,
} from './chain.ts';
import { type Drive, requireDrive, type Transitions } from './drive.ts';
import { mapImports } from './host-map/read.ts';
import { guestWords, type Layout, layOut } from './wasm-layout.ts';
import { readState, readTransitions, writeState, writeTransitions } from './wasm-state.ts';

interface Kernel {
  setup(pointer: number): void;
  place(x: number, y: number, z: number): number;
  refresh(): void;
  count(): number;
  energy(): number;
  fieldIon(x: number, y: number, z: number): number;
  fieldMetal(): number;
  trialEnergy(out: number, comes: number, x: number, y: number, z: number): number;
  advance(n: number): number;
  setLnActivity(value: number): void;
  setDisplacement(value: number): void;
  setBeta(value: number): void;
  restore(count: number, energy: number): void;
  setDrive(least: number, most: number): void;
  overfull(): number;
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
  /**
   * Starts again in the same host with other guests, others at rest, another domain and another place in the random stream: far cheaper
   * than another chain where the host is large.
   */
  rearrange(start: Start): void;
}

/** Where a chain begins in a host that it has. */
export interface Start {
  readonly trial: number;
  /** [F, 4] guests at rest, Å */
  readonly fixed: Float64Array;
  /** [N, 4] the others, Å */
  readonly guests: Float64Array;
  /** see ChainSetup */
  readonly domain: readonly [number, number];
}

/**
 * @throws SpecError  the host's cell is not orthorhombic or narrower than twice the cutoff; given guests overlap
 * @throws BackendError  WebAssembly or its SIMD instructions are missing
 */
export function createWasmChain(setup: ChainSetup): WasmChain {
  return new WasmChainObject(setup);
}

class WasmChainObject implements WasmChain {
  #setup: ChainSetup;
  #kernel!: Kernel;
  #memory!: Layout;
  #fixed: number;
  #drive: Drive | null = null;
  #slots = 48;
  #capacity: number;
  #lnActivity = Number.NEGATIVE_INFINITY;
  #displacement = 0.5;
  #temperature: number;
  #trial = 0;
  #earlier: Float64Array = new Float64Array(8);

  constructor(setup: ChainSetup) {
    requireConsistent(setup, 'wasm');
    this.#setup = setup;
    this.#temperature = setup.temperature;
    this.#fixed = (setup.fixed?.length ?? 0) / 4;
    const { state } = setup;
    const guests = state ? state.guests.length / savedGuest.words : (setup.guests?.length ?? 0) / 4 + this.#fixed;
    this.#capacity = Math.max(1024, 2 * guests);
    if (state) this.#restore(state);
    else {
      this.#open(setup.guests ?? new Float64Array());
      requireApart(this);
    }
  }

  /** Lays out a fresh memory and places the guests; the arrays grow until they fit. */
  #open(guests: Float64Array): void {
    for (;;) {
      const memory = layOut(this.#setup, this.#capacity, this.#slots, this.#trial);
      const env = { memory: memory.memory, seed: () => 0 };
      const instance = new WebAssembly.Instance(compile(), { env, map: mapImports(this.#setup.map) });
      this.#kernel = instance.exports as unknown as Kernel;
      this.#kernel.setup(memory.block);
      this.#memory = memory;
      const { fixed = new Float64Array() } = this.#setup;
      if (this.#place(fixed) && this.#place(guests)) break;
      this.#grow();
    }
    this.#begin();
  }

  /** What follows once the guests have their places. */
  #begin(): void {
    if (this.#kernel.overfull()) throwOverfull();
    this.#kernel.refresh();
    this.#kernel.setLnActivity(this.#lnActivity);
    this.#kernel.setDisplacement(this.#displacement);
    this.#kernel.setBeta(1 / (boltzmann * this.#temperature));
    this.#putDrive();
  }

  rearrange({ trial, fixed, guests, domain }: Start): void {
    this.#setup = { ...this.#setup, fixed, domain };
    this.#fixed = fixed.length / 4;
    this.#trial = trial;
    const fits = (fixed.length + guests.length) / 4 <= this.#capacity;
    if (fits && this.#again({ trial, fixed, guests, domain })) return;
    while ((fixed.length + guests.length) / 4 > this.#capacity) this.#grow();
    this.#open(guests);
  }

  /** The same memory with other guests; false when they find no room in it. */
  #again({ trial, fixed, guests, domain }: Start): boolean {
    const { memory, block, startWords } = this.#memory;
    const view = new DataView(memory.buffer);
    view.setFloat64(startWords.trial, trial, true);
    view.setFloat64(startWords.fixed, fixed.length / 4, true);
    for (const [k, plane] of domain.entries()) view.setFloat64(startWords.domain + 8 * k, plane, true);
    this.#kernel.setup(block);
    if (!this.#place(fixed) || !this.#place(guests)) return false;
    this.#begin();
    return true;
  }

  /** False when a guest finds no room. */
  #place(guests: Float64Array): boolean {
    for (let a = 0; a < guests.length; a += 4) {
      if (this.#kernel.place(guests[a]!, guests[a + 1]!, guests[a + 2]!) !== 1) return false;
    }
    return true;
  }

  #restore(state: ChainState): void {
    this.#trial = state.trial;
    this.#displacement = state.displacement;
    this.#lnActivity = state.lnActivity ?? Number.NEGATIVE_INFINITY;
    this.#earlier = state.counts.slice();
    this.#drive = state.drive;
    while (state.drive && state.drive.most + this.#fixed > this.#capacity) this.#grow();
    this.#open(savedRows(state.guests, this.#fixed));
    writeState(this.#memory, state);
    this.#kernel.restore(state.guests.length / savedGuest.words, state.energy);
    if (state.stale) this.#kernel.refresh();
    if (state.transitions) writeTransitions(this.#memory, state.transitions);
  }

  /** Tells a fresh memory what drives N. */
  #putDrive(): void {
    const { drive } = this.#memory;
    if (!this.#drive) {
      this.#kernel.setDrive(1, 0);
      return;
    }
    const { least, most, lnActivity } = this.#drive;
    drive.set(lnActivity, least);
    this.#kernel.setDrive(least, most);
  }

  #enlarge(): void {
    const state = this.save();
    this.#grow();
    this.#restore(state);
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
    return this.#kernel.count() - this.#fixed;
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
  get temperature(): number {
    return this.#temperature;
  }
  set temperature(value: number) {
    this.#temperature = value;
    this.#kernel.setBeta(1 / (boltzmann * value));
  }

  advance(n: number): void {
    for (let left = n; left > 0; ) {
      const done = this.#kernel.advance(Math.min(left, 1 << 30));
      this.#trial += done;
      left -= done;
      if (this.#kernel.overfull()) throwOverfull();
      if (left > 0) {
        // an array is full: the same state in a larger memory, and the trial that found it full is run again
        this.#enlarge();
      }
    }
  }

  refresh(): number {
    const running = this.#kernel.energy();
    this.#kernel.refresh();
    return Math.abs(running - this.#kernel.energy());
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const total = this.#counts();
    this.#earlier.fill(0);
    this.#memory.tally.fill(0);
    return countsByMove(total);
  }

  #counts(): Float64Array {
    return this.#earlier.map((x, i) => x + this.#memory.tally[i]!);
  }

  guestRows(): Float64Array {
    const n = this.count;
    const rows = new Float64Array(4 * n);
    for (let i = 0; i < n; i++) {
      const at = guestWords * (i + this.#fixed);
      rows.set(this.#memory.records.subarray(at, at + 3), 4 * i);
    }
    return rows;
  }

  setGuests(rows: Float64Array): void {
    if (this.#drive) requireDrive(this.#drive, rows.length / 4);
    const transitions = this.#drive && readTransitions(this.#memory, this.#drive);
    this.#earlier = this.#counts();
    this.#open(rows);
    if (transitions) writeTransitions(this.#memory, transitions);
    requireApart(this);
  }

  drive(drive: Drive | null): void {
    if (drive) requireDrive(drive, this.count);
    while (drive && drive.most + this.#fixed > this.#capacity) this.#enlarge();
    this.#drive = drive && { ...drive, lnActivity: drive.lnActivity.slice() };
    this.#memory.drive.fill(0);
    this.#putDrive();
  }

  takeTransitions(): Transitions | null {
    if (!this.#drive) return null;
    const transitions = readTransitions(this.#memory, this.#drive);
    this.#memory.drive.fill(0, this.#capacity + 1);
    return transitions;
  }

  save(): ChainState {
    return {
      backend: 'wasm',
      trial: this.#trial,
      lnActivity: Number.isFinite(this.#lnActivity) ? this.#lnActivity : null,
      displacement: this.#displacement,
      energy: this.#kernel.energy(),
      ...readState(this.#memory, this.#kernel.count()),
      counts: this.#counts(),
      drive: this.#drive,
      transitions: this.#drive && readTransitions(this.#memory, this.#drive),
    };
  }

  trialEnergy(out: number, x: number, y: number, z: number): number {
    return this.#kernel.trialEnergy(out < 0 ? out : out + this.#fixed, Number.isNaN(x) ? 0 : 1, x || 0, y || 0, z || 0);
  }

  hostField(x: number, y: number, z: number): [number, number] | null {
    const ion = this.#kernel.fieldIon(x, y, z);
    return ion === Number.POSITIVE_INFINITY ? null : [ion, this.#kernel.fieldMetal()];
  }
}
