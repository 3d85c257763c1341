/**
 * Ladders whose chains run on a GPU: the same points whatever runs beside them, however long dispatches are, and also when they were stopped and
 * went on from what was saved. On the machine's GPU or Chromium's software one (test/gpu.ts).
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ChainSetup, ChainState } from '../../src/engine/chain.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { createGpuChains } from '../../src/engine/webgpu/chains.ts';
import type { Gpu } from '../../src/engine/webgpu/device.ts';
import type { EnsembleOptions } from '../../src/engine/webgpu/ensemble.ts';
import { type ChoiceOptions, chooseBackend } from '../../src/study/backend.ts';
import { type LadderResult, runLadder } from '../../src/study/ladder.ts';
import type { ReplicaEvent } from '../../src/study/replica.ts';
import { newestPlace } from '../../src/study/saved.ts';
import { parseStudySpec, type StudySpec } from '../../src/study/spec.ts';
import { testGpu } from '../gpu.ts';
import { sheetsHost } from './hosts.ts';
import { shippedModel } from './models.ts';

// a software GPU compiles the kernels for half a minute, and longer where it is not alone
vi.setConfig({ testTimeout: 400_000 });

let gpu: Gpu | string;
beforeAll(async () => {
  gpu = await testGpu();
});
afterAll(() => {
  if (typeof gpu !== 'string') gpu?.close();
});

const host = sheetsHost(7, 4, [1, 5.2], 17.1);
const model = shippedModel('na-carbon');
const metal = metalState(model, 'Na', 300);

function specWith(change: object = {}): StudySpec {
  return parseStudySpec({
    ...{ host: { file: 'galleries.xyz' }, guest: { species: 'Na', model: 'na-carbon' } },
    ladder: { discharge: [0.3, 0], charge: [], equilibration: 30, production: 50, samples: 5, snapshots: 1 },
    ...change,
  });
}
function bare(stream: number): ChainSetup {
  return prepareChain({
    ...{ model, guest: 'Na', host, temperature: 300, seed: 'gpu ladder', stream },
    ...{ moves: { displace: 0.6, exchange: 0.3, teleport: 0.1 }, metalEnergy: metal.latticeEnergy },
  });
}
/** Guests of a chain of the processor: short ladders begin where there is something to do. */
const begun = (() => {
  const chain = createWasmChain(bare(0));
  chain.lnActivity = lnActivityAt(metal, 0.1);
  chain.advance(20_000);
  return chain.guestRows();
})();
const setupOf = (stream: number, state?: ChainState): ChainSetup => ({
  ...bare(stream),
  guests: begun,
  ...(state && { state }),
});

interface Kept {
  readonly files: Map<string, Uint8Array>;
  readonly result: LadderResult;
}

/** Ladders of two streams side by side; each is stopped after so many looks. */
async function ladders(
  device: Gpu,
  streams: readonly number[],
  {
    stopAfter = [] as number[],
    from = [] as Kept[],
    ...options
  }: EnsembleOptions & { stopAfter?: number[]; from?: Kept[] } = {},
): Promise<Kept[]> {
  const group = createGpuChains(device, streams.length, { spacing: null, ...options });
  const kept = await Promise.all(
    streams.map(async (stream, k): Promise<Kept> => {
      const files = new Map(from[k]?.files);
      const saved = { files, chains: files.has('chain') ? [files.get('chain')!] : [] };
      const place = newestPlace(saved, () => {});
      const chain = await group.open(k, setupOf(stream, place?.chain));
      const emit = (event: ReplicaEvent): void => {
        if (event.type === 'save') files.set(event.name, event.bytes);
      };
      let looks = 0;
      const stopped = () => ++looks > (stopAfter[k] ?? Number.POSITIVE_INFINITY);
      const task = { spec: specWith(), replica: k, model: null, metal, saved };
      const result = await runLadder({ task, chain, host, place, build: 0, emit, stopped });
      group.leave(k);
      return { files, result };
    }),
  );
  group.destroy();
  return kept;
}

it('two ladders come to the same points alone, in other dispatches, and stopped at different trials', async ({
  skip,
}) => {
  if (typeof gpu === 'string') return skip(gpu);
  const whole = await ladders(gpu, [3, 4], { firstDispatch: 50 });
  expect(whole.map(({ result }) => result.points.length)).toEqual([2, 2]);
  const [a, b] = whole.map(({ result }) => result.points) as [LadderResult['points'], LadderResult['points']];
  expect(a[1]!.counts.at(-1)).toBeGreaterThan(3);
  expect(a[1]!.moves['displace']!.accepted).toBeGreaterThan(0);
  expect(b).not.toEqual(a);
  const alone = await ladders(gpu, [4], { firstDispatch: 7 });
  expect(alone[0]!.result.points).toEqual(b);
  // one within its first voltage, the other within its second
  const stopped = await ladders(gpu, [3, 4], { stopAfter: [3, 8] });
  expect(stopped.map(({ result }) => [result.stopped, result.points.length])).toEqual([
    [true, 0],
    [true, 1],
  ]);
  const rest = await ladders(gpu, [3, 4], { from: stopped });
  expect(rest.map(({ result }) => result.points)).toEqual([a, b]);
});

it('a chain saved on one backend is refused by another', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const state = { ...createWasmChain(setupOf(0)).save() };
  const group = createGpuChains(gpu, 1);
  expect(() => group.open(0, setupOf(0, state))).toThrow(/backend wasm, not webgpu/);
  expect(() => createWasmChain(setupOf(0, { ...state, backend: 'webgpu' }))).toThrow(/backend webgpu, not wasm/);
});

it('what runs a study is decided by what it asks and what there is, with a reason', async ({ skip }) => {
  if (typeof gpu === 'string') return skip(gpu);
  const options: ChoiceOptions = { workers: 2 };
  const choose = (change: object) => chooseBackend(specWith(change), () => model, options);
  expect(await choose({})).toMatchObject({ asked: 'wasm', used: 'wasm', fallback: null });
  expect(await choose({ backend: 'reference' })).toMatchObject({ used: 'reference', gpu: null });
  const asked = await choose({ backend: 'webgpu' });
  expect(asked).toMatchObject({ used: 'webgpu', device: gpu.name, fallback: null });
  asked.gpu!.close();
  for (const protocol of ['galvanostatic', 'equilibrium']) {
    const other = await choose({ backend: 'webgpu', protocol });
    expect(other).toMatchObject({ used: 'wasm', fallback: `protocol ${protocol} runs on the processor only` });
  }
  const begun = performance.now();
  const auto = await choose({ backend: 'auto' });
  expect(performance.now() - begun).toBeLessThan(4000);
  expect(auto.fallback).toBeNull();
  if (gpu.software)
    expect(auto).toMatchObject({ used: 'wasm', reason: expect.stringMatching(/no hardware|no answer/) });
  auto.gpu?.close();
  await expect(choose({ backend: 'gpujs' })).rejects.toThrow(
    /^backend must be auto, reference, wasm or webgpu, got gpujs/,
  );
});
