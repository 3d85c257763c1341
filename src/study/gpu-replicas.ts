/**
 * Replicas of a study on a GPU: each runs its ladder as on the processor, and only its chain is elsewhere. Replicas of a structure file have the same
 * host and share every dispatch; built or prepared ones have one to themselves. Boxes in domains fill a GPU one by one.
 */
import { createGpuBox, type GpuBox } from '../engine/webgpu/box.ts';
import { createGpuChains, type GpuChains } from '../engine/webgpu/chains.ts';
import type { Gpu } from '../engine/webgpu/device.ts';
import { type ReplicaEvent, type ReplicaResult, type ReplicaTask, runReplica } from './replica.ts';
import { sharesHost } from './spec.ts';

/**
 * Runs all replicas side by side in this thread, their chains on a GPU, and gives the device back.
 *
 * @returns results in the order of the tasks; those that were stopped hold what they have
 * @throws the first failure of a replica, after the others were stopped
 */
export async function runOnGpu(
  tasks: readonly ReplicaTask[],
  gpu: Gpu,
  onEvent: (event: ReplicaEvent) => void,
  signal: AbortSignal,
): Promise<(ReplicaResult | undefined)[]> {
  const shared = tasks.every(({ spec }) => sharesHost(spec));
  const groups = new Map<number, GpuChains>();
  const boxes: GpuBox[] = [];
  const groupOf = (replica: number): GpuChains => {
    const key = shared ? 0 : replica;
    if (!groups.has(key)) groups.set(key, createGpuChains(gpu, shared ? tasks.length : 1));
    return groups.get(key)!;
  };
  const failed = new AbortController();
  const stopped = () => signal.aborted || failed.signal.aborted;
  const run = async (task: ReplicaTask): Promise<ReplicaResult> => {
    if (task.spec.sampling.domains > 1) {
      return runReplica(task, onEvent, stopped, async (setup) => {
        const box = await createGpuBox(gpu, setup);
        boxes.push(box);
        return box;
      }).catch((error) => {
        failed.abort();
        throw error;
      });
    }
    const group = groupOf(task.replica);
    try {
      return await runReplica(task, onEvent, stopped, (setup) => group.open(shared ? task.replica : 0, setup));
    } catch (error) {
      failed.abort();
      throw error;
    } finally {
      group.leave(shared ? task.replica : 0);
    }
  };
  try {
    const settled = await Promise.allSettled(tasks.map(run));
    const broken = settled.find((one) => one.status === 'rejected');
    if (broken) throw broken.reason;
    return settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  } finally {
    for (const one of [...groups.values(), ...boxes]) one.destroy();
    gpu.close();
  }
}
