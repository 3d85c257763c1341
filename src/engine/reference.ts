/**
 * The readable chain: one trial after another, in f64. Every other backend is measured against it.
 *
 * @oracle test/conformance/chain.test.ts (decision by decision), test/statistical/*.test.ts
 */
import { philox4x32, uniformFromWord, uniformFromWords } from '../core/random.ts';
import { boltzmann } from '../core/units.ts';
import type { MoveCount } from '../trajectory/series.ts';
import { CavityList } from './cavity.ts';
import {
  type Chain,
  type ChainSetup,
  type ChainState,
  countsByMove,
  type MoveName,
  moveNames,
  moveThresholds,
  requireApart,
  requireConsistent,
  type TrialProbe,
} from './chain.ts';
import { type Drive, emptyTransitions, requireDrive, type Transitions, tryExchange, visit } from './drive.ts';
import { displace } from './moves/displace.ts';
import { insert, remove } from './moves/exchange.ts';
import type { Move, Proposal, TrialRandom } from './moves/move.ts';
import { teleport } from './moves/teleport.ts';
import { GuestState } from './state.ts';

const moves: Record<MoveName, Move> = { displace, insert, delete: remove, teleport };

/** @throws SpecError  the host's cell is not orthorhombic or narrower than twice the cutoff; given guests overlap */
export function createReferenceChain(setup: ChainSetup): Chain & TrialProbe {
  return new ReferenceChain(setup);
}

class ReferenceChain implements Chain, TrialProbe {
  trial = 0;
  lnActivity = Number.NEGATIVE_INFINITY;
  displacement = 0.5;
  readonly #setup: ChainSetup;
  #state!: GuestState;
  #cavity!: CavityList;
  temperature: number;
  readonly #thresholds: readonly number[];
  readonly #words = new Uint32Array(4);
  readonly #fixed: number;
  #counts = new Float64Array(2 * moveNames.length);
  #drive: Drive | null = null;
  #transitions: Transitions | null = null;

  constructor(setup: ChainSetup) {
    requireConsistent(setup, 'reference');
    this.#setup = setup;
    this.temperature = setup.temperature;
    this.#thresholds = moveThresholds(setup);
    this.#fixed = (setup.fixed?.length ?? 0) / 4;
    if (setup.state) this.#restore(setup.state);
    else this.setGuests(setup.guests ?? new Float64Array());
  }

  get count(): number {
    return this.#state.guests.length - this.#fixed;
  }

  get energy(): number {
    return this.#state.energy;
  }

  advance(n: number): void {
    for (let k = 0; k < n; k++) {
      this.#step();
      if (this.#transitions) visit(this.#transitions, this.count, this.energy);
    }
  }

  #beta(): number {
    return 1 / (boltzmann * this.temperature);
  }

  #step(): void {
    const [choice, random] = this.#draw();
    const move = this.#thresholds.filter((threshold) => choice >= threshold).length;
    const name = moveNames[move]!;
    this.#counts[move]!++;
    this.trial++;
    const n = this.count;
    const { displacement } = this;
    const context = { state: this.#state, cavity: this.#cavity, fixed: this.#fixed, displacement };
    const proposal = moves[name](context, random);
    const allowed = this.#inRegion(proposal) ? proposal : null;
    const change = allowed && this.#state.propose(allowed.out, allowed.at);
    if (this.#transitions && (name === 'insert' || name === 'delete')) {
      const lnRatio = change ? allowed.logBias - this.#beta() * change.energy : Number.NEGATIVE_INFINITY;
      const undriven = name === 'insert' ? this.lnActivity : -this.lnActivity;
      tryExchange(this.#transitions, name, n, Math.min(1, Math.exp(undriven + lnRatio)));
    }
    if (!change) return;
    if (Math.log(random.accept) >= allowed.logBias + this.#activityOf(name, n) - this.#beta() * change.energy) return;
    this.#counts[move + moveNames.length]!++;
    this.#blockVoxels(allowed);
    this.#state.apply(change);
  }

  /** ln z^ΔN of a move from N; −∞ beyond the limits of a driven chain. */
  #activityOf(name: MoveName, n: number): number {
    if (name !== 'insert' && name !== 'delete') return 0;
    const sign = name === 'insert' ? 1 : -1;
    if (!this.#drive) return sign * this.lnActivity;
    const step = this.#drive.lnActivity[(name === 'insert' ? n : n - 1) - this.#drive.least];
    return step === undefined ? Number.NEGATIVE_INFINITY : sign * step;
  }

  #inRegion(proposal: Proposal | null): proposal is Proposal {
    if (!proposal?.at) return proposal !== null;
    const voxel = this.#cavity.voxelOf(...proposal.at);
    return this.#cavity.mayEnter(voxel) && this.#setup.region?.[voxel] !== 0;
  }

  #blockVoxels({ out, at }: Proposal): void {
    const from = out >= 0 ? this.#state.guests[out]! : null;
    const leaves = from ? this.#cavity.voxelOf(from.x, from.y, from.z) : -1;
    const enters = at ? this.#cavity.voxelOf(...at) : -1;
    if (leaves === enters) return;
    if (leaves >= 0 && enters >= 0) this.#cavity.move(leaves, enters);
    else if (leaves >= 0) this.#cavity.unblock(leaves);
    else this.#cavity.block(enters);
  }

