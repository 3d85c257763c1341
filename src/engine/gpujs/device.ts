/**
 * gpu.js as a backend for what is a sum at many points: one JavaScript function a kernel (kernels/gpujs), run in WebGL, WebGPU, WebAssembly or
 * plain JavaScript by the package of that name. The package is optional and handed in by whoever wants it: the library never loads it.
 */
import { BackendError } from '../../core/errors.ts';

/** Where gpu.js may run a kernel. */
export const gpuJsModes = ['webgl2', 'webgl', 'webgpu', 'webasm', 'cpu'] as const;
export type GpuJsMode = (typeof gpuJsModes)[number];

/** What of `import('gpu.js')` is used. */
export interface GpuJsModule {
  readonly GPU: GpuJsConstructor;
}

interface GpuJsConstructor {
  new (options: {
    mode: string;
  }): {
    createKernel(source: string, options: object): GpuJsKernel;
    destroy(): Promise<void> | void;
  };
  readonly isWebGL2Supported: boolean;
  readonly isWebGLSupported: boolean;
}

type GpuJsKernel = ((...inputs: unknown[]) => Promise<ArrayLike<unknown>>) & { destroy(): void };

/** Numbers that stand in a kernel's text: whole ones bound loops and index, others are lengths and the like. */
export interface KernelConstants {
  readonly whole: Readonly<Record<string, number>>;
  readonly real?: Readonly<Record<string, number>>;
}

/** A kernel for one number of threads. */
export interface GpuJsProgram {
  /** [threads, width] f32, what every thread returns */
  run(...inputs: readonly Float32Array[]): Promise<Float32Array>;
  destroy(): void;
}

export interface GpuJs {
  readonly mode: GpuJsMode;
  /**
   * Compiles a kernel for `threads` points.
   *
   * @param width  numbers that a thread returns, 1 or 4
   */
  program(source: string, threads: number, width: 1 | 4, constants: KernelConstants): GpuJsProgram;
  close(): Promise<void>;
}

/**
 * Opens gpu.js: in WebGL where there is some, else in plain JavaScript, unless a mode is asked for.
 *
 * @param module  what `import('gpu.js')` gives
 * @throws BackendError  the mode is none of gpu.js here
 */
export function openGpuJs(module: GpuJsModule, mode?: GpuJsMode): GpuJs {
  const { GPU } = module;
  const chosen = mode ?? (GPU.isWebGL2Supported ? 'webgl2' : GPU.isWebGLSupported ? 'webgl' : 'cpu');
  let gpu: InstanceType<GpuJsConstructor>;
  try {
    gpu = new GPU({ mode: chosen });
  } catch (error) {
    throw new BackendError(`gpujs: no mode ${chosen} here (${(error as Error).message})`);
  }
  return {
    mode: chosen,
    program(source, threads, width, { whole, real = {} }) {
      const typed = (names: object, type: string) => Object.fromEntries(Object.keys(names).map((name) => [name, type]));
      const kernel = gpu.createKernel(source, {
        output: [threads],
        constants: { ...whole, ...real },
        constantTypes: { ...typed(whole, 'Integer'), ...typed(real, 'Float') },
        precision: 'single',
        tactic: 'precision',
        asyncMode: true,
        returnType: width === 1 ? 'Number' : 'Array(4)',
      });
      return {
        async run(...inputs) {
          let found: ArrayLike<unknown>;
          try {
            found = await kernel(...inputs);
          } catch (error) {
            throw new BackendError(`gpujs (${chosen}): ${(error as Error).message}`);
          }
          return flattened(found, threads, width);
        },
        destroy: () => kernel.destroy(),
      };
    },
    async close() {
      await gpu.destroy();
    },
  };
}

/** One row behind the other, whatever shape a mode hands results over in. */
function flattened(found: ArrayLike<unknown>, threads: number, width: number): Float32Array {
  if (found.length === threads * width && found instanceof Float32Array) return found;
  const flat = new Float32Array(threads * width);
  for (let i = 0; i < threads; i++) flat.set(found[i] as ArrayLike<number>, i * width);
  return flat;
}
