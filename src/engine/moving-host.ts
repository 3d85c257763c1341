/**
 * Guests in a host that moves: grand-canonical trials at carbons that stand still, in turn with moves of everything at constant N. Each
 * kind of move by itself leaves
 *
 *   p ∝ z^N/N! e^(−β (U(guests, carbons, L) + P A L))
 *
 * alone, so any sequence of them samples it ("strict"):
 *
 *   exchange  the chain of a rigid host (insert, delete, displace, teleport) for as long as carbons stand still
 *   segment   hybrid Monte Carlo: new velocities, some steps of velocity Verlet, accepted with e^(−βΔH): the error of the time step
 *             costs acceptance, not truth
 *   gallery   a gap between two sheets widens by Δ: all above moves by Δ, guests in it by Δ/2, the box grows by Δ; unit Jacobian
 *   slide     a sheet and the guests above it up to the next move sideways; unit Jacobian
 *
 * `relaxedExchange` is the cheap way of the literature: put a guest in, let everything relax, accept by the energies of the two minima.
 * It weighs basins by their depth alone and has no reverse move of equal probability: approximate, and to be compared with strict before
 * use (docs/protocols.md has its bias).
 *
 * @cite Duane, Kennedy, Pendleton & Roweth, Phys. Lett. B 195, 216 (1987) doi:10.1016/0370-2693(87)91197-X (hybrid Monte Carlo)
 */
import { cellFromMatrix } from '../core/cell.ts';
import { massOf } from '../core/elements.ts';
import { PhysicsError, SpecError } from '../core/errors.ts';
import { atomCount, type Frame, speciesAt } from '../core/frame.ts';
import { keyFromSeed, RandomStream } from '../core/random.ts';
import { boltzmann } from '../core/units.ts';
import type { Model } from '../model/model.ts';
import type { ChainSetup } from './chain.ts';
import { createDynamics, thermalVelocities } from './dynamics.ts';
import { FieldCache, type MakeField } from './field-cache.ts';
import { prepareChain } from './prepare.ts';
import { relax } from './relax.ts';
import { type SheetStack, sheetStack } from './sheet-stack.ts';
import { createWasmChain } from './wasm.ts';

export interface MovingHostSetup {
  /** forces on all atoms of a frame, guests included: `(frame) => wasmForceField(combineModels([carbon, sheets, guests]), frame)` */
  readonly forceFieldOf: MakeField;
  /** guests in carbon as a chain sees them: the guests' part of the force field */
  readonly model: Model;
  readonly guest: string;
  /** orthorhombic, at least two cutoffs wide whatever the moves make of it */
  readonly host: Frame;
  /** [N, 4] guests to start from, Å */
  readonly guests?: Float64Array;
  /** K */
  readonly temperature: number;
  /** relative frequencies within an exchange */
  readonly moves: ChainSetup['moves'];
  readonly seed: string | number;
  /** one segment of dynamics; time step in fs */
  readonly segment: { readonly steps: number; readonly timestep: number };
  /** [host atoms] number of the sheet of a stack along z, from 0 at the bottom; without it there are neither galleries nor slides */
  readonly sheets?: Int32Array;
  /** P, eV/Å³; 0 when not given */
  readonly pressure?: number;
}

export const hostMoves = ['segment', 'gallery', 'slide', 'relaxedExchange'] as const;
export type HostMove = (typeof hostMoves)[number];

/** Å: half edge of a guest's displacement */
const displacement = 0.3;

interface Counts {
  tried: number;
  accepted: number;
}

/**
 * One chain of guests and carbons. Mutable; dispose of it.
 *
 * @oracle test/statistical/moving-host.test.ts
 */
export class MovingHost {
  lnActivity = Number.NEGATIVE_INFINITY;
  /** of host moves since the beginning */
  readonly counts: Readonly<Record<HostMove, Counts>> = Object.fromEntries(
    hostMoves.map((move) => [move, { tried: 0, accepted: 0 }]),
  ) as Record<HostMove, Counts>;
  readonly #setup: MovingHostSetup;
  readonly #beta: number;
  readonly #random: RandomStream;
  readonly #fields: FieldCache;
  readonly #key: readonly [number, number];
  #frame: Frame;
  /** of `frame`, eV; null when not known */
  #energy: number | null = null;
  #round = 0;

