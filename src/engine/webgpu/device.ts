/**
 * The GPU of this machine through WebGPU: `navigator.gpu` in a browser, the optional package `webgpu` (Dawn) in Node.
 */
import { BackendError } from '../../core/errors.ts';
import { GpuClock } from './clock.ts';

export interface Gpu {
  readonly device: GPUDevice;
  /** what the driver calls it */
  readonly name: string;
  /** a processor that plays a GPU: right, and slow */
  readonly software: boolean;
  /** largest storage buffer a kernel may see, bytes */
  readonly largestBinding: number;
  /** the device's own clock; null where the driver offers none */
  readonly clock: GpuClock | null;
  /** Resolves with the reason when the device is gone; nothing else may be asked of it then. */
  readonly lost: Promise<string>;
  /** @throws BackendError  the device is lost */
  requireAlive(): void;
  /** Gives the device back. */
  close(): void;
}

interface DawnModule {
  create(options: string[]): GPU;
  readonly globals: Record<string, unknown>;
}

// Dawn's instance must stay referenced for as long as anything of it lives: a collected one takes the process with it.
let instance: GPU | undefined;

async function entry(): Promise<GPU> {
  const here = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (here) return here;
  if (instance) return instance;
  // not resolved by bundlers: a browser never comes here
  const name = 'webgpu';
  let dawn: DawnModule;
  try {
    dawn = (await import(name)) as DawnModule;
  } catch (error) {
    throw new BackendError(`webgpu: the optional package webgpu cannot be loaded (${(error as Error).message})`);
  }
  for (const [key, value] of Object.entries(dawn.globals)) {
    if (!(key in globalThis)) Object.defineProperty(globalThis, key, { value, configurable: true });
  }
  instance = dawn.create([]);
  return instance;
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

/**
 * Opens the fastest adapter with limits as wide as it offers. Of optional features only time stamps are asked for, where it has them.
 *
 * @param patience  ms to wait for an adapter
 * @throws BackendError  no WebGPU, no adapter, or none in time
 */
export async function openGpu(patience = 10_000): Promise<Gpu> {
  const gpu = await entry();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patience);
  });
  const adapter = await Promise.race([gpu.requestAdapter({ powerPreference: 'high-performance' }), late]);
  clearTimeout(timer);
  if (adapter === 'late') throw new BackendError(`webgpu: no answer from the driver within ${patience / 1000} s`);
  if (!adapter) throw new BackendError('webgpu: no adapter; is a Vulkan, Metal or D3D12 driver installed?');
  const { maxStorageBufferBindingSize, maxBufferSize, maxStorageBuffersPerShaderStage } = adapter.limits;
  if (maxStorageBuffersPerShaderStage < 8) {
    throw new BackendError(`webgpu: ${maxStorageBuffersPerShaderStage} storage buffers a kernel, wanted 8`);
  }
  const timed = adapter.features.has('timestamp-query');
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
    requiredFeatures: timed ? ['timestamp-query'] : [],
  });
  const { vendor, architecture, description, device: model } = adapter.info;
  const name = description || [vendor, architecture, model].filter(Boolean).join(' ') || 'unnamed adapter';
  let gone: string | null = null;
  const lost = device.lost.then((info) => {
    gone = `${info.reason}: ${info.message}`;
    return gone;
  });
  return {
    device,
    name,
    software: adapter.info.isFallbackAdapter === true || softwareNames.test(`${name} ${vendor} ${architecture}`),
    clock: timed ? new GpuClock(device) : null,
    largestBinding: Math.min(maxStorageBufferBindingSize, maxBufferSize),
    lost,
    requireAlive() {
      if (gone !== null) throw new BackendError(`webgpu: device lost (${gone})`);
    },
    close: () => device.destroy(),
  };
}
