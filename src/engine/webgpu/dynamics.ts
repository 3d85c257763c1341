/**
 * Molecular dynamics on a GPU: velocity Verlet, alone, with a Langevin bath or with stochastic velocity rescaling, many steps in a
 * submission.
 *
 * Steps, thermostat and random numbers are those of `createDynamics`, in f32: positions are 32-bit fractions of the cell, energies
 * are summed as whole numbers. What a step does depends on the state alone, so runs do not depend on how long submissions are, and a
 * restored one has the bytes of one that was never stopped (on one device).
 *
 * @cite Swope, Andersen, Berens & Wilson, J. Chem. Phys. 76, 637 (1982) doi:10.1063/1.442716
 * @oracle test/conformance/webgpu-dynamics.test.ts
 */
import { BackendError, PhysicsError, SpecError } from '../../core/errors.ts';
import { boltzmann } from '../../core/units.ts';
import { counterHigh, Noise, purposes } from '../dynamics/noise.ts';
import { halfKicks } from '../dynamics/passes.ts';
import { rescaleDraw } from '../dynamics/rescale.ts';
import { firstSchedule, requireTarget, type TemperatureSchedule, temperatureAt } from '../dynamics/schedule.ts';
import { checkSetup, degreesOfFreedom, requireOwnState, startVelocities, tooFar } from '../dynamics/setup.ts';
import { kineticTensor, restingVelocities } from '../dynamics/velocities.ts';
import type { DynamicsSetup, DynamicsState } from '../dynamics.ts';
import { readBack, storage } from './buffers.ts';
import type { GpuForceField } from './force-field.ts';
import { type Control, raisedBits } from './md/system.ts';
import { GpuVerlet, mostSteps } from './md/verlet.ts';

/** Like `DynamicsSetup`; barostats are refused. */
export type GpuDynamicsSetup = Omit<DynamicsSetup, 'forceField'> & { readonly forceField: GpuForceField };

/** Like `Dynamics`, on a device: what has to be fetched from there is a promise. */
export interface GpuDynamics {
  readonly forceField: GpuForceField;
  readonly step: number;
  /** fs */
  readonly time: number;
  /** 3 per atom that moves, less 3 where the total momentum is conserved */
  readonly degreesOfFreedom: number;
  /** K, of the thermostat now; null without one */
  readonly targetTemperature: number | null;
  /** heat taken in so far, eV */
  readonly heat: number;
  /** eV, of this step */
  readonly potentialEnergy: number;
  /** times neighbours were listed while stepping */
  readonly listings: number;
  /**
   * @param steps  how many
   * @throws PhysicsError  an atom moves too far in one step, or a force or energy is not finite; go on from another state only
   * @throws BackendError  no room for neighbours, or the device is lost
   */
  advance(steps: number): Promise<void>;
  /** eV */
  kineticEnergy(): number;
  /** K; 0 where nothing can move */
  temperature(): number;
  /** K + U − heat, eV: constant but for the errors of time step and f32 */
  conserved(): number;
  /** [9] (Σ m v⊗v + virial)/V, eV/Å³ */
  pressureTensor(): Promise<Float64Array>;
  /** Sets the thermostat's target at once. @throws SpecError  there is no thermostat */
  setTemperature(temperature: number): void;
  /** Moves the thermostat's target linearly to `to` over the next `steps` steps. @throws SpecError  there is no thermostat */
  ramp(to: number, steps: number): void;
  /** A copy of the state. */
  state(): Promise<DynamicsState>;
  /** The last state kept on the device, at most `keepEvery` steps old: what to write when `advance` has thrown. */
  lastGood(): Promise<DynamicsState>;
  /** Goes on from a state of this system. @throws SpecError  it is of another number of atoms, other masses or another cell */
  restore(state: DynamicsState): Promise<void>;
  /** Gives back what dynamics holds on the device; the force field stays. */
  destroy(): void;
}

/** seconds a submission should take: desktop drivers give up on much longer ones */
const submissionTime = 0.25;

/**
 * Sets up dynamics on the device of the force field and computes the first forces.
 *
 * @param state  go on from here instead of the force field's positions and the given velocities
 * @throws SpecError  a setting makes no sense
 * @throws BackendError  a barostat, which only the processor has, or no room
 * @throws PhysicsError  the first energy is not finite
 */
