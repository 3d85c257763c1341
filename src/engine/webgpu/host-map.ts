/**
 * The host map: V_ion and V_met of a rigid host at equal knots, as coefficients of a periodic cubic B-spline in f32. The GPU sums
 * the carbons at every knot and prefilters along the three axes; chains then pay 64 coefficients for a point, whatever the cutoff.
 */
import { buildMapWgsl, hostWgsl, tablesWgsl } from '../../generated/wgsl.ts';
import { dispatch, program, storage } from './buffers.ts';
import type { Gpu } from './device.ts';
import { parameterAt } from './layout.ts';

/** Buffers of one host on the GPU. */
export interface HostBuffers {
  readonly parameters: GPUBuffer;
  readonly tables: GPUBuffer;
  readonly atoms: GPUBuffer;
  readonly atomStart: GPUBuffer;
}

/**
 * Builds the map of a host.
 *
 * @param shape  knots along x, y, z
 * @returns      [nx, ny, nz, 2] f32 on the device, z fastest
 * @throws BackendError  the map is larger than a kernel may see
 */
export async function buildHostMap(
  gpu: Gpu,
  host: HostBuffers,
  shape: readonly [number, number, number],
): Promise<GPUBuffer> {
  const knots = shape[0] * shape[1] * shape[2];
  const builder = await program(gpu, tablesWgsl + hostWgsl + buildMapWgsl, [
    'uniform',
    'read',
    'read',
    'read',
    'read',
    'write',
  ]);
  const [sample, prefilter] = [await builder.kernel('sample'), await builder.kernel('prefilter')];
  const one = await storage(gpu, `the host map of ${shape.join(' × ')} knots`, 8 * knots);
  const two = await storage(gpu, `the host map of ${shape.join(' × ')} knots`, 8 * knots);
  const { parameters, tables, atoms, atomStart } = host;
  const bind = (from: GPUBuffer, to: GPUBuffer) => builder.bind([parameters, tables, atoms, atomStart, from, to]);
  const groups = Math.ceil(knots / 64);
  const across = Math.min(groups, 32768);
  const run = (kernel: GPUComputePipeline, from: GPUBuffer, to: GPUBuffer) =>
    dispatch(gpu, kernel, bind(from, to), across, Math.ceil(groups / across));
  run(sample, two, one);
  let [from, to] = [one, two];
  for (const axis of [0, 1, 2]) {
    gpu.device.queue.writeBuffer(parameters, 4 * parameterAt.mapAxis, Uint32Array.of(axis));
    run(prefilter, from, to);
    [from, to] = [to, from];
  }
  await gpu.device.queue.onSubmittedWorkDone();
  to.destroy();
  return from;
}
