/** Which backend runs the chains of a study: what each can do, a look of two seconds at what this machine has, and a word on why. */
import { BackendError, SpecError } from '../core/errors.ts';
import type { Chain, ChainSetup } from '../engine/chain.ts';
import { compileGuest } from '../engine/guest-tables.ts';
import { prepareChain } from '../engine/prepare.ts';
import { createReferenceChain } from '../engine/reference.ts';
import { lnActivityAt, metalState } from '../engine/reservoir.ts';
import { slitHost } from '../engine/self-test.ts';
import { createWasmChain } from '../engine/wasm.ts';
import { type Gpu, openGpu } from '../engine/webgpu/device.ts';
import { createGpuEnsemble } from '../engine/webgpu/ensemble.ts';
import type { Model } from '../model/model.ts';
import { noChains } from './check.ts';
import { type StudySpec, sharesHost } from './spec.ts';

/** What a study runs on, once it is decided. */
export interface BackendChoice {
  readonly asked: StudySpec['backend'];
  readonly used: 'reference' | 'wasm' | 'webgpu';
  /** why, for people: with figures where some were measured */
  readonly reason: string;
  /** why another one than was asked for; the same words on every run. Null: nothing to say */
  readonly fallback: string | null;
  /** the GPU, by the name its driver gives; null on the processor */
  readonly device: string | null;
  readonly gpu: Gpu | null;
}

export interface ChoiceOptions {
  /** worker threads that the processor would run replicas on */
  readonly workers: number;
  /** ms that `auto` may take; 2000 when not given */
  readonly patience?: number;
}

/** Makes the processor's chains of a study. */
export function chainMaker({ backend }: Pick<StudySpec, 'backend'>): (setup: ChainSetup) => Chain {
  return backend === 'reference' ? createReferenceChain : createWasmChain;
}

/** Why a study cannot run on WebGPU; undefined where it can. */
function uncovered(spec: StudySpec, model: Model): string | undefined {
  // how long such a box takes here cannot be told from a small trial
  if (spec.sampling.domains > 1 && spec.backend === 'auto') {
    return 'a box in domains is sampled on the processor, unless webgpu is asked for by name';
  }
  if (spec.protocol !== 'potentiostatic') return `protocol ${spec.protocol} runs on the processor only`;
  const { embedding } = compileGuest(model, spec.guest.species, []);
  return embedding && embedding.axis !== 'log'
    ? `model ${model.name} has a published embedding function, which the GPU's kernels do not know`
    : undefined;
}

/**
 * Decides what a study runs on. A backend that was asked for and cannot be had falls back to WebAssembly, and says so; `auto` takes the GPU
 * where it is hardware, does all the study asks, and was faster than the processor on a small trial of the same model.
 *
 * @param modelOf  asked only where a GPU is thought of: loading a model takes a tenth of a second
 * @throws SpecError  gpujs, which has no chains
 */
export async function chooseBackend(
  spec: StudySpec,
  modelOf: () => Model,
  options: ChoiceOptions,
): Promise<BackendChoice> {
  const asked = spec.backend;
  const onProcessor = (reason: string, fallback: string | null = null): BackendChoice => {
    return { asked, used: asked === 'reference' ? 'reference' : 'wasm', reason, fallback, device: null, gpu: null };
  };
  if (asked === 'gpujs') throw new SpecError(`backend ${noChains}`);
  if (asked === 'reference' || asked === 'wasm') return onProcessor('as asked');
  const model = modelOf();
  const why = uncovered(spec, model);
  const begun = performance.now();
  const patience = options.patience ?? 2000;
  const left = (): number => patience - (performance.now() - begun);
  let gpu: Gpu;
  try {
    if (why) throw new BackendError(why);
    gpu = asked === 'auto' ? await within(openGpu(left()), left()) : await openGpu();
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    const { message } = error;
    return onProcessor(message, asked === 'auto' ? null : message);
  }
  const taken = (reason: string): BackendChoice => {
    return { asked, used: 'webgpu', reason, fallback: null, device: gpu.name, gpu };
  };
  if (asked === 'webgpu') return taken('as asked');
  try {
    if (gpu.software) throw new BackendError(`${gpu.name} is no hardware`);
    const [ours, theirs] = await within(compare(gpu, spec, model, options.workers), left());
    const figures = `${rate(ours)} trials/s on ${gpu.name}, ${rate(theirs)} on the processor`;
    if (ours > theirs) return taken(figures);
    throw new BackendError(`${figures}: ${spec.replicas} replicas do not fill the GPU`);
  } catch (error) {
    gpu.close();
    if (error instanceof BackendError) return onProcessor(error.message);
    throw error;
  }
}

const rate = (perSecond: number): string => Number(perSecond.toPrecision(2)).toLocaleString('en').replaceAll(',', ' ');

/** @throws BackendError  no answer in time; what was begun is left to itself */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BackendError('webgpu: no answer in two seconds')), Math.max(0, ms));
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Trials per second of all replicas together, in a small slit: of the GPU, and of as many processor's chains as there are workers. */
async function compare(gpu: Gpu, spec: StudySpec, model: Model, workers: number): Promise<[number, number]> {
  const { temperature, moves, replicas, guest } = spec;
  const host = slitHost(model.hostSpecies[0]!, model.cutoff);
  const setup = prepareChain({ model, guest: guest.species, host, temperature, moves, seed: 'probe', stream: 0 });
  const lnActivity = lnActivityAt(metalState(model, guest.species, temperature), 0);
  const chain = createWasmChain(setup);
  chain.lnActivity = lnActivity;
  chain.advance(10_000);
  const begun = performance.now();
  chain.advance(10_000);
  const processor = (1e7 / (performance.now() - begun)) * Math.max(1, Math.min(workers, replicas));
  // replicas that share their host share a dispatch; others each have one to themselves
  const together = sharesHost(spec) ? replicas : 1;
  const guests = chain.guestRows();
  const starts = Array.from({ length: together }, (_, stream) => ({ stream, lnActivity, guests }));
  const ensemble = await createGpuEnsemble(gpu, setup, starts, { firstDispatch: 500 });
  await ensemble.advance(500);
  const started = performance.now();
  await ensemble.advance(1000);
  const onGpu = (1e6 * together) / (performance.now() - started);
  ensemble.destroy();
  return [onGpu, processor];
}
