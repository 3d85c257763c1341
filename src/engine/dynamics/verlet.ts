/** The simulation itself: state, order of operations, and what is measured on the way. */
import { type Cell, cellFromMatrix } from '../../core/cell.ts';
import { PhysicsError } from '../../core/errors.ts';
import { amuAngstrom2PerFs2, boltzmann } from '../../core/units.ts';
import type { Barostat, Dynamics, DynamicsSetup, DynamicsState } from '../dynamics.ts';
import type { ForceField } from '../force-field.ts';
import { type CellLoad, cellHeat, drawCellMove } from './cell-rescale.ts';
import { Noise } from './noise.ts';
import {
  halfKicks,
  kickAndDrift,
  kickAndSum,
  type LangevinPass,
  langevinKickAndDrift,
  scaleVelocities,
} from './passes.ts';
import { rescaleFactor } from './rescale.ts';
import { firstSchedule, requireTarget, type TemperatureSchedule, temperatureAt } from './schedule.ts';
import { degreesOfFreedom, requireOwnState, startVelocities, tooFar } from './setup.ts';
import { deformRows } from './strain.ts';
import { kineticEnergy, kineticTensor } from './velocities.ts';

/** See `Dynamics` for what its members promise. */
export class Verlet implements Dynamics {
  readonly forceField: ForceField;
  readonly velocities: Float64Array;
  readonly degreesOfFreedom: number;
  step = 0;
  time = 0;
  heat = 0;
  cell: Cell;
  lastGood: DynamicsState;
  readonly #setup: DynamicsSetup;
  readonly #kick: Float64Array;
  readonly #noise: Noise;
  readonly #pass: LangevinPass = { runaway: -1, heat: 0 };
  #schedule: TemperatureSchedule | null;

  constructor(setup: DynamicsSetup, state?: DynamicsState) {
    const { forceField, masses, frozen, timestep, thermostat, ramp } = setup;
    this.#setup = setup;
    this.forceField = forceField;
    this.cell = setup.cell;
    this.degreesOfFreedom = degreesOfFreedom(setup);
    this.#kick = halfKicks(masses, timestep, frozen);
    this.#noise = new Noise(setup.key, setup.stream);
    this.velocities = startVelocities(setup);
    this.#schedule = firstSchedule(thermostat, ramp);
    if (state) this.restore(state);
    else this.#forces();
    this.lastGood = this.state();
  }

  get targetTemperature(): number | null {
    return this.#schedule && temperatureAt(this.#schedule, this.step);
  }

  advance(steps: number): void {
    const keepEvery = this.#setup.keepEvery ?? 100;
    for (let n = 0; n < steps; n++) {
      if (this.step - this.lastGood.step >= keepEvery) this.lastGood = this.state(this.lastGood);
      this.#advanceOne();
    }
  }

