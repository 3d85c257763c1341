/** The kernels of a step (kernels/gpu/md/integrate.wgsl) and the buffers they need besides the force field's. */
import { mdIntegrateWgsl, mdSystemWgsl, philoxWgsl } from '../../../generated/wgsl.ts';
import { beginPass, program, readBack, storage, uniform } from '../buffers.ts';
import type { GpuForceEngine } from '../force-field.ts';
import { groupsFor } from './lists.ts';

/** most steps that stand in one submission */
export const mostSteps = 512;

/** What was summed over all atoms, eV. */
export interface Energies {
  readonly potential: number;
  readonly kinetic: number;
}

/** How heat goes in and out in a step. */
export type Bath = 'none' | 'langevin' | 'bussi';

const names = ['drift', 'bathe', 'kick', 'measure', 'thermostat', 'scale'] as const;
type Kernels = Readonly<Record<(typeof names)[number], GPUComputePipeline>>;

/** Velocities, and what changes them. */
export class GpuVerlet {
  /** [N, 4] f32 rows (vx, vy, vz, ½Δt/m) in the order of the device */
  readonly velocities: GPUBuffer;
  readonly #engine: GpuForceEngine;
  readonly #kernels: Kernels;
  readonly #group: GPUBindGroup;
  readonly #sums: GPUBuffer;
  readonly #noise: GPUBuffer;
  readonly #fixed: readonly GPUBuffer[];

  private constructor(
    engine: GpuForceEngine,
    kernels: Kernels,
    group: GPUBindGroup,
    [velocities, sums, noise, ...fixed]: readonly [GPUBuffer, GPUBuffer, GPUBuffer, ...GPUBuffer[]],
  ) {
    this.#engine = engine;
    this.#kernels = kernels;
    this.#group = group;
    this.velocities = velocities;
    this.#sums = sums;
    this.#noise = noise;
    this.#fixed = fixed;
  }

  /**
   * @param seed  Philox key and stream of the numbers of a Langevin bath
   * @throws BackendError  the driver refuses a kernel, or there is no room
   */
  static async create(engine: GpuForceEngine, seed: readonly [number, number, number]): Promise<GpuVerlet> {
    const { gpu, count, parameters, control, positions, listed, order } = engine.atoms;
    const code = await program(gpu, mdSystemWgsl + philoxWgsl + mdIntegrateWgsl, [
      ...(['uniform', 'uniform', 'write', 'write', 'write', 'write'] as const),
      ...(['read', 'write', 'write', 'read', 'uniform'] as const),
    ]);
    const velocities = await storage(gpu, 'velocities', 16 * count);
    const sums = await storage(gpu, 'sums', 32 * Math.ceil(count / 64));
    const noise = await storage(gpu, 'noise', 16 * mostSteps);
    const places = await storage(gpu, 'the order of atoms', 4 * count, order as Uint32Array<ArrayBuffer>);
    const counter = uniform(gpu, Uint32Array.of(...seed, 0).buffer);
    const group = code.bind([
      ...[parameters, parameters, control, positions, velocities, engine.forces, listed, sums, noise, places, counter],
    ]);
    const kernels = await Promise.all(names.map(async (name) => [name, await code.kernel(name)] as const));
    const buffers = [velocities, sums, noise, places, counter] as const;
    return new GpuVerlet(engine, Object.fromEntries(kernels) as Kernels, group, buffers);
  }

  /** Velocities to the device. @param rows  [N, 4] (vx, vy, vz, ·) of the input @param kicks  [N] ½Δt/m of the input */
  write(rows: Float64Array, kicks: Float64Array): void {
    const { atoms } = this.#engine;
    const data = new Float32Array(4 * atoms.count);
    for (let i = 0; i < atoms.count; i++) {
      const at = atoms.order[i]!;
      for (let k = 0; k < 3; k++) data[4 * i + k] = rows[4 * at + k]!;
      data[4 * i + 3] = kicks[at]!;
    }
    atoms.gpu.device.queue.writeBuffer(this.velocities, 0, data);
  }

