/** Force fields of frames whose number of atoms comes and goes: making one takes longer than a step. */
import { atomCount, type Frame } from '../core/frame.ts';
import type { ForceField } from './force-field.ts';

/** A force field of the atoms of a frame. */
export type MakeField = (frame: Frame) => ForceField | Promise<ForceField>;

const mostFields = 24;

/**
 * Force fields by number of atoms, the oldest disposed of. Frames of as many atoms must have the same species in the same places.
 */
export class FieldCache {
  readonly #make: MakeField;
  readonly #fields = new Map<number, ForceField>();

  constructor(make: MakeField) {
    this.#make = make;
  }

  /** A force field with the frame's atoms in place, computed; it is lent until the next call. */
  async computed(frame: Frame): Promise<ForceField> {
    const n = atomCount(frame);
    const field = this.#fields.get(n) ?? (await this.#make(frame));
    // the one used last stands last
    this.#fields.delete(n);
    this.#fields.set(n, field);
    const [oldest] = this.#fields.keys();
    if (this.#fields.size > mostFields) {
      this.#fields.get(oldest!)!.dispose();
      this.#fields.delete(oldest!);
    }
    field.positions.set(frame.rows);
    field.compute(frame.cell);
    return field;
  }

  /** Ends worker threads, if there are any. */
  dispose(): void {
    for (const field of this.#fields.values()) field.dispose();
    this.#fields.clear();
  }
}
