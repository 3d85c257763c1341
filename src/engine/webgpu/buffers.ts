/** Small things every WebGPU part needs: pipelines with one explicit layout, buffers with contents, reading back. */
import { BackendError } from '../../core/errors.ts';
import type { Gpu } from './device.ts';

/** How a kernel sees a binding. */
export type Access = 'uniform' | 'read' | 'write';

const bindingType = { uniform: 'uniform', read: 'read-only-storage', write: 'storage' } as const;

/** A shader module whose kernels share one layout of bindings. */
export interface Program {
  kernel(entry: string, constants?: Record<string, number>): Promise<GPUComputePipeline>;
  bind(buffers: readonly GPUBuffer[]): GPUBindGroup;
}

/** @throws BackendError  the driver's compiler refuses the source */
export async function program(gpu: Gpu, code: string, bindings: readonly Access[]): Promise<Program> {
  const { device } = gpu;
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  const error = messages.find((message) => message.type === 'error');
  if (error) throw new BackendError(`webgpu: kernel refused at line ${error.lineNum}: ${error.message}`);
  const layout = device.createBindGroupLayout({
    entries: bindings.map((access, binding) => ({
      binding,
      visibility: 4, // GPUShaderStage.COMPUTE
      buffer: { type: bindingType[access] },
    })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  return {
    kernel: (entryPoint, constants) =>
      device.createComputePipelineAsync({ layout: pipelineLayout, compute: { module, entryPoint, constants } }),
    bind: (buffers) =>
      device.createBindGroup({
        layout,
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
  };
}

// GPUBufferUsage, which Node has only once the package is loaded
const usage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;

/**
 * A storage buffer of `bytes`, filled with `data` when given.
 *
 * @throws BackendError  larger than the device lets a kernel see, or the device has no room for it
 */
export async function storage(
  gpu: Gpu,
  what: string,
  bytes: number,
  data?: ArrayBufferView<ArrayBuffer>,
): Promise<GPUBuffer> {
  if (bytes > gpu.largestBinding) {
    throw new BackendError(
      `webgpu: ${what} needs ${megabytes(bytes)}, the device lets a kernel see ${megabytes(gpu.largestBinding)}`,
    );
  }
  gpu.device.pushErrorScope('out-of-memory');
  const buffer = gpu.device.createBuffer({
    size: Math.max(16, Math.ceil(bytes / 16) * 16),
    usage: usage.storage | usage.copySource | usage.copyTarget,
  });
  if (data) gpu.device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
  const failed = await gpu.device.popErrorScope();
  if (failed) throw new BackendError(`webgpu: no room for ${what}, ${megabytes(bytes)}`);
  return buffer;
}

/** A uniform buffer with these contents. */
export function uniform(gpu: Gpu, data: ArrayBuffer): GPUBuffer {
  const buffer = gpu.device.createBuffer({ size: data.byteLength, usage: usage.uniform | usage.copyTarget });
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** A pass of kernels, timed while the device's clock is running. */
export function beginPass({ clock }: Gpu, encoder: GPUCommandEncoder): GPUComputePassEncoder {
  return encoder.beginComputePass(clock?.next());
}

/** Submits one dispatch of x × y workgroups. */
export function dispatch(gpu: Gpu, kernel: GPUComputePipeline, group: GPUBindGroup, x: number, y = 1): void {
  const encoder = gpu.device.createCommandEncoder();
  const pass = beginPass(gpu, encoder);
  pass.setPipeline(kernel);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(x, y);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}

/** A copy of `bytes` of a buffer from `offset` on, once all that was submitted before is done. */
export async function readBack(gpu: Gpu, buffer: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
  gpu.requireAlive();
  const size = Math.ceil(bytes / 4) * 4;
  const staging = gpu.device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget });
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
  gpu.device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(1); // GPUMapMode.READ
  } catch (error) {
    gpu.requireAlive();
    throw new BackendError(`webgpu: reading back failed (${(error as Error).message})`);
  }
  const copy = staging.getMappedRange().slice(0, bytes);
  staging.destroy();
  return copy;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
