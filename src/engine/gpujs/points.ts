/** What a lone guest costs at many points of a host, and forces of pair systems, through gpu.js. */
import { atomCount, type Frame } from '../../core/frame.ts';
import { hostFieldSource, pairForcesSource } from '../../generated/gpujs.ts';
import type { Model } from '../../model/model.ts';
import { saturated } from '../../model/saturation.ts';
import { type AtomCells, atomsInCells } from './cells.ts';
import type { GpuJs, GpuJsProgram } from './device.ts';
import { type GuestFields, guestFields, pairRadials } from './radials.ts';

/** threads of one kernel call */
const batch = 1 << 15;

/** A host on gpu.js, asked for as many points as one likes. */
export interface GpuJsHost {
  /**
   * (V_ion, V_met) of the host, V_ion not yet saturated.
   *
   * @param points  [n, 4] rows (x, y, z, any), Å
   * @returns       [n, 3] V_ion, V_met, eV, and how many atoms overlap there
   */
  fields(points: Float64Array): Promise<Float64Array>;
  /**
   * Energy of a guest put in where no other guest is near: U = g(V_ion) + F(0); of a pair model also among guests in the host.
   *
   * @param points  [n, 4] rows (x, y, z, any), Å
   * @returns       [n] eV; +∞ on overlap
   */
  energies(points: Float64Array): Promise<Float64Array>;
  destroy(): void;
}

/**
 * Puts a host on gpu.js.
 *
 * @param host  any cell; with a pair model it may hold guests too
 * @throws ModelError  the model is no sum of radial functions for this guest (radials.ts)
 */
export function gpuJsHost(gpujs: GpuJs, model: Model, guest: string, host: Frame): GpuJsHost {
  const radials = guestFields(model, guest, host.species);
  return new HostOnGpuJs(gpujs, radials, atomsInCells(host, [...host.species.keys()], radials.reach));
}

class HostOnGpuJs implements GpuJsHost {
  readonly #radials: GuestFields;
  readonly #cells: AtomCells;
  readonly #gpujs: GpuJs;
  readonly #programs = new Map<number, GpuJsProgram>();

  constructor(gpujs: GpuJs, radials: GuestFields, cells: AtomCells) {
    this.#gpujs = gpujs;
    this.#radials = radials;
    this.#cells = cells;
  }

  /** Kernels are made for a number of threads: the last batch of many is filled up. */
  #program(threads: number): GpuJsProgram {
    const known = this.#programs.get(threads);
    if (known) return known;
    const made = this.#gpujs.program(hostFieldSource, threads, 4, this.#cells.constants);
    this.#programs.set(threads, made);
    return made;
  }

  async fields(points: Float64Array): Promise<Float64Array> {
    const n = points.length / 4;
    const found = new Float64Array(3 * n);
    const { heads, knots } = this.#radials;
    for (let first = 0; first < n; first += batch) {
      const here = Math.min(batch, n - first);
      const threads = n > batch ? batch : 2 ** Math.ceil(Math.log2(here));
      const placed = new Float32Array(4 * threads);
      placed.set(this.#cells.place(points.subarray(4 * first, 4 * (first + here))));
      // places nobody asked for are those of the first point
      for (let i = here; i < threads; i++) placed.copyWithin(4 * i, 0, 4);
      const rows = await this.#program(threads).run(placed, this.#cells.atoms, heads, knots);
      for (let i = 0; i < here; i++) for (let k = 0; k < 3; k++) found[3 * (first + i) + k] = rows[4 * i + k]!;
    }
    return found;
  }

  async energies(points: Float64Array): Promise<Float64Array> {
    const fields = await this.fields(points);
    const { saturation, alone } = this.#radials;
    return Float64Array.from({ length: fields.length / 3 }, (_, i) =>
      fields[3 * i + 2]! > 0 ? Number.POSITIVE_INFINITY : saturated(fields[3 * i]!, saturation) + alone,
    );
  }

  destroy(): void {
    for (const program of this.#programs.values()) program.destroy();
    this.#programs.clear();
  }
}

/**
 * Energy and forces of a system of pairs, U = ½ Σ φ_ab(r_ij), in any cell.
 *
 * @returns  [N, 4] rows (fx, fy, fz, energy of the atom), eV/Å and eV, and the energy, eV
 * @throws ModelError  the model has terms beside plain pairs, or does not know a species
 */
export async function gpuJsForces(
  gpujs: GpuJs,
  model: Model,
  frame: Frame,
): Promise<{ readonly energy: number; readonly forces: Float64Array }> {
  const { heads, knots, reach } = pairRadials(model, frame.species);
  const kinds = frame.species.length;
  const cells = atomsInCells(frame, [...frame.species.keys()], reach);
  const n = atomCount(frame);
  const self = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) self.set([cells.places[i]!, frame.rows[4 * i + 3]!], 2 * i);
  const { whole, real } = cells.constants;
  const program = gpujs.program(pairForcesSource, n, 4, { whole: { ...whole, kinds }, real });
  try {
    const forces = Float64Array.from(await program.run(cells.place(frame.rows), self, cells.atoms, heads, knots));
    let energy = 0;
    for (let i = 0; i < n; i++) energy += forces[4 * i + 3]!;
    return { energy, forces };
  } finally {
    program.destroy();
  }
}