  #advanceOne(): void {
    const { forceField, velocities } = this;
    const { timestep, thermostat, barostat, longestMove = 0.5 } = this.#setup;
    const step = this.step + 1;
    const temperature = this.#schedule ? temperatureAt(this.#schedule, step) : 0;
    const { positions, forces } = forceField;
    let runaway: number;
    if (thermostat.kind === 'langevin') {
      const pass = this.#pass;
      const friction = 1 / thermostat.time;
      langevinKickAndDrift(
        ...([positions, velocities, forces, this.#kick, timestep, longestMove] as const),
        ...([friction, temperature, this.#noise, step, pass] as const),
      );
      runaway = pass.runaway;
      this.heat += pass.heat;
    } else {
      runaway = kickAndDrift(positions, velocities, forces, this.#kick, timestep, longestMove);
    }
    this.step = step;
    this.time += timestep;
    if (runaway >= 0) this.#runaway(runaway, longestMove);
    this.#forces();
    const kinetic = 0.5 * amuAngstrom2PerFs2 * kickAndSum(velocities, forceField.forces, this.#kick);
    if (!Number.isFinite(kinetic)) this.#notFinite();
    if (thermostat.kind === 'bussi' && kinetic > 0) {
      const ratio = timestep / thermostat.time;
      const factor = rescaleFactor(kinetic, this.degreesOfFreedom, temperature, ratio, this.#noise, step);
      scaleVelocities(velocities, factor);
      this.heat += (factor * factor - 1) * kinetic;
    }
    if (barostat && step % (barostat.interval ?? 10) === 0) this.#moveCell(barostat, temperature);
  }

  #moveCell(barostat: Barostat, temperature: number): void {
    const interval = this.#setup.timestep * (barostat.interval ?? 10);
    const coupling = { ...barostat, temperature, interval };
    const before = this.#load();
    const move = drawCellMove(coupling, before, this.cell.matrix, this.#noise, this.step);
    this.cell = cellFromMatrix(move.matrix, this.cell.periodic);
    deformRows(this.forceField.positions, move.deformation);
    deformRows(this.velocities, move.inverseTransposed);
    this.#forces();
    this.heat += cellHeat(coupling, move, before, this.#load());
  }

  #forces(): void {
    try {
      this.forceField.compute(this.cell);
    } catch (error) {
      throw error instanceof PhysicsError ? new PhysicsError(`step ${this.step}: ${error.message}`) : error;
    }
    if (!Number.isFinite(this.forceField.energy)) this.#notFinite();
  }

  #load(): CellLoad {
    return { volume: this.cell.volume, pressure: this.pressureTensor() };
  }

  #runaway(atom: number, limit: number): never {
    const move = this.#setup.timestep * Math.hypot(...this.velocities.subarray(4 * atom, 4 * atom + 3));
    if (!Number.isFinite(move)) this.#notFinite();
    throw tooFar(this.step, atom, move, limit, this.#setup.timestep);
  }

  #notFinite(): never {
    const { forces, energy } = this.forceField;
    const bad = forces.findIndex((x) => !Number.isFinite(x));
    const what = bad >= 0 ? `${bad % 4 === 3 ? 'energy' : 'force'} of atom ${(bad >> 2) + 1}` : 'energy';
    const got = bad >= 0 ? forces[bad] : energy;
    throw new PhysicsError(`step ${this.step}: ${what} must be finite, got ${got}`);
  }

  kineticEnergy(): number {
    return kineticEnergy(this.velocities);
  }

  temperature(): number {
    return this.degreesOfFreedom === 0 ? 0 : (2 * this.kineticEnergy()) / (this.degreesOfFreedom * boltzmann);
  }

  pressureTensor(): Float64Array {
    const { virial } = this.forceField;
    return kineticTensor(this.velocities).map((k, a) => (k + virial[a]!) / this.cell.volume);
  }

  pressure(): number {
    const p = this.pressureTensor();
    return (p[0]! + p[4]! + p[8]!) / 3;
  }

  conserved(): number {
    const work = (this.#setup.barostat?.pressure ?? 0) * this.cell.volume;
    return this.kineticEnergy() + this.forceField.energy + work - this.heat;
  }

  setTemperature(temperature: number): void {
    this.#retarget({ from: temperature, to: temperature, start: this.step, steps: 0 });
  }

  ramp(to: number, steps: number): void {
    this.#retarget({ from: this.targetTemperature ?? to, to, start: this.step, steps });
  }

  #retarget(schedule: TemperatureSchedule): void {
    requireTarget(this.#schedule, schedule);
    this.#schedule = schedule;
  }

  /** @param into  a state of this system whose arrays may be written over */
  state(into?: DynamicsState): DynamicsState {
    const copy = (from: Float64Array, to?: Float64Array): Float64Array => {
      if (!to) return from.slice();
      to.set(from);
      return to;
    };
    const list = this.forceField.listedAt();
    return {
      step: this.step,
      time: this.time,
      heat: this.heat,
      schedule: this.#schedule,
      positions: copy(this.forceField.positions, into?.positions),
      velocities: copy(this.velocities, into?.velocities),
      cell: this.cell.matrix.slice(),
      list: list && { positions: copy(list.positions, into?.list?.positions), cell: list.cell.slice() },
    };
  }

  restore(state: DynamicsState): void {
    const { positions } = this.forceField;
    requireOwnState(state, positions, this.velocities);
    this.step = state.step;
    this.time = state.time;
    this.heat = state.heat;
    if (this.#schedule && state.schedule) this.#schedule = state.schedule;
    positions.set(state.positions);
    this.velocities.set(state.velocities);
    this.cell = cellFromMatrix(state.cell, this.#setup.cell.periodic);
    if (state.list) this.forceField.relist(state.list);
    this.#forces();
  }
}