  #draw(): [number, TrialRandom] {
    const { key, stream } = this.#setup;
    const low = this.trial >>> 0;
    const high = Math.floor(this.trial / 4294967296);
    philox4x32(low, high, 0, stream, key[0], key[1], this.#words);
    const [move, which, x, y] = Array.from(this.#words, uniformFromWord) as [number, number, number, number];
    philox4x32(low, high, 1, stream, key[0], key[1], this.#words);
    const [z, accept] = Array.from(this.#words, uniformFromWord) as [number, number, number, number];
    const where = uniformFromWords(this.#words[2]!, this.#words[3]!);
    return [move, { which, x, y, z, accept, where }];
  }

  refresh(): number {
    const running = this.#state.energy;
    this.#state.refresh();
    return Math.abs(running - this.#state.energy);
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const counts = this.#counts;
    this.#counts = new Float64Array(counts.length);
    return countsByMove(counts);
  }

  guestRows(): Float64Array {
    return Float64Array.from(this.#state.guests.slice(this.#fixed).flatMap((g) => [g.x, g.y, g.z, 0]));
  }

  setGuests(rows: Float64Array): void {
    if (this.#drive) requireDrive(this.#drive, rows.length / 4);
    this.#empty();
    this.#state.place(this.#setup.fixed ?? new Float64Array());
    this.#state.place(rows);
    for (const g of this.#state.guests) this.#cavity.block(this.#cavity.voxelOf(g.x, g.y, g.z));
    this.#state.refresh();
    requireApart(this);
  }

  #empty(): void {
    const { tables, host, map, grid, guestCavity, domain } = this.#setup;
    this.#state = new GuestState(tables, host, map);
    this.#cavity = new CavityList(host.cell, grid, guestCavity, domain);
  }

  drive(drive: Drive | null): void {
    if (drive) requireDrive(drive, this.count);
    this.#drive = drive && { ...drive, lnActivity: drive.lnActivity.slice() };
    this.#transitions = drive && emptyTransitions(drive.least, drive.most);
  }

  takeTransitions(): Transitions | null {
    const transitions = this.#transitions;
    if (this.#drive) this.#transitions = emptyTransitions(this.#drive.least, this.#drive.most);
    return transitions;
  }

  save(): ChainState {
    return {
      backend: 'reference',
      trial: this.trial,
      lnActivity: Number.isFinite(this.lnActivity) ? this.lnActivity : null,
      displacement: this.displacement,
      energy: this.energy,
      ...this.#state.save(),
      counts: this.#counts.slice(),
      drive: this.#drive,
      transitions: structuredClone(this.#transitions),
    };
  }

  #restore(state: ChainState): void {
    this.trial = state.trial;
    this.lnActivity = state.lnActivity ?? Number.NEGATIVE_INFINITY;
    this.displacement = state.displacement;
    this.#empty();
    this.#state.restore(state.guests, state.members, state.energy);
    for (const g of this.#state.guests) this.#cavity.block(this.#cavity.voxelOf(g.x, g.y, g.z));
    this.#counts = state.counts.slice();
    this.#drive = state.drive;
    this.#transitions = structuredClone(state.transitions);
  }

  trialEnergy(out: number, x: number, y: number, z: number): number {
    const at = Number.isNaN(x) ? null : this.#state.wrap(x, y, z);
    const change = this.#state.propose(out < 0 ? out : out + this.#fixed, at);
    return change ? change.energy : Number.POSITIVE_INFINITY;
  }
}
