/** A whole run of dynamics with `backend: webgpu`: beside the processor's, stopped and taken up again, and what a GPU cannot do. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DynamicsEvent, DynamicsResult, DynamicsRunOptions } from '../../src/index.ts';
import { parseDynamicsSpec, runDynamics } from '../../src/index.ts';
import { testGpu } from '../gpu.ts';
import { movingSystems } from './moving-systems.ts';

let name: string;
let missing: string | undefined;
beforeAll(async () => {
  const gpu = await testGpu();
  if (typeof gpu === 'string') missing = gpu;
  else {
    name = gpu.name;
    gpu.close();
  }
});

const [{ model, frame }] = movingSystems() as [ReturnType<typeof movingSystems>[number]];
const spec = (backend: 'webgpu' | 'wasm') =>
  parseDynamicsSpec({
    name: 'argon',
    seed: 5,
    structure: { file: 'argon.xyz' },
    model: 'argon',
    backend,
    stages: [
      { relax: { steps: 3 } },
      {
        md: {
          ...{ time: '0.4 ps', timestep: '4 fs', temperature: '90 K', thermostat: 'langevin' },
          ...{ every: { frames: '40 fs', thermo: '20 fs', velocities: '8 fs' }, observe: ['diffusion', 'vacf'] },
        },
      },
      {
        md: {
          ...{ time: '0.2 ps', timestep: '4 fs', temperature: { from: '90 K', to: '60 K' }, thermostat: 'bussi' },
          ...{ every: { frames: '40 fs', thermo: '20 fs' }, observe: ['diffusion'] },
        },
      },
      { md: { time: '40 fs', timestep: '4 fs', thermostat: 'bussi', pressure: {}, every: { thermo: '20 fs' } } },
    ],
    output: { trajectory: 'none', checkpoint: '0.001 s' },
  });

interface Outcome {
  readonly result: DynamicsResult;
  readonly warnings: string[];
  readonly thermo: { step: number; values: Record<string, number> }[];
  readonly samples: Uint8Array;
  readonly checkpoint: Uint8Array;
}

/** Runs to the end, or until a thermo sample of the given step. */
async function run(backend: 'webgpu' | 'wasm', options: Partial<DynamicsRunOptions> = {}, stopAt = Infinity) {
  const stop = new AbortController();
  const warnings: string[] = [];
  const thermo: Outcome['thermo'] = [];
  const samples: number[] = [];
  let checkpoint = new Uint8Array(0);
  const events = runDynamics(spec(backend), { model, structure: frame, signal: stop.signal, ...options });
  for (;;) {
    const next: IteratorResult<DynamicsEvent, DynamicsResult> = await events.next();
    if (next.done) {
      return { result: next.value, warnings, thermo, samples: Uint8Array.from(samples), checkpoint };
    }
    const event = next.value;
    if (event.type === 'warning') warnings.push(event.text);
    else if (event.type === 'thermo') {
      thermo.push(event);
      if (event.step >= stopAt) stop.abort();
    } else if (event.type === 'samples') samples.push(...event.bytes);
    else if (event.type === 'checkpoint') checkpoint = event.save({}) as Uint8Array<ArrayBuffer>;
  }
}

const numbers = ({ results }: DynamicsResult) => ({ ...results, performance: undefined });

describe('a run of dynamics on the GPU', () => {
  it('has the numbers of the processor, and the same bytes when it is stopped', { timeout: 120_000 }, async ({
    skip,
  }) => {
    if (missing) return skip(missing);
    const whole = await run('webgpu');
    expect(whole.result.complete).toBe(true);
    expect(whole.result.results['performance']).toMatchObject({ device: name });
    const refusal =
      'stage 4: webgpu: barostats run on the processor only; its forces are computed in WebAssembly instead';
    expect(whole.warnings).toEqual([refusal]);
    expect(whole.result.results['warnings']).toContain(refusal);
    const wasm = await run('wasm');
    expect(wasm.result.results['performance']).toMatchObject({ device: null });
    expect(wasm.warnings).toEqual([]);
    expect(whole.thermo.map(({ step }) => step)).toEqual(wasm.thermo.map(({ step }) => step));
    for (const [k, { values }] of whole.thermo.entries()) {
      const other = wasm.thermo[k]!.values;
      for (const [key, value] of Object.entries(values)) {
        // pressures are near zero: against that of an ideal gas of this density
        const scale = key === 'pressure' ? 2e-3 : Math.abs(other[key]!);
        expect(Math.abs(value - other[key]!) / scale, `${key} at ${k}`).toBeLessThan(1e-3);
      }
    }
    // in the second stage and in the third
    let part = await run('webgpu', {}, 40);
    let samples = part.samples;
    for (const stop of [125, Infinity]) {
      expect(part.result.complete).toBe(false);
      part = await run('webgpu', { resume: { checkpoint: part.checkpoint, samples } }, stop);
      samples = Buffer.concat([samples, part.samples]);
    }
    expect(numbers(part.result)).toEqual(numbers(whole.result));
    expect(part.result.files.get('final.xyz')).toBe(whole.result.files.get('final.xyz'));
  });
});
