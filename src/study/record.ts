/**
 * What a run of dynamics keeps for its observables: thermodynamic samples, positions, velocities. Rows are plain f64 and are
 * handed out as they come, so that they can be appended to a file and read back to the same bits when the run goes on.
 *
 *   row = (kind, stage, step, n, value 1 … n)
 */
import { SpecError } from '../core/errors.ts';
import { thermoNames } from '../trajectory/motion.ts';

const kinds = ['thermo', 'positions', 'velocities'] as const;
export type RowKind = (typeof kinds)[number];

/** Thermodynamic numbers behind the time in a row of that kind. */
export const thermoOrder = thermoNames;

export interface Row {
  readonly kind: RowKind;
  readonly stage: number;
  /** of its stage */
  readonly step: number;
  readonly values: Float64Array;
}

export class Recording {
  #rows: Row[] = [];
  #length = 0;
  #fresh: Float64Array[] = [];

  /**
   * @param bytes  what the recording of an earlier run handed out, from its beginning
   * @throws SpecError  the bytes end inside a row or are none of a recording
   */
  constructor(bytes?: Uint8Array) {
    if (bytes === undefined) return;
    if (bytes.length % 8 !== 0) throw new SpecError(`the samples of the run are broken: ${bytes.length} bytes`);
    const numbers = new Float64Array(bytes.slice().buffer);
    for (let at = 0; at < numbers.length; ) {
      const [kind, stage, step, n] = numbers.subarray(at, at + 4) as unknown as [number, number, number, number];
      if (kinds[kind] === undefined || !(n >= 0) || at + 4 + n > numbers.length) {
        throw new SpecError(`the samples of the run are broken at byte ${8 * at}`);
      }
      this.#rows.push({ kind: kinds[kind], stage, step, values: numbers.subarray(at + 4, at + 4 + n) });
      at += 4 + n;
    }
    this.#length = bytes.length;
  }

  /** bytes handed out so far and waiting */
  get length(): number {
    return this.#length;
  }

  add(kind: RowKind, stage: number, step: number, ...parts: readonly Float64Array[]): void {
    const n = parts.reduce((sum, part) => sum + part.length, 0);
    const row = new Float64Array(4 + n);
    row.set([kinds.indexOf(kind), stage, step, n]);
    let at = 4;
    for (const part of parts) {
      row.set(part, at);
      at += part.length;
    }
    this.#rows.push({ kind, stage, step, values: row.subarray(4) });
    this.#fresh.push(row);
    this.#length += row.byteLength;
  }

  /** Bytes added since the last call, to be appended to the file. */
  take(): Uint8Array {
    const size = this.#fresh.reduce((sum, row) => sum + row.byteLength, 0);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const row of this.#fresh) {
      bytes.set(new Uint8Array(row.buffer), at);
      at += row.byteLength;
    }
    this.#fresh = [];
    return bytes;
  }

  /** Forgets what came after a step of a stage. */
  cut(stage: number, step: number): void {
    const kept = this.#rows.filter((row) => row.stage < stage || (row.stage === stage && row.step <= step));
    this.#length = kept.reduce((sum, row) => sum + row.values.byteLength + 32, 0);
    this.#rows = kept;
  }

  rows(kind: RowKind, stage: number): readonly Row[] {
    return this.#rows.filter((row) => row.kind === kind && row.stage === stage);
  }
}
