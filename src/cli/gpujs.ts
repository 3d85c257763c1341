/** The package gpu.js, which is optional: loaded here and handed to the library. */
import { BackendError, type GpuJs, type GpuJsModule, openGpuJs } from '../index.ts';

/**
 * gpu.js in plain JavaScript, or in WebGL where Node has it.
 *
 * @throws BackendError  it is not installed
 */
export async function loadGpuJs(): Promise<GpuJs> {
  // computed, so that neither compiler nor bundler wants it to be there
  const name = 'gpu.js';
  let module: GpuJsModule & { readonly default?: GpuJsModule };
  try {
    module = (await import(name)) as GpuJsModule & { readonly default?: GpuJsModule };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BackendError('gpujs: the optional package gpu.js is not installed: npm install gpu.js');
  }
  return openGpuJs(module.default ?? module);
}
