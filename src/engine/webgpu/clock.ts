/**
 * Time that kernels take, by the device's own clock where the driver offers one ('timestamp-query'): what of a wall time is arithmetic and
 * memory, and what is waiting.
 */

/** passes a clock can count before it is read; those after it are left out, and told */
const mostPasses = 2048;

/** What the passes since `start` took. */
export interface KernelTime {
  /** s, of all that were timed, one after the other */
  readonly seconds: number;
  readonly passes: number;
  /** passes that found no place on the clock */
  readonly missed: number;
}

// GPUBufferUsage, which Node has only once the package is loaded
const usage = { mapRead: 1, copySource: 4, copyTarget: 8, queryResolve: 512 } as const;

/** Stands still until it is started: what is not timed costs nothing. */
export class GpuClock {
  readonly #device: GPUDevice;
  #set: GPUQuerySet | null = null;
  #passes = 0;
  #missed = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Times every pass from here on. */
  start(): void {
    this.#set ??= this.#device.createQuerySet({ type: 'timestamp', count: 2 * mostPasses });
    this.#passes = 0;
    this.#missed = 0;
  }

  /** What a pass is to be begun with. */
  next(): GPUComputePassDescriptor {
    const querySet = this.#set;
    if (!querySet) return {};
    if (this.#passes === mostPasses) {
      this.#missed++;
      return {};
    }
    const first = 2 * this.#passes++;
    return {
      timestampWrites: { querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 },
    };
  }

  /** Waits for the passes since `start` and stands still again. */
  async stop(): Promise<KernelTime> {
    const [device, set, passes, missed] = [this.#device, this.#set, this.#passes, this.#missed];
    if (!set) return { seconds: 0, passes: 0, missed: 0 };
    this.#set = null;
    const size = Math.max(16, 16 * passes);
    const resolved = device.createBuffer({ size, usage: usage.queryResolve | usage.copySource });
    const copy = device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget });
    const encoder = device.createCommandEncoder();
    if (passes > 0) encoder.resolveQuerySet(set, 0, 2 * passes, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, copy, 0, size);
    device.queue.submit([encoder.finish()]);
    await copy.mapAsync(1); // GPUMapMode.READ
    const ticks = new BigUint64Array(copy.getMappedRange().slice(0));
    let nanoseconds = 0;
    for (let k = 0; k < passes; k++) nanoseconds += Number(ticks[2 * k + 1]! - ticks[2 * k]!);
    for (const one of [resolved, copy, set]) one.destroy();
    return { seconds: 1e-9 * nanoseconds, passes, missed };
  }
}
