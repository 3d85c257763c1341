/** The memory that force kernels and their workers share, given out piece by piece. */
import { BackendError } from '../../core/errors.ts';

const pageBytes = 65536;
/** 4 GiB: all that a 32-bit address reaches; only what is written to is really taken */
const mostPages = 65536;

/** A WebAssembly memory from which arrays are taken, 64 bytes apart; nothing is given back. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #next: number;

  /** @param start  first byte that the kernels' own static data leaves free */
  constructor(start: number) {
    this.memory = new WebAssembly.Memory({ initial: 32, maximum: mostPages, shared: true });
    this.#next = start;
  }

  /**
   * Place of so many bytes, zero unless they were written before.
   *
   * @throws BackendError  no memory left
   */
  take(bytes: number): number {
    const at = Math.ceil(this.#next / 64) * 64;
    this.#next = at + bytes;
    const missing = Math.ceil(this.#next / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch {
        throw new BackendError(`the force field needs ${Math.ceil(this.#next / 2 ** 20)} MiB, more than there is`);
      }
    }
    return at;
  }

  /** Place of a copy of the array. */
  put(data: Float64Array | Int32Array): number {
    const at = this.take(data.byteLength);
    if (data instanceof Float64Array) this.f64(at, data.length).set(data);
    else this.i32(at, data.length).set(data);
    return at;
  }

  /** Place of a parameter block: numbers as f64 in the order in which a kernel takes them. */
  block(words: readonly number[]): number {
    return this.put(Float64Array.from(words));
  }

  f64(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, length);
  }

  i32(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }
}

/** An array in the arena that is moved to a larger place when it does not fit. */
export class Room {
  readonly #arena: Arena;
  #at = 0;
  #bytes = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Where it is now. */
  get place(): number {
    return this.#at;
  }

  /** Place with room for so many bytes; contents are lost when it moves. A quarter more is taken, so that it seldom does. */
  fit(bytes: number): number {
    if (bytes > this.#bytes) {
      this.#bytes = Math.ceil(1.25 * bytes);
      this.#at = this.#arena.take(this.#bytes);
    }
    return this.#at;
  }

  /** Place of a copy of the array. */
  put(data: Float64Array | Int32Array): number {
    const at = this.fit(data.byteLength);
    if (data instanceof Float64Array) this.#arena.f64(at, data.length).set(data);
    else this.#arena.i32(at, data.length).set(data);
    return at;
  }
}
