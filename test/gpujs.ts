/** gpu.js for tests, in plain JavaScript: Node has no WebGL. The browser test runs the same kernels in WebGL. */
import { type GpuJs, type GpuJsMode, type GpuJsModule, openGpuJs } from '../src/engine/gpujs/device.ts';

/** gpu.js in one of its modes, or why there is none: tests skip with it. */
export async function testGpuJs(mode: GpuJsMode = 'cpu'): Promise<GpuJs | string> {
  // optional: what is not installed is no error of the types
  const name = 'gpu.js';
  try {
    const found = (await import(name)) as { default?: GpuJsModule } & GpuJsModule;
    return openGpuJs(found.default ?? found, mode);
  } catch (error) {
    return `gpu.js cannot be loaded (${(error as Error).message})`;
  }
}
