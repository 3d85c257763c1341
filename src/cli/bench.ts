/** `cardhouse bench`: how fast the chains are here, and on a GPU dynamics too. */
import {
  BackendError,
  benchBoxes,
  benchChains,
  benchEnsembles,
  benchGpuDynamics,
  benchPoints,
  type ChainRate,
  type EnsembleBenchOptions,
  openGpu,
} from '../index.ts';
import { loadModelText, parseJson } from './files.ts';
import { countOf, type Flags } from './flags.ts';
import { loadGpuJs } from './gpujs.ts';
import { rateText } from './progress.ts';

export async function bench(flags: Flags): Promise<number> {
  const { path, text } = loadModelText(flags.model ?? 'na-carbon');
  const results: { name: string; rate: number; unit: string }[] = [];
  const options = { model: parseJson(text, path), filter: flags.filter };
  const chains = flags.chains === undefined ? undefined : countOf(flags.chains, '--chains');
  const backend = flags.backend === 'auto' ? await fastest() : flags.backend;
  let rates: AsyncGenerator<ChainRate>;
  if (backend === 'webgpu') rates = onGpu({ ...options, chains });
  else if (backend === 'gpujs') rates = benchPoints(await loadGpuJs(), options);
  else rates = benchChains(options);
  for await (const result of rates) {
    results.push(result);
    if (!flags.json)
      process.stdout.write(
        `${result.name.padEnd(60)} ${result.rate < 1000 ? result.rate.toPrecision(3) : rateText(result.rate)} ${result.unit}\n`,
      );
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  if (results.length > 0) return 0;
  process.stderr.write(`nothing to measure has "${flags.filter}" in its name\n`);
  return 2;
}

/** Chains side by side, one chain in one large box, then dynamics; a filter that asks for the last by name does without the first. */
async function* onGpu(options: EnsembleBenchOptions): AsyncGenerator<ChainRate> {
  if (!options.filter?.startsWith('dynamics')) {
    yield* benchEnsembles(options);
    yield* benchBoxes({ model: options.model, filter: options.filter });
  }
  yield* benchGpuDynamics(options);
}

/** WebGPU on hardware, else WebAssembly; which and why is said on stderr. */
async function fastest(): Promise<'webgpu' | 'wasm'> {
  let why: string;
  try {
    const gpu = await openGpu(2000);
    gpu.close();
    if (!gpu.software) {
      process.stderr.write(`backend webgpu: ${gpu.name}\n`);
      return 'webgpu';
    }
    why = `${gpu.name} is no hardware`;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    why = error.message;
  }
  process.stderr.write(`backend wasm: ${why}\n`);
  return 'wasm';
}