export async function createGpuDynamics(setup: GpuDynamicsSetup, state?: DynamicsState): Promise<GpuDynamics> {
  checkSetup(setup);
  const { forceField, thermostat, barostat, cell, timestep, longestMove = 0.5, keepEvery = 100 } = setup;
  if (barostat) throw new BackendError('webgpu: barostats run on the processor only');
  const { engine } = forceField;
  const { atoms } = engine;
  const { gpu } = atoms;
  engine.setCell(cell);
  engine.setPace({ timestep, longestMove });
  const verlet = await GpuVerlet.create(engine, [...setup.key, setup.stream]);
  const kicks = halfKicks(setup.masses, timestep, setup.frozen);
  const masses = restingVelocities(setup.masses);
  const noise = new Noise(setup.key, setup.stream);
  const freedom = degreesOfFreedom(setup);
  let schedule = firstSchedule(thermostat, setup.ramp);
  let [step, time, heat, listings, perSubmission] = [0, 0, 0, 0, 8];
  let energies = { potential: 0, kinetic: 0 };

  /** Room for what did not fit. @returns whether there was anything @throws for everything else that was raised */
  const settle = async (control: Control): Promise<boolean> => {
    const { raised } = control;
    if (raised === 0) return false;
    engine.refuseCrowd(control);
    if (raised & (raisedBits.runaway | raisedBits.notFinite)) await refuse(control);
    await engine.grow(control);
    return true;
  };
  const refuse = async ({ raised, culprit, culpritRow, done }: Control): Promise<never> => {
    const at = step + done + (raised & raisedBits.runaway ? 1 : 0);
    const v = new Float32Array(await readBack(gpu, verlet.velocities, 16 * culpritRow, 16));
    const move = timestep * Math.hypot(v[0]!, v[1]!, v[2]!);
    if (!(raised & raisedBits.runaway) || !Number.isFinite(move)) {
      throw new PhysicsError(`step ${at}: force and energy of atom ${culprit + 1} must be finite, and below 128 eV`);
    }
    throw tooFar(at, culprit, move, longestMove, timestep);
  };
  const firstForces = async (): Promise<void> => {
    do {
      atoms.resetControl({ done: 0 });
      verlet.submitForces();
    } while (await settle(await atoms.readControl()));
    atoms.resetControl({ rebuild: 0 });
    energies = await verlet.energies();
  };

  const copies = [atoms.positions, verlet.velocities, atoms.listed];
  const kept: GPUBuffer[] = [];
  for (const buffer of copies) kept.push(await storage(gpu, 'the last good state', buffer.size));
  let keptAt = { step, time, heat, schedule };
  const keep = (): void => {
    const encoder = gpu.device.createCommandEncoder();
    for (const [k, buffer] of copies.entries()) encoder.copyBufferToBuffer(buffer, 0, kept[k]!, 0, buffer.size);
    gpu.device.queue.submit([encoder.finish()]);
    keptAt = { step, time, heat, schedule };
  };
  const stateFrom = async (facts: typeof keptAt, buffers: readonly GPUBuffer[] = []): Promise<DynamicsState> => {
    const [positions, velocities, listed] = [
      forceField.positions.slice(),
      masses.slice(),
      forceField.positions.slice(),
    ];
    await atoms.read(positions, buffers[0]);
    await atoms.readRows(buffers[1] ?? verlet.velocities, velocities, 3);
    await atoms.readListed(listed, buffers[2]);
    const matrix = cell.matrix.slice();
    return { ...facts, positions, velocities, cell: matrix, list: { positions: listed, cell: matrix.slice() } };
  };
  const restore = async (wanted: DynamicsState): Promise<void> => {
    requireOwnState(wanted, forceField.positions, masses);
    if (!wanted.cell.every((x, k) => x === cell.matrix[k])) {
      throw new SpecError('dynamics: the state is of another cell, which a GPU does not change');
    }
    ({ step, time, heat } = wanted);
    if (schedule && wanted.schedule) schedule = wanted.schedule;
    forceField.positions.set(wanted.positions);
    verlet.write(wanted.velocities, kicks);
    if (wanted.list) await forceField.relist(wanted.list);
    else atoms.resetControl({ rebuild: 1 });
    atoms.write(forceField.positions, cell);
    await firstForces();
    keep();
  };

  if (state) await restore(state);
  else {
    verlet.write(startVelocities(setup), kicks);
    atoms.write(forceField.positions, cell);
    atoms.resetControl({ rebuild: 1 });
    await firstForces();
    keep();
  }

  /** Rows of noise in integrate.wgsl for the next steps. */
  const noiseOf = (steps: number): Uint32Array<ArrayBuffer> => {
    const words = new Uint32Array(4 * steps);
    const numbers = new Float32Array(words.buffer);
    for (let k = 0; k < steps; k++) {
      const at = step + k + 1;
      if (thermostat.kind === 'bussi') {
        const ratio = timestep / thermostat.time;
        const { decay, gain, first, others } = rescaleDraw(freedom, temperatureAt(schedule!, at), ratio, noise, at);
        numbers.set([decay, gain, first, others], 4 * k);
      } else if (thermostat.kind === 'langevin') {
        const ratio = timestep / thermostat.time;
        const gain = (-2 * Math.expm1(-2 * ratio) * boltzmann * temperatureAt(schedule!, at)) / timestep;
        numbers.set([Math.exp(-ratio), gain], 4 * k);
        words.set([at >>> 0, counterHigh(purposes.langevin, at)], 4 * k + 2);
      }
    }
    return words;
  };
  /** Adds the heat of the last submission, in an order that does not depend on how long it was. */
  const takeHeat = async (steps: number): Promise<void> => {
    if (thermostat.kind === 'langevin') heat += await verlet.bathHeat();
    if (thermostat.kind !== 'bussi') return;
    const log = await verlet.log(steps);
    for (let k = 0; k < steps; k++) heat += (log[4 * k + 1]! ** 2 - 1) * log[4 * k]!;
  };
  /** So many steps in one submission, or in several where a list had to grow on the way. */
  const submit = async (steps: number): Promise<void> => {
    const { kind } = thermostat;
    if (kind !== 'none') verlet.writeNoise(noiseOf(steps));
    if (kind === 'langevin') verlet.clearHeat();
    atoms.resetControl({ done: 0 });
    verlet.submit(steps, kind, false);
    let control = await atoms.readControl();
    while (await settle(control)) {
      atoms.resetControl();
      verlet.submit(steps - control.done, kind, true);
      control = await atoms.readControl();
    }
    listings = control.listings;
    energies = await verlet.energies();
    await takeHeat(steps);
  };
  const retarget = (to: TemperatureSchedule): void => {
    requireTarget(schedule, to);
    schedule = to;
  };
  const target = (): number | null => schedule && temperatureAt(schedule, step);

  return {
    forceField,
    degreesOfFreedom: freedom,
    get step() {
      return step;
    },
    get time() {
      return time;
    },
    get heat() {
      return heat;
    },
    get listings() {
      return listings;
    },
    get targetTemperature() {
      return target();
    },
    get potentialEnergy() {
      return energies.potential;
    },
    async advance(steps) {
      for (let left = steps; left > 0; ) {
        if (step - keptAt.step >= keepEvery) keep();
        const now = Math.min(left, perSubmission, keepEvery - (step - keptAt.step));
        const begun = performance.now();
        await submit(now);
        const taken = (performance.now() - begun) / 1000;
        step += now;
        for (let k = 0; k < now; k++) time += timestep;
        left -= now;
        if (now < perSubmission) continue;
        const scale = Math.min(4, Math.max(0.25, submissionTime / Math.max(taken, 1e-3)));
        perSubmission = Math.max(1, Math.min(mostSteps, Math.round(perSubmission * scale)));
      }
    },
    kineticEnergy: () => energies.kinetic,
    temperature: () => (freedom === 0 ? 0 : (2 * energies.kinetic) / (freedom * boltzmann)),
    conserved: () => energies.kinetic + energies.potential - heat,
    async pressureTensor() {
      const velocities = masses.slice();
      await atoms.readRows(verlet.velocities, velocities, 3);
      await forceField.read();
      return kineticTensor(velocities).map((k, a) => (k + forceField.virial[a]!) / cell.volume);
    },
    setTemperature: (temperature) => retarget({ from: temperature, to: temperature, start: step, steps: 0 }),
    ramp: (to, steps) => retarget({ from: target() ?? to, to, start: step, steps }),
    state: () => stateFrom({ step, time, heat, schedule }),
    lastGood: () => stateFrom(keptAt, kept),
    restore,
    destroy() {
      verlet.destroy();
      for (const buffer of kept) buffer.destroy();
    },
  };
}
