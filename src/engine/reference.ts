/**
 * The readable chain: one trial after another, in f64. Every other backend is measured against it.
 *
 * @oracle test/conformance/chain.test.ts (decision by decision), test/statistical/*.test.ts
 */
import { philox4x32, uniformFromWord } from '../core/random.ts';
import { boltzmann } from '../core/units.ts';
import type { MoveCount } from '../trajectory/series.ts';
import { CavityList } from './cavity.ts';
import {
  type Chain,
  type ChainSetup,
  type MoveName,
  moveNames,
  moveThresholds,
  requireApart,
  type TrialProbe,
} from './chain.ts';
import { displace } from './moves/displace.ts';
import { insert, remove } from './moves/exchange.ts';
import type { Move, TrialRandom } from './moves/move.ts';
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
  readonly #state: GuestState;
  readonly #cavity: CavityList;
  readonly #beta: number;
  readonly #thresholds: readonly number[];
  readonly #words = new Uint32Array(4);
  #attempted: Record<MoveName, number> = { displace: 0, insert: 0, delete: 0, teleport: 0 };
  #accepted: Record<MoveName, number> = { displace: 0, insert: 0, delete: 0, teleport: 0 };

  constructor(setup: ChainSetup) {
    this.#setup = setup;
    this.#beta = 1 / (boltzmann * setup.temperature);
    this.#thresholds = moveThresholds(setup);
    this.#state = new GuestState(setup.tables, setup.host);
    this.#cavity = new CavityList(setup.host.cell, setup.grid, setup.guestCavity);
    if (setup.guests) this.#state.place(setup.guests);
    for (const g of this.#state.guests) this.#cavity.block(this.#cavity.voxelOf(g.x, g.y, g.z));
    this.#state.refresh();
    requireApart(this);
  }

  get count(): number {
    return this.#state.guests.length;
  }

  get energy(): number {
    return this.#state.energy;
  }

  advance(n: number): void {
    for (let k = 0; k < n; k++) this.#step();
  }

  #step(): void {
    const [move, random] = this.#draw();
    const name = moveNames[this.#thresholds.filter((threshold) => move >= threshold).length]!;
    this.#attempted[name]++;
    this.trial++;
    const { lnActivity, displacement } = this;
    const proposal = moves[name]({ state: this.#state, cavity: this.#cavity, lnActivity, displacement }, random);
    if (!proposal) return;
    const change = this.#state.propose(proposal.out, proposal.at);
    if (!change) return;
    if (Math.log(random.accept) >= proposal.logBias - this.#beta * change.energy) return;
    this.#accepted[name]++;
    const from = proposal.out >= 0 ? this.#state.guests[proposal.out]! : null;
    const leaves = from ? this.#cavity.voxelOf(from.x, from.y, from.z) : -1;
    const enters = proposal.at ? this.#cavity.voxelOf(...proposal.at) : -1;
    if (leaves !== enters) {
      if (leaves >= 0) this.#cavity.unblock(leaves);
      if (enters >= 0) this.#cavity.block(enters);
    }
    this.#state.apply(change);
  }

  #draw(): [number, TrialRandom] {
    const { key, stream } = this.#setup;
    const low = this.trial >>> 0;
    const high = Math.floor(this.trial / 4294967296);
    philox4x32(low, high, 0, stream, key[0], key[1], this.#words);
    const [move, which, x, y] = Array.from(this.#words, uniformFromWord) as [number, number, number, number];
    philox4x32(low, high, 1, stream, key[0], key[1], this.#words);
    const [z, accept, where] = Array.from(this.#words, uniformFromWord) as [number, number, number, number];
    return [move, { which, x, y, z, accept, where }];
  }

  refresh(): number {
    const running = this.#state.energy;
    this.#state.refresh();
    return Math.abs(running - this.#state.energy);
  }

  takeCounts(): Record<MoveName, MoveCount> {
    const counts = Object.fromEntries(
      moveNames.map((name) => [name, { attempted: this.#attempted[name], accepted: this.#accepted[name] }]),
    ) as Record<MoveName, MoveCount>;
    this.#attempted = { displace: 0, insert: 0, delete: 0, teleport: 0 };
    this.#accepted = { displace: 0, insert: 0, delete: 0, teleport: 0 };
    return counts;
  }

  guestRows(): Float64Array {
    return Float64Array.from(this.#state.guests.flatMap((g) => [g.x, g.y, g.z, 0]));
  }

  trialEnergy(out: number, x: number, y: number, z: number): number {
    const change = this.#state.propose(out, Number.isNaN(x) ? null : this.#state.wrap(x, y, z));
    return change ? change.energy : Number.POSITIVE_INFINITY;
  }
}
