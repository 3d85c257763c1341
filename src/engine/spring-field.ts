/** A force field on its way to atoms on springs, for Frenkel–Ladd integration (free-energy.ts). */
import type { ForceField } from './force-field.ts';

/** (1 − λ)(U − U₀) + λ ½α Σ u², u the displacements from rest. */
export class SpringField implements ForceField {
  readonly count: number;
  readonly positions: Float64Array;
  readonly forces: Float64Array;
  readonly virial = new Float64Array(9);
  energy = 0;
  springEnergy = 0;
  metalEnergy = 0;
  square = 0;
  readonly restEnergy: number;
  readonly #metal: ForceField;
  readonly #rest: Float64Array;
  #lambda = 0;
  #stiffness = 0;

  constructor(metal: ForceField, rest: Float64Array) {
    this.#metal = metal;
    this.#rest = rest.slice();
    this.count = metal.count;
    this.positions = metal.positions;
    this.forces = new Float64Array(metal.forces.length);
    this.restEnergy = metal.energy;
  }

  mix(lambda: number, stiffness: number): void {
    this.#lambda = lambda;
    this.#stiffness = stiffness;
  }

  compute(cell: Parameters<ForceField['compute']>[0]): void {
    this.#metal.compute(cell);
    const { positions, forces } = this;
    const keep = 1 - this.#lambda;
    const pull = this.#lambda * this.#stiffness;
    let square = 0;
    for (let k = 0; k < forces.length; k++) {
      if (k % 4 === 3) continue;
      const u = positions[k]! - this.#rest[k]!;
      square += u * u;
      forces[k] = keep * this.#metal.forces[k]! - pull * u;
    }
    this.square = square;
    this.springEnergy = 0.5 * this.#stiffness * square;
    this.metalEnergy = this.#metal.energy;
    this.energy = keep * (this.metalEnergy - this.restEnergy) + this.#lambda * this.springEnergy;
  }

  listedAt(): ReturnType<ForceField['listedAt']> {
    return this.#metal.listedAt();
  }
  relist(reference: Parameters<ForceField['relist']>[0]): void {
    this.#metal.relist(reference);
  }
  dispose(): void {
    this.#metal.dispose();
  }
}