  /** @throws SpecError  sheets do not belong to the host's atoms */
  constructor(setup: MovingHostSetup) {
    const { host, guest, guests = new Float64Array(), sheets } = setup;
    if (sheets && sheets.length !== atomCount(host)) {
      throw new SpecError(
        `sheets: wanted one number for each of the ${atomCount(host)} host atoms, got ${sheets.length}`,
      );
    }
    this.#setup = setup;
    this.#fields = new FieldCache(setup.forceFieldOf);
    this.#beta = 1 / (boltzmann * setup.temperature);
    this.#random = new RandomStream(`${setup.seed} host moves`);
    this.#key = keyFromSeed(`${setup.seed} segments`);
    this.#frame = { cell: host.cell, species: [...host.species, guest], rows: host.rows };
    this.#frame = this.#withGuests(guests);
  }

  /** Number of guests. */
  get count(): number {
    return atomCount(this.#frame) - atomCount(this.#setup.host);
  }

  /** Host atoms in the order of the setup, then guests; not wrapped. */
  get frame(): Frame {
    return this.#frame;
  }

  /** U of all atoms, eV. */
  async energy(): Promise<number> {
    this.#energy ??= (await this.#fields.computed(this.#frame)).energy;
    return this.#energy;
  }

  dispose(): void {
    this.#fields.dispose();
  }

  #hostRows(): Float64Array {
    return this.#frame.rows.subarray(0, this.#setup.host.rows.length);
  }

