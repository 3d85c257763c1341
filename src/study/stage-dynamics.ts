/** Dynamics of one stage as whoever drives it sees it: on the processor, or on a GPU, whose numbers have to be fetched. */
import type { Cell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { createDynamics, type DynamicsSetup, type DynamicsState } from '../engine/dynamics.ts';
import type { ForceField } from '../engine/force-field.ts';
import type { Gpu } from '../engine/webgpu/device.ts';
import { createGpuDynamics } from '../engine/webgpu/dynamics.ts';
import { createGpuForceField } from '../engine/webgpu/force-field.ts';
import type { Model } from '../model/model.ts';
import type { ThermoName } from '../trajectory/motion.ts';

/** What needs no waiting: K and eV, on the processor eV/Å³ too. */
export interface Standing {
  readonly temperature: number;
  readonly energy: number;
  readonly pressure?: number;
}

export interface StageDynamics {
  readonly step: number;
  /** fs */
  readonly time: number;
  readonly cell: Cell;
  /** [N, 4] rows (x, y, z, species), unwrapped, Å, after `fetch`; owned by the simulation: copy what is to be kept */
  readonly positions: Float64Array;
  /** [N, 4] rows (vx, vy, vz, mass), Å/fs and amu, after `fetch`; owned by the simulation */
  readonly velocities: Float64Array;
  /** @throws PhysicsError, BackendError  as those of `Dynamics` and `GpuDynamics` do */
  advance(steps: number): Promise<void>;
  /** Brings positions and velocities up to date. */
  fetch(): Promise<void>;
  /** Numbers of this moment, under the names of the thermodynamic series. */
  thermo(): Promise<Record<ThermoName, number>>;
  standing(): Standing;
  /** A copy of the state. */
  state(): Promise<DynamicsState>;
  /** The last state that was sound, see `Dynamics.lastGood`. */
  lastGood(): Promise<DynamicsState>;
  dispose(): void;
}

/** What a stage asks for; `resume` is a state inside it. */
export type StageSetup = Omit<DynamicsSetup, 'forceField'>;

/** Makes the dynamics of one stage. */
export type MakeDynamics = (frame: Frame, setup: StageSetup, resume?: DynamicsState) => Promise<StageDynamics>;

/** On the processor. */
export function processorDynamics(makeForceField: (frame: Frame) => Promise<ForceField>): MakeDynamics {
  return async (frame, setup, resume) => {
    const forceField = await makeForceField(frame);
    const begin = () => {
      try {
        return createDynamics({ ...setup, forceField }, resume);
      } catch (error) {
        forceField.dispose();
        throw error;
      }
    };
    const dynamics = begin();
    return {
      get step() {
        return dynamics.step;
      },
      get time() {
        return dynamics.time;
      },
      get cell() {
        return dynamics.cell;
      },
      positions: forceField.positions,
      velocities: dynamics.velocities,
      advance: async (steps) => dynamics.advance(steps),
      fetch: async () => {},
      thermo: async () => ({
        temperature: dynamics.temperature(),
        pressure: dynamics.pressure(),
        potential: forceField.energy,
        kinetic: dynamics.kineticEnergy(),
        conserved: dynamics.conserved(),
        volume: dynamics.cell.volume,
      }),
      standing: () => ({
        temperature: dynamics.temperature(),
        energy: forceField.energy,
        pressure: dynamics.pressure(),
      }),
      state: async () => dynamics.state(),
      lastGood: async () => dynamics.lastGood,
      dispose: () => forceField.dispose(),
    };
  };
}

/**
 * On a GPU.
 *
 * @throws BackendError  when called: what only the processor has (barostats, some terms, open or narrow cells), or no room
 */
export function gpuDynamics(gpu: Gpu, model: Model): MakeDynamics {
  return async (frame, setup, resume) => {
    const forceField = await createGpuForceField(gpu, model, frame);
    const begin = async () => {
      try {
        return await createGpuDynamics({ ...setup, forceField }, resume);
      } catch (error) {
        forceField.destroy();
        throw error;
      }
    };
    const dynamics = await begin();
    let { positions, velocities } = await dynamics.state();
    return {
      get step() {
        return dynamics.step;
      },
      get time() {
        return dynamics.time;
      },
      cell: setup.cell,
      get positions() {
        return positions;
      },
      get velocities() {
        return velocities;
      },
      advance: (steps) => dynamics.advance(steps),
      async fetch() {
        ({ positions, velocities } = await dynamics.state());
      },
      async thermo() {
        const [xx, , , , yy, , , , zz] = await dynamics.pressureTensor();
        return {
          temperature: dynamics.temperature(),
          pressure: (xx! + yy! + zz!) / 3,
          potential: dynamics.potentialEnergy,
          kinetic: dynamics.kineticEnergy(),
          conserved: dynamics.conserved(),
          volume: setup.cell.volume,
        };
      },
      // the pressure would cost one more evaluation of forces
      standing: () => ({ temperature: dynamics.temperature(), energy: dynamics.potentialEnergy }),
      state: () => dynamics.state(),
      lastGood: () => dynamics.lastGood(),
      dispose() {
        dynamics.destroy();
        forceField.destroy();
      },
    };
  };
}
