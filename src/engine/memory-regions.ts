/** Arrays side by side in one WebAssembly memory, and a parameter block of f64 words that says where they are. */
import { BackendError } from '../core/errors.ts';

/** first byte that a kernel's own static data leaves free */
const heapStart = 65536;

/** A place in memory not yet known. */
export interface Pointer {
  readonly region: number;
}

/** What stands at a place: data to be copied there, or room. */
export type Region = Float64Array | Float32Array | Int32Array | Uint8Array | { readonly bytes: number };

export interface Packing {
  /** the parameter block, in the order in which a kernel reads it */
  readonly words: (number | Pointer)[];
  pointer(region: Region): Pointer;
  /**
   * Makes the memory and fills it.
   *
   * @throws BackendError  the platform does not give that much
   */
  pack(): {
    readonly memory: WebAssembly.Memory;
    /** byte offset of the parameter block */
    readonly block: number;
    /** byte offset of a region */
    place(pointer: Pointer): number;
  };
}

/** An empty packing: fill `words`, then `pack`. Regions begin at multiples of 64 bytes. */
export function packMemory(): Packing {
  const regions: Region[] = [];
  const words: (number | Pointer)[] = [];
  const pack = (): ReturnType<Packing['pack']> => {
    const block = heapStart;
    let at = block + 8 * words.length;
    const places = regions.map((region) => {
      const place = Math.ceil(at / 64) * 64;
      at = place + ('bytes' in region ? region.bytes : region.byteLength);
      return place;
    });
    const pages = Math.ceil((at + 64) / 65536);
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch (error) {
      throw new BackendError(
        `a kernel wants ${(pages / 16).toFixed(0)} MiB, which this machine does not give (${(error as Error).message})`,
      );
    }
    regions.forEach((region, i) => {
      if ('bytes' in region) return;
      new Uint8Array(memory.buffer, places[i]!, region.byteLength).set(
        new Uint8Array(region.buffer, region.byteOffset, region.byteLength),
      );
    });
    new Float64Array(memory.buffer, block, words.length).set(
      words.map((word) => (typeof word === 'number' ? word : places[word.region]!)),
    );
    return { memory, block, place: ({ region }) => places[region]! };
  };
  return { words, pointer: (region) => ({ region: regions.push(region) - 1 }), pack };
}