  /** Bits of the random numbers and constants of the thermostat for the steps of a submission, rows of noise in integrate.wgsl. */
  writeNoise(rows: Uint32Array<ArrayBuffer>): void {
    this.#engine.atoms.gpu.device.queue.writeBuffer(this.#noise, 0, rows);
  }

  /** Begins to sum the heat of a Langevin bath anew. */
  clearHeat(): void {
    const rows = Math.ceil(this.#engine.atoms.count / 64);
    this.#engine.atoms.gpu.device.queue.writeBuffer(this.#sums, 16 * rows, new Int32Array(4 * rows));
  }

  /**
   * Submits steps, and sums of the energies after the last.
   *
   * @param drifted  the first of them has moved its atoms already
   */
  submit(steps: number, bath: Bath, drifted: boolean): void {
    const encoder = this.#engine.atoms.gpu.device.createCommandEncoder();
    const pass = beginPass(this.#engine.atoms.gpu, encoder);
    const { count } = this.#engine.atoms;
    const run = (name: keyof Kernels): void => {
      pass.setPipeline(this.#kernels[name]);
      pass.setBindGroup(0, this.#group);
      pass.dispatchWorkgroups(...groupsFor(name === 'thermostat' ? 1 : count));
    };
    for (let step = 0; step < steps; step++) {
      if (step > 0 || !drifted) run(bath === 'langevin' ? 'bathe' : 'drift');
      this.#engine.encode(pass, { forces: this.#engine.forces, virial: null });
      run('kick');
      if (bath !== 'bussi') continue;
      run('measure');
      run('thermostat');
      run('scale');
    }
    run('measure');
    pass.end();
    this.#engine.atoms.gpu.device.queue.submit([encoder.finish()]);
  }

  /** Submits the forces of the positions as they are, and sums of the energies. */
  submitForces(): void {
    const encoder = this.#engine.atoms.gpu.device.createCommandEncoder();
    encoder.clearBuffer(this.#engine.forces);
    const pass = beginPass(this.#engine.atoms.gpu, encoder);
    this.#engine.lists.encodeCheck(pass);
    this.#engine.encode(pass, { forces: this.#engine.forces, virial: null });
    pass.setPipeline(this.#kernels.measure);
    pass.setBindGroup(0, this.#group);
    pass.dispatchWorkgroups(...groupsFor(this.#engine.atoms.count));
    pass.end();
    this.#engine.atoms.gpu.device.queue.submit([encoder.finish()]);
  }

  /** The sums of the last submission. */
  async energies(): Promise<Energies> {
    const { gpu, count } = this.#engine.atoms;
    const rows = new Int32Array(await readBack(gpu, this.#sums, 0, 16 * Math.ceil(count / 64)));
    let [potential, kinetic] = [0, 0];
    for (let k = 0; k < rows.length; k += 4) {
      potential += 65536 * rows[k]! + rows[k + 1]!;
      kinetic += 65536 * rows[k + 2]! + rows[k + 3]!;
    }
    return { potential: potential / 2 ** 22, kinetic: kinetic / 2 ** 24 };
  }

  /** [steps, 4] K before it was rescaled, eV, and the factor, of every step of the last submission; the rest means nothing. */
  async log(steps: number): Promise<Float32Array> {
    return new Float32Array(await readBack(this.#engine.atoms.gpu, this.#noise, 0, 16 * steps));
  }

  /** Heat that a Langevin bath has given since `clearHeat`, eV: a whole number of 2⁻²⁴. */
  async bathHeat(): Promise<number> {
    const rows = Math.ceil(this.#engine.atoms.count / 64);
    const halves = new Int32Array(await readBack(this.#engine.atoms.gpu, this.#sums, 16 * rows, 16 * rows));
    let sum = 0;
    for (let k = 0; k < halves.length; k += 4) sum += 65536 * halves[k]! + halves[k + 1]!;
    return sum / 2 ** 24;
  }

  destroy(): void {
    for (const buffer of [this.velocities, this.#sums, this.#noise, ...this.#fixed]) buffer.destroy();
  }
}