  #guestRows(): Float64Array {
    return this.#frame.rows.subarray(this.#setup.host.rows.length);
  }

  /** The carbons as they stand with other guests. */
  #withGuests(guests: Float64Array): Frame {
    const host = this.#hostRows();
    const rows = new Float64Array(host.length + guests.length);
    rows.set(host);
    rows.set(guests, host.length);
    for (let a = host.length + 3; a < rows.length; a += 4) rows[a] = this.#frame.species.length - 1;
    return { ...this.#frame, rows };
  }

  /** Goes on from another state with probability min{1, e^lnRatio}. */
  #accept(move: HostMove, lnRatio: number, frame: Frame, energy: number): boolean {
    if (Math.log(this.#random.uniform()) >= lnRatio) return false;
    this.counts[move].accepted++;
    this.#frame = frame;
    this.#energy = energy;
    return true;
  }

  /**
   * Grand-canonical trials in the carbons as they stand.
   *
   * @throws SpecError  guests overlap the host or one another, which no move of this class leaves behind
   */
  exchange(trials: number): void {
    const { model, guest, temperature, moves, seed } = this.#setup;
    const host = { cell: this.#frame.cell, species: this.#setup.host.species, rows: this.#hostRows() };
    const guests = this.#guestRows().slice();
    for (let a = 3; a < guests.length; a += 4) guests[a] = 0;
    const stream = this.#round++;
    const setup = prepareChain({ model, guest, host, temperature, moves, seed: `${seed} guests`, stream, guests });
    const chain = createWasmChain(setup);
    chain.lnActivity = this.lnActivity;
    chain.displacement = displacement;
    chain.advance(trials);
    this.#frame = this.#withGuests(chain.guestRows());
    this.#energy = null;
  }

  /** One segment of dynamics of all atoms; true when it was accepted. */
  async segment(): Promise<boolean> {
    const { temperature, segment } = this.#setup;
    const stream = this.counts.segment.tried++;
    const { cell } = this.#frame;
    const forceField = await this.#fields.computed(this.#frame);
    this.#energy = forceField.energy;
    const masses = Float64Array.from({ length: forceField.count }, (_, i) => massOf(speciesAt(this.#frame, i)));
    const key = this.#key;
    const velocities = thermalVelocities(masses, temperature, key, stream);
    const dynamics = createDynamics({
      forceField,
      cell,
      masses,
      timestep: segment.timestep,
      thermostat: { kind: 'none' },
      velocities,
      key,
      stream,
    });
    const before = dynamics.conserved();
    try {
      dynamics.advance(segment.steps);
    } catch (error) {
      // an atom that flies off has come upon another: an infinite ΔH
      if (error instanceof PhysicsError) return false;
      throw error;
    }
    const lnRatio = -this.#beta * (dynamics.conserved() - before);
    const frame = { ...this.#frame, rows: forceField.positions.slice() };
    return this.#accept('segment', lnRatio, frame, forceField.energy);
  }

  /**
   * One gap between sheets, drawn at random, widens or narrows by up to `reach`; true when that was accepted.
   *
   * @param reach  Å
   */
  async gallery(reach: number): Promise<boolean> {
    const stack = this.#stack();
    const gallery = this.#random.integer(stack.heights.length);
    const by = reach * (2 * this.#random.uniform() - 1);
    const rows = this.#frame.rows.slice();
    const carbons = atomCount(this.#setup.host);
    stack.galleryOf.forEach((here, i) => {
      const middle = here === gallery && i >= carbons ? 0.5 * by : 0;
      rows[4 * i + 2] = stack.z[i]! + (here > gallery ? by : middle);
    });
    const matrix = this.#frame.cell.matrix.slice();
    matrix[8]! += by;
    const area = matrix[0]! * matrix[4]!;
    const frame = { ...this.#frame, cell: cellFromMatrix(matrix), rows };
    return this.#blockMove('gallery', stack, frame, area * by);
  }

  /**
   * One sheet, drawn at random, moves along x and y by up to `reach` each, with the guests above it; true when that was accepted.
   *
   * @param reach  Å
   */
  async slide(reach: number): Promise<boolean> {
    const stack = this.#stack();
    const chosen = this.#random.integer(stack.heights.length);
    const [dx, dy] = [0, 1].map(() => reach * (2 * this.#random.uniform() - 1)) as [number, number];
    const rows = this.#frame.rows.slice();
    stack.galleryOf.forEach((here, i) => {
      if (here !== chosen) return;
      rows[4 * i]! += dx;
      rows[4 * i + 1]! += dy;
    });
    return this.#blockMove('slide', stack, { ...this.#frame, rows }, 0);
  }

  async #blockMove(move: 'gallery' | 'slide', stack: SheetStack, frame: Frame, volumeChange: number): Promise<boolean> {
    this.counts[move].tried++;
    const before = await this.energy();
    const after = this.#stack(frame).galleryOf;
    // a guest that came into another gallery could not be brought back
    if (stack.galleryOf.some((gallery, i) => gallery !== after[i])) return false;
    const { energy } = await this.#fields.computed(frame);
    const work = energy - before + (this.#setup.pressure ?? 0) * volumeChange;
    return this.#accept(move, -this.#beta * work, frame, energy);
  }

  /**
   * Approximate: an insertion at a point drawn anywhere, or a deletion, after which all atoms and the height of the box relax; accepted
   * with the energies at rest, min{1, zV/(N + 1) e^(−βΔU)} and its inverse. The state should be at rest before the first.
   *
   * @param steps  of relaxation, at most
   */
  async relaxedExchange(steps: number): Promise<boolean> {
    this.counts.relaxedExchange.tried++;
    const before = await this.energy();
    const { cell } = this.#frame;
    const guests = this.#guestRows();
    const n = this.count;
    const insert = this.#random.uniform() < 0.5;
    if (!insert && n === 0) return false;
    const place = [0, 1, 2].map((k) => this.#random.uniform() * cell.matrix[4 * k]!);
    const out = this.#random.integer(Math.max(1, n));
    const trial = insert
      ? Float64Array.from([...guests, ...place, 0])
      : Float64Array.from([...guests.subarray(0, 4 * out), ...guests.subarray(4 * (out + 1))]);
    const lnZV = this.lnActivity + Math.log(cell.volume);
    const lnWeight = insert ? lnZV - Math.log(n + 1) : Math.log(n) - lnZV;
    try {
      const { frame, energy } = await this.#rest(this.#withGuests(trial), steps);
      return this.#accept('relaxedExchange', lnWeight - this.#beta * (energy - before), frame, energy);
    } catch (error) {
      // a point on top of an atom
      if (error instanceof PhysicsError) return false;
      throw error;
    }
  }

  /** Brings all atoms, and the height of the box where there are sheets, to rest. */
  async relax(steps: number): Promise<void> {
    const { frame, energy } = await this.#rest(this.#frame, steps);
    this.#frame = frame;
    this.#energy = energy;
  }

  async #rest(from: Frame, steps: number): Promise<{ frame: Frame; energy: number }> {
    const { sheets, pressure } = this.#setup;
    const forceField = await this.#fields.computed(from);
    const result = relax({
      forceField,
      cell: from.cell,
      method: 'fire',
      forceTolerance: 0.02,
      stressTolerance: 1e-3,
      maxSteps: steps,
      pressure,
      strain: sheets ? { kind: 'anisotropic', axes: [false, false, true] } : undefined,
    });
    const frame = { ...from, cell: result.cell, rows: forceField.positions.slice() };
    return { frame, energy: result.energy };
  }

  #stack(frame: Frame = this.#frame): SheetStack {
    const { sheets } = this.#setup;
    if (!sheets) throw new SpecError('moves of sheets need `sheets`, the number of each host atom’s sheet');
    return sheetStack(frame, sheets);
  }
}
